#include "report/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void append(numeral_html *html, const void *bytes, size_t n)
{
    if (html->status == NUMERAL_OK) {
        html->status = numeral_buffer_append(&html->text, bytes, n, html->err);
    }
}

void numeral_html_put(numeral_html *html, const char *markup)
{
    append(html, markup, strlen(markup));
}

void numeral_html_printf(numeral_html *html, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    numeral_text_format_list(text, sizeof text, format, arguments);
    va_end(arguments);
    numeral_html_put(html, text);
}

/* Bytes of the UTF-8 character that `text` begins with; 0 where it is none (overlong
 * forms and surrogates are none). */
static size_t character_bytes(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t n = at[0] < 0x80   ? 1
               : at[0] < 0xC2 ? 0
               : at[0] < 0xE0 ? 2
               : at[0] < 0xF0 ? 3
               : at[0] < 0xF5 ? 4
                              : 0;
    for (size_t i = 1; i < n; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    if ((at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] > 0x9F) ||
        (at[0] == 0xF0 && at[1] < 0x90) || (at[0] == 0xF4 && at[1] > 0x8F)) {
        return 0;
    }
    return n;
}

static const char *escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void numeral_html_text(numeral_html *html, const char *text)
{
    while (*text) {
        size_t n = character_bytes(text);
        const char *escape = escape_of(*text);
        if (escape) {
            numeral_html_put(html, escape);
        } else if (n == 0 || (n == 1 && (unsigned char)*text < ' ' && *text != '\n' &&
                              *text != '\t')) {
            numeral_html_put(html, "\xEF\xBF\xBD");
            n = 1;
        } else {
            append(html, text, n);
        }
        text += n;
    }
}

void numeral_html_base64(numeral_html *html, const uint8_t *bytes, size_t n)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t word = (uint32_t)bytes[i] << 16;
        word |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        word |= left > 2 ? bytes[i + 2] : 0;
        char four[4] = {digits[word >> 18], digits[word >> 12 & 63],
                        left > 1 ? digits[word >> 6 & 63] : '=',
                        left > 2 ? digits[word & 63] : '='};
        append(html, four, sizeof four);
    }
}
