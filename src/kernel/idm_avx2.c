/* The image distortion model's kernels on AVX2. */
#include <immintrin.h>
#include <stdint.h>

#define REGISTER __m256i
#define VECTOR(op) _mm256_##op
#define WHOLE(op) _mm256_##op##_si256

#include "kernel/idm_x86.h"

static inline vec halves(const uint8_t *bytes)
{
    __m128i all = _mm_loadu_si128((const void *)bytes);
    return (vec)_mm256_cvtepu8_epi16(_mm_avg_epu8(all, _mm_setzero_si128()));
}

#include "kernel/idm_body.h"

const numeral_idm_kernels numeral_idm_kernels_avx2 = {.gradient = gradient,
                                                      .cost_rows = cost_rows};
