/* LAPACK's dsyevr (Dhillon & Parlett 2004), after reducing the general problem by a
 * Cholesky factor of the metric. LAPACK counts columns first; for symmetric matrices that
 * is the same, and its eigenvectors, columns there, are our rows. */
#include "linalg/eigen.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "linalg/blas.h"
#include "numeral_config.h"

#ifdef NUMERAL_HAVE_LAPACK

#include <cblas.h>
#include <lapacke.h>

static void fix_sign(double *vector, size_t n)
{
    size_t largest = 0;
    for (size_t i = 1; i < n; i++) {
        if (fabs(vector[i]) > fabs(vector[largest])) {
            largest = i;
        }
    }
    if (vector[largest] < 0) {
        for (size_t i = 0; i < n; i++) {
            vector[i] = -vector[i];
        }
    }
}

/* dsyevr with our own memory: one block for its doubles, one for its integers. Values
 * and vectors come in ascending order. */
static numeral_status solve(double *matrix, size_t n, size_t count, double *values,
                            double *vectors, numeral_error *err)
{
    size_t n_work = 64 * n, n_integers = 16 * n; /* at least 26n and 10n are needed */
    double *work = numeral_allocate(n_work + n, sizeof *work, err);
    lapack_int *integers = numeral_allocate(n_integers + 2 * n, sizeof *integers, err);
    lapack_int size = (lapack_int)n, found = 0, info = -1;
    if (work && integers) {
        info =
            LAPACKE_dsyevr_work(LAPACK_COL_MAJOR, 'V', 'I', 'L', size, matrix, size, 0, 0,
                                size - (lapack_int)count + 1, size, 0, &found,
                                work + n_work, vectors, size, integers + n_integers, work,
                                (lapack_int)n_work, integers, (lapack_int)n_integers);
    }
    if (info == 0) {
        memcpy(values, work + n_work, count * sizeof *values);
    }
    bool failed = info != 0 || (size_t)found != count;
    numeral_status status = !work || !integers ? NUMERAL_ERROR_MEMORY : NUMERAL_OK;
    if (status == NUMERAL_OK && failed) {
        status = numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                              "eigenvectors of a %zu x %zu matrix were not found", n, n);
    }
    numeral_release(work);
    numeral_release(integers);
    return status;
}

static void reverse(double *values, double *vectors, size_t n, size_t count)
{
    for (size_t i = 0, j = count - 1; i < j; i++, j--) {
        double value = values[i];
        values[i] = values[j];
        values[j] = value;
        cblas_dswap((blasint)n, vectors + i * n, 1, vectors + j * n, 1);
    }
}

static void finish(double *values, double *vectors, size_t n, size_t count)
{
    reverse(values, vectors, n, count);
    for (size_t i = 0; i < count; i++) {
        fix_sign(vectors + i * n, n);
    }
}

numeral_status numeral_eigen_top(double *matrix, size_t n, size_t count, double *values,
                                 double *vectors, numeral_error *err)
{
    numeral_blas_require("eigenvectors", err);
    numeral_status status = solve(matrix, n, count, values, vectors, err);
    if (status == NUMERAL_OK) {
        finish(values, vectors, n, count);
    }
    return status;
}

/* Cholesky's factor; false where a pivot is within rounding error of zero, so that what
 * follows would be noise. */
static bool factorise(double *metric, size_t n)
{
    double largest = 0;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, metric[i * n + i]);
    }
    lapack_int size = (lapack_int)n;
    if (LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', size, metric, size) != 0) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!(metric[i * n + i] * metric[i * n + i] > 1e-14 * largest)) {
            return false;
        }
    }
    return true;
}

numeral_status numeral_eigen_top_general(double *matrix, double *metric, size_t n,
                                         size_t count, double *values, double *vectors,
                                         numeral_error *err)
{
    numeral_blas_require("eigenvectors", err);
    lapack_int size = (lapack_int)n, info = -1;
    if (factorise(metric, n)) {
        info = LAPACKE_dsygst_work(LAPACK_COL_MAJOR, 1, 'L', size, matrix, size, metric,
                                   size);
    }
    if (info != 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "a %zu x %zu matrix is not positive definite: the rows vary "
                            "in too few directions",
                            n, n);
    }
    numeral_status status = solve(matrix, n, count, values, vectors, err);
    if (status == NUMERAL_OK) {
        cblas_dtrsm(CblasColMajor, CblasLeft, CblasLower, CblasTrans, CblasNonUnit, size,
                    (blasint)count, 1, metric, size, vectors, size);
        finish(values, vectors, n, count);
    }
    return status;
}

#else

numeral_status numeral_eigen_top(double *matrix, size_t n, size_t count, double *values,
                                 double *vectors, numeral_error *err)
{
    (void)matrix, (void)n, (void)count, (void)values, (void)vectors;
    return numeral_blas_require("eigenvectors", err);
}

numeral_status numeral_eigen_top_general(double *matrix, double *metric, size_t n,
                                         size_t count, double *values, double *vectors,
                                         numeral_error *err)
{
    (void)metric;
    return numeral_eigen_top(matrix, n, count, values, vectors, err);
}

#endif
