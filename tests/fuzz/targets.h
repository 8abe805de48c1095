/* Everything that takes bytes from elsewhere, as one function each: any bytes give a
 * result or a sentence. Under clang each is a libFuzzer program (entry.c); everywhere one
 * program replays the corpus through all of them (replay.c). */
#ifndef TESTS_FUZZ_TARGETS_H
#define TESTS_FUZZ_TARGETS_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

typedef void fuzz_target(const uint8_t *bytes, size_t n_bytes);

/* In the order of tests/fuzz/run. */
/* clang-format off */
#define FUZZ_TARGETS(X) \
    X(idx) X(npy) X(csv) X(pnm) X(recipe) X(data_text) X(npz) X(gzip) X(png) X(jpeg) X(tiff) \
    X(others) X(folder) X(model_bytes) X(model) X(form) X(arguments) X(framing) X(page) \
    X(dynamic) X(taught) X(request)
/* clang-format on */

#define FUZZ_DECLARE(name) fuzz_target fuzz_##name;
FUZZ_TARGETS(FUZZ_DECLARE)

/* A number from the front of the bytes; 0 where there are none left. */
static inline unsigned fuzz_take(const uint8_t **bytes, size_t *n_bytes)
{
    if (*n_bytes == 0) {
        return 0;
    }
    --*n_bytes;
    return *(*bytes)++;
}

#endif
