/* Data sets in memory: ending, naming, and choosing rows of one. */
#include "data/set.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "data/columns.h"

static void free_texts(char **texts, size_t n)
{
    for (size_t i = 0; texts && i < n; i++) {
        numeral_release(texts[i]);
    }
    numeral_release(texts);
}

void numeral_dataset_free(numeral_dataset *data)
{
    if (!data) {
        return;
    }
    numeral_release(data->name);
    numeral_release(data->pixels);
    numeral_release(data->columns);
    numeral_release(data->labels);
    numeral_release(data->rows);
    free_texts(data->label_names, data->n_label_names);
    free_texts(data->inputs, data->n_images);
    *data = (numeral_dataset){0};
}

/* Copies texts[ids[i]] for n ids (NULL: 0, 1, 2 ...); NULL texts stay NULL. */
static char **copy_texts(char *const *texts, const size_t *ids, size_t n,
                         numeral_error *err)
{
    char **copy = numeral_allocate_zero(n, sizeof *copy, err);
    for (size_t i = 0; copy && i < n; i++) {
        const char *text = texts[ids ? ids[i] : i];
        copy[i] = text ? numeral_copy_text(text, strlen(text), err) : NULL;
        if (text && !copy[i]) {
            free_texts(copy, n);
            copy = NULL;
        }
    }
    return copy;
}

static void copy_rows(const numeral_dataset *data, const size_t *ids, size_t n,
                      numeral_dataset *out)
{
    size_t bytes = data->height * data->width;
    for (size_t i = 0; i < n; i++) {
        memcpy(out->pixels + i * bytes, data->pixels + ids[i] * bytes, bytes);
        out->rows[i] = data->rows ? data->rows[ids[i]] : ids[i];
        if (data->labels) {
            out->labels[i] = data->labels[ids[i]];
        }
    }
}

static numeral_status check_ids(const numeral_dataset *data, const size_t *ids, size_t n,
                                numeral_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (ids[i] >= data->n_images) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "%s: row %zu of %zu rows does not exist",
                                data->name ? data->name : "data", ids[i], data->n_images);
        }
    }
    return NUMERAL_OK;
}

numeral_status numeral_dataset_select(const numeral_dataset *data, const size_t *ids,
                                      size_t n, numeral_dataset *out, numeral_error *err)
{
    numeral_dataset made = {.height = data->height,
                            .width = data->width,
                            .n_images = n,
                            .framed = data->framed,
                            .rescaled = data->rescaled};
    numeral_status status = NUMERAL_OK;
    TRY(check_ids(data, ids, n, err));
    TRY_ALLOC(made.pixels = numeral_allocate(n, data->height * data->width, err));
    TRY_ALLOC(made.rows = numeral_allocate(n, sizeof *made.rows, err));
    if (data->labels) {
        TRY_ALLOC(made.labels = numeral_allocate(n, sizeof *made.labels, err));
    }
    if (data->name) {
        TRY(numeral_dataset_rename(&made, data->name, "", err));
    }
    if (data->label_names) {
        TRY_ALLOC(made.label_names =
                      copy_texts(data->label_names, NULL, data->n_label_names, err));
        made.n_label_names = data->n_label_names;
    }
    if (data->inputs) {
        TRY_ALLOC(made.inputs = copy_texts(data->inputs, ids, n, err));
    }
    if (data->columns) {
        TRY_ALLOC(made.columns = numeral_columns_copy(data->columns, data->width, err));
    }
    copy_rows(data, ids, n, &made);
    *out = made;
    return NUMERAL_OK;
done:
    numeral_dataset_free(&made);
    return status;
}

numeral_status numeral_dataset_rename(numeral_dataset *data, const char *text,
                                      const char *tail, numeral_error *err)
{
    size_t bytes = strlen(text) + strlen(tail) + 1;
    char *name = numeral_allocate(bytes, 1, err);
    if (!name) {
        return NUMERAL_ERROR_MEMORY;
    }
    snprintf(name, bytes, "%s%s", text, tail);
    numeral_release(data->name);
    data->name = name;
    return NUMERAL_OK;
}

/* Room for the name of a label, and then as much again. */
static numeral_status make_names(numeral_dataset *data, numeral_label label,
                                 numeral_error *err)
{
    size_t room = 16;
    while (room <= label) {
        room *= 2;
    }
    if (label < data->n_label_names) {
        return NUMERAL_OK;
    }
    char **names = numeral_allocate_zero(room, sizeof *names, err);
    if (!names) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < data->n_label_names; i++) {
        names[i] = data->label_names[i];
    }
    numeral_release(data->label_names);
    data->label_names = names;
    data->n_label_names = room;
    return NUMERAL_OK;
}

numeral_status numeral_dataset_name_label(numeral_dataset *data, numeral_label label,
                                          const char *text, size_t length,
                                          numeral_error *err)
{
    numeral_status status = make_names(data, label, err);
    char *name = status == NUMERAL_OK ? numeral_copy_text(text, length, err) : NULL;
    if (!name) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_release(data->label_names[label]);
    data->label_names[label] = name;
    return NUMERAL_OK;
}

numeral_status numeral_dataset_set_label_name(numeral_dataset *data, numeral_label label,
                                              const char *name, numeral_error *err)
{
    return numeral_dataset_name_label(data, label, name, strlen(name), err);
}

const char *numeral_dataset_label_name(const numeral_dataset *data, numeral_label label,
                                       char number[NUMERAL_LABEL_BYTES])
{
    const char *name = numeral_dataset_name_of(data, label);
    if (!name) {
        snprintf(number, NUMERAL_LABEL_BYTES, "%u", (unsigned)label);
    }
    return name ? name : number;
}

size_t *numeral_dataset_count_labels(const numeral_dataset *data, numeral_error *err)
{
    size_t *counts = numeral_allocate_zero(NUMERAL_LABELS, sizeof *counts, err);
    for (size_t i = 0; counts && i < data->n_images; i++) {
        counts[data->labels ? data->labels[i] : 0]++;
    }
    return counts;
}

numeral_status numeral_dataset_byte_labels(const numeral_dataset *data, uint8_t **out,
                                           numeral_error *err)
{
    uint8_t *bytes = numeral_allocate(data->n_images, 1, err);
    bool fit = true;
    if (!bytes) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < data->n_images; i++) {
        fit = fit && data->labels[i] <= UINT8_MAX;
        bytes[i] = (uint8_t)data->labels[i];
    }
    if (!fit) {
        numeral_release(bytes);
    }
    *out = fit ? bytes : NULL;
    return NUMERAL_OK;
}

void numeral_dataset_take_labels(numeral_dataset *data, numeral_dataset *from)
{
    numeral_dataset old = *data;
    data->labels = from->labels;
    data->label_names = from->label_names;
    data->n_label_names = from->n_label_names;
    from->labels = old.labels; /* go with the other one */
    from->label_names = old.label_names;
    from->n_label_names = old.n_label_names;
}

numeral_status numeral_load_frame(const numeral_load *options, const numeral_image *in,
                                  size_t height, size_t width, uint8_t *out,
                                  numeral_error *err)
{
    const numeral_framer *by = options->framer;
    return by ? by->frame(by->context, in, height, width, out, err)
              : numeral_image_frame(in, height, width, out, err);
}
