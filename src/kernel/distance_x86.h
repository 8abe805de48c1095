/* The words of distance_body.h that SSE4.1, AVX2 and AVX-512 share: the same instruction
 * on registers of another width. A set's file defines before this
 *
 *   vec                  its register of integers; VECTOR_BYTES, its size
 *   VECTOR(op)           the intrinsic `op` on such registers
 *   WHOLE(op)            the same for one that names the register and not its lanes
 *
 * and behind it what its instructions do otherwise. */
#define INLINE static inline __attribute__((always_inline))

/* Products of pairs, p = 65536·h + l: Σh, and Σp modulo 2^32, from which Σl < 2^32 and
 * the whole sum follow. Each lane takes at most 8192 / VECTOR_BYTES products, 2^9. */
typedef struct wide {
    vec high, all;
} wide;

INLINE vec zero(void)
{
    return WHOLE(setzero)();
}

INLINE vec load(const void *p)
{
    return WHOLE(load)(p);
}

INLINE vec load_any(const void *p)
{
    return WHOLE(loadu)(p);
}

INLINE void store(void *p, vec a)
{
    WHOLE(storeu)(p, a);
}

INLINE vec broadcast(uint32_t a)
{
    return VECTOR(set1_epi32)((int32_t)a);
}

INLINE vec broadcast_pair(const int16_t *p)
{
    return VECTOR(set1_epi32)(*(const int32_t *)(const void *)p);
}

INLINE vec add(vec a, vec b)
{
    return VECTOR(add_epi32)(a, b);
}

INLINE vec subtract(vec a, vec b)
{
    return VECTOR(sub_epi32)(a, b);
}

INLINE wide wide_zero(void)
{
    return (wide){zero(), zero()};
}

INLINE wide wide_multiply_add(wide sum, vec a, vec b)
{
    vec p = VECTOR(madd_epi16)(a, b);
    return (wide){add(sum.high, VECTOR(srai_epi32)(p, 16)), add(sum.all, p)};
}

INLINE int64_t wide_sum(wide sum)
{
    int32_t high[VECTOR_BYTES / 4];
    uint32_t low[VECTOR_BYTES / 4];
    store(high, sum.high);
    store(low, subtract(sum.all, VECTOR(slli_epi32)(sum.high, 16)));
    int64_t total = 0;
    for (int i = 0; i < VECTOR_BYTES / 4; i++) {
        total += (int64_t)high[i] * 65536 + low[i];
    }
    return total;
}

INLINE vec l1_u8_step(vec sum, vec a, vec b)
{
    return add(sum, VECTOR(sad_epu8)(a, b));
}

/* |a - b| of i16 as u16. */
INLINE vec difference_i16(vec a, vec b)
{
    return VECTOR(sub_epi16)(VECTOR(max_epi16)(a, b), VECTOR(min_epi16)(a, b));
}

INLINE vec l1_i16_step(vec sum, vec a, vec b)
{
    vec d = difference_i16(a, b);
    vec even = WHOLE(and)(d, broadcast(0xffff));
    return add(sum, add(even, VECTOR(srli_epi32)(d, 16)));
}

INLINE vec linf_u8_step(vec sum, vec a, vec b)
{
    /* one of the two is the difference, the other saturates to 0 */
    vec d = WHOLE(or)(VECTOR(subs_epu8)(a, b), VECTOR(subs_epu8)(b, a));
    return VECTOR(max_epu8)(sum, d);
}

INLINE vec linf_i16_step(vec sum, vec a, vec b)
{
    return VECTOR(max_epu16)(sum, difference_i16(a, b));
}

/* The ends that build on a set's own words. */
#define add_pairs multiply_add
#define l1_u8_sum(a) ((uint32_t)sum_i32(a))
/* Counts of at most 2^9 in an i16, so that its sign does not matter. */
#define hamming_i16_sum(a)                                                               \
    ((uint32_t)sum_i32(VECTOR(madd_epi16)(a, VECTOR(set1_epi16)(1))))
/* The larger of each pair of u8, as u16. */
#define linf_u8_sum(a)                                                                   \
    linf_i16_sum(VECTOR(max_epu16)(WHOLE(and)(a, VECTOR(set1_epi16)(0xff)),              \
                                   VECTOR(srli_epi16)(a, 8)))

INLINE int32_t sum_of_four(__m128i s)
{
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1)));
}

/* The largest u16: the smallest of the complements. */
INLINE uint32_t largest_u16(__m128i a)
{
    __m128i least = _mm_minpos_epu16(_mm_xor_si128(a, _mm_set1_epi16(-1)));
    return 0xffff ^ ((uint32_t)_mm_cvtsi128_si32(least) & 0xffff);
}
