/* Features against NumPy and scikit-image (reference_features.h) and hand values. */
#include "unit/pattern.h"

#include "feature/feature_entries.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_are_the_image),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
