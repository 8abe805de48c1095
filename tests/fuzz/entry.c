/* libFuzzer's door to one target, FUZZ_TARGET. */
#include "tests/fuzz/targets.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    FUZZ_TARGET(bytes, n_bytes);
    return 0;
}
