/* One array of NumPy's file format, alone (NPY) or in a ZIP (NPZ). */
#ifndef NUMERAL_DATA_NPY_H
#define NUMERAL_DATA_NPY_H

#include <numeral/dataset.h>

#include "base/memory.h"
#include "data/array.h"
#include "data/format.h"

enum { NUMERAL_NPY_MAX_RANK = 4, NUMERAL_NPY_MAX_TEXT = 255 };

typedef struct numeral_npy {
    numeral_array values; /* borrowed from the bytes */
    size_t rank;
    size_t shape[NUMERAL_NPY_MAX_RANK];
    bool fortran; /* the first axis runs fastest */
} numeral_npy;

/* Parses the header and checks it against the size. */
numeral_status numeral_npy_parse(const uint8_t *bytes, size_t n_bytes, const char *name,
                                 numeral_npy *out, numeral_error *err);
/* The same for texts alone: values.size bytes each, padded with zeros (kind 'S'). */
numeral_status numeral_npy_parse_texts(const uint8_t *bytes, size_t n_bytes,
                                       const char *name, numeral_npy *out,
                                       numeral_error *err);
/* The images an array holds: n × d (square d: images), n × h × w, or n × h × w × 1. */
numeral_status numeral_npy_shape(const numeral_npy *npy, const char *name, size_t *n,
                                 size_t *height, size_t *width, numeral_error *err);
/* Writes the array's pixels in C order; counts rescaled values. */
numeral_status numeral_npy_pixels(const numeral_npy *npy, const numeral_survey *survey,
                                  uint8_t *out, uint64_t *rescaled, numeral_error *err);
/* The array as labels (n, or n × 1) in new memory. */
numeral_status numeral_npy_labels(const numeral_npy *npy, const char *name,
                                  uint8_t **labels, size_t *n_labels, numeral_error *err);
/* Appends an NPY header for values of this type ("|u1", "<i8" ...) and shape. */
numeral_status numeral_npy_print_head(const char *descr, size_t rank, const size_t *shape,
                                      numeral_buffer *out, numeral_error *err);

#endif
