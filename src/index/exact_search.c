/* Searching the exact index, one query at a time.
 *
 * project -> distances to centroids -> the nearest clusters give a first bound ->
 * bisector bounds list the clusters that may matter -> scans of 32 and of 64 coarse
 * dimensions -> tails of the survivors -> exact distances, nearest guess first. Each step
 * drops a row only when it is proved to be farther than the bound; docs/exact.md has the
 * proofs. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "index/exact_task.h"

enum { SEED_ROWS = 160, SEED_FACTOR = 4, SEED_EXTRA = 4, AHEAD = 8, QUERY_GRAIN = 16 };

static double distance_at(const numeral_exact_task *t, uint32_t position)
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

static void offer_row(const numeral_exact_task *t, numeral_top *top, uint32_t position)
{
    int64_t id = t->exact->ids[position];
    if (id != t->leave_out) {
        numeral_top_offer(top, distance_at(t, position), id);
        t->s->work.exact++;
    }
}

static void offer_cluster(const numeral_exact_task *t, numeral_top *top, uint32_t cluster)
{
    for (uint32_t p = t->exact->cluster_rows[cluster];
         p < t->exact->cluster_rows[cluster + 1]; p++) {
        offer_row(t, top, p);
    }
}

static void search_all(numeral_exact_task *t)
{
    t->s->work.plain++;
    for (uint32_t p = 0; p < t->exact->head.n_rows; p++) {
        offer_row(t, &t->top, p);
    }
}

/* The cluster whose centroid comes next behind `last` by (distance, number). */
static uint32_t next_cluster(const numeral_exact_task *t, uint32_t last)
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
static size_t list_nearest(const numeral_exact_task *t, size_t wanted)
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

/* Puts the m nearest guesses of n candidates first (Hoare's selection). */
static void select_nearest(numeral_exact_candidate *c, size_t n, size_t m)
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
                numeral_exact_candidate swap = c[i];
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
static void find_bound(numeral_exact_task *t, size_t n_listed)
{
    numeral_exact_scratch *s = t->s;
    size_t m = t->k + SEED_EXTRA;
    numeral_top seeds;
    numeral_top_init(&seeds, t->k, t->radius, t->top.skip, s->seed_distances,
                     s->seed_ids);
    for (size_t i = 0; i < n_listed; i++) {
        s->firsts[i] = EXACT_MAX_THRESHOLD; /* no bound yet: all that 16 bits hold */
        s->thresholds[i] = EXACT_NO_THRESHOLD;
    }
    size_t n = numeral_exact_scan(t, n_listed);
    select_nearest(s->candidates, n, m);
    for (size_t i = 0; i < n && i < m; i++) {
        offer_row(t, &seeds, s->candidates[i].position);
    }
    if (seeds.size < t->k) {
        numeral_top_init(&seeds, t->k, t->radius, t->top.skip, s->seed_distances,
                         s->seed_ids);
        for (size_t i = 0; i < n_listed; i++) {
            offer_cluster(t, &seeds, s->list[i]);
        }
    }
    t->bound = numeral_top_bound(&seeds);
}

/* Lists the clusters that may hold a row within the bound. */
static size_t list_clusters(numeral_exact_task *t, uint32_t first, uint32_t second)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    const int32_t *d = s->centroid_distances;
    size_t n = e->n_clusters;
    double radius =
        sqrt(t->bound) * (1.0 + 1e-9) * e->numbers.sigma_head * e->numbers.fine_scale +
        s->query.fine_error + e->numbers.fine_error;
    radius *= e->shrink.clusters;
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

static void offer_candidates(numeral_exact_task *t, const numeral_exact_candidate *c,
                             size_t n)
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
static size_t look_at_tails(numeral_exact_task *t, numeral_exact_candidate *c, size_t n)
{
    const numeral_exact *e = t->exact;
    double head = e->numbers.step_head * e->numbers.step_head;
    double tail = e->numbers.step_tail * e->numbers.step_tail;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        numeral_exact_candidate moved = c[i];
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
static size_t keep_near(numeral_exact_task *t, size_t n_listed,
                        numeral_exact_candidate *c, size_t n)
{
    double unit = t->exact->n_tail ? 1.0 : t->exact->numbers.step_head;
    t->bound = numeral_top_bound(&t->top);
    numeral_exact_set_thresholds(t, n_listed);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        double near = (double)c[i].near * (1.0 - 1e-6) * unit * unit;
        numeral_exact_candidate moved = c[i];
        c[kept] = moved;
        kept += near <= t->s->limits[moved.listed];
    }
    return kept;
}

/* The nearest guesses first: what they lower the bound to saves looking at others. */
static void finish_candidates(numeral_exact_task *t, size_t n_listed,
                              numeral_exact_candidate *c, size_t n)
{
    if (t->exact->n_tail) {
        n = look_at_tails(t, c, n);
    }
    t->s->work.near += n;
    size_t m = t->k + SEED_EXTRA;
    if (n > m) {
        select_nearest(c, n, m);
        offer_candidates(t, c, m);
        c += m;
        n = keep_near(t, n_listed, c, n - m);
    }
    offer_candidates(t, c, n);
}

static void search_clusters(numeral_exact_task *t, uint32_t first, uint32_t second)
{
    numeral_exact_scratch *s = t->s;
    size_t n_listed = list_clusters(t, first, second);
    s->work.clusters += n_listed;
    numeral_exact_set_thresholds(t, n_listed);
    t->top.radius = t->bound;
    for (size_t i = 0; i < n_listed; i++) {
        if (s->firsts[i] > EXACT_MAX_THRESHOLD) {
            offer_cluster(t, &t->top, s->list[i]);
        }
    }
    size_t n = numeral_exact_scan(t, n_listed);
    finish_candidates(t, n_listed, s->candidates, n);
}

/* The stored query lies in s->row. */
static void search_one(numeral_exact_task *t)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    s->work.queries++;
    numeral_exact_prepare(e, s->row, s->pairs, s->values, &s->query);
    if (!s->query.projected || (!t->within && t->k > e->head.n_rows / 8)) {
        search_all(t);
        return;
    }
    t->kernels->centroids(s->query.fine, s->query.fine_norm, e->centroids,
                          e->centroid_norms, e->n_head, e->n_clusters,
                          s->centroid_distances);
    size_t n = list_nearest(t, t->within ? 0 : SEED_ROWS + SEED_FACTOR * t->k);
    uint32_t first = s->list[0], second = s->list[1];
    t->bound = t->radius;
    if (!t->within) {
        find_bound(t, n);
    }
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
    bool within;
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
        numeral_exact_task t = {.exact = e,
                                .kernels = numeral_exact_kernels_get(),
                                .s = s,
                                .k = k,
                                .radius = b->search->radius,
                                .within = b->within,
                                .leave_out =
                                    b->search->leave_out ? b->search->leave_out[q] : -1};
        numeral_skip skip = {b->search->skip, b->search->n_skip};
        numeral_top_init(&t.top, k, t.radius, skip, b->distances + q * k, b->ids + q * k);
        search_one(&t);
        numeral_top_finish(&t.top);
    }
}

static numeral_status search_batch(const numeral_exact *exact,
                                   const numeral_rows *queries,
                                   const numeral_search *search, bool within,
                                   int64_t *ids, double *distances, numeral_error *err)
{
    size_t workers = (size_t)numeral_thread_count(search->run.threads);
    size_t blocks = (queries->n_rows + QUERY_GRAIN - 1) / QUERY_GRAIN;
    workers = blocks < workers ? (blocks ? blocks : 1) : workers;
    size_t seeds = search->k < exact->head.n_rows ? search->k : exact->head.n_rows;
    seeds = within ? 0 : seeds;
    numeral_exact_scratch *scratch[256] = {0};
    numeral_status status =
        numeral_exact_take_scratch(exact, workers, seeds, scratch, err);
    if (!status) {
        batch b = {exact, queries, search, within, ids, distances, scratch};
        numeral_exact_count_begin(search->stats, scratch, workers);
        numeral_parallel_for(queries->n_rows, QUERY_GRAIN, (int)workers, search_block,
                             &b);
        numeral_exact_count_end(exact, search->stats, scratch, workers);
    }
    numeral_exact_give_scratch(exact, workers, scratch);
    return status;
}

numeral_status numeral_exact_search(const numeral_index *index,
                                    const numeral_rows *queries,
                                    const numeral_search *search, int64_t *ids,
                                    double *distances, numeral_error *err)
{
    const numeral_exact *exact = (const numeral_exact *)index;
    return search_batch(exact, queries, search, false, ids, distances, err);
}

numeral_status numeral_exact_search_within(const numeral_index *index,
                                           const numeral_rows *queries,
                                           const numeral_search *search, int64_t *ids,
                                           double *distances, numeral_error *err)
{
    const numeral_exact *exact = (const numeral_exact *)index;
    return search_batch(exact, queries, search, true, ids, distances, err);
}

numeral_status numeral_exact_measure(const numeral_exact *exact, size_t n_queries,
                                     size_t k, numeral_exact_work *work,
                                     numeral_error *err)
{
    numeral_exact_scratch *s = NULL;
    numeral_status status = numeral_exact_take_scratch(exact, 1, k, &s, err);
    double *distances = numeral_allocate(k, sizeof *distances, err);
    int64_t *ids = numeral_allocate(k, sizeof *ids, err);
    if (status || !distances || !ids) {
        status = NUMERAL_ERROR_MEMORY;
    } else {
        s->work = (numeral_exact_work){0};
        for (size_t i = 0; i < n_queries; i++) {
            size_t position = i * exact->head.n_rows / n_queries;
            memcpy(s->row, exact->rows + position * exact->stride, exact->stride);
            numeral_exact_task t = {.exact = exact,
                                    .kernels = numeral_exact_kernels_get(),
                                    .s = s,
                                    .k = k,
                                    .radius = INFINITY,
                                    .leave_out = exact->ids[position]};
            numeral_top_init(&t.top, k, INFINITY, (numeral_skip){0}, distances, ids);
            search_one(&t);
        }
        *work = s->work;
    }
    numeral_release(distances);
    numeral_release(ids);
    if (s) {
        numeral_exact_give_scratch(exact, 1, &s);
    }
    return status;
}
