/* The image distortion model's kernels on SSE4.1. */
#include <smmintrin.h>
#include <stdint.h>

enum { LANES = 8 };
typedef uint16_t vec __attribute__((vector_size(16)));

static inline vec load(const void *from)
{
    return (vec)_mm_loadu_si128(from);
}

static inline void store(void *to, vec a)
{
    _mm_storeu_si128(to, (__m128i)a);
}

static inline vec minimum(vec a, vec b)
{
    return (vec)_mm_min_epu16((__m128i)a, (__m128i)b);
}

static inline vec energies(vec query, vec reference)
{
    __m128i size = _mm_abs_epi8(_mm_sub_epi8((__m128i)query, (__m128i)reference));
    return (vec)_mm_srli_epi16(_mm_maddubs_epi16(size, size), 3);
}

static inline vec halves(const uint8_t *bytes)
{
    __m128i half =
        _mm_avg_epu8(_mm_loadl_epi64((const void *)bytes), _mm_setzero_si128());
    return (vec)_mm_cvtepu8_epi16(half);
}

static inline vec twelfths(vec sums)
{
    __m128i value = _mm_mulhrs_epi16((__m128i)sums, _mm_set1_epi16(85));
    value = _mm_min_epi16(value, _mm_set1_epi16(63));
    return (vec)_mm_max_epi16(value, _mm_set1_epi16(-63));
}

static inline vec shift_left(vec a, int n)
{
    return (vec)_mm_slli_epi16((__m128i)a, n);
}

#include "kernel/idm_body.h"

const numeral_idm_kernels numeral_idm_kernels_sse41 = {.gradient = gradient,
                                                       .cost_rows = cost_rows};
