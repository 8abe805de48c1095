/* The gradient kernel in plain C. */
#include "kernel/gradient_body.h"

void numeral_gradient_ref(const uint8_t *image, int16_t *out)
{
    make_gradient(image, out);
}
