/* What a model keeps for its second look: the views of its images, and the units in which
 * a sum of re-rankers adds their scores. */
#include "base/fail.h"
#include "base/threads.h"
#include "model/sample.h"
#include "model/second_look.h"
#include "model/views.h"

/* A unit is a mean over so many digits: of 1,000 it is known to about 2 %, where a unit
 * wrong by 10 % hardly moves an answer. */
enum { FIT_DIGITS = 1000 };

/* Training digits whose candidates leave themselves out. */
typedef struct unit_source {
    const numeral_look *look;
    numeral_sample sample;
    uint8_t *vectors; /* of the sample's rows, `stride` bytes apart */
    size_t stride;
} unit_source;

static bool get_training_digit(void *context, size_t i, int worker,
                               numeral_rerank_digit *out)
{
    const unit_source *from = context;
    const numeral_sample *sample = &from->sample;
    *out = (numeral_rerank_digit){.vector = from->vectors + i * from->stride,
                                  .n_candidates = numeral_sample_found(sample, i),
                                  .ids = sample->ids + i * sample->k,
                                  .distances = sample->distances + i * sample->k};
    numeral_look_lay_views(from->look, NULL, sample->rows[i], worker, out);
    return out->n_candidates > 0;
}

static numeral_status fit_units(numeral_model *model, const numeral_run *run,
                                numeral_error *err)
{
    numeral_status status;
    numeral_look look = {0};
    size_t item = numeral_dtype_bytes(model->index->dtype);
    unit_source from = {.look = &look,
                        .stride = numeral_round_up(model->index->n_dims * item, 64)};
    TRY(numeral_look_create(model, (size_t)numeral_thread_count(run->threads), &look,
                            err));
    TRY(numeral_sample_take(model, FIT_DIGITS, numeral_second_look_candidates(model),
                            NULL, run, &from.sample, err));
    TRY_ALLOC(from.vectors = numeral_allocate_zero(from.sample.n, from.stride, err));
    for (size_t i = 0; i < from.sample.n; i++) {
        TRY(numeral_index_get_row(model->index, from.sample.rows[i],
                                  from.vectors + i * from.stride, err));
    }
    TRY(numeral_cascade_fit(&model->recipe.cascade, &look.base, from.sample.n,
                            get_training_digit, &from, run, err));
done:
    numeral_look_free(&look);
    numeral_sample_free(&from.sample);
    numeral_release(from.vectors);
    return status;
}

numeral_status numeral_second_look_fit(numeral_model *model, const uint8_t *images,
                                       const numeral_run *run, numeral_error *err)
{
    const numeral_cascade *cascade = &model->recipe.cascade;
    numeral_status status = numeral_views_fit(model, images, run, err);
    if (status == NUMERAL_OK && cascade->n_parts &&
        cascade->combine == NUMERAL_COMBINE_SUM) {
        status = fit_units(model, run, err);
    }
    return status;
}

numeral_status numeral_second_look_save(const numeral_model *model,
                                        numeral_tensors *tensors, numeral_error *err)
{
    const numeral_cascade *cascade = &model->recipe.cascade;
    numeral_status status = numeral_views_save(model, tensors, err);
    if (status == NUMERAL_OK && cascade->n_parts) {
        status = numeral_tensors_add(tensors, "rerank.units", NUMERAL_TENSOR_F64,
                                     cascade->n_parts, 0, cascade->units, err);
    }
    return status;
}

/* Scores are far within these, so that no quotient or sum of quotients is infinite: then
 * differences of scores would be no numbers, nor the shares that they give. */
static const double least_unit = 1e-100, most_unit = 1e100;

numeral_status numeral_second_look_load(numeral_model *model,
                                        const numeral_tensors *tensors,
                                        numeral_error *err)
{
    numeral_cascade *cascade = &model->recipe.cascade;
    const numeral_tensor *units = NULL;
    numeral_status status;
    TRY(numeral_views_load(model, tensors, err));
    if (cascade->n_parts == 0) {
        goto done;
    }
    TRY(numeral_tensors_require(tensors, "rerank.units", NUMERAL_TENSOR_F64,
                                cascade->n_parts, 0, &units, err));
    for (size_t i = 0; i < cascade->n_parts; i++) {
        cascade->units[i] = ((const double *)units->data)[i];
        if (!(cascade->units[i] >= least_unit && cascade->units[i] <= most_unit)) {
            TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                             "rerank.units holds %g, expected %g to %g",
                             cascade->units[i], least_unit, most_unit));
        }
    }
done:
    return status;
}
