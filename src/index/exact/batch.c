/* Many queries of the exact index: threads, what each searches in, an order in which the
 * next query finds the last one's clusters in the cache, and the count of what was done.
 * Each query is searched for alone, so that no batch changes an answer. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "index/exact/task.h"

enum {
    MAX_WORKERS = 256,
    QUERY_GRAIN = 16,  /* queries that a worker takes at once: a third of a millisecond */
    MIN_ORDERED = 256, /* fewer do not lie close enough to share much */
    MANY_GROUPS = 1 << 13 /* 4 MiB: more than the caches of a core hold */
};

/* Cuts `count` items off the block behind what is used; NULL while only counting. */
static void *cut(uint8_t *block, size_t *used, size_t count, size_t size)
{
    void *piece = block ? block + *used : NULL;
    *used += numeral_round_up(count * size, 64);
    return piece;
}

static void place_passing(numeral_exact_passing *p, size_t groups, uint8_t *block,
                          size_t *used)
{
    groups += NUMERAL_SCAN_PADDING;
    p->groups = cut(block, used, groups, sizeof *p->groups);
    p->owners = cut(block, used, groups, sizeof *p->owners);
    p->starts = cut(block, used, groups, sizeof *p->starts);
    p->hits.entries = cut(block, used, groups, sizeof *p->hits.entries);
    p->hits.masks = cut(block, used, groups, sizeof *p->hits.masks);
    p->hits.sums = cut(block, used, groups, 32);
}

/* What a scan and an ending leave nothing in: one for all queries of a tile. */
static size_t place_shared(numeral_exact_scratch *s, const numeral_exact *e,
                           uint8_t *block, size_t used)
{
    size_t rows = e->head.n_rows + 16;
    size_t rows_by_rows = e->ending->keeps_rows ? rows : 0;
    place_passing(&s->passing, e->n_groups, block, &used);
    s->points.estimates = cut(block, &used, rows, sizeof *s->points.estimates);
    s->best.rows = cut(block, &used, rows_by_rows, sizeof *s->best.rows);
    s->best.owners = cut(block, &used, rows_by_rows, sizeof *s->best.owners);
    s->best.excess = cut(block, &used, rows_by_rows, sizeof *s->best.excess);
    s->best.estimates = cut(block, &used, rows_by_rows, sizeof *s->best.estimates);
    s->keys = cut(block, &used, rows - rows_by_rows, sizeof *s->keys);
    return used;
}

static void share(numeral_exact_scratch *s, const numeral_exact_scratch *with)
{
    s->passing = with->passing;
    s->points.estimates = with->points.estimates;
    s->best = with->best;
    s->keys = with->keys;
}

/* Lays a scratch's arrays into the block, with what kernels may write behind the last
 * item, but for what it shares with another one; returns how many bytes that takes. */
static size_t place(numeral_exact_scratch *s, const numeral_exact *e,
                    const numeral_exact_scratch *with, uint8_t *block)
{
    size_t used = 0, clusters = e->n_clusters + 8, rows = e->head.n_rows + 16;
    size_t reals = e->metric_bound ? e->head.n_dims : 0;
    size_t rows_by_rows = e->ending->keeps_rows ? rows : 0;
    numeral_query_context *c = &s->context;
    cut(block, &used, 1, sizeof *s);
    s->row = cut(block, &used, e->stride, 1);
    c->row = cut(block, &used, reals ? e->stride : 0, 1);
    c->query = cut(block, &used, reals, sizeof *c->query);
    c->other = cut(block, &used, reals, sizeof *c->other);
    c->derived = cut(block, &used, reals, sizeof *c->derived);
    c->most = cut(block, &used, reals, sizeof *c->most);
    s->pairs = cut(block, &used, e->n_pairs + 1, sizeof *s->pairs);
    s->values = cut(block, &used, e->n_pairs + 1, 2 * sizeof *s->values);
    s->centroid_distances = cut(block, &used, clusters, sizeof *s->centroid_distances);
    s->list = cut(block, &used, clusters, sizeof *s->list);
    s->firsts = cut(block, &used, clusters, sizeof *s->firsts);
    s->thresholds = cut(block, &used, clusters, sizeof *s->thresholds);
    s->whole = cut(block, &used, clusters, sizeof *s->whole);
    s->limits = cut(block, &used, clusters, sizeof *s->limits);
    s->most_leaves = cut(block, &used, clusters, sizeof *s->most_leaves);
    s->cluster_starts = cut(block, &used, clusters, sizeof *s->cluster_starts);
    s->points.rows = cut(block, &used, rows, sizeof *s->points.rows);
    s->points.owners = cut(block, &used, rows, sizeof *s->points.owners);
    s->points.excess = cut(block, &used, rows, sizeof *s->points.excess);
    s->measured = cut(block, &used, rows / 64 + 1, sizeof *s->measured);
    s->measured_rows = cut(block, &used, rows_by_rows, sizeof *s->measured_rows);
    place_passing(&s->step, EXACT_STEP_GROUPS, block, &used);
    if (with) {
        share(s, with);
        return used;
    }
    return place_shared(s, e, block, used);
}

/* One block: the struct, then its arrays. */
static numeral_exact_scratch *create_scratch(const numeral_exact *exact,
                                             const numeral_exact_scratch *with,
                                             bool sparse, numeral_error *err)
{
    numeral_exact_scratch sizes, *s;
    size_t bytes = place(&sizes, exact, with, NULL);
    s = numeral_allocate(bytes, 1, err);
    if (s && sparse) {
        numeral_expect_sparse(s, bytes);
    }
    if (s) {
        memset(s, 0, sizeof *s);
        place(s, exact, with, (uint8_t *)s);
        memset(s->measured, 0, (exact->head.n_rows / 64 + 1) * sizeof *s->measured);
    }
    return s;
}

/* A tile of scratches for each of n workers; the very first is the index's idle one, if
 * there is one. Give them back even after a failure. */
static numeral_status take_scratch(const numeral_exact *exact, size_t n, size_t tile,
                                   numeral_exact_scratch **out, numeral_error *err)
{
    numeral_exact *shared = (numeral_exact *)(uintptr_t)exact; /* `spare` is atomic */
    numeral_status status = NUMERAL_OK;
    out[0] = atomic_exchange(&shared->spare, NULL);
    for (size_t i = 0; i < n * tile; i++) {
        const numeral_exact_scratch *with = i % tile ? out[i - i % tile] : NULL;
        if (!out[i]) {
            /* the first is kept for many searches, the others are made for this one */
            TRY_ALLOC(out[i] = create_scratch(exact, with, i > 0, err));
        }
    }
done:
    return status;
}

static void give_scratch(const numeral_exact *exact, size_t n,
                         numeral_exact_scratch **scratch)
{
    numeral_exact *shared = (numeral_exact *)(uintptr_t)exact;
    numeral_release(atomic_exchange(&shared->spare, scratch[0]));
    for (size_t i = 1; i < n; i++) {
        numeral_release(scratch[i]);
    }
}

/* Multiplications with additions, those by a query's zeros included: projecting, the
 * distances to the centroids, two bounds for each cluster, the stages, the rows. */
static uint64_t count_products(const numeral_exact *e, const numeral_exact_work *work)
{
    uint64_t projected = work->queries * e->head.n_dims * e->n_out;
    uint64_t centroids = work->queries * e->n_clusters * (e->n_head + 2);
    uint64_t second = e->n_head > EXACT_HALF ? work->second_rows : 0;
    return projected + centroids + (work->rows + second) * EXACT_HALF +
           work->wide * e->n_head + work->survivors * e->n_tail +
           work->exact * e->head.n_dims;
}

/* Adds work in the words of numeral/index.h. */
static void count_work(const numeral_exact *e, const numeral_exact_work *work,
                       numeral_search_stats *stats)
{
    uint64_t rows = work->queries * e->head.n_rows;
    stats->rows += rows;
    stats->plain += work->plain;
    stats->clusters += work->queries * e->n_clusters;
    stats->clusters_left += work->clusters;
    stats->scanned += work->rows + work->wide;
    stats->left_32 += work->second_rows;
    stats->left_64 += work->survivors;
    stats->left_all += work->left;
    stats->distances += work->exact;
    stats->products += count_products(e, work);
    stats->products_of_brute += rows * e->head.n_dims;
}

typedef struct batch {
    const numeral_exact *exact;
    const numeral_rows *queries;
    const numeral_search *search;
    bool within;
    size_t tile;     /* scratches of a worker */
    uint64_t *order; /* queries in an order that shares clusters, or NULL */
    int64_t *ids;
    double *distances;
    numeral_exact_scratch **scratch;
} batch;

/* A task for query q, stored in one of the worker's scratches. */
static numeral_exact_task task_for(const batch *b, size_t q, int worker, size_t place)
{
    const numeral_exact *e = b->exact;
    numeral_exact_scratch *s = b->scratch[(size_t)worker * b->tile + place];
    const int64_t *leave_out = b->search->leave_out;
    numeral_row_store(e->head.dtype, numeral_rows_at(b->queries, q), e->head.n_dims,
                      e->stride, s->row);
    return (numeral_exact_task){.exact = e,
                                .kernels = numeral_exact_kernels_get(),
                                .s = s,
                                .k = b->search->k,
                                .radius = numeral_search_radius(b->search, q),
                                .within = b->within,
                                .leave_out = leave_out ? leave_out[q] : -1};
}

/* Query number i of the order, ready to be searched for. */
static numeral_exact_task ready(const batch *b, size_t i, int worker, size_t place)
{
    size_t q = b->order ? (size_t)(b->order[i] & UINT32_MAX) : i, k = b->search->k;
    numeral_exact_task t = task_for(b, q, worker, place);
    numeral_skip skip = {b->search->skip, b->search->n_skip};
    numeral_top_init(&t.top, k, t.radius, skip, b->distances + q * k, b->ids + q * k);
    return t;
}

static void search_tile(const batch *b, size_t begin, size_t end, int worker)
{
    numeral_exact_task tasks[EXACT_TILE];
    size_t n = 0;
    for (size_t i = begin; i < end; i++) {
        tasks[n] = ready(b, i, worker, n);
        n += numeral_exact_begin(&tasks[n]);
    }
    numeral_exact_scan_tile(b->exact, tasks, n);
    for (size_t i = 0; i < n; i++) {
        numeral_exact_end(&tasks[i]);
    }
}

static void search_block(void *context, size_t begin, size_t end, int worker)
{
    const batch *b = context;
    for (size_t i = begin; i < end; i += b->tile) {
        if (b->tile > 1) {
            search_tile(b, i, end - i < b->tile ? end : i + b->tile, worker);
        } else {
            numeral_exact_task t = ready(b, i, worker, 0);
            numeral_exact_search_stored(&t);
        }
    }
}

static int compare_keys(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Queries that are rows themselves are ordered by position, others by the nearest
 * cluster; neighbouring clusters lie side by side. */
static void place_block(void *context, size_t begin, size_t end, int worker)
{
    batch *b = context;
    const numeral_exact *e = b->exact;
    const int64_t *leave_out = b->search->leave_out;
    for (size_t q = begin; q < end; q++) {
        uint64_t place = 0;
        if (leave_out && leave_out[q] >= 0 && (uint64_t)leave_out[q] < e->head.n_rows) {
            place = e->positions[leave_out[q]];
        } else if (!leave_out) {
            numeral_exact_task t = task_for(b, q, worker, 0);
            place = numeral_exact_nearest_cluster(&t);
        }
        b->order[q] = place << 32 | q;
    }
}

static bool has_many_groups(const batch *b)
{
    return b->exact->n_groups >= MANY_GROUPS && b->queries->n_rows >= MIN_ORDERED;
}

/* Where the groups are few, finding an order costs more than it saves, unless the queries
 * are rows. Without memory any order does. */
static void order_queries(batch *b, int workers)
{
    size_t n = b->queries->n_rows;
    if ((!has_many_groups(b) && !b->search->leave_out) || n < MIN_ORDERED ||
        n > UINT32_MAX) {
        return;
    }
    b->order = numeral_allocate(n, sizeof *b->order, NULL);
    if (b->order) {
        numeral_parallel_for(n, QUERY_GRAIN, workers, place_block, b);
        qsort(b->order, n, sizeof *b->order, compare_keys);
    }
}

static numeral_status search_batch(const numeral_index *index,
                                   const numeral_rows *queries,
                                   const numeral_search *search, bool within,
                                   int64_t *ids, double *distances, numeral_error *err)
{
    const numeral_exact *exact = (const numeral_exact *)index;
    size_t workers = (size_t)numeral_thread_count(search->run.threads);
    size_t blocks = (queries->n_rows + QUERY_GRAIN - 1) / QUERY_GRAIN;
    workers = blocks < workers ? (blocks ? blocks : 1) : workers;
    numeral_exact_scratch *scratch[MAX_WORKERS * EXACT_TILE] = {0};
    batch b = {exact, queries, search, within, 1, NULL, ids, distances, scratch};
    numeral_status status;
    b.tile = has_many_groups(&b) ? EXACT_TILE : 1;
    TRY(take_scratch(exact, workers, b.tile, scratch, err));
    order_queries(&b, (int)workers); /* which projects them: not counted */
    for (size_t i = 0; i < workers * b.tile; i++) {
        scratch[i]->work = (numeral_exact_work){0};
    }
    numeral_parallel_for(queries->n_rows, QUERY_GRAIN, (int)workers, search_block, &b);
    for (size_t i = 0; search->stats && i < workers * b.tile; i++) {
        count_work(exact, &scratch[i]->work, search->stats);
    }
    numeral_release(b.order);
done:
    give_scratch(exact, workers * b.tile, scratch);
    return status;
}

numeral_status numeral_exact_search(const numeral_index *index,
                                    const numeral_rows *queries,
                                    const numeral_search *search, int64_t *ids,
                                    double *distances, numeral_error *err)
{
    return search_batch(index, queries, search, false, ids, distances, err);
}

numeral_status numeral_exact_search_within(const numeral_index *index,
                                           const numeral_rows *queries,
                                           const numeral_search *search, int64_t *ids,
                                           double *distances, numeral_error *err)
{
    return search_batch(index, queries, search, true, ids, distances, err);
}

numeral_status numeral_exact_measure(const numeral_exact *exact, size_t n_queries,
                                     size_t k, numeral_exact_work *work,
                                     numeral_error *err)
{
    numeral_exact_scratch *s = NULL;
    double *distances = NULL;
    int64_t *ids = NULL;
    numeral_status status;
    TRY(take_scratch(exact, 1, 1, &s, err));
    TRY_ALLOC(distances = numeral_allocate(k, sizeof *distances, err));
    TRY_ALLOC(ids = numeral_allocate(k, sizeof *ids, err));
    s->work = (numeral_exact_work){0};
    for (size_t i = 0; i < n_queries; i++) {
        size_t position = i * exact->head.n_rows / n_queries; /* evenly over clusters */
        memset(s->row, 0, exact->stride);
        exact->ending->row(exact, position, s->row);
        numeral_exact_task t = {.exact = exact,
                                .kernels = numeral_exact_kernels_get(),
                                .s = s,
                                .k = k,
                                .radius = INFINITY,
                                .leave_out = exact->ids[position]};
        numeral_top_init(&t.top, k, INFINITY, (numeral_skip){0}, distances, ids);
        numeral_exact_search_stored(&t);
    }
    *work = s->work;
done:
    numeral_release(distances);
    numeral_release(ids);
    if (s) {
        give_scratch(exact, 1, &s);
    }
    return status;
}
