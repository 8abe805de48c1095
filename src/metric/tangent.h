/* Tangent distance of two images (Simard, LeCun & Denker 1993). */
#ifndef NUMERAL_METRIC_TANGENT_H
#define NUMERAL_METRIC_TANGENT_H

#include <stddef.h>
#include <stdint.h>

enum { NUMERAL_TANGENTS = 7 };

/* Doubles of one plane: the pixels, rounded up to a multiple of 8 with zeros. */
size_t numeral_tangent_plane(size_t height, size_t width);

/* An image prepared: its smoothed plane, then NUMERAL_TANGENTS planes of length 1 (or 0,
 * where the image has none): moves in x and y, the two hyperbolic deformations, scale,
 * rotation, thickness. `out` holds (NUMERAL_TANGENTS + 1) planes, `scratch` one. */
void numeral_tangent_prepare(const uint8_t *image, size_t height, size_t width,
                             double *scratch, double *out);

/* min over a, b of |p + aᵀP - r - bᵀR|² + spring·(|a|² + |b|²) for two prepared images;
 * with `both` false only the first may move (b = 0). Planes have n values. `scratch`
 * holds one plane. */
double numeral_tangent_distance(const double *p, const double *r, size_t n, int both,
                                double spring, double *scratch);

#endif
