/* Fitting the scale and the offsets of small integers, against values worked by hand. */
#include "unit/pattern.h"

#include "quantise/quantise.h"

/* Dimension 0 is ink in one row of four, dimension 1 spreads evenly. */
static const double VECTORS[4 * 2] = {0, -1, 0, 1, 0, 3, 244, 5};

static void full_coverage_centres_on_the_middle_of_the_range(void **state)
{
    (void)state;
    numeral_quantiser quantiser;
    assert_int_equal(
        numeral_quantiser_fit(VECTORS, 4, 2, NUMERAL_I16, true, 1, &quantiser, NULL),
        NUMERAL_OK);
    assert_true(quantiser.offset[0] == 122);
    assert_true(quantiser.offset[1] == 2);
    assert_true(quantiser.scale == 32767 / 122.0);
    int16_t row[2];
    numeral_quantise(&quantiser, VECTORS, row);
    assert_int_equal(row[0], -32767);
    assert_int_equal(row[1], -806); /* round(-3 · 32767/122 = -805.7) */
    numeral_quantise(&quantiser, VECTORS + 6, row);
    assert_int_equal(row[0], 32767);
    assert_int_equal(row[1], 806);
    const double beyond[2] = {300, 2};
    numeral_quantise(&quantiser, beyond, row);
    assert_int_equal(row[0], 32767);
    assert_int_equal(row[1], 0);
    numeral_quantiser_free(&quantiser);
}

static void partial_coverage_centres_on_the_mean_and_clips(void **state)
{
    (void)state;
    numeral_quantiser quantiser;
    assert_int_equal(
        numeral_quantiser_fit(VECTORS, 4, 2, NUMERAL_I8, true, 0.75, &quantiser, NULL),
        NUMERAL_OK);
    assert_true(quantiser.offset[0] == 61);
    assert_true(quantiser.offset[1] == 2);
    int8_t row[2];
    numeral_quantise(&quantiser, VECTORS + 6, row); /* 183 above the mean: clipped */
    assert_int_equal(row[0], 127);
    numeral_quantiser_free(&quantiser);
}

static void without_centring_nothing_is_subtracted(void **state)
{
    (void)state;
    numeral_quantiser quantiser;
    assert_int_equal(
        numeral_quantiser_fit(VECTORS, 4, 2, NUMERAL_I16, false, 1, &quantiser, NULL),
        NUMERAL_OK);
    assert_null(quantiser.offset);
    assert_true(quantiser.scale == 32767 / 244.0);
    numeral_quantiser_free(&quantiser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_coverage_centres_on_the_middle_of_the_range),
        cmocka_unit_test(partial_coverage_centres_on_the_mean_and_clips),
        cmocka_unit_test(without_centring_nothing_is_subtracted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
