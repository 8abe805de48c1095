/* Printed lines off a page, however much of its ink they are. */
#ifndef NUMERAL_PAGE_PRINTED_H
#define NUMERAL_PAGE_PRINTED_H

#include "page/rules.h"

/* Takes printed lines off the ink of a level page whose strokes were measured to be
 * *stroke wide. Where lines are most of the ink, that is their own width, or less: they
 * are then taken off as lines that wide, and *stroke becomes what the strokes left over
 * are. O(pixels). NUMERAL_ERROR_MEMORY. */
numeral_status numeral_page_take_printed(numeral_image *ink, size_t *stroke,
                                         numeral_page_rules *out, numeral_error *err);

#endif
