/* idm and tangent as metrics of vectors. */
#include <string.h>

#include "unit/pattern.h"
#include "unit/reference_rerank.h"

#include <numeral/index.h>

#include "kernel/idm.h"
#include "metric/metric_entries.h"

enum { H = 12, W = 15, N = H * W };

static void make_pair(double *first, double *second)
{
    make_pattern(H, W, true, first);
    for (size_t i = 0; i < N; i++) {
        second[(H - 1 - i / W) * W + i % W] = first[i];
    }
}

static void tangent_is_numpys(void **state)
{
    (void)state;
    double first[N], second[N];
    make_pair(first, second);
    for (int i = 0; i < 4; i++) {
        const double parameters[] = {W, i / 2 ? 2 : 1, i % 2 ? 1 : 0.01};
        assert_true(numeral_metric_tangent.fits(parameters, N));
        double found = numeral_metric_tangent.distance(parameters, first, second, N);
        assert_near(found / tangent_distances[i], 1, 1e-10);
    }
}

/* Moved by two pixels an image costs nothing, by three it does; and grey levels are
 * rounded and clipped. */
static void idm_forgives_small_moves(void **state)
{
    (void)state;
    enum { SIDE = 16 };
    double image[SIDE * SIDE] = {0}, moved[SIDE * SIDE] = {0};
    double farther[SIDE * SIDE] = {0};
    for (size_t y = 6; y < 9; y++) {
        for (size_t x = 6; x < 9; x++) {
            image[y * SIDE + x] = 255.3;
            moved[(y - 2) * SIDE + x + 2] = 300;
            farther[(y - 2) * SIDE + x + 3] = 255;
        }
    }
    const double two[] = {0, 2}, three[] = {16, 3}, none[] = {0, 0};
    size_t n = SIDE * SIDE;
    assert_true(numeral_metric_idm.distance(two, image, moved, n) == 0);
    assert_true(numeral_metric_idm.distance(two, image, farther, n) > 0);
    assert_true(numeral_metric_idm.distance(three, image, farther, n) == 0);
    assert_true(numeral_metric_idm.distance(none, image, moved, n) > 0);
    assert_true(numeral_metric_idm.distance(none, image, image, n) == 0);
}

/* The largest images there are, and what is no image. */
static void sides_are_bounded(void **state)
{
    (void)state;
    static double image[64 * 64];
    const double square[] = {0, 6}, wide[] = {30, 6}, both[] = {0, 2, 0.01};
    for (size_t i = 0; i < 64 * 64; i++) {
        image[i] = (double)(i % 251);
    }
    assert_true(numeral_metric_idm.distance(square, image, image, 64 * 64) == 0);
    assert_near(numeral_metric_tangent.distance(both, image, image, 32 * 32), 0, 1e-6);
    assert_true(numeral_metric_idm.fits(wide, 30 * 64));
    assert_false(numeral_metric_idm.fits(wide, 30 * 65));
    assert_false(numeral_metric_idm.fits(wide, 31));
    assert_false(numeral_metric_idm.fits(square, 65 * 65));
    assert_false(numeral_metric_tangent.fits(both, 33 * 33));
    for (size_t n = 1; n <= NUMERAL_MAX_DIMS; n++) {
        size_t side = (size_t)sqrt((double)n);
        assert_true(numeral_metric_idm.fits(square, n) == (side * side == n));
    }
}

static void an_index_refuses_other_vectors(void **state)
{
    (void)state;
    static const uint8_t rows[64] = {0};
    numeral_rows given = {rows, NUMERAL_U8, 2, 32, 32};
    numeral_index *index = NULL;
    numeral_error err;
    assert_int_equal(
        numeral_index_create(&given, "brute", "idm", NULL, NULL, &index, &err),
        NUMERAL_ERROR_UNSUPPORTED);
    assert_null(index);
    assert_string_equal(err.text,
                        "metric idm: needs pixels of images of at most 64 x 64, square "
                        "or of the width given; rows have 32 dims");
    assert_int_equal(
        numeral_index_create(&given, "brute", "idm=width=8", NULL, NULL, &index, &err),
        NUMERAL_OK);
    numeral_index_destroy(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tangent_is_numpys),
        cmocka_unit_test(idm_forgives_small_moves),
        cmocka_unit_test(sides_are_bounded),
        cmocka_unit_test(an_index_refuses_other_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
