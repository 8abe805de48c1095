/* The steps without LAPACK: QL on all eigenvectors, of which the largest are kept, and
 * substitution row by row. Only + - * / sqrt in a fixed order, so that every machine fits
 * the same. LAPACK's fits differ in the last bits, and nda's by more: where two
 * neighbours are equally far to float's precision, another one counts. */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "linalg/cholesky.h"
#include "linalg/eigen_steps.h"
#include "linalg/symmetric.h"

numeral_status numeral_eigen_begin(numeral_error *err)
{
    (void)err;
    return NUMERAL_OK;
}

numeral_status numeral_eigen_solve(double *matrix, size_t n, size_t count, double *values,
                                   double *vectors, numeral_error *err)
{
    double *all = numeral_allocate(2 * n, sizeof *all, err);
    if (!all) {
        return NUMERAL_ERROR_MEMORY;
    }
    bool found = numeral_symmetric_eigen(matrix, n, all, all + n);
    for (size_t i = 0; i < count; i++) {
        values[i] = all[n - count + i];
    }
    memcpy(vectors, matrix + (n - count) * n, count * n * sizeof *vectors);
    numeral_release(all);
    return found
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                              "eigenvectors of a %zu x %zu matrix were not found", n, n);
}

bool numeral_eigen_factor(double *metric, size_t n)
{
    return numeral_cholesky_factor(metric, n);
}

/* matrix = U'⁻¹·matrix: row k is finished, then its multiples are taken off those below.
 */
static void substitute(double *matrix, const double *factor, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        const double *u = factor + k * n;
        double *finished = matrix + k * n;
        for (size_t j = 0; j < n; j++) {
            finished[j] /= u[k];
        }
        for (size_t i = k + 1; i < n; i++) {
            double *row = matrix + i * n;
            for (size_t j = 0; j < n; j++) {
                row[j] -= u[i] * finished[j];
            }
        }
    }
}

static void transpose(double *matrix, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            double value = matrix[i * n + j];
            matrix[i * n + j] = matrix[j * n + i];
            matrix[j * n + i] = value;
        }
    }
}

void numeral_eigen_reduce(double *matrix, const double *factor, size_t n)
{
    substitute(matrix, factor, n);
    transpose(matrix, n);
    substitute(matrix, factor, n);
    /* symmetric but for rounding, which must not reach the solver */
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            matrix[j * n + i] = matrix[i * n + j];
        }
    }
}

void numeral_eigen_restore(const double *factor, size_t n, double *vectors, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double *y = vectors + i * n;
        for (size_t k = n; k-- > 0;) {
            for (size_t j = k + 1; j < n; j++) {
                y[k] -= factor[k * n + j] * y[j];
            }
            y[k] /= factor[k * n + k];
        }
    }
}
