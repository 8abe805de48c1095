/* HTML text, piece by piece. */
#ifndef NUMERAL_REPORT_HTML_H
#define NUMERAL_REPORT_HTML_H

#include "base/memory.h"

/* A page being written: after a failure nothing more is added. */
typedef struct numeral_html {
    numeral_buffer text;
    numeral_status status;
    numeral_error *err;
} numeral_html;

/* Markup, as it is. */
void numeral_html_put(numeral_html *html, const char *markup);
void numeral_html_bytes(numeral_html *html, const void *bytes, size_t n);
void numeral_html_printf(numeral_html *html, const char *format, ...)
    NUMERAL_PRINTF(2, 3);
/* Text: what means something in HTML is escaped; bytes that are not UTF-8 become U+FFFD.
 */
void numeral_html_text(numeral_html *html, const char *text);
/* Text between two pieces of markup. */
void numeral_html_element(numeral_html *html, const char *before, const char *text,
                          const char *after);
/* Bytes in base64 (RFC 4648). */
void numeral_html_base64(numeral_html *html, const uint8_t *bytes, size_t n);

#endif
