/* Pages of digits: each stage against a plain version of itself or against what was
 * drawn, and whole pages of pen digits. */
#include "unit/check.h"

#include <numeral/page.h>

#include "data/pen.h"
#include "page/candidates.h"
#include "page/components.h"
#include "page/cuts.h"
#include "page/even.h"
#include "page/extreme.h"
#include "page/lattice.h"
#include "page/level.h"
#include "page/lines.h"
#include "page/polarity.h"
#include "page/pressure.h"
#include "page/printed.h"
#include "page/rules.h"
#include "page/runs.h"
#include "tests/page/draw_page.h"

static numeral_image blank(size_t height, size_t width, uint8_t grey)
{
    numeral_image image;
    numeral_error err;
    assert_int_equal(numeral_image_create(height, width, &image, &err), NUMERAL_OK);
    memset(image.pixels, grey, height * width);
    return image;
}

static void fill(numeral_image *image, size_t top, size_t left, size_t bottom,
                 size_t right, uint8_t grey)
{
    for (size_t y = top; y < bottom; y++) {
        memset(image->pixels + y * image->width + left, grey, right - left);
    }
}

/* Sizes and reaches around a block's length, beyond the edges, and 1 pixel. */
static void test_dilate_is_the_largest_around(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{1, 1}, {1, 9}, {7, 1}, {5, 8}, {33, 40}, {64, 31}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        for (size_t reach = 0; reach < 12; reach += reach < 4 ? 1 : 7) {
            numeral_random random = numeral_random_seed(s, reach);
            numeral_image image = blank(sizes[s][0], sizes[s][1], 0);
            size_t n = image.height * image.width;
            uint8_t *before = malloc(n);
            for (size_t i = 0; i < n; i++) {
                before[i] = image.pixels[i] = (uint8_t)numeral_random_below(&random, 256);
            }
            numeral_error err;
            assert_int_equal(numeral_page_dilate(&image, reach, &err), NUMERAL_OK);
            for (size_t at = 0; at < n; at++) {
                size_t y = at / image.width, x = at % image.width;
                uint8_t most = 0;
                for (size_t i = y < reach ? 0 : y - reach;
                     i <= y + reach && i < image.height; i++) {
                    for (size_t k = x < reach ? 0 : x - reach;
                         k <= x + reach && k < image.width; k++) {
                        uint8_t value = before[i * image.width + k];
                        most = value > most ? value : most;
                    }
                }
                assert_int_equal(image.pixels[at], most);
            }
            free(before);
            numeral_image_free(&image);
        }
    }
}

/* Sizes around those of patches and tiles; most patches are bare. */
static void test_transpose_swaps_rows_and_columns(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{1, 1}, {1, 20},  {8, 8},
                                      {9, 7}, {64, 65}, {70, 33}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t height = sizes[s][0], width = sizes[s][1];
        numeral_random random = numeral_random_seed(s, 5);
        numeral_image in = blank(height, width, 0), out = blank(width, height, 7);
        for (size_t i = 0; i < height * width;
             i += 1 + numeral_random_below(&random, 90)) {
            in.pixels[i] = (uint8_t)numeral_random_below(&random, 256);
        }
        numeral_page_transpose(in.pixels, height, width, out.pixels);
        for (size_t i = 0; i < height * width; i++) {
            assert_int_equal(out.pixels[i % width * height + i / width], in.pixels[i]);
        }
        numeral_image_free(&in);
        numeral_image_free(&out);
    }
}

/* Runs found so far, as bits of a page. */
typedef struct seen_runs {
    uint8_t *marks;
    size_t width, last;
} seen_runs;

static void see_run(void *context, size_t x, size_t begin, size_t end)
{
    seen_runs *seen = context;
    assert_true(begin < end && end >= seen->last);
    seen->last = end;
    for (size_t y = begin; y < end; y++) {
        seen->marks[y * seen->width + x]++;
    }
    /* a run ends at ground: one that touches it would be part of it */
    seen->marks[end * seen->width + x] |= 128;
}

static void test_runs_are_the_ink_of_columns(void **state)
{
    (void)state;
    static const uint8_t leasts[] = {1, 40, 127, 128, 129, 255};
    for (size_t round = 0; round < 60; round++) {
        numeral_random random = numeral_random_seed(round, 3);
        numeral_image image = blank(1 + numeral_random_below(&random, 40), 1 + round, 0);
        size_t n = image.height * image.width;
        uint8_t least = leasts[round % sizeof leasts];
        seen_runs seen = {calloc(n + image.width, 1), image.width, 0};
        numeral_error err;
        for (size_t i = 0; i < n; i++) { /* bare, seldom inked, or at the limit */
            const uint8_t values[6] = {(uint8_t)numeral_random_below(&random, 256), least,
                                       (uint8_t)(least - 1)};
            image.pixels[i] = values[numeral_random_below(&random, 6)];
        }
        assert_int_equal(numeral_page_runs_down(&image, least, see_run, &seen, &err),
                         NUMERAL_OK);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(seen.marks[i] & 127, image.pixels[i] >= least);
            assert_false(seen.marks[i] == 129);
        }
        for (size_t y = 0; y < image.height; y++) {
            const uint8_t *row = image.pixels + y * image.width;
            size_t bare = numeral_page_bare(row, image.width, least);
            for (size_t x = 0; x < bare; x++) {
                assert_true(row[x] < least);
            }
        }
        free(seen.marks);
        numeral_image_free(&image);
    }
}

/* A stroke on paper of which a half lies in hard shadow: the stroke is ink on both
 * halves, the edge of the shadow is none. */
static void test_shadow_is_no_ink(void **state)
{
    (void)state;
    numeral_image page = blank(200, 300, 220);
    numeral_page_ink ink;
    numeral_error err;
    fill(&page, 0, 150, 200, 300, 110);
    for (size_t x = 20; x < 280; x += 40) {
        fill(&page, 60, x, 140, x + 6, x < 150 ? 40 : 20);
    }
    assert_false(numeral_page_is_dark(&page));
    assert_int_equal(numeral_page_even(&page, false, &ink, &err), NUMERAL_OK);
    assert_in_range(ink.stroke, 5, 7);
    for (size_t x = 20; x < 280; x += 40) {
        assert_true(ink.map.pixels[100 * 300 + x + 3] > 180);
    }
    for (size_t y = 10; y < 190; y++) {
        /* what is left of the edge is too faint for a component */
        assert_true(ink.map.pixels[y * 300 + 150] < 96);
        assert_true(ink.map.pixels[y * 300 + 135] < 48);
    }
    numeral_image_free(&ink.map);
    numeral_image_free(&page);
}

/* Boxes whose lines are as wide as strokes: their sides go, and a 1 that ends shortly
 * before them stays. */
static void test_ones_in_boxes_are_no_sides(void **state)
{
    (void)state;
    enum { CELL = 42, TOP = 40, HEIGHT = 40, THICK = 3 };
    numeral_image ink = blank(200, 400, 0);
    numeral_page_rules rules;
    numeral_error err;
    fill(&ink, TOP, 20, TOP + THICK, 20 + 8 * CELL + THICK, 255);
    fill(&ink, TOP + HEIGHT, 20, TOP + HEIGHT + THICK, 20 + 8 * CELL + THICK, 255);
    for (size_t i = 0; i <= 8; i++) {
        fill(&ink, TOP, 20 + i * CELL, TOP + HEIGHT, 20 + i * CELL + THICK, 255);
    }
    for (size_t i = 0; i < 8; i++) {
        fill(&ink, TOP + 8, 40 + i * CELL, TOP + 34, 44 + i * CELL, 255);
    }
    assert_int_equal(numeral_page_take_rules(&ink, 4, &rules, &err), NUMERAL_OK);
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(ink.pixels[(TOP + 22) * 400 + 41 + i * CELL], 255);
        assert_int_equal(ink.pixels[(TOP + 22) * 400 + 21 + i * CELL], 0);
    }
    numeral_page_rules_free(&rules);
    numeral_image_free(&ink);
}

/* What is left of a box around a digit is none, and no part of its line. */
static void test_frames_are_no_digits(void **state)
{
    (void)state;
    numeral_image ink = blank(120, 300, 0);
    numeral_components all;
    numeral_page_lines lines;
    numeral_error err;
    for (size_t i = 0; i < 3; i++) {
        fill(&ink, 40, 30 + i * 80, 80, 36 + i * 80, 255);
        fill(&ink, 40, 36 + i * 80, 46, 54 + i * 80, 255);
    }
    fill(&ink, 30, 100, 92, 104, 255);
    fill(&ink, 88, 104, 92, 150, 255);
    assert_int_equal(numeral_components_find(&ink, NUMERAL_PAGE_INK, &all, &err),
                     NUMERAL_OK);
    assert_int_equal(all.n, 4);
    assert_int_equal(numeral_page_find_lines(&all, 6, &lines, &err), NUMERAL_OK);
    assert_int_equal(lines.n, 1);
    assert_int_equal(lines.starts[1], 3);
    size_t frames = 0;
    for (size_t i = 0; i < all.n; i++) {
        frames += lines.roles[i] == NUMERAL_PAGE_FRAME;
    }
    assert_int_equal(frames, 1);
    numeral_page_lines_free(&lines);
    numeral_components_free(&all);
    numeral_image_free(&ink);
}

/* A stroke that grows pale stays one, as dark as its begin; what is between two strokes
 * that nearly meet stays pale; what is pale all over stays as it is. */
static void test_pale_ends_of_strokes_are_ink(void **state)
{
    (void)state;
    numeral_image map = blank(120, 200, 0);
    numeral_error err;
    for (size_t y = 10; y < 110; y++) {
        fill(&map, y, 20, y + 1, 26, (uint8_t)(260 - 2 * y));
    }
    fill(&map, 10, 60, 110, 66, 255);
    fill(&map, 10, 66, 110, 69, 70);
    fill(&map, 10, 69, 110, 75, 255);
    fill(&map, 10, 120, 110, 126, 30);
    assert_int_equal(numeral_page_even_pressure(&map, 6, &err), NUMERAL_OK);
    for (size_t y = 10; y < 110; y++) {
        const uint8_t *row = map.pixels + y * map.width;
        assert_in_range(row[23], 160, 255);
        assert_int_equal(row[19], 0);
        assert_int_equal(row[67], 70);
        assert_int_equal(row[62], 255);
        assert_int_equal(row[123], 30);
    }
    numeral_image_free(&map);
}

/* Most of a page in shadow is no dark ground; nor is a dark table that a corner of the
 * page lies on, with pale strokes; light ink on dark is. */
static void test_strokes_decide_the_polarity(void **state)
{
    (void)state;
    numeral_image page = blank(320, 320, 90);
    fill(&page, 0, 0, 320, 60, 230);
    for (size_t y = 20; y < 300; y += 20) {
        fill(&page, y, 100 + y % 40, y + 4, 180 + y % 60, 20);
    }
    assert_false(numeral_page_is_dark(&page));
    for (size_t i = 0; i < 320 * 320; i++) {
        page.pixels[i] = (uint8_t)(255 - page.pixels[i]);
    }
    assert_true(numeral_page_is_dark(&page));
    fill(&page, 0, 0, 320, 320, 200);
    for (size_t y = 0; y < 320; y++) {
        fill(&page, y, 0, y + 1, y * 2 / 3 + 1, 40);
    }
    fill(&page, 30, 200, 80, 206, 160);
    fill(&page, 30, 240, 80, 246, 160);
    assert_false(numeral_page_is_dark(&page));
    numeral_image_free(&page);
}

/* Labels 8-connected pixels by spreading until nothing changes. */
static void spread_labels(const numeral_image *map, uint8_t least, size_t *labels)
{
    size_t n = map->height * map->width;
    bool changed = true;
    for (size_t i = 0; i < n; i++) {
        labels[i] = map->pixels[i] >= least ? i + 1 : 0;
    }
    while (changed) {
        changed = false;
        for (size_t i = 0; i < n; i++) {
            size_t y = i / map->width, x = i % map->width;
            for (size_t dy = y ? y - 1 : 0; labels[i] && dy <= y + 1 && dy < map->height;
                 dy++) {
                for (size_t dx = x ? x - 1 : 0; dx <= x + 1 && dx < map->width; dx++) {
                    size_t other = labels[dy * map->width + dx];
                    if (other && other < labels[i]) {
                        labels[i] = other;
                        changed = true;
                    }
                }
            }
        }
    }
}

static void test_components_are_what_hangs_together(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        numeral_random random = numeral_random_seed(seed, 0);
        size_t height = 1 + numeral_random_below(&random, 24);
        size_t width = 1 + numeral_random_below(&random, 24), n = height * width;
        numeral_image map = blank(height, width, 0);
        for (size_t i = 0; i < n; i++) {
            map.pixels[i] = numeral_random_below(&random, 100) < 42 ? 200 : 10;
        }
        size_t *expected = malloc(n * sizeof *expected);
        spread_labels(&map, 100, expected);
        numeral_components found;
        numeral_error err;
        assert_int_equal(numeral_components_find(&map, 100, &found, &err), NUMERAL_OK);
        size_t pixels = 0, distinct = 0;
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(found.labels[i] != 0, expected[i] != 0);
            distinct += expected[i] == i + 1;
            if (found.labels[i]) {
                const numeral_page_box *b = &found.items[found.labels[i] - 1].box;
                assert_in_range(i / width, b->top, b->bottom - 1);
                assert_in_range(i % width, b->left, b->right - 1);
                assert_int_equal(found.labels[i], found.labels[expected[i] - 1]);
            }
        }
        assert_int_equal(found.n, distinct);
        for (size_t i = 0; i < found.n; i++) {
            pixels += found.items[i].pixels;
        }
        size_t inked = 0;
        for (size_t i = 0; i < n; i++) {
            inked += expected[i] != 0;
        }
        assert_int_equal(pixels, inked);
        numeral_components_free(&found);
        numeral_image_free(&map);
        free(expected);
    }
}

/* How many components of a map are writing, and in how many lines. */
static size_t count_writing(const numeral_image *map, size_t stroke, size_t *n_lines)
{
    numeral_error err;
    numeral_components found;
    numeral_page_lines lines;
    size_t n = 0;
    assert_int_equal(numeral_components_find(map, 100, &found, &err), NUMERAL_OK);
    assert_int_equal(numeral_page_find_lines(&found, stroke, &lines, &err), NUMERAL_OK);
    for (size_t i = 0; i < found.n; i++) {
        n += lines.roles[i] == NUMERAL_PAGE_WRITING;
    }
    *n_lines = lines.n;
    numeral_page_lines_free(&lines);
    numeral_components_free(&found);
    return n;
}

/* Pieces as large as a digit together stand on the line of the digits beside them, ever
 * so far from these; alone, or too small together, they are specks. */
static void test_pieces_of_a_digit_are_writing(void **state)
{
    (void)state;
    size_t n_lines;
    numeral_image map = blank(160, 400, 0);
    for (size_t i = 0; i < 3; i++) {
        fill(&map, 20, 20 + 40 * i, 60, 30 + 40 * i, 255);
    }
    assert_int_equal(count_writing(&map, 5, &n_lines), 3);
    assert_int_equal(n_lines, 1);
    fill(&map, 22, 150, 34, 156, 255); /* three pieces, 40 pixels from the last digit */
    fill(&map, 36, 160, 50, 166, 255);
    fill(&map, 53, 152, 58, 170, 255);
    assert_int_equal(count_writing(&map, 5, &n_lines), 6);
    assert_int_equal(n_lines, 1);
    fill(&map, 38, 220, 52, 250, 255); /* a digit that lies flat, beside them */
    assert_int_equal(count_writing(&map, 5, &n_lines), 7);
    fill(&map, 38, 300, 46, 306, 255); /* specks */
    fill(&map, 120, 220, 132, 226, 255);
    fill(&map, 134, 228, 146, 234, 255);
    assert_int_equal(count_writing(&map, 5, &n_lines), 7);
    assert_int_equal(n_lines, 1);
    numeral_image_free(&map);
}

/* More marks than are written and legible are cloth, print or noise: no line, and as many
 * as may just be digits are lines. */
static void test_a_texture_is_no_writing(void **state)
{
    (void)state;
    enum { HEIGHT = 6, WIDTH = 4, EDGE = 240 };
    for (size_t step = 7; step <= 9; step++) {
        size_t n_lines;
        numeral_image map = blank(EDGE, EDGE, 0);
        for (size_t y = 0; y + step <= EDGE; y += step) {
            for (size_t x = 0; x + step <= EDGE; x += step) {
                fill(&map, y, x, y + HEIGHT, x + WIDTH, 255);
            }
        }
        size_t n = EDGE / step * (EDGE / step);
        assert_int_equal(count_writing(&map, 2, &n_lines), step < 8 ? 0 : n);
        assert_int_equal(n_lines, step < 8 ? 0 : EDGE / step);
        numeral_image_free(&map);
    }
}

/* Components, lines, cuts and candidates of a map. */
typedef struct listed {
    numeral_components found;
    numeral_page_lines lines;
    numeral_cuts cuts;
    numeral_candidates candidates;
} listed;

static listed list_candidates(const numeral_image *map)
{
    enum { STROKE = 2 };
    listed l = {0};
    numeral_error err;
    CHECK_OK(numeral_components_find(map, 96, &l.found, &err), err);
    CHECK_OK(numeral_page_find_lines(&l.found, STROKE, &l.lines, &err), err);
    CHECK_OK(numeral_page_cut(map, &l.found, &l.lines, STROKE, &l.cuts, &err), err);
    CHECK_OK(
        numeral_candidates_list(&l.found, &l.lines, &l.cuts, STROKE, &l.candidates, &err),
        err);
    return l;
}

static void listed_free(listed *l)
{
    numeral_candidates_free(&l->candidates);
    numeral_cuts_free(&l->cuts);
    numeral_page_lines_free(&l->lines);
    numeral_components_free(&l->found);
}

/* A block that is too wide for a digit, and too thick to be cut. */
static void test_a_line_may_have_no_candidates(void **state)
{
    (void)state;
    numeral_image map = blank(40, 100, 0);
    fill(&map, 10, 20, 22, 80, 255);
    listed l = list_candidates(&map);
    assert_int_equal(l.lines.n, 1);
    assert_int_equal(l.candidates.n, 0);
    assert_non_null(l.candidates.items);
    listed_free(&l);
    numeral_image_free(&map);
}

/* Stripes that lie across each other's boxes make candidates of each with the pieces of
 * many others; what is cut is bounded by the line's size. */
static void test_cuts_are_bounded_by_the_line(void **state)
{
    (void)state;
    static const uint8_t pattern[] = {255, 255, 255, 255, 255, 7,  255, 120,
                                      255, 255, 120, 255, 255, 40, 255};
    numeral_image map = blank(256, 256, 0);
    for (size_t i = 0; i < 256 * 256; i++) {
        map.pixels[i] = (uint8_t)(255 - pattern[i % sizeof pattern]);
    }
    listed l = list_candidates(&map);
    double cut = 0;
    for (size_t i = 0; i < l.candidates.n; i++) {
        const numeral_page_box *box = &l.candidates.items[i].box;
        cut += numeral_candidate_is_cut(&l.candidates.items[i], &l.cuts)
                   ? (double)((box->bottom - box->top) * (box->right - box->left))
                   : 0;
    }
    assert_true(cut <= 256.0 * 256 * 256 * (double)l.lines.n);
    listed_free(&l);
    numeral_image_free(&map);
}

/* Where the bar of a five stands off, what is left is half as high; with a bar as far
 * above a whole digit it would be too high for one. */
static void test_a_bar_belongs_to_what_is_left(void **state)
{
    (void)state;
    size_t n_lines;
    numeral_image map = blank(160, 400, 0);
    for (size_t i = 0; i < 3; i++) {
        fill(&map, 40, 20 + 90 * i, 80, 30 + 90 * i, 255);
    }
    fill(&map, 57, 140, 80, 156, 255);
    fill(&map, 42, 148, 47, 170, 255);
    assert_int_equal(count_writing(&map, 5, &n_lines), 5);
    fill(&map, 38, 230, 60, 246, 255); /* the same below */
    fill(&map, 72, 234, 78, 256, 255);
    assert_int_equal(count_writing(&map, 5, &n_lines), 7);
    fill(&map, 22, 112, 27, 134, 255);
    assert_int_equal(count_writing(&map, 5, &n_lines), 7);
    assert_int_equal(n_lines, 1);
    numeral_image_free(&map);
}

/* Strokes were measured wider than a 1's is; a hair as high is none. */
static void test_a_fine_one_is_writing(void **state)
{
    (void)state;
    enum { STROKE = 22 };
    numeral_component items[] = {{{945, 505, 1034, 553}, 1314, 255},
                                 {{932, 848, 1015, 898}, 1751, 255},
                                 {{934, 771, 1008, 787}, 734, 255},
                                 {{934, 720, 1014, 723}, 200, 255}};
    numeral_components components = {
        .height = 1200, .width = 1600, .n = 4, .items = items};
    numeral_page_lines lines;
    numeral_error err;
    CHECK_OK(numeral_page_find_lines(&components, STROKE, &lines, &err), err);
    assert_int_equal(lines.roles[0], NUMERAL_PAGE_WRITING);
    assert_int_equal(lines.roles[2], NUMERAL_PAGE_WRITING);
    assert_int_equal(lines.roles[3], NUMERAL_PAGE_SPECK);
    numeral_page_lines_free(&lines);
}

/* A long rule goes, the stroke that crosses it stays whole, a short bar stays. */
static void test_rules_go_and_strokes_stay(void **state)
{
    (void)state;
    numeral_image ink = blank(120, 600, 0);
    fill(&ink, 80, 0, 83, 600, 150);
    fill(&ink, 40, 300, 110, 307, 255);
    fill(&ink, 30, 100, 36, 140, 255);
    numeral_page_rules rules;
    numeral_error err;
    assert_int_equal(numeral_page_take_rules(&ink, 7, &rules, &err), NUMERAL_OK);
    assert_int_equal(rules.n, 1);
    assert_int_equal(rules.thick, 3);
    assert_in_range(rules.boxes[0].top, 78, 83);
    for (size_t x = 0; x < 590; x++) {
        bool stroke = x >= 300 && x < 307;
        assert_int_equal(ink.pixels[81 * 600 + x], stroke ? 255 : 0);
    }
    for (size_t y = 40; y < 110; y++) {
        assert_int_equal(ink.pixels[y * 600 + 303], 255);
    }
    assert_int_equal(ink.pixels[33 * 600 + 120], 255);
    numeral_page_rules_free(&rules);
    numeral_image_free(&ink);
}

/* Where boxes stand close their sides are twice as thick as other lines; a stroke of the
 * pen that reaches from line to line stays. */
static void test_sides_of_boxes_go(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        numeral_image ink = blank(160, 600, 0);
        size_t wide = i ? 8 : 5;
        fill(&ink, 30, 0, 33, 600, 255);
        fill(&ink, 120, 0, 123, 600, 255);
        fill(&ink, 30, 300, 123, 300 + wide, 255);
        numeral_page_rules rules;
        numeral_error err;
        assert_int_equal(numeral_page_take_rules(&ink, 8, &rules, &err), NUMERAL_OK);
        assert_true(i ? rules.n == 2 : rules.n > 2);
        assert_int_equal(ink.pixels[75 * 600 + 302], i ? 255 : 0);
        numeral_page_rules_free(&rules);
        numeral_image_free(&ink);
    }
}

/* Many lines set how wide strokes are measured; once they are gone, it is measured
 * better. */
static void test_strokes_are_measured_without_lines(void **state)
{
    (void)state;
    numeral_image ink = blank(800, 800, 0);
    for (size_t i = 0; i < 14; i++) {
        fill(&ink, 30 + 50 * i, 0, 34 + 50 * i, 800, 255);
    }
    for (size_t i = 0; i < 20; i++) {
        fill(&ink, 40, 20 + 35 * i, 74, 27 + 35 * i, 255);
    }
    numeral_page_rules rules;
    numeral_error err;
    size_t stroke = 0;
    CHECK_OK(numeral_page_measure_stroke(&ink, &stroke, &err), err);
    assert_int_equal(stroke, 4);
    CHECK_OK(numeral_page_take_printed(&ink, &stroke, &rules, &err), err);
    assert_int_equal(stroke, 7);
    assert_true(rules.n >= 14);
    assert_int_equal(ink.pixels[60 * 800 + 22], 255);
    numeral_page_rules_free(&rules);
    numeral_image_free(&ink);
}

static void test_slope_is_found_and_taken_away(void **state)
{
    (void)state;
    for (int slope = -100; slope <= 100; slope += 50) {
        numeral_image page = blank(400, 600, 0), level;
        numeral_page_level lie;
        numeral_error err;
        int found;
        for (size_t line = 80; line < 360; line += 60) {
            for (size_t x = 40; x < 560; x++) {
                size_t y =
                    (size_t)((int)line + ((int)x - 300) * slope / NUMERAL_PAGE_SLOPE);
                page.pixels[y * 600 + x] = page.pixels[(y + 1) * 600 + x] = 255;
            }
        }
        assert_int_equal(numeral_page_find_slope(&page, 4, &found, &err), NUMERAL_OK);
        assert_in_range(found + 200, slope + 196, slope + 204);
        assert_int_equal(numeral_page_turn_level(&page, found, &level, &lie, &err),
                         NUMERAL_OK);
        /* the first line lies in at most four rows now, and its box leads back to it */
        numeral_components all;
        assert_int_equal(numeral_components_find(&level, 100, &all, &err), NUMERAL_OK);
        assert_true(all.n >= 5);
        assert_true(all.items[0].box.bottom - all.items[0].box.top <= 5);
        numeral_page_box back =
            numeral_page_box_on_page(&lie, all.items[0].box, 400, 600);
        int low = 80 - 260 * abs(slope) / NUMERAL_PAGE_SLOPE;
        assert_in_range(back.top, low - 6, low + 2);
        assert_in_range(back.left, 34, 44);
        numeral_components_free(&all);
        numeral_image_free(&level);
        numeral_image_free(&page);
    }
}

/* The best of all paths through a line of borders, by trying every one. */
static double best_by_hand(const numeral_lattice *l, size_t border, size_t left,
                           double *sum)
{
    double best = -1e9;
    if (border == l->end) {
        *sum += left == 0;
        return left == 0 ? 0 : best;
    }
    for (size_t i = 0; i < l->n; i++) {
        if (l->candidates[i].first == border && left > 0) {
            double rest = 0;
            double score = l->readings[i].score +
                           best_by_hand(l, l->candidates[i].last, left - 1, &rest);
            *sum += rest * exp(l->readings[i].score);
            best = score > best ? score : best;
        }
    }
    return best;
}

/* The sum over all paths that read `n` given classes. */
static double spelt_by_hand(const numeral_lattice *l, size_t border,
                            const uint16_t *spelling, size_t n)
{
    double sum = border == l->end && n == 0 ? 1 : 0;
    for (size_t i = 0; i < l->n && n > 0; i++) {
        if (l->candidates[i].first == border && l->readings[i].winner == *spelling) {
            sum += exp(l->readings[i].score) *
                   spelt_by_hand(l, l->candidates[i].last, spelling + 1, n - 1);
        }
    }
    return sum;
}

static void test_lattice_finds_the_best_path(void **state)
{
    (void)state;
    enum { PIECES = 7 };
    for (uint64_t seed = 0; seed < 60; seed++) {
        numeral_random random = numeral_random_seed(seed, 3);
        numeral_border borders[PIECES + 1] = {{.member = 0}};
        numeral_region regions[PIECES];
        size_t of[PIECES + 2], starts[2] = {0, PIECES + 1};
        numeral_candidate candidates[PIECES * 3];
        numeral_reading_of readings[PIECES * 3];
        size_t n = 0;
        for (uint32_t first = 0; first < PIECES; first++) {
            /* dropping one costs more than any path */
            regions[first] = (numeral_region){first, first + 1, 100000, {0}};
            of[first] = first;
            for (uint32_t last = first + 1; last <= PIECES && last < first + 4; last++) {
                candidates[n] = (numeral_candidate){.first = first, .last = last};
                readings[n].winner = (uint16_t)numeral_random_below(&random, 2);
                readings[n++].score = between(&random, -4, 0);
            }
        }
        of[PIECES] = of[PIECES + 1] = PIECES;
        numeral_cuts cuts = {.n = PIECES + 1,
                             .n_regions = PIECES,
                             .borders = borders,
                             .starts = starts,
                             .regions = regions,
                             .of = of};
        numeral_lattice lattice = {&cuts, 0, PIECES, candidates, readings, n, 1, 1};
        for (size_t expect = 3; expect <= PIECES; expect++) {
            uint32_t path[PIECES], dropped[PIECES];
            numeral_lattice_path found = {.candidates = path, .dropped = dropped};
            double share, sum = 0, score = 0;
            numeral_error err;
            assert_int_equal(numeral_lattice_best(&lattice, expect, &found, &share, &err),
                             NUMERAL_OK);
            double best = best_by_hand(&lattice, 0, expect, &sum);
            assert_int_equal(found.n, expect);
            uint16_t spelling[PIECES];
            size_t next = 0;
            for (size_t i = 0; i < found.n; i++) {
                spelling[i] = readings[path[i]].winner;
                assert_int_equal(candidates[path[i]].first, next);
                next = candidates[path[i]].last;
                score += readings[path[i]].score;
            }
            assert_int_equal(next, PIECES);
            assert_true(fabs(score - best) < 1e-9);
            double spelt = spelt_by_hand(&lattice, 0, spelling, found.n);
            assert_true(fabs(share - spelt / sum) < 1e-9);
        }
    }
}

/* A model of pen digits, and such digits to draw pages with: made once for all tests. */
typedef struct world {
    numeral_model *model;
    numeral_dataset digits;
} world;

static world w;

static int world_create(void **state)
{
    (void)state;
    numeral_error err = {0};
    numeral_dataset train;
    numeral_load all = {0};
    CHECK_OK(numeral_dataset_load("pen:train[0:1500]", &all, &train, &err), err);
    CHECK_OK(numeral_dataset_load("pen:test[0:300]", &all, &w.digits, &err), err);
    CHECK_OK(numeral_model_train(&train, "fast", NULL, &w.model, &err), err);
    numeral_dataset_free(&train);
    return 0;
}

static int world_free(void **state)
{
    (void)state;
    numeral_model_destroy(w.model);
    numeral_dataset_free(&w.digits);
    return 0;
}

/* Draws a page and gives how many of its lines are read wholly right, in their order. */
static size_t count_right(const settings *how, size_t number,
                          const numeral_page_options *options, int threads,
                          numeral_page *page)
{
    numeral_image image = blank(how->height, how->width, 0);
    numeral_error err = {0};
    drawn_page truth;
    size_t right = 0;
    numeral_run run = {.threads = threads};
    draw_page(how, &w.digits, number, image.pixels, &truth);
    CHECK_OK(numeral_page_read(w.model, &image, options, &run, page, &err), err);
    for (size_t i = 0; i < truth.n_lines && page->n_lines == truth.n_lines; i++) {
        right += strcmp(page->lines[i].text, truth.lines[i].text) == 0;
    }
    numeral_image_free(&image);
    return right;
}

enum { PAGES = SLOWER > 1 ? 1 : 3 }; /* drawn on each paper, turned each way */

static const settings easy = {.height = 600, .width = 800, .lines = 4, .degrees = 3};

static void test_papers_are_read(void **state)
{
    (void)state;
    static const paper kinds[] = {PLAIN, SHADE, RULED, SQUARED, BOXES, DARK, PENCIL};
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        settings how = easy;
        numeral_page page = {0};
        size_t right = 0;
        how.paper = kinds[kind];
        how.seed = how.paper == PENCIL ? 5 : 0; /* few pages: not the palest digits */
        for (size_t number = 0; number < PAGES; number++) {
            right += count_right(&how, number, NULL, 0, &page);
            numeral_page_free(&page);
        }
        /* print as dark as faint ink still breaks digits up, or stays beside them */
        bool hard = how.paper == SQUARED || how.paper == BOXES || how.paper == PENCIL;
        if (right < (hard ? 5 : 10) * PAGES / 3) {
            fail_msg("%s: only %zu of %d lines are read", paper_names[how.paper], right,
                     4 * PAGES);
        }
    }
}

/* Every other line is of letters: they are listed, not read; and the page is not turned
 * for their sake. */
static void test_words_are_skipped(void **state)
{
    (void)state;
    settings how = easy;
    numeral_dataset letters;
    numeral_error err = {0};
    size_t read = 0, skipped = 0;
    CHECK_OK(draw_letters(&letters, &err), err);
    how.letters = &letters;
    for (size_t number = 0; number < PAGES; number++) {
        numeral_page page = {0};
        count_right(&how, number, NULL, 0, &page);
        read += page.n_lines;
        assert_int_equal(page.turned, 0);
        for (size_t i = 0; i < page.n_skipped; i++) {
            const numeral_page_box *b = &page.skipped[i].box;
            skipped += strcmp(page.skipped[i].why, "no digit") == 0 &&
                       b->right - b->left > how.width / 8;
        }
        numeral_page_free(&page);
    }
    assert_in_range(read, 2 * PAGES - 1, 2 * PAGES + PAGES / 3);
    assert_in_range(skipped, 2 * PAGES - PAGES / 3, 3 * PAGES);
    numeral_dataset_free(&letters);
}

/* A letter among digits is refused, more often than not; the digits beside it are read.
 */
static void test_letters_among_digits_are_refused(void **state)
{
    (void)state;
    enum { N = 5, SCALE = 2, STEP = 80, TIMES = 24 };
    numeral_dataset letters;
    numeral_error err = {0};
    size_t refused = 0, right = 0;
    CHECK_OK(draw_letters(&letters, &err), err);
    for (size_t time = 0; time < TIMES; time++) {
        numeral_image image = blank(160, 520, 230);
        numeral_page page = {0};
        for (size_t i = 0; i < N; i++) {
            const uint8_t *sign = i == N / 2
                                      ? letters.pixels + time * SIDE * SIDE
                                      : w.digits.pixels + (time * N + i) * SIDE * SIDE;
            for (size_t p = 0; p < SCALE * SIDE * SCALE * SIDE; p++) {
                size_t y = p / (SCALE * SIDE), x = p % (SCALE * SIDE);
                uint8_t ink = sign[y / SCALE * SIDE + x / SCALE];
                image.pixels[(50 + y) * image.width + 60 + i * STEP + x] =
                    (uint8_t)(230 - 200 * ink / 255);
            }
        }
        CHECK_OK(numeral_page_read(w.model, &image, NULL, NULL, &page, &err), err);
        if (page.n_lines == 1 && page.lines[0].n_digits == N) {
            for (size_t i = 0; i < N; i++) {
                const numeral_page_digit *digit = &page.lines[0].digits[i];
                refused += i == N / 2 && digit->refused;
                right += i != N / 2 && !digit->refused &&
                         digit->label == w.digits.labels[time * N + i];
            }
        }
        numeral_page_free(&page);
        numeral_image_free(&image);
    }
    assert_in_range(refused, TIMES / 4, TIMES);
    assert_in_range(right, TIMES * (N - 1) * 4 / 5, TIMES * (N - 1));
    numeral_dataset_free(&letters);
}

/* Ink over a picture: what is darker stays. */
static void darken(numeral_image *image, size_t y, size_t x, uint8_t grey)
{
    uint8_t *at = &image->pixels[y * image->width + x];
    *at = *at < grey ? *at : grey;
}

/* Few digits on a large squared page that lies askew: the squares are most of its ink,
 * yet no stroke is as thin as they are. */
static void test_squares_may_be_most_of_the_ink(void **state)
{
    (void)state;
    enum { PITCH = 22, SCALE = 2, N = 6 };
    numeral_image image = blank(1000, 1400, 200);
    numeral_error err = {0};
    numeral_page page = {0};
    char text[N + 1] = {0};
    for (size_t y = 0; y < image.height; y++) {
        for (size_t x = 0; x < image.width; x++) {
            size_t down = (1000 * y + 60 * x) / 1000,
                   across = (1000 * x + 100000 - 60 * y) / 1000;
            if (down % PITCH < 2 || across % PITCH < 2) {
                darken(&image, y, x, 120);
            }
        }
    }
    for (size_t i = 0; i < N; i++) {
        const uint8_t *digit = w.digits.pixels + i * 28 * 28;
        text[i] = (char)('0' + w.digits.labels[i]);
        for (size_t y = 0; y < SCALE * 28; y++) {
            for (size_t x = 0; x < SCALE * 28; x++) {
                uint8_t ink = digit[y / SCALE * 28 + x / SCALE];
                size_t top = 300 - 60 * (i * 62 + x) / 1000;
                darken(&image, top + y, 300 + i * 62 + x,
                       (uint8_t)(200 - 150 * ink / 255));
            }
        }
    }
    CHECK_OK(numeral_page_read(w.model, &image, NULL, NULL, &page, &err), err);
    assert_int_equal(page.n_lines, 1);
    assert_string_equal(page.lines[0].text, text);
    numeral_page_free(&page);
    numeral_image_free(&image);
}

static void test_pages_are_the_same_by_any_threads(void **state)
{
    (void)state;
    numeral_page one = {0}, many = {0};
    count_right(&easy, 7, NULL, 1, &one);
    count_right(&easy, 7, NULL, 5, &many);
    assert_int_equal(one.n_lines, many.n_lines);
    for (size_t i = 0; i < one.n_lines; i++) {
        assert_string_equal(one.lines[i].text, many.lines[i].text);
        assert_true(one.lines[i].confidence == many.lines[i].confidence);
        assert_memory_equal(&one.lines[i].box, &many.lines[i].box,
                            sizeof one.lines[i].box);
    }
    numeral_page_free(&one);
    numeral_page_free(&many);
}

static void test_expect_gives_lines_of_that_length(void **state)
{
    (void)state;
    numeral_page page = {0};
    settings how = easy;
    how.spacing = TOUCHING;
    numeral_page_options six = {.expect = 6, .keep_upright = true};
    count_right(&how, 2, &six, 0, &page);
    assert_true(page.n_lines > 0);
    for (size_t i = 0; i < page.n_lines; i++) {
        assert_true(page.lines[i].n_digits <= 6);
    }
    numeral_page_free(&page);
}

static void turn_quarter(numeral_image *page)
{
    numeral_image out = blank(page->width, page->height, 0);
    for (size_t y = 0; y < page->height; y++) {
        for (size_t x = 0; x < page->width; x++) {
            out.pixels[x * out.width + page->height - 1 - y] =
                page->pixels[y * page->width + x];
        }
    }
    numeral_image_free(page);
    *page = out;
}

/* However a page lies, its lines are read in their order; boxes are the picture's. */
static void test_turned_pages_are_read_upright(void **state)
{
    (void)state;
    size_t all_right[4] = {0};
    for (size_t number = 0; number < PAGES; number++) {
        numeral_image image = blank(easy.height, easy.width, 0);
        numeral_error err = {0};
        drawn_page truth;
        draw_page(&easy, &w.digits, number, image.pixels, &truth);
        for (int quarters = 0; quarters < 4; quarters++) {
            numeral_page page = {0};
            CHECK_OK(numeral_page_read(w.model, &image, NULL, NULL, &page, &err), err);
            assert_int_equal(page.turned, (4 - quarters) % 4 * 90);
            assert_int_equal(page.n_lines, truth.n_lines);
            for (size_t i = 0; i < truth.n_lines; i++) {
                all_right[quarters] +=
                    strcmp(page.lines[i].text, truth.lines[i].text) == 0;
            }
            const numeral_page_box *box = &page.lines[0].box;
            assert_true(quarters == 0   ? box->bottom < image.height / 2
                        : quarters == 1 ? box->left > image.width / 2
                        : quarters == 2 ? box->top > image.height / 2
                                        : box->right < image.width / 2);
            numeral_page_free(&page);
            turn_quarter(&image);
        }
        numeral_image_free(&image);
    }
    for (int quarters = 0; quarters < 4; quarters++) {
        if (all_right[quarters] < 3 * PAGES) {
            fail_msg("turned by %d quarters, only %zu of %d lines are read", quarters,
                     all_right[quarters], 4 * PAGES);
        }
    }
}

/* A glyph of 28 × 28 pixels, twice as large, its corner at (y, x). */
static void put(numeral_image *image, const uint8_t *shape, size_t y, size_t x)
{
    for (size_t i = 0; i < 56; i++) {
        for (size_t k = 0; k < 56; k++) {
            uint8_t ink = shape[i / 2 * 28 + k / 2];
            darken(image, y + i, x + k, (uint8_t)(200 - 150 * ink / 255));
        }
    }
}

static bool lies_in(const numeral_page_box *b, size_t y, size_t x)
{
    return b->top <= y && y < b->bottom && b->left <= x && x < b->right;
}

static bool is_skipped(const numeral_page *page, size_t y, size_t x)
{
    for (size_t i = 0; i < page->n_skipped; i++) {
        if (lies_in(&page->skipped[i].box, y, x)) {
            return true;
        }
    }
    return false;
}

static bool is_read(const numeral_page *page, size_t y, size_t x)
{
    for (size_t i = 0; i < page->n_lines; i++) {
        for (size_t k = 0; k < page->lines[i].n_digits; k++) {
            if (lies_in(&page->lines[i].digits[k].box, y, x)) {
                return true;
            }
        }
    }
    return false;
}

/* Words beside digits and under them: whatever of them is not read is listed as skipped,
 * be it a part of a line that is read, or a line of its own. */
static void test_writing_passed_over_is_listed(void **state)
{
    (void)state;
    enum { N = 5, STEP = 62, TOP = 120, UNDER = 260, LEFT = 80, ROUNDS = 6 };
    size_t parts = 0, lines = 0;
    for (size_t turn = 0; turn < ROUNDS; turn++) {
        numeral_image image = blank(420, 900, 200);
        numeral_random random = numeral_random_seed(5, turn);
        numeral_error err = {0};
        numeral_page page = {0};
        for (size_t i = 0; i < N; i++) {
            put(&image, w.digits.pixels + (turn * N + i) * 28 * 28, TOP, LEFT + i * STEP);
        }
        for (size_t i = 0; i < 2 * N; i++) {
            numeral_pen_dot dots[NUMERAL_PEN_MAX_DOTS];
            uint8_t letter[28 * 28] = {0};
            size_t n = numeral_pen_letter(&random, dots);
            numeral_pen_ink(&random, dots, n, letter);
            put(&image, letter, i < N ? TOP : UNDER,
                LEFT + i % N * STEP + (i < N ? N * STEP : 0));
        }
        CHECK_OK(numeral_page_read(w.model, &image, NULL, NULL, &page, &err), err);
        for (size_t y = 0; y < image.height; y++) {
            for (size_t x = 0; x < image.width; x++) {
                if (image.pixels[y * image.width + x] < 80 && !is_skipped(&page, y, x) &&
                    !is_read(&page, y, x)) {
                    fail_msg("page %zu: ink at %zu, %zu is neither read nor skipped",
                             turn, y, x);
                }
            }
        }
        for (size_t i = 0; i < page.n_skipped; i++) {
            const numeral_page_box *b = &page.skipped[i].box;
            size_t *count = b->right - b->left > 3 * STEP ? &lines : &parts;
            *count += strcmp(page.skipped[i].why, "no digit") == 0;
        }
        numeral_page_free(&page);
        numeral_image_free(&image);
    }
    assert_true(parts > 0 && lines > 0); /* both were met */
}

static void test_pages_without_digits(void **state)
{
    (void)state;
    numeral_image white = blank(300, 400, 250), tiny = blank(4, 4, 0);
    numeral_error err = {0};
    numeral_page page = {0};
    CHECK_OK(numeral_page_read(w.model, &white, NULL, NULL, &page, &err), err);
    assert_int_equal(page.n_lines, 0);
    assert_int_equal(page.height, 300);
    numeral_page_free(&page);
    assert_int_equal(numeral_page_read(w.model, &tiny, NULL, NULL, &page, &err),
                     NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "a page of 4 x 4 pixels is too small to hold a digit");
    CHECK_FAILS(numeral_page_read(w.model, &white,
                                  &(numeral_page_options){.expect = SIZE_MAX}, NULL,
                                  &page, &err),
                NUMERAL_ERROR_ARGUMENT, err, "at most of 100");
    /* a grid of noise is not read either */
    white.height = SLOWER > 1 ? 150 : 300;
    numeral_random random = numeral_random_seed(1, 1);
    for (size_t i = 0; i < white.height * white.width; i++) {
        white.pixels[i] = (uint8_t)numeral_random_below(&random, 256);
    }
    CHECK_OK(numeral_page_read(w.model, &white, NULL, NULL, &page, &err), err);
    double sum = 0;
    for (size_t i = 0; i < page.n_lines; i++) {
        sum += page.lines[i].confidence;
    }
    assert_true(sum <= 0.7 * (double)page.n_lines);
    numeral_page_free(&page);
    /* nor are more marks than are written, which are listed as one thing */
    for (size_t i = 0; i < white.height * white.width; i++) {
        size_t y = i / white.width % 8, x = i % white.width % 7; /* a C of 7 x 5 */
        bool mark = x < 5 && y < 7 && (x == 0 || y == 0 || y == 6);
        white.pixels[i] = mark ? 20 : 240;
    }
    CHECK_OK(numeral_page_read(w.model, &white, NULL, NULL, &page, &err), err);
    assert_int_equal(page.n_lines, 0);
    assert_int_equal(page.n_skipped, 1);
    assert_string_equal(page.skipped[0].why, "texture");
    numeral_page_free(&page);
    numeral_image_free(&white);
    numeral_image_free(&tiny);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dilate_is_the_largest_around),
        cmocka_unit_test(test_transpose_swaps_rows_and_columns),
        cmocka_unit_test(test_runs_are_the_ink_of_columns),
        cmocka_unit_test(test_shadow_is_no_ink),
        cmocka_unit_test(test_ones_in_boxes_are_no_sides),
        cmocka_unit_test(test_frames_are_no_digits),
        cmocka_unit_test(test_pale_ends_of_strokes_are_ink),
        cmocka_unit_test(test_strokes_decide_the_polarity),
        cmocka_unit_test(test_components_are_what_hangs_together),
        cmocka_unit_test(test_pieces_of_a_digit_are_writing),
        cmocka_unit_test(test_a_texture_is_no_writing),
        cmocka_unit_test(test_a_line_may_have_no_candidates),
        cmocka_unit_test(test_cuts_are_bounded_by_the_line),
        cmocka_unit_test(test_a_bar_belongs_to_what_is_left),
        cmocka_unit_test(test_a_fine_one_is_writing),
        cmocka_unit_test(test_sides_of_boxes_go),
        cmocka_unit_test(test_strokes_are_measured_without_lines),
        cmocka_unit_test(test_rules_go_and_strokes_stay),
        cmocka_unit_test(test_slope_is_found_and_taken_away),
        cmocka_unit_test(test_lattice_finds_the_best_path),
        cmocka_unit_test(test_papers_are_read),
        cmocka_unit_test(test_words_are_skipped),
        cmocka_unit_test(test_letters_among_digits_are_refused),
        cmocka_unit_test(test_squares_may_be_most_of_the_ink),
        cmocka_unit_test(test_pages_are_the_same_by_any_threads),
        cmocka_unit_test(test_expect_gives_lines_of_that_length),
        cmocka_unit_test(test_turned_pages_are_read_upright),
        cmocka_unit_test(test_writing_passed_over_is_listed),
        cmocka_unit_test(test_pages_without_digits),
    };
    return cmocka_run_group_tests(tests, world_create, world_free);
}
