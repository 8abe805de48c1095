/* What a relation needs of all rows: derived rows, ranges of values, lengths. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "index/exact/exact.h"

enum { GRAIN = 256 };

typedef struct deriving {
    numeral_related *related;
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
        d->related->relation->derive(reals, n, reals + n);
        for (size_t j = n; j < 2 * n; j++) {
            *most = fabs(reals[j]) > *most ? fabs(reals[j]) : *most;
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
        double error = numeral_related_derive(d->related, d->rows->dtype, n, reals,
                                              reals + n, d->out + row * bytes);
        *most = error > *most ? error : *most;
    }
}

static double largest(const double *values, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        most = values[i] > most ? values[i] : most;
    }
    return most;
}

/* The largest derived value fills the type's range; u8 is halved where there are
 * negative values. */
static void choose_scale(numeral_related *related, numeral_dtype dtype, double extent)
{
    bool centred = related->relation->centred;
    double room = dtype == NUMERAL_I16              ? 32000
                  : dtype == NUMERAL_U8 && !centred ? 255
                                                    : 127;
    related->numbers.offset = dtype == NUMERAL_U8 && centred ? 128 : 0;
    related->numbers.scale = extent > 0 ? room / extent : 1;
}

numeral_status numeral_related_rows(numeral_related *related, const numeral_rows *rows,
                                    int threads, void **data, numeral_error *err)
{
    size_t workers = (size_t)numeral_thread_count(threads), n = rows->n_dims;
    deriving d = {.related = related, .rows = rows};
    d.reals = numeral_allocate(workers, 2 * n * sizeof *d.reals, err);
    d.extent = numeral_allocate_zero(workers, sizeof *d.extent, err);
    d.errors = numeral_allocate_zero(workers, sizeof *d.errors, err);
    d.out = numeral_allocate(rows->n_rows, n * numeral_dtype_bytes(rows->dtype), err);
    bool ready = d.reals && d.extent && d.errors && d.out;
    if (ready) {
        numeral_parallel_for(rows->n_rows, GRAIN, threads, find_extent, &d);
        choose_scale(related, rows->dtype, largest(d.extent, workers));
        numeral_parallel_for(rows->n_rows, GRAIN, threads, derive_rows, &d);
        related->numbers.error = largest(d.errors, workers);
        *data = d.out;
    } else {
        numeral_release(d.out);
    }
    numeral_release(d.reals);
    numeral_release(d.extent);
    numeral_release(d.errors);
    return ready ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

numeral_status numeral_related_create(const numeral_relation *relation,
                                      numeral_related **out, numeral_error *err)
{
    *out = numeral_allocate_zero(1, sizeof **out, err);
    if (!*out) {
        return NUMERAL_ERROR_MEMORY;
    }
    (*out)->relation = relation;
    (*out)->numbers.scale = 1;
    return NUMERAL_OK;
}

void numeral_related_destroy(numeral_related *related)
{
    if (related) {
        numeral_release(related->least);
        numeral_release(related->widest);
        numeral_release(related->lengths);
        numeral_release(related);
    }
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

numeral_status numeral_related_measure(numeral_exact *exact, numeral_error *err)
{
    numeral_related *related = exact->related;
    size_t n = exact->head.n_dims, n_rows = exact->head.n_rows;
    bool cosine = exact->head.metric->family == NUMERAL_METRIC_COSINE;
    related->least = numeral_allocate(n, sizeof *related->least, err);
    related->widest = numeral_allocate(n, sizeof *related->widest, err);
    related->lengths =
        cosine ? numeral_allocate(n_rows, sizeof *related->lengths, err) : NULL;
    if (!related->least || !related->widest || (cosine && !related->lengths)) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t j = 0; j < n; j++) {
        related->least[j] = INT32_MAX;
        related->widest[j] = INT32_MIN;
    }
    for (size_t p = 0; p < n_rows; p++) {
        const uint8_t *row = exact->rows + p * exact->stride;
        measure_row(exact, row, related->least, related->widest);
        if (cosine) {
            numeral_row_sums sums = numeral_row_sum(exact->head.dtype, row, n);
            related->lengths[p] = numeral_row_length(exact->head.dtype, n, sums);
        }
    }
    for (size_t j = 0; j < n; j++) {
        related->widest[j] -= related->least[j];
    }
    exact->head.bytes += sizeof *related + 8 * n + (cosine ? 8 * n_rows : 0);
    return NUMERAL_OK;
}
