/* The matrix products that fitting spends its time on: by BLAS where there is one
 * (blas_lapack.c), else our own (blas_own.c). BLAS runs on one thread: the blocks that
 * run in parallel are numeral's, so that sums keep their order whatever the number of
 * threads. Matrices are row-major. */
#ifndef NUMERAL_LINALG_BLAS_H
#define NUMERAL_LINALG_BLAS_H

#include <stddef.h>

#include <numeral/error.h>

/* Before the calls below, by one thread. NUMERAL_ERROR_UNSUPPORTED, _MEMORY where BLAS
 * cannot be loaded. */
numeral_status numeral_blas_begin(numeral_error *err);

/* out (m × n, rows `stride` apart) = a · bᵀ for a: m × dims and b: n × dims. May be
 * called by many threads at once. */
void numeral_blas_dots(const float *a, size_t m, const float *b, size_t n, size_t dims,
                       float *out, size_t stride);

/* tile += Σ over n_rows of left · rightᵀ, where left is columns [i, i + m) and right is
 * columns [j, j + n) of `rows` (n_rows × dims), into places (i.., j..) of `out` (dims ×
 * dims). As above. */
void numeral_blas_gram_tile(const double *rows, size_t n_rows, size_t dims, size_t i,
                            size_t m, size_t j, size_t n, double *out);

#endif
