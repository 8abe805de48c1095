/* Features against NumPy and scikit-image (reference_features.h) and hand values. */
#include "unit/pattern.h"

#include "feature/feature_entries.h"
#include "unit/reference_features.h"

static void pixels_are_the_image(void **state)
{
    (void)state;
    double image[6], out[6];
    make_pattern(2, 3, false, image);
    assert_true(numeral_feature_pixels.is_pixels);
    assert_int_equal(numeral_feature_pixels.dims(NULL, 2, 3), 6);
    numeral_feature_pixels.compute(NULL, 2, 3, image, out, NULL);
    assert_all_near(out, image, 6, 0);
}

/* Computes a feature with poison behind `out` and the scratch. */
static double *compute(const numeral_feature *feature, const double *parameters,
                       const double *image, size_t height, size_t width)
{
    size_t n = feature->dims(parameters, height, width);
    size_t n_scratch = feature->scratch ? feature->scratch(parameters, height, width) : 0;
    double *out = malloc((n + 1) * sizeof *out);
    double *scratch = malloc((n_scratch + 1) * sizeof *scratch);
    assert_true(out && scratch);
    for (size_t i = 0; i < n + 1; i++) {
        out[i] = -77;
    }
    for (size_t i = 0; i < n_scratch + 1; i++) {
        scratch[i] = -77;
    }
    feature->compute(parameters, height, width, image, out, scratch);
    assert_true(out[n] == -77 && scratch[n_scratch] == -77);
    free(scratch);
    return out;
}

/* The feature of a pattern, every `step`-th number, against `n` expected ones, within a
 * relative tolerance or `least`. */
static void expect(const numeral_feature *feature, const double *parameters,
                   size_t height, size_t width, bool ground, size_t step,
                   const double *expected, size_t n, double tolerance, double least)
{
    double image[28 * 28];
    make_pattern(height, width, ground, image);
    double *out = compute(feature, parameters, image, height, width);
    assert_int_equal((feature->dims(parameters, height, width) + step - 1) / step, n);
    for (size_t i = 0; i < n; i++) {
        assert_near(out[i * step], expected[i], tolerance * fabs(expected[i]) + least);
    }
    free(out);
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void gradient_is_numpys(void **state)
{
    (void)state;
    const numeral_feature *feature = &numeral_feature_gradient;
    expect(feature, (double[]){8, 7}, 28, 28, true, 5, gradient_28x28,
           COUNT(gradient_28x28), 1e-12, 1e-9);
    expect(feature, (double[]){12, 5}, 28, 28, true, 5, gradient_28x28_12_5,
           COUNT(gradient_28x28_12_5), 1e-10, 1e-9);
    expect(feature, (double[]){4, 3}, 9, 12, true, 1, gradient_9x12_4_3,
           COUNT(gradient_9x12_4_3), 1e-10, 1e-9);
}

static void hog_is_scikit_images(void **state)
{
    (void)state;
    expect(&numeral_feature_hog, (double[]){9, 4, 2}, 28, 28, true, 5, hog_28x28,
           COUNT(hog_28x28), 1e-6, 1e-9);
    expect(&numeral_feature_hog, (double[]){5, 4, 1}, 12, 8, false, 1, hog_12x8_5_4_1,
           COUNT(hog_12x8_5_4_1), 1e-6, 1e-9);
}

static void zoning_is_scikit_images(void **state)
{
    (void)state;
    expect(&numeral_feature_zoning, (double[]){7}, 28, 28, true, 1, zoning_28x28,
           COUNT(zoning_28x28), 1e-12, 1e-9);
}

static void hu_is_scikit_images(void **state)
{
    (void)state;
    expect(&numeral_feature_hu, (double[]){1}, 28, 28, true, 1, hu_28x28, COUNT(hu_28x28),
           1e-9, 0);
    double logs[COUNT(hu_28x28)];
    for (size_t i = 0; i < COUNT(hu_28x28); i++) {
        logs[i] = hu_28x28[i] < 0 ? log10(-hu_28x28[i]) : -log10(hu_28x28[i]);
    }
    expect(&numeral_feature_hu, (double[]){0}, 28, 28, true, 1, logs, COUNT(logs), 1e-9,
           1e-9);
}

static void zernike_is_the_definition(void **state)
{
    (void)state;
    expect(&numeral_feature_zernike, (double[]){8}, 28, 28, true, 1, zernike_28x28,
           COUNT(zernike_28x28), 1e-11, 1e-9);
    double image[9 * 12];
    make_pattern(9, 12, true, image);
    double *out = compute(&numeral_feature_zernike, (double[]){20}, image, 9, 12);
    assert_all_near(out + 121 - 11, zernike_9x12_20, 11, 1e-7);
    free(out);
}

static void profiles_count_ink_and_crossings(void **state)
{
    (void)state;
    const double image[2 * 4] = {255, 0,  255, 255,  /* two strokes */
                                 0,   51, 0,   204}; /* one above the level of 127 */
    const double expected[12] = {0.75, 0.25, 0.5, 0.1, 0.5, 0.9,
                                 1.0,  0.5,  0.5, 0,   0.5, 0.5};
    double *out = compute(&numeral_feature_profiles, (double[]){0.5, 127}, image, 2, 4);
    assert_all_near(out, expected, 12, 1e-12);
    free(out);
}

/* Every feature at its parameters' corners and odd sizes: finite numbers, and no write
 * beyond the result or the scratch. */
static void check_size(const numeral_feature *feature, const double *parameters,
                       size_t height, size_t width)
{
    double *image = calloc(height * width, sizeof *image);
    assert_non_null(image);
    for (int filled = 0; filled < 2; filled++) {
        if (filled) {
            make_pattern(height, width, false, image);
        }
        double *out = compute(feature, parameters, image, height, width);
        for (size_t i = 0; i < feature->dims(parameters, height, width); i++) {
            assert_true(isfinite(out[i]));
        }
        free(out);
    }
    free(image);
}

static void every_feature_takes_any_size(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{1, 1}, {1, 7}, {9, 1}, {2, 2}, {3, 5}, {31, 50}};
    for (size_t f = 0; f < numeral_n_features; f++) {
        const numeral_feature *feature = numeral_feature_of(numeral_features[f]);
        const numeral_entry *entry = &feature->entry;
        for (size_t s = 0; s < COUNT(sizes) * 3; s++) {
            double parameters[NUMERAL_MAX_PARAMETERS] = {0};
            for (size_t p = 0; p < entry->n_parameters; p++) {
                const numeral_parameter *about = &entry->parameters[p];
                parameters[p] = s % 3 == 0   ? about->minimum
                                : s % 3 == 1 ? about->standard
                                             : about->maximum;
            }
            assert_true(feature->dims(parameters, 28, 28) <= 4096);
            check_size(feature, parameters, sizes[s / 3][0], sizes[s / 3][1]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_are_the_image),
        cmocka_unit_test(gradient_is_numpys),
        cmocka_unit_test(hog_is_scikit_images),
        cmocka_unit_test(zoning_is_scikit_images),
        cmocka_unit_test(hu_is_scikit_images),
        cmocka_unit_test(zernike_is_the_definition),
        cmocka_unit_test(profiles_count_ink_and_crossings),
        cmocka_unit_test(every_feature_takes_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
