/* Rows of small integers: as callers give them, and as indexes store them.
 *
 * A given row (numeral_rows) lies anywhere, at any stride. A stored row starts on a
 * multiple of its values' size, has 128 added to i8 values (they are u8 then; differences
 * stay what they were) and zeros behind its last value up to its `bytes`, so that kernels
 * need no tails. */
#ifndef NUMERAL_INDEX_ROWS_H
#define NUMERAL_INDEX_ROWS_H

#include <numeral/index.h>

#include "base/memory.h"
#include "base/tensors.h"
#include "kernel/distance.h"
#include "kernel/exact_kernel.h"
#include "metric/metric.h"

enum { NUMERAL_I8_SHIFT = 128 };

static inline size_t numeral_dtype_bytes(numeral_dtype dtype)
{
    return dtype == NUMERAL_I16   ? 2
           : dtype == NUMERAL_F32 ? 4
           : dtype == NUMERAL_F64 ? 8
                                  : 1;
}

/* Rows of floats are stored by an index of their own kind (index/floats/). */
static inline bool numeral_dtype_is_real(numeral_dtype dtype)
{
    return dtype == NUMERAL_F32 || dtype == NUMERAL_F64;
}

/* Checks what numeral/index.h asks of rows: sizes, strides and, for i16, that -32768 does
 * not occur. `what` opens the error sentence. */
numeral_status numeral_rows_check(const numeral_rows *rows, const char *what,
                                  numeral_error *err);

static inline const void *numeral_rows_at(const numeral_rows *rows, size_t row)
{
    return (const uint8_t *)rows->data + row * rows->stride;
}

/* Bytes of a stored row: whole lines of 64, which is what kernels read at a time. */
static inline size_t numeral_row_bytes(numeral_dtype dtype, size_t n_dims)
{
    return numeral_round_up(n_dims * numeral_dtype_bytes(dtype), 64);
}

/* Which tensor holds stored rows. */
static inline numeral_tensor_type numeral_row_tensor(numeral_dtype dtype)
{
    return dtype == NUMERAL_I16 ? NUMERAL_TENSOR_I16 : NUMERAL_TENSOR_U8;
}

/* A given row as a stored one of `bytes` bytes; and a stored row as it was given. */
void numeral_row_store(numeral_dtype dtype, const void *given, size_t n_dims,
                       size_t bytes, void *out);
void numeral_row_restore(numeral_dtype dtype, const void *stored, size_t n_dims,
                         void *out);

/* The value of a dimension as stored. */
static inline int numeral_row_value(numeral_dtype dtype, const void *stored, size_t dim)
{
    return dtype == NUMERAL_I16 ? ((const int16_t *)stored)[dim]
                                : ((const uint8_t *)stored)[dim];
}

/* The values as they were given, in float64. */
void numeral_row_reals(numeral_dtype dtype, const void *stored, size_t n_dims,
                       double *out);

/* Sums over a row as stored. Below 2^32 for 8 bits, 2^42 for 16. */
typedef struct numeral_row_sums {
    int64_t sum, squares; /* Σx, Σx² */
} numeral_row_sums;

numeral_row_sums numeral_row_sum(numeral_dtype dtype, const void *stored, size_t n_dims);
/* √Σx² of the values as they were given; Σx² is exact. */
double numeral_row_length(numeral_dtype dtype, size_t n_dims, numeral_row_sums sums);

/* Whether a row of `bytes` bytes read from a file is a stored one. */
bool numeral_row_is_stored(numeral_dtype dtype, const void *row, size_t n_dims,
                           size_t bytes);

/* Σ(a-b)² of two stored rows, exact in float64. */
static inline double numeral_row_l2(const numeral_exact_kernels *kernels,
                                    numeral_dtype dtype, const void *a, const void *b,
                                    size_t bytes)
{
    return dtype == NUMERAL_I16 ? (double)kernels->l2_i16(a, b, bytes / 2)
                                : kernels->l2_u8(a, b, bytes);
}

/* The distances by l1, linf or hamming from a stored row to n others. */
void numeral_row_count(const numeral_distance_kernels *kernels,
                       numeral_metric_family family, numeral_dtype dtype,
                       const void *query, const void *rows, size_t bytes, size_t n,
                       size_t n_dims, uint32_t *out);

#endif
