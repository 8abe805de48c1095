/* Fitting, saving, loading and predicting, on pen digits. */
#include "tests/unit/check.h"

#include <stdlib.h>
#include <unistd.h>

#include <numeral/numeral.h>
#include <numeral/tools/command.h>

#include "base/files.h"
#include "base/random.h"
#include "model/model.h"
#include "model/views.h"

static numeral_registry *registry;
static numeral_dataset train, test;
static char folder[] = "/tmp/numeral-model-XXXXXX";
static char path[64];
static const numeral_run two = {.threads = 2};

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    if (!mkdtemp(folder) || numeral_registry_create(&registry, &err) != NUMERAL_OK ||
        numeral_dataset_pen(600, 1, NUMERAL_SPLIT_TRAIN, &train, &err) != NUMERAL_OK ||
        numeral_dataset_pen(120, 1, NUMERAL_SPLIT_TEST, &test, &err) != NUMERAL_OK) {
        return -1;
    }
    snprintf(path, sizeof path, "%s/model", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    numeral_registry_destroy(registry);
    numeral_folder_remove(folder);
    return 0;
}

static numeral_model *fit(const char *text, int threads)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    numeral_run run = {.threads = threads};
    CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
    CHECK_OK(numeral_model_fit(recipe, &train, 3, &run, &model, NULL, &err), err);
    numeral_recipe_destroy(recipe);
    return model;
}

static void check_same(const numeral_answers *a, const numeral_answers *b)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->k, b->k);
    assert_memory_equal(a->labels, b->labels, a->n);
    assert_memory_equal(a->confidence, b->confidence, a->n * sizeof *a->confidence);
    assert_memory_equal(a->votes, b->votes, a->n * a->n_classes * sizeof *a->votes);
    assert_memory_equal(a->ids, b->ids, a->n * a->k * sizeof *a->ids);
    assert_memory_equal(a->distances, b->distances, a->n * a->k * sizeof *a->distances);
}

/* A loaded model answers as the fitted one, whatever the recipe; and well. */
static void files_keep_every_recipe(void **state)
{
    (void)state;
    static const char *const recipes[] = {
        "pixels",
        "pixels --index brute=rows -k 1",
        "pixels --index exact -k 5",
        "deskew,blur=1,pixels -k 5 --weights distance",
        "pixels,unit --metric cosine",
        "pixels,standard --dtype i8",
        "pixels,unit --metric l1 --ties smallest",
        "deskew,pixels,pca=20 -k 4",
        "deskew,gradient,nda=24 --dtype i8 -k 5 --weights distance",
    };
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
        numeral_error err;
        numeral_model *model = fit(recipes[i], 2), *loaded = NULL;
        numeral_answers before, after;
        void *encoded = NULL;
        size_t n_encoded = 0;
        numeral_bytes file;
        CHECK_OK(numeral_model_save(model, path, &err), err);
        CHECK_OK(numeral_model_encode(model, &encoded, &n_encoded, &err), err);
        CHECK_OK(numeral_bytes_read(path, SIZE_MAX / 2, &file, &err), err);
        assert_int_equal(n_encoded, file.size);
        assert_memory_equal(encoded, file.data, file.size);
        numeral_free(encoded);
        numeral_bytes_free(&file);
        CHECK_OK(numeral_model_load(path, registry, &loaded, &err), err);
        CHECK_OK(numeral_model_predict(model, &test, &two, &before, &err), err);
        CHECK_OK(numeral_model_predict(loaded, &test, &two, &after, &err), err);
        check_same(&before, &after);
        size_t errors = 0;
        for (size_t d = 0; d < test.n_images; d++) {
            errors += before.labels[d] != test.labels[d];
        }
        if (errors > test.n_images / 3) {
            fail_msg("%s: %zu errors of %zu", recipes[i], errors, test.n_images);
        }
        numeral_model_info a, b;
        numeral_model_get_info(model, &a);
        numeral_model_get_info(loaded, &b);
        assert_string_equal(a.recipe, b.recipe);
        assert_string_equal(a.data, b.data);
        assert_int_equal(a.n_rows, 600);
        assert_int_equal(b.n_classes, 10);
        uint8_t image[784];
        assert_true(numeral_model_get_image(loaded, 17, image));
        assert_memory_equal(image, train.pixels + 17 * 784, 784);
        assert_false(numeral_model_get_image(loaded, 600, image));
        numeral_answers_free(&before);
        numeral_answers_free(&after);
        numeral_model_destroy(model);
        numeral_model_destroy(loaded);
    }
}

/* The same bytes in the file for every thread count. */
static void files_do_not_depend_on_threads(void **state)
{
    (void)state;
    static const char *const recipes[] = {"pixels", "pixels --index exact",
                                          "deskew,gradient,nda=16 --dtype i8"};
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
        numeral_error err;
        numeral_bytes first = {0};
        for (int threads = 1; threads <= 8; threads += threads < 3 ? 1 : 5) {
            numeral_model *model = fit(recipes[i], threads);
            numeral_bytes bytes;
            CHECK_OK(numeral_model_save(model, path, &err), err);
            CHECK_OK(numeral_bytes_read(path, SIZE_MAX / 2, &bytes, &err), err);
            if (first.data) {
                assert_int_equal(bytes.size, first.size);
                assert_memory_equal(bytes.data, first.data, bytes.size);
                numeral_bytes_free(&bytes);
            } else {
                first = bytes;
            }
            numeral_model_destroy(model);
        }
        numeral_bytes_free(&first);
    }
}

static void options_change_after_fitting(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("pixels", 2),
                  *other = fit("pixels -k 5 --weights distance", 2);
    CHECK_OK(numeral_model_set(model, "k", "5", &two, &err), err);
    CHECK_OK(numeral_model_set(model, "weights", "distance", &two, &err), err);
    CHECK_OK(numeral_model_set(model, "index", "brute", &two, &err), err);
    numeral_answers a, b;
    CHECK_OK(numeral_model_predict(model, &test, &two, &a, &err), err);
    CHECK_OK(numeral_model_predict(other, &test, &two, &b, &err), err);
    check_same(&a, &b);
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    assert_string_equal(info.recipe, "pixels -k 5 --weights distance --index brute");
    CHECK_FAILS(numeral_model_set(model, "k", "601", &two, &err), NUMERAL_ERROR_LIMIT,
                err, "-k 601: the model has only 600 rows");
    CHECK_FAILS(numeral_model_set(model, "metric", "l1", &two, &err),
                NUMERAL_ERROR_ARGUMENT, err, "--metric is fixed when a model is fitted");
    CHECK_FAILS(numeral_model_set(model, "kk", "1", &two, &err), NUMERAL_ERROR_ARGUMENT,
                err, "no option 'kk'");
    numeral_answers_free(&a);
    numeral_answers_free(&b);
    numeral_model_destroy(model);
    numeral_model_destroy(other);
}

static void fitting_needs_rows_and_labels(void **state)
{
    (void)state;
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    CHECK_OK(numeral_recipe_parse(registry, "pixels -k 9", &recipe, &err), err);
    numeral_dataset none = {.name = "empty", .height = 28, .width = 28};
    CHECK_FAILS(numeral_model_fit(recipe, &none, 0, &two, &model, NULL, &err),
                NUMERAL_ERROR_ARGUMENT, err, "empty: no digits to learn from");
    numeral_dataset few = train;
    few.n_images = 8;
    CHECK_FAILS(numeral_model_fit(recipe, &few, 0, &two, &model, NULL, &err),
                NUMERAL_ERROR_ARGUMENT, err, "-k 9:");
    few.labels = NULL;
    CHECK_FAILS(numeral_model_fit(recipe, &few, 0, &two, &model, NULL, &err),
                NUMERAL_ERROR_ARGUMENT, err, "has no labels");
    numeral_recipe_destroy(recipe);
}

/* Images of another size are framed, or refused where the recipe keeps them. */
static void images_of_other_sizes_are_framed(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("pixels", 2), *keep = fit("pixels --frame keep", 2);
    size_t n = 40, side = 56;
    uint8_t *doubled = calloc(n, side * side);
    for (size_t i = 0; i < n; i++) {
        for (size_t y = 0; y < side; y++) {
            for (size_t x = 0; x < side; x++) {
                doubled[(i * side + y) * side + x] =
                    (uint8_t)(255 - test.pixels[i * 784 + y / 2 * 28 + x / 2]);
            }
        }
    }
    numeral_dataset large = {
        .name = "large", .n_images = n, .height = side, .width = side, .pixels = doubled};
    numeral_answers answers;
    CHECK_OK(numeral_model_predict(model, &large, &two, &answers, &err), err);
    size_t errors = 0;
    for (size_t i = 0; i < n; i++) {
        errors += answers.labels[i] != test.labels[i];
    }
    assert_true(errors < n / 3);
    numeral_answers_free(&answers);
    CHECK_FAILS(numeral_model_predict(keep, &large, &two, &answers, &err),
                NUMERAL_ERROR_ARGUMENT, err, "large: images of 56 x 56");
    free(doubled);
    numeral_model_destroy(model);
    numeral_model_destroy(keep);
}

/* Quantised labels beside those of the float64 road. */
static void integers_answer_as_float64_does(void **state)
{
    (void)state;
    static const char *const recipes[] = {"pixels", "pixels,unit", "pixels,standard",
                                          "deskew,pixels,unit -k 5 --weights distance"};
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
        numeral_error err;
        numeral_recipe *recipe = NULL;
        uint8_t labels[120];
        CHECK_OK(numeral_recipe_parse(registry, recipes[i], &recipe, &err), err);
        CHECK_OK(numeral_model_reference(recipe, &train, &test, 3, &two, labels, &err),
                 err);
        numeral_model *model = fit(recipes[i], 2);
        numeral_answers answers;
        CHECK_OK(numeral_model_predict(model, &test, &two, &answers, &err), err);
        size_t differ = 0;
        for (size_t d = 0; d < test.n_images; d++) {
            differ += answers.labels[d] != labels[d];
        }
        assert_int_equal(differ, 0);
        numeral_answers_free(&answers);
        numeral_model_destroy(model);
        numeral_recipe_destroy(recipe);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_keep_every_recipe),
        cmocka_unit_test(files_do_not_depend_on_threads),
        cmocka_unit_test(options_change_after_fitting),
        cmocka_unit_test(fitting_needs_rows_and_labels),
        cmocka_unit_test(images_of_other_sizes_are_framed),
        cmocka_unit_test(integers_answer_as_float64_does),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
