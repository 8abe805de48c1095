/* Fitting, saving, loading and predicting, on pen digits. */
#include "tests/unit/check.h"
#include "tests/unit/float64_reference.h"

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
    assert_memory_equal(a->labels, b->labels, a->n * sizeof(numeral_label));
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
                NUMERAL_ERROR_ARGUMENT, err, "large: an image of 56 x 56");
    free(doubled);
    numeral_model_destroy(model);
    numeral_model_destroy(keep);
}

static void check_reading(const numeral_reading *reading, const numeral_answers *answers,
                          size_t i)
{
    char number[NUMERAL_LABEL_BYTES];
    snprintf(number, sizeof number, "%d", answers->labels[i]);
    assert_int_equal(reading->label, answers->labels[i]);
    assert_string_equal(reading->name, number);
    assert_true(reading->confidence == answers->confidence[i]);
    assert_int_equal(reading->decided, answers->decided[i]);
    size_t n =
        answers->k < NUMERAL_READING_NEIGHBOURS ? answers->k : NUMERAL_READING_NEIGHBOURS;
    assert_int_equal(reading->n_neighbours, n);
    for (size_t j = 0; j < n; j++) {
        const numeral_neighbour *one = &reading->neighbours[j];
        assert_int_equal(one->row, answers->ids[i * answers->k + j]);
        assert_true(one->distance == answers->distances[i * answers->k + j]);
        assert_int_equal(one->label, train.labels[one->row]);
    }
}

/* Images from memory are read as those of a set, one by one or together. */
static void images_are_read_without_a_set(void **state)
{
    (void)state;
    static const char *const recipes[] = {
        "pixels", "pixels -k 20",
        "deskew,gradient,nda=16 --dtype i8 -k 5 --gate 7 --rerank ridge=stop=0.4"};
    enum { STRIDE = 31 };
    size_t n = test.n_images;
    uint8_t *loose = calloc(n, (size_t)28 * STRIDE);
    numeral_reading *all = calloc(n, sizeof *all);
    for (size_t row = 0; row < n * 28; row++) {
        memset(loose + row * STRIDE, 0xa5, STRIDE);
        memcpy(loose + row * STRIDE, test.pixels + row * 28, 28);
    }
    for (size_t r = 0; r < sizeof recipes / sizeof *recipes; r++) {
        numeral_error err;
        numeral_model *model = fit(recipes[r], 2);
        numeral_answers answers;
        numeral_reading one;
        CHECK_OK(numeral_model_predict(model, &test, NULL, &answers, &err), err);
        CHECK_OK(
            numeral_model_read_batch(model, loose, n, 28, 28, STRIDE, NULL, all, &err),
            err);
        for (size_t i = 0; i < n; i++) {
            check_reading(&all[i], &answers, i);
            if (i % 10 == 0) {
                CHECK_OK(numeral_model_read(model, test.pixels + i * 784, 28, 28, 28,
                                            NULL, &one, &err),
                         err);
                check_reading(&one, &answers, i);
            }
        }
        numeral_answers_free(&answers);
        numeral_model_destroy(model);
    }
    free(loose);
    free(all);
}

/* Framed as a set of such images is; sizes that cannot be are refused. */
static void images_of_any_size_are_read(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("pixels", 2), *keep = fit("pixels --frame keep", 2);
    numeral_reading reading;
    size_t errors = 0;
    for (size_t i = 0; i < 40; i++) {
        uint8_t large[61 * 57];
        memset(large, 230, sizeof large);
        for (size_t at = 0; at < 784; at++) {
            uint8_t *to = large + (at / 28 * 2 + 3) * 57 + at % 28 * 2 + 1;
            to[0] = to[1] = to[57] = to[58] =
                (uint8_t)(230 - test.pixels[i * 784 + at] * 200 / 255);
        }
        CHECK_OK(numeral_model_read(model, large, 61, 57, 57, &two, &reading, &err), err);
        errors += reading.label != test.labels[i];
        numeral_dataset set = {
            .name = "large", .n_images = 1, .height = 61, .width = 57, .pixels = large};
        numeral_answers answers;
        CHECK_OK(numeral_model_predict(model, &set, NULL, &answers, &err), err);
        check_reading(&reading, &answers, 0);
        numeral_answers_free(&answers);
    }
    assert_true(errors < 40 / 3);
    const uint8_t *image = test.pixels;
    CHECK_FAILS(numeral_model_read(keep, image, 20, 20, 20, NULL, &reading, &err),
                NUMERAL_ERROR_ARGUMENT, err, "an image of 20 x 20, but the model");
    CHECK_FAILS(numeral_model_read(model, image, 0, 28, 28, NULL, &reading, &err),
                NUMERAL_ERROR_ARGUMENT, err, "image: 0 x 28 pixels");
    CHECK_FAILS(numeral_model_read(model, image, 28, 28, 27, NULL, &reading, &err),
                NUMERAL_ERROR_ARGUMENT, err, "a stride of 27 bytes");
    CHECK_FAILS(numeral_model_read(model, NULL, 28, 28, 28, NULL, &reading, &err),
                NUMERAL_ERROR_ARGUMENT, err, "image: 28 x 28 pixels");
    CHECK_FAILS(
        numeral_model_read(model, image, SIZE_MAX / 2, 28, 28, NULL, &reading, &err),
        NUMERAL_ERROR_LIMIT, err, "image: ");
    CHECK_FAILS(numeral_model_read_batch(model, image, SIZE_MAX / 2, 28, 28, 28, NULL,
                                         &reading, &err),
                NUMERAL_ERROR_LIMIT, err, "image: ");
    numeral_model_destroy(model);
    numeral_model_destroy(keep);
}

/* One line for a preset or a recipe; the model is that of the long way. */
static void one_call_trains(void **state)
{
    (void)state;
    static const char *const lines[] = {"pixels", "fast", "deskew,pixels -k 5"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        numeral_error err;
        numeral_recipe *recipe = NULL;
        numeral_model *model = NULL, *same = NULL;
        void *bytes, *others;
        size_t n, n_others;
        if (i < 2) {
            CHECK_OK(numeral_recipe_preset(NULL, lines[i], &recipe, &err), err);
        } else {
            CHECK_OK(numeral_recipe_parse(NULL, lines[i], &recipe, &err), err);
        }
        CHECK_OK(numeral_model_train(&train, lines[i], NULL, &model, &err), err);
        CHECK_OK(numeral_model_fit(recipe, &train, 0, &two, &same, NULL, &err), err);
        CHECK_OK(numeral_model_encode(model, &bytes, &n, &err), err);
        CHECK_OK(numeral_model_encode(same, &others, &n_others, &err), err);
        assert_int_equal(n, n_others);
        assert_memory_equal(bytes, others, n);
        numeral_free(bytes);
        numeral_free(others);
        numeral_recipe_destroy(recipe);
        numeral_model_destroy(model);
        numeral_model_destroy(same);
    }
    numeral_error err;
    numeral_model *model = NULL;
    CHECK_OK(numeral_model_train(&train, NULL, &two, &model, &err), err);
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    assert_non_null(strstr(info.recipe, "nda=anchors=30000"));
    numeral_model_destroy(model);
    model = NULL;
    CHECK_FAILS(numeral_model_train(&train, "fist", NULL, &model, &err),
                NUMERAL_ERROR_ARGUMENT, err, "'fist'");
    assert_null(model);
}

/* NULL for a registry or a run stands for the defaults, wherever a model takes one. */
static void defaults_may_be_left_out(void **state)
{
    (void)state;
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL, *loaded = NULL;
    numeral_answers a, b;
    numeral_dataset few = test;
    few.n_images = 20;
    CHECK_OK(numeral_recipe_parse(NULL, "pixels", &recipe, &err), err);
    CHECK_OK(numeral_model_fit(recipe, &train, 0, NULL, &model, NULL, &err), err);
    CHECK_OK(numeral_model_save(model, path, &err), err);
    CHECK_OK(numeral_model_load(path, NULL, &loaded, &err), err);
    CHECK_OK(numeral_model_set(loaded, "index", "exact", NULL, &err), err);
    CHECK_OK(numeral_model_predict(loaded, &few, NULL, &a, &err), err);
    CHECK_OK(numeral_model_neighbours(model, &few, 0, NULL, &b, &err), err);
    assert_memory_equal(a.ids, b.ids, a.n * a.k * sizeof *a.ids);
    CHECK_OK(numeral_model_calibrate(model, &train, 2, NULL, &err), err);
    CHECK_OK(numeral_model_add(model, &few, NULL, NULL, &err), err);
    CHECK_OK(numeral_model_compact(model, NULL, &err), err);
    numeral_answers_free(&a);
    numeral_answers_free(&b);
    numeral_recipe_destroy(recipe);
    numeral_model_destroy(model);
    numeral_model_destroy(loaded);
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
        numeral_label labels[120];
        CHECK_OK(numeral_recipe_parse(registry, recipes[i], &recipe, &err), err);
        CHECK_OK(read_in_float64(recipe, &train, &test, 3, &two, labels, &err), err);
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
        cmocka_unit_test(images_are_read_without_a_set),
        cmocka_unit_test(images_of_any_size_are_read),
        cmocka_unit_test(one_call_trains),
        cmocka_unit_test(defaults_may_be_left_out),
        cmocka_unit_test(integers_answer_as_float64_does),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
