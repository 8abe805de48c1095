/* Taking rows away from a fitted model. */
#include <numeral/tools/condense.h>

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/run.h"
#include "model/model.h"

/* What the smaller model will have instead. */
typedef struct smaller {
    size_t n;
    size_t *kept; /* n rows, ascending */
    uint8_t *labels, *classes;
    numeral_sparse_images images, views[NUMERAL_VIEW_COUNT];
    numeral_index *index;
    char *data_name;
} smaller;

static void smaller_free(smaller *s)
{
    numeral_release(s->kept);
    numeral_release(s->labels);
    numeral_release(s->classes);
    numeral_release(s->data_name);
    numeral_sparse_free(&s->images);
    for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        numeral_sparse_free(&s->views[view]);
    }
    numeral_index_destroy(s->index);
}

static numeral_status list_kept(const numeral_model *model, const size_t *rows, size_t n,
                                smaller *out, numeral_error *err)
{
    uint8_t *gone = numeral_allocate_zero(model->n_rows, 1, err);
    out->kept = numeral_allocate(model->n_rows, sizeof *out->kept, err);
    numeral_status status = gone && out->kept ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        if (rows[i] >= model->n_rows || gone[rows[i]]) {
            status = numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                  "row %zu is not there to be dropped", rows[i]);
        } else {
            gone[rows[i]] = 1;
        }
    }
    for (size_t i = 0; i < model->n_rows && status == NUMERAL_OK; i++) {
        if (!gone[i]) {
            out->kept[out->n++] = i;
        }
    }
    numeral_release(gone);
    return status;
}

static numeral_status take_labels(const numeral_model *model, smaller *out,
                                  numeral_error *err)
{
    size_t counts[NUMERAL_MAX_CLASSES] = {0};
    out->labels = numeral_allocate(out->n, 1, err);
    out->classes = numeral_allocate(out->n, 1, err);
    if (!out->labels || !out->classes) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < out->n; i++) {
        out->labels[i] = model->labels[out->kept[i]];
        out->classes[i] = model->row_classes[out->kept[i]];
        counts[out->classes[i]]++;
    }
    for (size_t c = 0; c < model->n_classes; c++) {
        if (counts[c] == 0) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "label %d would have no row left", model->classes[c]);
        }
    }
    return NUMERAL_OK;
}

static numeral_status take_images(const numeral_sparse_images *from, const smaller *s,
                                  numeral_sparse_images *out, numeral_error *err)
{
    if (from->n == 0) {
        return NUMERAL_OK;
    }
    uint8_t *pixels = numeral_allocate(s->n, from->pixels, err);
    if (!pixels) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < s->n; i++) {
        numeral_sparse_get(from, s->kept[i], pixels + i * from->pixels);
    }
    numeral_status status = numeral_sparse_pack(pixels, s->n, from->pixels, out, err);
    numeral_release(pixels);
    return status;
}

static numeral_status build_index(const numeral_model *model, const numeral_run *run,
                                  smaller *s, numeral_error *err)
{
    const numeral_index *index = model->index;
    size_t stride = index->n_dims * numeral_dtype_bytes(index->dtype);
    uint8_t *data = numeral_allocate(s->n, stride, err);
    numeral_status status = data ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    for (size_t i = 0; i < s->n && status == NUMERAL_OK; i++) {
        status =
            numeral_index_get_row(index, (int64_t)s->kept[i], data + i * stride, err);
    }
    if (status == NUMERAL_OK) {
        numeral_rows rows = {data, index->dtype, s->n, index->n_dims, stride};
        status = numeral_index_build(&rows, &model->recipe.index, &model->recipe.metric,
                                     run, &s->index, err);
    }
    numeral_release(data);
    return status;
}

/* "mnist:train, 5000 of 60000 rows"; a model dropped from twice counts from its data. */
static numeral_status name_data(const numeral_model *model, smaller *s,
                                numeral_error *err)
{
    numeral_buffer text = {.max_bytes = 1 << 16};
    const char *mark = strstr(model->data_name, ", kept ");
    size_t length = mark ? (size_t)(mark - model->data_name) : strlen(model->data_name);
    size_t all = model->n_rows;
    size_t kept_before, all_before;
    if (mark && sscanf(mark, ", kept %zu of %zu rows", &kept_before, &all_before) == 2) {
        all = all_before;
    }
    numeral_status status =
        numeral_buffer_printf(&text, err, "%.*s, kept %zu of %zu rows", (int)length,
                              model->data_name, s->n, all);
    if (status == NUMERAL_OK) {
        s->data_name = numeral_copy_text((const char *)text.data, text.size, err);
        status = s->data_name ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    }
    numeral_buffer_free(&text);
    return status;
}

/* Puts the smaller parts in the model's place; they leave the old ones in `s`. */
static void exchange(numeral_model *model, smaller *s)
{
    smaller old = {.labels = model->owned_labels,
                   .classes = model->row_classes,
                   .images = model->images,
                   .index = model->index,
                   .data_name = model->data_name,
                   .kept = s->kept};
    memcpy(old.views, model->views, sizeof old.views);
    model->n_rows = s->n;
    model->labels = model->owned_labels = s->labels;
    model->row_classes = s->classes;
    model->images = s->images;
    memcpy(model->views, s->views, sizeof s->views);
    model->index = s->index;
    model->data_name = s->data_name;
    *s = old;
}

numeral_status numeral_model_drop(numeral_model *model, const size_t *rows, size_t n,
                                  const numeral_run *run, numeral_error *err)
{
    smaller s = {0};
    run = numeral_run_or_default(run);
    numeral_status status = list_kept(model, rows, n, &s, err);
    if (status == NUMERAL_OK && s.n < model->recipe.k) {
        status = numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                              "only %zu rows would be left, fewer than -k %zu", s.n,
                              model->recipe.k);
    }
    if (status == NUMERAL_OK) {
        status = take_labels(model, &s, err);
    }
    if (status == NUMERAL_OK) {
        status = take_images(&model->images, &s, &s.images, err);
    }
    for (size_t view = 0; view < NUMERAL_VIEW_COUNT && status == NUMERAL_OK; view++) {
        status = take_images(&model->views[view], &s, &s.views[view], err);
    }
    if (status == NUMERAL_OK) {
        status = build_index(model, run, &s, err);
    }
    if (status == NUMERAL_OK) {
        status = name_data(model, &s, err);
    }
    if (status == NUMERAL_OK) {
        exchange(model, &s);
    }
    smaller_free(&s);
    return status;
}
