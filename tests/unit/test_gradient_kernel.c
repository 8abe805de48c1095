/* The fixed-point gradient against the float64 stages, and every instruction set against
 * plain C. */
#include "unit/pattern.h"

#include <string.h>

#include "base/random.h"
#include "feature/feature_entries.h"
#include "kernel/gradient.h"
#include "transform/transform_entries.h"

enum { PIXELS = 28 * 28, DIMS = NUMERAL_GRADIENT_DIMS };

static void check_image(const uint8_t *image, double tolerance)
{
    double plane[PIXELS], upright[PIXELS], expected[DIMS];
    int16_t out[DIMS];
    for (size_t i = 0; i < PIXELS; i++) {
        plane[i] = image[i];
    }
    const double parameters[] = {8, 7};
    double *scratch =
        malloc(numeral_feature_gradient.scratch(parameters, 28, 28) * sizeof *scratch);
    assert_non_null(scratch);
    numeral_transform_deskew.apply(NULL, 28, 28, plane, upright, NULL);
    numeral_feature_gradient.compute(parameters, 28, 28, upright, expected, scratch);
    free(scratch);
    numeral_gradient_ref(image, out);
    for (size_t i = 0; i < DIMS; i++) {
        assert_near(out[i] / 32767.0, expected[i], tolerance);
    }
    for (numeral_cpu cpu = 0; cpu < NUMERAL_CPU_COUNT; cpu++) {
        if (numeral_cpu_available(cpu)) {
            int16_t again[DIMS];
            memset(again, 0x55, sizeof again);
            numeral_gradient_kernel_get(cpu)(image, again);
            assert_memory_equal(again, out, sizeof out);
        }
    }
}

/* A slanted stroke of random place, slope and width on zero ground. */
static void draw_stroke(numeral_random *random, uint8_t *image)
{
    double slope = 2 * numeral_random_unit(random) - 1;
    double middle = 8 + 12 * numeral_random_unit(random);
    double width = 1 + 2 * numeral_random_unit(random);
    memset(image, 0, PIXELS);
    for (size_t y = 4; y < 24; y++) {
        for (size_t x = 0; x < 28; x++) {
            double distance = fabs((double)x - middle - slope * ((double)y - 14));
            double ink = 255 * (width - distance);
            image[y * 28 + x] = (uint8_t)(ink < 0 ? 0 : ink > 255 ? 255 : ink);
        }
    }
}

static void strokes_are_near_the_float_stages(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(1, 0);
    uint8_t image[PIXELS];
    for (int i = 0; i < 300; i++) {
        draw_stroke(&random, image);
        check_image(image, 0.01);
    }
}

/* Carries on a digest (FNV-1a) with the bits of an image's gradient. */
static uint64_t add_bits(uint64_t digest, const uint8_t *image)
{
    int16_t out[DIMS];
    numeral_gradient_ref(image, out);
    for (size_t j = 0; j < DIMS; j++) {
        digest = (digest ^ (uint16_t)out[j]) * 0x100000001b3;
    }
    return digest;
}

/* Models hold rows of these bits, so they stay as they are, whatever machine and
 * compiler: over strokes and noise, and over single dots, where sums are small. */
static void bits_stay_as_they_are(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(3, 0);
    uint8_t image[PIXELS];
    uint64_t digest = 0xcbf29ce484222325;
    for (int i = 0; i < 200; i++) {
        draw_stroke(&random, image);
        for (size_t j = 0; i % 2 && j < PIXELS; j++) {
            image[j] = numeral_random_below(&random, 2) ? 255 : 0;
        }
        digest = add_bits(digest, image);
    }
    assert_int_equal(digest, 0xae76cf1906505efe);
    digest = 0xcbf29ce484222325;
    for (size_t at = 0; at < PIXELS; at += 3) {
        memset(image, 0, sizeof image);
        image[at] = image[numeral_random_below(&random, PIXELS)] = 1;
        digest = add_bits(digest, image);
    }
    assert_int_equal(digest, 0x2f0346d548faab49);
}

static void noise_and_extremes_do_not_overflow(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(2, 0);
    uint8_t image[PIXELS];
    for (int i = 0; i < 200; i++) {
        unsigned threshold = (unsigned)numeral_random_below(&random, 256);
        for (size_t j = 0; j < PIXELS; j++) {
            unsigned value = (unsigned)numeral_random_below(&random, 256);
            image[j] = value > threshold ? 255 : 0; /* the steepest gradients */
        }
        check_image(image, 0.01);
    }
    for (size_t j = 0; j < PIXELS; j++) {
        image[j] = j % 28 / 4 % 2 ? 255 : 0;
    }
    check_image(image, 0.01);
}

static void blank_and_nearly_blank_images_are_fine(void **state)
{
    (void)state;
    uint8_t image[PIXELS] = {0};
    check_image(image, 0);
    for (size_t at = 0; at < PIXELS; at += 13) { /* one pixel; two in one row */
        memset(image, 0, sizeof image);
        image[at] = 255;
        check_image(image, 0.01);
        image[at / 28 * 28] = 200;
        check_image(image, 0.01);
    }
    memset(image, 255, sizeof image);
    check_image(image, 0.01);
    memset(image, 0, sizeof image); /* a shear beyond the image */
    image[3 * 28] = image[4 * 28 + 27] = 255;
    check_image(image, 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_stay_as_they_are),
        cmocka_unit_test(strokes_are_near_the_float_stages),
        cmocka_unit_test(noise_and_extremes_do_not_overflow),
        cmocka_unit_test(blank_and_nearly_blank_images_are_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
