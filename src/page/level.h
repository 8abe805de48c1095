/* How a page lies: its slope found and taken away. */
#ifndef NUMERAL_PAGE_LEVEL_H
#define NUMERAL_PAGE_LEVEL_H

#include <numeral/image.h>

#include "page/components.h"

/* A slope is the fall of a line of writing in NUMERAL_PAGE_SLOPE parts of its length. */
enum { NUMERAL_PAGE_SLOPE = 1024, NUMERAL_PAGE_STEEPEST = 144 /* eight degrees */ };

/* A level page and where it came from: pixel (y, x) of it lies at page_y, page_x =
 * (y·cosine + x·sine + from_y, x·cosine - y·sine + from_x), in 65,536ths. */
typedef struct numeral_page_level {
    int64_t cosine, sine, from_y, from_x;
} numeral_page_level;

/* The slope of writing and rules: the one whose lines gather the most ink in the fewest
 * rows (projection profiles; Postl 1986). 0 where no slope is clearly better. O(ink). */
numeral_status numeral_page_find_slope(const numeral_image *ink, size_t stroke,
                                       int *slope, numeral_error *err);

/* Turns `ink` level, into an image with room for its corners. */
numeral_status numeral_page_turn_level(const numeral_image *ink, int slope,
                                       numeral_image *out, numeral_page_level *level,
                                       numeral_error *err);

/* The box on the page around a box of the level page (its four corners), kept inside
 * height × width. */
numeral_page_box numeral_page_box_on_page(const numeral_page_level *level,
                                          numeral_page_box box, size_t height,
                                          size_t width);

#endif
