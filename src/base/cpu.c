/* Which instruction sets the processor has, and which one NUMERAL_CPU asks for. */
#include "base/cpu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/runtime.h>
#include <numeral/tools/command.h>

#include "base/fail.h"

static const char *const labels[NUMERAL_CPU_COUNT] = {"ref",    "sse41", "avx2",
                                                      "avx512", "neon",  "wasm"};

#if defined(__wasm__)
/* Its kernels: an engine that does not know the instructions refuses the whole module, so
 * that there is one with and one without. */
extern const char numeral_wasm_simd __attribute__((weak));
#endif

const char *numeral_cpu_label(numeral_cpu cpu)
{
    return labels[cpu];
}

bool numeral_cpu_available(numeral_cpu cpu)
{
    switch (cpu) {
    case NUMERAL_CPU_REF:
        return true;
#if defined(__x86_64__)
    case NUMERAL_CPU_SSE41:
        return __builtin_cpu_supports("sse4.1");
    case NUMERAL_CPU_AVX2:
        return __builtin_cpu_supports("avx2");
    case NUMERAL_CPU_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512vnni");
#elif defined(__aarch64__)
    case NUMERAL_CPU_NEON:
        return true;
#elif defined(__wasm__)
    case NUMERAL_CPU_WASM:
        return &numeral_wasm_simd != NULL;
#endif
    default:
        return false;
    }
}

static numeral_cpu find(const char *name)
{
    int cpu = 0;
    while (cpu < NUMERAL_CPU_COUNT && strcmp(name, labels[cpu]) != 0) {
        cpu++;
    }
    return (numeral_cpu)cpu;
}

static numeral_cpu automatic(void)
{
    static const numeral_cpu preferred[] = {NUMERAL_CPU_WASM, NUMERAL_CPU_NEON,
                                            NUMERAL_CPU_AVX512, NUMERAL_CPU_AVX2,
                                            NUMERAL_CPU_SSE41};
    for (size_t i = 0; i < sizeof preferred / sizeof *preferred; i++) {
        if (numeral_cpu_available(preferred[i])) {
            return preferred[i];
        }
    }
    return NUMERAL_CPU_REF;
}

numeral_cpu numeral_cpu_active(void)
{
    const char *wanted = getenv("NUMERAL_CPU");
    if (wanted && *wanted) {
        numeral_cpu cpu = find(wanted);
        if (cpu != NUMERAL_CPU_COUNT && numeral_cpu_available(cpu)) {
            return cpu;
        }
    }
    return automatic();
}

const char *numeral_cpu_name(void)
{
    return labels[numeral_cpu_active()];
}

numeral_status numeral_cpu_check(numeral_error *err)
{
    const char *wanted = getenv("NUMERAL_CPU");
    if (!wanted || !*wanted) {
        return NUMERAL_OK;
    }
    numeral_cpu cpu = find(wanted);
    if (cpu == NUMERAL_CPU_COUNT) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "NUMERAL_CPU=%s: expected ref, sse41, avx2, avx512 or neon",
                            wanted);
    }
    if (!numeral_cpu_available(cpu)) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "NUMERAL_CPU=%s: this processor does not have it", wanted);
    }
    return NUMERAL_OK;
}
