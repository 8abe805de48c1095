/* Lines and fields of CSV text (RFC 4180, with , ; tab or runs of blanks). */
#ifndef NUMERAL_DATA_CSV_H
#define NUMERAL_DATA_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct numeral_csv {
    const char *at, *end; /* what is left */
    size_t line;          /* number of the line last read, from 1 */
    char separator;
} numeral_csv;

/* A field without its quotes and the spaces around it; a doubled quote inside is doubled
 * still. */
typedef struct numeral_field {
    const char *text;
    size_t length;
    bool quoted;
} numeral_field;

/* Starts behind a byte order mark; the separator is the one most frequent in the first
 * line, a blank where there is none and the line is numbers with blanks between, else 0.
 */
numeral_csv numeral_csv_open(const uint8_t *bytes, size_t n_bytes);
/* The next line that is neither blank nor a # comment; false at the end. */
bool numeral_csv_line(numeral_csv *csv, const char **begin, const char **end);
/* Takes a field off the line; *begin becomes NULL behind the last one. False: a quote is
 * not closed. */
bool numeral_csv_field(const numeral_csv *csv, const char **begin, const char *end,
                       numeral_field *out);
/* Reads the whole field as a number ("nan" and "inf" too, as they are). */
bool numeral_csv_number(numeral_field field, double *out);

#endif
