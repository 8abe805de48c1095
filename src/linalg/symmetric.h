/* Eigenvectors of small symmetric matrices and orthonormal bases, without LAPACK. */
#ifndef NUMERAL_LINALG_SYMMETRIC_H
#define NUMERAL_LINALG_SYMMETRIC_H

#include <stdbool.h>
#include <stddef.h>

/* Eigenvalues, ascending, into `values` (n); unit eigenvector j into row j of `matrix`
 * (n × n, symmetric on entry). `scratch` holds n values. False when 60
 * iterations do not suffice for one of them (then nothing is promised). O(n³). */
bool numeral_symmetric_eigen(double *matrix, size_t n, double *values, double *scratch);

/* Makes the n rows of `vectors` (n × dims) orthonormal in order (Gram & Schmidt,
 * modified, twice); a row that depends on those before it becomes zero. */
void numeral_orthonormalise(double *vectors, size_t n, size_t dims);

#endif
