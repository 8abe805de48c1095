/* CSV with a header, pixels as whole numbers; digits are printed here, as printf would
 * take most of the time. */
#include <string.h>

#include <numeral/tools/names.h>

#include "base/fail.h"
#include "base/gzip.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/columns.h"
#include "data/csv_format.h"

static numeral_status print_header(const numeral_dataset *data, numeral_buffer *out,
                                   numeral_error *err)
{
    size_t n = data->height * data->width;
    numeral_status status = NUMERAL_OK;
    if (data->labels) {
        status = numeral_buffer_append(out, "label,", 6, err);
    }
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        status = numeral_buffer_printf(out, err, "%s%zu%c", data->columns ? "x" : "pixel",
                                       i, i + 1 < n ? ',' : '\n');
    }
    return status;
}

/* Where labels have names all are quoted, so that a name such as 00 stays one. */
static numeral_status print_label(const numeral_dataset *data, numeral_label label,
                                  numeral_buffer *out, numeral_error *err)
{
    char number[NUMERAL_LABEL_BYTES];
    const char *name = numeral_dataset_label_name(data, label, number);
    if (!data->label_names) {
        return numeral_buffer_printf(out, err, "%s,", name);
    }
    if (strpbrk(name, "\r\n")) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "label %u has a name of several lines, which CSV cannot hold",
                            (unsigned)label);
    }
    bool guard = numeral_name_is_formula(name, strlen(name));
    numeral_status status = numeral_buffer_append(out, "\"'", 1U + guard, err);
    for (const char *at = name; *at && status == NUMERAL_OK; at++) {
        status =
            numeral_buffer_append(out, *at == '"' ? "\"\"" : at, 1 + (*at == '"'), err);
    }
    return status == NUMERAL_OK ? numeral_buffer_append(out, "\",", 2, err) : status;
}

/* "255," and its like. */
static size_t print_byte(uint8_t value, char *to)
{
    size_t n = 0;
    if (value >= 100) {
        to[n++] = (char)('0' + value / 100);
    }
    if (value >= 10) {
        to[n++] = (char)('0' + value / 10 % 10);
    }
    to[n++] = (char)('0' + value % 10);
    to[n++] = ',';
    return n;
}

/* Nine digits tell one float32 from the next. */
static numeral_status print_numbers(const numeral_dataset *data, size_t row,
                                    numeral_buffer *out, numeral_error *err)
{
    size_t n = data->width;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        char text[32];
        double value =
            numeral_columns_value(data->columns, n, i, data->pixels[row * n + i]);
        int length = numeral_text_format(text, sizeof text, "%.9g%c", value,
                                         i + 1 < n ? ',' : '\n');
        status = numeral_buffer_append(out, text, (size_t)length, err);
    }
    return status;
}

static numeral_status print_row(const uint8_t *pixels, size_t n, numeral_buffer *out,
                                numeral_error *err)
{
    numeral_status status = numeral_buffer_reserve(out, 4 * n, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    for (size_t i = 0; i < n; i++) {
        out->size += print_byte(pixels[i], (char *)out->data + out->size);
    }
    out->data[out->size - 1] = '\n';
    return NUMERAL_OK;
}

static numeral_status print_rows(const numeral_dataset *data, numeral_buffer *out,
                                 numeral_error *err)
{
    size_t n = data->height * data->width;
    numeral_status status = print_header(data, out, err);
    for (size_t row = 0; row < data->n_images && status == NUMERAL_OK; row++) {
        if (data->labels) {
            status = print_label(data, data->labels[row], out, err);
        }
        if (status == NUMERAL_OK) {
            status = data->columns ? print_numbers(data, row, out, err)
                                   : print_row(data->pixels + row * n, n, out, err);
        }
    }
    return status;
}

numeral_status numeral_csv_write(const numeral_dataset *data, const char *path,
                                 numeral_error *err)
{
    numeral_buffer text = {.max_bytes = SIZE_MAX / 2};
    numeral_status status = print_rows(data, &text, err);
    if (status == NUMERAL_ERROR_UNSUPPORTED) {
        numeral_fail_prefix(err, path);
    }
    if (status == NUMERAL_OK) {
        status = numeral_gzip_save(path, text.data, text.size, err);
    }
    numeral_buffer_free(&text);
    return status;
}
