/* The .safetensors container: an 8-byte little-endian header length, a JSON header
 * (names, dtypes, shapes, offsets, `__metadata__` of strings), then the tensors,
 * contiguous, each of ours starting on 64 bytes
 * (https://github.com/huggingface/safetensors). */
#ifndef NUMERAL_MODEL_SAFETENSORS_H
#define NUMERAL_MODEL_SAFETENSORS_H

#include "base/tensors.h"

enum { NUMERAL_MAX_METADATA = 64 };

/* Metadata: keys are short and static or owned by `text`. */
typedef struct numeral_metadata {
    size_t n_items;
    struct {
        char *key, *value; /* owned */
    } items[NUMERAL_MAX_METADATA];
} numeral_metadata;

numeral_status numeral_metadata_add(numeral_metadata *metadata, const char *key,
                                    const char *value, numeral_error *err);
/* NULL where there is none. */
const char *numeral_metadata_find(const numeral_metadata *metadata, const char *key);
void numeral_metadata_free(numeral_metadata *metadata);

/* Writes the file atomically; adds the XXH3-64 of every tensor to its metadata. */
numeral_status numeral_safetensors_write(const char *path,
                                         const numeral_metadata *metadata,
                                         const numeral_tensors *tensors,
                                         numeral_error *err);

/* Reads a header and points `tensors` into `bytes` (which start on 64 bytes and outlive
 * them). Every length is checked against `n_bytes` before use, every tensor against its
 * hash. `name` is used in messages. End `metadata` with numeral_metadata_free. */
numeral_status numeral_safetensors_read(const uint8_t *bytes, size_t n_bytes,
                                        const char *name, numeral_metadata *metadata,
                                        numeral_tensors *tensors, numeral_error *err);

#endif
