/* The gradient map in plain C, compiled once for each instruction set.
 *
 * Blur and Sobel are one separable filter: smooth = [7 50 7]*[1 2 1] = [7 64 114 64 7]
 * (sum 256) across, slope = [7 50 7]*[-1 0 1] = [-7 -50 0 50 7] along. The scale is
 * 64·64 for the blur and 12 for the gradient: 49,152 = 3·2^14. A column pass fits i16
 * (slope: 57·255) or u16 (smooth: 256·255), a whole sum |g| <= 57·256·255 < 2^22. */
#ifndef NUMERAL_KERNEL_IDM_GRADIENT_H
#define NUMERAL_KERNEL_IDM_GRADIENT_H

#include <string.h>

#include "kernel/idm_kernel.h"

/* Round(g / 49,152), halves up. g is shifted above zero by 86·49,152 first, so that the
 * shift rounds downwards; what is left is below 1,024, where ·21,846 >> 16 divides by 3.
 */
static inline int8_t numeral_idm_scale(int32_t g)
{
    uint32_t above = (uint32_t)(g + 86 * 49152 + 24576) >> 14;
    int32_t value = (int32_t)(above * 21846u >> 16) - 86;
    return (int8_t)(value > 63 ? 63 : value < -63 ? -63 : value);
}

/* Filters row `y` (-2 .. h+1) along the columns: slope into `slope`, smooth into
 * `smooth`, each with 4 zeros before and behind. */
static inline void numeral_idm_columns(const numeral_idm_shape *shape,
                                       const uint8_t *image, size_t y, int16_t *slope,
                                       uint16_t *smooth)
{
    static const int slopes[5] = {-7, -50, 0, 50, 7}, smooths[5] = {7, 64, 114, 64, 7};
    size_t w = shape->width;
    memset(slope, 0, (w + 8) * sizeof *slope);
    memset(smooth, 0, (w + 8) * sizeof *smooth);
    for (size_t tap = 0; tap < 5; tap++) {
        size_t row = y + tap; /* four more than the image row */
        if (row < 4 || row >= shape->height + 4) {
            continue;
        }
        const uint8_t *in = image + (row - 4) * w;
        for (size_t x = 0; x < w; x++) {
            slope[x + 4] = (int16_t)(slope[x + 4] + slopes[tap] * in[x]);
            smooth[x + 4] = (uint16_t)(smooth[x + 4] + smooths[tap] * in[x]);
        }
    }
}

static inline void numeral_idm_gradient(const numeral_idm_shape *shape,
                                        const uint8_t *image, int16_t *scratch,
                                        int8_t *map)
{
    size_t w = shape->width;
    int16_t *slope = scratch;
    uint16_t *smooth = (uint16_t *)(scratch + w + 8);
    memset(map, 0, shape->map_bytes);
    for (size_t y = 0; y < shape->height + 4; y++) {
        numeral_idm_columns(shape, image, y, slope, smooth);
        int8_t *out =
            map + ((y + NUMERAL_IDM_PAD - 2) * shape->stride + NUMERAL_IDM_PAD - 2) * 2;
        for (size_t x = 0; x < w + 4; x++) {
            int32_t gx =
                7 * (smooth[x + 4] - smooth[x]) + 50 * (smooth[x + 3] - smooth[x + 1]);
            int32_t gy = 7 * (slope[x] + slope[x + 4]) +
                         64 * (slope[x + 1] + slope[x + 3]) + 114 * slope[x + 2];
            out[2 * x] = numeral_idm_scale(gx);
            out[2 * x + 1] = numeral_idm_scale(gy);
        }
    }
}

#endif
