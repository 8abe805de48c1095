/* The model file: what is written, and under which names (docs/format.md). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/json.h"
#include "model/confidence.h"
#include "model/model.h"
#include "model/model_file.h"
#include "model/safetensors.h"
#include "model/second_look.h"
#include "model/views.h"

static numeral_status add_number(numeral_metadata *metadata, const char *key,
                                 uint64_t value, numeral_error *err)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return numeral_metadata_add(metadata, key, text, err);
}

static numeral_status add_label_names(numeral_metadata *metadata,
                                      const numeral_model *model, numeral_error *err)
{
    numeral_json_use_allocator();
    numeral_buffer text = {.max_bytes = (size_t)1 << 20};
    json_t *names = json_array();
    bool made = names != NULL;
    for (size_t c = 0; c < model->n_classes; c++) {
        made &=
            json_array_append_new(names, numeral_json_string(model->label_names[c])) == 0;
    }
    numeral_status status =
        made ? numeral_json_text(names, &text, err)
             : numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for label names");
    json_decref(names);
    if (status == NUMERAL_OK) {
        status = numeral_buffer_append(&text, "", 1, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_metadata_add(metadata, "label_names", (char *)text.data, err);
    }
    numeral_buffer_free(&text);
    return status;
}

static numeral_status describe(const numeral_model *model, numeral_metadata *metadata,
                               numeral_error *err)
{
    const struct {
        const char *key, *value;
    } texts[] = {{"format", NUMERAL_MODEL_FORMAT},
                 {"numeral", NUMERAL_VERSION},
                 {"recipe", model->recipe_text},
                 {"data", model->data_name},
                 {"index", numeral_index_kind_label(model->index)},
                 {"border", model->clear_border ? "clear" : "used"}};
    const struct {
        const char *key;
        uint64_t value;
    } numbers[] = {{"version", NUMERAL_MODEL_VERSION},
                   {"height", model->pipeline.height},
                   {"width", model->pipeline.width},
                   {"rows", model->n_rows},
                   {"dims", model->pipeline.n_dims},
                   {"dtype", model->pipeline.quantiser.dtype},
                   {"seed", model->seed}};
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < sizeof texts / sizeof *texts && status == NUMERAL_OK; i++) {
        status = numeral_metadata_add(metadata, texts[i].key, texts[i].value, err);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && status == NUMERAL_OK;
         i++) {
        status = add_number(metadata, numbers[i].key, numbers[i].value, err);
    }
    if (status == NUMERAL_OK && model->label_names) {
        status = add_label_names(metadata, model, err);
    }
    if (status == NUMERAL_OK && model->calibration) {
        status = numeral_metadata_add(metadata, "calibration", model->calibration, err);
    }
    return status;
}

static numeral_status list_pipeline(const numeral_pipeline *pipeline,
                                    numeral_tensors *tensors, numeral_error *err)
{
    numeral_status status =
        numeral_tensors_add(tensors, "quantiser.scale", NUMERAL_TENSOR_F64, 1, 0,
                            &pipeline->quantiser.scale, err);
    if (status == NUMERAL_OK && pipeline->quantiser.offset) {
        status =
            numeral_tensors_add(tensors, "quantiser.offset", NUMERAL_TENSOR_F64,
                                pipeline->n_dims, 0, pipeline->quantiser.offset, err);
    }
    for (size_t i = 0; i < pipeline->n_projections; i++) {
        const numeral_fitted *fitted = &pipeline->fitted[i];
        for (size_t a = 0; a < fitted->n_arrays && status == NUMERAL_OK; a++) {
            char name[NUMERAL_TENSOR_NAME_BYTES];
            snprintf(name, sizeof name, "fitted.%zu.%zu", i, a);
            status = numeral_tensors_add(tensors, name, NUMERAL_TENSOR_F64,
                                         fitted->lengths[a], 0, fitted->arrays[a], err);
        }
    }
    return status;
}

numeral_status numeral_model_save(const numeral_model *model, const char *path,
                                  numeral_error *err)
{
    numeral_metadata metadata = {0};
    numeral_tensors *tensors = numeral_allocate_zero(1, sizeof *tensors, err);
    if (!tensors) {
        return NUMERAL_ERROR_MEMORY;
    }
    uint64_t sizes[2 * NUMERAL_MAX_STEPS] = {0}; /* in and out of each projection */
    for (size_t i = 0; i < model->pipeline.n_projections; i++) {
        sizes[2 * i] = model->pipeline.fitted[i].in_dims;
        sizes[2 * i + 1] = model->pipeline.fitted[i].out_dims;
    }
    numeral_status status = describe(model, &metadata, err);
    if (status == NUMERAL_OK) {
        status = numeral_tensors_add(tensors, "labels", NUMERAL_TENSOR_U8, model->n_rows,
                                     0, model->labels, err);
    }
    if (status == NUMERAL_OK && model->pipeline.n_projections) {
        status = numeral_tensors_add(tensors, "fitted.sizes", NUMERAL_TENSOR_U64,
                                     model->pipeline.n_projections, 2, sizes, err);
    }
    if (status == NUMERAL_OK && model->images.n) {
        status = numeral_images_save(&model->images, "images", tensors, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_second_look_save(model, tensors, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_confidence_save(model, tensors, err);
    }
    if (status == NUMERAL_OK) {
        status = list_pipeline(&model->pipeline, tensors, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_index_save(model->index, tensors, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_safetensors_write(path, &metadata, tensors, err);
    }
    numeral_metadata_free(&metadata);
    numeral_release(tensors);
    return status;
}
