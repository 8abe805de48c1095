/* Neighbours without votes, in every way that an index can search. */
#include "base/clock.h"
#include "base/fail.h"
#include "model/model.h"

enum { BLOCK = 4096 };

/* Digits as rows of the index. */
typedef struct digits {
    uint8_t *memory;
    numeral_rows rows;
    double seconds;
} digits;

static numeral_status make_rows(const numeral_model *model, const uint8_t *images,
                                const numeral_run *run, digits *d, numeral_error *err)
{
    size_t bytes = model->pipeline.height * model->pipeline.width;
    numeral_status status = NUMERAL_OK;
    for (size_t first = 0; first < d->rows.n_rows && status == NUMERAL_OK;
         first += BLOCK) {
        size_t left = d->rows.n_rows - first;
        status = numeral_pipeline_rows(&model->pipeline, images + first * bytes,
                                       left < BLOCK ? left : BLOCK, d->rows.stride, run,
                                       d->memory + first * d->rows.stride, err);
    }
    return status;
}

/* Without data nothing is made: the index has the rows. */
static numeral_status make_digits(const numeral_model *model, const numeral_dataset *data,
                                  const numeral_run *run, digits *out, numeral_error *err)
{
    *out = (digits){0};
    if (!data) {
        out->rows.n_rows = model->n_rows;
        return NUMERAL_OK;
    }
    const numeral_pipeline *pipeline = &model->pipeline;
    numeral_dtype dtype = pipeline->quantiser.dtype;
    size_t stride = numeral_round_up(pipeline->n_dims * numeral_dtype_bytes(dtype), 64);
    numeral_framed images = {0};
    numeral_status status = numeral_model_frame(model, data, &images, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    double start = numeral_clock_seconds();
    out->memory = numeral_allocate(data->n_images, stride, err);
    out->rows =
        (numeral_rows){out->memory, dtype, data->n_images, pipeline->n_dims, stride};
    status = out->memory ? make_rows(model, images.pixels, run, out, err)
                         : NUMERAL_ERROR_MEMORY;
    out->seconds = numeral_clock_seconds() - start;
    numeral_release(images.owned);
    return status;
}

static numeral_status find(const numeral_model *model, const numeral_dataset *data,
                           const numeral_search *search, const digits *d,
                           numeral_answers *answers, numeral_error *err)
{
    answers->ids = numeral_allocate(answers->n, answers->k * sizeof *answers->ids, err);
    answers->distances =
        numeral_allocate(answers->n, answers->k * sizeof *answers->distances, err);
    if (!answers->ids || !answers->distances) {
        return NUMERAL_ERROR_MEMORY;
    }
    if (data) {
        return numeral_index_search(model->index, &d->rows, search, answers->ids,
                                    answers->distances, err);
    }
    return numeral_index_search_self(model->index, NULL, answers->n, search, answers->ids,
                                     answers->distances, err);
}

numeral_status numeral_model_search(const numeral_model *model,
                                    const numeral_dataset *data,
                                    const numeral_search *search, numeral_answers *out,
                                    numeral_error *err)
{
    digits d;
    numeral_search how = *search;
    how.k = search->k ? search->k : model->recipe.k;
    double start = numeral_clock_seconds();
    numeral_status status = make_digits(model, data, &search->run, &d, err);
    numeral_answers answers = {
        .n = d.rows.n_rows, .n_classes = model->n_classes, .k = how.k};
    double middle = numeral_clock_seconds();
    if (status == NUMERAL_OK) {
        status = find(model, data, &how, &d, &answers, err);
    }
    numeral_release(d.memory);
    if (status != NUMERAL_OK) {
        numeral_answers_free(&answers);
        return status;
    }
    answers.seconds.features = d.seconds;
    answers.seconds.search = numeral_clock_seconds() - middle;
    answers.seconds.total = numeral_clock_seconds() - start;
    *out = answers;
    return NUMERAL_OK;
}

numeral_status numeral_model_search_radius(const numeral_model *model,
                                           const numeral_dataset *data,
                                           const numeral_search *search,
                                           numeral_ranges *out, numeral_error *err)
{
    digits d;
    numeral_status status = make_digits(model, data, &search->run, &d, err);
    if (status == NUMERAL_OK) {
        status =
            data ? numeral_index_search_radius(model->index, &d.rows, search, out, err)
                 : numeral_index_search_radius_self(model->index, NULL, d.rows.n_rows,
                                                    search, out, err);
    }
    numeral_release(d.memory);
    return status;
}
