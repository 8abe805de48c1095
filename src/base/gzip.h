/* gzip (RFC 1952) through zlib, in memory. */
#ifndef NUMERAL_BASE_GZIP_H
#define NUMERAL_BASE_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

/* Whether `bytes` begin with gzip's magic. */
bool numeral_gzip_recognised(const uint8_t *bytes, size_t n_bytes);

/* Inflates every member of `bytes` into `out`, which is empty and whose max_bytes is the
 * ceiling; `name` is used in messages. NUMERAL_ERROR_FORMAT (truncated, damaged),
 * _LIMIT, _MEMORY; `out` is freed on failure. */
numeral_status numeral_gzip_inflate(const uint8_t *bytes, size_t n_bytes,
                                    const char *name, numeral_buffer *out,
                                    numeral_error *err);

/* Deflates `bytes` as one member without a time stamp, so that the same bytes give the
 * same file. `out` is empty; freed on failure. */
numeral_status numeral_gzip_deflate(const uint8_t *bytes, size_t n_bytes,
                                    numeral_buffer *out, numeral_error *err);

/* Bytes that may be gzip, as they are within it. */
typedef struct numeral_unpacked {
    const uint8_t *bytes; /* those given, or in `memory` */
    size_t n_bytes;       /* not 0 */
    uint64_t budget;      /* what decoding them may still take: numeral_memory_budget */
    numeral_buffer memory;
} numeral_unpacked;

/* Fills `out`; end with numeral_buffer_free(&out->memory). Only the first bytes are
 * unpacked where `known` (or NULL) says that nobody reads what begins so. Errors as
 * above, and NUMERAL_ERROR_FORMAT where there are no bytes. */
numeral_status numeral_gzip_unpack(const void *bytes, size_t n_bytes, const char *name,
                                   bool (*known)(const uint8_t *bytes, size_t n_bytes),
                                   numeral_unpacked *out, numeral_error *err);

/* Saves bytes as a file, packed where its path ends in .gz. */
numeral_status numeral_gzip_save(const char *path, const void *bytes, size_t n_bytes,
                                 numeral_error *err);

#endif
