/* What a model is and holds; fitting, files and prediction have files of their own. */
#include "model/model.h"

#include <stdio.h>
#include <string.h>

#include <numeral/tools/command.h>

#include "base/fail.h"
#include "base/run.h"

void numeral_model_find_classes(numeral_model *model)
{
    bool seen[NUMERAL_MAX_CLASSES] = {false};
    for (size_t i = 0; i < model->n_rows; i++) {
        seen[model->labels[i]] = true;
    }
    numeral_model_set_classes(model, seen);
}

void numeral_model_set_classes(numeral_model *model,
                               const bool is_class[NUMERAL_MAX_CLASSES])
{
    model->n_classes = 0;
    for (size_t label = 0; label < NUMERAL_MAX_CLASSES; label++) {
        if (is_class[label]) {
            model->class_of_label[label] = (uint8_t)model->n_classes;
            snprintf(model->label_numbers[model->n_classes], 4, "%hhu", (uint8_t)label);
            model->classes[model->n_classes++] = (uint8_t)label;
        }
    }
}

const char *numeral_model_label_name(const numeral_model *model, size_t class)
{
    return model->label_names ? model->label_names[class] : model->label_numbers[class];
}

numeral_status numeral_model_number_classes(numeral_model *model, numeral_error *err)
{
    model->row_classes = numeral_allocate(model->n_rows, 1, err);
    if (!model->row_classes) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < model->n_rows; i++) {
        model->row_classes[i] = model->class_of_label[model->labels[i]];
    }
    return NUMERAL_OK;
}

numeral_status numeral_model_print_recipe(numeral_model *model, numeral_error *err)
{
    char *text = numeral_recipe_print(&model->recipe);
    if (!text) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for the recipe");
    }
    numeral_release(model->recipe_text);
    model->recipe_text = text;
    return NUMERAL_OK;
}

size_t numeral_model_voters(const numeral_model *model)
{
    return numeral_vote_need(&model->recipe.weights, model->recipe.k, model->n_rows);
}

void numeral_model_destroy(numeral_model *model)
{
    if (!model) {
        return;
    }
    numeral_index_destroy(model->index);
    numeral_pipeline_free(&model->pipeline);
    for (size_t i = 0; model->label_names && i < model->n_classes; i++) {
        numeral_release(model->label_names[i]);
    }
    numeral_release(model->label_names);
    numeral_release(model->row_classes);
    for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        numeral_sparse_free(&model->views[view]);
    }
    numeral_release(model->owned_labels);
    numeral_sparse_free(&model->images);
    numeral_release(model->recipe_text);
    numeral_release(model->calibration);
    numeral_release(model->data_name);
    numeral_bytes_free(&model->bytes);
    numeral_release(model);
}

void numeral_model_get_info(const numeral_model *model, numeral_model_info *out)
{
    size_t images = numeral_sparse_bytes(&model->images);
    for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        images += numeral_sparse_bytes(&model->views[view]);
    }
    *out = (numeral_model_info){
        .recipe = model->recipe_text,
        .data = model->data_name,
        .index = numeral_index_describe(model->index),
        .metric = model->recipe.metric.entry->name,
        .integer_distances = numeral_metric_of(model->recipe.metric.entry)->integer,
        .dtype = model->pipeline.quantiser.dtype,
        .n_rows = model->n_rows,
        .n_dims = model->pipeline.n_dims,
        .n_classes = model->n_classes,
        .k = model->recipe.k,
        .height = model->pipeline.height,
        .width = model->pipeline.width,
        .bytes = numeral_index_bytes(model->index) + images + model->n_rows,
        .seed = model->seed,
        .classes = model->classes,
        .labels = model->labels,
        .label_names = (const char *const *)model->label_names,
        .calibration = model->calibration,
        .map = model->calibration ? &model->map : NULL,
    };
}

bool numeral_model_get_image(const numeral_model *model, size_t row, uint8_t *out)
{
    if (row >= model->n_rows) {
        return false;
    }
    if (model->images.n) {
        numeral_sparse_get(&model->images, row, out);
        return true;
    }
    return numeral_pipeline_is_pixels(&model->pipeline) &&
           numeral_index_get_row(model->index, (int64_t)row, out, NULL) == NUMERAL_OK;
}

/* Builds another index over the rows of the one there is. */
static numeral_status change_index(numeral_model *model, const numeral_part *spec,
                                   const numeral_run *run, numeral_error *err)
{
    size_t item = numeral_dtype_bytes(model->index->dtype);
    size_t stride = model->index->n_dims * item;
    uint8_t *data = numeral_allocate(model->n_rows, stride, err);
    if (!data) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < model->n_rows && status == NUMERAL_OK; i++) {
        status = numeral_index_get_row(model->index, (int64_t)i, data + i * stride, err);
    }
    numeral_rows rows = {data, model->index->dtype, model->n_rows, model->index->n_dims,
                         stride};
    numeral_index *index = NULL;
    if (status == NUMERAL_OK) {
        status =
            numeral_index_build(&rows, spec, &model->recipe.metric, run, &index, err);
    }
    numeral_release(data);
    if (status == NUMERAL_OK) {
        numeral_index_destroy(model->index);
        model->index = index;
    }
    return status;
}

/* A calibration ends where votes are counted in another way. */
static numeral_status take_recipe(numeral_model *model, const numeral_recipe *changed,
                                  bool votes, numeral_error *err)
{
    char *text = numeral_recipe_print(changed);
    if (!text) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for the recipe");
    }
    if (votes && strcmp(text, model->recipe_text) != 0) {
        numeral_release(model->calibration);
        model->calibration = NULL;
    }
    numeral_release(model->recipe_text);
    model->recipe_text = text;
    model->recipe = *changed;
    return NUMERAL_OK;
}

numeral_status numeral_model_set(numeral_model *model, const char *option,
                                 const char *value, const numeral_run *run,
                                 numeral_error *err)
{
    const numeral_recipe_option *about = NULL;
    for (size_t i = 0; i < numeral_recipe_option_count(); i++) {
        if (strcmp(numeral_recipe_option_get(i)->name, option) == 0) {
            about = numeral_recipe_option_get(i);
        }
    }
    if (about && !about->after_fitting) {
        return numeral_fail(
            err, NUMERAL_ERROR_ARGUMENT,
            "--%s is fixed when a model is fitted; train again to change it", option);
    }
    run = numeral_run_or_default(run);
    numeral_recipe changed = model->recipe;
    numeral_status status = numeral_recipe_set(&changed, option, value, err);
    if (status == NUMERAL_OK && changed.k > model->n_rows) {
        status =
            numeral_fail(err, NUMERAL_ERROR_LIMIT, "-k %zu: the model has only %zu rows",
                         changed.k, model->n_rows);
    }
    if (status == NUMERAL_OK &&
        (strcmp(option, "index") == 0 || strcmp(option, "recall") == 0)) {
        status = change_index(model, &changed.index, run, err);
    }
    if (status != NUMERAL_OK) {
        return status;
    }
    return take_recipe(model, &changed, strcmp(option, "index") != 0, err);
}
