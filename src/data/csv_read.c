/* CSV, one row a digit: a first pass over the text checks every field and surveys the
 * values, a second one writes the pixels, so that nothing but the result is held.
 *
 * What the columns are: csv_roles.h. Labels that are texts are numbered as label_texts.h
 * says. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/memory.h"
#include "data/array.h"
#include "data/csv.h"
#include "data/csv_format.h"
#include "data/csv_roles.h"
#include "data/label_texts.h"
#include "data/set.h"

enum { LOOK = 4096 }; /* bytes that tell text from something else */
enum { SHOWN = 40 };  /* characters of a field in a message */

typedef struct table {
    const numeral_source *source;
    numeral_csv_roles roles;
    size_t n_rows;
    bool text_labels;
    numeral_survey survey;
    numeral_label_texts texts;
} table;

/* What a column of the table is. */
typedef enum part { PIXEL, LABEL, ONE_HOT, INDEX } part;

static part part_of(const table *t, size_t column)
{
    const numeral_csv_roles *r = &t->roles;
    return (long)column == r->label              ? LABEL
           : (long)column == r->index            ? INDEX
           : column + r->one_hot >= r->n_columns ? ONE_HOT
                                                 : PIXEL;
}

static size_t n_values(const table *t)
{
    const numeral_csv_roles *r = &t->roles;
    return r->n_columns - r->one_hot - (r->label != NUMERAL_NO_COLUMN) -
           (r->index != NUMERAL_NO_COLUMN);
}

/* The number among the pixels of one in this column. */
static size_t number_of(const table *t, size_t column)
{
    const numeral_csv_roles *r = &t->roles;
    return column - (r->label != NUMERAL_NO_COLUMN && r->label < (long)column) -
           (r->index != NUMERAL_NO_COLUMN && r->index < (long)column);
}

static bool is_text(const uint8_t *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++) {
        if ((bytes[i] < 32 && (bytes[i] < 9 || bytes[i] > 13)) || bytes[i] == 127) {
            return false;
        }
    }
    return true;
}

static bool recognise(const uint8_t *bytes, size_t n_bytes)
{
    size_t looked = n_bytes < LOOK ? n_bytes : LOOK;
    if (!is_text(bytes, looked)) {
        return false;
    }
    numeral_csv csv = numeral_csv_open(bytes, n_bytes);
    const char *begin, *end;
    numeral_field field;
    double number;
    return numeral_csv_line(&csv, &begin, &end) &&
           numeral_csv_field(&csv, &begin, end, &field) &&
           (csv.separator || numeral_csv_number(field, &number) ||
            numeral_csv_names_label(field));
}

/* For %.*s */
static int shown(numeral_field field)
{
    return (int)(field.length < SHOWN ? field.length : SHOWN);
}

static numeral_status fail_line(const table *t, const numeral_csv *csv, size_t column,
                                const char *what, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: line %zu, column %zu: %s",
                        t->source->name, csv->line, column + 1, what);
}

static numeral_status check_label(const table *t, const numeral_csv *csv, size_t column,
                                  numeral_field field, numeral_error *err)
{
    double value;
    if (!numeral_csv_number(field, &value) || !numeral_label_fits(value)) {
        char what[128];
        snprintf(what, sizeof what, "label %.*s, expected an integer from 0 to 65535",
                 shown(field), field.text);
        return fail_line(t, csv, column, what, err);
    }
    return NUMERAL_OK;
}

static numeral_status add_name(table *t, const numeral_csv *csv, size_t column,
                               numeral_field field, numeral_error *err)
{
    numeral_status status = numeral_label_texts_add(&t->texts, field, err);
    return status == NUMERAL_ERROR_LIMIT
               ? fail_line(t, csv, column, "more than 65,536 different labels", err)
               : status;
}

static numeral_status survey_label(table *t, const numeral_csv *csv, size_t column,
                                   numeral_field field, numeral_error *err)
{
    if (t->n_rows == 0) {
        t->text_labels = numeral_label_is_text(field);
    }
    return t->text_labels ? add_name(t, csv, column, field, err)
                          : check_label(t, csv, column, field, err);
}

static numeral_status survey_value(table *t, const numeral_csv *csv, size_t column,
                                   numeral_field field, numeral_error *err)
{
    double value;
    char what[128];
    if (!numeral_csv_number(field, &value)) {
        snprintf(what, sizeof what, "\"%.*s\" is no number", shown(field), field.text);
        return fail_line(t, csv, column, what, err);
    }
    if (!isfinite(value)) {
        snprintf(what, sizeof what, "%.*s, expected a finite number", shown(field),
                 field.text);
        return fail_line(t, csv, column, what, err);
    }
    t->survey.real = t->survey.real || memchr(field.text, '.', field.length) ||
                     memchr(field.text, 'e', field.length) ||
                     memchr(field.text, 'E', field.length);
    numeral_survey_add(&t->survey, number_of(t, column), value);
    return NUMERAL_OK;
}

static numeral_status survey_line(table *t, const numeral_csv *csv, const char *at,
                                  const char *end, numeral_error *err)
{
    size_t column = 0;
    for (; at; column++) {
        numeral_field field;
        if (!numeral_csv_field(csv, &at, end, &field)) {
            return fail_line(t, csv, column, "a quote is not closed", err);
        }
        part is = part_of(t, column);
        if (column >= t->roles.n_columns || is == INDEX || is == ONE_HOT) {
            continue;
        }
        if (field.length == 0) {
            return fail_line(t, csv, column, "the field is empty", err);
        }
        numeral_status status = is == LABEL ? survey_label(t, csv, column, field, err)
                                            : survey_value(t, csv, column, field, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    if (column != t->roles.n_columns) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: line %zu has %zu columns, expected %zu as above",
                            t->source->name, csv->line, column, t->roles.n_columns);
    }
    return NUMERAL_OK;
}

static numeral_status survey(table *t, numeral_error *err)
{
    numeral_csv csv = t->roles.start;
    const char *begin, *end;
    numeral_status status = NUMERAL_OK;
    while (status == NUMERAL_OK && numeral_csv_line(&csv, &begin, &end)) {
        status = survey_line(t, &csv, begin, end, err);
        t->n_rows++;
    }
    return status == NUMERAL_OK ? numeral_label_texts_settle(&t->texts, err) : status;
}

static void put_field(const table *t, numeral_field field, double value, size_t column,
                      uint8_t **pixel, numeral_label *label)
{
    switch (part_of(t, column)) {
    case PIXEL:
        *(*pixel)++ = numeral_survey_pixel(&t->survey, number_of(t, column), value);
        break;
    case LABEL:
        *label = t->text_labels ? numeral_label_texts_number(&t->texts, field)
                                : (numeral_label)value;
        break;
    case ONE_HOT:
        if (value == 1) {
            *label = (numeral_label)(column + t->roles.one_hot - t->roles.n_columns);
        }
        break;
    default:
        break;
    }
}

/* Second pass: every field is known to be good. */
static void fill(const table *t, numeral_dataset *out)
{
    numeral_csv csv = t->roles.start;
    const char *at, *end;
    uint8_t *pixel = out->pixels;
    for (size_t row = 0; numeral_csv_line(&csv, &at, &end); row++) {
        for (long column = 0; at; column++) {
            numeral_field field;
            double value = 0;
            numeral_csv_field(&csv, &at, end, &field);
            numeral_csv_number(field, &value);
            put_field(t, field, value, (size_t)column, &pixel,
                      out->labels ? out->labels + row : NULL);
        }
    }
    out->rescaled =
        numeral_survey_keeps(&t->survey) ? 0 : out->n_images * out->height * out->width;
}

static numeral_status make(const table *t, numeral_dataset *out, numeral_error *err)
{
    const numeral_csv_roles *r = &t->roles;
    bool labelled = r->label != NUMERAL_NO_COLUMN || r->one_hot;
    size_t height, width;
    numeral_status status = NUMERAL_OK;
    numeral_survey_shape(&t->survey, n_values(t), &height, &width);
    TRY(numeral_source_make(t->source, t->n_rows, height, width, out, err));
    if (labelled) {
        TRY_ALLOC(out->labels = numeral_allocate(t->n_rows, sizeof *out->labels, err));
    }
    TRY(numeral_label_texts_name(&t->texts, out, err));
done:
    return status;
}

static numeral_status read(const numeral_source *source, numeral_dataset *out,
                           numeral_error *err)
{
    table t = {.source = source};
    numeral_status status = NUMERAL_OK;
    TRY(numeral_csv_look(source, &t.roles, err));
    if (t.roles.file != NUMERAL_NO_COLUMN && !source->opens) {
        TRY(numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                         "%s: a list of pictures, which is read from a file, not from "
                         "memory",
                         source->name));
    }
    if (t.roles.file != NUMERAL_NO_COLUMN) {
        return numeral_csv_list_read(source, &t.roles, out, err);
    }
    if (n_values(&t) == 0) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "%s: one column, expected a label and its pixels",
                         source->name));
    }
    TRY(numeral_survey_table(&t.survey, n_values(&t), err));
    TRY(survey(&t, err));
    TRY(numeral_survey_settle(&t.survey, source->options, err));
    TRY(make(&t, out, err));
    fill(&t, out);
    numeral_survey_hand_over(&t.survey, out);
done:
    numeral_label_texts_free(&t.texts);
    numeral_survey_free(&t.survey);
    return status;
}

static numeral_status read_labels(const numeral_source *source, numeral_dataset *out,
                                  numeral_error *err)
{
    table t = {.source = source};
    numeral_status status = NUMERAL_OK;
    TRY(numeral_csv_look(source, &t.roles, err));
    if (t.roles.n_columns != 1 || t.roles.label == NUMERAL_NO_COLUMN) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "%s: %zu columns, expected one label a line", source->name,
                         t.roles.n_columns));
    }
    TRY(survey(&t, err));
    TRY_ALLOC(out->labels = numeral_allocate(t.n_rows, sizeof *out->labels, err));
    TRY(numeral_label_texts_name(&t.texts, out, err));
    fill(&t, out);
    out->n_images = t.n_rows;
done:
    numeral_label_texts_free(&t.texts);
    return status;
}

const numeral_format numeral_format_csv = {
    .entry = {.name = "csv",
              .help = "one row a digit: label and pixels; , ; tab or blanks; with or "
                      "without header; or a list of image files and labels",
              .source = "RFC 4180, 2005"},
    .recognise = recognise,
    .read = read,
    .read_labels = read_labels,
    .write = numeral_csv_write,
    .holds_numbers = true,
};
