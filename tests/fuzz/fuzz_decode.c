/* libFuzzer's door to the readers of data and images. Build with clang:
 *   CC=clang meson setup fuzz -Db_sanitize=address,undefined -Db_lundef=false
 *   clang -fsanitize=fuzzer,address,undefined -Iinclude -I. tests/fuzz/fuzz_decode.c \
 *         fuzz/libnumeral_core.a ... */
#include "tests/fuzz/decode_any.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    decode_any(bytes, n_bytes);
    return 0;
}
