/* Whether a page's ink is lighter than its ground. */
#ifndef NUMERAL_PAGE_POLARITY_H
#define NUMERAL_PAGE_POLARITY_H

#include <stdbool.h>

#include <numeral/image.h>

/* Whether the strokes of a page are lighter than what is around them. Each square of a
 * sixteenth of the page votes: its ground is its middle grey level, and its ink what lies
 * beyond the noise on one side. Where that fills half of the square, or of one of its
 * sides, it says nothing, so that the rims of a table, the share of the page that lies in
 * shadow, and the shadow's edge do not decide. Where few vote, or they disagree, squares
 * twice as large do, as strokes are wider than they. O(pixels). */
bool numeral_page_is_dark(const numeral_image *grey);

#endif
