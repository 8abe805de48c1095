/* Scores against scikit-learn's (tests/golden/make_scores.py). */
#include "tests/unit/check.h"

#include <math.h>

#include <numeral/scores.h>

#include "tests/golden/scores.h"

static void check_near(double got, double wanted, const char *name)
{
    if (!(fabs(got - wanted) <= 1e-12)) {
        fail_msg("%s: %.17g, expected %.17g", name, got, wanted);
    }
}

static void check_case(const struct golden_scores *golden)
{
    numeral_error err;
    numeral_scores scores;
    CHECK_OK(numeral_scores_compute(golden->truth, golden->predicted, golden->n, &scores,
                                    &err),
             err);
    assert_int_equal(scores.n_labels, golden->n_labels);
    check_near(scores.accuracy, golden->accuracy, golden->name);
    for (size_t i = 0; i < scores.n_labels; i++) {
        const numeral_label_scores *one = &scores.per_label[i];
        assert_int_equal(one->label, golden->labels[i]);
        assert_int_equal(one->support, golden->support[i]);
        check_near(one->precision, golden->precision[i], golden->name);
        check_near(one->recall, golden->recall[i], golden->name);
        check_near(one->f1, golden->f1[i], golden->name);
    }
    for (size_t i = 0; i < scores.n_labels * scores.n_labels; i++) {
        assert_int_equal(scores.confusion[i], golden->confusion[i]);
    }
    check_near(scores.macro.precision, golden->macro[0], golden->name);
    check_near(scores.macro.recall, golden->macro[1], golden->name);
    check_near(scores.macro.f1, golden->macro[2], golden->name);
    check_near(scores.weighted.precision, golden->weighted[0], golden->name);
    check_near(scores.weighted.recall, golden->weighted[1], golden->name);
    check_near(scores.weighted.f1, golden->weighted[2], golden->name);
    numeral_scores_free(&scores);
}

static void scores_are_those_of_scikit_learn(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof golden_scores / sizeof *golden_scores; i++) {
        check_case(&golden_scores[i]);
    }
}

static void nothing_to_score_is_no_error(void **state)
{
    (void)state;
    numeral_error err;
    numeral_scores scores;
    uint8_t none = 0;
    CHECK_OK(numeral_scores_compute(&none, &none, 0, &scores, &err), err);
    assert_int_equal(scores.n_labels, 0);
    assert_true(scores.accuracy == 0 && scores.macro.f1 == 0);
    numeral_scores_free(&scores);
}

/* statsmodels.stats.proportion.proportion_confint(k, n, method="wilson") */
static void intervals_are_wilsons(void **state)
{
    (void)state;
    double got[2];
    numeral_wilson95(9705, 10000, got);
    check_near(got[0], 0.9669987234833001, "low");
    check_near(got[1], 0.9736399340498932, "high");
    numeral_wilson95(0, 10, got);
    check_near(got[0], 0, "low of none");
    numeral_wilson95(0, 0, got);
    assert_true(got[0] == 0 && got[1] == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_those_of_scikit_learn),
        cmocka_unit_test(nothing_to_score_is_no_error),
        cmocka_unit_test(intervals_are_wilsons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
