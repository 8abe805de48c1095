/* The image distortion model's kernels on AVX2. */
#include <immintrin.h>
#include <stdint.h>

enum { LANES = 16 };
typedef uint16_t vec __attribute__((vector_size(32)));

static inline vec load(const void *from)
{
    return (vec)_mm256_loadu_si256(from);
}

static inline void store(void *to, vec a)
{
    _mm256_storeu_si256(to, (__m256i)a);
}

static inline vec minimum(vec a, vec b)
{
    return (vec)_mm256_min_epu16((__m256i)a, (__m256i)b);
}

static inline vec energies(vec query, vec reference)
{
    __m256i size = _mm256_abs_epi8(_mm256_sub_epi8((__m256i)query, (__m256i)reference));
    return (vec)_mm256_srli_epi16(_mm256_maddubs_epi16(size, size), 3);
}

static inline vec halves(const uint8_t *bytes)
{
    __m128i half =
        _mm_avg_epu8(_mm_loadu_si128((const void *)bytes), _mm_setzero_si128());
    return (vec)_mm256_cvtepu8_epi16(half);
}

static inline vec twelfths(vec sums)
{
    __m256i value = _mm256_mulhrs_epi16((__m256i)sums, _mm256_set1_epi16(85));
    value = _mm256_min_epi16(value, _mm256_set1_epi16(63));
    return (vec)_mm256_max_epi16(value, _mm256_set1_epi16(-63));
}

static inline vec shift_left(vec a, int n)
{
    return (vec)_mm256_slli_epi16((__m256i)a, n);
}

#include "kernel/idm_body.h"

const numeral_idm_kernels numeral_idm_kernels_avx2 = {.gradient = gradient,
                                                      .cost_rows = cost_rows};
