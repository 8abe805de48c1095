/* Many queries of the exact index: threads, scratch, and the trial at build time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "index/exact/task.h"

enum {
    QUERY_GRAIN = 16,
    MIN_ORDERED = 256,
    MANY_GROUPS = 1 << 13 /* more than the caches of a core hold */
};

void numeral_exact_row(const numeral_exact *exact, size_t position, uint8_t *row)
{
    if (exact->direct) {
        numeral_exact_direct_row(exact, position, row);
    } else {
        memcpy(row, exact->rows + position * exact->stride,
               exact->head.n_dims * numeral_dtype_bytes(exact->head.dtype));
    }
}

typedef struct batch {
    const numeral_exact *exact;
    const numeral_rows *queries;
    const numeral_search *search;
    bool within;
    uint64_t *order; /* queries in an order that shares clusters, or NULL */
    int64_t *ids;
    double *distances;
    numeral_exact_scratch **scratch;
} batch;

/* A task for query q, stored in the worker's scratch. */
static numeral_exact_task task_for(const batch *b, size_t q, int worker)
{
    const numeral_exact *e = b->exact;
    numeral_exact_scratch *s = b->scratch[worker];
    const int64_t *leave_out = b->search->leave_out;
    numeral_row_store(e->head.dtype, numeral_rows_at(b->queries, q), e->head.n_dims,
                      e->stride, s->row);
    return (numeral_exact_task){.exact = e,
                                .kernels = numeral_exact_kernels_get(),
                                .s = s,
                                .k = b->search->k,
                                .radius = b->search->radius,
                                .within = b->within,
                                .leave_out = leave_out ? leave_out[q] : -1};
}

static void search_block(void *context, size_t begin, size_t end, int worker)
{
    batch *b = context;
    size_t k = b->search->k;
    for (size_t i = begin; i < end; i++) {
        size_t q = b->order ? (size_t)(b->order[i] & UINT32_MAX) : i;
        numeral_exact_task t = task_for(b, q, worker);
        numeral_skip skip = {b->search->skip, b->search->n_skip};
        numeral_top_init(&t.top, k, t.radius, skip, b->distances + q * k, b->ids + q * k);
        numeral_exact_search_stored(&t);
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
            numeral_exact_task t = task_for(b, q, worker);
            place = numeral_exact_nearest_cluster(&t);
        }
        b->order[q] = place << 32 | q;
    }
}

/* Many queries: the next one finds the last one's clusters in the cache. Where the groups
 * are few, finding such an order costs more than it saves, unless the queries are rows.
 * Without memory any order does. */
static void order_queries(batch *b, int workers)
{
    size_t n = b->queries->n_rows;
    bool many = b->exact->n_groups >= MANY_GROUPS;
    if ((!many && !b->search->leave_out) || n < MIN_ORDERED || n > UINT32_MAX) {
        return;
    }
    b->order = numeral_allocate(n, sizeof *b->order, NULL);
    if (b->order) {
        numeral_parallel_for(n, QUERY_GRAIN, workers, place_block, b);
        qsort(b->order, n, sizeof *b->order, compare_keys);
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
        batch b = {exact, queries, search, within, NULL, ids, distances, scratch};
        order_queries(&b, (int)workers);
        numeral_exact_count_begin(search->stats, scratch, workers);
        numeral_parallel_for(queries->n_rows, QUERY_GRAIN, (int)workers, search_block,
                             &b);
        numeral_exact_count_end(exact, search->stats, scratch, workers);
        numeral_release(b.order);
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
            memset(s->row, 0, exact->stride);
            numeral_exact_row(exact, position, s->row);
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
    }
    numeral_release(distances);
    numeral_release(ids);
    if (s) {
        numeral_exact_give_scratch(exact, 1, &s);
    }
    return status;
}
