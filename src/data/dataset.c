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
    free_texts(data->label_names, NUMERAL_LABELS);
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
        TRY_ALLOC(made.labels = numeral_allocate(n, 1, err));
    }
    if (data->name) {
        TRY(numeral_dataset_rename(&made, data->name, "", err));
    }
    if (data->label_names) {
        TRY_ALLOC(made.label_names =
                      copy_texts(data->label_names, NULL, NUMERAL_LABELS, err));
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

numeral_status numeral_dataset_name_label(numeral_dataset *data, size_t label,
                                          const char *text, size_t length,
                                          numeral_error *err)
{
    if (!data->label_names) {
        data->label_names =
            numeral_allocate_zero(NUMERAL_LABELS, sizeof *data->label_names, err);
    }
    char *name = data->label_names ? numeral_copy_text(text, length, err) : NULL;
    if (!name) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_release(data->label_names[label]);
    data->label_names[label] = name;
    return NUMERAL_OK;
}

const char *numeral_dataset_label_name(const numeral_dataset *data, uint8_t label,
                                       char number[4])
{
    if (data->label_names && data->label_names[label]) {
        return data->label_names[label];
    }
    snprintf(number, 4, "%u", (unsigned)label);
    return number;
}

void numeral_dataset_take_labels(numeral_dataset *data, numeral_dataset *from)
{
    uint8_t *labels = data->labels;
    char **names = data->label_names;
    data->labels = from->labels;
    data->label_names = from->label_names;
    from->labels = labels; /* go with the other one */
    from->label_names = names;
}

numeral_status numeral_load_frame(const numeral_load *options, const numeral_image *in,
                                  size_t height, size_t width, uint8_t *out,
                                  numeral_error *err)
{
    const numeral_framer *by = options->framer;
    return by ? by->frame(by->context, in, height, width, out, err)
              : numeral_image_frame(in, height, width, out, err);
}
