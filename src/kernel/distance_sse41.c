/* The vocabulary of vector_kernels.h for SSE4.1. */
#include <smmintrin.h>
#include <stddef.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))
enum { VECTOR_BYTES = 16, COLUMN_VECTORS = 8 };

typedef __m128i vec;
/* Products of pairs, p = 65536·h + l: Σh, and Σp modulo 2^32, from which Σl < 2^32 and
 * the whole sum follow. Each lane takes at most 512 products. */
typedef struct wide {
    vec high, all;
} wide;

INLINE vec zero(void)
{
    return _mm_setzero_si128();
}

INLINE vec load(const void *p)
{
    return _mm_load_si128(p);
}

INLINE vec load_any(const void *p)
{
    return _mm_loadu_si128(p);
}

INLINE void store(void *p, vec a)
{
    _mm_storeu_si128(p, a);
}

INLINE vec widen(const uint8_t *p)
{
    return _mm_cvtepu8_epi16(_mm_loadl_epi64((const void *)p));
}

INLINE vec broadcast(uint32_t a)
{
    return _mm_set1_epi32((int32_t)a);
}

INLINE vec broadcast_pair(const int16_t *p)
{
    return _mm_set1_epi32(*(const int32_t *)(const void *)p);
}

INLINE vec add(vec a, vec b)
{
    return _mm_add_epi32(a, b);
}

INLINE vec subtract(vec a, vec b)
{
    return _mm_sub_epi32(a, b);
}

INLINE vec multiply_add(vec sum, vec a, vec b)
{
    return _mm_add_epi32(sum, _mm_madd_epi16(a, b));
}

INLINE vec add_pairs(vec sum, vec a, vec b)
{
    return multiply_add(sum, a, b);
}

INLINE wide wide_zero(void)
{
    return (wide){zero(), zero()};
}

INLINE wide wide_multiply_add(wide sum, vec a, vec b)
{
    vec p = _mm_madd_epi16(a, b);
    return (wide){add(sum.high, _mm_srai_epi32(p, 16)), add(sum.all, p)};
}

INLINE int64_t wide_sum(wide sum)
{
    int32_t high[4];
    uint32_t low[4];
    store(high, sum.high);
    store(low, subtract(sum.all, _mm_slli_epi32(sum.high, 16)));
    int64_t total = 0;
    for (int i = 0; i < 4; i++) {
        total += (int64_t)high[i] * 65536 + low[i];
    }
    return total;
}

INLINE int32_t sum_i32(vec a)
{
    __m128i s = _mm_add_epi32(a, _mm_shuffle_epi32(a, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1)));
}

INLINE vec l1_u8_step(vec sum, vec a, vec b)
{
    return add(sum, _mm_sad_epu8(a, b));
}

INLINE uint32_t l1_u8_sum(vec a)
{
    return (uint32_t)sum_i32(a);
}

/* |a - b| of i16 as u16. */
INLINE vec difference_i16(vec a, vec b)
{
    return _mm_sub_epi16(_mm_max_epi16(a, b), _mm_min_epi16(a, b));
}

INLINE vec l1_i16_step(vec sum, vec a, vec b)
{
    vec d = difference_i16(a, b);
    vec even = _mm_and_si128(d, _mm_set1_epi32(0xffff));
    return add(sum, add(even, _mm_srli_epi32(d, 16)));
}

INLINE vec linf_u8_step(vec sum, vec a, vec b)
{
    vec d = _mm_or_si128(_mm_subs_epu8(a, b), _mm_subs_epu8(b, a));
    return _mm_max_epu8(sum, d);
}

INLINE vec linf_i16_step(vec sum, vec a, vec b)
{
    return _mm_max_epu16(sum, difference_i16(a, b));
}

/* The largest u16: the smallest of the complements. */
INLINE uint32_t largest_u16(__m128i a)
{
    __m128i least = _mm_minpos_epu16(_mm_xor_si128(a, _mm_set1_epi16(-1)));
    return 0xffff ^ ((uint32_t)_mm_cvtsi128_si32(least) & 0xffff);
}

INLINE uint32_t linf_i16_sum(vec a)
{
    return largest_u16(a);
}

INLINE uint32_t linf_u8_sum(vec a)
{
    vec even = _mm_and_si128(a, _mm_set1_epi16(0xff));
    return linf_i16_sum(_mm_max_epu16(even, _mm_srli_epi16(a, 8)));
}

/* 4096 / 16 counts would overflow a byte by one, so each step is summed at once. */
INLINE vec hamming_u8_step(vec sum, vec a, vec b)
{
    vec equal = _mm_sub_epi8(zero(), _mm_cmpeq_epi8(a, b));
    return add(sum, _mm_sad_epu8(equal, zero()));
}

INLINE uint32_t hamming_u8_sum(vec a)
{
    return l1_u8_sum(a);
}

INLINE vec hamming_i16_step(vec sum, vec a, vec b)
{
    return _mm_sub_epi16(sum, _mm_cmpeq_epi16(a, b));
}

INLINE uint32_t hamming_i16_sum(vec a)
{
    return (uint32_t)sum_i32(_mm_madd_epi16(a, _mm_set1_epi16(1)));
}

INLINE unsigned near_mask(vec a, vec b)
{
    vec near = _mm_cmpeq_epi32(_mm_min_epu32(a, b), a);
    return (unsigned)_mm_movemask_ps(_mm_castsi128_ps(near));
}

#include "kernel/distance_body.h"

void numeral_kernels_init_sse41(numeral_kernels *table)
{
    fill_table(table);
}
