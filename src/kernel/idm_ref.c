/* The image distortion model's kernels in plain C: the definition. */
#include <string.h>

#include "kernel/idm.h"
#include "kernel/idm_planes.h"

static uint32_t energy(const int8_t *a, const int8_t *b)
{
    int dx = a[0] - b[0], dy = a[1] - b[1];
    return (uint32_t)(dx * dx + dy * dy) >> 3;
}

/* The cost of one pixel at one displacement. */
static uint32_t context(const int8_t *query, const int8_t *reference, ptrdiff_t stride)
{
    uint32_t sum = 0;
    for (ptrdiff_t y = -1; y <= 1; y++) {
        for (ptrdiff_t x = -1; x <= 1; x++) {
            ptrdiff_t at = (y * stride + x) * 2;
            sum += energy(query + at, reference + at);
        }
    }
    return sum;
}

static uint32_t pixel_cost(const int8_t *query, const int8_t *reference, ptrdiff_t stride,
                           int warp)
{
    uint32_t best = UINT32_MAX;
    for (ptrdiff_t dy = -warp; dy <= warp; dy++) {
        for (ptrdiff_t dx = -warp; dx <= warp; dx++) {
            uint32_t cost = context(query, reference + (dy * stride + dx) * 2, stride);
            best = cost < best ? cost : best;
        }
    }
    return best;
}

static uint64_t cost_rows(const numeral_idm_shape *shape, const int8_t *query,
                          const int8_t *reference, int warp, size_t first, size_t end,
                          uint16_t *cost)
{
    uint64_t sum = 0;
    for (size_t y = first; y < end; y++) {
        uint16_t *out = cost + y * shape->cost_stride;
        size_t row =
            ((y + NUMERAL_IDM_PAD - 1) * shape->stride + NUMERAL_IDM_PAD - 1) * 2;
        memset(out, 0, shape->cost_stride * sizeof *out);
        for (size_t x = 0; x < shape->width + 2; x++) {
            out[x] = (uint16_t)pixel_cost(query + row + 2 * x, reference + row + 2 * x,
                                          (ptrdiff_t)shape->stride, warp);
            sum += out[x];
        }
    }
    return sum;
}

/* Halves the pixels into their plane, zero around them. */
static void halve(const numeral_idm_shape *shape, const uint8_t *image, int16_t *pixels)
{
    size_t stride = shape->plane_stride, width = shape->width;
    memset(pixels, 0, (shape->height + 8) * stride * sizeof *pixels);
    for (size_t y = 0; y < shape->height; y++) {
        int16_t *out = pixels + (y + 4) * stride + 4;
        for (size_t x = 0; x < width; x++) {
            out[x] = (int16_t)((image[y * width + x] + 1) >> 1);
        }
    }
}

/* Round(sum·85 / 2^15), halves up: 32,768·85 is added first, so that the shift rounds
 * downwards. */
static int8_t scale(int sum)
{
    int value = ((sum + 32768) * 85 + 16384) / 32768 - 85;
    return (int8_t)(value > 63 ? 63 : value < -63 ? -63 : value);
}

static void filter_columns(const numeral_idm_shape *shape,
                           const numeral_idm_planes *planes)
{
    size_t stride = shape->plane_stride;
    for (size_t i = 0; i < (shape->height + 4) * stride; i++) {
        const int16_t *p = planes->pixels + i;
        int ends = p[0] + p[4 * stride], sides = p[stride] + p[3 * stride];
        planes->smooth[i] = (int16_t)(ends + 8 * sides + 14 * p[2 * stride]);
        planes->slope[i] =
            (int16_t)(p[4 * stride] - p[0] + 6 * (p[3 * stride] - p[stride]));
    }
}

static void gradient(const numeral_idm_shape *shape, const uint8_t *image,
                     int16_t *scratch, int8_t *map)
{
    numeral_idm_planes planes = numeral_idm_planes_at(shape, scratch);
    halve(shape, image, planes.pixels);
    filter_columns(shape, &planes);
    memset(map, 0, shape->map_bytes);
    for (size_t y = 0; y < shape->height + 4; y++) {
        const int16_t *smooth = planes.smooth + y * shape->plane_stride;
        const int16_t *slope = planes.slope + y * shape->plane_stride;
        int8_t *out =
            map + ((y + NUMERAL_IDM_PAD - 2) * shape->stride + NUMERAL_IDM_PAD - 2) * 2;
        for (size_t x = 0; x < shape->width + 4; x++) {
            const int16_t *s = smooth + x, *d = slope + x;
            out[2 * x] = scale(s[4] - s[0] + 6 * (s[3] - s[1]));
            out[2 * x + 1] = scale(d[0] + d[4] + 8 * (d[1] + d[3]) + 14 * d[2]);
        }
    }
}

const numeral_idm_kernels numeral_idm_kernels_ref = {.gradient = gradient,
                                                     .cost_rows = cost_rows};
