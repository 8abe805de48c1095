/* Stratified splitting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <numeral/dataset.h>

/* 1 × 1 images whose pixel is their row. */
static numeral_dataset make(uint8_t *pixels, numeral_label *labels, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        pixels[i] = (uint8_t)i;
    }
    static char name[] = "tiny";
    return (numeral_dataset){.name = name,
                             .n_images = n,
                             .height = 1,
                             .width = 1,
                             .pixels = pixels,
                             .labels = labels};
}

static size_t count(const numeral_dataset *data, numeral_label label)
{
    size_t n = 0;
    for (size_t i = 0; i < data->n_images; i++) {
        n += data->labels[i] == label;
    }
    return n;
}

static void test_each_label_gives_its_share(void **state)
{
    (void)state;
    uint8_t pixels[111];
    numeral_label labels[111];
    for (size_t i = 0; i < 111; i++) {
        labels[i] = i < 60 ? 3 : i < 100 ? 200 : i < 110 ? 7 : 9;
    }
    numeral_dataset data = make(pixels, labels, 111);
    numeral_dataset a = {0};
    numeral_dataset b = {0};
    assert_int_equal(numeral_dataset_holdout(&data, 0.25, 1, &a, &b, NULL), NUMERAL_OK);
    assert_int_equal(count(&b, 3), 15);
    assert_int_equal(count(&b, 200), 10);
    assert_int_equal(count(&b, 7), 3); /* 2.5 rounds up */
    assert_int_equal(count(&b, 9), 0); /* a lonely row stays */
    assert_int_equal(a.n_images + b.n_images, 111);
    bool seen[111] = {false};
    for (size_t i = 0; i < a.n_images; i++) {
        assert_int_equal(a.rows[i], a.pixels[i]);
        assert_true(i == 0 || a.rows[i] > a.rows[i - 1]);
        seen[a.rows[i]] = true;
    }
    for (size_t i = 0; i < b.n_images; i++) {
        assert_int_equal(b.rows[i], b.pixels[i]);
        assert_int_equal(b.labels[i], labels[b.rows[i]]);
        assert_true(i == 0 || b.rows[i] > b.rows[i - 1]);
        assert_false(seen[b.rows[i]]);
    }
    numeral_dataset_free(&a);
    numeral_dataset_free(&b);
}

static void test_the_seed_decides(void **state)
{
    (void)state;
    uint8_t pixels[100];
    numeral_label labels[100] = {0};
    numeral_dataset data = make(pixels, labels, 100);
    numeral_dataset parts[6] = {{0}};
    const uint64_t seeds[3] = {1, 1, 2};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(numeral_dataset_holdout(&data, 0.2, seeds[i], &parts[2 * i],
                                                 &parts[2 * i + 1], NULL),
                         NUMERAL_OK);
    }
    assert_memory_equal(parts[1].pixels, parts[3].pixels, 20);
    assert_memory_not_equal(parts[1].pixels, parts[5].pixels, 20);
    for (size_t i = 0; i < 6; i++) {
        numeral_dataset_free(&parts[i]);
    }
}

static void test_without_labels_all_rows_are_one_label(void **state)
{
    (void)state;
    uint8_t pixels[10];
    numeral_dataset data = make(pixels, NULL, 10);
    numeral_dataset a = {0};
    numeral_dataset b = {0};
    assert_int_equal(numeral_dataset_holdout(&data, 0.3, 1, &a, &b, NULL), NUMERAL_OK);
    assert_int_equal(a.n_images, 7);
    assert_int_equal(b.n_images, 3);
    assert_null(b.labels);
    numeral_dataset_free(&a);
    numeral_dataset_free(&b);
}

static void check_share(double share, const char *message)
{
    uint8_t pixels[2];
    numeral_label labels[2] = {0, 1};
    numeral_dataset data = make(pixels, labels, 2);
    numeral_dataset a = {0};
    numeral_dataset b = {0};
    numeral_error err = {0};
    assert_int_equal(numeral_dataset_holdout(&data, share, 1, &a, &b, &err),
                     NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, message);
    assert_null(a.pixels);
    assert_null(b.pixels);
}

static void test_bad_shares(void **state)
{
    (void)state;
    check_share(0, "the share held out is 0, expected more than 0 and less than 1");
    check_share(1, "the share held out is 1, expected more than 0 and less than 1");
    check_share(-0.5, "the share held out is -0.5, expected more than 0 and less than 1");
    check_share(__builtin_nan(""),
                "the share held out is nan, expected more than 0 and less than 1");
    check_share(0.5, "tiny: a split of these 2 rows would leave one side empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_label_gives_its_share),
        cmocka_unit_test(test_the_seed_decides),
        cmocka_unit_test(test_without_labels_all_rows_are_one_label),
        cmocka_unit_test(test_bad_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
