/* Evening the light of a page: what is ink, whatever the paper, shade and shadow. */
#ifndef NUMERAL_PAGE_EVEN_H
#define NUMERAL_PAGE_EVEN_H

#include <numeral/image.h>

/* A page's ink: 0 is ground, 255 the strong ink of the page. */
typedef struct numeral_page_ink {
    numeral_image map;
    size_t stroke; /* usual width of a stroke, in pixels; 0 where there is no ink */
} numeral_page_ink;

/* Finds the ink of a grey page, dark on light, or light on dark. The ground is the
 * closing of the page (Serra 1982) by a square wider than any stroke: strokes vanish in
 * it, while slopes and even hard edges of shadow stay. Ink is the share of the ground's
 * light that it takes, less what noise takes nearby. Integers alone. O(pixels).
 * NUMERAL_ERROR_MEMORY. */
numeral_status numeral_page_even(const numeral_image *grey, bool light,
                                 numeral_page_ink *out, numeral_error *err);

/* The usual width of strokes on a map of ink; 0 where there is none. Printed lines count
 * like strokes. NUMERAL_ERROR_MEMORY. */
numeral_status numeral_page_measure_stroke(const numeral_image *map, size_t *out,
                                           numeral_error *err);

/* The page made smaller: each pixel the mean of a square of `factor`, remainders cut off.
 */
numeral_status numeral_page_reduce(const numeral_image *in, size_t factor,
                                   numeral_image *out, numeral_error *err);

#endif
