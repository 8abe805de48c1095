/* Many queries of the exact index: threads, scratch, and the trial at build time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "index/exact_task.h"

enum { QUERY_GRAIN = 16, MIN_ORDERED = 256 };

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
    const uint64_t *order; /* queries in the order of the rows left out, or NULL */
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
    for (size_t i = begin; i < end; i++) {
        size_t q = b->order ? (size_t)(b->order[i] & UINT32_MAX) : i;
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
        numeral_exact_search_stored(&t);
    }
}

static int compare_keys(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Queries that are rows themselves, by position: the next one finds the last one's
 * clusters in the cache. NULL where they are not, or without memory: then any order does.
 */
static uint64_t *order_queries(const numeral_exact *exact, size_t n,
                               const int64_t *leave_out)
{
    if (!leave_out || n < MIN_ORDERED || n > UINT32_MAX) {
        return NULL;
    }
    uint64_t *order = numeral_allocate(n, sizeof *order, NULL);
    for (size_t q = 0; order && q < n; q++) {
        bool is_row = leave_out[q] >= 0 && (uint64_t)leave_out[q] < exact->head.n_rows;
        uint64_t position = is_row ? exact->positions[leave_out[q]] : 0;
        order[q] = position << 32 | q;
    }
    if (order) {
        qsort(order, n, sizeof *order, compare_keys);
    }
    return order;
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
        uint64_t *order = order_queries(exact, queries->n_rows, search->leave_out);
        batch b = {exact, queries, search, within, order, ids, distances, scratch};
        numeral_exact_count_begin(search->stats, scratch, workers);
        numeral_parallel_for(queries->n_rows, QUERY_GRAIN, (int)workers, search_block,
                             &b);
        numeral_exact_count_end(exact, search->stats, scratch, workers);
        numeral_release(order);
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
