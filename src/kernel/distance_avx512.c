/* The distance kernels for AVX-512 (F, BW, DQ, VL) with VNNI, whose vpdpwssd multiplies
 * pairs of i16 and adds them to a sum in one instruction. */
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

enum { VECTOR_BYTES = 64, COLUMN_VECTORS = 4 };
typedef __m512i vec;
#define VECTOR(op) _mm512_##op
#define WHOLE(op) _mm512_##op##_si512

#include "kernel/distance_x86.h"

INLINE vec widen(const uint8_t *p)
{
    return _mm512_cvtepu8_epi16(_mm256_load_si256((const void *)p));
}

INLINE vec multiply_add(vec sum, vec a, vec b)
{
    return _mm512_dpwssd_epi32(sum, a, b);
}

INLINE int32_t sum_i32(vec a)
{
    return _mm512_reduce_add_epi32(a);
}

INLINE uint32_t linf_i16_sum(vec a)
{
    vec even = _mm512_and_si512(a, broadcast(0xffff));
    return _mm512_reduce_max_epu32(_mm512_max_epu32(even, _mm512_srli_epi32(a, 16)));
}

/* At most 4096 / 64 counts in a byte. */
INLINE vec hamming_u8_step(vec sum, vec a, vec b)
{
    return _mm512_sub_epi8(sum, _mm512_movm_epi8(_mm512_cmpeq_epi8_mask(a, b)));
}

INLINE uint32_t hamming_u8_sum(vec a)
{
    return (uint32_t)sum_i32(_mm512_sad_epu8(a, zero()));
}

INLINE vec hamming_i16_step(vec sum, vec a, vec b)
{
    return _mm512_sub_epi16(sum, _mm512_movm_epi16(_mm512_cmpeq_epi16_mask(a, b)));
}

INLINE unsigned at_most_mask(vec a, vec b)
{
    /* gcc 12 at -O1 may keep 16 bits of mask in 32 bits of stack, and read all of them */
    unsigned mask;
    __asm__("kmovw %1, %0" : "=r"(mask) : "k"(_mm512_cmple_epu32_mask(a, b)));
    return mask;
}

#include "kernel/distance_body.h"

void numeral_distance_init_avx512(numeral_distance_kernels *table)
{
    fill_table(table);
}
