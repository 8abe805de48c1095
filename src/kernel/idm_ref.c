/* The image distortion model's kernels in plain C: the definition. */
#include "kernel/idm_gradient.h"
#include "kernel/idm_kernel.h"

numeral_idm_shape numeral_idm_shape_make(size_t height, size_t width)
{
    size_t blocks = (width + 2 + NUMERAL_IDM_BLOCK - 1) / NUMERAL_IDM_BLOCK;
    size_t columns = blocks * NUMERAL_IDM_BLOCK + 2; /* what the kernels touch */
    size_t stride = (columns + 2 * NUMERAL_IDM_PAD + 15) & ~(size_t)15;
    return (numeral_idm_shape){
        .height = height,
        .width = width,
        .stride = stride,
        .map_bytes = (height + 2 * NUMERAL_IDM_PAD) * stride * 2,
        .cost_stride = columns,
        .cost_values = (height + 2) * columns,
    };
}

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

static void gradient(const numeral_idm_shape *shape, const uint8_t *image,
                     int16_t *scratch, int8_t *map)
{
    numeral_idm_gradient(shape, image, scratch, map);
}

const numeral_idm_kernels numeral_idm_kernels_ref = {.gradient = gradient,
                                                     .cost_rows = cost_rows};

const numeral_idm_kernels *numeral_idm_kernels_get(numeral_cpu cpu)
{
#if defined(__x86_64__)
    if (cpu == NUMERAL_CPU_AVX2 || cpu == NUMERAL_CPU_AVX512) {
        return &numeral_idm_kernels_avx2;
    }
#else
    (void)cpu;
#endif
    return &numeral_idm_kernels_ref;
}
