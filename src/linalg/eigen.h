/* The largest eigenvalues of symmetric matrices and their vectors. Each vector's sign is
 * fixed: its first entry of largest magnitude is positive. */
#ifndef NUMERAL_LINALG_EIGEN_H
#define NUMERAL_LINALG_EIGEN_H

#include <stddef.h>

#include <numeral/error.h>

/* The `count` <= n largest eigenvalues, descending, into `values`, and their unit vectors
 * into the rows of `vectors` (count × n). `matrix` (n × n, symmetric, finite) is
 * overwritten. NUMERAL_ERROR_MEMORY, _ARGUMENT (no convergence). O(n³). */
numeral_status numeral_eigen_top(double *matrix, size_t n, size_t count, double *values,
                                 double *vectors, numeral_error *err);

/* The same for matrix·u = e·metric·u with a positive definite `metric`, also overwritten;
 * uᵀ·metric·u = 1. NUMERAL_ERROR_ARGUMENT when `metric` is not positive definite. */
numeral_status numeral_eigen_top_general(double *matrix, double *metric, size_t n,
                                         size_t count, double *values, double *vectors,
                                         numeral_error *err);

#endif
