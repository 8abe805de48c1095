/* The model file: what is written, and under which names (docs/format.md). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <numeral/dynamic.h>
#include <numeral/shards.h>

#include "base/fail.h"
#include "base/hash.h"
#include "base/json.h"
#include "model/confidence.h"
#include "model/hold.h"
#include "model/label_tensor.h"
#include "model/likeness.h"
#include "model/model.h"
#include "model/model_file.h"
#include "model/safetensors.h"
#include "model/second_look.h"
#include "model/views.h"

static numeral_status refuse_memory(numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for metadata");
}

static numeral_status add_text(json_t *about, const char *key, const char *value,
                               numeral_error *err)
{
    return json_object_set_new(about, key, numeral_json_string(value)) == 0
               ? NUMERAL_OK
               : refuse_memory(err);
}

static numeral_status add_number(json_t *about, const char *key, uint64_t value,
                                 numeral_error *err)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return add_text(about, key, text, err);
}

/* A list as a text: metadata holds nothing else. */
static numeral_status add_list(json_t *about, const char *key, const json_t *list,
                               numeral_error *err)
{
    numeral_buffer text = {.max_bytes = (size_t)1 << 20};
    numeral_status status = NUMERAL_OK;
    TRY(numeral_json_text(list, &text, err));
    TRY(numeral_buffer_append(&text, "", 1, err));
    TRY(add_text(about, key, (const char *)text.data, err));
done:
    numeral_buffer_free(&text);
    return status;
}

/* The label of each class, and where they have names those. */
static numeral_status add_classes(json_t *about, const numeral_classes *classes,
                                  numeral_error *err)
{
    json_t *labels = json_array(), *names = json_array();
    int failed = 0;
    for (size_t c = 0; c < classes->n; c++) {
        failed |= json_array_append_new(labels, json_integer(classes->labels[c]));
        failed |= json_array_append_new(names, numeral_json_string(classes->names[c]));
    }
    numeral_status status = failed ? refuse_memory(err) : NUMERAL_OK;
    if (status == NUMERAL_OK) {
        status = add_list(about, "classes", labels, err);
    }
    if (status == NUMERAL_OK && classes->named) {
        status = add_list(about, "label_names", names, err);
    }
    json_decref(labels);
    json_decref(names);
    return status;
}

/* What the model was taught: pairs of a name and a number of rows. */
static numeral_status add_taught(json_t *about, const numeral_model *model,
                                 numeral_error *err)
{
    json_t *list = json_array();
    int failed = 0;
    for (size_t i = 1; i < model->n_origins; i++) {
        const numeral_model_origin *origin = &model->origins[i];
        json_t *name = numeral_json_string(origin->name);
        failed |= json_array_append_new(
            list, json_pack("[o, I]", name, (json_int_t)origin->n_rows));
    }
    numeral_status status =
        failed ? refuse_memory(err) : add_list(about, "taught", list, err);
    json_decref(list);
    return status;
}

static numeral_status describe(const numeral_model *model, json_t *about,
                               numeral_error *err)
{
    const struct {
        const char *key, *value;
    } texts[] = {{"format", NUMERAL_MODEL_FORMAT},
                 {"numeral", NUMERAL_VERSION},
                 {"recipe", model->recipe_text},
                 {"data", model->origins[0].name},
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
                   {"seed", model->seed},
                   {"fitted", model->origins[0].n_rows}};
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        TRY(add_text(about, texts[i].key, texts[i].value, err));
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        TRY(add_number(about, numbers[i].key, numbers[i].value, err));
    }
    TRY(add_classes(about, model->classes, err));
    if (model->n_origins > 1) {
        TRY(add_taught(about, model, err));
    }
    if (model->calibration) {
        TRY(add_text(about, "calibration", model->calibration, err));
    }
done:
    return status;
}

static numeral_status list_pipeline(const numeral_pipeline *pipeline,
                                    numeral_tensors *tensors, numeral_error *err)
{
    const numeral_quantiser *quantiser = &pipeline->quantiser;
    numeral_status status = NUMERAL_OK;
    if (pipeline->columns) {
        TRY(numeral_tensors_add(tensors, "columns", NUMERAL_TENSOR_F32, 2,
                                pipeline->width, pipeline->columns, err));
    }
    TRY(numeral_tensors_add(tensors, "quantiser.scale", NUMERAL_TENSOR_F64, 1, 0,
                            &quantiser->scale, err));
    if (quantiser->offset) {
        TRY(numeral_tensors_add(tensors, "quantiser.offset", NUMERAL_TENSOR_F64,
                                pipeline->n_dims, 0, quantiser->offset, err));
    }
    for (size_t i = 0; i < pipeline->n_projections; i++) {
        const numeral_fitted *fitted = &pipeline->fitted[i];
        for (size_t a = 0; a < fitted->n_arrays; a++) {
            char name[NUMERAL_TENSOR_NAME_BYTES];
            snprintf(name, sizeof name, "fitted.%zu.%zu", i, a);
            TRY(numeral_tensors_add(tensors, name, NUMERAL_TENSOR_F64, fitted->lengths[a],
                                    0, fitted->arrays[a], err));
        }
    }
done:
    return status;
}

/* A model as its file has it: metadata, and tensors that borrow from the model. */
typedef struct listing {
    numeral_model now;     /* held, so that it may be taught meanwhile */
    bool picked;           /* its images are copies: only those of rows that are there */
    int64_t *ids;          /* the rows */
    numeral_label *labels; /* theirs */
    json_t *about;
    numeral_tensors *tensors;
    uint64_t sizes[2 * NUMERAL_MAX_STEPS]; /* in and out of each projection */
} listing;

static void listing_free(listing *list)
{
    for (size_t view = 0; list->picked && view < NUMERAL_VIEW_COUNT; view++) {
        numeral_sparse_free(&list->now.views[view]);
    }
    if (list->picked) {
        numeral_sparse_free(&list->now.images);
    }
    numeral_model_let_go(&list->now);
    json_decref(list->about);
    numeral_release(list->tensors);
    numeral_release(list->labels);
    numeral_release(list->ids);
}

static numeral_status list_labels(listing *list, numeral_error *err)
{
    size_t n = list->now.n_rows;
    list->ids = numeral_allocate(n, sizeof *list->ids, err);
    list->labels = numeral_allocate(n, sizeof *list->labels, err);
    if (!list->ids || !list->labels) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_index_get_ids(list->now.index, list->ids, n);
    for (size_t i = 0; i < n; i++) {
        list->labels[i] = list->now.labels[list->ids[i]];
    }
    return numeral_label_tensor_add(list->tensors, list->labels, n, err);
}

/* Rows that are gone leave their images. */
static numeral_status pick_images(listing *list, numeral_error *err)
{
    numeral_model *now = &list->now;
    if (now->n_ids == now->n_rows) {
        return NUMERAL_OK;
    }
    numeral_sparse_images from[NUMERAL_VIEW_COUNT + 1] = {now->images};
    memcpy(from + 1, now->views, sizeof now->views);
    memset(now->views, 0, sizeof now->views);
    now->images = (numeral_sparse_images){0};
    list->picked = true;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i <= NUMERAL_VIEW_COUNT && status == NUMERAL_OK; i++) {
        if (from[i].n) {
            status = numeral_sparse_select(&from[i], list->ids, now->n_rows,
                                           i ? &now->views[i - 1] : &now->images, err);
        }
    }
    return status;
}

static numeral_status list_model(const numeral_model *model, listing *out,
                                 numeral_error *err)
{
    const numeral_model *now = &out->now;
    const numeral_pipeline *pipeline = &now->pipeline;
    numeral_status status = NUMERAL_OK;
    numeral_json_use_allocator();
    *out = (listing){.about = json_object(),
                     .tensors = numeral_allocate_zero(1, sizeof *out->tensors, err)};
    TRY(out->about ? NUMERAL_OK : refuse_memory(err));
    TRY_ALLOC(out->tensors);
    TRY(numeral_model_hold(model, &out->now, err));
    TRY(describe(now, out->about, err));
    TRY(list_labels(out, err));
    for (size_t i = 0; i < pipeline->n_projections; i++) {
        out->sizes[2 * i] = pipeline->fitted[i].in_dims;
        out->sizes[2 * i + 1] = pipeline->fitted[i].out_dims;
    }
    if (pipeline->n_projections) {
        TRY(numeral_tensors_add(out->tensors, "fitted.sizes", NUMERAL_TENSOR_U64,
                                pipeline->n_projections, 2, out->sizes, err));
    }
    TRY(pick_images(out, err));
    if (now->images.n) {
        TRY(numeral_images_save(&now->images, "images", out->tensors, err));
    }
    TRY(numeral_second_look_save(now, out->tensors, err));
    TRY(numeral_confidence_save(now, out->tensors, err));
    TRY(numeral_likeness_save(now, out->tensors, err));
    TRY(list_pipeline(pipeline, out->tensors, err));
    TRY(numeral_index_save(now->index, out->tensors, err));
done:
    return status;
}

numeral_status numeral_model_save(const numeral_model *model, const char *path,
                                  numeral_error *err)
{
    listing list;
    numeral_status status = NUMERAL_OK;
    TRY(list_model(model, &list, err));
    TRY(numeral_safetensors_save(path, list.about, list.tensors, err));
done:
    listing_free(&list);
    return status;
}

numeral_status numeral_model_encode(const numeral_model *model, void **bytes,
                                    size_t *n_bytes, numeral_error *err)
{
    listing list;
    uint8_t *made = NULL;
    numeral_status status = NUMERAL_OK;
    TRY(list_model(model, &list, err));
    TRY(numeral_safetensors_encode(list.about, list.tensors, &made, n_bytes, err));
    *bytes = made;
done:
    listing_free(&list);
    return status;
}

/* What belongs to rows, not to stages. */
static bool is_of_rows(const char *name)
{
    static const char *const begins[] = {"labels", "images", "views.", "index"};
    bool found = false;
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        found |= strncmp(name, begins[i], strlen(begins[i])) == 0;
    }
    return found;
}

static numeral_status add_tensors(const listing *list, bool of_rows, numeral_buffer *text,
                                  numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < list->tensors->n_tensors; i++) {
        const numeral_tensor *tensor = &list->tensors->tensors[i];
        size_t bytes = numeral_tensor_bytes(tensor);
        if (is_of_rows(tensor->name) == of_rows) {
            TRY(numeral_buffer_printf(text, err, "%s %s %zu %016" PRIx64 "\n",
                                      tensor->name,
                                      numeral_tensor_type_name(tensor->type), bytes,
                                      numeral_hash64(tensor->data, bytes)));
        }
    }
done:
    return status;
}

static void write_hash(const numeral_buffer *text, char out[17])
{
    snprintf(out, 17, "%016" PRIx64, numeral_hash64(text->data, text->size));
}

numeral_status numeral_model_get_fingerprint(const numeral_model *model,
                                             numeral_fingerprint *out, numeral_error *err)
{
    static const char *const keys[] = {"recipe", "border",     "height",  "width",
                                       "dims",   "dtype",      "classes", "label_names",
                                       "seed",   "calibration"};
    listing list;
    numeral_fingerprint made;
    numeral_buffer text = {.max_bytes = (size_t)1 << 24};
    numeral_status status = NUMERAL_OK;
    TRY(list_model(model, &list, err));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *value = json_string_value(json_object_get(list.about, keys[i]));
        TRY(numeral_buffer_printf(&text, err, "%s %s\n", keys[i], value ? value : ""));
    }
    TRY(add_tensors(&list, false, &text, err));
    write_hash(&text, made.stages);
    text.size = 0;
    TRY(numeral_buffer_printf(&text, err, "%zu %zu\n", list.now.n_rows, list.now.n_ids));
    TRY(add_tensors(&list, true, &text, err));
    write_hash(&text, made.rows);
    *out = made;
done:
    numeral_buffer_free(&text);
    listing_free(&list);
    return status;
}
