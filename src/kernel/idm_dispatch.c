/* Sizes of the image distortion model's maps, and which kernels make them. */
#include "kernel/idm.h"

numeral_idm_shape numeral_idm_shape_make(size_t height, size_t width)
{
    /* Kernels finish blocks of columns and write whole vectors, so maps are as wide as
     * the widest of what they touch, and rows of them start on 32 bytes. */
    size_t blocks = (width + 2 + NUMERAL_IDM_BLOCK - 1) / NUMERAL_IDM_BLOCK;
    size_t columns = blocks * NUMERAL_IDM_BLOCK + 2; /* what the kernels touch */
    size_t written = (width + 4 + 31) / 32 * 32;     /* pixels that gradient writes */
    size_t widest = columns + 2 * NUMERAL_IDM_PAD > written + NUMERAL_IDM_PAD
                        ? columns + 2 * NUMERAL_IDM_PAD
                        : written + NUMERAL_IDM_PAD;
    size_t stride = (widest + 15) & ~(size_t)15, plane_stride = written + 16;
    return (numeral_idm_shape){
        .height = height,
        .width = width,
        .stride = stride,
        .map_bytes = (height + 2 * NUMERAL_IDM_PAD) * stride * 2,
        .cost_stride = columns,
        .cost_values = (height + 2) * columns,
        .plane_stride = plane_stride,
        .scratch_values = (3 * height + 16) * plane_stride,
    };
}

const numeral_idm_kernels *numeral_idm_kernels_get(numeral_cpu cpu)
{
#if defined(__x86_64__)
    if (cpu == NUMERAL_CPU_AVX2 || cpu == NUMERAL_CPU_AVX512) {
        return &numeral_idm_kernels_avx2;
    }
    if (cpu == NUMERAL_CPU_SSE41) {
        return &numeral_idm_kernels_sse41;
    }
#elif defined(__aarch64__)
    if (cpu == NUMERAL_CPU_NEON) {
        return &numeral_idm_kernels_neon;
    }
#elif defined(__wasm__)
    if (cpu == NUMERAL_CPU_WASM) {
        return &numeral_idm_kernels_wasm;
    }
#else
    (void)cpu;
#endif
    return &numeral_idm_kernels_ref;
}
