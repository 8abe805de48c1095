/* The image distortion model's kernels on NEON (64-bit ARM). */
#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>

enum { LANES = 8 };
typedef uint16x8_t vec;

static inline vec load(const void *from)
{
    return vreinterpretq_u16_u8(vld1q_u8(from));
}

static inline void store(void *to, vec a)
{
    vst1q_u8(to, vreinterpretq_u8_u16(a));
}

static inline vec minimum(vec a, vec b)
{
    return vminq_u16(a, b);
}

static inline vec energies(vec query, vec reference)
{
    int8x16_t difference =
        vabdq_s8(vreinterpretq_s8_u16(query), vreinterpretq_s8_u16(reference));
    uint8x16_t size = vreinterpretq_u8_s8(difference);
    uint16x8_t low = vmull_u8(vget_low_u8(size), vget_low_u8(size));
    return vshrq_n_u16(vpaddq_u16(low, vmull_high_u8(size, size)), 3);
}

static inline vec halves(const uint8_t *bytes)
{
    return vmovl_u8(vrshr_n_u8(vld1_u8(bytes), 1));
}

static inline vec twelfths(vec sums)
{
    int16x8_t value = vqrdmulhq_s16(vreinterpretq_s16_u16(sums), vdupq_n_s16(85));
    value = vminq_s16(value, vdupq_n_s16(63));
    return vreinterpretq_u16_s16(vmaxq_s16(value, vdupq_n_s16(-63)));
}

static inline vec shift_left(vec a, int n)
{
    return vshlq_u16(a, vdupq_n_s16((int16_t)n));
}

#include "kernel/idm_body.h"

const numeral_idm_kernels numeral_idm_kernels_neon = {.gradient = gradient,
                                                      .cost_rows = cost_rows};
