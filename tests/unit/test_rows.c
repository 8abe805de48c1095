/* Stored rows: what goes in comes out, sums and distances mean the values given. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "index/rows.h"
#include "tests/unit/check.h"

enum { DIMS = 5 };
static const numeral_dtype dtypes[] = {NUMERAL_U8, NUMERAL_I8, NUMERAL_I16};
static const int16_t values[3][DIMS] = {
    {0, 255, 1, 128, 7}, {-128, 127, 0, -1, 5}, {-32767, 32767, 0, -1, 300}};

/* The values of a type as a caller gives them; reversed from the last one. */
static void give(numeral_dtype dtype, bool reversed, uint8_t *out)
{
    for (size_t j = 0; j < DIMS; j++) {
        int16_t value = values[dtype][reversed ? DIMS - 1 - j : j];
        memcpy(out + j * numeral_dtype_bytes(dtype), &value, numeral_dtype_bytes(dtype));
    }
}

/* Stored from an odd address, padded with zeros over what was there. */
static void store(numeral_dtype dtype, bool reversed, void *out)
{
    uint8_t given[1 + DIMS * sizeof(int16_t)];
    give(dtype, reversed, given + 1);
    memset(out, 0xee, numeral_row_bytes(dtype, DIMS));
    numeral_row_store(dtype, given + 1, DIMS, numeral_row_bytes(dtype, DIMS), out);
}

static void test_stored_rows(void **state)
{
    (void)state;
    for (size_t d = 0; d < 3; d++) {
        _Alignas(64) int16_t stored[32];
        uint8_t given[DIMS * sizeof(int16_t)], back[DIMS * sizeof(int16_t)];
        double reals[DIMS], squares = 0;
        size_t bytes = DIMS * numeral_dtype_bytes(dtypes[d]);
        give(dtypes[d], false, given);
        store(dtypes[d], false, stored);
        assert_true(numeral_row_is_stored(dtypes[d], stored, DIMS, 64));
        numeral_row_restore(dtypes[d], stored, DIMS, back);
        assert_memory_equal(given, back, bytes);
        numeral_row_reals(dtypes[d], stored, DIMS, reals);
        int shift = dtypes[d] == NUMERAL_I8 ? 128 : 0;
        for (size_t j = 0; j < DIMS; j++) {
            assert_true(reals[j] == values[d][j]);
            assert_int_equal(numeral_row_value(dtypes[d], stored, j),
                             values[d][j] + shift);
            squares += reals[j] * reals[j];
        }
        numeral_row_sums sums = numeral_row_sum(dtypes[d], stored, DIMS);
        assert_true(numeral_row_length(dtypes[d], DIMS, sums) == sqrt(squares));
        ((uint8_t *)stored)[bytes] = 1; /* behind the last value */
        assert_false(numeral_row_is_stored(dtypes[d], stored, DIMS, 64));
    }
}

static void test_lowest_is_not_stored(void **state)
{
    (void)state;
    int16_t row[32] = {1, INT16_MIN};
    assert_false(numeral_row_is_stored(NUMERAL_I16, row, 2, sizeof row));
    assert_true(numeral_row_is_stored(NUMERAL_I16, row, 1, 2));
}

static void test_distances(void **state)
{
    (void)state;
    for (size_t d = 0; d < 3; d++) {
        _Alignas(64) int16_t a[32], b[32];
        store(dtypes[d], false, a);
        store(dtypes[d], true, b);
        double squares = 0, l1 = 0, linf = 0, differ = 0;
        for (size_t j = 0; j < DIMS; j++) {
            double apart = abs(values[d][j] - values[d][DIMS - 1 - j]);
            squares += apart * apart;
            l1 += apart;
            linf = apart > linf ? apart : linf;
            differ += apart > 0;
        }
        uint32_t found[3];
        const numeral_metric_family families[] = {NUMERAL_METRIC_L1, NUMERAL_METRIC_LINF,
                                                  NUMERAL_METRIC_HAMMING};
        for (size_t f = 0; f < 3; f++) {
            numeral_row_count(numeral_distance_kernels_get(), families[f], dtypes[d], a,
                              b, 64, 1, DIMS, &found[f]);
        }
        assert_true(numeral_row_l2(numeral_exact_kernels_get(), dtypes[d], a, b, 64) ==
                    squares);
        assert_true(found[0] == l1 && found[1] == linf && found[2] == differ);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stored_rows),
        cmocka_unit_test(test_lowest_is_not_stored),
        cmocka_unit_test(test_distances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
