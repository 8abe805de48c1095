/* A pen presses more here and less there: strokes all of one strength. */
#ifndef NUMERAL_PAGE_PRESSURE_H
#define NUMERAL_PAGE_PRESSURE_H

#include <numeral/image.h>

/* Makes pale strokes of a map of ink (0 to 255) as strong as the others: each pixel
 * becomes a share of the strongest within about a stroke and a half, so that nothing
 * grows between two dark strokes that nearly meet. What is nowhere stronger than noise,
 * or pale print, and nowhere a sixth as strong as strong ink stays as it is. `stroke` is
 * the usual width of strokes; those of one pixel stay, too. Integers alone. O(pixels).
 * NUMERAL_ERROR_MEMORY. */
numeral_status numeral_page_even_pressure(numeral_image *map, size_t stroke,
                                          numeral_error *err);

#endif
