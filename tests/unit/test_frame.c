/* Framing: MNIST's own digits stay what they are, and the same digit comes out of bad
 * pictures of it as of a good one. */
#include "tests/unit/data_bytes.h"
#include "tests/unit/degrade.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE };

static void frame_ok(const numeral_image *in, size_t height, size_t width, uint8_t *out)
{
    numeral_error err = {0};
    if (numeral_image_frame(in, height, width, out, &err)) {
        fail_msg("%s", err.text);
    }
}

/* A seven drawn with an edge of grey, 20 × 14 with its mass in the middle of 28 × 28. */
static void draw_seven(uint8_t pixels[PIXELS])
{
    memset(pixels, 0, PIXELS);
    for (int y = 0; y < 20; y++) {
        for (int x = 0; x < 14; x++) {
            double bar = y - 1.5, stem = (x - 12.0 + 0.45 * y) / 1.1;
            double off = fabs(bar) < fabs(stem) ? fabs(bar) : fabs(stem);
            double ink = 2.2 - off;
            pixels[(y + 5) * SIDE + x + 6] = (uint8_t)(ink <= 0   ? 0
                                                       : ink >= 1 ? 255
                                                                  : 255 * ink);
        }
    }
}

static double difference(const uint8_t *a, const uint8_t *b)
{
    int sum = 0;
    for (int i = 0; i < PIXELS; i++) {
        sum += abs(a[i] - b[i]);
    }
    return (double)sum / PIXELS;
}

static void framed_stays_framed(void **state)
{
    (void)state;
    uint8_t seven[PIXELS], once[PIXELS], twice[PIXELS];
    draw_seven(seven);
    numeral_image image = {SIDE, SIDE, seven};
    frame_ok(&image, SIDE, SIDE, once);
    image.pixels = once;
    frame_ok(&image, SIDE, SIDE, twice);
    assert_true(difference(once, twice) < 0.5);
    for (int i = 0; i < PIXELS; i++) {
        seven[i] = (uint8_t)(255 - seven[i]);
    }
    image.pixels = seven;
    frame_ok(&image, SIDE, SIDE, twice); /* dark on light gives the same */
    assert_true(difference(once, twice) < 0.5);
}

/* Box of 20 pixels, mass in the middle: what the method promises. */
static void box_and_centre(void **state)
{
    (void)state;
    uint8_t seven[PIXELS], out[56 * 42];
    static const size_t sizes[][2] = {{28, 28}, {56, 42}, {14, 20}};
    draw_seven(seven);
    for (size_t s = 0; s < 3; s++) {
        size_t height = sizes[s][0], width = sizes[s][1];
        numeral_image image = {SIDE, SIDE, seven};
        frame_ok(&image, height, width, out);
        double mass = 0, y_mass = 0, x_mass = 0;
        size_t top = height, bottom = 0;
        for (size_t y = 0; y < height; y++) {
            for (size_t x = 0; x < width; x++) {
                double v = out[y * width + x];
                mass += v;
                y_mass += v * (double)y;
                x_mass += v * (double)x;
                if (v >= 64) { /* grey edges lie outside */
                    top = y < top ? y : top;
                    bottom = y + 1;
                }
            }
        }
        double box = (double)(height < width ? height : width) * 20 / 28;
        assert_true(fabs((double)(bottom - top) - box) <= 1);
        assert_true(fabs(y_mass / mass - (double)height / 2) <= 1);
        assert_true(fabs(x_mass / mass - (double)width / 2) <= 1);
    }
}

static void blank_gives_zeros(void **state)
{
    (void)state;
    static const uint8_t greys[] = {0, 128, 255};
    uint8_t pixels[PIXELS], out[PIXELS];
    for (size_t i = 0; i < 3; i++) {
        memset(pixels, greys[i], sizeof pixels);
        memset(out, 1, sizeof out);
        numeral_image image = {SIDE, SIDE, pixels};
        frame_ok(&image, SIDE, SIDE, out);
        for (int j = 0; j < PIXELS; j++) {
            assert_int_equal(out[j], 0);
        }
    }
}

static void specks_are_dropped(void **state)
{
    (void)state;
    uint8_t seven[PIXELS], clean[PIXELS], out[PIXELS];
    draw_seven(seven);
    numeral_image image = {SIDE, SIDE, seven};
    frame_ok(&image, SIDE, SIDE, clean);
    seven[2 * SIDE + 2] = 255;
    seven[26 * SIDE + 25] = 255;
    frame_ok(&image, SIDE, SIDE, out);
    assert_true(difference(clean, out) < 0.5);
}

/* Forty digits, of which one is bold: each is a speck beside all ink, but that one is not
 * the whole. */
static void a_page_is_not_its_boldest_digit(void **state)
{
    (void)state;
    enum { ROWS = 4, COLUMNS = 10 };
    uint8_t seven[PIXELS], alone[PIXELS], out[PIXELS];
    numeral_image page = {0};
    draw_seven(seven);
    frame_ok(&(numeral_image){SIDE, SIDE, seven}, SIDE, SIDE, alone);
    assert_int_equal(numeral_image_create(SIDE * ROWS, SIDE * COLUMNS, &page, NULL), 0);
    for (size_t i = 0; i < page.height * page.width; i++) {
        size_t y = i / page.width, x = i % page.width;
        bool bold = y / SIDE == 1 && x / SIDE == 4;
        page.pixels[i] = (uint8_t)(seven[y % SIDE * SIDE + x % SIDE] / (bold ? 1 : 2));
    }
    frame_ok(&page, SIDE, SIDE, out);
    assert_true(difference(alone, out) > 20);
    numeral_image_free(&page);
}

/* The seven, `factor` times as large, as dark ink on light paper; owned. */
static numeral_image on_paper(const uint8_t seven[PIXELS], size_t factor)
{
    numeral_image out = {0};
    assert_int_equal(numeral_image_create(SIDE * factor, SIDE * factor, &out, NULL), 0);
    for (size_t i = 0; i < out.height * out.width; i++) {
        size_t y = i / out.width / factor, x = i % out.width / factor;
        out.pixels[i] = (uint8_t)(230 - seven[y * SIDE + x] * 200 / 255);
    }
    return out;
}

static void darken(numeral_image *image, size_t top, size_t left, size_t bottom,
                   size_t right)
{
    for (size_t y = top; y < bottom; y++) {
        memset(image->pixels + y * image->width + left, 20, right - left);
    }
}

/* The printed box of a form, a ruled line, the lid of a scanner: small pictures are
 * looked at once, large ones twice. */
static void lines_at_the_edge_are_dropped(void **state)
{
    (void)state;
    uint8_t seven[PIXELS], clean[PIXELS], out[PIXELS];
    draw_seven(seven);
    for (size_t factor = 2; factor <= 18; factor += 8) {
        numeral_image image = on_paper(seven, factor);
        size_t side = image.width, pen = factor;
        frame_ok(&image, SIDE, SIDE, clean);
        darken(&image, 0, 0, side, pen);
        darken(&image, 0, 0, 2 * pen, side);
        frame_ok(&image, SIDE, SIDE, out);
        assert_true(difference(clean, out) < 9);
        darken(&image, 0, side - pen, side, side);
        darken(&image, side - pen, 0, side, side);
        frame_ok(&image, SIDE, SIDE, out);
        assert_true(difference(clean, out) < 9);
        numeral_image_free(&image);
        image = on_paper(seven, factor);
        darken(&image, side - 2 * pen, 0, side - pen, side);
        frame_ok(&image, SIDE, SIDE, out);
        assert_true(difference(clean, out) < 9);
        numeral_image_free(&image);
    }
}

/* Nothing but ink at the edge: then that is the digit. */
static void tight_crops_are_framed(void **state)
{
    (void)state;
    uint8_t seven[PIXELS], clean[PIXELS], out[PIXELS];
    draw_seven(seven);
    numeral_image image = on_paper(seven, 6);
    frame_ok(&image, SIDE, SIDE, clean);
    for (size_t y = 0; y < 20 * 6; y++) {
        memmove(image.pixels + y * 14 * 6, image.pixels + (y + 30) * image.width + 36,
                14 * 6);
    }
    image.height = 20 * 6;
    image.width = 14 * 6;
    frame_ok(&image, SIDE, SIDE, out);
    assert_true(difference(clean, out) < 9);
    /* a ring that covers most of a small picture, its border too */
    uint8_t ring[64];
    for (int i = 0; i < 64; i++) {
        int y = i / 8, x = i % 8;
        ring[i] = y >= 2 && y < 6 && x >= 2 && x < 6 ? 250 : 10;
        ring[i] = (y == 0 || y == 7) && (x < 2 || x > 5) ? 250 : ring[i];
        ring[i] = (x == 0 || x == 7) && (y < 2 || y > 5) ? 250 : ring[i];
    }
    image.height = image.width = 8;
    memcpy(image.pixels, ring, sizeof ring);
    frame_ok(&image, SIDE, SIDE, out);
    assert_true(out[14 * SIDE + 14] < 64 || out[14 * SIDE + 14] > 192);
    numeral_image_free(&image);
}

/* A digit of a third of the size keeps steep edges and its mean. */
static void small_digits_keep_their_shape(void **state)
{
    (void)state;
    uint8_t seven[PIXELS], good[PIXELS], out[PIXELS], few[81];
    draw_seven(seven);
    numeral_image image = {SIDE, SIDE, seven}, small = {9, 9, few};
    frame_ok(&image, SIDE, SIDE, good);
    for (int i = 0; i < 81; i++) {
        int sum = 0;
        for (int j = 0; j < 9; j++) {
            sum += seven[(i / 9 * 3 + j / 3) * SIDE + i % 9 * 3 + j % 3];
        }
        few[i] = (uint8_t)(sum / 9);
    }
    frame_ok(&small, SIDE, SIDE, out);
    assert_true(difference(good, out) < 11); /* interpolation alone: 15.6 */
}

static void any_size_is_framed(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{1, 1},    {1, 2}, {2, 1},    {3, 3},    {1, 5000},
                                      {5000, 1}, {8, 8}, {700, 30}, {257, 255}};
    uint8_t out[PIXELS];
    numeral_random random = numeral_random_seed(3, 0);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        numeral_image image = {0};
        assert_int_equal(numeral_image_create(sizes[s][0], sizes[s][1], &image, NULL), 0);
        for (size_t i = 0; i < image.height * image.width; i++) {
            image.pixels[i] = (uint8_t)numeral_random_next(&random);
        }
        frame_ok(&image, SIDE, SIDE, out);
        frame_ok(&image, 1, 1, out);
        numeral_image_free(&image);
    }
    numeral_image nothing = {0};
    numeral_error err;
    assert_int_equal(numeral_image_frame(&nothing, SIDE, SIDE, out, &err),
                     NUMERAL_ERROR_FORMAT);
    expect_text(err.text, "image: image of 0 × 0 pixels");
}

/* Scale, polarity, shift, shading and noise: the same digit, near enough. */
static void bad_pictures_give_the_digit(void **state)
{
    (void)state;
    static const double scales[] = {0.5, 1, 3, 9, 20};
    uint8_t seven[PIXELS], good[PIXELS], out[PIXELS];
    draw_seven(seven);
    numeral_image image = {SIDE, SIDE, seven};
    frame_ok(&image, SIDE, SIDE, good);
    for (size_t s = 0; s < 5; s++) {
        double sum = 0;
        for (uint64_t i = 0; i < 6; i++) {
            numeral_random random = numeral_random_seed(s, i);
            numeral_image bad = degrade(seven, scales[s], &random);
            frame_ok(&bad, SIDE, SIDE, out);
            sum += difference(good, out) / 6;
            numeral_image_free(&bad);
        }
        /* the digit's mean is about 33: an empty or misplaced one is 30 away or more */
        assert_true(sum < (scales[s] < 1 ? 18 : 12));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(framed_stays_framed),
        cmocka_unit_test(box_and_centre),
        cmocka_unit_test(blank_gives_zeros),
        cmocka_unit_test(specks_are_dropped),
        cmocka_unit_test(a_page_is_not_its_boldest_digit),
        cmocka_unit_test(lines_at_the_edge_are_dropped),
        cmocka_unit_test(tight_crops_are_framed),
        cmocka_unit_test(small_digits_keep_their_shape),
        cmocka_unit_test(any_size_is_framed),
        cmocka_unit_test(bad_pictures_give_the_digit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
