#include "kernel/gradient.h"

numeral_fast_gradient numeral_fast_gradient_get(numeral_cpu cpu)
{
#if defined(__x86_64__)
    if (cpu == NUMERAL_CPU_AVX2 || cpu == NUMERAL_CPU_AVX512) {
        return numeral_fast_gradient_avx2;
    }
#endif
    (void)cpu;
    return numeral_fast_gradient_ref;
}
