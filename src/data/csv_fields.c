/* The fields of a CSV line (RFC 4180): quotes, doubled quotes, either line ending. */
#include "data/csv.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/spec.h"

static char find_separator(const char *begin, const char *end)
{
    static const char candidates[] = {',', ';', '\t'};
    size_t most = 0;
    char best = '\0';
    for (size_t i = 0; i < sizeof candidates; i++) {
        size_t count = 0;
        for (const char *at = begin; at < end; at++) {
            count += *at == candidates[i];
        }
        if (count > most) {
            most = count;
            best = candidates[i];
        }
    }
    return best;
}

/* Two numbers or more, with blanks between them. */
static bool is_blank_separated(numeral_csv csv, const char *begin, const char *end)
{
    size_t n = 0;
    csv.separator = ' ';
    for (const char *at = begin; at; n++) {
        numeral_field field;
        double number;
        if (!numeral_csv_field(&csv, &at, end, &field) ||
            !numeral_csv_number(field, &number)) {
            return false;
        }
    }
    return n > 1;
}

numeral_csv numeral_csv_open(const uint8_t *bytes, size_t n_bytes)
{
    const char *text = (const char *)bytes;
    numeral_csv csv = {text, text + n_bytes, 0, '\0'};
    if (n_bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        csv.at += 3;
    }
    numeral_csv copy = csv;
    const char *begin, *end;
    if (numeral_csv_line(&copy, &begin, &end)) {
        csv.separator = find_separator(begin, end);
        if (!csv.separator && is_blank_separated(csv, begin, end)) {
            csv.separator = ' ';
        }
    }
    return csv;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\r' || c == '\t';
}

bool numeral_csv_line(numeral_csv *csv, const char **begin, const char **end)
{
    while (csv->at < csv->end) {
        const char *start = csv->at;
        const char *stop = memchr(start, '\n', (size_t)(csv->end - start));
        csv->at = stop ? stop + 1 : csv->end;
        stop = stop ? stop : csv->end;
        csv->line++;
        if (stop > start && stop[-1] == '\r') {
            stop--;
        }
        const char *first = start;
        while (first < stop && is_blank(*first)) {
            first++;
        }
        if (first < stop && *first != '#') {
            *begin = start;
            *end = stop;
            return true;
        }
    }
    return false;
}

static void trim(numeral_field *field)
{
    while (field->length && (*field->text == ' ' || *field->text == '\t')) {
        field->text++;
        field->length--;
    }
    while (field->length && (field->text[field->length - 1] == ' ' ||
                             field->text[field->length - 1] == '\t')) {
        field->length--;
    }
}

/* The closing quote of the quoted text at `at` (behind its opening quote), or NULL. */
static const char *closing_quote(const char *at, const char *end)
{
    for (; at < end; at++) {
        if (*at == '"' && (at + 1 == end || at[1] != '"')) {
            return at;
        }
        at += *at == '"';
    }
    return NULL;
}

/* The next of fields that blanks part, as many as there are. */
static void take_word(const char **begin, const char *end, numeral_field *out)
{
    const char *at = *begin;
    while (at < end && is_blank(*at)) {
        at++;
    }
    const char *stop = at;
    while (stop < end && !is_blank(*stop)) {
        stop++;
    }
    *out = (numeral_field){at, (size_t)(stop - at), false};
    while (stop < end && is_blank(*stop)) {
        stop++;
    }
    *begin = stop < end ? stop : NULL;
}

bool numeral_csv_field(const numeral_csv *csv, const char **begin, const char *end,
                       numeral_field *out)
{
    const char *at = *begin, *stop = at;
    if (csv->separator == ' ') {
        take_word(begin, end, out);
        return true;
    }
    if (at < end && *at == '"') {
        const char *close = closing_quote(at + 1, end);
        if (!close) {
            return false;
        }
        *out = (numeral_field){at + 1, (size_t)(close - at) - 1, true};
        stop = close + 1;
        while (stop < end && *stop == ' ') {
            stop++;
        }
        if (stop < end && *stop != csv->separator) {
            return false;
        }
    } else {
        while (stop < end && (*stop != csv->separator || !csv->separator)) {
            stop++;
        }
        *out = (numeral_field){at, (size_t)(stop - at), false};
        trim(out);
    }
    *begin = stop < end ? stop + 1 : NULL;
    return true;
}

static bool small_integer(numeral_field field, double *out)
{
    unsigned value = 0;
    if (field.length == 0 || field.length > 6) {
        return false;
    }
    for (size_t i = 0; i < field.length; i++) {
        if (field.text[i] < '0' || field.text[i] > '9') {
            return false;
        }
        value = value * 10 + (unsigned)(field.text[i] - '0');
    }
    *out = value;
    return true;
}

bool numeral_csv_number(numeral_field field, double *out)
{
    if (small_integer(field, out) ||
        numeral_number_parse(field.text, field.length, out)) {
        return true;
    }
    size_t sign = field.length && (*field.text == '-' || *field.text == '+');
    if (field.length - sign == 3 && strncasecmp(field.text + sign, "nan", 3) == 0) {
        *out = (double)NAN;
        return true;
    }
    if (field.length - sign >= 3 && strncasecmp(field.text + sign, "inf", 3) == 0) {
        *out = (double)INFINITY;
        return true;
    }
    return false;
}
