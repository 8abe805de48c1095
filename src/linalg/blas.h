/* BLAS and LAPACK as the fitting stages use them, always on one BLAS thread: the blocks
 * that run in parallel are numeral's own, so that sums keep their order whatever the
 * number of threads. In a build without LAPACK numeral_blas_require fails and the rest is
 * plain C. Matrices are row-major. */
#ifndef NUMERAL_LINALG_BLAS_H
#define NUMERAL_LINALG_BLAS_H

#include <stdbool.h>
#include <stddef.h>

#include <numeral/error.h>

/* NUMERAL_OK, or NUMERAL_ERROR_UNSUPPORTED with a message that begins with `what`. */
numeral_status numeral_blas_require(const char *what, numeral_error *err);

/* out (m × n, rows `stride` apart) = a · bᵀ for a: m × dims and b: n × dims. Only
 * after numeral_blas_require; may be called by many threads at once. */
void numeral_blas_dots(const float *a, size_t m, const float *b, size_t n, size_t dims,
                       float *out, size_t stride);

/* tile += Σ over n_rows of left · rightᵀ, where left is columns [i, i + m) and right is
 * columns [j, j + n) of `rows` (n_rows × dims), into places (i.., j..) of `out` (dims ×
 * dims). As above. */
void numeral_blas_gram_tile(const double *rows, size_t n_rows, size_t dims, size_t i,
                            size_t m, size_t j, size_t n, double *out);

#endif
