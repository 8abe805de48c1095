/* Text with numbers in it, which are written with a point whatever the locale. */
#ifndef NUMERAL_BASE_TEXT_H
#define NUMERAL_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <numeral/error.h>

/* snprintf and vsnprintf for text that holds real numbers: a program that calls setlocale
 * gets the same bytes, and no message, picture or file with a comma in its numbers. */
int numeral_text_format(char *out, size_t n_bytes, const char *format, ...)
    NUMERAL_PRINTF(3, 4);
int numeral_text_format_list(char *out, size_t n_bytes, const char *format,
                             va_list arguments);

bool numeral_text_ends(const char *text, const char *end);

/* strtod. */
double numeral_text_number(const char *text, char **end);
/* Reads a whole text as a finite number. */
bool numeral_number_parse(const char *text, size_t length, double *out);

/* Whether all of it is UTF-8 (RFC 3629): no half of a UTF-16 pair, nothing overlong. */
bool numeral_text_is_utf8(const char *text);

#endif
