/* Projections against scikit-learn (reference_projections.h) and hand values. */
#include "unit/pattern.h"

#include <string.h>

#include "projection/projection_entries.h"
#include "unit/reference_projections.h"

enum { N_ROWS = 40, N_DIMS = 6 };

static const double query[N_DIMS] = {0.5, -0.25, 2, 0, 3, 1};

static void make_training(double *rows)
{
    make_rows(N_ROWS, N_DIMS, rows);
    for (size_t i = 0; i < N_ROWS; i++) {
        rows[i * N_DIMS + 4] = 0.1;
    }
}

static void standard_is_scikit_learns(void **state)
{
    (void)state;
    double rows[N_ROWS * N_DIMS], out[N_DIMS];
    make_training(rows);
    numeral_fit_rows training = {.n_rows = N_ROWS, .n_dims = N_DIMS, .rows = rows};
    numeral_fitted fitted = {.in_dims = N_DIMS};
    numeral_error err;
    assert_int_equal(numeral_projection_standard.fit(NULL, &training, &fitted, &err), 0);
    assert_int_equal(fitted.out_dims, N_DIMS);
    assert_true(numeral_projection_standard.check(NULL, &fitted));
    numeral_projection_standard.apply(NULL, &fitted, query, out);
    assert_all_near(out, standard_query, N_DIMS, 1e-12);
    fitted.arrays[1][2] = 0;
    assert_false(numeral_projection_standard.check(NULL, &fitted));
    fitted.arrays[1][2] = INFINITY;
    assert_false(numeral_projection_standard.check(NULL, &fitted));
    fitted.arrays[1][2] = 1;
    fitted.lengths[0]--;
    assert_false(numeral_projection_standard.check(NULL, &fitted));
    numeral_fitted_free(&fitted);
}

static void unit_is_scikit_learns(void **state)
{
    (void)state;
    numeral_fitted fitted = {.in_dims = N_DIMS, .out_dims = N_DIMS};
    double out[N_DIMS], zero[N_DIMS] = {0};
    numeral_projection_unit.apply(NULL, &fitted, query, out);
    assert_all_near(out, unit_query, N_DIMS, 1e-15);
    numeral_projection_unit.apply(NULL, &fitted, zero, out);
    assert_all_near(out, zero, N_DIMS, 0);
}

static void minmax_is_scikit_learns(void **state)
{
    (void)state;
    double rows[N_ROWS * N_DIMS], out[N_DIMS];
    make_training(rows);
    numeral_fit_rows training = {.n_rows = N_ROWS, .n_dims = N_DIMS, .rows = rows};
    numeral_fitted fitted = {.in_dims = N_DIMS};
    assert_int_equal(numeral_projection_minmax.fit(NULL, &training, &fitted, NULL), 0);
    assert_true(numeral_projection_minmax.check(NULL, &fitted));
    numeral_projection_minmax.apply(NULL, &fitted, query, out);
    assert_all_near(out, minmax_query, N_DIMS, 1e-12);
    fitted.arrays[1][5] = -1;
    assert_false(numeral_projection_minmax.check(NULL, &fitted));
    numeral_fitted_free(&fitted);
}

static void power_keeps_the_sign(void **state)
{
    (void)state;
    numeral_fitted fitted = {.in_dims = N_DIMS, .out_dims = N_DIMS};
    double out[N_DIMS];
    for (double p = 0.1; p < 4; p += 0.3) {
        numeral_projection_power.apply(&p, &fitted, query, out);
        for (size_t j = 0; j < N_DIMS; j++) {
            assert_near(out[j], copysign(pow(fabs(query[j]), p), query[j]), 1e-13);
        }
    }
    numeral_projection_power.apply((double[]){0.5}, &fitted, query, out);
    assert_true(out[1] == -0.5 && out[2] == sqrt(2.0));
}

static const uint16_t *make_labels(void)
{
    static uint16_t labels[N_ROWS];
    for (size_t i = 0; i < N_ROWS; i++) {
        labels[i] = (uint16_t)(i * 7 % 5 % 3);
    }
    return labels;
}

static numeral_status fit(const numeral_projection *projection, const double *parameters,
                          const uint16_t *labels, int threads, numeral_fitted *fitted,
                          numeral_error *err)
{
    double rows[N_ROWS * N_DIMS];
    make_training(rows);
    numeral_fit_rows training = {.n_rows = N_ROWS,
                                 .n_dims = N_DIMS,
                                 .rows = rows,
                                 .labels = labels,
                                 .n_classes = 3,
                                 .seed = 1,
                                 .run = {.threads = threads}};
    *fitted = (numeral_fitted){.in_dims = N_DIMS};
    return projection->fit(parameters, &training, fitted, err);
}

/* Fits, checks, applies to the query; then the same with three threads, bit for bit. */
static void expect_map(const numeral_projection *projection, const double *parameters,
                       const double *expected, size_t n_out)
{
    numeral_fitted one, three;
    double out[N_DIMS];
    assert_int_equal(fit(projection, parameters, make_labels(), 1, &one, NULL), 0);
    assert_int_equal(fit(projection, parameters, make_labels(), 3, &three, NULL), 0);
    assert_int_equal(one.out_dims, n_out);
    assert_int_equal(one.n_arrays, three.n_arrays);
    for (size_t i = 0; i < one.n_arrays; i++) {
        assert_int_equal(one.lengths[i], three.lengths[i]);
        assert_memory_equal(one.arrays[i], three.arrays[i],
                            one.lengths[i] * sizeof(double));
    }
    assert_true(projection->check(parameters, &one));
    projection->apply(parameters, &one, query, out);
    for (size_t i = 0; i < n_out; i++) {
        assert_near(out[i], expected[i], 1e-5 * (1 + fabs(expected[i])));
    }
    one.arrays[1][0] = NAN;
    assert_false(projection->check(parameters, &one));
    three.lengths[1]--;
    assert_false(projection->check(parameters, &three));
    numeral_fitted_free(&one);
    numeral_fitted_free(&three);
}

static void pca_is_scikit_learns(void **state)
{
    (void)state;
    expect_map(&numeral_projection_pca, (double[]){3}, pca_query, 3);
}

static void whiten_is_scikit_learns(void **state)
{
    (void)state;
    expect_map(&numeral_projection_whiten, (double[]){3}, whiten_query, 3);
}

static void whiten_silences_constant_directions(void **state)
{
    (void)state;
    numeral_fitted fitted;
    double out[N_DIMS];
    assert_int_equal(
        fit(&numeral_projection_whiten, (double[]){64}, make_labels(), 1, &fitted, NULL),
        0);
    assert_int_equal(fitted.out_dims, N_DIMS);
    numeral_projection_whiten.apply(NULL, &fitted, query, out);
    assert_true(out[5] == 0);
    numeral_fitted_free(&fitted);
}

static void lda_is_scikit_learns(void **state)
{
    (void)state;
    expect_map(&numeral_projection_lda, (double[]){9, 0.1}, lda_query, 2);
}

static void nda_is_the_definition(void **state)
{
    (void)state;
    expect_map(&numeral_projection_nda, (double[]){4, 2, 10000, 12, 3, 2, 0.5}, nda_query,
               4);
}

static void one_class_is_refused(void **state)
{
    (void)state;
    static const uint16_t same[N_ROWS];
    numeral_fitted fitted;
    numeral_error err;
    assert_int_equal(
        fit(&numeral_projection_lda, (double[]){9, 0.1}, same, 1, &fitted, &err),
        NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text,
                        "lda: rows of at least two classes are needed, found 1");
    assert_int_equal(fit(&numeral_projection_nda, (double[]){4, 2, 100, 12, 3, 2, 0.5},
                         same, 1, &fitted, &err),
                     NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "nda: rows of at least two classes are needed, found "
                                  "one class in 40 rows");
    assert_int_equal(fitted.n_arrays, 0);
}

static void lda_names_rows_that_vary_too_little(void **state)
{
    (void)state;
    numeral_fitted fitted;
    numeral_error err; /* column 4 is constant, and nothing is shrunk */
    assert_int_equal(
        fit(&numeral_projection_lda, (double[]){9, 0}, make_labels(), 1, &fitted, &err),
        NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text,
                        "lda: a 6 x 6 matrix is not positive definite: the rows "
                        "vary in too few directions");
    assert_int_equal(fitted.n_arrays, 0);
}

static void nda_asks_for_a_larger_k(void **state)
{
    (void)state;
    double rows[20 * 2];
    uint16_t labels[20];
    for (size_t i = 0; i < 20; i++) { /* two tight, distant groups */
        labels[i] = i >= 10;
        rows[2 * i] = (double)(i % 5) + (i >= 10 ? 1000 : 0);
        rows[2 * i + 1] = (double)(i % 3);
    }
    numeral_fit_rows training = {
        .n_rows = 20, .n_dims = 2, .rows = rows, .labels = labels, .n_classes = 2};
    numeral_fitted fitted = {.in_dims = 2};
    numeral_error err;
    const double parameters[] = {2, 1, 100, 5, 3, 2, 0.5};
    assert_int_equal(numeral_projection_nda.fit(parameters, &training, &fitted, &err),
                     NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "nda: no anchor has a row of another class among its 5 "
                                  "nearest; a larger k is needed");
}

static bool cancel(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)context, (void)what, (void)done, (void)total;
    return false;
}

static void nda_can_be_cancelled(void **state)
{
    (void)state;
    double rows[N_ROWS * N_DIMS];
    make_training(rows);
    numeral_progress progress = {.report = cancel};
    numeral_fit_rows training = {.n_rows = N_ROWS,
                                 .n_dims = N_DIMS,
                                 .rows = rows,
                                 .labels = make_labels(),
                                 .n_classes = 3,
                                 .run = {.progress = &progress}};
    numeral_fitted fitted = {.in_dims = N_DIMS};
    numeral_error err;
    const double parameters[] = {4, 2, 100, 12, 3, 2, 0.5};
    assert_int_equal(numeral_projection_nda.fit(parameters, &training, &fitted, &err),
                     NUMERAL_ERROR_CANCELLED);
    assert_string_equal(err.text, "nda: cancelled");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_is_scikit_learns),
        cmocka_unit_test(unit_is_scikit_learns),
        cmocka_unit_test(minmax_is_scikit_learns),
        cmocka_unit_test(power_keeps_the_sign),
        cmocka_unit_test(pca_is_scikit_learns),
        cmocka_unit_test(whiten_is_scikit_learns),
        cmocka_unit_test(whiten_silences_constant_directions),
        cmocka_unit_test(lda_is_scikit_learns),
        cmocka_unit_test(nda_is_the_definition),
        cmocka_unit_test(one_class_is_refused),
        cmocka_unit_test(lda_names_rows_that_vary_too_little),
        cmocka_unit_test(nda_asks_for_a_larger_k),
        cmocka_unit_test(nda_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
