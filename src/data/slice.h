/* Slices of rows, in NumPy's manner. */
#ifndef NUMERAL_DATA_SLICE_H
#define NUMERAL_DATA_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>

typedef struct numeral_slice {
    bool has_start, has_stop, single; /* single: [i], one row that must exist */
    int64_t start, stop, step;
} numeral_slice;

/* Where a final `[...]` or `@a..b` begins in `text`, or NULL where there is none. */
const char *numeral_slice_find(const char *text);

/* Parses what numeral_slice_find found. NUMERAL_ERROR_ARGUMENT with a message about
 * `whole`. */
numeral_status numeral_slice_parse(const char *text, const char *whole,
                                   numeral_slice *out, numeral_error *err);

/* The rows of `n` that the slice takes: *first, then by `step`, *count of them. False
 * where a single row does not exist. */
bool numeral_slice_apply(const numeral_slice *slice, size_t n, size_t *first,
                         size_t *count);

#endif
