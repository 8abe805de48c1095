/* All digits of a page in one picture, each shown as a window on it. */
#ifndef NUMERAL_REPORT_DIGIT_SHEET_H
#define NUMERAL_REPORT_DIGIT_SHEET_H

#include "report/html.h"

typedef struct numeral_digit_sheet {
    size_t height, width; /* of the largest digit */
    size_t n, capacity;
    uint8_t *pixels; /* n × height × width */
} numeral_digit_sheet;

/* Takes a digit, no larger than the sheet's, into its middle, and writes the element that
 * shows it, `scale` times its size. */
void numeral_digit_sheet_show(numeral_digit_sheet *sheet, const uint8_t *pixels,
                              size_t height, size_t width, double scale, const char *what,
                              numeral_html *html);
/* Writes the style rule `.digit { background-image: ... }`: dark ink on white. */
void numeral_digit_sheet_style(const numeral_digit_sheet *sheet, numeral_html *html);
void numeral_digit_sheet_free(numeral_digit_sheet *sheet);

#endif
