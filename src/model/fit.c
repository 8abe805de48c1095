/* Fitting: the stages that one digit goes through, run over the training rows, and what
 * it leaves behind.
 */
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/run.h"
#include "model/fit.h"
#include "model/second_look.h"

/* One more whenever the same recipe, digits and seed give a model of other answers than
 * before: by its stages, likeness, background, drawn digits or calibration. The models
 * that commands keep (cli/default_model.c) are then made anew. */
enum { FITTING_VERSION = 3 };

unsigned numeral_fitting_version(void)
{
    return FITTING_VERSION;
}

static numeral_status check_data(const numeral_recipe *recipe,
                                 const numeral_dataset *data, numeral_error *err)
{
    if (data->n_images == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%s: no digits to learn from",
                            data->name);
    }
    if (!data->labels) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: has no labels; training needs them", data->name);
    }
    if (recipe->k > data->n_images) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "-k %zu: %s has only %zu digits",
                            recipe->k, data->name, data->n_images);
    }
    return NUMERAL_OK;
}

/* Whether nearly all images leave the border empty, so that at prediction an image that
 * does not is a stranger to be framed. */
static bool has_clear_borders(const numeral_dataset *data)
{
    size_t bytes = data->height * data->width, clear = 0;
    for (size_t i = 0; i < data->n_images; i++) {
        clear += numeral_image_has_clear_border(data->pixels + i * bytes, data->height,
                                                data->width);
    }
    return (double)clear >= 0.99 * (double)data->n_images;
}

static numeral_status begin(numeral_model *model, const numeral_recipe *recipe,
                            const numeral_dataset *data, uint64_t seed,
                            numeral_error *err)
{
    numeral_status status;
    model->recipe = *recipe;
    model->seed = seed;
    model->clear_border = !data->columns && has_clear_borders(data);
    TRY(numeral_model_make_rows(model, data->n_images, err));
    memcpy(model->labels, data->labels, data->n_images * sizeof *data->labels);
    TRY(numeral_model_take_classes(
        model,
        numeral_classes_of(data->labels, data->n_images,
                           (const char *const *)data->label_names, data->n_label_names,
                           err),
        err));
    TRY(numeral_model_add_origin(model, data->name, data->n_images, err));
    TRY(numeral_model_print_recipe(model, err));
    TRY(numeral_pipeline_plan(recipe, data->height, data->width, data->columns,
                              &model->pipeline, err));
done:
    return status;
}

static numeral_status fit_pipeline(numeral_model *model, const numeral_dataset *data,
                                   const numeral_run *run, numeral_fit_report *report,
                                   numeral_error *err)
{
    numeral_fit_images to = {data->pixels,     model->row_classes, model->n_rows,
                             model->n_classes, model->seed,        run};
    numeral_fit_seconds seconds = {0};
    numeral_status status =
        numeral_pipeline_fit(&model->pipeline, &model->recipe, &to, NULL, &seconds, err);
    report->features += seconds.features;
    report->fit += seconds.fit;
    return status;
}

/* Rows of images that are rows already are indexed where they lie. */
static numeral_status build_index(numeral_model *model, const numeral_dataset *data,
                                  const numeral_run *run, numeral_fit_report *report,
                                  numeral_error *err)
{
    const numeral_pipeline *pipeline = &model->pipeline;
    double start = numeral_clock_seconds();
    numeral_rows rows = {data->pixels, pipeline->quantiser.dtype, model->n_rows,
                         pipeline->n_dims, pipeline->n_dims};
    uint8_t *made = NULL;
    if (!numeral_pipeline_is_pixels(pipeline)) {
        rows.stride *= numeral_dtype_bytes(rows.dtype);
        made = numeral_allocate(model->n_rows, rows.stride, err);
        numeral_status status =
            made ? numeral_pipeline_rows(pipeline, data->pixels, model->n_rows,
                                         rows.stride, run, made, err)
                 : NUMERAL_ERROR_MEMORY;
        if (status != NUMERAL_OK) {
            numeral_release(made);
            return status;
        }
        rows.data = made;
    }
    double middle = numeral_clock_seconds();
    numeral_index *index = NULL;
    numeral_status status = numeral_index_build(&rows, &model->recipe.index,
                                                &model->recipe.metric, run, &index, err);
    if (status == NUMERAL_OK) {
        status = numeral_model_take_index(model, index, err);
    }
    report->features += middle - start;
    report->index += numeral_clock_seconds() - middle;
    numeral_release(made);
    return status;
}

static numeral_status keep_images(numeral_model *model, const numeral_dataset *data,
                                  numeral_error *err)
{
    bool looked_at = numeral_cascade_uses_view(&model->recipe.cascade, NUMERAL_VIEW_RAW);
    if (numeral_pipeline_is_pixels(&model->pipeline) && !looked_at) {
        return NUMERAL_OK;
    }
    return numeral_sparse_pack(data->pixels, data->n_images, data->height * data->width,
                               &model->images, err);
}

numeral_status numeral_model_fit_stages(const numeral_recipe *recipe,
                                        const numeral_dataset *data, uint64_t seed,
                                        const numeral_run *run, numeral_model **out,
                                        numeral_fit_report *report, numeral_error *err)
{
    double start = numeral_clock_seconds();
    numeral_fit_report times = {0};
    numeral_model *model = NULL;
    numeral_status status = NUMERAL_OK;
    run = numeral_run_or_default(run);
    TRY(check_data(recipe, data, err));
    model = numeral_model_create(recipe->registry, err);
    TRY_ALLOC(model);
    TRY(begin(model, recipe, data, seed, err));
    TRY(fit_pipeline(model, data, run, &times, err));
    TRY(build_index(model, data, run, &times, err));
    TRY(keep_images(model, data, err));
    TRY(numeral_second_look_fit(model, data->pixels, run, err));
    if (report) {
        times.total = numeral_clock_seconds() - start;
        times.n_rows = model->n_rows;
        times.n_dims = model->pipeline.n_dims;
        times.dtype = model->pipeline.quantiser.dtype;
        *report = times;
    }
    *out = model;
    model = NULL;
done:
    numeral_model_destroy(model);
    return status;
}
