/* A small Cholesky decomposition in a fixed order, for systems solved per digit. */
#ifndef NUMERAL_LINALG_CHOLESKY_H
#define NUMERAL_LINALG_CHOLESKY_H

#include <stdbool.h>
#include <stddef.h>

/* Factors the symmetric n × n matrix A = U'U in place: `a` is row-major and only its
 * upper triangle is read; afterwards it holds U. False where A is not positive definite
 * (a pivot that is not above 0); `a` is then of no use. O(n³/3). */
bool numeral_cholesky_factor(double *a, size_t n);
/* Solves U'U·x = b for a factored `u`; x replaces b. O(n²). */
void numeral_cholesky_solve(const double *u, size_t n, double *b);

#endif
