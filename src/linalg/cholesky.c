/* Cholesky by outer products: row k of U is finished, then its multiples are taken off
 * the rows below. Each element sees its subtractions in the order of k, however wide the
 * vectors are, and no sum is reordered, so that every machine gives the same bits. */
#include "linalg/cholesky.h"

#include <math.h>

bool numeral_cholesky_factor(double *a, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        double *pivot_row = a + k * n;
        if (!(pivot_row[k] > 0)) {
            return false;
        }
        double pivot = sqrt(pivot_row[k]);
        pivot_row[k] = pivot;
        for (size_t j = k + 1; j < n; j++) {
            pivot_row[j] /= pivot;
        }
        for (size_t i = k + 1; i < n; i++) {
            double *row = a + i * n, factor = pivot_row[i];
            for (size_t j = i; j < n; j++) {
                row[j] -= factor * pivot_row[j];
            }
        }
    }
    return true;
}

void numeral_cholesky_solve(const double *u, size_t n, double *b)
{
    for (size_t k = 0; k < n; k++) {
        b[k] /= u[k * n + k];
        for (size_t j = k + 1; j < n; j++) {
            b[j] -= u[k * n + j] * b[k];
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++) {
            b[k] -= u[k * n + j] * b[j];
        }
        b[k] /= u[k * n + k];
    }
}
