/* The general problem A·u = e·B·u becomes a plain one by Cholesky's factor of B = U'U:
 * with y = U·u it is U'⁻¹·A·U⁻¹·y = e·y (Martin & Wilkinson 1968). */
#include "linalg/eigen.h"

#include <math.h>

#include "base/fail.h"
#include "linalg/eigen_steps.h"

/* A pivot below this share of the largest diagonal entry is rounding error, and what
 * follows from it noise. */
static const double LEAST_PIVOT = 1e-14;

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

static void swap(double *a, double *b)
{
    double kept = *a;
    *a = *b;
    *b = kept;
}

/* Ascending becomes descending, and each sign its own. */
static void finish(double *values, double *vectors, size_t n, size_t count)
{
    for (size_t i = 0, j = count - 1; i < j; i++, j--) {
        swap(&values[i], &values[j]);
        for (size_t k = 0; k < n; k++) {
            swap(&vectors[i * n + k], &vectors[j * n + k]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        fix_sign(vectors + i * n, n);
    }
}

numeral_status numeral_eigen_top(double *matrix, size_t n, size_t count, double *values,
                                 double *vectors, numeral_error *err)
{
    numeral_status status = numeral_eigen_begin(err);
    if (status == NUMERAL_OK) {
        status = numeral_eigen_solve(matrix, n, count, values, vectors, err);
    }
    if (status == NUMERAL_OK) {
        finish(values, vectors, n, count);
    }
    return status;
}

static bool factorise(double *metric, size_t n)
{
    double largest = 0;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, metric[i * n + i]);
    }
    if (!numeral_eigen_factor(metric, n)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        double pivot = metric[i * n + i];
        if (!(pivot * pivot > LEAST_PIVOT * largest)) {
            return false;
        }
    }
    return true;
}

numeral_status numeral_eigen_top_general(double *matrix, double *metric, size_t n,
                                         size_t count, double *values, double *vectors,
                                         numeral_error *err)
{
    numeral_status status = numeral_eigen_begin(err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (!factorise(metric, n)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "a %zu x %zu matrix is not positive definite: the rows vary "
                            "in too few directions",
                            n, n);
    }
    numeral_eigen_reduce(matrix, metric, n);
    status = numeral_eigen_solve(matrix, n, count, values, vectors, err);
    if (status == NUMERAL_OK) {
        numeral_eigen_restore(metric, n, vectors, count);
        finish(values, vectors, n, count);
    }
    return status;
}
