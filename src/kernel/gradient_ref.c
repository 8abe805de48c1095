/* The fast gradient in plain C. */
#include "kernel/gradient_body.h"

void numeral_fast_gradient_ref(const uint8_t *image, int16_t *out)
{
    fast_gradient(image, out);
}
