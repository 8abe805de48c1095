/* Audits find what was planted: wrong labels, equal and nearly equal digits. */
#include "tests/unit/check.h"

#include <stdlib.h>
#include <unistd.h>

#include <numeral/numeral.h>
#include <numeral/tools/audit.h>

enum { N = 800, SIZE = 784 };

static numeral_registry *registry;
static numeral_dataset data, other;
static const numeral_run two = {.threads = 2};

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    return numeral_registry_create(&registry, &err) != NUMERAL_OK ||
           numeral_dataset_pen(N, 1, NUMERAL_SPLIT_TRAIN, &data, &err) != NUMERAL_OK ||
           numeral_dataset_pen(100, 1, NUMERAL_SPLIT_TEST, &other, &err) != NUMERAL_OK;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&data);
    numeral_dataset_free(&other);
    numeral_registry_destroy(registry);
    numeral_doubts_free(NULL);
    numeral_twins_free(NULL);
    return 0;
}

static numeral_doubts audit(const char *text)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_doubts doubts;
    CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
    CHECK_OK(numeral_audit_labels(&data, recipe, 0, NULL, &doubts, &err), err);
    numeral_recipe_destroy(recipe);
    return doubts;
}

static void wrong_labels_come_first(void **state)
{
    (void)state;
    static const char recipe[] = "deskew,gradient,pca=20 -k 4";
    numeral_doubts before = audit(recipe);
    bool doubted[N] = {false};
    for (size_t i = 0; i < before.n; i++) {
        doubted[before.doubts[i].row] = true;
    }
    size_t planted = 0, row = 0;
    size_t rows[10];
    while (planted < 10) { /* the ones whose neighbours agree, in turn */
        row += 7;
        if (!doubted[row]) {
            data.labels[row] = (numeral_label)((data.labels[row] + 5) % 10);
            rows[planted++] = row;
        }
    }
    numeral_doubts after = audit(recipe);
    assert_int_equal(after.n_rows, N);
    size_t found = 0;
    for (size_t i = 0; i < after.n; i++) {
        const numeral_doubt *doubt = &after.doubts[i];
        assert_true(i == 0 || after.doubts[i - 1].ratio >= doubt->ratio);
        assert_int_equal(doubt->label, data.labels[doubt->row]);
        assert_int_not_equal(doubt->label, doubt->proposed);
        assert_true(doubt->agreeing >= 1 && doubt->agreeing <= 4);
        assert_int_not_equal(data.labels[doubt->other], doubt->label);
        assert_true(!doubt->own_found || data.labels[doubt->own] == doubt->label);
        for (size_t p = 0; p < 10; p++) {
            if (rows[p] == doubt->row) {
                found++;
                assert_int_equal(doubt->proposed, (doubt->label + 5) % 10);
            }
        }
    }
    assert_true(found >= 8);
    for (size_t p = 0; p < 10; p++) {
        data.labels[rows[p]] = (numeral_label)((data.labels[rows[p]] + 5) % 10);
    }
    numeral_doubts_free(&before);
    numeral_doubts_free(&after);
}

static void twins_are_found_once_within_a_set(void **state)
{
    (void)state;
    numeral_error err;
    numeral_twins twins;
    uint8_t saved[2 * SIZE];
    memcpy(saved, data.pixels + 100 * SIZE, 2 * SIZE);
    memcpy(data.pixels + 100 * SIZE, data.pixels + 3 * SIZE, SIZE); /* equal */
    memcpy(data.pixels + 101 * SIZE, data.pixels + 8 * SIZE, SIZE);
    data.pixels[101 * SIZE] = 9; /* nearly */
    CHECK_OK(numeral_audit_twins(&data, NULL, 0.05, NULL, &twins, &err), err);
    assert_int_equal(twins.n_rows, N);
    assert_int_equal(twins.n, 2);
    assert_int_equal(twins.n_equal, 1);
    assert_int_equal(twins.twins[0].row, 3);
    assert_int_equal(twins.twins[0].other, 100);
    assert_true(twins.twins[0].difference == 0);
    assert_int_equal(twins.twins[1].row, 8);
    assert_int_equal(twins.twins[1].other, 101);
    assert_true(twins.twins[1].difference > 0 && twins.twins[1].difference < 0.01);
    numeral_twins_free(&twins);
    memcpy(data.pixels + 100 * SIZE, saved, 2 * SIZE);
    CHECK_OK(numeral_audit_twins(&data, NULL, 0.05, &two, &twins, &err), err);
    assert_int_equal(twins.n, 0);
    numeral_twins_free(&twins);
}

static void twins_are_found_between_sets(void **state)
{
    (void)state;
    numeral_error err;
    numeral_twins twins;
    uint8_t saved[SIZE];
    memcpy(saved, other.pixels + 5 * SIZE, SIZE);
    memcpy(other.pixels + 5 * SIZE, data.pixels + 77 * SIZE, SIZE);
    CHECK_OK(numeral_audit_twins(&other, &data, 0.05, &two, &twins, &err), err);
    assert_int_equal(twins.n_rows, 100);
    assert_int_equal(twins.n, 1);
    assert_int_equal(twins.twins[0].row, 5);
    assert_int_equal(twins.twins[0].other, 77);
    numeral_twins_free(&twins);
    memcpy(other.pixels + 5 * SIZE, saved, SIZE);
}

static void what_cannot_be_audited_is_refused(void **state)
{
    (void)state;
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_doubts doubts;
    numeral_twins twins;
    CHECK_OK(numeral_recipe_parse(registry, "pixels -k 800", &recipe, &err), err);
    CHECK_FAILS(numeral_audit_labels(&data, recipe, 0, &two, &doubts, &err),
                NUMERAL_ERROR_ARGUMENT, err, "-k 800");
    numeral_recipe_destroy(recipe);
    numeral_dataset narrow = other;
    narrow.height = 14;
    narrow.width = 56;
    CHECK_FAILS(numeral_audit_twins(&narrow, &data, 0.1, &two, &twins, &err),
                NUMERAL_ERROR_ARGUMENT, err, "pixels cannot be compared");
    numeral_dataset none = other;
    none.n_images = 0;
    CHECK_FAILS(numeral_audit_twins(&none, &data, 0.1, &two, &twins, &err),
                NUMERAL_ERROR_ARGUMENT, err, "no digits");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_labels_come_first),
        cmocka_unit_test(twins_are_found_once_within_a_set),
        cmocka_unit_test(twins_are_found_between_sets),
        cmocka_unit_test(what_cannot_be_audited_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
