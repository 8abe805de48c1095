/* The ground is fitted and taken off as reflectance, (ground - value) / ground, which
 * undoes shading of paper and ink alike. Polarity: the side of the ground on which more
 * lies far from it; light ink is turned into dark first. Around the components kept
 * (connected.c) a rim is kept too, because the grey edge of a stroke lies below the
 * threshold. The box ends where ink falls to half of what is strong, to a fraction of a
 * pixel: in a digit of 7 pixels a whole one is a seventh. */
#include "framing/ink.h"

#include <stdint.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "framing/connected.h"
#include "framing/ground.h"
#include "framing/local.h"

enum { BINS = 256 };

/* Constants were chosen on degraded training digits (docs/framing.md). */
static const double LEAST_CONTRAST = 12; /* of 255: weaker marks are no ink */
static const double DOUBTFUL = 14;       /* noise of a ground that may be none */
static const double STRONG = 0.8;    /* the quantile of all ink that is called strong */
static const double THRESHOLD = 0.3; /* of strong ink: below it lie shading and blur */
static const double EDGE = 0.5;      /* of strong ink: where a blurred edge was sharp */
static const double FULL = 0.9;   /* the quantile of the digit's ink that becomes 255 */
static const double OUTER = 0.05; /* of a tight crop, the share that is sure ground */
static const double DARK =
    32; /* a darker ground is taken as this: its noise would be ink */

static void take_off_ground(double *values, size_t height, size_t width,
                            const numeral_ground *ground)
{
    for (size_t y = 0; y < height; y++) {
        numeral_ground_row row = numeral_ground_along(ground, height, width, (double)y);
        for (size_t x = 0; x < width; x++) {
            double *v = &values[y * width + x];
            double level = numeral_ground_level(&row, (double)x);
            double ink = 255 * (level - *v) / (level < DARK ? DARK : level);
            *v = ink < 0 ? 0 : ink > 255 ? 255 : ink;
        }
    }
}

/* Whether more lies far above the ground than far below it. */
static bool ink_is_light(const double *values, size_t height, size_t width,
                         const numeral_ground *ground)
{
    double reach = 4 * ground->noise < 8 ? 8 : 4 * ground->noise, balance = 0;
    for (size_t y = 0; y < height; y++) {
        numeral_ground_row row = numeral_ground_along(ground, height, width, (double)y);
        for (size_t x = 0; x < width; x++) {
            double level = numeral_ground_level(&row, (double)x);
            double off = values[y * width + x] - level;
            balance += off > reach ? off : -off > reach ? off : 0;
        }
    }
    return balance > 0;
}

/* The value below which `share` of the values above `floor` lie; 0 where there are none.
 */
static double strong_ink(const double *values, size_t n, double floor, double share)
{
    size_t counts[BINS] = {0}, total = 0, seen = 0;
    for (size_t i = 0; i < n; i++) {
        if (values[i] > floor) {
            counts[(size_t)values[i]]++;
            total++;
        }
    }
    for (int i = 0; i < BINS && total; i++) {
        seen += counts[i];
        if ((double)seen >= share * (double)total) {
            return i;
        }
    }
    return 0;
}

enum { GROUND = NUMERAL_MARK_GROUND, INK = NUMERAL_MARK_INK, KEPT = NUMERAL_MARK_KEPT };

/* How far from the middle of a pixel `inside` (above `level`) to that of its neighbour
 * the line falls to `level`, 0 to 1. */
static double crossing(double inside, double outside, double level)
{
    return outside < level ? (inside - level) / (inside - outside) : 1;
}

/* The most ink in each row and in each column of what is kept. */
static void find_peaks(const numeral_ink *ink, const uint8_t *marks, double *rows,
                       double *columns)
{
    memset(columns, 0, ink->width * sizeof *columns);
    for (size_t y = 0; y < ink->height; y++) {
        const double *values = ink->values + y * ink->width;
        double most = 0;
        for (size_t x = 0; x < ink->width; x++) {
            double value = marks[y * ink->width + x] == KEPT ? values[x] : 0;
            most = value > most ? value : most;
            columns[x] = value > columns[x] ? value : columns[x];
        }
        rows[y] = most;
    }
}

/* From where to where the peaks lie above `level`, to a fraction of a pixel. */
static bool line_range(const double *peaks, size_t n, double level, double *begin,
                       double *end)
{
    size_t first = 0, last = n;
    while (first < n && peaks[first] <= level) {
        first++;
    }
    if (first == n) {
        return false;
    }
    while (peaks[last - 1] <= level) {
        last--;
    }
    double before = first ? peaks[first - 1] : 0, behind = last < n ? peaks[last] : 0;
    *begin = (double)first + 0.5 - crossing(peaks[first], before, level);
    *end = (double)last - 0.5 + crossing(peaks[last - 1], behind, level);
    return true;
}

/* The box of what is kept and lies above `level`. */
static void box_of(numeral_ink *ink, const uint8_t *marks, double level, double *peaks)
{
    double *columns = peaks + ink->height;
    find_peaks(ink, marks, peaks, columns);
    ink->blank = !line_range(peaks, ink->height, level, &ink->top, &ink->bottom);
    ink->blank |= !line_range(columns, ink->width, level, &ink->left, &ink->right);
}

/* Marks what lies up to `reach` places from what is marked, places being `step` apart. */
static void mark_near(const uint8_t *restrict in, size_t n, size_t step, size_t reach,
                      uint8_t *restrict out)
{
    for (size_t away = step; away <= reach * step && away < n; away += step) {
        for (size_t i = 0; i < n - away; i++) {
            out[i] |= in[i + away];
        }
        for (size_t i = 0; i < n - away; i++) {
            out[i + away] |= in[i];
        }
    }
}

/* Keeps the ground up to `reach` pixels around what is kept, along the rows, then along
 * the columns; `room` are two bytes for each pixel. */
static void widen(const numeral_ink *ink, uint8_t *marks, size_t reach, uint8_t *room)
{
    size_t n = ink->height * ink->width, width = ink->width;
    uint8_t *kept = room, *near = room + n;
    for (size_t i = 0; i < n; i++) {
        kept[i] = near[i] = marks[i] == KEPT;
    }
    for (size_t at = 0; at < n; at += width) {
        mark_near(kept + at, width, 1, reach, near + at);
    }
    for (size_t i = 0; i < n; i++) {
        kept[i] = near[i] &= marks[i] == KEPT || marks[i] == GROUND;
    }
    mark_near(kept, n, width, reach, near);
    for (size_t i = 0; i < n; i++) {
        marks[i] = near[i] && marks[i] == GROUND ? KEPT : marks[i];
    }
}

static double longer_side(const numeral_ink *ink)
{
    double height = ink->bottom - ink->top, width = ink->right - ink->left;
    return height > width ? height : width;
}

/* Keeps the marked ink alone, with its strong values at 255. */
static void finish_values(numeral_ink *ink, const uint8_t *marks, double full)
{
    for (size_t i = 0; i < ink->height * ink->width; i++) {
        double value = marks[i] == KEPT ? ink->values[i] * 255 / full : 0;
        ink->values[i] = value > 255 ? 255 : value;
    }
}

/* How many digits the kept ink looks like, before its rim joins what lies close. */
static void count_digits(numeral_ink *ink, uint8_t *marks, uint32_t *stack)
{
    numeral_ink_map map = {.values = ink->values,
                           .height = ink->height,
                           .width = ink->width,
                           .marks = marks,
                           .stack = stack};
    ink->digits =
        numeral_components_digits(&map, KEPT, INK, 0, (size_t)(ink->bottom - ink->top));
    for (size_t i = 0; i < ink->height * ink->width; i++) {
        marks[i] = marks[i] == INK ? KEPT : marks[i];
    }
}

/* Whether what is marked reaches from one edge to the other. */
static bool reaches_across(const uint8_t *marks, size_t height, size_t width)
{
    bool top = memchr(marks, INK, width) != NULL;
    bool bottom = memchr(marks + (height - 1) * width, INK, width) != NULL;
    bool left = false, right = false;
    for (size_t y = 0; y < height; y++) {
        left |= marks[y * width] == INK;
        right |= marks[y * width + width - 1] == INK;
    }
    return (top && bottom) || (left && right);
}

/* A digit that was cut out tightly reaches across as lines do. */
static bool keeps_lines(numeral_ink_way way)
{
    return way == NUMERAL_INK_WHOLE || way == NUMERAL_INK_DARK ||
           way == NUMERAL_INK_LIGHT;
}

/* From ink everywhere to the digit's ink and its box. */
static void find_digit(numeral_ink *ink, const uint8_t *hint, numeral_ink_way way,
                       uint8_t *marks, uint32_t *stack, double *peaks)
{
    size_t n = ink->height * ink->width;
    double floor = 3 * ink->noise < LEAST_CONTRAST ? LEAST_CONTRAST : 3 * ink->noise;
    double strong = strong_ink(ink->values, n, floor, STRONG);
    ink->strong = strong;
    double threshold = THRESHOLD * strong > floor ? THRESHOLD * strong : floor;
    for (size_t i = 0; i < n; i++) {
        marks[i] = ink->values[i] > threshold ? INK : GROUND;
    }
    ink->tight = reaches_across(marks, ink->height, ink->width);
    numeral_components_keep(&(numeral_ink_map){ink->values, hint, ink->height, ink->width,
                                               marks, stack, keeps_lines(way),
                                               way == NUMERAL_INK_MAIN});
    box_of(ink, marks, 0, peaks);
    if (ink->blank) {
        return;
    }
    count_digits(ink, marks, stack);
    /* the rim: half a stroke or so, as strokes are about a seventh of a digit's side */
    widen(ink, marks, 1 + (size_t)(longer_side(ink) / 14), (uint8_t *)stack);
    numeral_ink weak = *ink;
    box_of(ink, marks, EDGE * strong > floor ? EDGE * strong : floor, peaks);
    if (ink->blank) { /* all that is strong was specks */
        *ink = weak;
    }
    finish_values(ink, marks, strong_ink(ink->values, n, threshold, FULL));
}

static void invert(double *values, size_t n, numeral_ground *ground)
{
    for (size_t i = 0; i < n; i++) {
        values[i] = 255 - values[i];
    }
    for (int i = 0; i < NUMERAL_GROUND_TERMS; i++) {
        ground->terms[i] = (i == 0 ? 255 : 0) - ground->terms[i];
    }
}

/* The ground as most of the picture, or, where ink covers too much of it for that, as the
 * larger of two classes. */
static numeral_ground find_ground(const double *values, size_t height, size_t width,
                                  double *scratch)
{
    numeral_ground ground, other;
    numeral_ground_fit(values, height, width, scratch, &ground);
    bool doubtful = ground.noise > DOUBTFUL;
    if (doubtful && numeral_ground_fit_class(values, height, width, scratch, &other) &&
        2 * other.noise < ground.noise) {
        return other;
    }
    return ground;
}

/* A tight crop's ground: as light as the lightest there is, without noise, of which
 * nothing is known. */
static numeral_ground outer_ground(const double *values, size_t n)
{
    size_t counts[BINS] = {0}, seen = 0;
    int level = BINS - 1;
    for (size_t i = 0; i < n; i++) {
        counts[(size_t)values[i]]++;
    }
    while (level > 0 && (double)(seen + counts[level]) < OUTER * (double)n) {
        seen += counts[level--];
    }
    return (numeral_ground){.terms = {level}};
}

/* Ink as what is darker than the ground around it. Half of the picture is taken for
 * ground, and how far it lies below its closing for noise. */
static numeral_status take_off_local(numeral_ink *ink, numeral_error *err)
{
    size_t n = ink->height * ink->width, seen = 0;
    size_t counts[BINS] = {0};
    int half = 0;
    double *ground = numeral_allocate(n, sizeof *ground, err);
    if (!ground || numeral_ground_local(ink->values, ink->height, ink->width, ground,
                                        err) != NUMERAL_OK) {
        numeral_release(ground);
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        double level = ground[i] < DARK ? DARK : ground[i];
        double value = 255 * (ground[i] - ink->values[i]) / level;
        ink->values[i] = value < 0 ? 0 : value > 255 ? 255 : value;
        counts[(size_t)ink->values[i]]++;
    }
    while (half < BINS - 1 && 2 * (seen + counts[half]) < n) {
        seen += counts[half++];
    }
    double level = ground[n / 2 + (ink->height % 2 ? 0 : ink->width / 2)];
    ink->ground = ink->light ? 255 - level : level;
    ink->noise = half;
    numeral_release(ground);
    return NUMERAL_OK;
}

static void take_off_surface(numeral_ink *ink, const numeral_ground *ground)
{
    size_t height = ink->height, width = ink->width;
    take_off_ground(ink->values, height, width, ground);
    numeral_ground_row middle =
        numeral_ground_along(ground, height, width, (double)height / 2);
    double level = numeral_ground_level(&middle, (double)width / 2);
    ink->ground = ink->light ? 255 - level : level;
    ink->noise = 255 * ground->noise / (level < DARK ? DARK : level);
}

numeral_status numeral_ink_find(double *values, size_t height, size_t width,
                                const uint8_t *hint, numeral_ink_way way,
                                numeral_ink *out, numeral_error *err)
{
    size_t n = height * width;
    numeral_status status = NUMERAL_OK;
    uint8_t *marks = numeral_allocate(n, 1, err);
    uint32_t *stack = numeral_allocate(n, sizeof *stack, err);
    double *scratch =
        numeral_allocate(height + numeral_ground_scratch(width), sizeof *scratch, err);
    TRY_ALLOC(marks && stack && scratch);
    numeral_ink ink = {.height = height, .width = width, .values = values};
    bool local = way == NUMERAL_INK_LOCAL_DARK || way == NUMERAL_INK_LOCAL_LIGHT;
    bool outer = way == NUMERAL_INK_DARK || way == NUMERAL_INK_LIGHT;
    numeral_ground ground = {0};
    if (!local && !outer) {
        ground = find_ground(values, height, width, scratch);
        ink.light = ink_is_light(values, height, width, &ground);
    } else {
        ink.light = way == NUMERAL_INK_LIGHT || way == NUMERAL_INK_LOCAL_LIGHT;
    }
    if (ink.light) {
        invert(values, n, &ground);
    }
    /* from here on ink is dark on light, then 0..255 of the light it takes */
    if (local) {
        TRY(take_off_local(&ink, err));
    } else {
        ground = outer ? outer_ground(values, n) : ground;
        take_off_surface(&ink, &ground);
    }
    find_digit(&ink, hint, way, marks, stack, scratch);
    *out = ink;
done:
    numeral_release(scratch);
    numeral_release(stack);
    numeral_release(marks);
    return status;
}

void numeral_ink_free(numeral_ink *ink)
{
    numeral_release(ink->values);
    *ink = (numeral_ink){0};
}
