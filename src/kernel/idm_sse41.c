/* The image distortion model's kernels on SSE4.1. */
#include <smmintrin.h>
#include <stdint.h>

#define REGISTER __m128i
#define VECTOR(op) _mm_##op
#define WHOLE(op) _mm_##op##_si128

#include "kernel/idm_x86.h"

static inline vec halves(const uint8_t *bytes)
{
    __m128i all = _mm_loadl_epi64((const void *)bytes);
    return (vec)_mm_cvtepu8_epi16(_mm_avg_epu8(all, _mm_setzero_si128()));
}

#include "kernel/idm_body.h"

const numeral_idm_kernels numeral_idm_kernels_sse41 = {.gradient = gradient,
                                                       .cost_rows = cost_rows};
