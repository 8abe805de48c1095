/* Neighbours without votes, in every way that an index can search. */
#include <math.h>

#include <numeral/dynamic.h>
#include <numeral/shards.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/run.h"
#include "model/hold.h"

/* Digits as rows of the index: vectors made from images, or the ids of its own rows. */
typedef struct digits {
    uint8_t *memory;
    numeral_rows rows;
    int64_t *own;
    double seconds;
} digits;

static void digits_free(digits *d)
{
    numeral_release(d->memory);
    numeral_release(d->own);
}

static numeral_status list_own(const numeral_model *model, digits *d, numeral_error *err)
{
    d->rows.n_rows = numeral_index_n_rows(model->index);
    d->own = numeral_allocate(d->rows.n_rows, sizeof *d->own, err);
    if (!d->own) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_index_get_ids(model->index, d->own, d->rows.n_rows);
    return NUMERAL_OK;
}

static numeral_status make_digits(const numeral_model *model, const numeral_dataset *data,
                                  const numeral_run *run, digits *d, numeral_error *err)
{
    if (!data) {
        return list_own(model, d, err); /* the index has their vectors */
    }
    const numeral_pipeline *pipeline = &model->pipeline;
    numeral_dtype dtype = pipeline->quantiser.dtype;
    size_t stride = numeral_round_up(pipeline->n_dims * numeral_dtype_bytes(dtype), 64);
    numeral_framed images = {0};
    numeral_status status = numeral_model_frame(model, data, run, &images, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    double start = numeral_clock_seconds();
    d->memory = numeral_allocate(data->n_images, stride, err);
    d->rows = (numeral_rows){d->memory, dtype, data->n_images, pipeline->n_dims, stride};
    status = d->memory ? numeral_pipeline_rows(pipeline, images.pixels, data->n_images,
                                               stride, run, d->memory, err)
                       : NUMERAL_ERROR_MEMORY;
    d->seconds = numeral_clock_seconds() - start;
    numeral_release(images.owned);
    return status;
}

static numeral_status find(const numeral_model *model, const digits *d,
                           const numeral_search *search, numeral_answers *answers,
                           numeral_error *err)
{
    answers->ids = numeral_allocate(answers->n, answers->k * sizeof *answers->ids, err);
    answers->distances =
        numeral_allocate(answers->n, answers->k * sizeof *answers->distances, err);
    if (!answers->ids || !answers->distances) {
        return NUMERAL_ERROR_MEMORY;
    }
    return d->own ? numeral_index_search_self(model->index, d->own, answers->n, search,
                                              answers->ids, answers->distances, err)
                  : numeral_index_search(model->index, &d->rows, search, answers->ids,
                                         answers->distances, err);
}

numeral_status numeral_model_search(const numeral_model *model,
                                    const numeral_dataset *data,
                                    const numeral_search *search, numeral_answers *out,
                                    numeral_error *err)
{
    numeral_model now = {0};
    digits d = {0};
    numeral_search how = *search;
    numeral_answers answers = {0};
    numeral_status status;
    double start = numeral_clock_seconds(), middle;
    TRY(numeral_model_hold(model, &now, err));
    how.k = search->k ? search->k : now.recipe.k;
    TRY(make_digits(&now, data, &search->run, &d, err));
    middle = numeral_clock_seconds();
    answers.n = d.rows.n_rows;
    answers.n_classes = now.n_classes;
    answers.k = how.k;
    TRY(find(&now, &d, &how, &answers, err));
    answers.seconds.features = d.seconds;
    answers.seconds.search = numeral_clock_seconds() - middle;
    answers.seconds.total = numeral_clock_seconds() - start;
    *out = answers;
    answers = (numeral_answers){0};
done:
    numeral_answers_free(&answers);
    digits_free(&d);
    numeral_model_let_go(&now);
    return status;
}

numeral_status numeral_model_neighbours(const numeral_model *model,
                                        const numeral_dataset *data, size_t k,
                                        const numeral_run *run, numeral_answers *out,
                                        numeral_error *err)
{
    numeral_search search = {
        .k = k, .radius = INFINITY, .run = *numeral_run_or_default(run)};
    numeral_model now = {0};
    numeral_status status;
    TRY(numeral_model_hold(model, &now, err));
    if (k > now.n_rows) {
        TRY(numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                         "-k %zu: the model has only %zu rows", k, now.n_rows));
    }
    TRY(numeral_model_search(&now, data, &search, out, err));
done:
    numeral_model_let_go(&now);
    return status;
}

numeral_status numeral_model_search_radius(const numeral_model *model,
                                           const numeral_dataset *data,
                                           const numeral_search *search,
                                           numeral_ranges *out, numeral_error *err)
{
    numeral_model now = {0};
    digits d = {0};
    numeral_status status;
    TRY(numeral_model_hold(model, &now, err));
    TRY(make_digits(&now, data, &search->run, &d, err));
    status = d.own ? numeral_index_search_radius_self(now.index, d.own, d.rows.n_rows,
                                                      search, out, err)
                   : numeral_index_search_radius(now.index, &d.rows, search, out, err);
done:
    digits_free(&d);
    numeral_model_let_go(&now);
    return status;
}

numeral_status numeral_model_make_vectors(const numeral_model *model,
                                          const numeral_dataset *data,
                                          const numeral_run *run, numeral_rows *out,
                                          numeral_error *err)
{
    numeral_model now = {0};
    digits d = {0};
    numeral_status status;
    TRY(numeral_model_hold(model, &now, err));
    TRY(make_digits(&now, data, numeral_run_or_default(run), &d, err));
    *out = d.rows;
    d.memory = NULL; /* the caller's, as out->data */
done:
    digits_free(&d);
    numeral_model_let_go(&now);
    return status;
}

numeral_status numeral_model_search_vectors(const numeral_model *model,
                                            const numeral_rows *vectors,
                                            const numeral_search *search, int64_t *ids,
                                            double *distances, numeral_error *err)
{
    numeral_model now = {0};
    numeral_status status;
    TRY(numeral_model_hold(model, &now, err));
    status = numeral_index_search(now.index, vectors, search, ids, distances, err);
done:
    numeral_model_let_go(&now);
    return status;
}

bool numeral_model_get_vector(const numeral_model *model, size_t row, void *out)
{
    numeral_model now = {0};
    bool copied = row <= INT64_MAX &&
                  numeral_model_hold(model, &now, NULL) == NUMERAL_OK &&
                  numeral_index_get_row(now.index, (int64_t)row, out, NULL) == NUMERAL_OK;
    numeral_model_let_go(&now);
    return copied;
}
