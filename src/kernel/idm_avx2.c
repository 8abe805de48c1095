/* The image distortion model's kernels on AVX2.
 *
 * One pass finishes 30 columns of a few rows for all displacements: 32 pixels of energy
 * lie in two registers of u16, three rows of it are added, then three neighbours, and
 * the minimum is kept in the cost map, which stays in the first-level cache. */
#include <immintrin.h>

#include "kernel/idm_gradient.h"
#include "kernel/idm_kernel.h"

typedef struct pair {
    __m256i low, high; /* columns 0..15 and 16..31 */
} pair;

static inline __m256i energy_16(const int8_t *query, const int8_t *reference)
{
    __m256i difference =
        _mm256_sub_epi8(_mm256_loadu_si256((const __m256i *)(const void *)query),
                        _mm256_loadu_si256((const __m256i *)(const void *)reference));
    __m256i size = _mm256_abs_epi8(difference); /* <= 126, so two squares fit i16 */
    return _mm256_srli_epi16(_mm256_maddubs_epi16(size, size), 3);
}

static inline pair energy_32(const int8_t *query, const int8_t *reference)
{
    return (pair){energy_16(query, reference), energy_16(query + 32, reference + 32)};
}

static inline pair add(pair a, pair b)
{
    return (pair){_mm256_add_epi16(a.low, b.low), _mm256_add_epi16(a.high, b.high)};
}

/* Column i becomes the sum of columns i, i+1 and i+2; the last two are of no use. */
static inline pair add_neighbours(pair s)
{
    __m256i middle = _mm256_permute2x128_si256(s.low, s.high, 0x21);
    __m256i last = _mm256_permute2x128_si256(s.high, s.high, 0x81);
    pair one = {_mm256_alignr_epi8(middle, s.low, 2),
                _mm256_alignr_epi8(last, s.high, 2)};
    pair two = {_mm256_alignr_epi8(middle, s.low, 4),
                _mm256_alignr_epi8(last, s.high, 4)};
    return add(add(s, one), two);
}

static inline void keep_minimum(uint16_t *cost, pair value)
{
    __m256i *low = (__m256i *)(void *)cost, *high = (__m256i *)(void *)(cost + 16);
    _mm256_storeu_si256(low, _mm256_min_epu16(_mm256_loadu_si256(low), value.low));
    _mm256_storeu_si256(high, _mm256_min_epu16(_mm256_loadu_si256(high), value.high));
}

/* One displacement of n_rows rows; `query` and `reference` point at the context's top
 * left pixel. */
static inline void displacement(const int8_t *query, const int8_t *reference,
                                size_t stride_bytes, size_t n_rows, uint16_t *cost,
                                size_t cost_stride)
{
    pair above = energy_32(query, reference);
    pair here = energy_32(query + stride_bytes, reference + stride_bytes);
    for (size_t y = 0; y < n_rows; y++) {
        size_t at = (y + 2) * stride_bytes;
        pair below = energy_32(query + at, reference + at);
        keep_minimum(cost + y * cost_stride,
                     add_neighbours(add(add(above, here), below)));
        above = here;
        here = below;
    }
}

static inline uint64_t sum_row(uint16_t *cost, size_t columns)
{
    uint64_t sum = 0;
    for (size_t x = 0; x < columns; x++) {
        sum += cost[x];
    }
    for (size_t x = columns; x < 32; x++) {
        cost[x] = 0;
    }
    return sum;
}

static uint64_t cost_block(const numeral_idm_shape *shape, const int8_t *query,
                           const int8_t *reference, int warp, size_t n_rows,
                           size_t columns, uint16_t *cost)
{
    for (size_t y = 0; y < n_rows; y++) {
        memset(cost + y * shape->cost_stride, 0xff, 32 * sizeof *cost);
    }
    for (ptrdiff_t dy = -warp; dy <= warp; dy++) {
        for (ptrdiff_t dx = -warp; dx <= warp; dx++) {
            ptrdiff_t shift = (dy * (ptrdiff_t)shape->stride + dx) * 2;
            displacement(query, reference + shift, shape->stride * 2, n_rows, cost,
                         shape->cost_stride);
        }
    }
    uint64_t sum = 0;
    for (size_t y = 0; y < n_rows; y++) {
        sum += sum_row(cost + y * shape->cost_stride, columns);
    }
    return sum;
}

static uint64_t cost_rows(const numeral_idm_shape *shape, const int8_t *query,
                          const int8_t *reference, int warp, size_t first, size_t end,
                          uint16_t *cost)
{
    size_t corner =
        ((first + NUMERAL_IDM_PAD - 2) * shape->stride + NUMERAL_IDM_PAD - 2) * 2;
    uint16_t *out = cost + first * shape->cost_stride;
    uint64_t sum = 0;
    for (size_t x = 0; x < shape->width + 2; x += NUMERAL_IDM_BLOCK) {
        size_t left = shape->width + 2 - x;
        sum += cost_block(shape, query + corner + 2 * x, reference + corner + 2 * x, warp,
                          end - first,
                          left < NUMERAL_IDM_BLOCK ? left : NUMERAL_IDM_BLOCK, out + x);
    }
    return sum;
}

static void gradient(const numeral_idm_shape *shape, const uint8_t *image,
                     int16_t *scratch, int8_t *map)
{
    numeral_idm_gradient(shape, image, scratch, map);
}

const numeral_idm_kernels numeral_idm_kernels_avx2 = {.gradient = gradient,
                                                      .cost_rows = cost_rows};
