/* The vocabulary of vector_kernels.h for AVX-512 (F, BW, DQ, VL) with VNNI, whose
 * vpdpwssd multiplies pairs of i16 and adds them to a sum in one instruction. */
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))
enum { VECTOR_BYTES = 64, COLUMN_VECTORS = 4 };

typedef __m512i vec;
/* Products of pairs, p = 65536·h + l: Σh, and Σp modulo 2^32, from which Σl < 2^32 and
 * the whole sum follow. Each lane takes at most 128 products. */
typedef struct wide {
    vec high, all;
} wide;

INLINE vec zero(void)
{
    return _mm512_setzero_si512();
}

INLINE vec load(const void *p)
{
    return _mm512_load_si512(p);
}

INLINE vec load_any(const void *p)
{
    return _mm512_loadu_si512(p);
}

INLINE void store(void *p, vec a)
{
    _mm512_storeu_si512(p, a);
}

INLINE vec widen(const uint8_t *p)
{
    return _mm512_cvtepu8_epi16(_mm256_load_si256((const void *)p));
}

INLINE vec broadcast(uint32_t a)
{
    return _mm512_set1_epi32((int32_t)a);
}

INLINE vec broadcast_pair(const int16_t *p)
{
    return _mm512_set1_epi32(*(const int32_t *)(const void *)p);
}

INLINE vec add(vec a, vec b)
{
    return _mm512_add_epi32(a, b);
}

INLINE vec subtract(vec a, vec b)
{
    return _mm512_sub_epi32(a, b);
}

INLINE vec multiply_add(vec sum, vec a, vec b)
{
    return _mm512_dpwssd_epi32(sum, a, b);
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
    vec p = _mm512_madd_epi16(a, b);
    return (wide){add(sum.high, _mm512_srai_epi32(p, 16)), add(sum.all, p)};
}

INLINE int64_t wide_sum(wide sum)
{
    int32_t high[16];
    uint32_t low[16];
    store(high, sum.high);
    store(low, subtract(sum.all, _mm512_slli_epi32(sum.high, 16)));
    int64_t total = 0;
    for (int i = 0; i < 16; i++) {
        total += (int64_t)high[i] * 65536 + low[i];
    }
    return total;
}

INLINE int32_t sum_i32(vec a)
{
    return _mm512_reduce_add_epi32(a);
}

INLINE vec l1_u8_step(vec sum, vec a, vec b)
{
    return add(sum, _mm512_sad_epu8(a, b));
}

INLINE uint32_t l1_u8_sum(vec a)
{
    return (uint32_t)sum_i32(a);
}

/* |a - b| of i16 as u16. */
INLINE vec difference_i16(vec a, vec b)
{
    return _mm512_sub_epi16(_mm512_max_epi16(a, b), _mm512_min_epi16(a, b));
}

INLINE vec l1_i16_step(vec sum, vec a, vec b)
{
    vec d = difference_i16(a, b);
    vec even = _mm512_and_si512(d, _mm512_set1_epi32(0xffff));
    return add(sum, add(even, _mm512_srli_epi32(d, 16)));
}

INLINE vec linf_u8_step(vec sum, vec a, vec b)
{
    vec d = _mm512_or_si512(_mm512_subs_epu8(a, b), _mm512_subs_epu8(b, a));
    return _mm512_max_epu8(sum, d);
}

INLINE vec linf_i16_step(vec sum, vec a, vec b)
{
    return _mm512_max_epu16(sum, difference_i16(a, b));
}

INLINE uint32_t linf_i16_sum(vec a)
{
    vec even = _mm512_and_si512(a, _mm512_set1_epi32(0xffff));
    return _mm512_reduce_max_epu32(_mm512_max_epu32(even, _mm512_srli_epi32(a, 16)));
}

INLINE uint32_t linf_u8_sum(vec a)
{
    vec even = _mm512_and_si512(a, _mm512_set1_epi16(0xff));
    return linf_i16_sum(_mm512_max_epu16(even, _mm512_srli_epi16(a, 8)));
}

INLINE vec hamming_u8_step(vec sum, vec a, vec b)
{
    return _mm512_sub_epi8(sum, _mm512_movm_epi8(_mm512_cmpeq_epi8_mask(a, b)));
}

INLINE uint32_t hamming_u8_sum(vec a)
{
    return l1_u8_sum(_mm512_sad_epu8(a, zero()));
}

INLINE vec hamming_i16_step(vec sum, vec a, vec b)
{
    return _mm512_sub_epi16(sum, _mm512_movm_epi16(_mm512_cmpeq_epi16_mask(a, b)));
}

INLINE uint32_t hamming_i16_sum(vec a)
{
    return (uint32_t)sum_i32(_mm512_madd_epi16(a, _mm512_set1_epi16(1)));
}

INLINE unsigned near_mask(vec a, vec b)
{
    return _mm512_cmple_epu32_mask(a, b);
}

#include "kernel/distance_body.h"

void numeral_kernels_init_avx512(numeral_kernels *table)
{
    fill_table(table);
}
