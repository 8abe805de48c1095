/* Which gradient kernel a processor runs; AVX-512 has none of its own: 2 µs a digit are
 * little beside the search. */
#include "kernel/gradient.h"

numeral_gradient_kernel numeral_gradient_kernel_get(numeral_cpu cpu)
{
#if defined(__x86_64__)
    if (cpu == NUMERAL_CPU_AVX2 || cpu == NUMERAL_CPU_AVX512) {
        return numeral_gradient_avx2;
    }
#elif defined(__wasm__)
    if (cpu == NUMERAL_CPU_WASM) {
        return numeral_gradient_wasm;
    }
#endif
    (void)cpu;
    return numeral_gradient_ref;
}
