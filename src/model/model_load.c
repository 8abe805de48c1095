/* Reading a model file: nothing in it is believed before it is checked. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/dynamic.h>

#include "base/budget.h"
#include "base/fail.h"
#include "base/json.h"
#include "model/confidence.h"
#include "model/label_tensor.h"
#include "model/likeness.h"
#include "model/model.h"
#include "model/model_file.h"
#include "model/safetensors.h"
#include "model/second_look.h"
#include "model/views.h"

/* A model on its way out of its file. */
typedef struct source {
    json_t *about; /* the metadata: texts alone */
    const numeral_tensors *tensors;
    numeral_model *model;
    bool guarded; /* the header has a checksum */
    uint64_t version;
} source;

static const char *text_of(const source *from, const char *key)
{
    return json_string_value(json_object_get(from->about, key));
}

/* A whole number from `least` to `most` in the metadata. */
static numeral_status read_number(const source *from, const char *key, uint64_t least,
                                  uint64_t most, uint64_t *out, numeral_error *err)
{
    const char *text = text_of(from, key);
    uint64_t value = 0;
    bool valid = text && *text;
    for (const char *at = text; valid && *at; at++) {
        valid = *at >= '0' && *at <= '9' && value <= (UINT64_MAX - 9) / 10;
        value = value * 10 + (uint64_t)(*at - '0');
    }
    if (!valid || value < least || value > most) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "metadata '%s' is '%.40s', expected a number from %" PRIu64
                            " to %" PRIu64,
                            key, text ? text : "missing", least, most);
    }
    *out = value;
    return NUMERAL_OK;
}

/* Recipes and names are far shorter. */
enum { MOST_TEXT = 4096 };

/* A text of at most so many bytes, or none where it may be left out. */
static numeral_status read_text(const source *from, const char *key, bool needed,
                                char **out, numeral_error *err)
{
    const char *text = text_of(from, key);
    if (!text && !needed) {
        return NUMERAL_OK;
    }
    if (!text || strlen(text) > MOST_TEXT) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "metadata '%s' is missing or longer than %d bytes", key,
                            MOST_TEXT);
    }
    *out = numeral_copy_text(text, strlen(text), err);
    return *out ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

/* A key that is not known says something that this reader would not do. */
static numeral_status check_keys(const source *from, numeral_error *err)
{
    static const char *const known[] = {
        "format", "version", "numeral", "recipe",  "data",        "fitted",
        "taught", "index",   "height",  "width",   "rows",        "dims",
        "dtype",  "border",  "seed",    "classes", "label_names", "calibration"};
    const char *key;
    json_t *value;
    json_object_foreach(from->about, key, value)
    {
        bool found = strncmp(key, "xxh3.", 5) == 0;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
            found |= strcmp(key, known[i]) == 0;
        }
        if (!found) {
            return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                                "metadata '%.40s' is unknown: a newer numeral wrote it",
                                key);
        }
    }
    return NUMERAL_OK;
}

static numeral_status check_format(source *from, numeral_error *err)
{
    const char *format = text_of(from, "format");
    if (!format || strcmp(format, NUMERAL_MODEL_FORMAT) != 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "not a numeral model: its format is '%.40s'",
                            format ? format : "unnamed");
    }
    numeral_status status =
        read_number(from, "version", 1, UINT32_MAX, &from->version, err);
    if (status == NUMERAL_OK && from->version > NUMERAL_MODEL_VERSION) {
        status = numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                              "model format version %" PRIu64
                              "; this numeral reads versions %d to %d: a newer numeral "
                              "wrote it",
                              from->version, NUMERAL_MODEL_OLDEST, NUMERAL_MODEL_VERSION);
    }
    if (status == NUMERAL_OK && from->version > 1) {
        status = from->guarded ? check_keys(from, err)
                               : numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                              "the header's checksum is missing");
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

static numeral_status read_recipe(const source *from, numeral_error *err)
{
    numeral_model *model = from->model;
    numeral_recipe *recipe = NULL;
    numeral_error failed = {NUMERAL_OK, ""};
    char *text = NULL;
    numeral_status status = read_text(from, "recipe", true, &text, err);
    if (status == NUMERAL_OK &&
        numeral_recipe_parse(model->registry, text, &recipe, &failed) != NUMERAL_OK) {
        status = fail_recipe(&failed, err);
    }
    numeral_release(text);
    if (status != NUMERAL_OK) {
        return status;
    }
    model->recipe = *recipe;
    numeral_recipe_destroy(recipe);
    return numeral_model_print_recipe(model, err);
}

/* A list that stands in the metadata as a text. */
static numeral_status read_list(const source *from, const char *key, json_t **out,
                                numeral_error *err)
{
    const char *text = text_of(from, key);
    numeral_status status =
        numeral_json_parse(text ? text : "", text ? strlen(text) : 0, out, err);
    if (status == NUMERAL_OK && !json_is_array(*out)) {
        status = numeral_fail(err, NUMERAL_ERROR_FORMAT, "no list");
    }
    if (status != NUMERAL_OK) {
        char prefix[64];
        snprintf(prefix, sizeof prefix, "metadata '%.40s'", key);
        numeral_fail_prefix(err, prefix);
    }
    return status;
}

/* Which labels are classes. */
static numeral_status read_class_labels(const source *from, bool *is_class,
                                        numeral_error *err)
{
    json_t *list = NULL;
    json_int_t next = 0;
    numeral_status status = NUMERAL_OK;
    TRY(read_list(from, "classes", &list, err));
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *item = json_array_get(list, i);
        json_int_t label = json_integer_value(item);
        if (!json_is_integer(item) || label < next || label >= NUMERAL_MAX_CLASSES) {
            TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                             "metadata 'classes': number %zu is no label from %d to %d",
                             i, (int)next, NUMERAL_MAX_CLASSES - 1));
        }
        is_class[label] = true;
        next = label + 1;
    }
done:
    json_decref(list);
    return status;
}

static numeral_status make_classes(const source *from, const bool *is_class,
                                   numeral_error *err)
{
    const char **names = NULL;
    bool named = text_of(from, "label_names") != NULL;
    json_t *list = NULL;
    size_t n = 0;
    numeral_status status = NUMERAL_OK;
    if (named) {
        TRY(read_list(from, "label_names", &list, err));
    }
    TRY_ALLOC(names = numeral_allocate_zero(NUMERAL_MAX_CLASSES, sizeof *names, err));
    for (size_t label = 0; label < NUMERAL_MAX_CLASSES; label++) {
        if (is_class[label]) {
            names[label] = json_string_value(json_array_get(list, n++));
        }
    }
    if (named && json_array_size(list) != n) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "metadata 'label_names' is not a list of %zu texts", n));
    }
    TRY(numeral_model_take_classes(
        from->model,
        numeral_classes_create(is_class, NUMERAL_MAX_CLASSES, named ? names : NULL,
                               named ? NUMERAL_MAX_CLASSES : 0, err),
        err));
done:
    numeral_release(names);
    json_decref(list);
    return status;
}

/* Those of version 1: the labels that occur. */
static void mark_classes(const uint8_t *labels, size_t n, bool *is_class)
{
    for (size_t i = 0; i < n; i++) {
        is_class[labels[i]] = true;
    }
}

/* The numbers of the rows, which the index has, and their labels. */
static numeral_status read_rows(const source *from, numeral_error *err)
{
    numeral_model *model = from->model;
    size_t n = model->n_rows, n_ids = numeral_index_next_id(model->index);
    bool *is_class = NULL;
    const numeral_tensor *tensor = NULL;
    int64_t *ids = NULL;
    numeral_status status = NUMERAL_OK;
    TRY(numeral_label_tensor_require(from->tensors, from->version, n, &tensor, err));
    if (n_ids > UINT32_MAX || 8 * n_ids > numeral_memory_budget(model->bytes.size)) {
        TRY(numeral_fail(err, NUMERAL_ERROR_LIMIT,
                         "%zu row numbers were given for %zu rows: too many", n_ids, n));
    }
    TRY_ALLOC(ids = numeral_allocate(n, sizeof *ids, err));
    TRY(numeral_model_make_rows(model, n_ids, err));
    model->n_rows = n;
    if (n_ids > n) { /* some are gone: images lie by the rows that are there */
        model->places = numeral_allocate_zero(n_ids, sizeof *model->places, err);
        TRY_ALLOC(model->places);
        memset(model->labels, 0, n_ids * sizeof *model->labels);
    }
    TRY_ALLOC(is_class =
                  numeral_allocate_zero(NUMERAL_MAX_CLASSES, sizeof *is_class, err));
    if (from->version > 1) {
        TRY(read_class_labels(from, is_class, err));
    } else {
        mark_classes(tensor->data, n, is_class);
    }
    numeral_index_get_ids(model->index, ids, n);
    for (size_t i = 0; i < n; i++) {
        uint32_t label = numeral_label_tensor_get(tensor, i);
        if (label >= NUMERAL_MAX_CLASSES || !is_class[label]) {
            TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                             "label %" PRIu32 " of row %zu is none of the classes", label,
                             i));
        }
        model->labels[ids[i]] = (numeral_label)label;
        if (model->places) {
            model->places[ids[i]] = (uint32_t)i;
        }
    }
    TRY(make_classes(from, is_class, err));
done:
    numeral_release(is_class);
    numeral_release(ids);
    return status;
}

static numeral_status add_origin(numeral_model *model, const char *name, uint64_t n,
                                 numeral_error *err)
{
    numeral_model_origin *before = model->origins;
    numeral_status status = numeral_model_add_origin(model, name, (size_t)n, err);
    if (status == NUMERAL_OK) {
        numeral_release(before);
    }
    return status;
}

/* What the model was fitted to, and what it was taught. */
static numeral_status read_origins(const source *from, numeral_error *err)
{
    numeral_model *model = from->model;
    const char *data = text_of(from, "data");
    uint64_t fitted = model->n_rows;
    json_t *list = NULL;
    numeral_status status = NUMERAL_OK;
    if (!data || strlen(data) > MOST_TEXT) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "metadata 'data' is missing or longer than %d bytes",
                         MOST_TEXT));
    }
    if (from->version > 1) {
        TRY(read_number(from, "fitted", 1, UINT32_MAX, &fitted, err));
    }
    TRY(add_origin(model, data, fitted, err));
    if (text_of(from, "taught")) {
        TRY(read_list(from, "taught", &list, err));
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *pair = json_array_get(list, i);
        const char *name = json_string_value(json_array_get(pair, 0));
        json_int_t n = json_integer_value(json_array_get(pair, 1));
        if (!name || n < 1) {
            TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                             "metadata 'taught' is not a list of names with numbers"));
        }
        TRY(add_origin(model, name, (uint64_t)n, err));
    }
done:
    json_decref(list);
    return status;
}

/* A copy of a tensor of float64: `length` SIZE_MAX accepts any. */
static numeral_status copy_tensor(const source *from, const char *name, size_t length,
                                  double **out, size_t *n, numeral_error *err)
{
    const numeral_tensor *tensor = NULL;
    numeral_status status = numeral_tensors_require(
        from->tensors, name, NUMERAL_TENSOR_F64, length, 0, &tensor, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    *out = numeral_allocate(tensor->shape[0], sizeof **out, err);
    if (!*out) {
        return NUMERAL_ERROR_MEMORY;
    }
    memcpy(*out, tensor->data, tensor->shape[0] * sizeof **out);
    *n = tensor->shape[0];
    return NUMERAL_OK;
}

/* What fitting left of projection number `at`: its arrays, as many as there are. */
static numeral_status read_fitted(const source *from, size_t at, size_t in_dims,
                                  size_t out_dims, numeral_error *err)
{
    const numeral_part *part = &from->model->pipeline.projections[at];
    const numeral_projection *projection = numeral_projection_of(part->entry);
    numeral_fitted *fitted = &from->model->pipeline.fitted[at];
    fitted->in_dims = in_dims;
    fitted->out_dims = out_dims;
    for (size_t a = 0; a < NUMERAL_MAX_FITTED; a++) {
        char name[NUMERAL_TENSOR_NAME_BYTES];
        snprintf(name, sizeof name, "fitted.%zu.%zu", at, a);
        if (!numeral_tensors_find(from->tensors, name)) {
            break;
        }
        numeral_status status = copy_tensor(from, name, SIZE_MAX, &fitted->arrays[a],
                                            &fitted->lengths[a], err);
        if (status != NUMERAL_OK) {
            return status;
        }
        fitted->n_arrays++;
    }
    bool sound = projection->check ? projection->check(part->values, fitted)
                                   : fitted->n_arrays == 0 && in_dims == out_dims;
    return sound ? NUMERAL_OK
                 : numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "the numbers fitted for stage %s do not fit %zu inputs "
                                "and %zu outputs",
                                part->entry->name, in_dims, out_dims);
}

static numeral_status read_projections(const source *from, numeral_error *err)
{
    numeral_pipeline *pipeline = &from->model->pipeline;
    const numeral_tensor *sizes = NULL;
    size_t dims = pipeline->feature_dims;
    numeral_status status = NUMERAL_OK;
    if (pipeline->n_projections) {
        status =
            numeral_tensors_require(from->tensors, "fitted.sizes", NUMERAL_TENSOR_U64,
                                    pipeline->n_projections, 2, &sizes, err);
    }
    for (size_t i = 0; i < pipeline->n_projections && status == NUMERAL_OK; i++) {
        const uint64_t *pair = (const uint64_t *)sizes->data + 2 * i;
        if (pair[0] != dims || pair[1] < 1 || pair[1] > (1 << 20)) {
            return numeral_fail(
                err, NUMERAL_ERROR_FORMAT,
                "stage %s: sizes %" PRIu64 " -> %" PRIu64 " do not follow %zu",
                pipeline->projections[i].entry->name, pair[0], pair[1], dims);
        }
        status = read_fitted(from, i, dims, (size_t)pair[1], err);
        dims = (size_t)pair[1];
    }
    return status == NUMERAL_OK ? numeral_pipeline_finish(pipeline, err) : status;
}

static numeral_status read_quantiser(const source *from, numeral_error *err)
{
    numeral_quantiser *quantiser = &from->model->pipeline.quantiser;
    size_t n_dims = from->model->pipeline.n_dims, n;
    uint64_t dtype = 0;
    const numeral_tensor *scale = NULL;
    numeral_status status = read_number(from, "dtype", 0, NUMERAL_I16, &dtype, err);
    if (status == NUMERAL_OK) {
        status = numeral_tensors_require(from->tensors, "quantiser.scale",
                                         NUMERAL_TENSOR_F64, 1, 0, &scale, err);
    }
    if (status != NUMERAL_OK) {
        return status;
    }
    *quantiser = (numeral_quantiser){(numeral_dtype)dtype, n_dims,
                                     *(const double *)scale->data, NULL};
    if (!isfinite(quantiser->scale) || quantiser->scale <= 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "quantiser.scale is not positive");
    }
    return numeral_tensors_find(from->tensors, "quantiser.offset")
               ? copy_tensor(from, "quantiser.offset", n_dims, &quantiser->offset, &n,
                             err)
               : NUMERAL_OK;
}

/* What levels stand for, where the data were no pictures. */
static numeral_status read_columns(const source *from, size_t height, size_t width,
                                   const float **out, numeral_error *err)
{
    const numeral_tensor *tensor = NULL;
    if (!numeral_tensors_find(from->tensors, "columns")) {
        return NUMERAL_OK;
    }
    numeral_status status = numeral_tensors_require(
        from->tensors, "columns", NUMERAL_TENSOR_F32, 2, width, &tensor, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    const float *values = tensor->data;
    bool sound = height == 1;
    for (size_t c = 0; c < width; c++) {
        sound = sound && isfinite(values[c]) && isfinite(values[width + c]) &&
                values[width + c] > 0;
    }
    *out = values;
    return sound ? NUMERAL_OK
                 : numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "columns have offsets that are not finite or steps that "
                                "are not positive");
}

static numeral_status read_pipeline(const source *from, size_t height, size_t width,
                                    numeral_error *err)
{
    numeral_pipeline *pipeline = &from->model->pipeline;
    const float *columns = NULL;
    uint64_t dims = 0;
    numeral_status status = NUMERAL_OK;
    TRY(read_number(from, "dims", 1, NUMERAL_MAX_DIMS, &dims, err));
    TRY(read_columns(from, height, width, &columns, err));
    TRY(numeral_pipeline_plan(&from->model->recipe, height, width, columns, pipeline,
                              err));
    TRY(read_projections(from, err));
    if (pipeline->n_dims != dims) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "its recipe makes rows of %zu numbers, its rows have %" PRIu64,
                         pipeline->n_dims, dims));
    }
    TRY(read_quantiser(from, err));
    TRY(numeral_pipeline_join(pipeline, err));
done:
    return status;
}

static numeral_status read_index(const source *from, numeral_error *err)
{
    numeral_model *model = from->model;
    const char *name = text_of(from, "index");
    numeral_index *index = NULL;
    numeral_status status =
        numeral_index_load(from->tensors, name ? name : "unnamed", &model->recipe.metric,
                           model->pipeline.quantiser.dtype, model->n_rows,
                           model->pipeline.n_dims, &index, err);
    return status == NUMERAL_OK ? numeral_model_take_index(model, index, err) : status;
}

static numeral_status read_images(const source *from, numeral_error *err)
{
    return numeral_tensors_find(from->tensors, "images.masks") ||
                   numeral_tensors_find(from->tensors, "images")
               ? numeral_images_load(from->model, "images", from->tensors,
                                     &from->model->images, err)
               : NUMERAL_OK;
}

static numeral_status read_model(source *from, numeral_error *err)
{
    numeral_model *model = from->model;
    const char *border = text_of(from, "border");
    uint64_t height = 0, width = 0, rows = 0;
    numeral_status status = NUMERAL_OK;
    TRY(check_format(from, err));
    TRY(read_number(from, "height", 1, 1 << 14, &height, err));
    TRY(read_number(from, "width", 1, 1 << 14, &width, err));
    TRY(read_number(from, "rows", 1, UINT32_MAX, &rows, err));
    TRY(read_number(from, "seed", 0, UINT64_MAX / 2, &model->seed, err));
    TRY(read_recipe(from, err));
    if (model->recipe.k > rows) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT, "k is larger than its row count"));
    }
    model->n_rows = (size_t)rows;
    model->clear_border = border && strcmp(border, "clear") == 0;
    TRY(read_pipeline(from, (size_t)height, (size_t)width, err));
    TRY(read_index(from, err));
    TRY(read_rows(from, err));
    TRY(read_origins(from, err));
    TRY(read_images(from, err));
    TRY(numeral_second_look_load(model, from->tensors, err));
    TRY(read_text(from, "calibration", false, &model->calibration, err));
    TRY(numeral_confidence_load(model, from->tensors, err));
    TRY(numeral_likeness_load(model, from->tensors, err));
    numeral_model_set_places(model);
done:
    return status;
}

/* Takes `bytes`, whatever happens. */
static numeral_status load(numeral_bytes bytes, const char *name,
                           const numeral_registry *registry, numeral_model **out,
                           numeral_error *err)
{
    json_t *about = NULL;
    numeral_model *model = numeral_model_create(registry, err);
    numeral_tensors *tensors = numeral_allocate_zero(1, sizeof *tensors, err);
    numeral_status status = NUMERAL_OK;
    if (model) {
        model->bytes = bytes;
    } else {
        numeral_bytes_free(&bytes);
    }
    TRY_ALLOC(model && tensors);
    source from = {.tensors = tensors, .model = model};
    TRY(numeral_safetensors_read(bytes.data, bytes.size, name, &about, &from.guarded,
                                 tensors, err));
    from.about = about;
    status = read_model(&from, err);
    if (status != NUMERAL_OK) {
        numeral_fail_prefix(err, name);
        goto done;
    }
    *out = model;
    model = NULL;
done:
    json_decref(about);
    numeral_release(tensors);
    numeral_model_destroy(model);
    return status;
}

numeral_status numeral_model_load(const char *path, const numeral_registry *registry,
                                  numeral_model **out, numeral_error *err)
{
    numeral_bytes bytes = {0};
    numeral_status status = numeral_bytes_read(path, SIZE_MAX / 2, &bytes, err);
    return status == NUMERAL_OK ? load(bytes, path, registry, out, err) : status;
}

numeral_status numeral_model_map(const char *path, const numeral_registry *registry,
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
    return load((numeral_bytes){.data = copy, .size = n_bytes}, name, registry, out, err);
}
