/* Measures of a digit's ink.
 *
 * The stroke's width is twice the area by the length of the outline, and the outline's
 * length is the total variation of the grey image (the coarea formula, Federer 1959), so
 * that grey edges need no threshold. */
#include "framing/shape.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "framing/connected.h"

enum { HALF = 128, MOST_COMPONENTS = 64 };

/* Components count when their ink is this share of all: the bar of a broken 5 does, dust
 * does not. */
static const double LEAST_COMPONENT = 0.08;
/* How tall, by the ink's box, one of several digits is at least: side by side about as
 * tall as all, one above the other at most half as tall, less what the gap takes. */
static const double SIDE_BY_SIDE = 0.5, ONE_ABOVE_THE_OTHER = 0.4;

static double value_at(const uint8_t *pixels, size_t height, size_t width, size_t y,
                       size_t x)
{
    return y >= 1 && y <= height && x >= 1 && x <= width
               ? pixels[(y - 1) * width + x - 1] / 255.0
               : 0;
}

/* Σ|∇v|, the gradient of each 2 × 2 square from the differences across it; the image
 * lies on ground. */
static double outline(const uint8_t *pixels, size_t height, size_t width)
{
    double sum = 0;
    for (size_t y = 0; y <= height; y++) {
        for (size_t x = 0; x <= width; x++) {
            double a = value_at(pixels, height, width, y, x);
            double b = value_at(pixels, height, width, y, x + 1);
            double c = value_at(pixels, height, width, y + 1, x);
            double d = value_at(pixels, height, width, y + 1, x + 1);
            double gx = (b - a + d - c) / 2, gy = (c - a + d - b) / 2;
            sum += sqrt(gx * gx + gy * gy);
        }
    }
    return sum;
}

/* How many of the tall components follow one another along x (or y) without overlap:
 * taken greedily by their ends, which is the most there can be. */
static size_t count_in_line(const numeral_component *all, size_t n, bool along_x,
                            size_t least)
{
    bool used[MOST_COMPONENTS] = {false};
    size_t count = 0, end = 0;
    for (;; count++) {
        size_t next = n, best = SIZE_MAX;
        for (size_t i = 0; i < n; i++) {
            size_t begins = along_x ? all[i].left : all[i].top;
            size_t ends = along_x ? all[i].right : all[i].bottom;
            bool tall = all[i].bottom - all[i].top >= least;
            if (!used[i] && tall && begins >= end && ends < best) {
                next = i;
                best = ends;
            }
        }
        if (next == n) {
            return count;
        }
        used[next] = true;
        end = best;
    }
}

static void count_digits(const numeral_ink_map *map, numeral_shape *shape)
{
    enum { GROUND = NUMERAL_MARK_GROUND, INK = NUMERAL_MARK_INK };
    numeral_component found[MOST_COMPONENTS];
    size_t n = 0, tall = shape->bottom - shape->top;
    for (size_t i = 0; i < map->height * map->width && n < MOST_COMPONENTS; i++) {
        if (map->marks[i] == INK) {
            found[n] = numeral_component_take(map, i, GROUND);
            n += found[n].mass >= LEAST_COMPONENT * shape->mass;
        }
    }
    size_t beside = count_in_line(found, n, true, (size_t)(SIDE_BY_SIDE * (double)tall));
    size_t above =
        count_in_line(found, n, false, (size_t)(ONE_ABOVE_THE_OTHER * (double)tall));
    shape->digits = beside > above ? beside : above;
}

static void find_box(const uint8_t *pixels, size_t height, size_t width,
                     numeral_shape *shape)
{
    for (size_t i = 0; i < height * width; i++) {
        size_t y = i / width, x = i % width;
        shape->mass += pixels[i] / 255.0;
        if (y == 0 || x == 0 || y + 1 == height || x + 1 == width) {
            shape->edge += pixels[i] / 255.0;
        }
        if (pixels[i] >= HALF) {
            bool first = shape->bottom == 0;
            shape->top = first ? y : shape->top;
            shape->left = first || x < shape->left ? x : shape->left;
            shape->bottom = y + 1;
            shape->right = x + 1 > shape->right ? x + 1 : shape->right;
        }
    }
}

numeral_status numeral_shape_measure(const uint8_t *pixels, size_t height, size_t width,
                                     numeral_shape *out, numeral_error *err)
{
    size_t n = height * width;
    numeral_shape shape = {0};
    find_box(pixels, height, width, &shape);
    if (shape.mass <= 0) {
        *out = shape;
        return NUMERAL_OK;
    }
    numeral_status status = NUMERAL_OK;
    double *ink = numeral_allocate(n, sizeof *ink, err);
    uint8_t *marks = numeral_allocate(n, 1, err);
    uint32_t *stack = numeral_allocate(n, sizeof *stack, err);
    TRY_ALLOC(ink && marks && stack);
    for (size_t i = 0; i < n; i++) {
        ink[i] = pixels[i] / 255.0;
        /* grey edges join what they touch: a quarter of full ink is enough */
        marks[i] = pixels[i] >= HALF / 2 ? NUMERAL_MARK_INK : NUMERAL_MARK_GROUND;
    }
    shape.stroke = 2 * shape.mass / outline(pixels, height, width);
    count_digits(&(numeral_ink_map){ink, NULL, height, width, marks, stack}, &shape);
    *out = shape;
done:
    numeral_release(stack);
    numeral_release(marks);
    numeral_release(ink);
    return status;
}

double numeral_shape_brightest(const uint8_t *image, size_t n)
{
    uint8_t most = 0;
    for (size_t i = 0; i < n; i++) {
        most = image[i] > most ? image[i] : most;
    }
    return most;
}

double numeral_shape_longer_side(const numeral_shape *shape)
{
    size_t height = shape->bottom - shape->top, width = shape->right - shape->left;
    return (double)(height > width ? height : width);
}

double numeral_shape_width_by_height(const numeral_shape *shape)
{
    size_t height = shape->bottom - shape->top;
    return height ? (double)(shape->right - shape->left) / (double)height : 0;
}
