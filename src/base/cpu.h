/* Which instruction set the kernels use. */
#ifndef NUMERAL_BASE_CPU_H
#define NUMERAL_BASE_CPU_H

#include <stdbool.h>

#include <numeral/error.h>

typedef enum numeral_cpu {
    NUMERAL_CPU_REF,
    NUMERAL_CPU_SSE41,
    NUMERAL_CPU_AVX2,
    NUMERAL_CPU_AVX512, /* F, BW, DQ, VL and VNNI */
    NUMERAL_CPU_NEON,
    NUMERAL_CPU_WASM, /* WebAssembly's 128-bit SIMD */
    NUMERAL_CPU_COUNT
} numeral_cpu;

const char *numeral_cpu_label(numeral_cpu cpu);
/* Whether this build has the kernels and this processor the instructions. */
bool numeral_cpu_available(numeral_cpu cpu);
/* The one in use: NUMERAL_CPU where it is valid, else the best automatic choice. */
numeral_cpu numeral_cpu_active(void);

#endif
