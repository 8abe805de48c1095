/* Integer kernels of the image distortion model (Keysers et al. 2007).
 *
 * A gradient map holds (gx, gy) as pairs of i8 within ±63 for an h × w image and
 * NUMERAL_IDM_PAD zero pixels around it (on the right up to the stride). Pixel (y, x) is
 * the pair at ((y + PAD)·stride + x + PAD)·2; strides count pixels.
 *
 * A cost map holds (h + 2) × cost_stride values of u16, for the pixels -1 .. h and
 * -1 .. w: the smallest cost of that pixel over all displacements. One cost is the sum
 * over 3 × 3 pixels of (Δgx² + Δgy²) >> 3, at most 9·((126² + 126²) >> 3) = 35,721.
 * Columns behind w + 2 are zero. Every instruction set gives the same integers. */
#ifndef NUMERAL_KERNEL_IDM_H
#define NUMERAL_KERNEL_IDM_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

enum {
    NUMERAL_IDM_PAD = 8,
    NUMERAL_IDM_MAX_WARP = 6, /* PAD less the 2 pixels that a gradient reaches out */
    NUMERAL_IDM_BLOCK = 30,   /* columns that one pass of the kernels finishes */
};

typedef struct numeral_idm_shape {
    size_t height, width;
    size_t stride;         /* of gradient maps, in pixels */
    size_t map_bytes;      /* of a gradient map, over-reading by the kernels included */
    size_t cost_stride;    /* of cost maps, in values */
    size_t cost_values;    /* of a whole cost map */
    size_t plane_stride;   /* of the planes behind a gradient map, in values */
    size_t scratch_values; /* that making a gradient map needs */
} numeral_idm_shape;

typedef struct numeral_idm_kernels {
    /* Gradient map of an image: pixels halved (rounded up), [1 6 1]/8 in both directions
     * (a Gaussian's σ = 0.5), Sobel's operator, a twelfth of it (85/2^15 of the integer
     * sum) rounded to nearest, halves up, clipped to ±63. `scratch` holds
     * shape->scratch_values. Writes the whole map. */
    void (*gradient)(const numeral_idm_shape *shape, const uint8_t *image,
                     int16_t *scratch, int8_t *map);
    /* Cost-map rows [first, end) of `query` against `reference` for displacements up to
     * `warp` (0 .. NUMERAL_IDM_MAX_WARP) in both directions; returns their sum. */
    uint64_t (*cost_rows)(const numeral_idm_shape *shape, const int8_t *query,
                          const int8_t *reference, int warp, size_t first, size_t end,
                          uint16_t *cost);
} numeral_idm_kernels;

/* Sizes for height × width images, both at least 1 and their product at most 2^28. */
numeral_idm_shape numeral_idm_shape_make(size_t height, size_t width);

/* The kernels of an instruction set, which must be available. */
const numeral_idm_kernels *numeral_idm_kernels_get(numeral_cpu cpu);

extern const numeral_idm_kernels numeral_idm_kernels_ref;
#if defined(__x86_64__)
extern const numeral_idm_kernels numeral_idm_kernels_sse41;
extern const numeral_idm_kernels numeral_idm_kernels_avx2;
#elif defined(__aarch64__)
extern const numeral_idm_kernels numeral_idm_kernels_neon;
#elif defined(__wasm__)
extern const numeral_idm_kernels numeral_idm_kernels_wasm __attribute__((weak));
#endif

#endif
