/* Searching float rows: exactly those that float64 distances give.
 *
 * Let q' and r' be the whole numbers that stand for a query q and a row r, and e a bound
 * of how far both are moved together. By the triangle inequality
 *
 *     |d(q, r) - scale d(q', r')| <= e.
 *
 * The index inside gives the first rows by d(q', r'), a few more than k; their distances
 * are computed in float64. Where scale d' - e of the last of them is beyond the k-th
 * distance, no other row can be nearer. Else all rows with scale d' - e within it are
 * asked for, and looked at. Where nothing is moved, distances are exact at once. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/threads.h"
#include "index/floats/floats.h"
#include "index/floats/real.h"
#include "index/top.h"

enum { BLOCK = 1024, MORE = 8, MAX_PLACES = 1 << 21 };

/* Widens a bound by what its own roundings are worth. */
static const double WIDER = 1 + 0x1p-30;

/* A block of queries on its way. */
typedef struct task {
    const numeral_floats *floats;
    const numeral_rows *queries;
    const numeral_search *search;
    int64_t *ids;
    double *distances; /* the answer */
    size_t room;       /* candidates of each query */
    bool all_whole;    /* no query was moved */
    uint8_t *whole;    /* the queries as the inner index has them */
    size_t stride;
    double *errors; /* e of each query */
    double *radii;  /* of the inner index */
    int64_t *found; /* candidates and their distances inside */
    double *found_distances;
    numeral_ranges ranges; /* candidates of the queries `again`, in their order */
    uint8_t *unsure;       /* queries that more is asked for */
    size_t *again;
    size_t n_again;
    double *scratch; /* 3 × n_dims for each worker */
} task;

/* A distance as a length: l2 is squared; and back. */
static double length_of(const numeral_index *head, double distance)
{
    return head->metric->family == NUMERAL_METRIC_L2 ? sqrt(distance) : distance;
}

static double distance_of(const numeral_index *head, double length)
{
    return head->metric->family == NUMERAL_METRIC_L2 ? length * length : length;
}

/* The inner distance beyond which no row is within `bound` of query q. */
static double inner_radius(const task *t, size_t q, double bound)
{
    const numeral_index *head = &t->floats->head;
    double length = length_of(head, bound) * WIDER + t->errors[q];
    return distance_of(head, length / t->floats->scale * WIDER);
}

static numeral_skip skip_of(const task *t)
{
    return (numeral_skip){t->search->skip, t->search->n_skip};
}

/* The row of that id in the type that numeral_real_distance is to be told. */
static const void *row_of(const numeral_floats *floats, size_t id, double *room,
                          numeral_dtype *dtype)
{
    if (floats->rows) {
        *dtype = floats->head.dtype;
        return numeral_floats_row(floats, id);
    }
    float narrow[NUMERAL_MAX_DIMS];
    *dtype = NUMERAL_F64;
    void *out = floats->head.dtype == NUMERAL_F64 ? (void *)room : (void *)narrow;
    floats->head.kind->get_row(&floats->head, id, out);
    if (floats->head.dtype == NUMERAL_F32) {
        numeral_real_widen(NUMERAL_F32, narrow, floats->head.n_dims, room);
    }
    return room;
}

/* Pushes candidates into the answer's list by their own distances. */
static void push(const task *t, numeral_top *top, const double *query, const int64_t *ids,
                 size_t n, double *scratch)
{
    const numeral_floats *floats = t->floats;
    size_t n_dims = floats->head.n_dims;
    for (size_t i = 0; i < n && ids[i] >= 0; i++) {
        numeral_dtype dtype;
        const void *row = row_of(floats, (size_t)ids[i], scratch, &dtype);
        numeral_top_push(
            top,
            numeral_real_distance(&floats->head, query, dtype, row, scratch + n_dims),
            ids[i]);
    }
}

static numeral_top begin_top(const task *t, size_t q)
{
    numeral_top top;
    size_t k = t->search->k;
    numeral_top_init(&top, k, numeral_search_radius(t->search, q), skip_of(t),
                     t->distances + q * k, t->ids + q * k);
    return top;
}

static const double *widen_query(const task *t, size_t q, int worker, double **scratch)
{
    size_t n_dims = t->floats->head.n_dims;
    double *own = t->scratch + (size_t)worker * 3 * n_dims;
    numeral_real_widen(t->queries->dtype, numeral_rows_at(t->queries, q), n_dims, own);
    *scratch = own + n_dims;
    return own;
}

/* Whether candidates are all that can be in the answer. */
static bool is_sure(const task *t, size_t q, double bound)
{
    const numeral_floats *floats = t->floats;
    size_t last = (q + 1) * t->room - 1;
    if (t->found[last] < 0 || t->room >= floats->head.n_rows) {
        return true; /* there are no others, within the radius */
    }
    double length = length_of(&floats->head, t->found_distances[last]) * floats->scale;
    return length - t->errors[q] > length_of(&floats->head, bound) * WIDER;
}

static void decide_first(void *context, size_t begin, size_t end, int worker)
{
    task *t = context;
    for (size_t q = begin; q < end; q++) {
        double *scratch;
        const double *query = widen_query(t, q, worker, &scratch);
        numeral_top top = begin_top(t, q);
        push(t, &top, query, t->found + q * t->room, t->room, scratch);
        t->unsure[q] = !is_sure(t, q, numeral_top_bound(&top));
        t->radii[q] = inner_radius(t, q, numeral_top_bound(&top));
        numeral_top_finish(&top);
    }
}

static void decide_again(void *context, size_t begin, size_t end, int worker)
{
    task *t = context;
    for (size_t i = begin; i < end; i++) {
        double *scratch;
        size_t q = t->again[i];
        const double *query = widen_query(t, q, worker, &scratch);
        numeral_top top = begin_top(t, q);
        int64_t first = t->ranges.starts[i];
        push(t, &top, query, t->ranges.ids + first,
             (size_t)(t->ranges.starts[i + 1] - first), scratch);
        numeral_top_finish(&top);
    }
}

/* Asks for all rows that may be nearer than those found, for the queries that are not
 * sure; their numbers move to the front. */
static numeral_status ask_again(task *t, numeral_error *err)
{
    const numeral_search *search = t->search;
    numeral_rows some = {t->whole, t->floats->inner->dtype, 0, t->floats->head.n_dims,
                         t->stride};
    numeral_status status = NUMERAL_OK;
    int64_t *leave_out = NULL;
    for (size_t q = 0; q < t->queries->n_rows; q++) {
        t->again[t->n_again] = q;
        t->n_again += t->unsure[q];
    }
    if (!t->n_again) {
        return NUMERAL_OK;
    }
    TRY_ALLOC(leave_out = numeral_allocate(t->n_again, sizeof *leave_out, err));
    for (size_t i = 0; i < t->n_again; i++) {
        size_t q = t->again[i];
        memmove(t->whole + i * t->stride, t->whole + q * t->stride, t->stride);
        t->radii[i] = t->radii[q];
        leave_out[i] = search->leave_out ? search->leave_out[q] : -1;
    }
    some.n_rows = t->n_again;
    numeral_search all = {.radius = INFINITY,
                          .radii = t->radii,
                          .leave_out = leave_out,
                          .run = {search->run.threads, NULL},
                          .skip = search->skip,
                          .n_skip = search->n_skip,
                          .stats = search->stats};
    TRY(numeral_index_search_radius(t->floats->inner, &some, &all, &t->ranges, err));
    numeral_parallel_for(t->n_again, 1, search->run.threads, decide_again, t);
done:
    numeral_ranges_free(&t->ranges);
    numeral_release(leave_out);
    return status;
}

/* The queries as whole numbers, and how far that moves them. */
static void round_queries(task *t)
{
    const numeral_floats *floats = t->floats;
    numeral_dtype as = floats->inner->dtype, dtype = t->queries->dtype;
    size_t n_dims = floats->head.n_dims;
    t->all_whole = floats->mode == NUMERAL_FLOATS_WHOLE;
    for (size_t q = 0; q < t->queries->n_rows; q++) {
        const void *query = numeral_rows_at(t->queries, q);
        void *out = t->whole + q * t->stride;
        if (floats->mode == NUMERAL_FLOATS_WHOLE &&
            numeral_real_as_whole(dtype, query, n_dims, as, out)) {
            t->errors[q] = 0;
            continue;
        }
        t->all_whole = false;
        t->errors[q] =
            floats->error + numeral_real_scale(dtype, query, n_dims, floats->centre,
                                               floats->scale, as,
                                               floats->head.metric->family, out);
    }
}

static numeral_status search_inner(task *t, size_t k, const double *radii, int64_t *ids,
                                   double *distances, numeral_error *err)
{
    numeral_rows whole = {t->whole, t->floats->inner->dtype, t->queries->n_rows,
                          t->floats->head.n_dims, t->stride};
    numeral_search search = *t->search;
    search.k = k;
    search.radii = radii;
    search.radius = t->all_whole ? search.radius : INFINITY;
    search.run.progress = NULL;
    return t->floats->inner->kind->search(t->floats->inner, &whole, &search, ids,
                                          distances, err);
}

/* Every row, for metrics that nothing bounds. */
static void scan(void *context, size_t begin, size_t end, int worker)
{
    task *t = context;
    for (size_t q = begin; q < end; q++) {
        double *scratch;
        const double *query = widen_query(t, q, worker, &scratch);
        numeral_top top = begin_top(t, q);
        int64_t left = t->search->leave_out ? t->search->leave_out[q] : -1;
        for (int64_t id = 0; id < (int64_t)t->floats->head.n_rows; id++) {
            if (id != left) {
                push(t, &top, query, &id, 1, scratch);
            }
        }
        numeral_top_finish(&top);
    }
}

static numeral_status allocate_scratch(task *t, numeral_error *err)
{
    size_t workers = (size_t)numeral_thread_count(t->search->run.threads);
    t->scratch =
        numeral_allocate(workers, 3 * t->floats->head.n_dims * sizeof(double), err);
    return t->scratch ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

/* Candidates, those that can be nearer still, and the order of float64. */
static numeral_status filter(task *t, numeral_error *err)
{
    size_t n = t->queries->n_rows;
    bool bounded = t->search->radii || t->search->radius < INFINITY;
    numeral_status status;
    TRY(allocate_scratch(t, err));
    TRY_ALLOC(t->found = numeral_allocate(n, t->room * sizeof *t->found, err));
    TRY_ALLOC(t->found_distances =
                  numeral_allocate(n, t->room * sizeof *t->found_distances, err));
    TRY_ALLOC(t->radii = numeral_allocate(n, sizeof *t->radii, err));
    TRY_ALLOC(t->unsure = numeral_allocate(n, 1, err));
    TRY_ALLOC(t->again = numeral_allocate(n + 1, sizeof *t->again, err));
    for (size_t q = 0; q < n && bounded; q++) {
        t->radii[q] = inner_radius(t, q, numeral_search_radius(t->search, q));
    }
    TRY(search_inner(t, t->room, bounded ? t->radii : NULL, t->found, t->found_distances,
                     err));
    numeral_parallel_for(n, 4, t->search->run.threads, decide_first, t);
    TRY(ask_again(t, err));
done:
    numeral_release(t->scratch);
    numeral_release(t->found);
    numeral_release(t->found_distances);
    numeral_release(t->radii);
    numeral_release(t->unsure);
    numeral_release(t->again);
    return status;
}

static numeral_status search_block(task *t, numeral_error *err)
{
    const numeral_floats *floats = t->floats;
    size_t n = t->queries->n_rows;
    numeral_status status = NUMERAL_OK;
    if (floats->inner) {
        t->stride = floats->head.n_dims * numeral_dtype_bytes(floats->inner->dtype);
        TRY_ALLOC(t->whole = numeral_allocate(n, t->stride, err));
        TRY_ALLOC(t->errors = numeral_allocate(n, sizeof *t->errors, err));
        round_queries(t);
    }
    if (floats->inner && t->all_whole) {
        TRY(search_inner(t, t->search->k, t->search->radii, t->ids, t->distances, err));
    } else if (floats->inner && numeral_floats_bounds(floats->head.metric)) {
        TRY(filter(t, err));
    } else {
        TRY(allocate_scratch(t, err));
        numeral_parallel_for(n, 1, t->search->run.threads, scan, t);
        numeral_release(t->scratch);
    }
done:
    numeral_release(t->whole);
    numeral_release(t->errors);
    return status;
}

numeral_status numeral_floats_search(const numeral_index *index,
                                     const numeral_rows *queries,
                                     const numeral_search *search, int64_t *ids,
                                     double *distances, numeral_error *err)
{
    size_t k = search->k, room = k < SIZE_MAX / 2 ? k + MORE + k / 8 : k;
    room = room < index->n_rows ? room : index->n_rows;
    size_t most = MAX_PLACES / room, block = most < 1 ? 1 : most < BLOCK ? most : BLOCK;
    for (size_t first = 0; first < queries->n_rows; first += block) {
        numeral_rows some = *queries;
        numeral_search rest = numeral_search_from(search, first);
        size_t left = queries->n_rows - first;
        some.data = numeral_rows_at(queries, first);
        some.n_rows = left < block ? left : block;
        task t = {.floats = (const numeral_floats *)index,
                  .queries = &some,
                  .search = &rest,
                  .ids = ids + first * k,
                  .distances = distances + first * k,
                  .room = room};
        numeral_status status = search_block(&t, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    return NUMERAL_OK;
}
