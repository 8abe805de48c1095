/* XXH3-64 for tensors in model files. */
#ifndef NUMERAL_BASE_HASH_H
#define NUMERAL_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t numeral_hash64(const void *bytes, size_t n_bytes);

#endif
