/* Names of files and labels, and texts that other programs wrote, may hold anything: what
 * moves a terminal's cursor, rings its bell, turns a line round or begins a new one would
 * let a file's name forge what is printed. Such characters are written as C and Unicode
 * write them. The result holds none, so that doing it twice does no harm. */
#include <numeral/tools/names.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { LONGEST = 12 }; /* an escape and its end */

/* The character at `at`, its bytes in *n; a byte that is no UTF-8 is negative. */
static int32_t next(const unsigned char *at, size_t left, size_t *n)
{
    static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = *at < 0x80 ? 1 : *at < 0xC0 ? 0 : *at < 0xE0 ? 2 : *at < 0xF0 ? 3 : 4;
    int32_t code = length < 2 ? *at : *at & (0x7F >> length);
    *n = 1;
    if (length == 0 || length > left || *at >= 0xF8) {
        return -1;
    }
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return -1;
        }
        code = code << 6 | (at[i] & 0x3F);
    }
    if (code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
        return -1;
    }
    *n = length;
    return code;
}

/* Controls, and what changes the direction or begins a line without being one. */
static bool is_hidden(int32_t code)
{
    return code < ' ' || (code >= 0x7F && code < 0xA0) || code == 0x200E ||
           code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

size_t numeral_name_visible(const char *text, size_t length, char *out, size_t n_bytes)
{
    size_t used = 0, end = strnlen(text, length), n;
    for (size_t i = 0; i < end; i += n) {
        const unsigned char *at = (const unsigned char *)text + i;
        int32_t code = next(at, end - i, &n);
        char one[LONGEST];
        if (code < 0) {
            snprintf(one, sizeof one, "\\x%02x", *at);
        } else if (!is_hidden(code)) {
            memcpy(one, at, n);
            one[n] = '\0';
        } else if (code == '\n' || code == '\t' || code == '\r') {
            snprintf(one, sizeof one, "\\%c",
                     code == '\n'   ? 'n'
                     : code == '\t' ? 't'
                                    : 'r');
        } else {
            snprintf(one, sizeof one, code < 0x80 ? "\\x%02x" : "\\u%04x",
                     (unsigned)code);
        }
        size_t wide = strlen(one);
        if (used + wide + 1 > n_bytes) {
            break;
        }
        memcpy(out + used, one, wide);
        used += wide;
    }
    if (n_bytes) {
        out[used] = '\0';
    }
    return used;
}

bool numeral_name_is_formula(const char *text, size_t length)
{
    size_t at = 0;
    double number;
    while (at < length && text[at] == '\'') {
        at++;
    }
    return at < length && strchr("=+-@\t\r", text[at]) &&
           !numeral_number_parse(text, length, &number);
}
