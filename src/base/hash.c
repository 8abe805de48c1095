/* XXH3 (Collet 2019): checksums against damage, not against malice. */
#include "base/hash.h"

#include <xxhash.h>

uint64_t numeral_hash64(const void *bytes, size_t n_bytes)
{
    return XXH3_64bits(bytes, n_bytes);
}
