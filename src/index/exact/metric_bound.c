/* What an index needs of its rows, and a search of its query, to use the inequality that
 * ties a metric to l2 (inequality.c): derived rows, ranges of values, lengths; the
 * query's context, the metric's distances, and how far in l2 a bound by the metric
 * reaches.
 *
 * An index with derived rows is built over them: its clusters and coordinates are theirs.
 * The rows it keeps are those given, for the metric's own distances. */
#include "index/exact/metric_bound.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "index/exact/exact.h"
#include "metric/cosine.h"

enum { GRAIN = 256 /* rows that a thread takes at once: about a millisecond's work */ };

/* More than the roundings of a sum of 4,096 squares in float64 take away. */
static const double INFLATE = 1.0 + 1e-9;

numeral_status numeral_metric_bound_create(const numeral_index *head,
                                           numeral_metric_bound **out, numeral_error *err)
{
    const numeral_inequality *known = numeral_inequality_find(head->metric, head->dtype);
    *out = NULL;
    if (!known) {
        return NUMERAL_OK;
    }
    *out = numeral_allocate_zero(1, sizeof **out, err);
    if (!*out) {
        return NUMERAL_ERROR_MEMORY;
    }
    (*out)->inequality = known;
    (*out)->numbers.scale = 1;
    return NUMERAL_OK;
}

void numeral_metric_bound_destroy(numeral_metric_bound *bound)
{
    if (bound) {
        numeral_release(bound->least);
        numeral_release(bound->widest);
        numeral_release(bound->lengths);
        numeral_release(bound);
    }
}

/* The nearest integer that `dtype` holds (-32768 excepted). */
static double round_into(numeral_dtype dtype, double value)
{
    double least = dtype == NUMERAL_U8 ? 0 : dtype == NUMERAL_I8 ? -128 : -32767;
    double most = dtype == NUMERAL_U8 ? 255 : dtype == NUMERAL_I8 ? 127 : 32767;
    double rounded = floor(value + 0.5);
    return rounded < least ? least : rounded > most ? most : rounded;
}

/* The values derived from `reals`, as a row of `dtype`; returns what rounding moved it
 * by, an upper bound. */
static double derive(const numeral_metric_bound *bound, numeral_dtype dtype,
                     size_t n_dims, const double *reals, double *derived, void *out)
{
    double sum = 0;
    bound->inequality->derive(reals, n_dims, derived);
    for (size_t j = 0; j < n_dims; j++) {
        double value = bound->numbers.scale * derived[j] + bound->numbers.offset;
        double rounded = round_into(dtype, value), d = value - rounded;
        sum += d * d;
        if (dtype == NUMERAL_I16) {
            ((int16_t *)out)[j] = (int16_t)rounded;
        } else {
            ((uint8_t *)out)[j] = (uint8_t)(int16_t)rounded;
        }
    }
    return sqrt(sum) * INFLATE;
}

typedef struct deriving {
    numeral_metric_bound *bound;
    const numeral_rows *rows;
    double *reals;  /* 2 × n_dims for each worker */
    double *extent; /* for each worker: the largest |derived value| */
    double *errors; /* for each worker */
    uint8_t *out;
} deriving;

/* The values of a given row; its place in `out` is free for the stored form so far. */
static void take_reals(const deriving *d, size_t row, double *reals)
{
    size_t n = d->rows->n_dims, bytes = n * numeral_dtype_bytes(d->rows->dtype);
    uint8_t *stored = d->out + row * bytes;
    numeral_row_store(d->rows->dtype, numeral_rows_at(d->rows, row), n, bytes, stored);
    numeral_row_reals(d->rows->dtype, stored, n, reals);
}

static void find_extent(void *context, size_t begin, size_t end, int worker)
{
    deriving *d = context;
    size_t n = d->rows->n_dims;
    double *reals = d->reals + 2 * n * (size_t)worker, *most = &d->extent[worker];
    for (size_t row = begin; row < end; row++) {
        take_reals(d, row, reals);
        d->bound->inequality->derive(reals, n, reals + n);
        for (size_t j = n; j < 2 * n; j++) {
            *most = fmax(*most, fabs(reals[j]));
        }
    }
}

static void derive_rows(void *context, size_t begin, size_t end, int worker)
{
    deriving *d = context;
    size_t n = d->rows->n_dims, bytes = n * numeral_dtype_bytes(d->rows->dtype);
    double *reals = d->reals + 2 * n * (size_t)worker, *most = &d->errors[worker];
    for (size_t row = begin; row < end; row++) {
        take_reals(d, row, reals);
        double error =
            derive(d->bound, d->rows->dtype, n, reals, reals + n, d->out + row * bytes);
        *most = fmax(*most, error);
    }
}

static double largest(const double *values, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, values[i]);
    }
    return most;
}

/* The largest derived value fills the type's range (of i16 nearly, so that no rounding
 * passes it); u8 is halved where there are negative values. */
static void choose_scale(numeral_metric_bound *bound, numeral_dtype dtype, double extent)
{
    bool centred = bound->inequality->centred;
    double room = dtype == NUMERAL_I16              ? 32000
                  : dtype == NUMERAL_U8 && !centred ? 255
                                                    : 127;
    bound->numbers.offset = dtype == NUMERAL_U8 && centred ? 128 : 0;
    bound->numbers.scale = extent > 0 ? room / extent : 1;
}

numeral_status numeral_metric_bound_rows(numeral_metric_bound *bound,
                                         const numeral_rows *rows, int threads,
                                         void **data, numeral_error *err)
{
    size_t workers = (size_t)numeral_thread_count(threads), n = rows->n_dims;
    numeral_status status;
    deriving d = {.bound = bound, .rows = rows};
    TRY_ALLOC(d.reals = numeral_allocate(workers, 2 * n * sizeof *d.reals, err));
    TRY_ALLOC(d.extent = numeral_allocate_zero(workers, sizeof *d.extent, err));
    TRY_ALLOC(d.errors = numeral_allocate_zero(workers, sizeof *d.errors, err));
    TRY_ALLOC(d.out = numeral_allocate(rows->n_rows, n * numeral_dtype_bytes(rows->dtype),
                                       err));
    /* Twice over the rows: the scale follows from the largest value of all. */
    numeral_parallel_for(rows->n_rows, GRAIN, threads, find_extent, &d);
    choose_scale(bound, rows->dtype, largest(d.extent, workers));
    numeral_parallel_for(rows->n_rows, GRAIN, threads, derive_rows, &d);
    bound->numbers.error = largest(d.errors, workers);
    *data = d.out;
done:
    numeral_release(d.reals);
    numeral_release(d.extent);
    numeral_release(d.errors);
    return status;
}

static void measure_row(const numeral_exact *exact, const uint8_t *row, int32_t *least,
                        int32_t *most)
{
    for (size_t j = 0; j < exact->head.n_dims; j++) {
        int32_t value = numeral_row_value(exact->head.dtype, row, j);
        least[j] = value < least[j] ? value : least[j];
        most[j] = value > most[j] ? value : most[j];
    }
}

numeral_status numeral_metric_bound_measure(numeral_exact *exact, numeral_error *err)
{
    numeral_metric_bound *bound = exact->metric_bound;
    size_t n = exact->head.n_dims, n_rows = exact->head.n_rows;
    bool cosine = exact->head.metric->family == NUMERAL_METRIC_COSINE;
    numeral_status status;
    TRY_ALLOC(bound->least = numeral_allocate(n, sizeof *bound->least, err));
    TRY_ALLOC(bound->widest = numeral_allocate(n, sizeof *bound->widest, err));
    if (cosine) {
        TRY_ALLOC(bound->lengths = numeral_allocate(n_rows, sizeof *bound->lengths, err));
    }
    for (size_t j = 0; j < n; j++) {
        bound->least[j] = INT32_MAX;
        bound->widest[j] = INT32_MIN; /* the greatest value, so far */
    }
    for (size_t p = 0; p < n_rows; p++) {
        const uint8_t *row = exact->rows + p * exact->stride;
        measure_row(exact, row, bound->least, bound->widest);
        if (cosine) {
            numeral_row_sums sums = numeral_row_sum(exact->head.dtype, row, n);
            bound->lengths[p] = numeral_row_length(exact->head.dtype, n, sums);
        }
    }
    for (size_t j = 0; j < n; j++) {
        bound->widest[j] -= bound->least[j];
    }
    exact->head.bytes += sizeof *bound + 8 * n + (cosine ? 8 * n_rows : 0);
done:
    return status;
}

/* How far rows can be away in each dimension; the query's sums. */
static void measure_query(const numeral_exact *exact, numeral_query_context *context)
{
    const numeral_metric_bound *bound = context->bound;
    double shift = exact->head.dtype == NUMERAL_I8 ? NUMERAL_I8_SHIFT : 0, squared = 0;
    context->greatest = context->squares = context->n_free = 0;
    context->sum = context->n_ink = 0;
    for (size_t j = 0; j < context->n_dims; j++) {
        double q = context->query[j], below = q + shift - bound->least[j];
        double above = bound->widest[j] - below;
        double most = below > above ? below : above;
        context->most[j] = most;
        context->greatest = most > context->greatest ? most : context->greatest;
        context->squares += most * most;
        context->n_free += most > 0;
        context->sum += fabs(q);
        context->n_ink += q != 0;
        squared += q * q;
    }
    context->length = sqrt(squared);
}

void numeral_query_context_set(const numeral_exact *exact, numeral_query_context *context,
                               uint8_t *row)
{
    numeral_dtype dtype = exact->head.dtype;
    size_t n = exact->head.n_dims;
    context->bound = exact->metric_bound;
    context->parameters = exact->head.metric_parameters;
    context->n_dims = n;
    memcpy(context->row, row, exact->stride);
    numeral_row_reals(dtype, context->row, n, context->query);
    measure_query(exact, context);
    context->error = 0;
    if (context->bound->inequality->derive) {
        context->error = derive(context->bound, dtype, n, context->query,
                                context->derived, context->other);
        numeral_row_store(dtype, context->other, n, exact->stride, row);
    }
}

/* a·b from |a - b|², which the shift of i8 rows leaves as it is; all exact. */
static double cosine_at(const numeral_exact *exact, const numeral_query_context *context,
                        const uint8_t *row, uint32_t position)
{
    double length = context->bound->lengths[position];
    double apart = numeral_row_l2(numeral_exact_kernels_get(), exact->head.dtype, row,
                                  context->row, exact->stride);
    double norms = round(length * length) + round(context->length * context->length);
    return numeral_cosine((norms - apart) / 2, context->length, length);
}

double numeral_query_context_distance(const numeral_exact *exact,
                                      const numeral_query_context *context,
                                      uint32_t position)
{
    const numeral_index *head = &exact->head;
    const uint8_t *row = exact->rows + (size_t)position * exact->stride;
    uint32_t count;
    switch (head->metric->family) {
    case NUMERAL_METRIC_L1:
    case NUMERAL_METRIC_LINF:
    case NUMERAL_METRIC_HAMMING:
        numeral_row_count(numeral_distance_kernels_get(), head->metric->family,
                          head->dtype, context->row, row, exact->stride, 1,
                          context->n_dims, &count);
        return count;
    case NUMERAL_METRIC_COSINE:
        return cosine_at(exact, context, row, position);
    default:
        numeral_row_reals(head->dtype, row, context->n_dims, context->other);
        return head->metric->distance(context->parameters, context->query, context->other,
                                      context->n_dims);
    }
}

double numeral_query_context_reach(const numeral_query_context *context, double bound)
{
    const numeral_metric_bound *m = context->bound;
    double reach = m->inequality->reach(context, bound);
    if (m->inequality->derive) {
        return reach * m->numbers.scale + m->numbers.error + context->error;
    }
    /* No row is farther than the corner of the box that holds them all. */
    return fmin(reach, sqrt(context->squares));
}
