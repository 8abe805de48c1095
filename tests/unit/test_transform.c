/* Transforms against SciPy (reference_transforms.h) and values worked by hand. */
#include "unit/pattern.h"

#include <string.h>

#include "transform/transform_entries.h"
#include "unit/reference_transforms.h"

/* Applies a transform, with its defaults where `parameters` is NULL, with poison all
 * around `out` and in the scratch. */
static double *apply(const numeral_transform *transform, const double *parameters,
                     const double *in, size_t height, size_t width)
{
    double defaults[NUMERAL_MAX_PARAMETERS] = {0};
    for (size_t i = 0; i < transform->entry.n_parameters; i++) {
        defaults[i] = transform->entry.parameters[i].standard;
    }
    const double *used = parameters ? parameters : defaults;
    size_t out_height = height, out_width = width;
    if (transform->shape) {
        transform->shape(used, &out_height, &out_width);
    }
    size_t n_scratch = transform->scratch ? transform->scratch(used, height, width) : 0;
    double *out = malloc((out_height * out_width + 1) * sizeof *out);
    double *scratch = malloc((n_scratch + 1) * sizeof *scratch);
    assert_true(out && scratch);
    for (size_t i = 0; i < n_scratch + 1; i++) {
        scratch[i] = -77;
    }
    for (size_t i = 0; i < out_height * out_width + 1; i++) {
        out[i] = -77;
    }
    transform->apply(used, height, width, in, out, scratch);
    assert_true(out[out_height * out_width] == -77 && scratch[n_scratch] == -77);
    free(scratch);
    return out;
}

static void expect_sampled(const double *found, size_t height, size_t width,
                           size_t row_step, size_t column_step, const double *expected,
                           double tolerance)
{
    for (size_t y = 0, i = 0; y < height; y += row_step) {
        for (size_t x = 0; x < width; x += column_step, i++) {
            assert_near(found[y * width + x], expected[i], tolerance);
        }
    }
}

static void deskew_is_scipys(void **state)
{
    (void)state;
    double image[28 * 28];
    make_pattern(28, 28, true, image);
    double *out = apply(&numeral_transform_deskew, NULL, image, 28, 28);
    expect_sampled(out, 28, 28, 3, 2, deskew_28x28, 1e-9);
    free(out);
    make_pattern(9, 12, true, image);
    out = apply(&numeral_transform_deskew, NULL, image, 9, 12);
    assert_all_near(out, deskew_9x12, 9 * 12, 1e-9);
    free(out);
}

static void deskew_moves_a_row_of_ink_to_the_middle(void **state)
{
    (void)state;
    double image[5 * 5] = {0};
    image[0] = image[1] = image[2] = 90; /* row 0, centre (1, 0) */
    double *out = apply(&numeral_transform_deskew, NULL, image, 5, 5);
    double expected[5 * 5] = {0};
    expected[11] = expected[12] = expected[13] = 90;
    assert_all_near(out, expected, 25, 1e-12);
    free(out);
}

static void blur_is_scipys(void **state)
{
    (void)state;
    double image[28 * 28];
    make_pattern(28, 28, false, image);
    double *out = apply(&numeral_transform_blur, NULL, image, 28, 28);
    expect_sampled(out, 28, 28, 4, 3, blur_28x28, 1e-9);
    free(out);
    make_pattern(9, 12, false, image);
    out = apply(&numeral_transform_blur, (double[]){1.5}, image, 9, 12);
    assert_all_near(out, blur_9x12, 9 * 12, 1e-9);
    free(out);
}

/* A transform of the 9 × 12 pattern against `n` expected pixels. */
static void expect_small(const numeral_transform *transform, const double *parameters,
                         bool ground, const double *expected, size_t n, double tolerance)
{
    double image[9 * 12];
    make_pattern(9, 12, ground, image);
    double *out = apply(transform, parameters, image, 9, 12);
    assert_all_near(out, expected, n, tolerance);
    free(out);
}

static void slant_is_scipys_within_its_limit(void **state)
{
    (void)state;
    expect_small(&numeral_transform_slant, (double[]){4}, true, slant_9x12, 108, 1e-9);
    expect_small(&numeral_transform_slant, (double[]){0.25}, true, slant_limit_9x12, 108,
                 1e-9);
}

static void center_moves_mass_or_box(void **state)
{
    (void)state;
    expect_small(&numeral_transform_center, (double[]){0}, true, center_mass_9x12, 108,
                 1e-9);
    double image[4 * 5] = {0}, expected[4 * 5] = {0};
    image[3] = 9, image[4] = 8, image[9] = 7; /* rows 0 and 1, columns 3 and 4 */
    expected[7] = 9, expected[8] = 8, expected[13] = 7;
    double *out = apply(&numeral_transform_center, (double[]){1}, image, 4, 5);
    assert_all_near(out, expected, 20, 0);
    free(out);
}

static void contrast_is_scikit_images(void **state)
{
    (void)state;
    expect_small(&numeral_transform_contrast, (double[]){10, 92.5}, true, contrast_9x12,
                 108, 1e-9);
}

static void threshold_finds_otsus_level(void **state)
{
    (void)state;
    double image[9 * 12];
    make_pattern(9, 12, false, image);
    for (size_t i = 0; i < 108; i++) {
        image[i] = 60 + (double)((int)image[i] % 90);
    }
    double *otsu = apply(&numeral_transform_threshold, NULL, image, 9, 12);
    double *given = apply(&numeral_transform_threshold, (double[]){70.5}, image, 9, 12);
    for (size_t i = 0; i < 108; i++) {
        assert_true(otsu[i] == (image[i] > otsu_of_small ? 255 : 0));
        assert_true(given[i] == (image[i] > 70.5 ? 255 : 0));
    }
    free(otsu);
    free(given);
}

static void resize_is_pillows(void **state)
{
    (void)state;
    expect_small(&numeral_transform_resize, (double[]){5, 17}, false, resize_9x12_to_5x17,
                 85, 1e-4); /* Pillow's float32 */
    double image[28 * 28];
    make_pattern(28, 28, false, image);
    double *out = apply(&numeral_transform_resize, (double[]){8, 0}, image, 28, 28);
    assert_all_near(out, resize_28x28_to_8x8, 64, 1e-4);
    free(out);
}

static void thin_is_scikit_images(void **state)
{
    (void)state;
    double image[20 * 16] = {0};
    for (size_t y = 2; y < 18; y++) {
        for (size_t x = 3; x < (y >= 5 && y < 9 ? 15 : 9); x++) {
            image[y * 16 + x] = 255;
        }
    }
    double *out = apply(&numeral_transform_thin, NULL, image, 20, 16);
    assert_all_near(out, thin_20x16, 20 * 16, 0);
    free(out);
}

/* Every transform, over its parameters' corners and odd sizes: finite numbers, a blank
 * image stays finite, and no write beyond the result or the scratch. */
static void check_size(const numeral_transform *transform, const double *parameters,
                       size_t height, size_t width)
{
    double *image = calloc(height * width, sizeof *image);
    assert_non_null(image);
    for (int filled = 0; filled < 2; filled++) {
        if (filled) {
            make_pattern(height, width, false, image);
        }
        size_t out_height = height, out_width = width;
        if (transform->shape) {
            transform->shape(parameters, &out_height, &out_width);
        }
        double *out = apply(transform, parameters, image, height, width);
        for (size_t i = 0; i < out_height * out_width; i++) {
            assert_true(isfinite(out[i]));
        }
        free(out);
    }
    free(image);
}

static void every_transform_takes_any_size(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{1, 1}, {1, 7},   {9, 1},  {2, 2},
                                      {3, 5}, {28, 28}, {31, 50}};
    for (size_t t = 0; t < numeral_n_transforms; t++) {
        const numeral_transform *transform = numeral_transform_of(numeral_transforms[t]);
        const numeral_entry *entry = &transform->entry;
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            for (int corner = 0; corner < 3; corner++) {
                double parameters[NUMERAL_MAX_PARAMETERS] = {0};
                for (size_t p = 0; p < entry->n_parameters; p++) {
                    const numeral_parameter *about = &entry->parameters[p];
                    parameters[p] = corner == 0   ? about->minimum
                                    : corner == 1 ? about->standard
                                                  : about->maximum;
                }
                check_size(transform, parameters, sizes[s][0], sizes[s][1]);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deskew_is_scipys),
        cmocka_unit_test(deskew_moves_a_row_of_ink_to_the_middle),
        cmocka_unit_test(blur_is_scipys),
        cmocka_unit_test(slant_is_scipys_within_its_limit),
        cmocka_unit_test(center_moves_mass_or_box),
        cmocka_unit_test(contrast_is_scikit_images),
        cmocka_unit_test(threshold_finds_otsus_level),
        cmocka_unit_test(resize_is_pillows),
        cmocka_unit_test(thin_is_scikit_images),
        cmocka_unit_test(every_transform_takes_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
