/* Iterative back-projection (Irani & Peleg 1991, Improving Resolution by Image
 * Registration) with what is known of writing: a stroke is ink or it is not. A digit of
 * seven pixels, interpolated, is a blur in which loops close. Each round smooths a
 * little, pushes greys towards ink or ground, reduces the result to the picture's own
 * pixels, and adds, interpolated, what the picture has and that has not.
 *
 * The constants were chosen on degraded training digits (bench/degrade); around them the
 * results are flat. */
#include "framing/enlarge.h"

#include <string.h>

#include "base/memory.h"

enum { ROUNDS = 8 };

static const double SMOOTH = 0.3;  /* share of the smoothed value: keeps noise down */
static const double STEEPEN = 0.6; /* share of the way along the curve to ink or ground */
static const double CORRECT = 0.7; /* share of what is missing that is added back */
static const double MIDDLE = 127.5;

typedef struct grid {
    double *values;
    size_t height, width;
} grid;

static double at_or_ground(const grid *g, size_t y, size_t x)
{
    return y < g->height && x < g->width ? g->values[y * g->width + x] : 0;
}

/* Weights 1 2 1 across and down; y - 1 of row 0 wraps beyond the last. */
static double smoothed(const grid *g, size_t y, size_t x)
{
    double sum = 0;
    for (size_t i = 0; i < 9; i++) {
        double weight = (i / 3 == 1 ? 2 : 1) * (i % 3 == 1 ? 2 : 1);
        sum += weight * at_or_ground(g, y + i / 3 - 1, x + i % 3 - 1);
    }
    return sum / 16;
}

/* Smooths, then moves each grey along the curve 3v² - 2v³. */
static void make_strokes(const grid *before, double *digit)
{
    for (size_t y = 0; y < before->height; y++) {
        for (size_t x = 0; x < before->width; x++) {
            size_t at = y * before->width + x;
            double value = before->values[at];
            double v = (value + SMOOTH * (smoothed(before, y, x) - value)) / 255;
            digit[at] = 255 * (v + STEEPEN * (v * v * (3 - 2 * v) - v));
        }
    }
}

/* Where the whole source lies, in pixels of the digit. */
static numeral_region seen_from(const grid *digit, const grid *source,
                                numeral_region region)
{
    double down = region.height / (double)digit->height;
    double across = region.width / (double)digit->width;
    return (numeral_region){-region.top / down, -region.left / across,
                            (double)source->height / down,
                            (double)source->width / across};
}

static void enlarge(const grid *source, numeral_region region, const grid *digit,
                    const grid *reduced, grid *larger, double *zero, double *scratch)
{
    numeral_region back = seen_from(digit, source, region);
    size_t n_source = source->height * source->width, n = digit->height * digit->width;
    for (size_t i = 0; i < n_source; i++) {
        reduced->values[i] = MIDDLE;
    }
    /* resampling takes 0..255 only, so that differences are halved about the middle;
     * `zero` is what no difference becomes, less where the source ends */
    numeral_resample(reduced->values, source->height, source->width, region, zero,
                     digit->height, digit->width, scratch);
    for (int round = 0; round < ROUNDS; round++) {
        memcpy(larger->values, digit->values, n * sizeof *digit->values);
        make_strokes(larger, digit->values);
        numeral_resample(digit->values, digit->height, digit->width, back,
                         reduced->values, source->height, source->width, scratch);
        for (size_t i = 0; i < n_source; i++) {
            reduced->values[i] = MIDDLE + (source->values[i] - reduced->values[i]) / 2;
        }
        numeral_resample(reduced->values, source->height, source->width, region,
                         larger->values, digit->height, digit->width, scratch);
        for (size_t i = 0; i < n; i++) {
            double v = digit->values[i] + 2 * CORRECT * (larger->values[i] - zero[i]);
            digit->values[i] = v < 0 ? 0 : v > 255 ? 255 : v;
        }
    }
}

static size_t larger_of(size_t a, size_t b)
{
    return a > b ? a : b;
}

numeral_status numeral_enlarge(const double *source, size_t source_height,
                               size_t source_width, numeral_region region, double *digit,
                               size_t height, size_t width, numeral_error *err)
{
    size_t n = height * width, n_source = source_height * source_width;
    size_t n_scratch = larger_of(numeral_resample_scratch(source_height, width),
                                 numeral_resample_scratch(height, source_width));
    double *room = numeral_allocate(2 * n + 2 * n_source + n_scratch, sizeof *room, err);
    if (!room) {
        return NUMERAL_ERROR_MEMORY;
    }
    grid from = {room, source_height, source_width}, to = {digit, height, width};
    grid reduced = {room + n_source, source_height, source_width};
    grid larger = {room + 2 * n_source, height, width};
    memcpy(from.values, source, n_source * sizeof *source);
    enlarge(&from, region, &to, &reduced, &larger, larger.values + n,
            larger.values + 2 * n);
    numeral_release(room);
    return NUMERAL_OK;
}
