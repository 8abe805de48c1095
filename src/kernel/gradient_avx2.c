/* The fast gradient compiled for AVX2. */
#include "kernel/gradient_body.h"

void numeral_fast_gradient_avx2(const uint8_t *image, int16_t *out)
{
    fast_gradient(image, out);
}
