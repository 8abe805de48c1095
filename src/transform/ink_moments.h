/* Moments of an image's ink, and sampling between its pixels: what transforms share. */
#ifndef NUMERAL_TRANSFORM_INK_MOMENTS_H
#define NUMERAL_TRANSFORM_INK_MOMENTS_H

#include <stddef.h>

typedef struct numeral_ink_moments {
    double mass;          /* Σp; the rest is zero where this is not positive */
    double x, y;          /* the centre of mass, in pixels */
    double cxx, cxy, cyy; /* Σp(x-mx)², Σp(x-mx)(y-my), Σp(y-my)² */
} numeral_ink_moments;

numeral_ink_moments numeral_ink_moments_of(const double *image, size_t height,
                                           size_t width);

/* The shear x per y that makes the ink upright: cxy/cyy, or 0 for ink in one row. */
double numeral_ink_shear(const numeral_ink_moments *moments);

/* The image at (x, y) between pixels, bilinear, zero outside; any finite x and y. */
double numeral_sample_bilinear(const double *image, size_t height, size_t width, double x,
                               double y);

#endif
