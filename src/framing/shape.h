/* What the ink of an image looks like: its box, its stroke, how many digits. 255 is
 * ink. */
#ifndef NUMERAL_FRAMING_SHAPE_H
#define NUMERAL_FRAMING_SHAPE_H

#include <numeral/image.h>

typedef struct numeral_shape {
    double mass;   /* pixels of full ink */
    double stroke; /* mean width of its strokes, in pixels: twice area by outline */
    double edge;   /* ink along the image's edge, in pixels of full ink */
    size_t top, left, bottom, right; /* box of what is at least half ink */
    /* The most components that stand side by side or one above the other, each at least
     * half as high as all together (side by side) or two fifths (one above the other). */
    size_t digits;
} numeral_shape;

/* Measures an image; a blank one gives zeros. NUMERAL_ERROR_MEMORY. O(pixels). */
numeral_status numeral_shape_measure(const uint8_t *pixels, size_t height, size_t width,
                                     numeral_shape *out, numeral_error *err);

/* Its stroke alone, and its digits alone; without memory of their own: `scratch` is
 * aligned for doubles and has numeral_shape_scratch(height, width) bytes. */
double numeral_shape_stroke(const uint8_t *pixels, size_t height, size_t width);
size_t numeral_shape_digits(const uint8_t *pixels, size_t height, size_t width,
                            void *scratch);
size_t numeral_shape_scratch(size_t height, size_t width);

/* The longer side of its box, the box's width by its height (0 without a box), and the
 * strongest of n pixels. */
double numeral_shape_longer_side(const numeral_shape *shape);
double numeral_shape_width_by_height(const numeral_shape *shape);
double numeral_shape_brightest(const uint8_t *image, size_t n);

#endif
