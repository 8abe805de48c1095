/* Pictures that may be taken for several things: tight crops, hard shadows, parts at the
 * edge; and sets, whose ink is all of one polarity and whose levels are all as many. */
#include "tests/unit/check.h"

#include <numeral/numeral.h>
#include <numeral/shards.h>

#include "base/memory.h"
#include "framing/frame.h"
#include "model/frame_choice.h"
#include "model/model.h"
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

static numeral_label read(const uint8_t *framed)
{
    numeral_error err;
    numeral_reader reader = {0};
    numeral_run run = {.threads = 1};
    CHECK_OK(numeral_reader_open(&reader, model, NUMERAL_READ_ANSWER, 1, 0, &run, &err),
             err);
    CHECK_OK(numeral_reader_read(&reader, framed, NULL, 1, &err), err);
    numeral_label label = model->classes->labels[reader.verdicts[0].winner];
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
        CHECK_OK(numeral_frame_choose(model, &picture, (numeral_making){0}, framed,
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

/* A digit cut out, in the middle of a square whose edges it touches. */
static void square_crop(const uint8_t *digit, size_t side, uint8_t *out)
{
    numeral_image crop = tight_crop(digit, false);
    size_t longer = crop.height > crop.width ? crop.height : crop.width;
    size_t top = (longer - crop.height) / 2, left = (longer - crop.width) / 2;
    for (size_t i = 0; i < side * side; i++) {
        size_t y = i / side * longer / side, x = i % side * longer / side;
        bool in = y >= top && x >= left && y - top < crop.height && x - left < crop.width;
        bool ink = in && crop.pixels[(y - top) * crop.width + x - left] > 60;
        out[i] = ink ? 255 : 0;
    }
    numeral_image_free(&crop);
}

/* Where all reach across, a set was cut out tightly: what looks like a printed line is a
 * bar of the digit. */
static void a_set_is_cut_out_tightly(void **state)
{
    (void)state;
    enum { CROP = 24, AREA = CROP * CROP };
    static uint8_t pixels[N_DIGITS * AREA];
    numeral_error err;
    numeral_dataset set = {.name = "crops", .height = CROP, .width = CROP};
    numeral_framed framed;
    size_t same = 0, right = 0, tight = 0;
    set.n_images = N_DIGITS;
    set.pixels = pixels;
    for (size_t i = 0; i < N_DIGITS; i++) {
        square_crop(test.pixels + i * BYTES, CROP, pixels + i * AREA);
    }
    CHECK_OK(numeral_model_frame(model, &set, NULL, &framed, &err), err);
    for (size_t i = 0; i < N_DIGITS; i++) {
        numeral_image picture = {CROP, CROP, pixels + i * AREA};
        numeral_frame_about about;
        uint8_t light[BYTES];
        CHECK_OK(numeral_frame_picture(&picture, NUMERAL_INK_LIGHT, SIDE, SIDE, light,
                                       &about, &err),
                 err);
        tight += about.tight;
        same += memcmp(light, framed.pixels + i * BYTES, BYTES) == 0;
        right += read(framed.pixels + i * BYTES) == test.labels[i];
    }
    assert_true(tight >= N_DIGITS * 9 / 10);
    assert_true(same >= N_DIGITS * 9 / 10 && right >= N_DIGITS * 9 / 10);
    numeral_release(framed.owned);
}

/* What reaches along the edge beside other ink is a line, but no line in a crop. */
static void a_crop_keeps_its_bar(void **state)
{
    (void)state;
    enum { CROP = 24 };
    uint8_t pixels[CROP * CROP] = {0}, framed[2][BYTES];
    numeral_image picture = {CROP, CROP, pixels};
    static const numeral_ink_way ways[] = {NUMERAL_INK_USUAL, NUMERAL_INK_LIGHT};
    size_t wide[2] = {0};
    for (size_t i = 0; i < CROP * CROP; i++) {
        size_t y = i / CROP, x = i % CROP;
        pixels[i] = y < 3 || (y >= 8 && x >= 10 && x < 14) ? 255 : 0;
    }
    for (size_t way = 0; way < 2; way++) {
        numeral_frame_about about;
        numeral_error err;
        CHECK_OK(numeral_frame_picture(&picture, ways[way], SIDE, SIDE, framed[way],
                                       &about, &err),
                 err);
        for (size_t x = 0; x < SIDE; x++) {
            bool any = false;
            for (size_t y = 0; y < SIDE; y++) {
                any |= framed[way][y * SIDE + x] > 127;
            }
            wide[way] += any;
        }
        assert_true(about.tight);
    }
    assert_true(wide[0] < 8 && wide[1] > 16);
}

/* The test digits with room around them, of the levels from 0 to `white`. */
static void of_levels(unsigned white, numeral_dataset *out)
{
    *out = (numeral_dataset){.n_images = test.n_images, .height = LARGE, .width = LARGE};
    out->pixels = numeral_allocate_zero(test.n_images, (size_t)LARGE * LARGE, NULL);
    assert_non_null(out->pixels);
    for (size_t i = 0; i < test.n_images * BYTES; i++) {
        size_t y = i % BYTES / SIDE + 10, x = i % SIDE + 10;
        out->pixels[(i / BYTES * LARGE + y) * LARGE + x] =
            (uint8_t)((test.pixels[i] * white + 127) / 255);
    }
}

/* 0 and 1, or 0 to 16: a set of few levels is read as that of all. */
static void a_set_has_its_white(void **state)
{
    (void)state;
    static const unsigned whites[][2] = {{1, 1}, {16, 15}, {128, 100}};
    numeral_error err;
    for (size_t i = 0; i < sizeof whites / sizeof *whites; i++) {
        numeral_dataset few = {0}, all = {0};
        numeral_framed framed = {0}, expected = {0};
        of_levels(whites[i][1], &few);
        of_levels(whites[i][1], &all);
        for (size_t p = 0; p < N_DIGITS * (size_t)LARGE * LARGE; p++) {
            all.pixels[p] =
                (uint8_t)((all.pixels[p] * 255u + whites[i][0] / 2) / whites[i][0]);
        }
        CHECK_OK(numeral_model_frame(model, &few, NULL, &framed, &err), err);
        CHECK_OK(numeral_model_frame(model, &all, NULL, &expected, &err), err);
        assert_memory_equal(framed.pixels, expected.pixels, N_DIGITS * BYTES);
        /* a picture alone may be dark */
        few.n_images = 1;
        numeral_release(framed.owned);
        CHECK_OK(numeral_model_frame(model, &few, NULL, &framed, &err), err);
        assert_int_equal(framed.digits[0], whites[i][1] > 1);
        numeral_release(framed.owned);
        numeral_release(expected.owned);
        numeral_release(few.pixels);
        numeral_release(all.pixels);
    }
}

/* Of the frame's own size, too, for a model whose digits have all levels; one of few
 * reads its own as they are. */
static void a_taken_set_has_its_white(void **state)
{
    (void)state;
    numeral_dataset few = train;
    numeral_framed framed = {0};
    numeral_model *of_few = NULL;
    numeral_error err;
    few.pixels = numeral_allocate(N_ROWS, BYTES, NULL);
    assert_non_null(few.pixels);
    for (size_t i = 0; i < (size_t)N_ROWS * BYTES; i++) {
        few.pixels[i] = train.pixels[i] > 127;
    }
    assert_false(numeral_model_takes_data(model, &few));
    CHECK_OK(numeral_model_frame(model, &few, NULL, &framed, &err), err);
    for (size_t i = 0; i < (size_t)N_ROWS * BYTES; i++) {
        assert_int_equal(framed.pixels[i], few.pixels[i] ? 255 : 0);
    }
    numeral_release(framed.owned);
    assert_true(numeral_model_takes_data(model, &train));
    CHECK_OK(numeral_model_train(&few, "pixels -k 3", NULL, &of_few, &err), err);
    assert_true(numeral_model_takes_data(of_few, &few));
    CHECK_OK(numeral_model_frame(of_few, &few, NULL, &framed, &err), err);
    assert_ptr_equal(framed.pixels, few.pixels);
    numeral_model_destroy(of_few);
    /* few pictures may be dark ones */
    few.n_images = 19;
    assert_true(numeral_model_takes_data(model, &few));
    numeral_release(few.pixels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tight_crops_are_digits),
        cmocka_unit_test(shadows_are_no_ink),
        cmocka_unit_test(ways_differ),
        cmocka_unit_test(parts_stay_or_go),
        cmocka_unit_test(a_set_has_one_polarity),
        cmocka_unit_test(a_set_is_cut_out_tightly),
        cmocka_unit_test(a_crop_keeps_its_bar),
        cmocka_unit_test(a_set_has_its_white),
        cmocka_unit_test(a_taken_set_has_its_white),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
