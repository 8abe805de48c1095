/* printf and strtod take the decimal point from the thread's locale, so they are called
 * with that of C. The C library keeps this locale ready: newlocale gives the same one
 * each time, without memory, and cannot fail. */
#include "base/text.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static locale_t enter_plain(void)
{
    return uselocale(newlocale(LC_ALL_MASK, "C", (locale_t)0));
}

int numeral_text_format_list(char *out, size_t n_bytes, const char *format,
                             va_list arguments)
{
    locale_t before = enter_plain();
    int length = vsnprintf(out, n_bytes, format, arguments);
    uselocale(before);
    return length;
}

int numeral_text_format(char *out, size_t n_bytes, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = numeral_text_format_list(out, n_bytes, format, arguments);
    va_end(arguments);
    return length;
}

bool numeral_text_ends(const char *text, const char *end)
{
    size_t length = strlen(text), n = strlen(end);
    return length >= n && strcmp(text + length - n, end) == 0;
}

double numeral_text_number(const char *text, char **end)
{
    locale_t before = enter_plain();
    double value = strtod(text, end);
    uselocale(before);
    return value;
}

bool numeral_number_parse(const char *text, size_t length, double *out)
{
    char copy[64];
    if (length == 0 || length >= sizeof copy) {
        return false;
    }
    /* strtod also knows spaces, hexadecimal numbers, nan and inf */
    for (size_t i = 0; i < length; i++) {
        if (!strchr("+-.0123456789eE", text[i])) {
            return false;
        }
        copy[i] = text[i];
    }
    copy[length] = '\0';
    char *end;
    double value = numeral_text_number(copy, &end);
    if (end != copy + length || !isfinite(value)) {
        return false;
    }
    *out = value;
    return true;
}

/* The bytes of the character at `at`, or 0 where there is none. */
static size_t character(const unsigned char *at)
{
    /* 0xc0 and 0xc1 would only begin overlong forms */
    size_t n = *at < 0x80 ? 1 : *at < 0xc2 ? 0 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
    bool wrong = *at > 0xf4 || (*at == 0xe0 && at[1] < 0xa0) ||
                 (*at == 0xed && at[1] > 0x9f) || (*at == 0xf0 && at[1] < 0x90) ||
                 (*at == 0xf4 && at[1] > 0x8f);
    for (size_t i = 1; i < n && !wrong; i++) {
        wrong = (at[i] & 0xc0) != 0x80;
    }
    return wrong ? 0 : n;
}

bool numeral_text_is_utf8(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at && character(at)) {
        at += character(at);
    }
    return *at == '\0';
}
