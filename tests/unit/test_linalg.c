/* Products and eigenvectors against their definitions. Built twice: with what the build
 * fits by, LAPACK where it is there, and with our own. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "unit/check.h"

#include "base/random.h"
#include "linalg/blas.h"
#include "linalg/covariance.h"
#include "linalg/eigen.h"

enum { LARGEST = 150 };

static double *draw(size_t n, uint64_t seed)
{
    double *values = malloc(n * sizeof *values);
    numeral_random random = numeral_random_seed(7, seed);
    for (size_t i = 0; i < n; i++) {
        values[i] = 2 * numeral_random_unit(&random) - 1;
    }
    return values;
}

static void dots_are_sums(void **state)
{
    (void)state;
    static const size_t sizes[][3] = {{1, 1, 1},     {4, 8, 32},   {5, 9, 33},
                                      {64, 100, 70}, {63, 17, 31}, {112, 3, 400},
                                      {1, 40, 64},   {7, 1, 5}};
    assert_int_equal(numeral_blas_begin(NULL), NUMERAL_OK);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t m = sizes[s][0], n = sizes[s][1], dims = sizes[s][2], stride = n + 3;
        double *values = draw((m + n) * dims, s);
        float *a = malloc(m * dims * sizeof *a), *b = malloc(n * dims * sizeof *b);
        float *out = malloc(m * stride * sizeof *out);
        for (size_t i = 0; i < m * dims; i++) {
            a[i] = (float)values[i];
        }
        for (size_t i = 0; i < n * dims; i++) {
            b[i] = (float)values[m * dims + i];
        }
        for (size_t i = 0; i < m * stride; i++) {
            out[i] = 99;
        }
        numeral_blas_dots(a, m, b, n, dims, out, stride);
        for (size_t i = 0; i < m; i++) {
            for (size_t j = 0; j < stride; j++) {
                double sum = j < n ? 0 : 99;
                for (size_t d = 0; d < dims && j < n; d++) {
                    sum += (double)a[i * dims + d] * (double)b[j * dims + d];
                }
                assert_true(fabs(out[i * stride + j] - sum) < 1e-5 * (double)dims);
            }
        }
        free(values);
        free(a);
        free(b);
        free(out);
    }
}

/* Twice the same rows, which add up, for any number of threads the same bytes. */
static void gram_is_a_sum_of_products(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{1, 1},    {3, 5},    {100, 111}, {33, 112},
                                      {64, 113}, {50, 230}, {700, 9}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s][0], dims = sizes[s][1];
        double *rows = draw(n * dims, s), *out = calloc(dims * dims, sizeof *out);
        double *again = calloc(dims * dims, sizeof *again);
        for (int pass = 0; pass < 2; pass++) {
            assert_int_equal(numeral_blas_begin(NULL), NUMERAL_OK);
            numeral_gram_add(rows, n, dims, 1, out);
            numeral_gram_add(rows, n, dims, 3, again);
        }
        numeral_mirror(out, dims, 0.5);
        numeral_mirror(again, dims, 0.5);
        assert_memory_equal(out, again, dims * dims * sizeof *out);
        for (size_t i = 0; i < dims; i++) {
            for (size_t j = 0; j < dims; j++) {
                double sum = 0;
                for (size_t r = 0; r < n; r++) {
                    sum += rows[r * dims + i] * rows[r * dims + j];
                }
                assert_true(fabs(out[i * dims + j] - sum) < 1e-12 * (double)n);
            }
        }
        free(rows);
        free(out);
        free(again);
    }
}

static double product(const double *a, const double *matrix, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            sum += a[i] * (matrix ? matrix[i * n + j] : (double)(i == j)) * b[j];
        }
    }
    return sum;
}

/* matrix·u = e·metric·u, u'·metric·u = 1 and 0 for two of them (metric NULL: identity),
 * values descending, the largest entry positive. */
static void check_vectors(const double *matrix, const double *metric, size_t n,
                          size_t count, const double *values, const double *vectors)
{
    for (size_t k = 0; k < count; k++) {
        const double *u = vectors + k * n;
        double largest = 0;
        assert_true(k == 0 || values[k] <= values[k - 1]);
        for (size_t i = 0; i < n; i++) {
            double left = 0, right = 0;
            for (size_t j = 0; j < n; j++) {
                left += matrix[i * n + j] * u[j];
                right += (metric ? metric[i * n + j] : (double)(i == j)) * u[j];
            }
            assert_true(fabs(left - values[k] * right) < 1e-9 * (double)n);
            largest = fabs(u[i]) > fabs(largest) ? u[i] : largest;
        }
        assert_true(largest > 0);
        for (size_t l = 0; l <= k; l++) {
            double one = product(u, metric, vectors + l * n, n);
            assert_true(fabs(one - (double)(k == l)) < 1e-10);
        }
    }
}

/* Σ of outer products of rows, which has rank `n_rows` at most, plus ridge·I. */
static double *make_matrix(size_t n, size_t n_rows, double ridge, uint64_t seed)
{
    double *rows = draw(n_rows * n, seed), *matrix = calloc(n * n, sizeof *matrix);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            for (size_t r = 0; r < n_rows; r++) {
                matrix[i * n + j] += rows[r * n + i] * rows[r * n + j];
            }
        }
        matrix[i * n + i] += ridge;
    }
    free(rows);
    return matrix;
}

static void check_problem(size_t n, size_t n_rows, size_t count, bool general)
{
    double *matrix = make_matrix(n, n_rows, 0, n), *kept = make_matrix(n, n_rows, 0, n);
    double *metric = make_matrix(n, n, 0.5, n + 1), *kept_metric = NULL;
    double values[LARGEST], *vectors = malloc(count * n * sizeof *vectors);
    numeral_error err;
    if (general) {
        kept_metric = make_matrix(n, n, 0.5, n + 1);
        CHECK_OK(
            numeral_eigen_top_general(matrix, metric, n, count, values, vectors, &err),
            err);
    } else {
        CHECK_OK(numeral_eigen_top(matrix, n, count, values, vectors, &err), err);
    }
    check_vectors(kept, kept_metric, n, count, values, vectors);
    free(matrix);
    free(kept);
    free(metric);
    free(kept_metric);
    free(vectors);
}

static void vectors_solve_the_problem(void **state)
{
    (void)state;
    for (int general = 0; general < 2; general++) {
        check_problem(1, 1, 1, general);
        check_problem(2, 2, 1, general);
        check_problem(10, 40, 10, general);
        check_problem(10, 3, 7, general); /* values of 0, seven times */
        check_problem(60, 100, 9, general);
        check_problem(LARGEST, 400, 64, general);
    }
}

static void what_is_known_by_hand(void **state)
{
    (void)state;
    /* Values 3 and 1 of [2 1; 1 2], twice, and vectors along (1, 1) and (1, -1). */
    double matrix[16] = {2, 1, 0, 0, 1, 2, 0, 0, 0, 0, 2, 1, 0, 0, 1, 2};
    double copy[16], values[4], vectors[16];
    numeral_error err;
    memcpy(copy, matrix, sizeof copy);
    CHECK_OK(numeral_eigen_top(copy, 4, 4, values, vectors, &err), err);
    check_vectors(matrix, NULL, 4, 4, values, vectors);
    for (size_t i = 0; i < 4; i++) {
        assert_true(fabs(values[i] - (i < 2 ? 3 : 1)) < 1e-14);
    }
    double zero[9] = {0};
    CHECK_OK(numeral_eigen_top(zero, 3, 2, values, vectors, &err), err);
    assert_true(values[0] == 0 && values[1] == 0);
}

static void a_flat_metric_is_refused(void **state)
{
    (void)state;
    double *matrix = make_matrix(8, 8, 0, 1), *flat = make_matrix(8, 5, 0, 2);
    double values[8], vectors[64];
    numeral_error err;
    CHECK_FAILS(numeral_eigen_top_general(matrix, flat, 8, 2, values, vectors, &err),
                NUMERAL_ERROR_ARGUMENT, err, "a 8 x 8 matrix is not positive definite");
    free(matrix);
    free(flat);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dots_are_sums),
        cmocka_unit_test(gram_is_a_sum_of_products),
        cmocka_unit_test(vectors_solve_the_problem),
        cmocka_unit_test(what_is_known_by_hand),
        cmocka_unit_test(a_flat_metric_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
