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

enum {
    SEED_ROWS = 160, /* looked at for a first bound, and more for each neighbour */
    SEED_FACTOR = 4,
    SEED_EXTRA = 4, /* exact distances beyond k */
    SEED_TAILS = 4, /* tails for each of these */
    AHEAD = 8,
    QUERY_GRAIN = 16
};

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
    size_t n = 0, rows = 0, ready = 2 + wanted * e->n_clusters / e->head.n_rows;
    ready = ready < NUMERAL_MAX_NEAREST ? ready : NUMERAL_MAX_NEAREST;
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

/* Adds the tails to what is known of n candidates. */
static void add_tails(numeral_exact_task *t, numeral_exact_candidate *c, size_t n)
{
    const numeral_exact *e = t->exact;
    double head = e->numbers.step_head * e->numbers.step_head;
    double tail = e->numbers.step_tail * e->numbers.step_tail;
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) {
            const int8_t *ahead = e->tails + (size_t)c[i + AHEAD].position * e->n_tail;
            __builtin_prefetch(ahead);
            __builtin_prefetch(ahead + 64);
        }
        uint32_t d = t->kernels->l2_i8(
            t->s->query.tail, e->tails + (size_t)c[i].position * e->n_tail, e->n_tail);
        c[i].near = (float)((double)c[i].head * head + d * tail);
    }
}

/* A first bound: the k-th nearest among the best guesses in the nearest clusters, which
 * the list begins with. Returns how many candidates they have. */
static size_t find_bound(numeral_exact_task *t, size_t n_seeds)
{
    numeral_exact_scratch *s = t->s;
    for (size_t i = 0; i < n_seeds; i++) {
        s->firsts[i] = EXACT_MAX_THRESHOLD; /* no bound yet: all that 16 bits hold */
        s->thresholds[i] = EXACT_NO_THRESHOLD;
    }
    size_t n = numeral_exact_scan(t, 0, n_seeds, 0), m = t->k + SEED_EXTRA;
    if (t->exact->n_tail) {
        size_t wide = SEED_TAILS * m < n ? SEED_TAILS * m : n;
        select_nearest(s->candidates, n, wide);
        add_tails(t, s->candidates, wide);
        select_nearest(s->candidates, wide, m);
    } else {
        select_nearest(s->candidates, n, m);
    }
    numeral_exact_offer_candidates(t, s->candidates, m < n ? m : n);
    if (t->top.size < t->k) {
        for (size_t i = 0; i < n_seeds; i++) {
            numeral_exact_offer_cluster(t, s->list[i]);
        }
    }
    t->bound = numeral_top_bound(&t->top);
    return n;
}

/* Lists the clusters that may hold a row within the bound, behind the n listed already.
 * `first` and `second` are the nearest; their distances are d1 and d2. */
static size_t list_clusters(numeral_exact_task *t, size_t n_listed)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    int32_t *d = s->centroid_distances;
    uint32_t first = s->list[0], second = s->list[1];
    int32_t d1 = d[first], d2 = d[second];
    t->reference = first;
    t->reference_distance = d1;
    size_t n = e->n_clusters;
    for (size_t i = 0; i < n_listed; i++) {
        d[s->list[i]] = INT32_MAX; /* beyond every bound */
    }
    double radius = numeral_exact_reach(t) * (1.0 + 1e-9) * e->numbers.sigma_head *
                        e->numbers.fine_scale +
                    s->query.fine_error + e->numbers.fine_error;
    radius *= e->shrink.clusters;
    if (radius < EXACT_MAX_RADIUS - 2) {
        t->fine_radius = (int32_t)radius + 1;
        return n_listed + t->kernels->bounds(d, n, d1, e->table + first * n, d2,
                                             e->table + second * n, t->fine_radius,
                                             s->list + n_listed);
    }
    for (uint32_t c = 0; c < n; c++) {
        s->list[n_listed] = c;
        n_listed += d[c] != INT32_MAX;
    }
    return n_listed;
}

/* Measures the tails of n candidates and keeps those that may still be near. Returns how
 * many are left. */
static size_t look_at_tails(numeral_exact_task *t, numeral_exact_candidate *c, size_t n)
{
    size_t kept = 0;
    add_tails(t, c, n);
    for (size_t i = 0; i < n; i++) {
        numeral_exact_candidate moved = c[i];
        c[kept] = moved;
        kept += (double)moved.near * (1.0 - 1e-6) <= t->s->limits[moved.listed];
    }
    return kept;
}

/* Keeps the candidates that the bound in force, a lower one, does not exclude. */
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
        numeral_exact_offer_candidates(t, c, m);
        c += m;
        n = keep_near(t, n_listed, c, n - m);
    }
    numeral_exact_offer_candidates(t, c, n);
}

/* Clusters that 16 bits cannot serve are compared row by row. */
static void offer_far_clusters(numeral_exact_task *t, size_t n_listed)
{
    numeral_exact_scratch *s = t->s;
    for (size_t i = 0; i < n_listed; i++) {
        if (s->firsts[i] > EXACT_MAX_THRESHOLD) {
            numeral_exact_offer_cluster(t, s->list[i]);
        }
    }
}

/* Keeps the seeds' candidates that the bound does not exclude. */
static size_t keep_seeds(numeral_exact_task *t, size_t n)
{
    numeral_exact_candidate *c = t->s->candidates;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        numeral_exact_candidate moved = c[i];
        c[kept] = moved;
        kept += moved.head <= (float)t->s->thresholds[moved.listed];
    }
    return kept;
}

/* The list begins with n_seeds clusters, whose points are the first n candidates. */
static void search_clusters(numeral_exact_task *t, size_t n_seeds, size_t n)
{
    numeral_exact_scratch *s = t->s;
    size_t n_listed = list_clusters(t, n_seeds);
    s->work.clusters += n_listed;
    numeral_exact_set_thresholds(t, n_listed);
    t->top.radius = t->bound;
    offer_far_clusters(t, n_listed);
    n = keep_seeds(t, n);
    n = numeral_exact_scan(t, n_seeds, n_listed, n);
    finish_candidates(t, n_listed, s->candidates, n);
}

/* The stored query lies in s->row. */
static void search_one(numeral_exact_task *t)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    s->work.queries++;
    if (e->related) {
        numeral_asked_prepare(e, s);
    }
    numeral_exact_prepare(e, s->row, s->pairs, s->values, &s->query);
    if (!s->query.projected || (!t->within && t->k > e->head.n_rows / 8)) {
        numeral_exact_offer_all(t);
        return;
    }
    t->kernels->centroids(s->query.fine, s->query.fine_norm, e->centroids,
                          e->centroid_norms, e->n_head, e->n_clusters,
                          s->centroid_distances);
    size_t wanted = t->within ? 0 : SEED_ROWS + SEED_FACTOR * t->k;
    size_t n_seeds = list_nearest(t, wanted), n = 0;
    t->bound = t->radius;
    t->fine_radius = -1;
    if (t->within) {
        n_seeds = 0;
    } else {
        n = find_bound(t, n_seeds);
    }
    while (wanted && t->bound == INFINITY && t->top.skip.n_bits &&
           wanted < e->head.n_rows / 4) {
        wanted *= 4; /* rows to skip lie around */
        n_seeds = list_nearest(t, wanted);
        n = find_bound(t, n_seeds);
    }
    if (t->bound == INFINITY) {
        numeral_exact_offer_all(t);
        return;
    }
    search_clusters(t, n_seeds, n);
}

/* Searches for the stored query into the task's list. */
static void search_stored(numeral_exact_task *t)
{
    search_one(t);
    numeral_exact_forget_offers(t->s);
    numeral_top_finish(&t->top);
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
        search_stored(&t);
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
    numeral_exact_scratch *scratch[256] = {0};
    numeral_status status = numeral_exact_take_scratch(exact, workers, scratch, err);
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
    numeral_status status = numeral_exact_take_scratch(exact, 1, &s, err);
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
            search_stored(&t);
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
