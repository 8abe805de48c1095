/* Searching the exact index, one query at a time.
 *
 * project -> distances to centroids -> the nearest clusters give a first bound ->
 * bisector bounds list the clusters that may matter -> scans of 32 and of 64 coarse
 * dimensions -> tails of the survivors -> exact distances, nearest guess first. Each step
 * drops a row only when it is proved to be farther than the bound; docs/exact.md has the
 * proofs. */
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "index/exact.h"
#include "index/top.h"

/* More than any D: 64·255². */
enum { NO_THRESHOLD = 1 << 23 };

enum { SEED_ROWS = 160, SEED_FACTOR = 4, SEED_EXTRA = 4, AHEAD = 8, QUERY_GRAIN = 16 };

/* A row that may be a neighbour: what is known of its squared distance, and whose. */
typedef struct candidate {
    float near;
    uint32_t position;
    uint32_t listed; /* its cluster's place in the list */
} candidate;

typedef struct numeral_exact_scratch {
    numeral_exact_query query;
    uint8_t *row;
    uint16_t *pairs;
    int16_t *values;
    int32_t *centroid_distances;
    /* Of each listed cluster: */
    uint32_t *list;
    int32_t *firsts, *thresholds; /* most D of the first half and of the head */
    double *limits;               /* most Δ²D, in squared units of y */
    /* Of each scanned group: */
    uint32_t *groups, *listed;
    int16_t *starts;
    numeral_hits hits;
    /* Of each point that passed: */
    candidate *candidates;
    uint32_t *places, *seconds;
    double *seed_distances;
    int64_t *seed_ids;
    size_t seed_room;
    numeral_exact_work work;
    void *memory;
} numeral_exact_scratch;

void numeral_exact_scratch_destroy(numeral_exact_scratch *scratch)
{
    if (scratch) {
        numeral_release(scratch->memory);
        numeral_release(scratch->seed_distances);
        numeral_release(scratch->seed_ids);
        numeral_release(scratch);
    }
}

/* Cuts `count` items off the block behind what is used; NULL while only counting. */
static void *cut(uint8_t *block, size_t *used, size_t count, size_t size)
{
    void *piece = block ? block + *used : NULL;
    *used += numeral_round_up(count * size, 64);
    return piece;
}

static size_t place(numeral_exact_scratch *s, const numeral_exact *e, uint8_t *block)
{
    size_t used = 0, clusters = e->n_clusters + 8, groups = e->n_groups + 8;
    size_t rows = e->head.n_rows + 8;
    s->row = cut(block, &used, e->stride, 1);
    s->pairs = cut(block, &used, e->n_pairs + 1, sizeof *s->pairs);
    s->values = cut(block, &used, e->n_pairs + 1, 2 * sizeof *s->values);
    s->centroid_distances = cut(block, &used, clusters, sizeof *s->centroid_distances);
    s->list = cut(block, &used, clusters, sizeof *s->list);
    s->firsts = cut(block, &used, clusters, sizeof *s->firsts);
    s->thresholds = cut(block, &used, clusters, sizeof *s->thresholds);
    s->limits = cut(block, &used, clusters, sizeof *s->limits);
    s->groups = cut(block, &used, groups, sizeof *s->groups);
    s->listed = cut(block, &used, groups, sizeof *s->listed);
    s->starts = cut(block, &used, groups, sizeof *s->starts);
    s->hits.entries = cut(block, &used, groups, sizeof *s->hits.entries);
    s->hits.masks = cut(block, &used, groups, sizeof *s->hits.masks);
    s->hits.sums = cut(block, &used, groups, 32);
    s->candidates = cut(block, &used, rows, sizeof *s->candidates);
    s->places = cut(block, &used, rows, sizeof *s->places);
    s->seconds = cut(block, &used, rows, sizeof *s->seconds);
    return used;
}

static numeral_exact_scratch *create_scratch(const numeral_exact *exact,
                                             numeral_error *err)
{
    numeral_exact_scratch *s = numeral_allocate_zero(1, sizeof *s, err);
    if (!s) {
        return NULL;
    }
    s->memory = numeral_allocate(place(s, exact, NULL), 1, err);
    if (!s->memory) {
        numeral_exact_scratch_destroy(s);
        return NULL;
    }
    place(s, exact, s->memory);
    return s;
}

static bool make_seed_room(numeral_exact_scratch *s, size_t room, numeral_error *err)
{
    if (room <= s->seed_room) {
        return true;
    }
    numeral_release(s->seed_distances);
    numeral_release(s->seed_ids);
    s->seed_room = 0;
    s->seed_distances = numeral_allocate(room, sizeof *s->seed_distances, err);
    s->seed_ids = numeral_allocate(room, sizeof *s->seed_ids, err);
    if (!s->seed_distances || !s->seed_ids) {
        return false;
    }
    s->seed_room = room;
    return true;
}

/* One query's search. */
typedef struct task {
    const numeral_exact *exact;
    const numeral_exact_kernels *kernels;
    numeral_exact_scratch *s;
    size_t k;
    double radius;
    int64_t leave_out;
    double bound; /* squared distance that a neighbour cannot exceed */
    numeral_top top;
} task;

static double distance_at(const task *t, uint32_t position)
{
    const numeral_exact *e = t->exact;
    const uint8_t *row = e->rows + (size_t)position * e->stride;
    if (e->head.dtype == NUMERAL_I16) {
        return (double)t->kernels->l2_i16((const int16_t *)(const void *)row,
                                          (const int16_t *)(const void *)t->s->row,
                                          e->stride / 2);
    }
    return t->kernels->l2_u8(row, t->s->row, e->stride);
}

static void offer_row(const task *t, numeral_top *top, uint32_t position)
{
    int64_t id = t->exact->ids[position];
    if (id != t->leave_out) {
        numeral_top_offer(top, distance_at(t, position), id);
        t->s->work.exact++;
    }
}

static void offer_cluster(const task *t, numeral_top *top, uint32_t cluster)
{
    for (uint32_t p = t->exact->cluster_rows[cluster];
         p < t->exact->cluster_rows[cluster + 1]; p++) {
        offer_row(t, top, p);
    }
}

static void search_all(task *t)
{
    t->s->work.plain++;
    for (uint32_t p = 0; p < t->exact->head.n_rows; p++) {
        offer_row(t, &t->top, p);
    }
}

/* The cluster whose centroid comes next behind `last` by (distance, number). */
static uint32_t next_cluster(const task *t, uint32_t last)
{
    const int32_t *d = t->s->centroid_distances;
    uint32_t best = UINT32_MAX;
    for (uint32_t c = 0; c < t->exact->n_clusters; c++) {
        bool behind = d[c] > d[last] || (d[c] == d[last] && c > last);
        if (behind && (best == UINT32_MAX || d[c] < d[best])) {
            best = c;
        }
    }
    return best;
}

/* Lists the clusters with the nearest centroids, nearest first, until they hold `wanted`
 * rows; at least two, the references of the bounds. */
static size_t list_nearest(const task *t, size_t wanted)
{
    const numeral_exact *e = t->exact;
    uint32_t *list = t->s->list;
    size_t n = 0, rows = 0, ready = NUMERAL_MAX_NEAREST;
    ready = ready < e->n_clusters ? ready : e->n_clusters;
    t->kernels->nearest(t->s->centroid_distances, e->n_clusters, ready, list);
    while (n < e->n_clusters && (n < 2 || rows < wanted)) {
        if (n >= ready) {
            list[n] = next_cluster(t, list[n - 1]);
        }
        rows += e->cluster_rows[list[n] + 1] - e->cluster_rows[list[n]];
        n++;
    }
    return n;
}

/* The most an integer D can be that is at most r², rounding allowed for; capped. */
static int32_t threshold_of(double r)
{
    double threshold = floor(r * r * (1.0 + 2e-6)) + 1.0;
    return threshold < (double)NO_THRESHOLD ? (int32_t)threshold : NO_THRESHOLD;
}

/* Thresholds and limits of the listed clusters for the bound in force. */
static void set_thresholds(task *t, size_t n)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    double root = sqrt(t->bound) * (1.0 + 1e-9);
    double head = root * e->numbers.sigma_head / e->numbers.step_head;
    double all = root * e->numbers.sigma_all + s->query.all_error;
    for (size_t i = 0; i < n; i++) {
        const float *errors = e->errors + 3 * s->list[i];
        s->firsts[i] = threshold_of(head + s->query.first_error + (double)errors[0]);
        s->thresholds[i] = threshold_of(head + s->query.head_error + (double)errors[1]);
        double limit = all + (double)errors[2];
        s->limits[i] = limit * limit * (1.0 + 1e-6);
    }
}

/* ⌈(norm - threshold) / 2⌉ - 1 + 128·sum, the start of a scan. */
static int32_t start_of(int32_t norm, int32_t threshold, int32_t sum)
{
    int32_t difference = norm - threshold;
    int32_t half = difference >= 0 ? (difference + 1) / 2 : -(-difference / 2);
    return half - 1 + 128 * sum;
}

/* Lists the groups of the listed clusters that 16 bits can serve, with their starts. */
static size_t list_groups(task *t, size_t n_listed)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    size_t n = 0;
    for (size_t i = 0; i < n_listed; i++) {
        uint32_t c = s->list[i];
        if (s->firsts[i] > EXACT_MAX_THRESHOLD) {
            continue;
        }
        int32_t start = start_of(s->query.first_norm, s->firsts[i], s->query.first_sum);
        for (uint32_t g = e->cluster_groups[c]; g < e->cluster_groups[c + 1]; g++) {
            s->groups[n] = g;
            s->listed[n] = (uint32_t)i;
            s->starts[n] = (int16_t)(uint16_t)start;
            n++;
        }
    }
    return n;
}

/* Every point of the hits, with the least its squared coarse distance can be. */
static size_t list_points(task *t, size_t n_hits)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    size_t n = 0;
    for (size_t h = 0; h < n_hits; h++) {
        uint32_t entry = s->hits.entries[h], group = s->groups[entry];
        uint32_t listed = s->listed[entry];
        unsigned mask = s->hits.masks[h] & e->group_valid[group];
        for (; mask; mask &= mask - 1) {
            unsigned point = (unsigned)__builtin_ctz(mask);
            /* sum = -1 - s with D >= T - 2s - 1: see docs/exact.md */
            int32_t least = s->firsts[listed] + 2 * s->hits.sums[16 * h + point] + 1;
            s->places[n] = e->group_rows[group] + point;
            s->candidates[n] =
                (candidate){least > 0 ? (float)least : 0.0f, s->places[n], listed};
            n++;
        }
    }
    return n;
}

/* Scans the listed groups; every point left becomes a candidate. */
static size_t scan_groups(task *t, size_t n_groups)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    numeral_scan scan = {e->first, s->groups, s->starts, n_groups, s->query.first};
    size_t n = list_points(t, t->kernels->scan(&scan, &s->hits)), kept = 0;
    s->work.rows += NUMERAL_GROUP_POINTS * n_groups;
    s->work.second_rows += n;
    if (e->n_head > EXACT_HALF) {
        t->kernels->l2_32(s->query.second, e->second, s->places, n, s->seconds);
        for (size_t i = 0; i < n; i++) {
            candidate moved = s->candidates[i];
            moved.near += (float)s->seconds[i]; /* below 2^24: exact */
            s->candidates[kept] = moved;
            kept += moved.near <= (float)s->thresholds[moved.listed];
        }
        n = kept;
    }
    s->work.survivors += n;
    return n;
}

/* Puts the m nearest guesses of n candidates first (Hoare's selection). */
static void select_nearest(candidate *c, size_t n, size_t m)
{
    ptrdiff_t low = 0, high = (ptrdiff_t)n - 1, wanted = (ptrdiff_t)m - 1;
    while (wanted < high && low < high) {
        float pivot = c[low + (high - low) / 2].near;
        ptrdiff_t i = low, j = high;
        while (i <= j) {
            while (c[i].near < pivot) {
                i++;
            }
            while (c[j].near > pivot) {
                j--;
            }
            if (i <= j) {
                candidate swap = c[i];
                c[i++] = c[j];
                c[j--] = swap;
            }
        }
        if (wanted <= j) {
            high = j;
        } else if (wanted >= i) {
            low = i;
        } else {
            break;
        }
    }
}

/* A first bound: the k-th nearest among the best guesses in the nearest clusters. */
static void find_bound(task *t, size_t n_listed)
{
    numeral_exact_scratch *s = t->s;
    size_t m = t->k + SEED_EXTRA;
    numeral_top seeds;
    numeral_top_init(&seeds, t->k, t->radius, s->seed_distances, s->seed_ids);
    for (size_t i = 0; i < n_listed; i++) {
        s->firsts[i] = EXACT_MAX_THRESHOLD; /* no bound yet: all that 16 bits hold */
        s->thresholds[i] = NO_THRESHOLD;
    }
    size_t n = scan_groups(t, list_groups(t, n_listed));
    select_nearest(s->candidates, n, m);
    for (size_t i = 0; i < n && i < m; i++) {
        offer_row(t, &seeds, s->candidates[i].position);
    }
    if (seeds.size < t->k) {
        numeral_top_init(&seeds, t->k, t->radius, s->seed_distances, s->seed_ids);
        for (size_t i = 0; i < n_listed; i++) {
            offer_cluster(t, &seeds, s->list[i]);
        }
    }
    t->bound = numeral_top_bound(&seeds);
}

/* Lists the clusters that may hold a row within the bound. */
static size_t list_clusters(task *t, uint32_t first, uint32_t second)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    const int32_t *d = s->centroid_distances;
    size_t n = e->n_clusters;
    double radius =
        sqrt(t->bound) * (1.0 + 1e-9) * e->numbers.sigma_head * e->numbers.fine_scale +
        s->query.fine_error + e->numbers.fine_error;
    if (!(radius < EXACT_MAX_RADIUS - 2)) {
        for (uint32_t c = 0; c < n; c++) {
            s->list[c] = c;
        }
        return n;
    }
    return t->kernels->bounds(d, n, d[first], e->table + first * n, d[second],
                              e->table + second * n, (int32_t)radius + 1, s->list);
}

static void fetch_row(const numeral_exact *e, uint32_t position)
{
    const uint8_t *row = e->rows + (size_t)position * e->stride;
    for (size_t line = 0; line < e->stride; line += 64) {
        __builtin_prefetch(row + line);
    }
}

static void offer_candidates(task *t, const candidate *c, size_t n)
{
    for (size_t i = 0; i < n && i < AHEAD; i++) {
        fetch_row(t->exact, c[i].position);
    }
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) {
            fetch_row(t->exact, c[i + AHEAD].position);
        }
        offer_row(t, &t->top, c[i].position);
    }
}

/* Measures the tails of n candidates and keeps those that may still be near. Returns how
 * many are left. */
static size_t look_at_tails(task *t, candidate *c, size_t n)
{
    const numeral_exact *e = t->exact;
    double head = e->numbers.step_head * e->numbers.step_head;
    double tail = e->numbers.step_tail * e->numbers.step_tail;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        candidate moved = c[i];
        if (i + AHEAD < n) {
            const int8_t *ahead = e->tails + (size_t)c[i + AHEAD].position * e->n_tail;
            __builtin_prefetch(ahead);
            __builtin_prefetch(ahead + 64);
        }
        uint32_t d = t->kernels->l2_i8(
            t->s->query.tail, e->tails + (size_t)moved.position * e->n_tail, e->n_tail);
        double near = (double)moved.near * head + d * tail;
        moved.near = (float)near;
        c[kept] = moved;
        kept += near <= t->s->limits[moved.listed];
    }
    return kept;
}

/* Keeps the candidates that the bound, meanwhile lower, does not exclude. */
static size_t keep_near(task *t, size_t n_listed, candidate *c, size_t n)
{
    double unit = t->exact->n_tail ? 1.0 : t->exact->numbers.step_head;
    t->bound = numeral_top_bound(&t->top);
    set_thresholds(t, n_listed);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        double near = (double)c[i].near * (1.0 - 1e-6) * unit * unit;
        candidate moved = c[i];
        c[kept] = moved;
        kept += near <= t->s->limits[moved.listed];
    }
    return kept;
}

/* The nearest guesses first: what they lower the bound to saves looking at others. */
static void finish_candidates(task *t, size_t n_listed, candidate *c, size_t n)
{
    if (t->exact->n_tail) {
        n = look_at_tails(t, c, n);
    }
    size_t m = t->k + SEED_EXTRA;
    if (n > m) {
        select_nearest(c, n, m);
        offer_candidates(t, c, m);
        c += m;
        n = keep_near(t, n_listed, c, n - m);
    }
    offer_candidates(t, c, n);
}

static void search_clusters(task *t, uint32_t first, uint32_t second)
{
    numeral_exact_scratch *s = t->s;
    size_t n_listed = list_clusters(t, first, second);
    s->work.clusters += n_listed;
    set_thresholds(t, n_listed);
    t->top.radius = t->bound;
    for (size_t i = 0; i < n_listed; i++) {
        if (s->firsts[i] > EXACT_MAX_THRESHOLD) {
            offer_cluster(t, &t->top, s->list[i]);
        }
    }
    size_t n = scan_groups(t, list_groups(t, n_listed));
    finish_candidates(t, n_listed, s->candidates, n);
}

/* The stored query lies in s->row. */
static void search_one(task *t)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    s->work.queries++;
    numeral_exact_prepare(e, s->row, s->pairs, s->values, &s->query);
    if (!s->query.projected || t->k > e->head.n_rows / 8) {
        search_all(t);
        return;
    }
    t->kernels->centroids(s->query.fine, s->query.fine_norm, e->centroids,
                          e->centroid_norms, e->n_head, e->n_clusters,
                          s->centroid_distances);
    size_t n = list_nearest(t, SEED_ROWS + SEED_FACTOR * t->k);
    uint32_t first = s->list[0], second = s->list[1];
    t->bound = INFINITY;
    find_bound(t, n);
    if (t->bound == INFINITY) {
        search_all(t);
        return;
    }
    search_clusters(t, first, second);
}

typedef struct batch {
    const numeral_exact *exact;
    const numeral_rows *queries;
    const numeral_search *search;
    int64_t *ids;
    double *distances;
    numeral_exact_scratch **scratch;
} batch;

static void search_block(void *context, size_t begin, size_t end, int worker)
{
    batch *b = context;
    const numeral_exact *e = b->exact;
    numeral_exact_scratch *s = b->scratch[worker];
    size_t k = b->search->k;
    for (size_t q = begin; q < end; q++) {
        const uint8_t *row = (const uint8_t *)b->queries->data + q * b->queries->stride;
        numeral_exact_store(e->head.dtype, row, e->head.n_dims, e->stride, s->row);
        task t = {.exact = e,
                  .kernels = numeral_exact_kernels_get(),
                  .s = s,
                  .k = k,
                  .radius = b->search->radius,
                  .leave_out = b->search->leave_out ? b->search->leave_out[q] : -1};
        numeral_top_init(&t.top, k, t.radius, b->distances + q * k, b->ids + q * k);
        search_one(&t);
        numeral_top_finish(&t.top);
    }
}

/* One scratch for each worker; the first is the idle one, if there is one. */
static numeral_status take_scratch(const numeral_exact *exact, size_t n, size_t k,
                                   numeral_exact_scratch **out, numeral_error *err)
{
    numeral_exact *shared = (numeral_exact *)(uintptr_t)exact; /* `spare` is atomic */
    out[0] = atomic_exchange(&shared->spare, NULL);
    for (size_t i = 0; i < n; i++) {
        if (!out[i]) {
            out[i] = create_scratch(exact, err);
        }
        if (!out[i] || !make_seed_room(out[i], k, err)) {
            return NUMERAL_ERROR_MEMORY;
        }
    }
    return NUMERAL_OK;
}

static void give_scratch(const numeral_exact *exact, size_t n,
                         numeral_exact_scratch **scratch)
{
    numeral_exact *shared = (numeral_exact *)(uintptr_t)exact;
    numeral_exact_scratch *old = atomic_exchange(&shared->spare, scratch[0]);
    numeral_exact_scratch_destroy(old);
    for (size_t i = 1; i < n; i++) {
        numeral_exact_scratch_destroy(scratch[i]);
    }
}

numeral_status numeral_exact_search(const numeral_index *index,
                                    const numeral_rows *queries,
                                    const numeral_search *search, int64_t *ids,
                                    double *distances, numeral_error *err)
{
    const numeral_exact *exact = (const numeral_exact *)index;
    size_t workers = (size_t)numeral_thread_count(search->run.threads);
    size_t blocks = (queries->n_rows + QUERY_GRAIN - 1) / QUERY_GRAIN;
    workers = blocks < workers ? (blocks ? blocks : 1) : workers;
    size_t seeds = search->k < exact->head.n_rows ? search->k : exact->head.n_rows;
    numeral_exact_scratch *scratch[256] = {0};
    numeral_status status = take_scratch(exact, workers, seeds, scratch, err);
    if (!status) {
        batch b = {exact, queries, search, ids, distances, scratch};
        numeral_parallel_for(queries->n_rows, QUERY_GRAIN, (int)workers, search_block,
                             &b);
    }
    give_scratch(exact, workers, scratch);
    return status;
}

numeral_status numeral_exact_measure(const numeral_exact *exact, size_t n_queries,
                                     size_t k, numeral_exact_work *work,
                                     numeral_error *err)
{
    numeral_exact_scratch *s = NULL;
    numeral_status status = take_scratch(exact, 1, k, &s, err);
    double *distances = numeral_allocate(k, sizeof *distances, err);
    int64_t *ids = numeral_allocate(k, sizeof *ids, err);
    if (status || !distances || !ids) {
        status = NUMERAL_ERROR_MEMORY;
    } else {
        s->work = (numeral_exact_work){0};
        for (size_t i = 0; i < n_queries; i++) {
            size_t position = i * exact->head.n_rows / n_queries;
            memcpy(s->row, exact->rows + position * exact->stride, exact->stride);
            task t = {.exact = exact,
                      .kernels = numeral_exact_kernels_get(),
                      .s = s,
                      .k = k,
                      .radius = INFINITY,
                      .leave_out = exact->ids[position]};
            numeral_top_init(&t.top, k, INFINITY, distances, ids);
            search_one(&t);
        }
        *work = s->work;
    }
    numeral_release(distances);
    numeral_release(ids);
    if (s) {
        give_scratch(exact, 1, &s);
    }
    return status;
}
