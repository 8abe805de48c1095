/* Pictures: every chart of the table in every format, and pictures made of text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cairo.h>

#include <numeral/runtime.h>
#include <numeral/tools/picture.h>

#include "plot/chart.h"
#include "tests/unit/plot_samples.h"

static const numeral_chart *chart_at(size_t at)
{
    return numeral_chart_of(numeral_charts[at]);
}

static bool overlap(numeral_box a, numeral_box b)
{
    const double slack = 0.01;
    return a.x + a.width > b.x + slack && b.x + b.width > a.x + slack &&
           a.y + a.height > b.y + slack && b.y + b.height > a.y + slack;
}

/* Draws on a canvas and proves that each text lies on the page, apart from the others,
 * and is whole. */
static void check_texts(const numeral_chart *chart, const void *data, bool whole)
{
    numeral_canvas *canvas = NULL;
    numeral_error err = {0};
    assert_int_equal(numeral_canvas_create(NUMERAL_PICTURE_SVG, &canvas, &err), 0);
    if (chart->draw(data, canvas, &err) != NUMERAL_OK) {
        fail_msg("%s: %s", chart->entry.name, err.text);
    }
    numeral_box page = numeral_canvas_page(canvas);
    size_t n = numeral_canvas_n_texts(canvas);
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        numeral_box box = numeral_canvas_text_box(canvas, i);
        if (box.x < 2 || box.y < 2 || box.x + box.width > page.width - 2 ||
            box.y + box.height > page.height - 2) {
            fail_msg("%s: text %zu leaves the page", chart->entry.name, i);
        }
        if (whole && numeral_canvas_text_cut(canvas, i)) {
            fail_msg("%s: text %zu is cut", chart->entry.name, i);
        }
        for (size_t j = 0; j < i; j++) {
            if (overlap(box, numeral_canvas_text_box(canvas, j))) {
                fail_msg("%s: texts %zu and %zu overlap", chart->entry.name, j, i);
            }
        }
    }
    numeral_canvas_destroy(canvas);
}

typedef struct reader {
    const uint8_t *bytes;
    size_t left;
} reader;

static cairo_status_t read_bytes(void *context, unsigned char *out, unsigned int n)
{
    reader *from = context;
    if (n > from->left) {
        return CAIRO_STATUS_READ_ERROR;
    }
    memcpy(out, from->bytes, n);
    from->bytes += n;
    from->left -= n;
    return CAIRO_STATUS_SUCCESS;
}

/* The PNG has two pixels for each unit and at least four colours. */
static void check_png(const numeral_picture *picture)
{
    reader from = {picture->bytes, picture->n_bytes};
    cairo_surface_t *image =
        cairo_image_surface_create_from_png_stream(read_bytes, &from);
    assert_int_equal(cairo_surface_status(image), CAIRO_STATUS_SUCCESS);
    int width = cairo_image_surface_get_width(image);
    int height = cairo_image_surface_get_height(image);
    assert_true(width == (int)(2 * picture->width));
    assert_true(height == (int)(2 * picture->height));
    const uint8_t *pixels = cairo_image_surface_get_data(image);
    size_t stride = (size_t)cairo_image_surface_get_stride(image), n_colours = 0;
    uint32_t colours[4];
    for (size_t y = 0; y < (size_t)height && n_colours < 4; y++) {
        for (size_t x = 0; x < (size_t)width && n_colours < 4; x++) {
            uint32_t colour;
            memcpy(&colour, pixels + y * stride + 4 * x, 4);
            bool known = false;
            for (size_t i = 0; i < n_colours; i++) {
                known = known || colours[i] == colour;
            }
            if (!known) {
                colours[n_colours++] = colour;
            }
        }
    }
    assert_int_equal(n_colours, 4);
    cairo_surface_destroy(image);
}

static bool contains(const numeral_picture *picture, const char *text)
{
    return memmem(picture->bytes, picture->n_bytes, text, strlen(text)) != NULL;
}

static void check_svg(const numeral_picture *picture)
{
    char size[80];
    snprintf(size, sizeof size, "width=\"%.0fpx\" height=\"%.0fpx\"", picture->width,
             picture->height);
    assert_true(contains(picture, size));
    assert_true(contains(picture, "</svg>"));
    assert_true(contains(picture, "<use ") || contains(picture, "<path "));
    /* cairo's own ids are gone: they would clash in one HTML page. */
    assert_false(contains(picture, "id=\"glyph"));
    assert_false(contains(picture, "#glyph"));
    assert_false(contains(picture, "id=\"surface"));
    assert_false(contains(picture, "id=\"image"));
    assert_false(contains(picture, "url(#clip"));
}

static void check_pdf(const numeral_picture *picture)
{
    assert_memory_equal(picture->bytes, "%PDF-", 5);
    assert_memory_equal(picture->bytes + picture->n_bytes - 6, "%%EOF\n", 6);
    assert_false(contains(picture, "CreationDate"));
}

static void check_files(const numeral_chart *chart, const void *data)
{
    static void (*const checks[])(const numeral_picture *) = {check_png, check_svg,
                                                              check_pdf};
    for (int format = 0; format < 3; format++) {
        numeral_picture first = {0}, second = {0};
        numeral_error err = {0};
        numeral_picture_format wanted = (numeral_picture_format)format;
        if (numeral_chart_picture(chart, data, wanted, &first, &err) != NUMERAL_OK) {
            fail_msg("%s: %s", chart->entry.name, err.text);
        }
        assert_int_equal(numeral_chart_picture(chart, data, wanted, &second, &err), 0);
        assert_int_equal(first.format, wanted);
        checks[format](&first);
        /* The same chart is the same file. */
        assert_int_equal(first.n_bytes, second.n_bytes);
        assert_memory_equal(first.bytes, second.bytes, first.n_bytes);
        const char *folder = getenv("NUMERAL_TEST_PICTURES"); /* to look at them */
        if (folder) {
            static const char *const endings[] = {"png", "svg", "pdf"};
            char path[4200];
            snprintf(path, sizeof path, "%s/%s.%s", folder, chart->entry.name,
                     endings[format]);
            assert_int_equal(numeral_picture_save(&first, path, &err), NUMERAL_OK);
        }
        numeral_picture_free(NULL);
        numeral_picture_free(&first);
        numeral_picture_free(&second);
    }
}

static void every_chart_is_drawn(void **state)
{
    (void)state;
    assert_true(numeral_n_charts > 0);
    for (size_t i = 0; i < numeral_n_charts; i++) {
        const numeral_chart *chart = chart_at(i);
        const void *data = sample_of(chart->entry.name);
        if (!data) {
            fail_msg("%s: no sample in plot_samples.h", chart->entry.name);
        }
        check_texts(chart, data, true);
        check_files(chart, data);
    }
}

static void grids_of_other_shapes(void **state)
{
    (void)state;
    static const char *names[256] = {"T-shirt/top", "a very long name of a class indeed",
                                     "caf\xc3\xa9", "broken \xff\xfe bytes",
                                     "line\nbreak"};
    static const char *captions[12] = {"one", NULL, "mnist:test[17]"};
    numeral_grid grid = *(const numeral_grid *)sample_of("grid");
    const numeral_chart *chart = numeral_chart_of(numeral_charts[0]);
    grid.label_names = (numeral_label_names){256, NULL, names};
    grid.captions = captions;
    check_texts(chart, &grid, false);
    for (grid.columns = 1; grid.columns <= 13; grid.columns += 4) {
        check_texts(chart, &grid, false);
    }
    static uint8_t large[2 * 150 * 70];
    grid.digits = (numeral_digits){large, 2, 150, 70};
    check_texts(chart, &grid, false);
    grid.digits = (numeral_digits){large, 12, 1, 1};
    grid.title = "A title so long that it needs more than the width of one digit, and "
                 "so must go on the next line";
    grid.labels = grid.predicted = NULL;
    grid.captions = NULL;
    check_texts(chart, &grid, true);
}

/* As of the charts of a report, whose own heading says enough. */
static void empty_subtitles_take_no_line(void **state)
{
    (void)state;
    const char *const subtitles[] = {NULL, "", "with one"};
    double heights[3];
    for (size_t i = 0; i < 3; i++) {
        numeral_calibration calibration =
            *(const numeral_calibration *)sample_of("calibration");
        numeral_picture picture = {0};
        numeral_error err = {0};
        calibration.subtitle = subtitles[i];
        assert_int_equal(
            numeral_draw_calibration(&calibration, NUMERAL_PICTURE_SVG, &picture, &err),
            NUMERAL_OK);
        heights[i] = picture.height;
        numeral_picture_free(&picture);
    }
    assert_true(heights[1] == heights[0] && heights[2] > heights[0]);
}

static void refuse(const numeral_grid *grid, numeral_status status, const char *text)
{
    numeral_picture picture = {0};
    numeral_error err = {0};
    assert_int_equal(numeral_draw_grid(grid, NUMERAL_PICTURE_PNG, &picture, &err),
                     status);
    assert_non_null(strstr(err.text, text));
    assert_null(picture.bytes);
}

static void bad_grids_are_refused(void **state)
{
    (void)state;
    numeral_grid grid = *(const numeral_grid *)sample_of("grid");
    grid.digits.n = 0;
    refuse(&grid, NUMERAL_ERROR_ARGUMENT,
           "grid: nothing to draw: 0 images of 28 × 28 pixels");
    grid = *(const numeral_grid *)sample_of("grid");
    grid.digits.width = 5000;
    refuse(&grid, NUMERAL_ERROR_LIMIT, "28 × 5000 pixels are too large to draw");
    grid.labels = grid.predicted = NULL;
    grid.digits = (numeral_digits){grid.digits.pixels, 100000, 1, 1};
    refuse(&grid, NUMERAL_ERROR_LIMIT, "the picture would be");
}

/* Draws `data` with the named chart, which must refuse it. */
static void refuse_chart(const char *name, const void *data, const char *text)
{
    for (size_t i = 0; i < numeral_n_charts; i++) {
        if (strcmp(numeral_charts[i]->name, name) == 0) {
            numeral_picture picture = {0};
            numeral_error err = {0};
            assert_int_not_equal(numeral_chart_picture(chart_at(i), data,
                                                       NUMERAL_PICTURE_SVG, &picture,
                                                       &err),
                                 NUMERAL_OK);
            if (!strstr(err.text, text)) {
                fail_msg("%s: expected \"%s\", found \"%s\"", name, text, err.text);
            }
            assert_null(picture.bytes);
            return;
        }
    }
    fail_msg("no chart %s", name);
}

static void bad_curves_are_refused(void **state)
{
    (void)state;
    numeral_curves curves = *(const numeral_curves *)sample_of("k-curve");
    const double x[] = {1, 0}, y[] = {1, (double)NAN};
    numeral_series series = {.name = "s", .n = 2, .x = x, .y = y};
    curves.series = &series;
    curves.n_series = 1;
    refuse_chart("k-curve", &curves, "k-curve: point 1 of \"s\" is (0, nan)");
    series.y = x;
    curves.logarithmic_x = true;
    refuse_chart("k-curve", &curves, "point 1 of \"s\" is (0, 0), which cannot");
    const double up[] = {1, 2};
    series.x = up;
    curves.logarithmic_y = true;
    refuse_chart("k-curve", &curves, "point 1 of \"s\" is (2, 0), which cannot");
    series.n = 0;
    refuse_chart("k-curve", &curves, "k-curve: nothing to draw: no points");
    curves.n_series = 0;
    refuse_chart("k-curve", &curves, "k-curve: nothing to draw: no points");
    numeral_series many[11];
    for (size_t i = 0; i < 11; i++) {
        many[i] = series;
    }
    curves.series = many;
    curves.n_series = 11;
    refuse_chart("k-curve", &curves, "k-curve: 11 curves in one picture: at most 10");
}

static void bad_results_are_refused(void **state)
{
    (void)state;
    numeral_confusion_matrix matrix =
        *(const numeral_confusion_matrix *)sample_of("confusion");
    matrix.n_classes = 0;
    refuse_chart("confusion", &matrix, "confusion: 0 classes: expected 1 to 256");
    numeral_class_scores scores = *(const numeral_class_scores *)sample_of("scores");
    const double bad[] = {0.5, 1.5};
    scores.n_classes = 257;
    refuse_chart("scores", &scores, "scores: 257 classes: expected 1 to 256");
    scores.n_classes = 2;
    scores.recall = bad;
    refuse_chart("scores", &scores, "scores: recall of class 1 is 1.5: expected 0 to 1");
    numeral_calibration calibration =
        *(const numeral_calibration *)sample_of("calibration");
    static const uint64_t none[10], both[] = {1, 1};
    calibration.counts = none;
    refuse_chart("calibration", &calibration, "calibration: nothing to draw: no answers");
    calibration.counts = both;
    calibration.n_bins = 2;
    calibration.accuracy = bad;
    refuse_chart("calibration", &calibration,
                 "calibration: bin 1 is (0.15, 1.5): expected 0 to 1");
    numeral_rejection rejection = *(const numeral_rejection *)sample_of("rejection");
    const double falling[] = {0.5, 0.4};
    rejection.n = 2;
    rejection.refused = falling;
    refuse_chart("rejection", &rejection, "rejection: point 1 is (0.4, 0.025): expected");
    rejection.n = 0;
    refuse_chart("rejection", &rejection, "rejection: nothing to draw: no points");
}

static void bad_pictures_are_refused(void **state)
{
    (void)state;
    numeral_examination examination = *(const numeral_examination *)sample_of("doctor");
    const numeral_gauge endless = {"size", "", INFINITY, 0, 1, true, false, NULL};
    examination.gauges = &endless;
    examination.n_gauges = 1;
    refuse_chart("doctor", &examination, "doctor: gauge 0 is inf of 0 to 1: expected");
    examination.n_gauges = 0;
    refuse_chart("doctor", &examination, "doctor: 3 steps, 2 means, 0 gauges: expected");
    numeral_class_means means = *(const numeral_class_means *)sample_of("means");
    means.digits.n = 257;
    refuse_chart("means", &means, "means: 257 classes: expected at most 256");
    numeral_map map = *(const numeral_map *)sample_of("map");
    const double far[] = {0, (double)INFINITY};
    map.n = 100001;
    refuse_chart("map", &map, "map: 100001 points: expected 1 to 100000");
    map.n = 2;
    map.x = far;
    refuse_chart("map", &map, "map: point 1 is (inf, 1): expected finite numbers");
    numeral_planes planes = *(const numeral_planes *)sample_of("features");
    planes.values = far;
    planes.n = planes.height = 1;
    planes.width = 2;
    planes.names = NULL;
    refuse_chart("features", &planes, "planes: value 1 is inf: expected a finite number");
    numeral_stages stages = {.title = "t", .n_groups = 1, .groups = &planes};
    refuse_chart("stages", &stages, "planes: value 1 is inf: expected a finite number");
    stages.n_groups = 501;
    refuse_chart("stages", &stages, "stages: 501 groups: expected 1 to 500");
    numeral_decision decision = *(const numeral_decision *)sample_of("why");
    const double votes[] = {0.5, -1, 0, 0};
    decision.votes = votes;
    refuse_chart("why", &decision, "why: the vote of class 1 is -1: expected 0 to 1");
    decision.n_steps = 29;
    refuse_chart("why", &decision, "why: 29 steps, 9 neighbours, 4 classes, 2 ");
}

/* Charts at the edges of what they take. */
static void odd_charts_are_drawn(void **state)
{
    (void)state;
    static uint64_t counts[47 * 47];
    static numeral_label labels[47];
    static const char *names[256] = {"Ankle boot", "T-shirt/top", "Sandal"};
    numeral_confusion_matrix matrix = {
        .title = "t", .n_classes = 47, .labels = labels, .counts = counts};
    for (size_t i = 0; i < 47; i++) {
        labels[i] = (numeral_label)i;
        counts[i * 48] = i * i * i;
    }
    const numeral_chart *confusion = chart_at(1);
    assert_string_equal(confusion->entry.name, "confusion");
    check_texts(confusion, &matrix, true);
    matrix.label_names = (numeral_label_names){256, NULL, names};
    matrix.n_classes = 3;
    check_texts(confusion, &matrix, true);
    matrix.n_classes = 1;
    check_texts(confusion, &matrix, true);
}

/* Two clouds along a diagonal of the plane of the first two pixels: the first component
 * is (1, 1) / sqrt 2, the second (1, -1) / sqrt 2, up to sign. */
static void components_are_found(void **state)
{
    (void)state;
    const uint8_t pixels[] = {10, 10, 7, 20, 20, 7, 14, 16, 7, 16, 14, 7};
    double x[4], y[4];
    numeral_digits digits = {pixels, 4, 1, 3};
    assert_int_equal(numeral_map_components(&digits, x, y, NULL), NUMERAL_OK);
    const double half = 0.70710678118654752;
    const double want_x[] = {-10 * half, 10 * half, 0, 0};
    for (size_t i = 0; i < 4; i++) {
        double off = x[i] - want_x[i], size = y[i] < 0 ? -y[i] : y[i];
        assert_true(off < 1e-9 && off > -1e-9);
        assert_true(size - (i < 2 ? 0 : 2 * half) < 1e-9);
        assert_true((i < 2 ? 0 : 2 * half) - size < 1e-9);
    }
    digits.n = 0;
    numeral_error err;
    assert_int_equal(numeral_map_components(&digits, x, y, &err), NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "map: nothing to draw: 0 images of 1 × 3 pixels");
}

static void endings_name_formats(void **state)
{
    (void)state;
    numeral_picture_format format = NUMERAL_PICTURE_PNG;
    numeral_error err = {0};
    assert_int_equal(numeral_picture_format_of("a/b.SVG", &format, &err), NUMERAL_OK);
    assert_int_equal(format, NUMERAL_PICTURE_SVG);
    assert_int_equal(numeral_picture_format_of("x.pdf", &format, &err), NUMERAL_OK);
    assert_int_equal(format, NUMERAL_PICTURE_PDF);
    assert_int_equal(numeral_picture_format_of("x.jpg", &format, &err),
                     NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "x.jpg: a picture's name ends in .png, .svg or .pdf");
    assert_int_equal(numeral_picture_format_of("png", &format, NULL),
                     NUMERAL_ERROR_ARGUMENT);
    assert_int_equal(numeral_picture_format_of(".png", &format, NULL),
                     NUMERAL_ERROR_ARGUMENT);
}

static long full_disk(int file, const void *buffer, size_t bytes)
{
    (void)file;
    (void)buffer;
    (void)bytes;
    errno = ENOSPC;
    return -1;
}

static void failed_saves_leave_nothing(void **state)
{
    (void)state;
    numeral_picture picture = {0};
    numeral_error err = {0};
    assert_int_equal(
        numeral_draw_grid(sample_of("grid"), NUMERAL_PICTURE_PNG, &picture, &err), 0);
    assert_int_equal(numeral_picture_save(&picture, "/nowhere/grid.png", &err),
                     NUMERAL_ERROR_IO);
    assert_non_null(strstr(err.text, "/nowhere/grid.png: cannot create"));
    char folder[] = "/tmp/numeral-plot-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/grid.png", folder);
    numeral_file_operations broken = *numeral_get_file_operations();
    broken.write = full_disk;
    numeral_set_file_operations(&broken);
    assert_int_equal(numeral_picture_save(&picture, path, &err), NUMERAL_ERROR_IO);
    numeral_set_file_operations(NULL);
    assert_non_null(strstr(err.text, "No space left"));
    assert_int_equal(rmdir(folder), 0); /* empty: no part of a file is left */
    numeral_picture_free(&picture);
}

/* Every line is at most `columns` bytes of printable ASCII. */
static void check_plain(const char *text, size_t columns)
{
    size_t column = 0;
    for (; *text; text++) {
        column = *text == '\n' ? 0 : column + 1;
        assert_true(*text == '\n' || (*text >= ' ' && *text < 0x7f));
        assert_true(column <= columns);
    }
    assert_int_equal(column, 0);
}

static void plain_text_grids_fit(void **state)
{
    (void)state;
    numeral_grid grid = *(const numeral_grid *)sample_of("grid");
    static const char *names[256] = {"\033[31mred", "caf\xc3\xa9", "\xff",
                                     "a name that is longer than any cell can be"};
    grid.label_names = (numeral_label_names){256, NULL, names};
    static const size_t widths[] = {1, 2, 7, 20, 40, 80, 200};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        numeral_text_options options = {NUMERAL_TEXT_PLAIN, widths[i], NULL};
        char *text = NULL;
        assert_int_equal(numeral_text_grid(&grid, &options, &text, NULL), NUMERAL_OK);
        check_plain(text, widths[i]);
        numeral_free(text);
    }
    numeral_text_options options = {NUMERAL_TEXT_PLAIN, 0, NULL};
    char *text = NULL;
    assert_int_equal(numeral_text_grid(&grid, &options, &text, NULL), NUMERAL_OK);
    check_plain(text, 80);
    assert_non_null(strstr(text, "12 digits"));
    assert_non_null(strstr(text, "10 of 12 read correctly"));
    assert_non_null(strstr(text, "x 5 -> 8"));
    assert_non_null(strstr(text, "?[31mred"));
    numeral_free(text);
}

static void pictures_of_text_are_exact(void **state)
{
    (void)state;
    /* Left half ink, right half empty, and a grey row below. */
    static const uint8_t pixels[] = {255, 0, 255, 0, 255, 0, 120, 120};
    numeral_grid grid = {.title = "t", .digits = {pixels, 1, 4, 2}};
    numeral_text_options options = {NUMERAL_TEXT_PLAIN, 4, NULL};
    char *text = NULL;
    assert_int_equal(numeral_text_grid(&grid, &options, &text, NULL), NUMERAL_OK);
    /* One row of characters for each row of pixels; 120 is step 7 of the ramp. */
    assert_string_equal(text, "t\n\n@@\n@@\n@@\n####\n");
    numeral_free(text);
    options.mode = NUMERAL_TEXT_UNICODE;
    assert_int_equal(numeral_text_grid(&grid, &options, &text, NULL), NUMERAL_OK);
    assert_string_equal(text, "t\n\n██\n██\n██\n████\n");
    numeral_free(text);
}

static void terminals_get_their_best(void **state)
{
    (void)state;
    char *kitty[] = {"TERM=xterm-kitty", "KITTY_PID=1", NULL};
    char *colours[] = {"TERM=xterm-256color", "COLORTERM=truecolor", NULL};
    char *sixels[] = {"TERM=mlterm", "MLTERM=3.9", NULL};
    char *dumb[] = {"TERM=dumb", NULL};
    const numeral_grid *grid = sample_of("grid");
    struct {
        char **environment;
        const char *found;
    } cases[] = {{kitty, "\033_G"},
                 {colours, "\033[38;2;"},
                 {sixels, "\033P"},
                 {dumb, "▄"},
                 {NULL, "▄"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        numeral_text_options options = {NUMERAL_TEXT_TERMINAL, 80, cases[i].environment};
        char *text = NULL;
        assert_int_equal(numeral_text_grid(grid, &options, &text, NULL), NUMERAL_OK);
        if (!strstr(text, cases[i].found)) {
            fail_msg("terminal %zu: not as expected: %.300s", i, text);
        }
        numeral_free(text);
    }
}

static void bars_are_exact(void **state)
{
    (void)state;
    const numeral_bar bars[] = {
        {"zero", 0, "none"}, {"tiny", 1e-9, NULL}, {"half", 5, "5"}, {"full", 10, "10"}};
    numeral_text_options options = {NUMERAL_TEXT_PLAIN, 18, NULL};
    char *text = NULL;
    assert_int_equal(numeral_text_bars(bars, 4, 0, &options, &text, NULL), NUMERAL_OK);
    assert_string_equal(text, "zero  none\ntiny #\nhalf #### 5\nfull ######## 10\n");
    numeral_free(text);
    options.mode = NUMERAL_TEXT_UNICODE;
    assert_int_equal(numeral_text_bars(bars + 2, 1, 16, &options, &text, NULL),
                     NUMERAL_OK);
    /* 5 / 16 of 11 columns is 27.5 eighths. */
    assert_string_equal(text, "half ███▌ 5\n");
    numeral_free(text);
}

static void bad_bars_are_refused(void **state)
{
    (void)state;
    numeral_bar bar = {"x", -1, NULL};
    numeral_text_options options = {NUMERAL_TEXT_PLAIN, 80, NULL};
    numeral_error err = {0};
    char *text = NULL;
    assert_int_equal(numeral_text_bars(&bar, 0, 0, &options, &text, &err),
                     NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "bars: nothing to draw");
    assert_int_equal(numeral_text_bars(&bar, 1, 0, &options, &text, &err),
                     NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "bars: value 0 is -1: expected 0 or more");
    assert_null(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_chart_is_drawn),
        cmocka_unit_test(grids_of_other_shapes),
        cmocka_unit_test(empty_subtitles_take_no_line),
        cmocka_unit_test(bad_grids_are_refused),
        cmocka_unit_test(bad_curves_are_refused),
        cmocka_unit_test(bad_results_are_refused),
        cmocka_unit_test(bad_pictures_are_refused),
        cmocka_unit_test(odd_charts_are_drawn),
        cmocka_unit_test(components_are_found),
        cmocka_unit_test(endings_name_formats),
        cmocka_unit_test(failed_saves_leave_nothing),
        cmocka_unit_test(plain_text_grids_fit),
        cmocka_unit_test(pictures_of_text_are_exact),
        cmocka_unit_test(terminals_get_their_best),
        cmocka_unit_test(bars_are_exact),
        cmocka_unit_test(bad_bars_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
