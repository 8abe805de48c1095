/* Slices of a set, [a:b:step] as in Python and @a..b, taken off the end of a text. */
#include "data/slice.h"

#include <stdio.h>
#include <string.h>

#include <numeral/dataset.h>
#include <numeral/tools/command.h>

#include "base/fail.h"

static const int64_t MOST = INT64_C(1) << 60; /* beyond any row, far from overflow */

const char *numeral_slice_find(const char *text)
{
    size_t length = strlen(text);
    if (length && text[length - 1] == ']') {
        return strrchr(text, '[');
    }
    const char *at = strrchr(text, '@');
    return at && strstr(at, "..") && !strchr(at, '/') ? at : NULL;
}

/* Reads an optional whole number; false where digits are missing after a sign. */
static bool take_number(const char **at, bool *present, int64_t *value)
{
    const char *c = *at;
    bool negative = *c == '-';
    c += *c == '-' || *c == '+';
    const char *digits = c;
    int64_t number = 0;
    for (; *c >= '0' && *c <= '9'; c++) {
        number = number < MOST / 10 ? number * 10 + (*c - '0') : MOST;
    }
    *present = c != digits;
    if (!*present && digits != *at) {
        return false;
    }
    *value = negative ? -number : number;
    *at = c;
    return true;
}

static bool parse_brackets(const char *c, numeral_slice *s)
{
    if (!take_number(&c, &s->has_start, &s->start)) {
        return false;
    }
    if (*c == ']') {
        s->single = true;
        return s->has_start && c[1] == '\0';
    }
    if (*c++ != ':' || !take_number(&c, &s->has_stop, &s->stop)) {
        return false;
    }
    if (*c == ':') {
        bool has_step;
        c++;
        if (!take_number(&c, &has_step, &s->step)) {
            return false;
        }
        s->step = has_step ? s->step : 1;
    }
    return c[0] == ']' && c[1] == '\0';
}

static bool parse_dots(const char *c, numeral_slice *s)
{
    return take_number(&c, &s->has_start, &s->start) && c[0] == '.' && c[1] == '.' &&
           (c += 2, take_number(&c, &s->has_stop, &s->stop)) && *c == '\0';
}

numeral_status numeral_slice_parse(const char *text, const char *whole,
                                   numeral_slice *out, numeral_error *err)
{
    numeral_slice slice = {.step = 1};
    bool good =
        *text == '[' ? parse_brackets(text + 1, &slice) : parse_dots(text + 1, &slice);
    if (!good) {
        return numeral_fail(
            err, NUMERAL_ERROR_ARGUMENT,
            "%.200s: %.60s is no slice, expected [start:stop:step], [row] "
            "or @start..stop",
            whole, text);
    }
    if (slice.step == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%.200s: a slice's step cannot be 0", whole);
    }
    *out = slice;
    return NUMERAL_OK;
}

/* A bound counted from the end where negative, clamped to low..high. */
static int64_t bound(int64_t value, int64_t n, int64_t low, int64_t high)
{
    value += value < 0 ? n : 0;
    return value < low ? low : value > high ? high : value;
}

bool numeral_slice_apply(const numeral_slice *slice, size_t n, size_t *first,
                         size_t *count)
{
    int64_t rows = (int64_t)n;
    if (slice->single) {
        int64_t row = slice->start < 0 ? slice->start + rows : slice->start;
        *first = (size_t)row;
        *count = 1;
        return row >= 0 && row < rows;
    }
    bool back = slice->step < 0;
    int64_t low = back ? -1 : 0;
    int64_t high = back ? rows - 1 : rows;
    int64_t start = back ? high : low;
    int64_t stop = back ? low : high;
    if (slice->has_start) {
        start = bound(slice->start, rows, low, high);
    }
    if (slice->has_stop) {
        stop = bound(slice->stop, rows, low, high);
    }
    int64_t step = back ? -slice->step : slice->step;
    int64_t span = back ? start - stop : stop - start;
    *count = span > 0 ? (size_t)((span - 1) / step + 1) : 0;
    *first = span > 0 ? (size_t)start : 0;
    return true;
}

/* The name without the slices that numbered its rows anew. */
static void base_name(const numeral_dataset *data, char base[512])
{
    snprintf(base, 512, "%s", data->name ? data->name : "");
    const char *at = data->rows ? numeral_slice_find(base) : NULL;
    numeral_slice slice;
    while (at && at != base &&
           numeral_slice_parse(at, base, &slice, NULL) == NUMERAL_OK) {
        base[at - base] = '\0';
        at = numeral_slice_find(base);
    }
}

void numeral_dataset_input(const numeral_dataset *data, size_t at, char *text,
                           size_t n_bytes)
{
    char base[512];
    if (data->inputs) {
        snprintf(text, n_bytes, "%s", data->inputs[at]);
        return;
    }
    base_name(data, base);
    snprintf(text, n_bytes, "%s[%zu]", base, data->rows ? data->rows[at] : at);
}
