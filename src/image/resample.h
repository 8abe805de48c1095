/* Parts of a picture at another size. */
#ifndef NUMERAL_IMAGE_RESAMPLE_H
#define NUMERAL_IMAGE_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

/* A rectangle of the source, in pixels from its corner; it may reach beyond the edges,
 * where the source is taken as zero. */
typedef struct numeral_region {
    double top, left, height, width;
} numeral_region;

/* Fills `out` (height × width) with `region` of the source: where it shrinks, each pixel
 * is the exact mean over its area; where it grows, cubic interpolation (Keys 1981). The
 * axes are done one after the other, each by its own rule. `scratch` holds
 * region rows × width doubles at least: numeral_resample_scratch. */
void numeral_resample(const double *source, size_t source_height, size_t source_width,
                      numeral_region region, double *out, size_t height, size_t width,
                      double *scratch);
size_t numeral_resample_scratch(size_t source_height, size_t width);

#endif
