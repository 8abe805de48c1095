/* One array of NumPy's file format, alone (NPY) or in a ZIP (NPZ). */
#ifndef NUMERAL_DATA_NPY_H
#define NUMERAL_DATA_NPY_H

#include "base/memory.h"
#include "data/array.h"

enum { NUMERAL_NPY_MAX_TEXT = 255 };

/* Parses the header and checks it against the size. */
numeral_status numeral_npy_parse(const uint8_t *bytes, size_t n_bytes, const char *name,
                                 numeral_array *out, numeral_error *err);
/* The same for numbers or texts: `size` bytes each, padded with zeros (kind 'S', or 'U'
 * of UCS-4). */
numeral_status numeral_npy_parse_labels(const uint8_t *bytes, size_t n_bytes,
                                        const char *name, numeral_array *out,
                                        numeral_error *err);
/* The same for texts of bytes alone (kind 'S'). */
numeral_status numeral_npy_parse_texts(const uint8_t *bytes, size_t n_bytes,
                                       const char *name, numeral_array *out,
                                       numeral_error *err);
/* Appends an NPY header for values of this type ("|u1", "<i8" ...) and shape. */
numeral_status numeral_npy_print_head(const char *descr, size_t rank, const size_t *shape,
                                      numeral_buffer *out, numeral_error *err);

#endif
