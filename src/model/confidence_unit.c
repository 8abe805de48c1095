/* The unit in which a model's distances speak of confidence, so that a map measured on
 * one model serves another of the same recipe, whatever the scale of its rows. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "model/confidence.h"

static int compare_numbers(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

/* The median of those above 0; 1 where there are none. */
static double median_above_zero(double *values, size_t n)
{
    qsort(values, n, sizeof *values, compare_numbers);
    size_t zeros = 0;
    while (zeros < n && !(values[zeros] > 0)) {
        zeros++;
    }
    double median = zeros < n ? values[zeros + (n - zeros) / 2] : 1;
    return isfinite(median) ? median : 1;
}

/* What the unit is measured by. */
typedef struct sample {
    size_t n, k, stride;
    uint8_t *rows;
    int64_t *own, *ids;
    double *distances, *farthest;
} sample;

static void sample_free(sample *s)
{
    numeral_release(s->rows);
    numeral_release(s->own);
    numeral_release(s->ids);
    numeral_release(s->distances);
    numeral_release(s->farthest);
}

static numeral_status sample_create(const numeral_model *model, sample *s,
                                    numeral_error *err)
{
    enum { MOST = 1000 };
    size_t item = numeral_dtype_bytes(model->index->dtype);
    s->n = model->n_rows < MOST ? model->n_rows : MOST;
    s->k = numeral_model_voters(model);
    s->stride = numeral_round_up(model->index->n_dims * item, 64);
    s->rows = numeral_allocate_zero(s->n, s->stride, err);
    s->own = numeral_allocate(s->n, sizeof *s->own, err);
    s->ids = numeral_allocate(s->n, s->k * sizeof *s->ids, err);
    s->distances = numeral_allocate(s->n, s->k * sizeof *s->distances, err);
    s->farthest = numeral_allocate(s->n, sizeof *s->farthest, err);
    return s->rows && s->own && s->ids && s->distances && s->farthest
               ? NUMERAL_OK
               : NUMERAL_ERROR_MEMORY;
}

static double farthest_voter(const numeral_model *model, const sample *s, size_t i)
{
    const numeral_metric *metric = numeral_metric_of(model->recipe.metric.entry);
    double distance = 0;
    for (size_t j = 0; j < s->k && s->ids[i * s->k + j] >= 0; j++) {
        distance = s->distances[i * s->k + j];
    }
    return numeral_metric_unsquared(metric, distance);
}

numeral_status numeral_confidence_unit(const numeral_model *model, const numeral_run *run,
                                       double *out, numeral_error *err)
{
    sample s = {0};
    numeral_status status = sample_create(model, &s, err);
    for (size_t i = 0; i < s.n && status == NUMERAL_OK; i++) {
        s.own[i] = (int64_t)(i * (model->n_rows / s.n));
        status =
            numeral_index_get_row(model->index, s.own[i], s.rows + i * s.stride, err);
    }
    if (status == NUMERAL_OK) {
        numeral_rows queries = {s.rows, model->index->dtype, s.n, model->index->n_dims,
                                s.stride};
        numeral_search search = {.k = s.k,
                                 .radius = INFINITY,
                                 .leave_out = s.own,
                                 .run = {.threads = run->threads}};
        status = numeral_index_search(model->index, &queries, &search, s.ids, s.distances,
                                      err);
    }
    if (status == NUMERAL_OK) {
        for (size_t i = 0; i < s.n; i++) {
            s.farthest[i] = farthest_voter(model, &s, i);
        }
        *out = median_above_zero(s.farthest, s.n);
    }
    sample_free(&s);
    return status;
}
