/* The vocabulary of vector_kernels.h for AVX2. */
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))
enum { VECTOR_BYTES = 32, COLUMN_VECTORS = 8 };

typedef __m256i vec;
/* Products of pairs, p = 65536·h + l: Σh, and Σp modulo 2^32, from which Σl < 2^32 and
 * the whole sum follow. Each lane takes at most 256 products. */
typedef struct wide {
    vec high, all;
} wide;

INLINE vec zero(void)
{
    return _mm256_setzero_si256();
}

INLINE vec load(const void *p)
{
    return _mm256_load_si256(p);
}

INLINE vec load_any(const void *p)
{
    return _mm256_loadu_si256(p);
}

INLINE void store(void *p, vec a)
{
    _mm256_storeu_si256(p, a);
}

INLINE vec widen(const uint8_t *p)
{
    return _mm256_cvtepu8_epi16(_mm_load_si128((const void *)p));
}

INLINE vec broadcast(uint32_t a)
{
    return _mm256_set1_epi32((int32_t)a);
}

INLINE vec broadcast_pair(const int16_t *p)
{
    return _mm256_set1_epi32(*(const int32_t *)(const void *)p);
}

INLINE vec add(vec a, vec b)
{
    return _mm256_add_epi32(a, b);
}

INLINE vec subtract(vec a, vec b)
{
    return _mm256_sub_epi32(a, b);
}

INLINE vec multiply_add(vec sum, vec a, vec b)
{
    return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
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
    vec p = _mm256_madd_epi16(a, b);
    return (wide){add(sum.high, _mm256_srai_epi32(p, 16)), add(sum.all, p)};
}

INLINE int64_t wide_sum(wide sum)
{
    int32_t high[8];
    uint32_t low[8];
    store(high, sum.high);
    store(low, subtract(sum.all, _mm256_slli_epi32(sum.high, 16)));
    int64_t total = 0;
    for (int i = 0; i < 8; i++) {
        total += (int64_t)high[i] * 65536 + low[i];
    }
    return total;
}

INLINE int32_t sum_i32(vec a)
{
    __m128i s = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1)));
}

INLINE vec l1_u8_step(vec sum, vec a, vec b)
{
    return add(sum, _mm256_sad_epu8(a, b));
}

INLINE uint32_t l1_u8_sum(vec a)
{
    return (uint32_t)sum_i32(a);
}

/* |a - b| of i16 as u16. */
INLINE vec difference_i16(vec a, vec b)
{
    return _mm256_sub_epi16(_mm256_max_epi16(a, b), _mm256_min_epi16(a, b));
}

INLINE vec l1_i16_step(vec sum, vec a, vec b)
{
    vec d = difference_i16(a, b);
    vec even = _mm256_and_si256(d, _mm256_set1_epi32(0xffff));
    return add(sum, add(even, _mm256_srli_epi32(d, 16)));
}

INLINE vec linf_u8_step(vec sum, vec a, vec b)
{
    vec d = _mm256_or_si256(_mm256_subs_epu8(a, b), _mm256_subs_epu8(b, a));
    return _mm256_max_epu8(sum, d);
}

INLINE vec linf_i16_step(vec sum, vec a, vec b)
{
    return _mm256_max_epu16(sum, difference_i16(a, b));
}

/* The largest u16: the smallest of the complements. */
INLINE uint32_t largest_u16(__m128i a)
{
    __m128i least = _mm_minpos_epu16(_mm_xor_si128(a, _mm_set1_epi16(-1)));
    return 0xffff ^ ((uint32_t)_mm_cvtsi128_si32(least) & 0xffff);
}

INLINE uint32_t linf_i16_sum(vec a)
{
    return largest_u16(
        _mm_max_epu16(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1)));
}

INLINE uint32_t linf_u8_sum(vec a)
{
    vec even = _mm256_and_si256(a, _mm256_set1_epi16(0xff));
    return linf_i16_sum(_mm256_max_epu16(even, _mm256_srli_epi16(a, 8)));
}

INLINE vec hamming_u8_step(vec sum, vec a, vec b)
{
    return _mm256_sub_epi8(sum, _mm256_cmpeq_epi8(a, b));
}

INLINE uint32_t hamming_u8_sum(vec a)
{
    return l1_u8_sum(_mm256_sad_epu8(a, zero()));
}

INLINE vec hamming_i16_step(vec sum, vec a, vec b)
{
    return _mm256_sub_epi16(sum, _mm256_cmpeq_epi16(a, b));
}

INLINE uint32_t hamming_i16_sum(vec a)
{
    return (uint32_t)sum_i32(_mm256_madd_epi16(a, _mm256_set1_epi16(1)));
}

INLINE unsigned near_mask(vec a, vec b)
{
    vec near = _mm256_cmpeq_epi32(_mm256_min_epu32(a, b), a);
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(near));
}

#include "kernel/distance_body.h"

void numeral_kernels_init_avx2(numeral_kernels *table)
{
    fill_table(table);
}
