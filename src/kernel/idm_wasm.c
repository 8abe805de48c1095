/* The image distortion model's kernels on WebAssembly's 128-bit SIMD. */
#include <stdint.h>
#include <wasm_simd128.h>

enum { LANES = 8 };
typedef uint16_t vec __attribute__((vector_size(2 * LANES)));

static inline vec load(const void *from)
{
    return (vec)wasm_v128_load(from);
}

static inline void store(void *to, vec a)
{
    wasm_v128_store(to, (v128_t)a);
}

static inline vec minimum(vec a, vec b)
{
    return (vec)wasm_u16x8_min((v128_t)a, (v128_t)b);
}

static inline vec energies(vec query, vec reference)
{
    vec size = (vec)wasm_i8x16_abs(wasm_i8x16_sub((v128_t)query, (v128_t)reference));
    vec x = size & 0xff, y = size >> 8;
    return (x * x + y * y) >> 3;
}

static inline vec halves(const uint8_t *bytes)
{
    v128_t all = wasm_v128_load64_zero(bytes);
    return (vec)wasm_u16x8_extend_low_u8x16(wasm_u8x16_avgr(all, wasm_i64x2_splat(0)));
}

static inline vec twelfths(vec sums)
{
    v128_t value = wasm_i16x8_q15mulr_sat((v128_t)sums, wasm_i16x8_splat(85));
    value = wasm_i16x8_min(value, wasm_i16x8_splat(63));
    return (vec)wasm_i16x8_max(value, wasm_i16x8_splat(-63));
}

static inline vec shift_left(vec a, int n)
{
    return (vec)wasm_i16x8_shl((v128_t)a, (uint32_t)n);
}

#include "kernel/idm_body.h"

const numeral_idm_kernels numeral_idm_kernels_wasm = {.gradient = gradient,
                                                      .cost_rows = cost_rows};
