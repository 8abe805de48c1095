/* Drawing synthetic pages: strings of four to eight handwritten digits on paper that is
 * shaded, ruled, squared or printed with boxes, turned by a few degrees; with the truth.
 * The same page for the same seed on every machine. Paper: plain, shade (a plane and a
 * hard shadow edge), ruled, squared, boxes, dark (light ink on dark ground), or mixed;
 * and two that mixed leaves out: pale, thin pale strokes and a dark table beyond the
 * paper, and pencil, whose strokes grow pale and dark again within a digit. Spacing:
 * wide, tight (strokes keep apart by a twentieth to a fifth of a digit's height),
 * touching (one pair of each string meets), or mixed. */
#ifndef TESTS_PAGE_DRAW_PAGE_H
#define TESTS_PAGE_DRAW_PAGE_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/dataset.h>

#include "base/memory.h"
#include "base/random.h"
#include "data/pen.h"

enum { SIDE = 28, MOST_DIGITS = 8, MOST_LINES = 32 };

typedef enum paper {
    PLAIN,
    SHADE,
    RULED,
    SQUARED,
    BOXES,
    DARK,
    MIXED_PAPER,
    PALE,
    PENCIL,
    N_PAPERS
} paper;
typedef enum spacing { WIDE, TIGHT, TOUCHING, MIXED_SPACING } spacing;

static const char *const paper_names[] = {"plain", "shade", "ruled", "squared", "boxes",
                                          "dark",  "mixed", "pale",  "pencil"};
static const char *const spacing_names[] = {"wide", "tight", "touching", "mixed"};

typedef struct settings {
    size_t n, height, width, lines;
    uint64_t seed;
    double degrees;
    paper paper;
    spacing spacing;
    const numeral_dataset *letters; /* every other line is a word of these, if not NULL */
} settings;

/* What was drawn. */
typedef struct drawn_digit {
    int label;
    double top, left, bottom, right; /* on the turned page */
    double level[4]; /* the same on the page before it was turned, from its middle */
} drawn_digit;

typedef struct drawn_line {
    spacing how;
    bool word; /* no digits */
    size_t n;
    drawn_digit digits[MOST_DIGITS];
    char text[MOST_DIGITS + 1];
} drawn_line;

typedef struct drawn_page {
    paper paper;
    double degrees;
    size_t n_lines;
    drawn_line lines[MOST_LINES];
} drawn_page;

/* A page under way: ink and print are shares 0..1 of light taken, on level paper. */
typedef struct sheet {
    size_t height, width;
    float *ink, *print;
    numeral_random random;
    paper paper;
    double digit; /* height of a digit, in pixels */
    double loose; /* share by which digits differ in height and place */
    double degrees, cosine, sine;
    drawn_line *line;
} sheet;

static double between(numeral_random *random, double low, double high)
{
    return low + (high - low) * numeral_random_unit(random);
}

/* One digit made `scale` times as large: its ink, tightly boxed. */
typedef struct glyph {
    size_t height, width;
    float *ink;
} glyph;

static double sample(const uint8_t *pixels, double y, double x)
{
    double floor_y = floor(y), floor_x = floor(x), sum = 0;
    for (int dy = 0; dy < 2; dy++) {
        for (int dx = 0; dx < 2; dx++) {
            double at_y = floor_y + dy, at_x = floor_x + dx;
            if (at_y >= 0 && at_x >= 0 && at_y < SIDE && at_x < SIDE) {
                double weight = (1 - fabs(y - at_y)) * (1 - fabs(x - at_x));
                sum += weight * pixels[(size_t)at_y * SIDE + (size_t)at_x];
            }
        }
    }
    return sum / 255;
}

/* `least`: of the ink, what is none; strokes become thinner by it. */
static glyph glyph_make(const uint8_t *pixels, double scale, double least)
{
    size_t side = (size_t)ceil(SIDE * scale), top = side, left = side, bottom = 0,
           right = 0;
    float *all = calloc(side * side, sizeof *all);
    for (size_t y = 0; y < side; y++) {
        for (size_t x = 0; x < side; x++) {
            double ink = sample(pixels, ((double)y + 0.5) / scale - 0.5,
                                ((double)x + 0.5) / scale - 0.5);
            ink = least > 0 ? fmin(1, fmax(0, (ink - least) * 5)) : ink;
            all[y * side + x] = (float)ink;
            if (ink > 0.1) {
                top = y < top ? y : top;
                bottom = y + 1 > bottom ? y + 1 : bottom;
                left = x < left ? x : left;
                right = x + 1 > right ? x + 1 : right;
            }
        }
    }
    if (bottom == 0) {
        fprintf(stderr, "a page: a digit without ink\n");
        exit(1);
    }
    glyph out = {bottom - top, right - left, NULL};
    out.ink = calloc(out.height * out.width, sizeof *out.ink);
    for (size_t y = 0; y < out.height; y++) {
        memcpy(out.ink + y * out.width, all + (top + y) * side + left,
               out.width * sizeof *out.ink);
    }
    free(all);
    return out;
}

static void glyph_put(sheet *p, const glyph *g, double top, double left)
{
    for (size_t y = 0; y < g->height; y++) {
        for (size_t x = 0; x < g->width; x++) {
            double at_y = floor(top) + (double)y, at_x = floor(left) + (double)x;
            if (at_y >= 0 && at_x >= 0 && at_y < (double)p->height &&
                at_x < (double)p->width) {
                float *to = p->ink + (size_t)at_y * p->width + (size_t)at_x;
                float ink = g->ink[y * g->width + x];
                *to = ink > *to ? ink : *to;
            }
        }
    }
}

/* Writes down where the digit's ink lies on the turned page. */
static void glyph_note(const sheet *p, const glyph *g, double top, double left, size_t at,
                       int label)
{
    double box[4] = {1e9, 1e9, -1e9, -1e9}, level[4] = {1e9, 1e9, -1e9, -1e9};
    double half_y = (double)p->height / 2, half_x = (double)p->width / 2;
    for (size_t i = 0; i < g->height * g->width; i++) {
        if (g->ink[i] >= 0.4F) {
            double v = floor(top) + (double)(i / g->width) - half_y;
            double u = floor(left) + (double)(i % g->width) - half_x;
            double y = half_y + p->cosine * v - p->sine * u;
            double x = half_x + p->sine * v + p->cosine * u;
            box[0] = fmin(box[0], y);
            box[1] = fmin(box[1], x);
            box[2] = fmax(box[2], y + 1);
            box[3] = fmax(box[3], x + 1);
            level[0] = fmin(level[0], v);
            level[1] = fmin(level[1], u);
            level[2] = fmax(level[2], v + 1);
            level[3] = fmax(level[3], u + 1);
        }
    }
    p->line->digits[at] = (drawn_digit){
        label, box[0], box[1], box[2], box[3], {level[0], level[1], level[2], level[3]}};
}

/* How far `right`, its top `drop` rows below that of `left`, may be moved to the left
 * until strokes meet: the least horizontal gap, rows that are neighbours included. */
static double gap(const glyph *left, const glyph *right, double drop)
{
    double least = 1e9;
    for (size_t y = 0; y < left->height; y++) {
        size_t end = left->width;
        while (end > 0 && left->ink[y * left->width + end - 1] < 0.5F) {
            end--;
        }
        for (int step = -1; step <= 1 && end > 0; step++) {
            double row = (double)y - drop + step;
            if (row < 0 || row >= (double)right->height) {
                continue;
            }
            size_t begin = 0;
            const float *line = right->ink + (size_t)row * right->width;
            while (begin < right->width && line[begin] < 0.5F) {
                begin++;
            }
            double between_them = (double)(left->width - end + begin);
            if (begin < right->width && between_them < least) {
                least = between_them;
            }
        }
    }
    return least < 1e9 ? least : 0;
}

/* A straight stroke of print, `thick` pixels wide. */
static void rule(sheet *p, double y0, double x0, double y1, double x1, double thick,
                 float dark)
{
    long top = lround(fmin(y0, y1) - thick / 2),
         bottom = lround(fmax(y0, y1) + thick / 2);
    long left = lround(fmin(x0, x1) - thick / 2),
         right = lround(fmax(x0, x1) + thick / 2);
    for (long y = top < 0 ? 0 : top; y < bottom && y < (long)p->height; y++) {
        for (long x = left < 0 ? 0 : left; x < right && x < (long)p->width; x++) {
            p->print[(size_t)y * p->width + (size_t)x] = dark;
        }
    }
}

static void box(sheet *p, double top, double left, double height, double width,
                double thick, float dark)
{
    rule(p, top, left, top, left + width, thick, dark);
    rule(p, top + height, left, top + height, left + width, thick, dark);
    rule(p, top, left, top + height, left, thick, dark);
    rule(p, top, left + width, top + height, left + width, thick, dark);
}

static void print_paper(sheet *p, double pitch, double top)
{
    double thick = between(&p->random, 1, 2.5);
    float dark = (float)between(&p->random, 0.15, 0.45);
    double width = (double)p->width, height = (double)p->height;
    if (p->paper == RULED) {
        for (double y = fmod(top + 1.12 * p->digit, pitch); y < height; y += pitch) {
            rule(p, y, 0, y, width, thick, dark);
        }
    } else if (p->paper == SQUARED) {
        double cell = p->digit * between(&p->random, 0.45, 0.8);
        for (double y = cell / 2; y < height; y += cell) {
            rule(p, y, 0, y, width, 1, dark);
        }
        for (double x = cell / 3; x < width; x += cell) {
            rule(p, 0, x, height, x, 1, dark);
        }
    }
}

/* One string from `left` on; gives its right end. `touch`: the pair that meets, or -1. */
static double write_string(sheet *p, const numeral_dataset *digits, const size_t *rows,
                           size_t n, double top, double left, spacing how, int touch)
{
    double x = left, last_top = 0;
    double cell = p->digit * 1.5, thick = between(&p->random, 1.5, 3.5);
    float dark = (float)between(&p->random, 0.4, 0.8);
    glyph last = {0};
    for (size_t i = 0; i < n; i++) {
        double size = p->digit * between(&p->random, 1 - p->loose, 1 + p->loose) / 20;
        glyph g = glyph_make(digits->pixels + rows[i] * SIDE * SIDE, size,
                             p->paper == PALE ? 0.6 : 0);
        double at = top + (p->digit - (double)g.height) / 2 +
                    p->digit * between(&p->random, -p->loose, p->loose) * 0.8;
        if (p->paper == BOXES) {
            box(p, top - 0.25 * p->digit, left + (double)i * cell, 1.5 * p->digit, cell,
                thick, dark);
            x = left + (double)i * cell + (cell - (double)g.width) / 2 +
                p->digit * between(&p->random, -0.05, 0.05);
        } else if (i > 0) {
            double room = gap(&last, &g, floor(at) - floor(last_top));
            double keep = how == WIDE ? between(&p->random, 0.2, 0.8) * p->digit
                                      : between(&p->random, 0.05, 0.2) * p->digit;
            if ((int)i - 1 == touch) {
                keep = -between(&p->random, 0.01, 0.05) * p->digit;
            }
            x += (double)last.width - room + keep;
        }
        glyph_put(p, &g, at, x);
        glyph_note(p, &g, at, x, i, digits->labels[rows[i]]);
        free(last.ink);
        last = g;
        last_top = at;
    }
    double end = x + (double)last.width;
    free(last.ink);
    return end;
}

static double lay(const float *values, size_t height, size_t width, double y, double x)
{
    double floor_y = floor(y), floor_x = floor(x), sum = 0;
    for (int dy = 0; dy < 2; dy++) {
        for (int dx = 0; dx < 2; dx++) {
            double at_y = floor_y + dy, at_x = floor_x + dx;
            if (at_y >= 0 && at_x >= 0 && at_y < (double)height && at_x < (double)width) {
                sum += (1 - fabs(y - at_y)) * (1 - fabs(x - at_x)) *
                       (double)values[(size_t)at_y * width + (size_t)at_x];
            }
        }
    }
    return sum;
}

/* The pen presses more here and less there: a share from a fifth to all, in waves of one
 * to three digits. */
static void press(sheet *p)
{
    enum { WAVES = 3 };
    double y_turns[WAVES], x_turns[WAVES], at[WAVES];
    for (size_t i = 0; i < WAVES; i++) {
        double turn = between(&p->random, 0, 6.28318530717958647692);
        double wave = between(&p->random, 1, 3) * p->digit / 6.28318530717958647692;
        y_turns[i] = sin(turn) / wave;
        x_turns[i] = cos(turn) / wave;
        at[i] = between(&p->random, 0, 6.28318530717958647692);
    }
    for (size_t i = 0; i < p->height * p->width; i++) {
        double sum = 0, y = (double)(i / p->width), x = (double)(i % p->width);
        for (size_t k = 0; k < WAVES && p->ink[i] > 0; k++) {
            sum += sin(y * y_turns[k] + x * x_turns[k] + at[k]) / WAVES;
        }
        p->ink[i] *= (float)(0.6 + 0.4 * fmax(-1, fmin(1, 1.5 * sum)));
    }
}

/* The level page is turned and lit; light and noise of the camera come last. */
static void photograph(sheet *p, uint8_t *out)
{
    numeral_random *random = &p->random;
    double c = p->cosine, s = p->sine;
    double white = between(random, 180, 250), strength = between(random, 0.6, 0.95);
    if (p->paper == PALE) {
        strength = between(random, 0.15, 0.35);
    }
    double table = p->paper == PALE ? between(random, 0.46, 0.6) : 1;
    bool shade = p->paper == SHADE || numeral_random_below(random, 4) == 0;
    double tilt_y = shade ? between(random, -0.25, 0.25) : 0;
    double tilt_x = shade ? between(random, -0.25, 0.25) : 0;
    double edge = between(random, 0, 6.28318530717958647692);
    double edge_y = sin(edge), edge_x = cos(edge), offset = between(random, -0.3, 0.3);
    double shadow = p->paper == SHADE ? between(random, 0.45, 0.8) : 1;
    double soft = between(random, 0.002, 0.02), noise = between(random, 1, 5);
    double half_y = (double)p->height / 2, half_x = (double)p->width / 2;
    for (size_t y = 0; y < p->height; y++) {
        for (size_t x = 0; x < p->width; x++) {
            double v = ((double)y - half_y) / (double)p->height;
            double u = ((double)x - half_x) / (double)p->width;
            double from_y = half_y + c * ((double)y - half_y) + s * ((double)x - half_x);
            double from_x = half_x - s * ((double)y - half_y) + c * ((double)x - half_x);
            double ink = lay(p->ink, p->height, p->width, from_y, from_x) * strength;
            double print = lay(p->print, p->height, p->width, from_y, from_x);
            double side = (edge_y * v + edge_x * u - offset) / soft;
            double lit = side > 1    ? shadow
                         : side < -1 ? 1
                                     : 1 - (side + 1) / 2 * (1 - shadow);
            double grey = white * (1 + tilt_y * v + tilt_x * u) * lit *
                          (1 - (ink > print ? ink : print));
            grey *= edge_y * v + edge_x * u > table ? 0.2 : 1;
            grey = p->paper == DARK ? 255 - grey : grey;
            grey += noise * numeral_random_normal(random);
            out[y * p->width + x] = (uint8_t)(grey < 0     ? 0
                                              : grey > 255 ? 255
                                                           : lround(grey));
        }
    }
}

/* Letters that look like no digit, as a pen draws them; to be freed. */
static numeral_status draw_letters(numeral_dataset *out, numeral_error *err)
{
    enum { LETTERS = 1000 };
    *out = (numeral_dataset){.n_images = LETTERS, .height = SIDE, .width = SIDE};
    out->pixels = numeral_allocate(LETTERS, SIDE * SIDE, err);
    out->labels = numeral_allocate_zero(LETTERS, sizeof *out->labels, err);
    if (!out->pixels || !out->labels) {
        numeral_dataset_free(out);
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < LETTERS; i++) {
        numeral_random random = numeral_random_seed(1, i);
        numeral_pen_dot dots[NUMERAL_PEN_MAX_DOTS];
        size_t n = numeral_pen_letter(&random, dots);
        numeral_pen_ink(&random, dots, n, out->pixels + i * SIDE * SIDE);
    }
    return NUMERAL_OK;
}

static void draw_page(const settings *s, const numeral_dataset *digits, size_t number,
                      uint8_t *out, drawn_page *truth)
{
    sheet p = {.height = s->height,
               .width = s->width,
               .ink = calloc(s->height * s->width, sizeof(float)),
               .print = calloc(s->height * s->width, sizeof(float)),
               .random = numeral_random_seed(s->seed, number)};
    numeral_random *random = &p.random;
    p.paper = s->paper == MIXED_PAPER ? (paper)numeral_random_below(random, MIXED_PAPER)
                                      : s->paper;
    double pitch = 0.86 * (double)s->height / (double)s->lines;
    double most = (double)s->width * 0.86 / (MOST_DIGITS * 1.6);
    p.loose = between(random, 0.03, 0.16);
    p.digit = fmin(pitch * between(random, 0.4, 0.6), most);
    double first = 0.1 * (double)s->height;
    p.degrees = between(random, -s->degrees, s->degrees);
    p.cosine = cos(p.degrees * 3.14159265358979323846 / 180);
    p.sine = sin(p.degrees * 3.14159265358979323846 / 180);
    *truth = (drawn_page){.paper = p.paper, .degrees = p.degrees, .n_lines = s->lines};
    print_paper(&p, pitch, first);
    for (size_t i = 0; i < s->lines; i++) {
        drawn_line *line = &truth->lines[i];
        size_t rows[MOST_DIGITS];
        line->word = s->letters && i % 2;
        const numeral_dataset *signs = line->word ? s->letters : digits;
        line->n = 4 + numeral_random_below(random, MOST_DIGITS - 3);
        for (size_t j = 0; j < line->n; j++) {
            rows[j] = numeral_random_below(random, signs->n_images);
            line->text[j] = line->word ? '?' : (char)('0' + signs->labels[rows[j]]);
        }
        line->how = s->spacing == MIXED_SPACING
                        ? (spacing)numeral_random_below(random, MIXED_SPACING)
                        : s->spacing;
        line->how = p.paper == BOXES ? WIDE : line->how;
        int touch =
            line->how == TOUCHING ? (int)numeral_random_below(random, line->n - 1) : -1;
        p.line = line;
        write_string(&p, signs, rows, line->n, first + (double)i * pitch,
                     (0.08 + 0.1 * numeral_random_unit(random)) * (double)s->width,
                     line->how, touch);
    }
    if (p.paper == PENCIL) {
        press(&p);
    }
    photograph(&p, out);
    free(p.ink);
    free(p.print);
}

#endif
