/* Writing NumPy's NPZ: arrays in a ZIP. */
#ifndef NUMERAL_DATA_NPZ_H
#define NUMERAL_DATA_NPZ_H

#include <stddef.h>

#include <numeral/error.h>

/* One array in C order, borrowed. */
typedef struct numeral_npz_array {
    const char *name;  /* without .npy */
    const char *descr; /* NumPy's type, e.g. "|u1", "<i8", "<f8" */
    size_t item_bytes;
    size_t rank; /* 1 to 3 */
    size_t shape[3];
    const void *data;
} numeral_npz_array;

/* Writes the arrays, whole or not at all. NUMERAL_ERROR_UNSUPPORTED without libzip. */
numeral_status numeral_npz_save(const char *path, const numeral_npz_array *arrays,
                                size_t n_arrays, numeral_error *err);

#endif
