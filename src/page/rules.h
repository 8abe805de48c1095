/* Printed lines on a page: rules, squares, frames. */
#ifndef NUMERAL_PAGE_RULES_H
#define NUMERAL_PAGE_RULES_H

#include "page/components.h"

typedef struct numeral_page_rules {
    numeral_page_box *boxes; /* n */
    size_t n, thick;         /* thick: the thickest of those across, in pixels */
} numeral_page_rules;

/* Takes straight thin lines that run across or down a level page off its ink, and lists
 * them. A line is looked for in strips of a few strokes: where most of a strip's columns
 * have a thin run of ink at the same height, and so have enough strips side by side.
 * Strokes that cross a line stay: where the ink is thicker than the line, nothing is
 * taken. O(pixels). NUMERAL_ERROR_MEMORY. */
numeral_status numeral_page_take_rules(numeral_image *ink, size_t stroke,
                                       numeral_page_rules *out, numeral_error *err);
void numeral_page_rules_free(numeral_page_rules *rules);

#endif
