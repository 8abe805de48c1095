/* The distance kernels for NEON (64-bit ARM). */
#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))
enum { VECTOR_BYTES = 16, COLUMN_VECTORS = 8 };

typedef uint8x16_t vec;
typedef int64x2_t wide;

INLINE vec zero(void)
{
    return vdupq_n_u8(0);
}

INLINE vec load(const void *p)
{
    return vld1q_u8(p);
}

INLINE vec load_any(const void *p)
{
    return vld1q_u8(p);
}

INLINE void store(void *p, vec a)
{
    vst1q_u8(p, a);
}

INLINE vec widen(const uint8_t *p)
{
    return vreinterpretq_u8_u16(vmovl_u8(vld1_u8(p)));
}

INLINE vec broadcast(uint32_t a)
{
    return vreinterpretq_u8_u32(vdupq_n_u32(a));
}

INLINE vec broadcast_pair(const int16_t *p)
{
    return broadcast((uint32_t)(uint16_t)p[0] | (uint32_t)(uint16_t)p[1] << 16);
}

INLINE vec add(vec a, vec b)
{
    return vreinterpretq_u8_u32(
        vaddq_u32(vreinterpretq_u32_u8(a), vreinterpretq_u32_u8(b)));
}

INLINE vec subtract(vec a, vec b)
{
    return vreinterpretq_u8_u32(
        vsubq_u32(vreinterpretq_u32_u8(a), vreinterpretq_u32_u8(b)));
}

INLINE vec multiply_add(vec sum, vec a, vec b)
{
    int16x8_t x = vreinterpretq_s16_u8(a), y = vreinterpretq_s16_u8(b);
    int32x4_t s = vmlal_s16(vreinterpretq_s32_u8(sum), vget_low_s16(x), vget_low_s16(y));
    return vreinterpretq_u8_s32(vmlal_high_s16(s, x, y));
}

INLINE vec add_pairs(vec sum, vec a, vec b)
{
    int16x8_t x = vreinterpretq_s16_u8(a), y = vreinterpretq_s16_u8(b);
    int32x4_t low = vmull_s16(vget_low_s16(x), vget_low_s16(y));
    return add(sum, vreinterpretq_u8_s32(vpaddq_s32(low, vmull_high_s16(x, y))));
}

INLINE wide wide_zero(void)
{
    return vdupq_n_s64(0);
}

INLINE wide wide_multiply_add(wide sum, vec a, vec b)
{
    int16x8_t x = vreinterpretq_s16_u8(a), y = vreinterpretq_s16_u8(b);
    sum = vpadalq_s32(sum, vmull_s16(vget_low_s16(x), vget_low_s16(y)));
    return vpadalq_s32(sum, vmull_high_s16(x, y));
}

INLINE int64_t wide_sum(wide sum)
{
    return vaddvq_s64(sum);
}

INLINE int32_t sum_i32(vec a)
{
    return vaddvq_s32(vreinterpretq_s32_u8(a));
}

INLINE vec l1_u8_step(vec sum, vec a, vec b)
{
    return vreinterpretq_u8_u32(
        vpadalq_u16(vreinterpretq_u32_u8(sum), vpaddlq_u8(vabdq_u8(a, b))));
}

INLINE uint32_t l1_u8_sum(vec a)
{
    return (uint32_t)sum_i32(a);
}

/* |a - b| of i16 as u16. */
INLINE uint16x8_t difference_i16(vec a, vec b)
{
    int16x8_t x = vreinterpretq_s16_u8(a), y = vreinterpretq_s16_u8(b);
    return vreinterpretq_u16_s16(vsubq_s16(vmaxq_s16(x, y), vminq_s16(x, y)));
}

INLINE vec l1_i16_step(vec sum, vec a, vec b)
{
    return vreinterpretq_u8_u32(
        vpadalq_u16(vreinterpretq_u32_u8(sum), difference_i16(a, b)));
}

INLINE vec linf_u8_step(vec sum, vec a, vec b)
{
    return vmaxq_u8(sum, vabdq_u8(a, b));
}

INLINE uint32_t linf_u8_sum(vec a)
{
    return vmaxvq_u8(a);
}

INLINE vec linf_i16_step(vec sum, vec a, vec b)
{
    return vreinterpretq_u8_u16(
        vmaxq_u16(vreinterpretq_u16_u8(sum), difference_i16(a, b)));
}

INLINE uint32_t linf_i16_sum(vec a)
{
    return vmaxvq_u16(vreinterpretq_u16_u8(a));
}

/* Pairs of equal bytes are summed at once: 4096 / 16 counts would overflow a byte. */
INLINE vec hamming_u8_step(vec sum, vec a, vec b)
{
    vec equal = vshrq_n_u8(vceqq_u8(a, b), 7);
    return vreinterpretq_u8_u16(vpadalq_u8(vreinterpretq_u16_u8(sum), equal));
}

INLINE uint32_t hamming_u8_sum(vec a)
{
    return vaddlvq_u16(vreinterpretq_u16_u8(a));
}

INLINE vec hamming_i16_step(vec sum, vec a, vec b)
{
    uint16x8_t equal = vceqq_s16(vreinterpretq_s16_u8(a), vreinterpretq_s16_u8(b));
    return vreinterpretq_u8_u16(vsubq_u16(vreinterpretq_u16_u8(sum), equal));
}

INLINE uint32_t hamming_i16_sum(vec a)
{
    return vaddlvq_u16(vreinterpretq_u16_u8(a));
}

INLINE unsigned at_most_mask(vec a, vec b)
{
    static const uint32_t bits[4] = {1, 2, 4, 8};
    uint32x4_t at_most = vcleq_u32(vreinterpretq_u32_u8(a), vreinterpretq_u32_u8(b));
    return vaddvq_u32(vandq_u32(at_most, vld1q_u32(bits)));
}

#include "kernel/distance_body.h"

void numeral_distance_init_neon(numeral_distance_kernels *table)
{
    fill_table(table);
}
