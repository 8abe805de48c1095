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

static inline __m256i load(const int16_t *values)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)values);
}

/* b - a + 6·(d - c) */
static inline __m256i slope_of(__m256i a, __m256i b, __m256i c, __m256i d)
{
    __m256i inner = _mm256_sub_epi16(d, c);
    __m256i three = _mm256_add_epi16(inner, _mm256_add_epi16(inner, inner));
    return _mm256_add_epi16(_mm256_sub_epi16(b, a), _mm256_add_epi16(three, three));
}

/* ends + 8·sides + 14·middle */
static inline __m256i smooth_of(__m256i ends, __m256i sides, __m256i middle)
{
    __m256i eight = _mm256_slli_epi16(_mm256_add_epi16(sides, middle), 3);
    __m256i six = _mm256_mullo_epi16(middle, _mm256_set1_epi16(6));
    return _mm256_add_epi16(ends, _mm256_add_epi16(eight, six));
}

/* One vector of both column filters. */
static inline void filter_column(const int16_t *pixels, size_t stride, int16_t *smooth,
                                 int16_t *slope)
{
    __m256i a = load(pixels), b = load(pixels + 4 * stride);
    __m256i c = load(pixels + stride), d = load(pixels + 3 * stride);
    __m256i both = smooth_of(_mm256_add_epi16(a, b), _mm256_add_epi16(c, d),
                             load(pixels + 2 * stride));
    _mm256_storeu_si256((__m256i *)(void *)smooth, both);
    _mm256_storeu_si256((__m256i *)(void *)slope, slope_of(a, b, c, d));
}

static inline __m256i scale(__m256i sum)
{
    __m256i value = _mm256_mulhrs_epi16(sum, _mm256_set1_epi16(85));
    value = _mm256_min_epi16(value, _mm256_set1_epi16(63));
    return _mm256_max_epi16(value, _mm256_set1_epi16(-63));
}

/* 16 pairs of the map. */
static inline __m256i filter_row(const int16_t *s, const int16_t *d)
{
    __m256i gx = scale(slope_of(load(s), load(s + 4), load(s + 1), load(s + 3)));
    __m256i ends = _mm256_add_epi16(load(d), load(d + 4));
    __m256i sides = _mm256_add_epi16(load(d + 1), load(d + 3));
    __m256i gy = scale(smooth_of(ends, sides, load(d + 2)));
    return _mm256_or_si256(_mm256_and_si256(gx, _mm256_set1_epi16(255)),
                           _mm256_slli_epi16(gy, 8));
}

static void gradient(const numeral_idm_shape *shape, const uint8_t *image,
                     int16_t *scratch, int8_t *map)
{
    size_t stride = shape->plane_stride, rows = shape->height + 4;
    numeral_idm_planes planes = numeral_idm_planes_at(shape, scratch);
    numeral_idm_halve(shape, image, planes.pixels);
    for (size_t i = 0; i < rows * stride; i += 16) {
        filter_column(planes.pixels + i, stride, planes.smooth + i, planes.slope + i);
    }
    memset(map, 0, shape->map_bytes);
    for (size_t y = 0; y < rows; y++) {
        int8_t *out =
            map + ((y + NUMERAL_IDM_PAD - 2) * shape->stride + NUMERAL_IDM_PAD - 2) * 2;
        for (size_t x = 0; x < stride - 16; x += 16) {
            size_t at = y * stride + x;
            _mm256_storeu_si256((__m256i *)(void *)(out + 2 * x),
                                filter_row(planes.smooth + at, planes.slope + at));
        }
    }
}

const numeral_idm_kernels numeral_idm_kernels_avx2 = {.gradient = gradient,
                                                      .cost_rows = cost_rows};
