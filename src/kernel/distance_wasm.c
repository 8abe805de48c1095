/* The distance kernels for WebAssembly's 128-bit SIMD. */
#include <stddef.h>
#include <stdint.h>
#include <wasm_simd128.h>

#define INLINE static inline __attribute__((always_inline))
enum { VECTOR_BYTES = 16, COLUMN_VECTORS = 8 };

typedef v128_t vec;
typedef v128_t wide;

INLINE vec zero(void)
{
    return wasm_i64x2_splat(0);
}

INLINE vec load(const void *p)
{
    return wasm_v128_load(p);
}

INLINE vec load_any(const void *p)
{
    return wasm_v128_load(p);
}

INLINE void store(void *p, vec a)
{
    wasm_v128_store(p, a);
}

INLINE vec widen(const uint8_t *p)
{
    return wasm_u16x8_load8x8(p);
}

INLINE vec broadcast(uint32_t a)
{
    return wasm_u32x4_splat(a);
}

INLINE vec broadcast_pair(const int16_t *p)
{
    return wasm_v128_load32_splat(p);
}

INLINE vec add(vec a, vec b)
{
    return wasm_i32x4_add(a, b);
}

INLINE vec subtract(vec a, vec b)
{
    return wasm_i32x4_sub(a, b);
}

INLINE vec multiply_add(vec sum, vec a, vec b)
{
    return add(sum, wasm_i32x4_dot_i16x8(a, b));
}

#define add_pairs multiply_add

INLINE wide wide_zero(void)
{
    return zero();
}

INLINE wide wide_multiply_add(wide sum, vec a, vec b)
{
    vec pairs = wasm_i32x4_dot_i16x8(a, b);
    sum = wasm_i64x2_add(sum, wasm_i64x2_extend_low_i32x4(pairs));
    return wasm_i64x2_add(sum, wasm_i64x2_extend_high_i32x4(pairs));
}

INLINE int64_t wide_sum(wide sum)
{
    return wasm_i64x2_extract_lane(sum, 0) + wasm_i64x2_extract_lane(sum, 1);
}

INLINE int32_t sum_i32(vec a)
{
    a = add(a, wasm_i32x4_shuffle(a, a, 2, 3, 0, 1));
    return wasm_i32x4_extract_lane(a, 0) + wasm_i32x4_extract_lane(a, 1);
}

/* One of the two is the difference, the other saturates to 0. */
INLINE vec difference_u8(vec a, vec b)
{
    return wasm_v128_or(wasm_u8x16_sub_sat(a, b), wasm_u8x16_sub_sat(b, a));
}

/* Sixteen u8 in four sums. */
INLINE vec add_bytes(vec sum, vec bytes)
{
    return add(sum,
               wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(bytes)));
}

INLINE vec l1_u8_step(vec sum, vec a, vec b)
{
    return add_bytes(sum, difference_u8(a, b));
}

INLINE uint32_t l1_u8_sum(vec a)
{
    return (uint32_t)sum_i32(a);
}

/* |a - b| of i16 as u16. */
INLINE vec difference_i16(vec a, vec b)
{
    return wasm_i16x8_sub(wasm_i16x8_max(a, b), wasm_i16x8_min(a, b));
}

INLINE vec l1_i16_step(vec sum, vec a, vec b)
{
    return add(sum, wasm_u32x4_extadd_pairwise_u16x8(difference_i16(a, b)));
}

INLINE vec linf_u8_step(vec sum, vec a, vec b)
{
    return wasm_u8x16_max(sum, difference_u8(a, b));
}

INLINE vec linf_i16_step(vec sum, vec a, vec b)
{
    return wasm_u16x8_max(sum, difference_i16(a, b));
}

INLINE uint32_t linf_i16_sum(vec a)
{
    a = wasm_u16x8_max(a, wasm_i64x2_shuffle(a, a, 1, 0));
    a = wasm_u16x8_max(a, wasm_i32x4_shuffle(a, a, 1, 0, 3, 2));
    uint32_t even = wasm_u16x8_extract_lane(a, 0), odd = wasm_u16x8_extract_lane(a, 1);
    return even > odd ? even : odd;
}

/* The larger of each pair of u8, as u16. */
INLINE uint32_t linf_u8_sum(vec a)
{
    return linf_i16_sum(
        wasm_u16x8_max(wasm_v128_and(a, wasm_i16x8_splat(0xff)), wasm_u16x8_shr(a, 8)));
}

/* 4096 / 16 counts would overflow a byte by one, so each step is summed at once. */
INLINE vec hamming_u8_step(vec sum, vec a, vec b)
{
    return add_bytes(sum, wasm_i8x16_sub(zero(), wasm_i8x16_eq(a, b)));
}

INLINE uint32_t hamming_u8_sum(vec a)
{
    return (uint32_t)sum_i32(a);
}

INLINE vec hamming_i16_step(vec sum, vec a, vec b)
{
    return wasm_i16x8_sub(sum, wasm_i16x8_eq(a, b));
}

INLINE uint32_t hamming_i16_sum(vec a)
{
    return (uint32_t)sum_i32(wasm_u32x4_extadd_pairwise_u16x8(a));
}

INLINE unsigned at_most_mask(vec a, vec b)
{
    return wasm_i32x4_bitmask(wasm_u32x4_le(a, b));
}

#include "kernel/distance_body.h"

/* Says that these kernels are there: base/cpu.c. */
const char numeral_wasm_simd;

void numeral_distance_init_wasm(numeral_distance_kernels *table)
{
    fill_table(table);
}
