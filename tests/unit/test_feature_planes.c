/* What a recipe makes of digits: the planes are the numbers of images, features and
 * projections. */
#include "tests/unit/check.h"

#include <math.h>

#include <numeral/numeral.h>
#include <numeral/tools/explain.h>
#include <numeral/tools/picture.h>

enum { N = 200, PIXELS = 28 * 28 };

static numeral_registry *registry;
static numeral_dataset digits;
static const numeral_run one = {.threads = 1};

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    CHECK_OK(numeral_registry_create(&registry, &err), err);
    CHECK_OK(numeral_dataset_pen(N, 1, NUMERAL_SPLIT_TRAIN, &digits, &err), err);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&digits);
    numeral_registry_destroy(registry);
    return 0;
}

static numeral_feature_planes *planes_of(const char *text, size_t n)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_feature_planes *made = NULL;
    CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
    const numeral_run *run = n == 1 ? &one : NULL; /* NULL: the defaults */
    CHECK_OK(numeral_recipe_planes(recipe, &digits, n, 3, run, &made, &err), err);
    numeral_recipe_destroy(recipe);
    return made;
}

static void check_shape(const numeral_planes *group, const char *title, size_t n,
                        size_t height, size_t width)
{
    assert_string_equal(group->title, title);
    assert_int_equal(group->n, n);
    assert_int_equal(group->height, height);
    assert_int_equal(group->width, width);
}

static void pixels_are_the_image(void **state)
{
    (void)state;
    numeral_feature_planes *made = planes_of("pixels", 2);
    assert_int_equal(made->n_groups, 4);
    assert_int_equal(made->n_fitted, 0);
    for (size_t group = 0; group < 4; group++) {
        const uint8_t *image = digits.pixels + group / 2 * PIXELS;
        assert_int_equal(made->groups[group].n, 1);
        for (size_t i = 0; i < PIXELS; i++) {
            assert_true(made->groups[group].values[i] == image[i]);
        }
    }
    assert_string_equal(made->groups[0].names[0], "as given");
    check_shape(&made->groups[1], "pixels: 784 numbers, 1 × 28 × 28", 1, 28, 28);
    numeral_feature_planes_destroy(made);
}

static void each_part_has_its_planes(void **state)
{
    (void)state;
    numeral_feature_planes *made =
        planes_of("deskew,resize=14,blur,gradient+profiles,standard", 1);
    char title[100];
    assert_int_equal(made->n_groups, 5);
    snprintf(title, sizeof title, "Digit 0, labelled %d: 28 × 28 pixels",
             digits.labels[0]);
    check_shape(&made->groups[0], title, 2, 28, 28);
    assert_string_equal(made->groups[0].names[1], "deskew");
    snprintf(title, sizeof title, "Digit 0, labelled %d: 14 × 14 pixels",
             digits.labels[0]);
    check_shape(&made->groups[1], title, 2, 14, 14);
    assert_string_equal(made->groups[1].names[0], "resize=14");
    assert_string_equal(made->groups[1].names[1], "blur");
    check_shape(&made->groups[2], "gradient: 392 numbers, 8 × 7 × 7", 8, 7, 7);
    assert_string_equal(made->groups[2].names[3], "135° ↙");
    double squares = 0;
    for (size_t i = 0; i < 392; i++) {
        squares += made->groups[2].values[i] * made->groups[2].values[i];
    }
    assert_true(fabs(squares - 1) < 1e-9);
    size_t n = made->groups[3].width;
    assert_int_equal(made->groups[3].height, 1);
    assert_int_equal(made->groups[4].width, 392 + n);
    assert_int_equal(made->n_fitted, N);
    numeral_feature_planes_destroy(made);
}

/* A digit less the mean, multiplied with each component, is what pca leaves of it. */
static void components_make_the_numbers(void **state)
{
    (void)state;
    numeral_feature_planes *made = planes_of("pixels,pca=20", 1);
    assert_int_equal(made->n_groups, 4);
    check_shape(&made->groups[2], "pca=20: 20 numbers", 1, 1, 20);
    check_shape(&made->groups[3], "pca=20: the first 16 of 20 components", 16, 28, 28);
    for (size_t at = 0; at < 16; at++) {
        const double *component = made->groups[3].values + at * PIXELS;
        double sum = 0, mean = 0, squares = 0;
        for (size_t i = 0; i < PIXELS; i++) {
            squares += component[i] * component[i];
            sum += component[i] * digits.pixels[i];
            for (size_t row = 0; row < N; row++) {
                mean += component[i] * digits.pixels[row * PIXELS + i] / N;
            }
        }
        assert_true(fabs(squares - 1) < 1e-9);
        assert_true(fabs(sum - mean - made->groups[2].values[at]) < 1e-6);
    }
    numeral_feature_planes_destroy(made);
}

/* Eight planes of 7 × 7, in two rows of four with a line between them. */
static void components_of_planes_lie_side_by_side(void **state)
{
    (void)state;
    numeral_feature_planes *made = planes_of("gradient,pca=3", 1);
    const numeral_planes *group = &made->groups[made->n_groups - 1];
    check_shape(group, "pca=3: the first 3 of 3 components", 3, 15, 31);
    double squares = 0;
    for (size_t i = 0; i < 15 * 31; i++) {
        if (i / 31 == 7 || i % 31 % 8 == 7) {
            assert_true(group->values[i] == 0);
        }
        squares += group->values[i] * group->values[i];
    }
    assert_true(fabs(squares - 1) < 1e-9);
    numeral_feature_planes_destroy(made);
    made = planes_of("hu+zoning,standard,lda", 1);
    check_shape(&made->groups[made->n_groups - 1], "lda: the first 8 of 9 components", 8,
                1, 7 + 49);
    numeral_feature_planes_destroy(made);
}

static void wrong_requests_are_refused(void **state)
{
    (void)state;
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_feature_planes *made = NULL;
    CHECK_OK(numeral_recipe_parse(registry, "pixels,lda", &recipe, &err), err);
    for (size_t n = 0; n <= 9; n += 9) {
        CHECK_FAILS(numeral_recipe_planes(recipe, &digits, n, 3, &one, &made, &err),
                    NUMERAL_ERROR_ARGUMENT, err,
                    n ? "9 of 200 digits to look at: expected 1 to 8"
                      : "0 of 200 digits to look at: expected 1 to 8");
    }
    numeral_dataset bare = digits;
    bare.labels = NULL;
    CHECK_FAILS(numeral_recipe_planes(recipe, &bare, 1, 3, &one, &made, &err),
                NUMERAL_ERROR_ARGUMENT, err, "has no labels; fitting needs them");
    numeral_dataset few = digits;
    few.n_images = 1;
    CHECK_FAILS(numeral_recipe_planes(recipe, &few, 1, 3, &one, &made, &err),
                NUMERAL_ERROR_ARGUMENT, err, "lda");
    assert_null(made);
    numeral_recipe_destroy(recipe);
    numeral_feature_planes_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_are_the_image),
        cmocka_unit_test(each_part_has_its_planes),
        cmocka_unit_test(components_make_the_numbers),
        cmocka_unit_test(components_of_planes_lie_side_by_side),
        cmocka_unit_test(wrong_requests_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
