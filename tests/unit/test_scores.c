/* Scores against scikit-learn's (tests/golden/make_scores.py). */
#include "tests/unit/check.h"

#include <math.h>

#include <numeral/runtime.h>
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
        assert_int_equal(
            numeral_scores_cell(&scores, i / scores.n_labels, i % scores.n_labels),
            golden->confusion[i]);
    }
    check_near(scores.macro.precision, golden->macro[0], golden->name);
    check_near(scores.macro.recall, golden->macro[1], golden->name);
    check_near(scores.macro.f1, golden->macro[2], golden->name);
    check_near(scores.weighted.precision, golden->weighted[0], golden->name);
    check_near(scores.weighted.recall, golden->weighted[1], golden->name);
    check_near(scores.weighted.f1, golden->weighted[2], golden->name);
    check_near(scores.mcc, golden->mcc, golden->name);
    if (isnan(golden->kappa)) {
        assert_true(isnan(scores.kappa));
    } else {
        check_near(scores.kappa, golden->kappa, golden->name);
    }
    numeral_scores_free(NULL);
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
    numeral_label none = 0;
    CHECK_OK(numeral_scores_compute(&none, &none, 0, &scores, &err), err);
    assert_int_equal(scores.n_labels, 0);
    assert_true(scores.accuracy == 0 && scores.macro.f1 == 0);
    assert_true(isnan(scores.kappa) && scores.mcc == 0);
    numeral_scores_free(&scores);
    numeral_reliability table;
    double no_confidence = 0;
    CHECK_OK(numeral_reliability_compute(&none, &none, &no_confidence, 0, NULL, 10,
                                         &table, &err),
             err);
    assert_true(table.ece == 0 && table.brier == 0 && table.counts[9] == 0);
    assert_true(numeral_top_accuracy(&none, &none, &no_confidence, 0, 1, 2) == 0);
    numeral_refusal refusal = numeral_refuse_below(&none, &none, &no_confidence, 0, 0.5);
    assert_true(refusal.refused == 0 && refusal.refused_share == 0);
    numeral_refusal *curve = NULL;
    size_t n_curve = 0;
    CHECK_FAILS(
        numeral_refusal_curve(&none, &none, &no_confidence, 0, &curve, &n_curve, &err),
        NUMERAL_ERROR_ARGUMENT, err, "refusals: no answers");
    assert_null(curve);
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

static void top_accuracy_is_that_of_scikit_learn(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof golden_tops / sizeof *golden_tops; i++) {
        const struct golden_top *golden = &golden_tops[i];
        for (size_t top = 1; top <= 3; top++) {
            check_near(numeral_top_accuracy(golden->truth, golden->classes, golden->votes,
                                            golden->n, golden->n_classes, top),
                       golden->top[top - 1], golden->name);
        }
    }
    numeral_label strange = 7, classes[] = {1, 2};
    double votes[] = {0.5, 0.5};
    assert_true(numeral_top_accuracy(&strange, classes, votes, 1, 2, 2) == 0);
}

static void reliability_is_numpys(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof golden_reliabilities / sizeof *golden_reliabilities;
         i++) {
        const struct golden_reliability *golden = &golden_reliabilities[i];
        numeral_error err;
        numeral_reliability table;
        numeral_label truth[150] = {0}, predicted[150];
        for (size_t d = 0; d < golden->n; d++) {
            predicted[d] = !golden->right[d];
        }
        CHECK_OK(numeral_reliability_compute(truth, predicted, golden->confidence,
                                             golden->n, NULL, golden->n_bins, &table,
                                             &err),
                 err);
        for (size_t bin = 0; bin < golden->n_bins; bin++) {
            assert_int_equal(table.counts[bin], golden->counts[bin]);
            check_near(table.confidence[bin], golden->mean[bin], "mean confidence");
            check_near(table.accuracy[bin], golden->share[bin], "share of right ones");
        }
        check_near(table.ece, golden->ece, "ECE");
        check_near(table.brier, golden->brier, "Brier score");
    }
}

/* By hand: edges belong to the bin that they begin, 1 to the last. */
static void bins_may_be_uneven(void **state)
{
    (void)state;
    numeral_error err;
    numeral_reliability table;
    const double edges[] = {0, 0.5, 0.99, 1}, confidence[] = {0.25, 0.5, 0.99, 1};
    const numeral_label truth[] = {1, 1, 1, 1}, predicted[] = {1, 2, 1, 1};
    CHECK_OK(numeral_reliability_compute(truth, predicted, confidence, 4, edges, 3,
                                         &table, &err),
             err);
    assert_true(table.counts[0] == 1 && table.counts[1] == 1 && table.counts[2] == 2);
    check_near(table.confidence[2], 0.995, "mean of the last bin");
    check_near(table.ece, (0.75 + 0.5 + 2 * 0.005) / 4, "ECE");
    check_near(table.brier, (0.75 * 0.75 + 0.25 + 0.0001) / 4, "Brier score");
}

static void wrong_bins_are_refused(void **state)
{
    (void)state;
    numeral_error err;
    numeral_reliability table = {.n_bins = 5};
    const numeral_label labels[] = {1};
    const double edges[] = {0, 0.5, 0.5, 1}, fine = 0.5, high = 1.5;
    CHECK_FAILS(
        numeral_reliability_compute(labels, labels, &fine, 1, NULL, 0, &table, &err),
        NUMERAL_ERROR_ARGUMENT, err, "0 bins: expected 1 to 64");
    CHECK_FAILS(
        numeral_reliability_compute(labels, labels, &fine, 1, NULL, 65, &table, &err),
        NUMERAL_ERROR_ARGUMENT, err, "65 bins: expected 1 to 64");
    CHECK_FAILS(
        numeral_reliability_compute(labels, labels, &fine, 1, edges, 3, &table, &err),
        NUMERAL_ERROR_ARGUMENT, err, "do not ascend from 0 to 1");
    CHECK_FAILS(
        numeral_reliability_compute(labels, labels, &fine, 1, edges + 1, 1, &table, &err),
        NUMERAL_ERROR_ARGUMENT, err, "do not ascend from 0 to 1");
    CHECK_FAILS(
        numeral_reliability_compute(labels, labels, &high, 1, NULL, 10, &table, &err),
        NUMERAL_ERROR_ARGUMENT, err, "answer 0 is 1.5: expected 0 to 1");
    assert_int_equal(table.n_bins, 5);
}

/* By hand: five answers, two of them wrong, two of one confidence. */
static void refusing_the_doubtful_leaves_fewer_errors(void **state)
{
    (void)state;
    numeral_error err;
    numeral_refusal *curve = NULL;
    size_t n = 0;
    const numeral_label truth[] = {1, 2, 3, 4, 5}, predicted[] = {1, 2, 0, 4, 0};
    const double confidence[] = {0.9, 0.5, 0.5, 1, 0.25};
    CHECK_OK(numeral_refusal_curve(truth, predicted, confidence, 5, &curve, &n, &err),
             err);
    const size_t refused[] = {0, 1, 3, 4}, errors[] = {2, 1, 0, 0};
    const double thresholds[] = {0.25, 0.5, 0.9, 1};
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++) {
        numeral_refusal one =
            numeral_refuse_below(truth, predicted, confidence, 5, thresholds[i]);
        assert_int_equal(curve[i].refused, refused[i]);
        assert_int_equal(curve[i].errors, errors[i]);
        assert_memory_equal(&curve[i], &one, sizeof one);
    }
    check_near(curve[1].refused_share, 0.2, "refused");
    check_near(curve[1].error_share, 0.25, "error of the kept");
    numeral_free(curve);
    numeral_refusal all = numeral_refuse_below(truth, predicted, confidence, 5, 1.1);
    assert_true(all.refused == 5 && all.error_share == 0);
}

/* Memory goes by the labels that occur, whatever their numbers. */
static void labels_may_be_large(void **state)
{
    (void)state;
    enum { N = 20000 };
    static numeral_label truth[N], predicted[N];
    numeral_error err;
    numeral_scores scores;
    for (size_t i = 0; i < N; i++) {
        truth[i] = (numeral_label)(NUMERAL_MAX_LABEL - i / 2);
        predicted[i] = i == 3 ? 5 : truth[i];
    }
    CHECK_OK(numeral_scores_compute(truth, predicted, N, &scores, &err), err);
    assert_int_equal(scores.n_labels, N / 2 + 1);
    assert_int_equal(scores.n_cells, N / 2 + 1);
    assert_int_equal(scores.errors, 1);
    assert_int_equal(scores.per_label[0].label, 5);
    assert_int_equal(scores.per_label[N / 2].label, NUMERAL_MAX_LABEL);
    assert_int_equal(numeral_scores_cell(&scores, N / 2, N / 2), 2);
    assert_int_equal(numeral_scores_cell(&scores, N / 2 - 1, N / 2 - 1), 1);
    assert_int_equal(numeral_scores_cell(&scores, N / 2 - 1, 0), 1);
    assert_int_equal(numeral_scores_cell(&scores, 0, N / 2 - 1), 0);
    numeral_scores_free(&scores);
}

static void confusions_come_by_their_number(void **state)
{
    (void)state;
    numeral_error err;
    numeral_scores scores;
    const numeral_label truth[] = {4, 4, 4, 7, 7, 9, 9, 2},
                        predicted[] = {9, 9, 2, 1, 1, 4, 9, 2};
    CHECK_OK(numeral_scores_compute(truth, predicted, sizeof truth / sizeof *truth,
                                    &scores, &err),
             err);
    const numeral_confusion wanted[] = {{4, 9, 2}, {7, 1, 2}, {4, 2, 1}, {9, 4, 1}};
    for (size_t capacity = 0; capacity <= 6; capacity++) {
        numeral_confusion got[6];
        size_t n = numeral_scores_confusions(&scores, got, capacity);
        assert_int_equal(n, capacity < 4 ? capacity : 4);
        for (size_t i = 0; i < n; i++) {
            assert_true(got[i].truth == wanted[i].truth &&
                        got[i].predicted == wanted[i].predicted &&
                        got[i].count == wanted[i].count);
        }
    }
    numeral_scores_free(&scores);
}

static void comparisons_are_scipys(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof golden_mcnemars / sizeof *golden_mcnemars; i++) {
        const struct golden_mcnemar *golden = &golden_mcnemars[i];
        enum { MOST = 400 };
        numeral_label truth[MOST] = {0}, first[MOST] = {0}, second[MOST] = {0};
        for (size_t d = 0; d < golden->only_first; d++) {
            second[d] = 1;
        }
        for (size_t d = 0; d < golden->only_second; d++) {
            first[golden->only_first + d] = 1;
        }
        first[MOST - 1] = 1; /* both wrong, in different ways */
        second[MOST - 1] = 2;
        numeral_comparison got = numeral_compare_predictions(truth, first, second, MOST);
        size_t single = golden->only_first + golden->only_second;
        assert_int_equal(got.only_first, golden->only_first);
        assert_int_equal(got.only_second, golden->only_second);
        assert_int_equal(got.both_wrong, 1);
        assert_int_equal(got.both_right, MOST - 1 - single);
        assert_int_equal(got.differ, single + 1);
        assert_int_equal(got.exact, golden->exact);
        check_near(got.statistic, golden->statistic, "statistic");
        check_near(got.p_value, golden->p_value, "p-value");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_those_of_scikit_learn),
        cmocka_unit_test(nothing_to_score_is_no_error),
        cmocka_unit_test(intervals_are_wilsons),
        cmocka_unit_test(top_accuracy_is_that_of_scikit_learn),
        cmocka_unit_test(reliability_is_numpys),
        cmocka_unit_test(bins_may_be_uneven),
        cmocka_unit_test(wrong_bins_are_refused),
        cmocka_unit_test(refusing_the_doubtful_leaves_fewer_errors),
        cmocka_unit_test(labels_may_be_large),
        cmocka_unit_test(confusions_come_by_their_number),
        cmocka_unit_test(comparisons_are_scipys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
