/* The ground under the ink: paper with shading. */
#ifndef NUMERAL_FRAMING_GROUND_H
#define NUMERAL_FRAMING_GROUND_H

#include <stdbool.h>
#include <stddef.h>

enum { NUMERAL_GROUND_TERMS = 6 };

/* a0 + a1·x + a2·y + a3·x² + a4·xy + a5·y² over x, y in -1..1 across the image. */
typedef struct numeral_ground {
    double terms[NUMERAL_GROUND_TERMS];
    double noise; /* standard deviation of the pixels around it */
} numeral_ground;

/* Fits the ground of an image by trimmed least squares: a plane on the border first, then
 * the whole surface on the pixels that lie near it, again and again. Ink may cover up to
 * about a third. `values` are 0..255. O(n) for each of a few rounds. */
void numeral_ground_fit(const double *values, size_t height, size_t width,
                        double *scratch, numeral_ground *out);
/* Doubles of scratch that a fit needs. */
size_t numeral_ground_scratch(size_t width);

/* The ground where ink covers up to about half, the border included: the larger of the
 * two classes of grey levels (Otsu 1979), a plane through it. False where the grey levels
 * do not fall into two classes. */
bool numeral_ground_fit_class(const double *values, size_t height, size_t width,
                              double *scratch, numeral_ground *out);

/* Its level along a row of pixels: at + slope·x + bend·x². */
typedef struct numeral_ground_row {
    double at, slope, bend;
} numeral_ground_row;

/* Row y, which may be a fraction, of an image of that size. */
numeral_ground_row numeral_ground_along(const numeral_ground *ground, size_t height,
                                        size_t width, double y);

static inline double numeral_ground_level(const numeral_ground_row *row, double x)
{
    return row->at + x * (row->slope + x * row->bend);
}

#endif
