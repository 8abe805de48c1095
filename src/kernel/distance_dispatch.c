/* Picks the kernels once: every entry starts as the plain C version, and each instruction
 * set up to the wanted one overrides what it does better (the ladder of dav1d). */
#include <pthread.h>

#include "kernel/distance.h"

static numeral_distance_kernels active;
static pthread_once_t once = PTHREAD_ONCE_INIT;

void numeral_distance_kernels_fill(numeral_cpu cpu, numeral_distance_kernels *out)
{
    numeral_distance_init_ref(out);
    out->cpu = cpu;
#if defined(__x86_64__)
    if (cpu < NUMERAL_CPU_SSE41 || cpu > NUMERAL_CPU_AVX512) {
        return;
    }
    numeral_distance_init_sse41(out);
    if (cpu < NUMERAL_CPU_AVX2) {
        return;
    }
    numeral_distance_init_avx2(out);
    if (cpu < NUMERAL_CPU_AVX512) {
        return;
    }
    numeral_distance_init_avx512(out);
#elif defined(__aarch64__)
    if (cpu == NUMERAL_CPU_NEON) {
        numeral_distance_init_neon(out);
    }
#elif defined(__wasm__)
    if (cpu == NUMERAL_CPU_WASM) {
        numeral_distance_init_wasm(out);
    }
#endif
}

static void fill_active(void)
{
    numeral_distance_kernels_fill(numeral_cpu_active(), &active);
}

const numeral_distance_kernels *numeral_distance_kernels_get(void)
{
    pthread_once(&once, fill_active);
    return &active;
}
