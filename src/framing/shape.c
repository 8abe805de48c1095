/* Measures of a digit's ink.
 *
 * The stroke's width is twice the area by the length of the outline, and the outline's
 * length is the total variation of the grey image (the coarea formula, Federer 1959), so
 * that grey edges need no threshold. Parts are 8-connected (Rosenfeld & Pfaltz 1966). */
#include "framing/shape.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

enum { HALF = 128, MOST_PARTS = 64 };

/* A part counts when its ink is this share of all. */
static const double LEAST_PART = 0.08;
static const double SIDE_BY_SIDE = 0.5, ONE_ABOVE_THE_OTHER = 0.4;

typedef struct ink_part {
    size_t top, left, bottom, right;
    double mass;
} ink_part;

void numeral_framing_free(numeral_framing *steps)
{
    numeral_image_free(&steps->ink);
    numeral_image_free(&steps->scaled);
}

numeral_status numeral_framing_keep(const double *values, size_t height, size_t width,
                                    numeral_image *out, numeral_error *err)
{
    numeral_status status = numeral_image_create(height, width, out, err);
    for (size_t i = 0; status == NUMERAL_OK && i < height * width; i++) {
        out->pixels[i] = (uint8_t)(values[i] + 0.5);
    }
    return status;
}

numeral_status numeral_image_shrink(const numeral_image *in, size_t most,
                                    numeral_image *out, numeral_error *err)
{
    size_t longest = in->height > in->width ? in->height : in->width;
    size_t factor = (longest + most - 1) / most;
    numeral_status status = numeral_image_create(
        (in->height + factor - 1) / factor, (in->width + factor - 1) / factor, out, err);
    for (size_t i = 0; status == NUMERAL_OK && i < out->height * out->width; i++) {
        size_t top = i / out->width * factor, left = i % out->width * factor, n = 0;
        uint64_t sum = 0;
        for (size_t y = top; y < top + factor && y < in->height; y++) {
            for (size_t x = left; x < left + factor && x < in->width; x++) {
                sum += in->pixels[y * in->width + x];
                n++;
            }
        }
        out->pixels[i] = (uint8_t)((sum + n / 2) / n);
    }
    return status;
}

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

/* The part that holds `start`; its pixels are cleared from `left`. */
static ink_part take_part(const uint8_t *pixels, size_t height, size_t width,
                          uint8_t *left, uint32_t *stack, size_t start)
{
    ink_part part = {height, width, 0, 0, 0};
    size_t depth = 0;
    left[start] = 0;
    stack[depth++] = (uint32_t)start;
    while (depth) {
        size_t at = stack[--depth], y = at / width, x = at % width;
        part.mass += pixels[at] / 255.0;
        part.top = y < part.top ? y : part.top;
        part.left = x < part.left ? x : part.left;
        part.bottom = y + 1 > part.bottom ? y + 1 : part.bottom;
        part.right = x + 1 > part.right ? x + 1 : part.right;
        for (size_t ny = y ? y - 1 : 0; ny <= y + 1 && ny < height; ny++) {
            for (size_t nx = x ? x - 1 : 0; nx <= x + 1 && nx < width; nx++) {
                if (left[ny * width + nx]) {
                    left[ny * width + nx] = 0;
                    stack[depth++] = (uint32_t)(ny * width + nx);
                }
            }
        }
    }
    return part;
}

/* How many of the tall parts follow one another along x (or y) without overlap: taken
 * greedily by their ends, which is the most there can be. */
static size_t count_in_line(const ink_part *parts, size_t n, bool along_x, size_t least)
{
    bool used[MOST_PARTS] = {false};
    size_t count = 0, end = 0;
    for (;;) {
        size_t next = n;
        for (size_t i = 0; i < n; i++) {
            size_t begins = along_x ? parts[i].left : parts[i].top;
            size_t ends = along_x ? parts[i].right : parts[i].bottom;
            size_t best = next == n ? SIZE_MAX
                          : along_x ? parts[next].right
                                    : parts[next].bottom;
            bool tall = parts[i].bottom - parts[i].top >= least;
            if (!used[i] && tall && begins >= end && ends < best) {
                next = i;
            }
        }
        if (next == n) {
            return count;
        }
        used[next] = true;
        end = along_x ? parts[next].right : parts[next].bottom;
        count++;
    }
}

static void count_digits(const uint8_t *pixels, size_t height, size_t width,
                         uint8_t *left, uint32_t *stack, numeral_shape *shape)
{
    ink_part parts[MOST_PARTS];
    size_t n = 0, tall = shape->bottom - shape->top;
    for (size_t i = 0; i < height * width; i++) {
        left[i] = pixels[i] >= HALF / 2;
    }
    for (size_t i = 0; i < height * width && n < MOST_PARTS; i++) {
        if (left[i]) {
            parts[n] = take_part(pixels, height, width, left, stack, i);
            n += parts[n].mass >= LEAST_PART * shape->mass;
        }
    }
    size_t beside = count_in_line(parts, n, true, (size_t)(SIDE_BY_SIDE * (double)tall));
    size_t above =
        count_in_line(parts, n, false, (size_t)(ONE_ABOVE_THE_OTHER * (double)tall));
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
    numeral_shape shape = {0};
    find_box(pixels, height, width, &shape);
    if (shape.mass > 0) {
        uint8_t *left = numeral_allocate(height, width, err);
        uint32_t *stack = numeral_allocate(height * width, sizeof *stack, err);
        if (!left || !stack) {
            numeral_release(left);
            numeral_release(stack);
            return NUMERAL_ERROR_MEMORY;
        }
        shape.stroke = 2 * shape.mass / outline(pixels, height, width);
        count_digits(pixels, height, width, left, stack, &shape);
        numeral_release(left);
        numeral_release(stack);
    }
    *out = shape;
    return NUMERAL_OK;
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
