/* exp, log, cosine and sine against the C library's, within their stated errors. */
#include "unit/pattern.h"

#include "base/elementary.h"
#include "base/sincos.h"

static void exp_keeps_its_bound(void **state)
{
    (void)state;
    for (double x = -707.9; x < 709; x += 0.37) {
        double expected = exp(x);
        assert_near(numeral_exp(x) / expected, 1, 0x1p-51);
    }
    assert_true(numeral_exp(0) == 1);
    assert_true(numeral_exp(-1e300) == 0);
    assert_true(isinf(numeral_exp(1e300)));
}

static void exp_each_keeps_the_same_bound(void **state)
{
    (void)state;
    double values[1000];
    for (size_t first = 0; first < 3; first++) {
        for (size_t i = 0; i < 1000; i++) {
            values[i] = (double)i * (double)(i + first);
        }
        numeral_exp_each(values + first, 1000 - first, -0.0007);
        for (size_t i = first; i < 1000; i++) {
            double expected = exp((double)i * (double)(i + first) * -0.0007);
            assert_near(values[i] / expected, 1, 0x1p-51);
        }
    }
    double edges[] = {0, 0, 1000, 1e300, 707.9, 708.1};
    numeral_exp_each(edges, 6, -1);
    assert_true(edges[0] == 1 && edges[1] == 1);
    assert_near(edges[2] / exp(-708), 1, 0x1p-51);
    assert_true(edges[3] == edges[2] && edges[5] == edges[2]);
    assert_near(edges[4] / exp(-707.9), 1, 0x1p-51);
}

static void log_keeps_its_bound(void **state)
{
    (void)state;
    for (double x = 5e-324; x < 1e308; x *= 1.37) {
        assert_near(numeral_log(x), log(x), 0x1p-51 * fmax(1, fabs(log(x))));
        x = x < 1e-320 ? 1e-320 : x;
    }
    assert_true(numeral_log(1) == 0);
}

static void cosine_and_sine_keep_their_bound(void **state)
{
    (void)state;
    for (int i = 0; i <= 720; i++) {
        double c, s, turns = i / 720.0;
        numeral_sincos(turns, &c, &s);
        assert_near(c, cos(turns * 2 * acos(-1)), 1e-15);
        assert_near(s, sin(turns * 2 * acos(-1)), 1e-15);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_keeps_its_bound),
        cmocka_unit_test(exp_each_keeps_the_same_bound),
        cmocka_unit_test(log_keeps_its_bound),
        cmocka_unit_test(cosine_and_sine_keep_their_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
