/* A list of pictures with their labels: each line a path and, mostly, a label. The
 * pictures are read as those of a folder are. */
#include <string.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/memory.h"
#include "data/csv_roles.h"
#include "data/folder.h"
#include "data/folder_list.h"
#include "data/label_texts.h"

typedef struct list {
    const numeral_source *source;
    const numeral_csv_roles *roles;
    numeral_label_texts texts;
    bool text_labels;
    size_t n;
} list;

static numeral_status fail(const list *l, const numeral_csv *csv, const char *what,
                           numeral_field field, numeral_error *err)
{
    int length = (int)(field.length < 40 ? field.length : 40);
    return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: line %zu: %s \"%.*s\"",
                        l->source->name, csv->line, what, length, field.text);
}

/* The path and the label of a line. */
static numeral_status take_fields(const list *l, const numeral_csv *csv, const char *at,
                                  const char *end, numeral_field *file,
                                  numeral_field *label, numeral_error *err)
{
    numeral_field field = {"", 0, false};
    long column = 0;
    for (; at; column++) {
        if (!numeral_csv_field(csv, &at, end, &field)) {
            return fail(l, csv, "a quote is not closed", field, err);
        }
        *file = column == l->roles->file ? field : *file;
        *label = column == l->roles->label ? field : *label;
    }
    return (size_t)column == l->roles->n_columns
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_FORMAT,
                              "%s: line %zu has %ld columns, expected %zu as above",
                              l->source->name, csv->line, column, l->roles->n_columns);
}

static numeral_status check_label(list *l, const numeral_csv *csv, numeral_field label,
                                  numeral_error *err)
{
    double value;
    bool number = numeral_csv_number(label, &value);
    l->text_labels = l->n == 0 ? numeral_label_is_text(label) : l->text_labels;
    if (l->text_labels) {
        numeral_status status = numeral_label_texts_add(&l->texts, label, err);
        return status == NUMERAL_ERROR_LIMIT
                   ? fail(l, csv, "more than 65,536 different labels:", label, err)
                   : status;
    }
    return number && numeral_label_fits(value)
               ? NUMERAL_OK
               : fail(l, csv, "expected an integer from 0 to 65535 as the label, not",
                      label, err);
}

/* `name` in the folder of the list; an absolute path as it is. */
static char *path_of(const list *l, numeral_field name, numeral_error *err)
{
    const char *list_path = l->source->name, *base = numeral_path_base(list_path);
    char *text = numeral_copy_text(name.text, name.length, err), *folder, *path;
    if (!text || *text == '/' || base == list_path) {
        return text;
    }
    folder = numeral_copy_text(list_path, (size_t)(base - list_path), err);
    path = folder ? numeral_path_join(folder, text, err) : NULL;
    numeral_release(folder);
    numeral_release(text);
    return path;
}

static numeral_status add_line(const list *l, numeral_field file, numeral_field label,
                               numeral_listing *out, numeral_error *err)
{
    double value = 0;
    numeral_csv_number(label, &value);
    numeral_label number = 0;
    if (l->text_labels) {
        number = numeral_label_texts_number(&l->texts, label);
    } else if (out->labelled) {
        number = (numeral_label)value;
    }
    char *path = path_of(l, file, err);
    if (!path) {
        return NUMERAL_ERROR_MEMORY;
    }
    if (numeral_path_look(path) == NUMERAL_PATH_OTHER) {
        numeral_release(path);
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%.200s: '%.*s' is a pipe or a device, not a picture",
                            l->source->name, (int)(file.length < 200 ? file.length : 200),
                            file.text);
    }
    numeral_status status = numeral_buffer_append(&out->paths, &path, sizeof path, err);
    if (status != NUMERAL_OK) {
        numeral_release(path);
        return status;
    }
    return numeral_buffer_append(&out->labels, &number, sizeof number, err);
}

numeral_status numeral_csv_list_read(const numeral_source *source,
                                     const numeral_csv_roles *roles, numeral_dataset *out,
                                     numeral_error *err)
{
    list l = {.source = source, .roles = roles};
    numeral_listing listing = {.paths = {.max_bytes = SIZE_MAX / 2},
                               .labels = {.max_bytes = SIZE_MAX / 2}};
    numeral_field file = {"", 0, false}, label = {"", 0, false};
    numeral_status status = NUMERAL_OK;
    const char *at, *end;
    listing.labelled = roles->label != NUMERAL_NO_COLUMN;
    /* labels are numbered by all of them, so that there are two passes */
    for (int pass = 0; pass < 2; pass++) {
        numeral_csv csv = roles->start;
        while (numeral_csv_line(&csv, &at, &end)) {
            TRY(take_fields(&l, &csv, at, end, &file, &label, err));
            if (pass == 1) {
                TRY(add_line(&l, file, label, &listing, err));
            } else if (listing.labelled) {
                TRY(check_label(&l, &csv, label, err));
            }
            l.n++;
        }
        if (pass == 0) {
            TRY(numeral_label_texts_settle(&l.texts, err));
        }
    }
    TRY(numeral_label_texts_name(&l.texts, &listing.names, err));
    status = numeral_listing_read(&listing, source->name, source->options, out, err);
    if (status != NUMERAL_OK) {
        numeral_fail_prefix(err, source->name);
    }
done:
    numeral_label_texts_free(&l.texts);
    numeral_listing_free(&listing);
    return status;
}
