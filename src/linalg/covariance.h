/* Second moments of rows, summed in a fixed order for any number of threads. */
#ifndef NUMERAL_LINALG_COVARIANCE_H
#define NUMERAL_LINALG_COVARIANCE_H

#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>

/* Adds rowsᵀ·rows to the lower triangle of `out` (dims × dims); what stands above the
 * diagonal is undefined until numeral_mirror. O(n·dims²). Behind numeral_blas_begin. */
void numeral_gram_add(const double *rows, size_t n_rows, size_t dims, int threads,
                      double *out);

/* Copies the lower triangle, times `scale`, over the upper one, and scales it itself. */
void numeral_mirror(double *matrix, size_t dims, double scale);

/* The mean of n > 0 rows. */
void numeral_mean(const double *rows, size_t n, size_t dims, double *mean);

/* The second moments (dims × dims, both triangles, divided by n) of n > 0 rows about
 * `centres`: row i is taken less row classes[i] of `centres`, or less its only row where
 * `classes` is NULL. NUMERAL_ERROR_MEMORY. */
numeral_status numeral_covariance(const double *rows, size_t n, size_t dims,
                                  const double *centres, const uint16_t *classes,
                                  int threads, double *out, numeral_error *err);

#endif
