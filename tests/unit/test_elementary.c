/* exp, log, cosine and sine against the C library's, within their stated errors. */
#include "unit/pattern.h"

#include "base/elementary.h"
#include "base/turn.h"

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
        numeral_cosine_sine(turns, &c, &s);
        assert_near(c, cos(turns * 2 * acos(-1)), 1e-15);
        assert_near(s, sin(turns * 2 * acos(-1)), 1e-15);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_keeps_its_bound),
        cmocka_unit_test(log_keeps_its_bound),
        cmocka_unit_test(cosine_and_sine_keep_their_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
