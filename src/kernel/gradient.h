/* Deskew and gradient feature of a 28 × 28 digit in fixed point: the recipe stages
 * `deskew,gradient=8:7` in integers, for speed. Every instruction set gives the same
 * bits. */
#ifndef NUMERAL_KERNEL_GRADIENT_H
#define NUMERAL_KERNEL_GRADIENT_H

#include <stdint.h>

#include "base/cpu.h"

enum { NUMERAL_GRADIENT_SIDE = 28, NUMERAL_GRADIENT_DIMS = 392 };

/* `image`: 28 × 28 bytes. `out`: 392 numbers in the order of the feature, 32767 for 1. A
 * blank image gives zeros. About 2 µs with AVX2; the float64 stages differ by at most
 * 0.01. */
typedef void (*numeral_gradient_kernel)(const uint8_t *image, int16_t *out);

/* The one for `cpu`, which must be available. */
numeral_gradient_kernel numeral_gradient_kernel_get(numeral_cpu cpu);

/* The plain C version, and the same compiled for AVX2 and for WebAssembly's SIMD. */
void numeral_gradient_ref(const uint8_t *image, int16_t *out);
void numeral_gradient_avx2(const uint8_t *image, int16_t *out);
void numeral_gradient_wasm(const uint8_t *image, int16_t *out) __attribute__((weak));

#endif
