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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_is_scikit_learns),
        cmocka_unit_test(unit_is_scikit_learns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
