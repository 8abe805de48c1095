/* The integer map against the float64 stages it stands for. */
#include "unit/pattern.h"

#include <stdalign.h>
#include <string.h>

#include "base/random.h"
#include "quantise/fixed_map.h"

enum { IN = 100, STRIDE = 128, OUT = 10 };

typedef struct problem {
    double matrix[IN * OUT], mean[IN], offset[OUT];
    numeral_quantiser quantiser;
} problem;

static void make_problem(numeral_random *random, numeral_dtype dtype, problem *p)
{
    for (size_t i = 0; i < IN * OUT; i++) {
        p->matrix[i] = numeral_random_normal(random);
    }
    for (size_t i = 0; i < IN; i++) {
        p->mean[i] = 0.1 * numeral_random_unit(random);
    }
    for (size_t j = 0; j < OUT; j++) {
        p->offset[j] = numeral_random_normal(random);
    }
    double scale = dtype == NUMERAL_I8 ? 50 : 5000;
    p->quantiser = (numeral_quantiser){dtype, OUT, scale, p->offset};
}

/* The float64 stages: project, then quantise. */
static void expected_row(const problem *p, const int16_t *in, void *out)
{
    double z[OUT] = {0};
    for (size_t i = 0; i < IN; i++) {
        for (size_t j = 0; j < OUT; j++) {
            z[j] += (in[i] / 32767.0 - p->mean[i]) * p->matrix[i * OUT + j];
        }
    }
    numeral_quantise(&p->quantiser, z, out);
}

static void rows_follow_the_float64_stages(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(3, 0);
    problem p;
    size_t equal = 0, total = 0;
    for (int round = 0; round < 50; round++) {
        alignas(64) int16_t in[STRIDE] = {0};
        int8_t expected[OUT], found[OUT];
        int64_t sums[OUT];
        make_problem(&random, NUMERAL_I8, &p);
        for (size_t i = 0; i < IN; i++) {
            in[i] = (int16_t)numeral_random_below(&random, 8000);
        }
        numeral_fixed_map map;
        assert_int_equal(
            numeral_fixed_map_create(p.matrix, p.mean, IN, OUT, &p.quantiser, &map, NULL),
            0);
        assert_int_equal(map.in_stride, STRIDE);
        expected_row(&p, in, expected);
        numeral_fixed_map_apply(&map, in, sums, found);
        for (size_t j = 0; j < OUT; j++, total++) {
            assert_true(abs(found[j] - expected[j]) <= 1);
            equal += found[j] == expected[j];
        }
        numeral_fixed_map_free(&map);
    }
    assert_true(equal * 100 >= total * 98);
}

static void wide_rows_are_near_and_clipped(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(4, 0);
    problem p;
    make_problem(&random, NUMERAL_I16, &p);
    alignas(64) int16_t in[STRIDE] = {0};
    for (size_t i = 0; i < IN; i++) {
        in[i] = p.matrix[i * OUT] > 0 ? 32767 : -32767; /* far beyond the range */
    }
    int16_t expected[OUT], found[OUT];
    int64_t sums[OUT];
    numeral_fixed_map map;
    assert_int_equal(
        numeral_fixed_map_create(p.matrix, p.mean, IN, OUT, &p.quantiser, &map, NULL), 0);
    expected_row(&p, in, expected);
    numeral_fixed_map_apply(&map, in, sums, found);
    assert_int_equal(found[0], 32767);
    for (size_t j = 0; j < OUT; j++) {
        assert_true(abs(found[j] - expected[j]) <= 40); /* of 32,767 */
    }
    numeral_fixed_map_free(&map);
}

static void numbers_out_of_range_are_refused(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(5, 0);
    problem p;
    make_problem(&random, NUMERAL_I8, &p);
    numeral_fixed_map map = {0};
    numeral_error err;
    p.matrix[7] = 1e30;
    assert_int_equal(
        numeral_fixed_map_create(p.matrix, p.mean, IN, OUT, &p.quantiser, &map, &err),
        NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "a map of 100 x 10 numbers does not fit 16 bits");
    p.matrix[7] = 0;
    p.offset[3] = NAN;
    assert_int_equal(
        numeral_fixed_map_create(p.matrix, p.mean, IN, OUT, &p.quantiser, &map, &err),
        NUMERAL_ERROR_ARGUMENT);
    assert_null(map.weights);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_follow_the_float64_stages),
        cmocka_unit_test(wide_rows_are_near_and_clipped),
        cmocka_unit_test(numbers_out_of_range_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
