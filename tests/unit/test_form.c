/* Forms: drawn with a frame, marks and digits in boxes, laid askew and at a slant; found
 * to two pixels, read field by field; and wrong form files told. */
#include "unit/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <numeral/form.h>

#include "base/random.h"
#include "page/register.h"

enum { SIDE = 28, HEIGHT = 520, WIDTH = 760, SIZE = 1000, MOST = 8 };

/* Where things are printed on the sheet: the frame's lines by their middle. */
enum { FRAME = 36, MARK = 14, MARK_SIDE = 20, CELL = 64, BOX = 72, LEFT = 110 };

/* How a field is printed: boxes side by side, a line with teeth, boxes with gaps. */
typedef enum style { BOXES, COMB, APART } style;

typedef struct printed {
    style how;
    int top, pitch; /* from digit to digit */
    size_t digits;
} printed;

static const printed fields[] = {
    {BOXES, 90, CELL, 6}, {COMB, 210, CELL, 8}, {APART, 330, CELL + 24, 4}};
enum { N_FIELDS = 3 };

typedef struct world {
    numeral_model *model;
    numeral_dataset digits;
} world;

static world world_create(void)
{
    world w = {0};
    numeral_error err = {0};
    numeral_dataset train;
    numeral_load all = {0};
    CHECK_OK(numeral_dataset_load("pen:train[0:1200]", &all, &train, &err), err);
    CHECK_OK(numeral_dataset_load("pen:test[0:200]", &all, &w.digits, &err), err);
    CHECK_OK(numeral_model_train(&train, "fast", NULL, &w.model, &err), err);
    numeral_dataset_free(&train);
    return w;
}

static int open_world(void **state)
{
    static world only;
    only = world_create();
    *state = &only;
    return 0;
}

static int close_world(void **state)
{
    world *w = *state;
    numeral_model_destroy(w->model);
    numeral_dataset_free(&w->digits);
    return 0;
}

/* The sheet's grey levels, HEIGHT × WIDTH. */
static void fill_box(uint8_t *sheet, int top, int left, int bottom, int right)
{
    for (int y = top; y < bottom; y++) {
        memset(sheet + y * WIDTH + left, 20, (size_t)(right - left));
    }
}

static void print_box(uint8_t *sheet, int top, int left, int bottom, int right, int thick)
{
    int h = thick / 2; /* lines of odd width around the middle of a pixel */
    fill_box(sheet, top - h, left - h, top + h + 1, right + h + 1);
    fill_box(sheet, bottom - h, left - h, bottom + h + 1, right + h + 1);
    fill_box(sheet, top - h, left - h, bottom + h + 1, left + h + 1);
    fill_box(sheet, top - h, right - h, bottom + h + 1, right + h + 1);
}

static void print_disc(uint8_t *sheet, int y, int x)
{
    for (int i = -MARK_SIDE; i <= MARK_SIDE; i++) {
        for (int j = -MARK_SIDE; j <= MARK_SIDE; j++) {
            int at_y = y + i, at_x = x + j;
            if (4 * (i * i + j * j) <= MARK_SIDE * MARK_SIDE && at_y >= 0 && at_x >= 0 &&
                at_y < HEIGHT && at_x < WIDTH) {
                sheet[at_y * WIDTH + at_x] = 20;
            }
        }
    }
}

static void write_digit(uint8_t *sheet, const uint8_t *pixels, int top, int left)
{
    for (int y = 0; y < 2 * SIDE; y++) {
        for (int x = 0; x < 2 * SIDE; x++) {
            uint8_t *to = sheet + (top + y) * WIDTH + left + x;
            int level = 250 - pixels[y / 2 * SIDE + x / 2] * 200 / 255;
            *to = level < *to ? (uint8_t)level : *to;
        }
    }
}

/* Prints the form and writes digits number `first` and following into all of its fields
 * but field `empty`. */
static uint8_t *draw_sheet(const numeral_dataset *digits, bool discs, size_t first,
                           size_t empty, char texts[N_FIELDS][MOST + 1])
{
    uint8_t *sheet = malloc(HEIGHT * WIDTH);
    memset(sheet, 250, HEIGHT * WIDTH);
    print_box(sheet, FRAME, FRAME, HEIGHT - 1 - FRAME, WIDTH - 1 - FRAME, 5);
    for (int i = 0; i < 4; i++) {
        int y = i & 1 ? HEIGHT - 1 - MARK : MARK, x = i & 2 ? WIDTH - 1 - MARK : MARK;
        if (discs) {
            print_disc(sheet, y, x);
        } else {
            int half = MARK_SIDE / 2 - 1;
            fill_box(sheet, y - half, x - half, y + half + 1, x + half + 1);
        }
    }
    for (size_t i = 0; i < N_FIELDS; i++) {
        for (size_t j = 0; j < fields[i].digits; j++) {
            int left = LEFT + (int)j * fields[i].pitch, bottom = fields[i].top + BOX;
            if (fields[i].how == COMB) {
                print_box(sheet, bottom, left, bottom, left + CELL, 3);
                print_box(sheet, bottom - 24, left, bottom, left, 3);
                print_box(sheet, bottom - 24, left + CELL, bottom, left + CELL, 3);
            } else {
                print_box(sheet, fields[i].top, left, bottom, left + CELL, 3);
            }
            texts[i][j] = '\0';
            if (i != empty && digits) {
                texts[i][j] = (char)('0' + digits->labels[first]);
                write_digit(sheet, digits->pixels + first++ * SIDE * SIDE,
                            fields[i].top + 8, left + 4);
            }
        }
        texts[i][fields[i].digits] = '\0';
    }
    return sheet;
}

static double at_sheet(const uint8_t *sheet, double y, double x)
{
    double top = floor(y - 0.5), left = floor(x - 0.5), sum = 0;
    for (int i = 0; i < 4; i++) {
        double at_y = top + i / 2, at_x = left + i % 2;
        double weight = (1 - fabs(y - 0.5 - at_y)) * (1 - fabs(x - 0.5 - at_x));
        bool on = at_y >= 0 && at_x >= 0 && at_y < HEIGHT && at_x < WIDTH;
        sum += weight * (on ? sheet[(int)at_y * WIDTH + (int)at_x] : 110);
    }
    return sum;
}

/* How a sheet lies on the picture: turned, its right side nearer by a share, dark ink or
 * light. */
typedef struct pose {
    double degrees, slant;
    bool light;
} pose;

/* Where the sheet's corners lie. */
static numeral_homography lie(const pose *how)
{
    double turn = how->degrees * 3.14159265358979323846 / 180;
    numeral_point corners[4];
    for (int i = 0; i < 4; i++) {
        bool right = i == 1 || i == 2, low = i >= 2;
        double scale = 1.1 * (right ? 1 + how->slant : 1 - how->slant);
        double y = (low ? 0.5 : -0.5) * HEIGHT * scale, x = (right ? 0.5 : -0.5) * WIDTH;
        corners[i] = (numeral_point){SIZE / 2.0 + y * cos(turn) + x * sin(turn),
                                     SIZE / 2.0 - y * sin(turn) + x * cos(turn)};
    }
    numeral_homography map;
    assert_true(numeral_homography_of(corners, &map));
    return map;
}

/* The picture: a table under the sheet, light that falls off, noise. */
static numeral_image photograph(const uint8_t *sheet, const pose *how)
{
    numeral_homography m = lie(how);
    numeral_random random = numeral_random_seed(5, 5);
    numeral_image image;
    numeral_error err;
    CHECK_OK(numeral_image_create(SIZE, SIZE, &image, &err), err);
    for (int at = 0; at < SIZE * SIZE; at++) {
        double y = at / SIZE + 0.5, x = at % SIZE + 0.5;
        /* the share (v, u) with m·(v, u, 1) ~ (y, x, 1): two equations, Cramer's rule */
        double a = m.y[0] - y * m.w[0], b = m.y[1] - y * m.w[1], p = y * m.w[2] - m.y[2];
        double c = m.x[0] - x * m.w[0], d = m.x[1] - x * m.w[1], q = x * m.w[2] - m.x[2];
        double det = a * d - b * c;
        double grey = at_sheet(sheet, (p * d - b * q) / det * HEIGHT,
                               (a * q - p * c) / det * WIDTH) *
                          (1 - 0.3 * x / SIZE) +
                      2 * numeral_random_normal(&random);
        grey = grey < 0 ? 0 : grey > 255 ? 255 : grey;
        image.pixels[at] = (uint8_t)(how->light ? 255 - grey : grey);
    }
    return image;
}

static numeral_image turn_half(const numeral_image *in)
{
    numeral_image out;
    numeral_error err;
    size_t n = in->height * in->width;
    CHECK_OK(numeral_image_create(in->height, in->width, &out, &err), err);
    for (size_t i = 0; i < n; i++) {
        out.pixels[n - 1 - i] = in->pixels[i];
    }
    return out;
}

static const pose poses[] = {{0, 0, false},     {4, 0, false},      {-6, 0.05, false},
                             {3, -0.08, false}, {-12, 0.03, false}, {5, 0.04, true}};
enum { N_POSES = sizeof poses / sizeof *poses };

/* Farthest distance of four corners from a rectangle `inset` within the sheet. */
static double farthest(const pose *how, const numeral_point corners[4], double inset)
{
    numeral_homography map = lie(how);
    double top = (inset + 0.5) / HEIGHT, left = (inset + 0.5) / WIDTH, most = 0;
    for (int i = 0; i < 4; i++) {
        numeral_point true_one = numeral_homography_at(
            &map, i >= 2 ? 1 - top : top, i == 1 || i == 2 ? 1 - left : left);
        double off = numeral_distance_of(true_one, corners[i]);
        most = off > most ? off : most;
    }
    return most;
}

static void test_frames_and_marks_are_found_to_two_pixels(void **state)
{
    (void)state;
    char texts[N_FIELDS][MOST + 1];
    numeral_error err = {0};
    for (size_t i = 0; i < N_POSES; i++) {
        uint8_t *sheet = draw_sheet(NULL, i % 2, 0, 0, texts);
        numeral_image image = photograph(sheet, &poses[i]);
        numeral_point corners[4];
        bool found = false;
        CHECK_OK(numeral_register_frame(&image, poses[i].light, corners, &found, &err),
                 err);
        if (!found || farthest(&poses[i], corners, FRAME) > 2) {
            fail_msg("pose %zu: the frame is %.1f pixels off", i,
                     found ? farthest(&poses[i], corners, FRAME) : INFINITY);
        }
        CHECK_OK(numeral_register_marks(&image, poses[i].light, corners, &found, &err),
                 err);
        if (!found || farthest(&poses[i], corners, MARK) > 2) {
            fail_msg("pose %zu: the marks are %.1f pixels off", i,
                     found ? farthest(&poses[i], corners, MARK) : INFINITY);
        }
        free(sheet);
        numeral_image_free(&image);
    }
}

static void test_what_is_no_form_has_no_frame_and_no_marks(void **state)
{
    (void)state;
    numeral_error err = {0};
    numeral_image image;
    numeral_point corners[4];
    bool found = true;
    CHECK_OK(numeral_image_create(300, 400, &image, &err), err);
    memset(image.pixels, 240, 300 * 400);
    for (size_t y = 0; y < 300;
         y++) { /* a dark table beside the paper: an edge, no line */
        memset(image.pixels + y * 400, 60, y > 40 && y < 260 ? 50 : 400);
    }
    CHECK_OK(numeral_register_frame(&image, false, corners, &found, &err), err);
    assert_false(found);
    CHECK_OK(numeral_register_marks(&image, false, corners, &found, &err), err);
    assert_false(found);
    numeral_image_free(&image);
}

/* The form of the sheet, its shares of frame or marks. */
static numeral_form make_form(numeral_form_registration registration,
                              numeral_form_field items[N_FIELDS])
{
    double inset = registration == NUMERAL_FORM_FRAME ? FRAME + 0.5 : MARK + 0.5;
    double height = HEIGHT - 2 * inset, width = WIDTH - 2 * inset;
    for (size_t i = 0; i < N_FIELDS; i++) {
        items[i] = (numeral_form_field){
            NULL,
            (fields[i].top - inset) / height,
            (LEFT - inset) / width,
            (fields[i].top + BOX - inset) / height,
            (LEFT + (double)(fields[i].digits - 1) * fields[i].pitch + CELL - inset) /
                width,
            fields[i].digits,
        };
    }
    return (numeral_form){registration, N_FIELDS, items};
}

static size_t count_right(const numeral_form_page *page, char texts[N_FIELDS][MOST + 1])
{
    size_t right = 0;
    for (size_t i = 0; i < N_FIELDS; i++) {
        for (size_t j = 0; page->fields[i].n_digits == strlen(texts[i]) && texts[i][j];
             j++) {
            right += page->fields[i].text[j] == texts[i][j];
        }
    }
    return right;
}

static void test_fields_are_read(void **state)
{
    const world w = *(const world *)*state;
    numeral_error err = {0};
    numeral_run run = {.threads = 1};
    size_t right = 0, all = 0;
    for (size_t i = 1; i < N_POSES; i += 2) {
        char texts[N_FIELDS][MOST + 1];
        numeral_form_field items[N_FIELDS];
        numeral_form form =
            make_form(i % 4 == 1 ? NUMERAL_FORM_FRAME : NUMERAL_FORM_MARKS, items);
        size_t empty = i % N_FIELDS;
        uint8_t *sheet = draw_sheet(&w.digits, false, 20 * i, empty, texts);
        numeral_image image = photograph(sheet, &poses[i]), turned = turn_half(&image);
        numeral_form_page page = {0}, other = {0};
        CHECK_OK(numeral_form_read(w.model, &image, &form, NULL, &run, &page, &err), err);
        assert_int_equal(page.turned, 0);
        assert_int_equal(page.n_fields, N_FIELDS);
        assert_string_equal(page.fields[empty].text, "");
        assert_true(page.fields[empty].confidence > 0.9);
        right += count_right(&page, texts);
        all += 18 - fields[empty].digits;
        /* boxes are the picture's: those of a field's digits lie in its own, and about */
        const numeral_page_line *field = &page.fields[empty ? 0 : 1];
        for (size_t j = 0; j < field->n_digits; j++) {
            assert_true(field->digits[j].box.left + 40 > field->box.left);
            assert_true(field->digits[j].box.bottom < field->box.bottom + 40);
        }
        if (i == 1) { /* and the same the other way up */
            CHECK_OK(numeral_form_read(w.model, &turned, &form, NULL, &run, &other, &err),
                     err);
            assert_int_equal(other.turned, 180);
            assert_true(count_right(&other, texts) + 3 >= count_right(&page, texts));
        }
        numeral_form_page_free(&page);
        numeral_form_page_free(&other);
        numeral_image_free(&image);
        numeral_image_free(&turned);
        free(sheet);
    }
    if (right * 100 < all * 92) {
        fail_msg("%zu of %zu digits are read right", right, all);
    }
}

static void test_a_form_that_is_not_there_is_told(void **state)
{
    const world w = *(const world *)*state;
    numeral_error err = {0};
    numeral_form_field items[N_FIELDS];
    numeral_form form = make_form(NUMERAL_FORM_FRAME, items);
    numeral_form_page page = {0};
    numeral_image image;
    CHECK_OK(numeral_image_create(200, 300, &image, &err), err);
    memset(image.pixels, 250, 200 * 300);
    assert_int_equal(numeral_form_read(w.model, &image, &form, NULL, NULL, &page, &err),
                     NUMERAL_ERROR_FORMAT);
    assert_non_null(strstr(err.text, "frame is not found"));
    form.registration = NUMERAL_FORM_MARKS;
    assert_int_equal(numeral_form_read(w.model, &image, &form, NULL, NULL, &page, &err),
                     NUMERAL_ERROR_FORMAT);
    assert_non_null(strstr(err.text, "marks are not found"));
    form.registration = NUMERAL_FORM_NONE;
    CHECK_OK(numeral_form_read(w.model, &image, &form, NULL, NULL, &page, &err), err);
    assert_string_equal(page.fields[0].text, "");
    assert_true(page.corners[2][0] == 200 && page.corners[2][1] == 300);
    numeral_form_page_free(&page);
    numeral_image_free(&image);
}

static numeral_status load_text(const char *text, numeral_form *form, numeral_error *err)
{
    char path[] = "/tmp/numeral-form-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    numeral_status status = numeral_form_load(path, form, err);
    unlink(path);
    return status;
}

static void test_form_files(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"{", "no JSON"},
        {"[]", "a form is an object"},
        {"{\"fields\": []}", "needs \"registration\""},
        {"{\"registration\": \"page\", \"fields\": []}", "needs \"registration\""},
        {"{\"registration\": \"none\", \"fields\": []}", "needs \"fields\""},
        {"{\"registration\": \"none\", \"dpi\": 3, \"fields\": []}", "unknown \"dpi\""},
        {"{\"registration\": \"none\", \"fields\": [3]}", "field 1: is no object"},
        {"{\"registration\": \"none\", \"fields\": [{\"box\": [0,0,1,1]}]}",
         "field 1: needs \"name\""},
        {"{\"registration\": \"none\", \"fields\": [{\"name\": \"a\"}]}",
         "field 1 ('a'): needs \"box\""},
        {"{\"registration\": \"none\", \"fields\": [{\"name\": \"a\", \"box\": "
         "[0,0,1,7]}]}",
         "field 1 ('a'): \"box\" reaches outside 0 to 1"},
        {"{\"registration\": \"none\", \"fields\": [{\"name\": \"a\", \"box\": "
         "[0.5,0,0.5,1]}]}",
         "field 1 ('a'): \"box\" is empty"},
        {"{\"registration\": \"none\", \"fields\": [{\"name\": \"a\", \"box\": "
         "[0,0,1,1], "
         "\"digits\": 0}]}",
         "field 1 ('a'): \"digits\" is no whole number"},
        {"{\"registration\": \"none\", \"fields\": [{\"name\": \"a\", \"box\": "
         "[0,0,1,1], "
         "\"digit\": 1}]}",
         "field 1 ('a'): unknown \"digit\""},
        {"{\"registration\": \"none\", \"fields\": [{\"name\": \"a\", \"box\": "
         "[0,0,1,1]}, "
         "{\"name\": \"a\", \"box\": [0,0,1,1]}]}",
         "field 2 ('a'): field 1 has this name"},
        {"{\"registration\": \"none\", \"fields\": [{\"name\": \"a_confidence\", "
         "\"box\": "
         "[0,0,1,1]}, {\"name\": \"a\", \"box\": [0,0,1,1]}]}",
         "field 1 ('a_confidence'): field 2 has this name"},
        {"{\"registration\": \"none\", \"fields\": [{\"name\": \"page\", \"box\": "
         "[0,0,1,1]}]}",
         "another name"},
    };
    numeral_form form = {0};
    numeral_error err = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(load_text(wrong[i][0], &form, &err), NUMERAL_ERROR_FORMAT);
        if (!strstr(err.text, wrong[i][1]) || !strstr(err.text, "/tmp/numeral-form-")) {
            fail_msg("%s: %s", wrong[i][0], err.text);
        }
    }
    CHECK_OK(
        load_text("{\"registration\": \"marks\", \"fields\": [{\"name\": \"a\", "
                  "\"box\": [0, 0.25, 0.5, 1]}, {\"name\": \"b\", \"box\": [0, 0, 1, "
                  "1], \"digits\": 4}]}",
                  &form, &err),
        err);
    assert_int_equal(form.registration, NUMERAL_FORM_MARKS);
    assert_int_equal(form.n_fields, 2);
    assert_string_equal(form.fields[1].name, "b");
    assert_int_equal(form.fields[0].digits, 0);
    assert_int_equal(form.fields[1].digits, 4);
    assert_true(form.fields[0].left == 0.25 && form.fields[0].bottom == 0.5);
    numeral_form_free(&form);
    assert_int_equal(numeral_form_load("/nowhere/form.json", &form, &err),
                     NUMERAL_ERROR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_and_marks_are_found_to_two_pixels),
        cmocka_unit_test(test_what_is_no_form_has_no_frame_and_no_marks),
        cmocka_unit_test(test_fields_are_read),
        cmocka_unit_test(test_a_form_that_is_not_there_is_told),
        cmocka_unit_test(test_form_files),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
