/* The gradient kernel compiled for WebAssembly's 128-bit SIMD. */
#include "kernel/gradient_body.h"

void numeral_gradient_wasm(const uint8_t *image, int16_t *out)
{
    make_gradient(image, out);
}
