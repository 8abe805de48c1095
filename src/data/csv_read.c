/* CSV, one row a digit: a first pass over the text checks every field and surveys the
 * values, a second one writes the pixels, so that nothing but the result is held.
 *
 * There is a header when a field other than the first is no number, or the first is a
 * label's name. The label is the column named label, target, class or y, else the first;
 * there is none when the first is named pixel..., or the columns are a square of 7 or
 * more and no column is named. Labels that are no numbers are numbered in byte order. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/memory.h"
#include "data/array.h"
#include "data/csv.h"
#include "data/csv_format.h"
#include "data/label_texts.h"
#include "data/set.h"

enum { NO_LABEL = -1 };
enum { LOOK = 4096 };    /* bytes that tell text from something else */
enum { LEAST_SIDE = 7 }; /* a square of fewer columns is as likely something else */
enum { SHOWN = 40 };     /* characters of a field in a message */

typedef struct table {
    const numeral_source *source;
    numeral_csv start; /* behind the header */
    size_t n_columns, n_rows;
    long label_column; /* or NO_LABEL */
    bool text_labels;
    numeral_survey survey;
    numeral_label_texts texts;
} table;

static bool is_text(const uint8_t *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++) {
        if ((bytes[i] < 32 && (bytes[i] < 9 || bytes[i] > 13)) || bytes[i] == 127) {
            return false;
        }
    }
    return true;
}

static bool label_name(numeral_field field)
{
    static const char *const names[] = {"label", "labels", "target", "class", "y"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == field.length &&
            strncasecmp(names[i], field.text, field.length) == 0) {
            return true;
        }
    }
    return false;
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
           (csv.separator || numeral_csv_number(field, &number) || label_name(field));
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

static bool starts_like_pixel(numeral_field field)
{
    return field.length >= 5 && strncasecmp(field.text, "pixel", 5) == 0;
}

static bool is_square(size_t n)
{
    size_t side = (size_t)sqrt((double)n);
    return side >= LEAST_SIDE && side * side == n;
}

/* Looks at the first line: columns, header, label. */
static numeral_status read_first(table *t, numeral_error *err)
{
    numeral_csv csv = numeral_csv_open(t->source->bytes, t->source->n_bytes);
    t->start = csv;
    const char *at, *end;
    numeral_field field;
    double number;
    long named = NO_LABEL;
    bool header = false, pixels = false;
    if (!numeral_csv_line(&csv, &at, &end)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: holds no rows",
                            t->source->name);
    }
    for (; at; t->n_columns++) {
        if (!numeral_csv_field(&csv, &at, end, &field)) {
            return fail_line(t, &csv, t->n_columns, "a quote is not closed", err);
        }
        bool first = t->n_columns == 0, name = label_name(field);
        header = header || name || (!first && !numeral_csv_number(field, &number));
        pixels = pixels || (first && starts_like_pixel(field));
        named = name && named == NO_LABEL ? (long)t->n_columns : named;
    }
    bool unlabelled = pixels || is_square(t->n_columns);
    t->label_column = named != NO_LABEL ? named : unlabelled ? NO_LABEL : 0;
    if (header || pixels) {
        t->start.at = csv.at;
        t->start.line = csv.line;
    }
    t->start.separator = csv.separator;
    return NUMERAL_OK;
}

static numeral_status check_label(const table *t, const numeral_csv *csv, size_t column,
                                  numeral_field field, numeral_error *err)
{
    double value;
    if (!numeral_csv_number(field, &value) || !(value >= 0 && value <= 255) ||
        floor(value) != value) {
        char what[128];
        snprintf(what, sizeof what, "label %.*s, expected an integer from 0 to 255",
                 shown(field), field.text);
        return fail_line(t, csv, column, what, err);
    }
    return NUMERAL_OK;
}

static numeral_status add_name(table *t, const numeral_csv *csv, size_t column,
                               numeral_field field, numeral_error *err)
{
    return numeral_label_texts_add(&t->texts, field)
               ? NUMERAL_OK
               : fail_line(t, csv, column, "more than 256 different labels", err);
}

static numeral_status survey_label(table *t, const numeral_csv *csv, size_t column,
                                   numeral_field field, numeral_error *err)
{
    double ignored;
    if (t->n_rows == 0) {
        t->text_labels = !numeral_csv_number(field, &ignored);
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
    numeral_survey_add(&t->survey, value);
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
        if (column >= t->n_columns) {
            continue;
        }
        if (field.length == 0) {
            return fail_line(t, csv, column, "the field is empty", err);
        }
        numeral_status status = (long)column == t->label_column
                                    ? survey_label(t, csv, column, field, err)
                                    : survey_value(t, csv, column, field, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    if (column != t->n_columns) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: line %zu has %zu columns, expected %zu as above",
                            t->source->name, csv->line, column, t->n_columns);
    }
    return NUMERAL_OK;
}

static numeral_status survey(table *t, numeral_error *err)
{
    numeral_csv csv = t->start;
    const char *begin, *end;
    numeral_status status = NUMERAL_OK;
    while (status == NUMERAL_OK && numeral_csv_line(&csv, &begin, &end)) {
        status = survey_line(t, &csv, begin, end, err);
        t->n_rows++;
    }
    return status;
}

/* Second pass: every field is known to be good. */
static void fill(const table *t, numeral_dataset *out)
{
    numeral_csv csv = t->start;
    const char *at, *end;
    uint8_t *pixel = out->pixels;
    for (size_t row = 0; numeral_csv_line(&csv, &at, &end); row++) {
        for (long column = 0; at; column++) {
            numeral_field field;
            double value = 0;
            numeral_csv_field(&csv, &at, end, &field);
            numeral_csv_number(field, &value);
            if (column != t->label_column) {
                *pixel++ = numeral_survey_pixel(&t->survey, value);
            } else {
                out->labels[row] = t->text_labels
                                       ? numeral_label_texts_number(&t->texts, field)
                                       : (uint8_t)value;
            }
        }
    }
    out->rescaled =
        numeral_survey_keeps(&t->survey) ? 0 : out->n_images * out->height * out->width;
}

static numeral_status make(const table *t, numeral_dataset *out, numeral_error *err)
{
    size_t n_values = t->n_columns - (t->label_column != NO_LABEL), height, width;
    numeral_status status = NUMERAL_OK;
    if (n_values == 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: one column, expected a label and its pixels",
                            t->source->name);
    }
    numeral_vector_shape(n_values, &height, &width);
    TRY(numeral_source_make(t->source, t->n_rows, height, width, out, err));
    if (t->label_column != NO_LABEL) {
        TRY_ALLOC(out->labels = numeral_allocate(t->n_rows, 1, err));
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
    TRY(read_first(&t, err));
    TRY(survey(&t, err));
    TRY(make(&t, out, err));
    fill(&t, out);
done:
    return status;
}

static numeral_status read_labels(const numeral_source *source, numeral_dataset *out,
                                  numeral_error *err)
{
    table t = {.source = source};
    numeral_status status = NUMERAL_OK;
    TRY(read_first(&t, err));
    if (t.n_columns != 1 || t.label_column == NO_LABEL) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "%s: %zu columns, expected one label a line", source->name,
                         t.n_columns));
    }
    TRY(survey(&t, err));
    TRY_ALLOC(out->labels = numeral_allocate(t.n_rows, 1, err));
    TRY(numeral_label_texts_name(&t.texts, out, err));
    fill(&t, out);
    out->n_images = t.n_rows;
done:
    return status;
}

const numeral_format numeral_format_csv = {
    .entry = {.name = "csv",
              .help = "one row a digit: label, then pixels; , ; or tab; with or without "
                      "header",
              .source = "RFC 4180, 2005"},
    .recognise = recognise,
    .read = read,
    .read_labels = read_labels,
    .write = numeral_csv_write,
};
