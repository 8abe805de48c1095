/* The pen generator: the same digits for ever, framed and inked like MNIST's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <numeral/dataset.h>
#include <numeral/tools/command.h>

#include "base/hash.h"

#define GOLDEN_PIXELS UINT64_C(0xccc8a5cf9f6c421c)
#define GOLDEN_LABELS UINT64_C(0xe282bca0e5b35451)

enum { SIDE = 28, PIXELS = SIDE * SIDE };

static numeral_dataset draw(size_t n, uint64_t seed, numeral_split split)
{
    numeral_dataset data = {0};
    numeral_error err = {0};
    assert_int_equal(numeral_dataset_pen(n, seed, split, &data, &err), NUMERAL_OK);
    assert_int_equal(data.n_images, n);
    assert_int_equal(data.height, SIDE);
    assert_int_equal(data.width, SIDE);
    return data;
}

/* Golden: recorded from the first release; a change here changes everyone's pen set. */
static void test_first_digits_never_change(void **state)
{
    (void)state;
    numeral_dataset data = draw(1000, 1, NUMERAL_SPLIT_TRAIN);
    assert_string_equal(data.name, "pen:train");
    assert_int_equal(numeral_hash64(data.pixels, 1000 * PIXELS), GOLDEN_PIXELS);
    uint8_t labels[1000];
    for (size_t i = 0; i < 1000; i++) {
        labels[i] = (uint8_t)data.labels[i];
    }
    assert_int_equal(numeral_hash64(labels, 1000), GOLDEN_LABELS);
    numeral_dataset_free(&data);
}

static void test_splits_and_seeds_differ(void **state)
{
    (void)state;
    numeral_dataset train = draw(100, 1, NUMERAL_SPLIT_TRAIN);
    numeral_dataset test = draw(100, 1, NUMERAL_SPLIT_TEST);
    numeral_dataset other = draw(100, 2, NUMERAL_SPLIT_TRAIN);
    for (size_t i = 0; i < 100; i++) {
        for (size_t j = 0; j < 100; j++) {
            const uint8_t *digit = train.pixels + i * PIXELS;
            assert_memory_not_equal(digit, test.pixels + j * PIXELS, PIXELS);
            assert_memory_not_equal(digit, other.pixels + j * PIXELS, PIXELS);
        }
    }
    assert_string_equal(test.name, "pen:test");
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    numeral_dataset_free(&other);
}

static void test_labels_are_balanced_and_shuffled(void **state)
{
    (void)state;
    numeral_dataset data = draw(1003, 5, NUMERAL_SPLIT_ALL);
    size_t counts[10] = {0};
    size_t in_turn = 0;
    for (size_t i = 0; i < data.n_images; i++) {
        assert_true(data.labels[i] < 10);
        counts[data.labels[i]]++;
        in_turn += data.labels[i] == i % 10;
    }
    for (size_t label = 0; label < 10; label++) {
        assert_int_equal(counts[label], label < 3 ? 101 : 100);
    }
    assert_in_range(in_turn, 50, 150);
    assert_string_equal(data.name, "pen");
    numeral_dataset_free(&data);
}

static size_t span(const uint8_t *digit, size_t across, size_t along)
{
    size_t first = SIDE;
    size_t last = 0;
    for (size_t i = 0; i < SIDE; i++) {
        for (size_t j = 0; j < SIDE; j++) {
            if (digit[i * across + j * along]) {
                first = i < first ? i : first;
                last = i;
            }
        }
    }
    return last + 1 - first;
}

static double middle(const uint8_t *digit, size_t across, size_t along)
{
    double mass = 0;
    double moment = 0;
    for (size_t i = 0; i < SIDE; i++) {
        for (size_t j = 0; j < SIDE; j++) {
            mass += digit[i * across + j * along];
            moment += (double)i * digit[i * across + j * along];
        }
    }
    return moment / mass;
}

static void test_every_digit_is_framed_as_mnist(void **state)
{
    (void)state;
    numeral_dataset data = draw(3000, 9, NUMERAL_SPLIT_TRAIN);
    for (size_t i = 0; i < data.n_images; i++) {
        const uint8_t *digit = data.pixels + i * PIXELS;
        size_t height = span(digit, SIDE, 1);
        size_t width = span(digit, 1, SIDE);
        assert_in_range(height, 3, 20);
        assert_in_range(width, 1, 20);
        assert_true((height > width ? height : width) >= 16);
        double y = middle(digit, SIDE, 1) - SIDE / 2;
        double x = middle(digit, 1, SIDE) - SIDE / 2;
        assert_true(y > -0.51 && y < 0.51);
        assert_true(x > -0.51 && x < 0.51);
    }
    numeral_dataset_free(&data);
}

/* MNIST's training set: mean 33.3 of 255, 19.1 % of the pixels not zero. */
static void test_ink_is_like_mnists(void **state)
{
    (void)state;
    numeral_dataset data = draw(3000, 3, NUMERAL_SPLIT_TRAIN);
    uint64_t ink = 0;
    size_t inked = 0;
    for (size_t i = 0; i < data.n_images * PIXELS; i++) {
        ink += data.pixels[i];
        inked += data.pixels[i] != 0;
    }
    double n = (double)(data.n_images * PIXELS);
    assert_true((double)ink / n > 30 && (double)ink / n < 36);
    assert_true((double)inked / n > 0.17 && (double)inked / n < 0.21);
    numeral_dataset_free(&data);
}

static void test_drawing_twice_is_the_same(void **state)
{
    (void)state;
    numeral_dataset a = draw(500, 1, NUMERAL_SPLIT_TEST);
    numeral_dataset b = draw(500, 1, NUMERAL_SPLIT_TEST);
    assert_memory_equal(a.pixels, b.pixels, 500 * PIXELS);
    assert_memory_equal(a.labels, b.labels, 500 * sizeof(numeral_label));
    numeral_dataset_free(&a);
    numeral_dataset_free(&b);
}

static void test_any_number_of_threads_draws_the_same(void **state)
{
    (void)state;
    numeral_dataset one = draw(333, 9, NUMERAL_SPLIT_TEST);
    for (int threads = 1; threads <= 5; threads += 2) {
        numeral_dataset other = {0};
        assert_int_equal(numeral_dataset_pen_threads(333, 9, NUMERAL_SPLIT_TEST, threads,
                                                     &other, NULL),
                         NUMERAL_OK);
        assert_memory_equal(one.pixels, other.pixels, 333 * PIXELS);
        assert_memory_equal(one.labels, other.labels, 333 * sizeof(numeral_label));
        numeral_dataset_free(&other);
    }
    numeral_dataset_free(&one);
}

static void test_no_digits_is_an_error(void **state)
{
    (void)state;
    numeral_dataset data = {0};
    numeral_error err = {0};
    assert_int_equal(numeral_dataset_pen(0, 1, NUMERAL_SPLIT_TRAIN, &data, &err),
                     NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "pen: 0 digits asked for, expected 1 to 4294967295");
    assert_null(data.pixels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_digits_never_change),
        cmocka_unit_test(test_splits_and_seeds_differ),
        cmocka_unit_test(test_labels_are_balanced_and_shuffled),
        cmocka_unit_test(test_every_digit_is_framed_as_mnist),
        cmocka_unit_test(test_ink_is_like_mnists),
        cmocka_unit_test(test_drawing_twice_is_the_same),
        cmocka_unit_test(test_any_number_of_threads_draws_the_same),
        cmocka_unit_test(test_no_digits_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
