/* HTML text: escaping, and a first failure that is kept. */
#include "report/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "plot/text_tools.h"

void numeral_html_bytes(numeral_html *html, const void *bytes, size_t n)
{
    if (html->status == NUMERAL_OK) {
        html->status = numeral_buffer_append(&html->text, bytes, n, html->err);
    }
}

void numeral_html_put(numeral_html *html, const char *markup)
{
    numeral_html_bytes(html, markup, strlen(markup));
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
    uint32_t code;
    for (size_t n; (n = numeral_text_next(text, &code)) > 0; text += n) {
        const char *escape = escape_of(*text);
        bool control = code < ' ' && code != '\n' && code != '\t';
        if (escape) {
            numeral_html_put(html, escape);
        } else if (control || code == NUMERAL_TEXT_UNKNOWN) {
            numeral_html_put(html, "\xEF\xBF\xBD");
        } else {
            numeral_html_bytes(html, text, n);
        }
    }
}

void numeral_html_element(numeral_html *html, const char *before, const char *text,
                          const char *after)
{
    numeral_html_put(html, before);
    numeral_html_text(html, text);
    numeral_html_put(html, after);
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
        numeral_html_bytes(html, four, sizeof four);
    }
}
