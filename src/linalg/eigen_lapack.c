/* LAPACK's steps: dsyevr (Dhillon & Parlett 2004), dpotrf and dsygst. LAPACK counts
 * columns first; for symmetric matrices that is the same, its lower triangle is our upper
 * one, and its eigenvectors, columns there, are our rows. */
#include <cblas.h>
#include <lapacke.h>
#include <string.h>

#include "base/fail.h"
#include "base/late.h"
#include "base/memory.h"
#include "linalg/blas.h"
#include "linalg/eigen_steps.h"

#ifdef NUMERAL_LATE
#include "base/late/late_lapack.h"
#endif

numeral_status numeral_eigen_begin(numeral_error *err)
{
    numeral_status status = NUMERAL_LATE_LOAD(err);
    return status == NUMERAL_OK ? numeral_blas_begin(err) : status;
}

/* One block of memory for its doubles, one for its integers. */
numeral_status numeral_eigen_solve(double *matrix, size_t n, size_t count, double *values,
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

bool numeral_eigen_factor(double *metric, size_t n)
{
    lapack_int size = (lapack_int)n;
    return LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', size, metric, size) == 0;
}

void numeral_eigen_reduce(double *matrix, const double *factor, size_t n)
{
    lapack_int size = (lapack_int)n;
    LAPACKE_dsygst_work(LAPACK_COL_MAJOR, 1, 'L', size, matrix, size, factor, size);
}

void numeral_eigen_restore(const double *factor, size_t n, double *vectors, size_t count)
{
    cblas_dtrsm(CblasColMajor, CblasLeft, CblasLower, CblasTrans, CblasNonUnit,
                (blasint)n, (blasint)count, 1, factor, (blasint)n, vectors, (blasint)n);
}
