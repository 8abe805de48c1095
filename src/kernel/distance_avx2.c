/* The distance kernels for AVX2. */
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

enum { VECTOR_BYTES = 32, COLUMN_VECTORS = 8 };
typedef __m256i vec;
#define VECTOR(op) _mm256_##op
#define WHOLE(op) _mm256_##op##_si256

#include "kernel/distance_x86.h"

INLINE vec widen(const uint8_t *p)
{
    return _mm256_cvtepu8_epi16(_mm_load_si128((const void *)p));
}

INLINE vec multiply_add(vec sum, vec a, vec b)
{
    return add(sum, _mm256_madd_epi16(a, b));
}

INLINE int32_t sum_i32(vec a)
{
    return sum_of_four(
        _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1)));
}

INLINE uint32_t linf_i16_sum(vec a)
{
    return largest_u16(
        _mm_max_epu16(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1)));
}

/* At most 4096 / 32 counts in a byte. */
INLINE vec hamming_u8_step(vec sum, vec a, vec b)
{
    return _mm256_sub_epi8(sum, _mm256_cmpeq_epi8(a, b));
}

INLINE uint32_t hamming_u8_sum(vec a)
{
    return (uint32_t)sum_i32(_mm256_sad_epu8(a, zero()));
}

INLINE vec hamming_i16_step(vec sum, vec a, vec b)
{
    return _mm256_sub_epi16(sum, _mm256_cmpeq_epi16(a, b));
}

INLINE unsigned at_most_mask(vec a, vec b)
{
    vec at_most = _mm256_cmpeq_epi32(_mm256_min_epu32(a, b), a);
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(at_most));
}

#include "kernel/distance_body.h"

void numeral_distance_init_avx2(numeral_distance_kernels *table)
{
    fill_table(table);
}
