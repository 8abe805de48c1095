/* Which kernels the exact index uses: ref's, then what each set up to the active one
 * overrides. */
#include "kernel/exact_kernel.h"

#include <pthread.h>

void numeral_exact_kernels_fill(numeral_cpu cpu, numeral_exact_kernels *out)
{
    numeral_exact_kernels_init_ref(out);
    if (cpu != NUMERAL_CPU_REF) {
        numeral_exact_kernels_init_vector(out);
    }
#if defined(__x86_64__)
    if (cpu == NUMERAL_CPU_AVX2 || cpu == NUMERAL_CPU_AVX512) {
        numeral_exact_kernels_init_avx2(out);
    }
    if (cpu == NUMERAL_CPU_AVX512) {
        numeral_exact_kernels_init_avx512(out);
    }
#elif defined(__wasm__)
    if (cpu == NUMERAL_CPU_WASM) {
        numeral_exact_kernels_init_wasm(out);
    }
#endif
    out->cpu = cpu;
}

static numeral_exact_kernels active;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fill_active(void)
{
    numeral_exact_kernels_fill(numeral_cpu_active(), &active);
}

const numeral_exact_kernels *numeral_exact_kernels_get(void)
{
    pthread_once(&once, fill_active);
    return &active;
}
