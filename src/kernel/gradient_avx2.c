/* The gradient kernel compiled for AVX2. */
#include "kernel/gradient_body.h"

void numeral_gradient_avx2(const uint8_t *image, int16_t *out)
{
    make_gradient(image, out);
}
