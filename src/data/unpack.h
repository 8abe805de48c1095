/* The steps between bytes and a data set. */
#ifndef NUMERAL_DATA_UNPACK_H
#define NUMERAL_DATA_UNPACK_H

#include "base/memory.h"
#include "data/format.h"

/* Makes `out` a source of `bytes`, inflated into `memory` (free it after use) where they
 * are gzip. `memory` is empty on failure. */
numeral_status numeral_unpack(const void *bytes, size_t n_bytes, const char *name,
                              const numeral_load *options, numeral_buffer *memory,
                              numeral_source *out, numeral_error *err);

/* numeral_dataset_decode without the check for labels, which may lie elsewhere. */
numeral_status numeral_decode_set(const void *bytes, size_t n_bytes, const char *name,
                                  const numeral_load *options, numeral_dataset *out,
                                  numeral_error *err);
/* Labels alone, into new memory. */
numeral_status numeral_decode_labels(const void *bytes, size_t n_bytes, const char *name,
                                     uint8_t **labels, size_t *n_labels,
                                     numeral_error *err);

#endif
