/* Check-ups: clean pictures pass, and each fault is named, that fault alone. The pictures
 * are drawn with a pen of a chosen width along the strokes of the pen generator. */
#include "tests/unit/check.h"

#include <math.h>
#include <stdlib.h>

#include <numeral/numeral.h>
#include <numeral/tools/explain.h>

#include "base/random.h"
#include "data/pen.h"
#include "framing/shape.h"

enum { SIDE = 160, N_FAULTS = 7, N_CLEAN = 40, PIXELS = 28 * 28 };

static numeral_registry *registry;
static numeral_dataset train, test;
static numeral_model *model;
static const numeral_run two = {.threads = 2};

static numeral_model *fit(const char *text)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_model *out = NULL;
    CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
    CHECK_OK(numeral_model_fit(recipe, &train, 3, &two, &out, NULL, &err), err);
    numeral_recipe_destroy(recipe);
    return out;
}

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    if (numeral_registry_create(&registry, &err) != NUMERAL_OK ||
        numeral_dataset_pen(2000, 1, NUMERAL_SPLIT_TRAIN, &train, &err) != NUMERAL_OK ||
        numeral_dataset_pen(40, 1, NUMERAL_SPLIT_TEST, &test, &err) != NUMERAL_OK) {
        return -1;
    }
    model = fit("deskew,gradient,pca=40 -k 3");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_model_destroy(model);
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    numeral_registry_destroy(registry);
    return 0;
}

/* What a picture is drawn with: the pen's radius by the digit's height, the greys. */
typedef struct style {
    double radius, paper, ink;
} style;

static const style usual = {0.06, 225, 40};

static double distance_to_line(double x, double y, const numeral_pen_dot *a,
                               const numeral_pen_dot *b)
{
    double dx = b->x - a->x, dy = b->y - a->y, square = dx * dx + dy * dy;
    double t = square > 0 ? ((x - a->x) * dx + (y - a->y) * dy) / square : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    double ex = x - a->x - t * dx, ey = y - a->y - t * dy;
    return sqrt(ex * ex + ey * ey);
}

/* Draws digit `label` of stream `number` into the square of `size` at (top, left). */
static void draw(numeral_image *paper, uint8_t label, uint64_t number, const style *s,
                 double top, double left, double size)
{
    numeral_pen_dot dots[NUMERAL_PEN_MAX_DOTS];
    numeral_random random = numeral_random_seed(5, number);
    size_t n = numeral_pen_shape(&random, label, dots);
    double x0 = dots[0].x, x1 = x0, y0 = dots[0].y, y1 = y0;
    for (size_t i = 0; i < n; i++) {
        x0 = fmin(x0, dots[i].x);
        x1 = fmax(x1, dots[i].x);
        y0 = fmin(y0, dots[i].y);
        y1 = fmax(y1, dots[i].y);
    }
    double zoom = size / fmax(x1 - x0, y1 - y0);
    for (size_t i = 0; i < n; i++) {
        dots[i].x =
            (float)(left + (dots[i].x - x0) * zoom + (size - (x1 - x0) * zoom) / 2);
        dots[i].y = (float)(top + (dots[i].y - y0) * zoom);
    }
    for (size_t at = 0; at < paper->height * paper->width; at++) {
        double x = (double)(at % paper->width) + 0.5;
        double y = (double)(at / paper->width) + 0.5, nearest = INFINITY;
        for (size_t i = 1; i < n; i++) {
            if (!dots[i].begins) {
                nearest = fmin(nearest, distance_to_line(x, y, &dots[i - 1], &dots[i]));
            }
        }
        double cover = fmin(fmax(s->radius * size - nearest + 0.5, 0), 1);
        double value = s->paper + (s->ink - s->paper) * cover;
        double now = paper->pixels[at];
        bool darker = s->ink < s->paper ? value < now : value > now;
        paper->pixels[at] = darker ? (uint8_t)lround(value) : paper->pixels[at];
    }
}

static numeral_image blank(size_t height, size_t width, double grey)
{
    numeral_image out = {0};
    numeral_error err;
    CHECK_OK(numeral_image_create(height, width, &out, &err), err);
    memset(out.pixels, (int)grey, height * width);
    return out;
}

static numeral_checkup *examine(const numeral_model *with, const numeral_image *image,
                                numeral_frame frame)
{
    numeral_error err;
    numeral_checkup *out = NULL;
    CHECK_OK(numeral_model_examine(with, image, frame, frame == NUMERAL_FRAME_MNIST, 1,
                                   NULL, &out, &err),
             err);
    return out;
}

/* The checks that warn, as bits. */
static unsigned warnings(const numeral_checkup *checkup)
{
    unsigned bits = 0;
    size_t n = 0;
    for (size_t i = 0; i < checkup->n_findings; i++) {
        const numeral_finding *finding = &checkup->findings[i];
        bool inside = finding->value >= finding->low && finding->value <= finding->high;
        assert_true(inside == (finding->verdict == NUMERAL_VERDICT_FINE));
        assert_true(finding->words[0] != '\0');
        if (!inside && finding->verdict != NUMERAL_VERDICT_EXPLAINED) {
            bits |= 1U << checkup->checks[i];
            n++;
        }
    }
    assert_int_equal(n, checkup->n_warnings);
    return bits;
}

typedef numeral_image (*painter)(uint64_t number);

/* Of N_FAULTS pictures at least all but one draw exactly this warning. */
static void expect(const char *what, painter paint, numeral_check check)
{
    size_t right = 0;
    for (uint64_t i = 0; i < N_FAULTS; i++) {
        numeral_image image = paint(i);
        numeral_checkup *checkup = examine(model, &image, NUMERAL_FRAME_MNIST);
        unsigned found = warnings(checkup);
        right += found == 1U << check;
        if (found != 1U << check) {
            print_message("%s %zu: warnings %x\n", what, (size_t)i, found);
        }
        numeral_checkup_destroy(checkup);
        numeral_image_free(&image);
    }
    if (right + 1 < N_FAULTS) {
        fail_msg("%s: %zu of %d pictures draw exactly its warning", what, right,
                 N_FAULTS);
    }
}

static numeral_image paint_clean(uint64_t number)
{
    numeral_image out = blank(SIDE, SIDE, usual.paper);
    draw(&out, (uint8_t)(number % 10), number, &usual, 30, 30, 100);
    return out;
}

static numeral_image paint_blank(uint64_t number)
{
    return blank(SIDE, SIDE, (double)(12 * number));
}

static numeral_image paint_cut(uint64_t number)
{
    numeral_image out = blank(100, SIDE, usual.paper);
    draw(&out, (uint8_t)(number % 10), number, &usual, -15, 30, 100);
    return out;
}

static numeral_image paint_small(uint64_t number)
{
    numeral_image out = blank(12, 12, usual.paper);
    draw(&out, (uint8_t)(number % 10), number, &usual, 3, 3, 6);
    return out;
}

static numeral_image paint_faint(uint64_t number)
{
    style faint = {usual.radius, 225, 198};
    numeral_image out = blank(SIDE, SIDE, faint.paper);
    draw(&out, (uint8_t)(number % 10), number, &faint, 30, 30, 100);
    return out;
}

static numeral_image paint_two(uint64_t number)
{
    numeral_image out = blank(SIDE, 2 * SIDE, usual.paper);
    draw(&out, (uint8_t)(number % 10), number, &usual, 30, 30, 100);
    draw(&out, (uint8_t)(number * 7 % 10), number + 100, &usual, 30, 180, 100);
    return out;
}

static numeral_image paint_thin(uint64_t number)
{
    style thin = {0.004, 225, 40};
    numeral_image out = blank(3 * SIDE, 3 * SIDE, thin.paper);
    draw(&out, (uint8_t)(number % 10), number, &thin, 90, 90, 300);
    return out;
}

static numeral_image paint_thick(uint64_t number)
{
    style thick = {0.26, 225, 40};
    numeral_image out = blank(2 * SIDE, 2 * SIDE, thick.paper);
    draw(&out, (uint8_t)(number % 10), number, &thick, 110, 110, 100);
    return out;
}

/* Lines from wall to wall of a square, which are like no digit. */
static numeral_image paint_scribble(uint64_t number)
{
    numeral_image out = blank(SIDE, SIDE, usual.paper);
    numeral_random random = numeral_random_seed(9, number);
    numeral_pen_dot dots[12];
    for (size_t i = 0; i < 12; i++) {
        dots[i].x = (float)(i % 2 ? 130 : 30);
        dots[i].y = (float)(30 + 100 * numeral_random_unit(&random));
    }
    for (size_t at = 0; at < (size_t)SIDE * SIDE; at++) {
        double nearest = INFINITY;
        for (size_t i = 1; i < 12; i++) {
            nearest = fmin(nearest, distance_to_line((double)(at % SIDE) + 0.5,
                                                     (double)(at / SIDE) + 0.5,
                                                     &dots[i - 1], &dots[i]));
        }
        out.pixels[at] = nearest < 5 ? 40 : out.pixels[at];
    }
    return out;
}

static void each_fault_is_named(void **state)
{
    (void)state;
    expect("blank", paint_blank, NUMERAL_CHECK_INK);
    expect("cut", paint_cut, NUMERAL_CHECK_BORDER);
    expect("small", paint_small, NUMERAL_CHECK_SIZE);
    expect("faint", paint_faint, NUMERAL_CHECK_CONTRAST);
    expect("two", paint_two, NUMERAL_CHECK_SEVERAL);
    expect("thin", paint_thin, NUMERAL_CHECK_STROKE);
    expect("thick", paint_thick, NUMERAL_CHECK_STROKE);
    expect("scribble", paint_scribble, NUMERAL_CHECK_DISTANCE);
}

static void clean_pictures_pass(void **state)
{
    (void)state;
    size_t warned = 0;
    for (uint64_t i = 0; i < N_CLEAN; i++) {
        numeral_image image = paint_clean(i);
        numeral_checkup *checkup = examine(model, &image, NUMERAL_FRAME_MNIST);
        warned += warnings(checkup) != 0;
        assert_int_equal(checkup->n_findings, NUMERAL_CHECK_COUNT);
        numeral_checkup_destroy(checkup);
        numeral_image_free(&image);
    }
    print_message("drawn: %zu of %d clean pictures warned of\n", warned, N_CLEAN);
    assert_true(warned <= N_CLEAN / 20);
    warned = 0;
    for (size_t i = 0; i < test.n_images; i++) {
        numeral_image image = {28, 28, test.pixels + i * PIXELS};
        numeral_checkup *checkup = examine(model, &image, NUMERAL_FRAME_AUTO);
        warned += warnings(checkup) != 0;
        numeral_checkup_destroy(checkup);
    }
    print_message("pen: %zu of %zu digits warned of\n", warned, test.n_images);
    assert_true(warned <= test.n_images / 20);
}

/* A model that takes pictures as they are, given one with dark and light swapped. */
static void swapped_digits_are_told(void **state)
{
    (void)state;
    numeral_model *keep = fit("deskew,gradient,pca=40 -k 3 --frame keep");
    for (size_t i = 0; i < N_FAULTS; i++) {
        uint8_t pixels[PIXELS];
        for (size_t j = 0; j < PIXELS; j++) {
            pixels[j] = (uint8_t)(255 - test.pixels[i * PIXELS + j]);
        }
        numeral_image image = {28, 28, pixels};
        numeral_checkup *checkup = examine(keep, &image, NUMERAL_FRAME_AUTO);
        assert_int_equal(warnings(checkup), 1U << NUMERAL_CHECK_POLARITY);
        assert_string_equal(checkup->steps[1].name, "taken as it is");
        numeral_checkup_destroy(checkup);
    }
    numeral_model_destroy(keep);
}

static void steps_are_shown(void **state)
{
    (void)state;
    static const char *const names[] = {"as read", "ink alone", "its box", "scaled",
                                        "centred"};
    numeral_image image = paint_clean(3);
    numeral_checkup *checkup = examine(model, &image, NUMERAL_FRAME_MNIST);
    assert_int_equal(checkup->n_steps, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(checkup->steps[i].name, names[i]);
        assert_int_equal(checkup->steps[i].luminance, i == 0 || i == 2);
    }
    assert_int_equal(checkup->n_means, 2);
    assert_int_equal(checkup->mean_labels[0], checkup->why->label);
    assert_int_equal(checkup->n_sample, 1000);
    uint64_t sum = 0, n = 0;
    for (size_t i = 0; i < train.n_images; i++) {
        bool same = train.labels[i] == checkup->why->label;
        sum += same ? train.pixels[i * PIXELS + 14 * 28 + 14] : 0;
        n += same;
    }
    assert_int_equal(checkup->means[0][14 * 28 + 14], (sum + n / 2) / n);
    numeral_checkup_destroy(checkup);
    numeral_image_free(&image);
    numeral_checkup_destroy(NULL);
}

/* The strokes of a bar of 3 × 20 pixels and of a ring, and their parts. */
static void shapes_are_measured(void **state)
{
    (void)state;
    uint8_t pixels[PIXELS] = {0};
    numeral_shape shape;
    numeral_error err;
    for (size_t y = 4; y < 24; y++) {
        memset(pixels + y * 28 + 5, 255, 3);
    }
    CHECK_OK(numeral_shape_measure(pixels, 28, 28, &shape, &err), err);
    assert_true(shape.mass == 60 && shape.edge == 0);
    /* twice 60 by an outline of 46, less where it rounds its corners */
    assert_true(fabs(shape.stroke - 120.0 / 46) < 0.15);
    assert_int_equal(shape.digits, 1);
    assert_true(shape.top == 4 && shape.bottom == 24 && shape.left == 5 &&
                shape.right == 8);
    for (size_t y = 8; y < 26; y++) {
        memset(pixels + y * 28 + 15, 255, 4);
    }
    CHECK_OK(numeral_shape_measure(pixels, 28, 28, &shape, &err), err);
    assert_int_equal(shape.digits, 2);
    assert_true(numeral_shape_width_by_height(&shape) == 14.0 / 22);
    memset(pixels, 0, sizeof pixels);
    memset(pixels, 255, 7); /* a short mark on the edge */
    CHECK_OK(numeral_shape_measure(pixels, 28, 28, &shape, &err), err);
    assert_true(shape.edge == 7);
    memset(pixels, 0, sizeof pixels);
    CHECK_OK(numeral_shape_measure(pixels, 28, 28, &shape, &err), err);
    assert_true(shape.mass == 0 && shape.stroke == 0 && shape.digits == 0);
    assert_true(numeral_shape_width_by_height(&shape) == 0);
}

/* What framing tells is what it did. */
static void framing_tells_its_steps(void **state)
{
    (void)state;
    numeral_error err;
    numeral_framing steps = {0};
    uint8_t plain[PIXELS], told[PIXELS];
    numeral_image image = blank(SIDE, SIDE, 200);
    for (size_t y = 30; y < 110; y++) {
        memset(image.pixels + y * SIDE + 60, 20, 12);
    }
    CHECK_OK(numeral_image_frame(&image, 28, 28, plain, &err), err);
    CHECK_OK(numeral_image_frame_steps(&image, 28, 28, told, &steps, &err), err);
    assert_memory_equal(plain, told, PIXELS);
    assert_false(steps.blank || steps.light);
    assert_true(fabs(steps.ground - 200) < 2 && steps.noise < 1);
    assert_true(fabs(steps.contrast - 255 * 0.9) < 3);
    assert_true(fabs(steps.top - 30) <= 1 && fabs(steps.bottom - 110) <= 1);
    assert_true(fabs(steps.left - 60) <= 1 && fabs(steps.right - 72) <= 1);
    assert_true(steps.scaled.height >= 20 && steps.scaled.height <= 22);
    numeral_framing_free(&steps);
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
        image.pixels[i] = (uint8_t)(255 - image.pixels[i]);
    }
    CHECK_OK(numeral_image_frame_steps(&image, 28, 28, told, &steps, &err), err);
    assert_true(steps.light && fabs(steps.ground - 55) < 2);
    numeral_framing_free(&steps);
    numeral_image_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_named),
        cmocka_unit_test(clean_pictures_pass),
        cmocka_unit_test(swapped_digits_are_told),
        cmocka_unit_test(steps_are_shown),
        cmocka_unit_test(shapes_are_measured),
        cmocka_unit_test(framing_tells_its_steps),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
