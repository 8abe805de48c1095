/* The planes behind a gradient map, for every instruction set alike.
 *
 * Blur and Sobel are one separable filter: smooth = [1 6 1]*[1 2 1] = [1 8 14 8 1] (sum
 * 32) across, slope = [1 6 1]*[-1 0 1] = [-1 -6 0 6 1] along. Pixels are halved to at
 * most 128, so that a whole sum, at most 7·32·128 = 28,672, fits i16. */
#ifndef NUMERAL_KERNEL_IDM_PLANES_H
#define NUMERAL_KERNEL_IDM_PLANES_H

#include "kernel/idm.h"

/* Planes of plane_stride columns; column x is pixel x - 4. */
typedef struct numeral_idm_planes {
    int16_t *pixels;         /* height + 8 rows, row y is image row y - 4 */
    int16_t *smooth, *slope; /* height + 4 rows, row y is image row y - 2 */
} numeral_idm_planes;

static inline numeral_idm_planes numeral_idm_planes_at(const numeral_idm_shape *shape,
                                                       int16_t *scratch)
{
    numeral_idm_planes planes = {.pixels = scratch};
    planes.smooth = planes.pixels + (shape->height + 8) * shape->plane_stride;
    planes.slope = planes.smooth + (shape->height + 4) * shape->plane_stride;
    return planes;
}

#endif
