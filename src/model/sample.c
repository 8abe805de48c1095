/* Sampled leave-one-out, for what a model is measured by: its unit of distance, the units
 * of its re-rankers, what is normal among its digits. */
#include "model/sample.h"

#include <math.h>

#include <numeral/dynamic.h>

#include "base/fail.h"

/* Which of all rows stand in the sample. Without `random` the shares are of equal size,
 * and what remains behind the last one is never looked at: models hold numbers measured
 * so. */
static numeral_status choose_rows(const numeral_model *model, numeral_random *random,
                                  numeral_sample *s, numeral_error *err)
{
    size_t all = numeral_index_n_rows(model->index);
    int64_t *ids = numeral_allocate(all, sizeof *ids, err);
    if (!ids) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_index_get_ids(model->index, ids, all);
    for (size_t i = 0; i < s->n; i++) {
        size_t from = i * all / s->n, to = (i + 1) * all / s->n;
        size_t at = random ? from + (size_t)numeral_random_below(random, to - from)
                           : i * (all / s->n);
        s->rows[i] = ids[at];
    }
    numeral_release(ids);
    return NUMERAL_OK;
}

numeral_status numeral_sample_take(const numeral_model *model, size_t most, size_t k,
                                   numeral_random *random, const numeral_run *run,
                                   numeral_sample *out, numeral_error *err)
{
    size_t all = numeral_index_n_rows(model->index);
    numeral_sample s = {.n = all < most ? all : most, .k = k};
    numeral_search search = {
        .k = k, .radius = INFINITY, .run = {.threads = run->threads}};
    numeral_status status;
    TRY_ALLOC(s.rows = numeral_allocate(s.n, sizeof *s.rows, err));
    TRY_ALLOC(s.ids = numeral_allocate(s.n, k * sizeof *s.ids, err));
    TRY_ALLOC(s.distances = numeral_allocate(s.n, k * sizeof *s.distances, err));
    TRY(choose_rows(model, random, &s, err));
    TRY(numeral_index_search_self(model->index, s.rows, s.n, &search, s.ids, s.distances,
                                  err));
    *out = s;
    return NUMERAL_OK;
done:
    numeral_sample_free(&s);
    return status;
}

void numeral_sample_free(numeral_sample *sample)
{
    numeral_release(sample->rows);
    numeral_release(sample->ids);
    numeral_release(sample->distances);
    *sample = (numeral_sample){0};
}

size_t numeral_sample_found(const numeral_sample *sample, size_t i)
{
    size_t n = 0;
    while (n < sample->k && sample->ids[i * sample->k + n] >= 0) {
        n++;
    }
    return n;
}

double numeral_sample_length(const numeral_model *model, const numeral_sample *sample,
                             size_t i)
{
    size_t n = numeral_sample_found(sample, i);
    const numeral_metric *metric = numeral_metric_of(model->recipe.metric.entry);
    return n ? numeral_metric_unsquared(metric, sample->distances[i * sample->k + n - 1])
             : 0;
}
