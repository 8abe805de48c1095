/* Every metric against SciPy, and where rows have no length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "base/spec.h"
#include "metric/metric.h"
#include "tests/unit/reference_metrics.h"

static numeral_table table_of_metrics(void)
{
    return (numeral_table){NUMERAL_KIND_METRIC, numeral_metrics, numeral_n_metrics};
}

static double distance(const char *spec, const double *a, const double *b, size_t n)
{
    numeral_table table = table_of_metrics();
    numeral_part part;
    numeral_error err = {0};
    if (numeral_part_parse(spec, strlen(spec), &table, 1, &part, &err) != NUMERAL_OK) {
        fail_msg("%s: %s", spec, err.text);
    }
    const numeral_metric *metric = numeral_metric_of(part.entry);
    return metric->distance(part.values, a, b, n);
}

/* Metrics of images have tests of their own (test_image_metrics.c). */
static bool is_of_images(size_t at)
{
    return numeral_metric_of(numeral_metrics[at])->fits != NULL;
}

static void test_reference(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof metric_values / sizeof *metric_values; i++) {
        double wanted = metric_values[i].distance;
        double got = distance(metric_values[i].spec, metric_a, metric_b, METRIC_DIMS);
        if (!(fabs(got - wanted) <= 1e-14 * wanted + 1e-15)) {
            fail_msg("%s: %.17g, expected %.17g", metric_values[i].spec, got, wanted);
        }
    }
}

/* Each entry is compared with the reference at least once. */
static void test_all_are_compared(void **unused)
{
    (void)unused;
    for (size_t m = 0; m < numeral_n_metrics; m++) {
        const char *name = numeral_metrics[m]->name;
        if (is_of_images(m)) {
            continue;
        }
        size_t length = strlen(name), found = 0;
        for (size_t i = 0; i < sizeof metric_values / sizeof *metric_values; i++) {
            const char *spec = metric_values[i].spec;
            found += strncmp(spec, name, length) == 0 &&
                     (spec[length] == '\0' || spec[length] == '=');
        }
        if (!found) {
            fail_msg("%s: no reference value", name);
        }
    }
}

/* A row is at distance 0 from itself, and distances are the same both ways. */
static void test_identity_and_symmetry(void **unused)
{
    (void)unused;
    for (size_t m = 0; m < numeral_n_metrics; m++) {
        const char *name = numeral_metrics[m]->name;
        if (is_of_images(m)) {
            continue;
        }
        assert_true(distance(name, metric_a, metric_a, METRIC_DIMS) < 1e-15);
        assert_true(distance(name, metric_a, metric_b, METRIC_DIMS) ==
                    distance(name, metric_b, metric_a, METRIC_DIMS));
    }
}

static void test_no_length(void **unused)
{
    static const char *const bounded[] = {"cosine", "correlation", "hellinger",
                                          "braycurtis", "jaccard"};
    static const double zero[4], one[4] = {0, 1, 0, 0};
    (void)unused;
    for (size_t i = 0; i < sizeof bounded / sizeof *bounded; i++) {
        assert_true(distance(bounded[i], zero, zero, 4) == 0);
        assert_true(distance(bounded[i], zero, one, 4) == 1);
    }
    for (size_t m = 0; m < numeral_n_metrics; m++) {
        assert_true(distance(numeral_metrics[m]->name, zero, zero, 4) == 0);
    }
}

static void test_negative_values(void **unused)
{
    static const double a[3] = {-4, 2, 0}, b[3] = {4, -2, 0};
    (void)unused;
    assert_true(distance("chi2", a, b, 3) == 8 + 4);
    assert_true(distance("canberra", a, b, 3) == 2);
    assert_true(isinf(distance("braycurtis", a, b, 3)));
    assert_true(distance("hellinger", a, b, 3) == 1);
    assert_true(fabs(distance("cosine", a, b, 3) - 2) < 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_all_are_compared),
        cmocka_unit_test(test_identity_and_symmetry),
        cmocka_unit_test(test_no_length),
        cmocka_unit_test(test_negative_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
