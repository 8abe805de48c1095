/* Sets put one behind the other. Labels are joined by what they are called: a name, or
 * else the number's digits. So folders whose names came in another order, or that lack
 * some, fit each other. */
#include <stdio.h>
#include <string.h>

#include "base/dictionary.h"
#include "base/fail.h"
#include "base/memory.h"
#include "data/columns.h"
#include "data/set.h"

/* The labels of the joined set, by what they are called. */
typedef struct joined_labels {
    numeral_dictionary texts;
    numeral_label numbers[NUMERAL_LABELS]; /* of each text */
    bool used[NUMERAL_LABELS];
    size_t next_free; /* none is free below */
    /* of the set that is being joined: labels that occur, and their joined numbers */
    bool has[NUMERAL_LABELS];
    numeral_label map[NUMERAL_LABELS];
} joined_labels;

static const char *name_of(const numeral_dataset *data)
{
    return data->name ? data->name : "data";
}

static numeral_status check_alike(const numeral_dataset *first,
                                  const numeral_dataset *data, numeral_error *err)
{
    bool table = first->columns || data->columns; /* one row, whatever its length */
    bool as_long = data->height * data->width == first->height * first->width;
    if (!(table && as_long) &&
        (data->height != first->height || data->width != first->width)) {
        return numeral_fail(
            err, NUMERAL_ERROR_ARGUMENT,
            "%.200s: its images are %zu × %zu, but those of %.200s are %zu × %zu",
            name_of(data), data->height, data->width, name_of(first), first->height,
            first->width);
    }
    if (!data->labels != !first->labels) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%.200s: has %s labels, but %.200s has %s", name_of(data),
                            data->labels ? "its own" : "no", name_of(first),
                            data->labels ? "none" : "some");
    }
    return NUMERAL_OK;
}

/* The number in the joined set of what is called `text`: that of the same name; else a
 * new one, `label` itself where it is free. */
static numeral_status place(joined_labels *all, size_t label, const char *text,
                            numeral_label *out, numeral_error *err)
{
    size_t n = all->texts.n, at;
    while (all->next_free < NUMERAL_LABELS && all->used[all->next_free]) {
        all->next_free++;
    }
    numeral_status status =
        numeral_dictionary_add(&all->texts, text, strlen(text), &at, err);
    if (status == NUMERAL_OK && all->texts.n > n) {
        size_t free_one = all->used[label] ? all->next_free : label;
        if (free_one == NUMERAL_LABELS) {
            return NUMERAL_ERROR_LIMIT;
        }
        all->numbers[at] = (numeral_label)free_one;
        all->used[free_one] = true;
    }
    *out = status == NUMERAL_OK ? all->numbers[at] : 0;
    return status;
}

/* Whether a label is called by another text than its number. */
static bool is_named(size_t label, const char *text)
{
    char number[NUMERAL_LABEL_BYTES];
    snprintf(number, sizeof number, "%u", (unsigned)label);
    return strcmp(number, text) != 0;
}

/* Finds a place for each label that `data` has or names; all->map[label] is its number.
 */
static numeral_status map_labels(const numeral_dataset *data, joined_labels *all,
                                 numeral_dataset *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    memset(all->has, 0, sizeof all->has);
    for (size_t i = 0; data->labels && i < data->n_images; i++) {
        all->has[data->labels[i]] = true;
    }
    for (size_t label = 0; label < NUMERAL_LABELS; label++) {
        const char *name = numeral_dataset_name_of(data, label);
        char own[NUMERAL_LABEL_BYTES];
        const char *text = numeral_dataset_label_name(data, (numeral_label)label, own);
        if (!all->has[label] && !name) {
            continue;
        }
        numeral_label at;
        status = place(all, label, text, &at, err);
        if (status == NUMERAL_ERROR_LIMIT) {
            TRY(numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                             "%.200s: no room for label '%.100s' beside those of the "
                             "sets before it: %d labels at most",
                             name_of(data), text, NUMERAL_LABELS));
        }
        TRY(status);
        if (!numeral_dataset_name_of(out, at) && (name || is_named(at, text))) {
            TRY(numeral_dataset_name_label(out, at, text, strlen(text), err));
        }
        all->map[label] = at;
    }
done:
    return status;
}

/* Copies a set's rows behind the `at` rows that `out` has. */
static numeral_status append(const numeral_dataset *data, const numeral_label *map,
                             size_t at, numeral_dataset *out, numeral_error *err)
{
    size_t bytes = data->height * data->width;
    if (out->columns) {
        numeral_columns_convert(data->columns, out->columns, bytes, data->n_images,
                                data->pixels, out->pixels + at * bytes);
    } else {
        memcpy(out->pixels + at * bytes, data->pixels, data->n_images * bytes);
    }
    for (size_t i = 0; out->labels && i < data->n_images; i++) {
        out->labels[at + i] = map[data->labels[i]];
    }
    for (size_t i = 0; out->inputs && i < data->n_images; i++) {
        const char *input = data->inputs[i];
        out->inputs[at + i] = numeral_copy_text(input, strlen(input), err);
        if (!out->inputs[at + i]) {
            return NUMERAL_ERROR_MEMORY;
        }
    }
    return NUMERAL_OK;
}

/* Columns that hold the values of all sets, where one has columns. */
static numeral_status join_columns(const numeral_dataset *sets, size_t n,
                                   numeral_dataset *out, numeral_error *err)
{
    size_t width = sets[0].height * sets[0].width;
    bool any = false, alike = true;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < n; i++) {
        any = any || sets[i].columns;
        alike = alike && numeral_columns_alike(sets[0].columns, sets[i].columns, width);
    }
    if (!any) {
        return NUMERAL_OK;
    }
    out->height = 1;
    out->width = width;
    if (alike) {
        TRY_ALLOC(out->columns = numeral_columns_copy(sets[0].columns, width, err));
        return NUMERAL_OK;
    }
    TRY_ALLOC(out->columns = numeral_allocate(2 * width, sizeof *out->columns, err));
    numeral_columns_join(sets[0].columns, sets[0].columns, width, out->columns);
    for (size_t i = 1; i < n; i++) {
        numeral_columns_join(out->columns, sets[i].columns, width, out->columns);
    }
done:
    return status;
}

/* "mnist:train + digits/" */
static char *join_names(const numeral_dataset *sets, size_t n, numeral_error *err)
{
    size_t room = 1, used = 0;
    for (size_t i = 0; i < n; i++) {
        room += strlen(name_of(&sets[i])) + strlen(" + ");
    }
    char *out = numeral_allocate(room, 1, err);
    for (size_t i = 0; out && i < n; i++) {
        used += (size_t)snprintf(out + used, room - used, "%s%s", i ? " + " : "",
                                 name_of(&sets[i]));
    }
    return out;
}

numeral_status numeral_dataset_join(const numeral_dataset *sets, size_t n,
                                    numeral_dataset *out, numeral_error *err)
{
    numeral_dataset made = {
        .height = sets[0].height, .width = sets[0].width, .framed = true};
    joined_labels *all = NULL;
    bool files = true; /* all of them are of image files */
    size_t at = 0;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < n; i++) {
        TRY(check_alike(&sets[0], &sets[i], err));
        made.n_images += sets[i].n_images;
        made.rescaled += sets[i].rescaled;
        made.framed = made.framed && sets[i].framed;
        files = files && sets[i].inputs;
    }
    TRY(join_columns(sets, n, &made, err));
    TRY_ALLOC(all = numeral_allocate_zero(1, sizeof *all, err));
    TRY_ALLOC(made.pixels =
                  numeral_allocate(made.n_images, made.height * made.width, err));
    if (sets[0].labels) {
        TRY_ALLOC(made.labels =
                      numeral_allocate(made.n_images, sizeof *made.labels, err));
    }
    if (files) {
        TRY_ALLOC(made.inputs =
                      numeral_allocate_zero(made.n_images, sizeof(char *), err));
    }
    TRY_ALLOC(made.name = join_names(sets, n, err));
    for (size_t i = 0; i < n; i++) {
        TRY(map_labels(&sets[i], all, &made, err));
        TRY(append(&sets[i], all->map, at, &made, err));
        at += sets[i].n_images;
    }
    *out = made;
    made = (numeral_dataset){0};
done:
    if (all) {
        numeral_dictionary_free(&all->texts);
    }
    numeral_release(all);
    numeral_dataset_free(&made);
    return status;
}

numeral_status numeral_dataset_read_splits(numeral_split_reader *read,
                                           const void *context, numeral_split split,
                                           const char *name, numeral_dataset *out,
                                           numeral_error *err)
{
    static const char *const names[] = {"train", "test"};
    numeral_dataset both[2] = {{0}, {0}};
    numeral_status status = NUMERAL_OK;
    if (split != NUMERAL_SPLIT_ALL) {
        return read(context, split, out, err);
    }
    TRY(read(context, NUMERAL_SPLIT_TRAIN, &both[0], err));
    TRY(read(context, NUMERAL_SPLIT_TEST, &both[1], err));
    for (int i = 0; i < 2; i++) {
        TRY(numeral_dataset_rename(&both[i], names[i], "", err));
    }
    status = numeral_dataset_join(both, 2, out, err);
    if (status == NUMERAL_OK) {
        numeral_release(out->name);
        out->name = NULL;
    } else {
        numeral_fail_prefix(err, name);
    }
    if (status == NUMERAL_ERROR_ARGUMENT) { /* the set's fault, not the caller's */
        status = NUMERAL_ERROR_FORMAT;
    }
    if (err) {
        err->status = status;
    }
done:
    numeral_dataset_free(&both[0]);
    numeral_dataset_free(&both[1]);
    return status;
}
