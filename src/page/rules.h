/* Printed lines on a page: rules, squares, frames. */
#ifndef NUMERAL_PAGE_RULES_H
#define NUMERAL_PAGE_RULES_H

#include "page/components.h"

/* Takes straight thin lines that run across or down a level page off its ink, and gives
 * their boxes (*n of them, owned by the caller, to be released; NULL for none). A line is
 * looked for in strips of a few strokes: where most of a strip's columns have a thin run
 * of ink at the same height, and so have enough strips side by side. Strokes that cross a
 * line stay: where the ink is thicker than the line, nothing is taken. O(pixels). */
numeral_status numeral_page_take_rules(numeral_image *ink, size_t stroke,
                                       numeral_page_box **boxes, size_t *n,
                                       numeral_error *err);

#endif
