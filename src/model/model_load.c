/* Reading a model file: nothing in it is believed before it is checked. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/json.h"
#include "model/confidence.h"
#include "model/model.h"
#include "model/model_file.h"
#include "model/safetensors.h"
#include "model/second_look.h"
#include "model/views.h"

/* A whole number below `limit` from the metadata. */
static numeral_status read_number(const numeral_metadata *metadata, const char *key,
                                  uint64_t limit, uint64_t *out, numeral_error *err)
{
    const char *text = numeral_metadata_find(metadata, key);
    uint64_t value = 0;
    bool valid = text && *text;
    for (const char *at = text; valid && *at; at++) {
        valid = *at >= '0' && *at <= '9' && value <= (UINT64_MAX - 9) / 10;
        value = value * 10 + (uint64_t)(*at - '0');
    }
    if (!valid || value > limit) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "metadata '%s' is '%.40s', expected a number up to %" PRIu64,
                            key, text ? text : "missing", limit);
    }
    *out = value;
    return NUMERAL_OK;
}

static numeral_status check_format(const numeral_metadata *metadata, numeral_error *err)
{
    const char *format = numeral_metadata_find(metadata, "format");
    if (!format || strcmp(format, NUMERAL_MODEL_FORMAT) != 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "not a numeral model: its format is '%.40s'",
                            format ? format : "unnamed");
    }
    uint64_t version = 0;
    numeral_status status = read_number(metadata, "version", UINT32_MAX, &version, err);
    if (status == NUMERAL_OK && version != NUMERAL_MODEL_VERSION) {
        status = numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                              "model format version %" PRIu64
                              "; this numeral reads version %d: a newer numeral wrote it",
                              version, NUMERAL_MODEL_VERSION);
    }
    return status;
}

/* A part that is not here was a plugin's, unless the file is damaged. */
static numeral_status fail_recipe(const numeral_error *failed, numeral_error *err)
{
    static const char unknown[] = "unknown ";
    size_t n = sizeof unknown - 1;
    if (strncmp(failed->text, unknown, n) != 0) {
        return numeral_fail(err, failed->status, "%s", failed->text);
    }
    return numeral_fail(err, failed->status,
                        "needs the %.*s, which is not built in: load the plugin or add "
                        "the part that it was trained with first",
                        (int)strcspn(failed->text + n, ";"), failed->text + n);
}

static numeral_status read_recipe(numeral_model *model, const numeral_metadata *metadata,
                                  numeral_error *err)
{
    const char *text = numeral_metadata_find(metadata, "recipe");
    const char *data = numeral_metadata_find(metadata, "data");
    if (!text || !data || strlen(text) > 4096) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "metadata 'recipe' or 'data' is missing or too long");
    }
    numeral_recipe *recipe = NULL;
    numeral_error failed = {NUMERAL_OK, ""};
    numeral_status status = numeral_recipe_parse(model->registry, text, &recipe, &failed);
    if (status != NUMERAL_OK) {
        return fail_recipe(&failed, err);
    }
    model->recipe = *recipe;
    numeral_recipe_destroy(recipe);
    model->data_name = numeral_copy_text(data, strlen(data), err);
    return model->data_name ? numeral_model_print_recipe(model, err)
                            : NUMERAL_ERROR_MEMORY;
}

static numeral_status read_labels(numeral_model *model, const numeral_tensors *tensors,
                                  numeral_error *err)
{
    const numeral_tensor *tensor = NULL;
    numeral_status status = numeral_tensors_require(tensors, "labels", NUMERAL_TENSOR_U8,
                                                    model->n_rows, 0, &tensor, err);
    if (status == NUMERAL_OK) {
        model->labels = tensor->data;
        numeral_model_find_classes(model);
        status = numeral_model_number_classes(model, err);
    }
    return status;
}

static numeral_status read_label_names(numeral_model *model,
                                       const numeral_metadata *metadata,
                                       numeral_error *err)
{
    const char *text = numeral_metadata_find(metadata, "label_names");
    if (!text) {
        return NUMERAL_OK;
    }
    json_t *names = NULL;
    numeral_status status = numeral_json_parse(text, strlen(text), &names, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (!json_is_array(names) || json_array_size(names) != model->n_classes) {
        status = numeral_fail(err, NUMERAL_ERROR_FORMAT,
                              "metadata 'label_names' is not a list of %zu texts",
                              model->n_classes);
    } else {
        model->label_names =
            numeral_allocate_zero(model->n_classes, sizeof *model->label_names, err);
        status = model->label_names ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    }
    for (size_t c = 0; status == NUMERAL_OK && c < model->n_classes; c++) {
        const char *name = json_string_value(json_array_get(names, c));
        model->label_names[c] = numeral_copy_text(name ? name : "", 4096, err);
        status = model->label_names[c] ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    }
    json_decref(names);
    return status;
}

static numeral_status read_fitted(numeral_model *model, const numeral_tensors *tensors,
                                  size_t at, size_t in_dims, size_t out_dims,
                                  numeral_error *err)
{
    const numeral_part *part = &model->pipeline.projections[at];
    const numeral_projection *projection = numeral_projection_of(part->entry);
    numeral_fitted *fitted = &model->pipeline.fitted[at];
    fitted->in_dims = in_dims;
    fitted->out_dims = out_dims;
    while (fitted->n_arrays < NUMERAL_MAX_FITTED) {
        char name[NUMERAL_TENSOR_NAME_BYTES];
        snprintf(name, sizeof name, "fitted.%zu.%zu", at, fitted->n_arrays);
        if (!numeral_tensors_find(tensors, name)) {
            break;
        }
        const numeral_tensor *tensor = NULL;
        numeral_status status = numeral_tensors_require(tensors, name, NUMERAL_TENSOR_F64,
                                                        SIZE_MAX, 0, &tensor, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        size_t length = tensor->shape[0];
        double *copy = numeral_allocate(length, sizeof *copy, err);
        if (!copy) {
            return NUMERAL_ERROR_MEMORY;
        }
        memcpy(copy, tensor->data, length * sizeof *copy);
        fitted->arrays[fitted->n_arrays] = copy;
        fitted->lengths[fitted->n_arrays++] = length;
    }
    bool sound = projection->check ? projection->check(part->values, fitted)
                                   : fitted->n_arrays == 0 && in_dims == out_dims;
    return sound ? NUMERAL_OK
                 : numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "the numbers fitted for stage %s do not fit %zu inputs "
                                "and %zu outputs",
                                part->entry->name, in_dims, out_dims);
}

static numeral_status read_pipeline(numeral_model *model, const numeral_tensors *tensors,
                                    numeral_error *err)
{
    numeral_pipeline *pipeline = &model->pipeline;
    const numeral_tensor *sizes = NULL;
    numeral_status status = NUMERAL_OK;
    if (pipeline->n_projections) {
        status = numeral_tensors_require(tensors, "fitted.sizes", NUMERAL_TENSOR_U64,
                                         pipeline->n_projections, 2, &sizes, err);
    }
    size_t dims = pipeline->feature_dims;
    for (size_t i = 0; i < pipeline->n_projections && status == NUMERAL_OK; i++) {
        const uint64_t *pair = (const uint64_t *)sizes->data + 2 * i;
        if (pair[0] != dims || pair[1] < 1 || pair[1] > (1 << 20)) {
            return numeral_fail(
                err, NUMERAL_ERROR_FORMAT,
                "stage %s: sizes %" PRIu64 " -> %" PRIu64 " do not follow %zu",
                pipeline->projections[i].entry->name, pair[0], pair[1], dims);
        }
        status = read_fitted(model, tensors, i, dims, (size_t)pair[1], err);
        dims = (size_t)pair[1];
    }
    return status == NUMERAL_OK ? numeral_pipeline_finish(pipeline, err) : status;
}

static numeral_status read_quantiser(numeral_model *model,
                                     const numeral_metadata *metadata,
                                     const numeral_tensors *tensors, numeral_error *err)
{
    numeral_quantiser *quantiser = &model->pipeline.quantiser;
    uint64_t dtype = 0;
    const numeral_tensor *scale = NULL, *offset = NULL;
    numeral_status status = read_number(metadata, "dtype", NUMERAL_I16, &dtype, err);
    if (status == NUMERAL_OK) {
        status = numeral_tensors_require(tensors, "quantiser.scale", NUMERAL_TENSOR_F64,
                                         1, 0, &scale, err);
    }
    if (status != NUMERAL_OK) {
        return status;
    }
    *quantiser = (numeral_quantiser){(numeral_dtype)dtype, model->pipeline.n_dims,
                                     *(const double *)scale->data, NULL};
    if (!isfinite(quantiser->scale) || quantiser->scale <= 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "quantiser.scale is not positive");
    }
    if (!numeral_tensors_find(tensors, "quantiser.offset")) {
        return NUMERAL_OK;
    }
    status = numeral_tensors_require(tensors, "quantiser.offset", NUMERAL_TENSOR_F64,
                                     quantiser->n_dims, 0, &offset, err);
    if (status == NUMERAL_OK) {
        quantiser->offset = numeral_allocate(quantiser->n_dims, sizeof(double), err);
        if (!quantiser->offset) {
            return NUMERAL_ERROR_MEMORY;
        }
        memcpy(quantiser->offset, offset->data, quantiser->n_dims * sizeof(double));
    }
    return status;
}

static numeral_status read_index(numeral_model *model, const numeral_metadata *metadata,
                                 const numeral_tensors *tensors, numeral_error *err)
{
    const char *name = numeral_metadata_find(metadata, "index");
    numeral_table table = numeral_registry_table(model->registry, NUMERAL_KIND_INDEX);
    return numeral_index_load(tensors, name ? name : "unnamed", &table,
                              &model->recipe.metric, model->pipeline.quantiser.dtype,
                              model->n_rows, model->pipeline.n_dims, &model->index, err);
}

static numeral_status read_images(numeral_model *model, const numeral_tensors *tensors,
                                  numeral_error *err)
{
    return numeral_tensors_find(tensors, "images.masks") ||
                   numeral_tensors_find(tensors, "images")
               ? numeral_images_load(model, "images", tensors, &model->images, err)
               : NUMERAL_OK;
}

static numeral_status read_calibration(numeral_model *model,
                                       const numeral_metadata *metadata,
                                       const numeral_tensors *tensors, numeral_error *err)
{
    const char *text = numeral_metadata_find(metadata, "calibration");
    if (!text) {
        return NUMERAL_OK;
    }
    if (strlen(text) > 4096) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "metadata 'calibration' is longer than 4096 bytes");
    }
    model->calibration = numeral_copy_text(text, strlen(text), err);
    return model->calibration ? numeral_confidence_load(model, tensors, err)
                              : NUMERAL_ERROR_MEMORY;
}

static numeral_status fill(numeral_model *model, const numeral_metadata *metadata,
                           const numeral_tensors *tensors, numeral_error *err)
{
    uint64_t height = 0, width = 0, rows = 0, dims = 0;
    const char *border = numeral_metadata_find(metadata, "border");
    numeral_status status = check_format(metadata, err);
    if (status == NUMERAL_OK) {
        status = read_number(metadata, "height", 1 << 14, &height, err);
    }
    if (status == NUMERAL_OK) {
        status = read_number(metadata, "width", 1 << 14, &width, err);
    }
    if (status == NUMERAL_OK) {
        status = read_number(metadata, "rows", UINT32_MAX, &rows, err);
    }
    if (status == NUMERAL_OK) {
        status = read_number(metadata, "dims", NUMERAL_MAX_DIMS, &dims, err);
    }
    if (status == NUMERAL_OK) {
        status = read_number(metadata, "seed", UINT64_MAX / 2, &model->seed, err);
    }
    if (status == NUMERAL_OK && (height == 0 || width == 0 || rows == 0)) {
        status =
            numeral_fail(err, NUMERAL_ERROR_FORMAT, "a height, width or row count of 0");
    }
    model->n_rows = (size_t)rows;
    model->clear_border = border && strcmp(border, "clear") == 0;
    if (status == NUMERAL_OK) {
        status = read_recipe(model, metadata, err);
    }
    if (status == NUMERAL_OK && model->recipe.k > rows) {
        status =
            numeral_fail(err, NUMERAL_ERROR_FORMAT, "k is larger than its row count");
    }
    if (status == NUMERAL_OK) {
        status = read_labels(model, tensors, err);
    }
    if (status == NUMERAL_OK) {
        status = read_label_names(model, metadata, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_pipeline_plan(&model->recipe, (size_t)height, (size_t)width,
                                       &model->pipeline, err);
    }
    if (status == NUMERAL_OK) {
        status = read_pipeline(model, tensors, err);
    }
    if (status == NUMERAL_OK && model->pipeline.n_dims != dims) {
        status =
            numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "its recipe makes rows of %zu numbers, its rows have %" PRIu64,
                         model->pipeline.n_dims, dims);
    }
    if (status == NUMERAL_OK) {
        status = read_quantiser(model, metadata, tensors, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_pipeline_join(&model->pipeline, err);
    }
    if (status == NUMERAL_OK) {
        status = read_images(model, tensors, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_second_look_load(model, tensors, err);
    }
    if (status == NUMERAL_OK) {
        status = read_calibration(model, metadata, tensors, err);
    }
    return status == NUMERAL_OK ? read_index(model, metadata, tensors, err) : status;
}

/* Takes `bytes`, whatever happens. */
static numeral_status load(numeral_bytes bytes, const char *name,
                           const numeral_registry *registry, numeral_model **out,
                           numeral_error *err)
{
    numeral_metadata metadata = {0};
    numeral_model *model = numeral_allocate_zero(1, sizeof *model, err);
    numeral_tensors *tensors = numeral_allocate_zero(1, sizeof *tensors, err);
    numeral_status status = model && tensors ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    if (!model) {
        numeral_bytes_free(&bytes);
    } else {
        model->registry = registry;
        model->bytes = bytes;
    }
    if (status == NUMERAL_OK) {
        status = numeral_safetensors_read(bytes.data, bytes.size, name, &metadata,
                                          tensors, err);
        if (status == NUMERAL_OK) {
            status = fill(model, &metadata, tensors, err);
            if (status != NUMERAL_OK) {
                numeral_fail_prefix(err, name);
            }
        }
    }
    numeral_metadata_free(&metadata);
    numeral_release(tensors);
    if (status != NUMERAL_OK) {
        numeral_model_destroy(model);
        return status;
    }
    *out = model;
    return NUMERAL_OK;
}

numeral_status numeral_model_load(const char *path, const numeral_registry *registry,
                                  numeral_model **out, numeral_error *err)
{
    numeral_bytes bytes = {0};
    numeral_status status = numeral_bytes_map(path, &bytes, err);
    return status == NUMERAL_OK ? load(bytes, path, registry, out, err) : status;
}

numeral_status numeral_model_decode(const void *data, size_t n_bytes, const char *name,
                                    const numeral_registry *registry, numeral_model **out,
                                    numeral_error *err)
{
    uint8_t *copy = numeral_allocate(n_bytes, 1, err);
    if (!copy) {
        return NUMERAL_ERROR_MEMORY;
    }
    memcpy(copy, data, n_bytes);
    return load((numeral_bytes){copy, n_bytes, false}, name, registry, out, err);
}
