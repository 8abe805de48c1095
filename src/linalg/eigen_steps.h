/* The steps of an eigenvalue problem: by LAPACK where there is one (eigen_lapack.c), else
 * our own (eigen_own.c). */
#ifndef NUMERAL_LINALG_EIGEN_STEPS_H
#define NUMERAL_LINALG_EIGEN_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#include <numeral/error.h>

/* Before the others: loads what they need. */
numeral_status numeral_eigen_begin(numeral_error *err);
/* As numeral_eigen_top, but ascending and with any sign. */
numeral_status numeral_eigen_solve(double *matrix, size_t n, size_t count, double *values,
                                   double *vectors, numeral_error *err);

/* U with U'U = `metric`, in its upper triangle; false where there is none. */
bool numeral_eigen_factor(double *metric, size_t n);
/* U'⁻¹·matrix·U⁻¹, in its place, for such a `factor`. */
void numeral_eigen_reduce(double *matrix, const double *factor, size_t n);
/* U⁻¹·y for each of the `count` rows y of `vectors`, in their place. */
void numeral_eigen_restore(const double *factor, size_t n, double *vectors, size_t count);

#endif
