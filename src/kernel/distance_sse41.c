/* The distance kernels for SSE4.1. */
#include <smmintrin.h>
#include <stddef.h>
#include <stdint.h>

enum { VECTOR_BYTES = 16, COLUMN_VECTORS = 8 };
typedef __m128i vec;
#define VECTOR(op) _mm_##op
#define WHOLE(op) _mm_##op##_si128

#include "kernel/distance_x86.h"

INLINE vec widen(const uint8_t *p)
{
    return _mm_cvtepu8_epi16(_mm_loadl_epi64((const void *)p));
}

INLINE vec multiply_add(vec sum, vec a, vec b)
{
    return add(sum, _mm_madd_epi16(a, b));
}

INLINE int32_t sum_i32(vec a)
{
    return sum_of_four(a);
}

INLINE uint32_t linf_i16_sum(vec a)
{
    return largest_u16(a);
}

/* 4096 / 16 counts would overflow a byte by one, so each step is summed at once. */
INLINE vec hamming_u8_step(vec sum, vec a, vec b)
{
    vec equal = _mm_sub_epi8(zero(), _mm_cmpeq_epi8(a, b));
    return add(sum, _mm_sad_epu8(equal, zero()));
}

INLINE uint32_t hamming_u8_sum(vec a)
{
    return (uint32_t)sum_i32(a);
}

INLINE vec hamming_i16_step(vec sum, vec a, vec b)
{
    return _mm_sub_epi16(sum, _mm_cmpeq_epi16(a, b));
}

INLINE unsigned at_most_mask(vec a, vec b)
{
    vec at_most = _mm_cmpeq_epi32(_mm_min_epu32(a, b), a);
    return (unsigned)_mm_movemask_ps(_mm_castsi128_ps(at_most));
}

#include "kernel/distance_body.h"

void numeral_distance_init_sse41(numeral_distance_kernels *table)
{
    fill_table(table);
}
