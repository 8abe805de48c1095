/* Pictures that may be taken for several things: tight crops, hard shadows, parts at the
 * edge; and sets, whose ink is all of one polarity. */
#include "tests/unit/check.h"

#include <numeral/numeral.h>

#include "framing/frame.h"
#include "model/frame_choice.h"
#include "model/reader.h"

enum { N_ROWS = 1500, N_DIGITS = 60, SIDE = 28, BYTES = SIDE * SIDE, LARGE = 56 };

static numeral_dataset train, test;
static numeral_model *model;

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    return numeral_dataset_pen(N_ROWS, 1, NUMERAL_SPLIT_TRAIN, &train, &err) !=
               NUMERAL_OK ||
           numeral_dataset_pen(N_DIGITS, 1, NUMERAL_SPLIT_TEST, &test, &err) !=
               NUMERAL_OK ||
           numeral_model_train(&train, "deskew,gradient,nda=24 --dtype i8 -k 3", NULL,
                               &model, &err) != NUMERAL_OK;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    numeral_model_destroy(model);
    return 0;
}

/* The box of the digit without any ground around it. */
static numeral_image tight_crop(const uint8_t *digit, bool inverted)
{
    size_t top = SIDE, left = SIDE, bottom = 0, right = 0;
    numeral_image out = {0};
    for (size_t i = 0; i < BYTES; i++) {
        if (digit[i] > 60) {
            top = i / SIDE < top ? i / SIDE : top;
            left = i % SIDE < left ? i % SIDE : left;
            bottom = i / SIDE + 1;
            right = i % SIDE + 1 > right ? i % SIDE + 1 : right;
        }
    }
    assert_int_equal(numeral_image_create(bottom - top, right - left, &out, NULL), 0);
    for (size_t i = 0; i < out.height * out.width; i++) {
        uint8_t value = digit[(top + i / out.width) * SIDE + left + i % out.width];
        out.pixels[i] = inverted ? (uint8_t)(255 - value) : value;
    }
    return out;
}

/* Twice as large, dark on paper that a shadow's edge crosses. */
static numeral_image shadowed(const uint8_t *digit)
{
    numeral_image out = {0};
    assert_int_equal(numeral_image_create(LARGE, LARGE, &out, NULL), 0);
    for (size_t y = 0; y < LARGE; y++) {
        for (size_t x = 0; x < LARGE; x++) {
            double paper = 3 * x + 2 * y < 130 ? 230 : 110;
            double ink = digit[y / 2 * SIDE + x / 2] / 255.0;
            out.pixels[y * LARGE + x] = (uint8_t)(paper * (1 - 0.8 * ink));
        }
    }
    return out;
}

static uint8_t read(const uint8_t *framed)
{
    numeral_error err;
    numeral_reader reader = {0};
    numeral_run run = {.threads = 1};
    CHECK_OK(numeral_reader_open(&reader, model, NUMERAL_READ_ANSWER, 1, 0, &run, &err),
             err);
    CHECK_OK(numeral_reader_read(&reader, framed, NULL, 1, &err), err);
    uint8_t label = model->classes->labels[reader.verdicts[0].winner];
    numeral_reader_free(&reader);
    return label;
}

/* How many are read right as framed in the usual way, and as chosen. */
static void count_right(numeral_image (*make)(size_t), size_t *usual, size_t *chosen)
{
    numeral_error err;
    *usual = *chosen = 0;
    for (size_t i = 0; i < N_DIGITS; i++) {
        uint8_t framed[BYTES];
        numeral_frame_about about;
        numeral_image picture = make(i);
        CHECK_OK(numeral_image_frame(&picture, SIDE, SIDE, framed, &err), err);
        *usual += read(framed) == test.labels[i];
        CHECK_OK(numeral_frame_choose(model, &picture, NUMERAL_POLARITY_ANY, framed,
                                      &about, &err),
                 err);
        *chosen += read(framed) == test.labels[i];
        numeral_image_free(&picture);
    }
}

static numeral_image make_tight(size_t i)
{
    return tight_crop(test.pixels + i * BYTES, i % 2);
}

static numeral_image make_shadowed(size_t i)
{
    return shadowed(test.pixels + i * BYTES);
}

static void tight_crops_are_digits(void **state)
{
    (void)state;
    size_t usual, chosen;
    count_right(make_tight, &usual, &chosen);
    assert_true(chosen >= usual && chosen >= N_DIGITS * 9 / 10);
}

static void shadows_are_no_ink(void **state)
{
    (void)state;
    size_t usual, chosen;
    count_right(make_shadowed, &usual, &chosen);
    assert_true(usual < N_DIGITS / 3 && chosen >= N_DIGITS * 2 / 3);
}

/* Each way does what it says. */
static void ways_differ(void **state)
{
    (void)state;
    numeral_error err;
    numeral_image crop = tight_crop(test.pixels, false);
    uint8_t framed[NUMERAL_INK_WAYS][BYTES];
    numeral_frame_about about[NUMERAL_INK_WAYS];
    for (size_t way = 0; way < NUMERAL_INK_WAYS; way++) {
        CHECK_OK(numeral_frame_picture(&crop, (numeral_ink_way)way, SIDE, SIDE,
                                       framed[way], &about[way], &err),
                 err);
        assert_int_equal(about[way].way, way);
    }
    assert_true(about[NUMERAL_INK_LIGHT].light && about[NUMERAL_INK_LOCAL_LIGHT].light);
    assert_true(!about[NUMERAL_INK_DARK].light && !about[NUMERAL_INK_LOCAL_DARK].light);
    assert_int_equal(read(framed[NUMERAL_INK_LIGHT]), test.labels[0]);
    assert_memory_not_equal(framed[NUMERAL_INK_LIGHT], framed[NUMERAL_INK_DARK], BYTES);
    numeral_image_free(&crop);
}

/* How many columns have ink. */
static size_t columns_of(const uint8_t *framed)
{
    size_t n = 0;
    for (size_t x = 0; x < SIDE; x++) {
        size_t sum = 0;
        for (size_t y = 0; y < SIDE; y++) {
            sum += framed[y * SIDE + x];
        }
        n += sum > 255;
    }
    return n;
}

/* A bar along the whole edge is a printed line, unless it is to be kept; a small part at
 * the edge is the digit's, unless it is to go. */
static void parts_stay_or_go(void **state)
{
    (void)state;
    numeral_error err;
    uint8_t pixels[LARGE * LARGE], usual[BYTES], other[BYTES];
    numeral_image picture = {LARGE, LARGE, pixels};
    numeral_frame_about about;
    memset(pixels, 230, sizeof pixels);
    for (size_t y = 12; y < 48; y++) {
        memset(pixels + y * LARGE + 24, 30, 6);
    }
    memset(pixels, 30, 3 * LARGE);
    CHECK_OK(numeral_frame_picture(&picture, NUMERAL_INK_USUAL, SIDE, SIDE, usual, &about,
                                   &err),
             err);
    CHECK_OK(numeral_frame_picture(&picture, NUMERAL_INK_WHOLE, SIDE, SIDE, other, &about,
                                   &err),
             err);
    assert_memory_not_equal(usual, other, BYTES);
    memset(pixels, 230, 3 * LARGE);
    CHECK_OK(numeral_frame_picture(&picture, NUMERAL_INK_USUAL, SIDE, SIDE, usual, &about,
                                   &err),
             err);
    for (size_t y = 20; y < 34; y++) {
        memset(pixels + y * LARGE + LARGE - 4, 30, 4);
    }
    CHECK_OK(numeral_frame_picture(&picture, NUMERAL_INK_MAIN, SIDE, SIDE, other, &about,
                                   &err),
             err);
    assert_in_range(columns_of(other), 1, columns_of(usual) + 1);
    CHECK_OK(numeral_frame_picture(&picture, NUMERAL_INK_USUAL, SIDE, SIDE, other, &about,
                                   &err),
             err);
    assert_true(columns_of(other) >= columns_of(usual) + 2);
}

/* In a set with ink of one polarity no image has the other. */
static void a_set_has_one_polarity(void **state)
{
    (void)state;
    numeral_error err;
    enum { CROP = 20 };
    numeral_dataset set = {.name = "crops", .height = CROP, .width = CROP};
    numeral_run run = {.threads = 2};
    numeral_framed framed;
    static uint8_t pixels[N_DIGITS * CROP * CROP];
    for (size_t i = 0; i < N_DIGITS; i++) { /* the middle 20 of 28 rows and columns */
        for (size_t j = 0; j < CROP * CROP; j++) {
            pixels[i * CROP * CROP + j] =
                test.pixels[i * BYTES + (4 + j / CROP) * SIDE + 4 + j % CROP];
        }
    }
    set.n_images = N_DIGITS;
    set.pixels = pixels;
    CHECK_OK(numeral_model_frame(model, &set, &run, &framed, &err), err);
    size_t right = 0;
    for (size_t i = 0; i < N_DIGITS; i++) {
        right += read(framed.pixels + i * BYTES) == test.labels[i];
    }
    assert_true(right >= N_DIGITS * 9 / 10);
    assert_non_null(framed.digits);
    numeral_release(framed.owned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tight_crops_are_digits),
        cmocka_unit_test(shadows_are_no_ink),
        cmocka_unit_test(ways_differ),
        cmocka_unit_test(parts_stay_or_go),
        cmocka_unit_test(a_set_has_one_polarity),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
