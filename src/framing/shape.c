/* Measures of a digit's ink.
 *
 * The stroke's width is twice the area by the length of the outline, and the outline's
 * length is the total variation of the grey image (the coarea formula, Federer 1959), so
 * that grey edges need no threshold. */
#include "framing/shape.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "framing/connected.h"

enum { HALF = 128 };

/* Components count when their ink is this share of all: the bar of a broken 5 does, dust
 * does not. */
static const double LEAST_COMPONENT = 0.08;

/* Σ|∇v|, the gradient of each 2 × 2 square from the differences across it; the image
 * lies on ground. Squares without ink are passed over. */
static double outline(const uint8_t *pixels, size_t height, size_t width)
{
    double sum = 0;
    for (size_t y = 0; y <= height; y++) {
        const uint8_t *above = y ? pixels + (y - 1) * width : NULL;
        const uint8_t *below = y < height ? pixels + y * width : NULL;
        int a = 0, c = 0; /* the square's left side, above and below */
        for (size_t x = 0; x <= width; x++) {
            int b = above && x < width ? above[x] : 0;
            int d = below && x < width ? below[x] : 0;
            if (a | b | c | d) {
                double gx = b - a + d - c, gy = c - a + d - b;
                sum += sqrt(gx * gx + gy * gy);
            }
            a = b;
            c = d;
        }
    }
    return sum / (2 * 255);
}

double numeral_shape_stroke(const uint8_t *pixels, size_t height, size_t width)
{
    double around = outline(pixels, height, width);
    size_t mass = 0;
    for (size_t i = 0; i < height * width; i++) {
        mass += pixels[i];
    }
    return around > 0 ? 2 * ((double)mass / 255) / around : 0;
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

size_t numeral_shape_scratch(size_t height, size_t width)
{
    return height * width * (sizeof(double) + sizeof(uint32_t) + 1);
}

/* Its digits, when its box is known. */
static void count_digits(const uint8_t *pixels, size_t height, size_t width,
                         void *scratch, numeral_shape *shape)
{
    size_t n = height * width;
    double *ink = scratch;
    uint32_t *stack = (uint32_t *)(void *)(ink + n);
    uint8_t *marks = (uint8_t *)(stack + n);
    for (size_t i = 0; i < n; i++) {
        ink[i] = pixels[i] / 255.0;
        /* grey edges join what they touch: a quarter of full ink is enough */
        marks[i] = pixels[i] >= HALF / 2 ? NUMERAL_MARK_INK : NUMERAL_MARK_GROUND;
    }
    shape->digits = numeral_components_digits(&(numeral_ink_map){.values = ink,
                                                                 .height = height,
                                                                 .width = width,
                                                                 .marks = marks,
                                                                 .stack = stack},
                                              NUMERAL_MARK_INK, NUMERAL_MARK_GROUND,
                                              LEAST_COMPONENT * shape->mass,
                                              shape->bottom - shape->top);
}

size_t numeral_shape_digits(const uint8_t *pixels, size_t height, size_t width,
                            void *scratch)
{
    numeral_shape shape = {0};
    find_box(pixels, height, width, &shape);
    count_digits(pixels, height, width, scratch, &shape);
    return shape.digits;
}

numeral_status numeral_shape_measure(const uint8_t *pixels, size_t height, size_t width,
                                     numeral_shape *out, numeral_error *err)
{
    numeral_shape shape = {0};
    find_box(pixels, height, width, &shape);
    if (shape.mass <= 0) {
        *out = shape;
        return NUMERAL_OK;
    }
    void *scratch = numeral_allocate(numeral_shape_scratch(height, width), 1, err);
    if (!scratch) {
        return NUMERAL_ERROR_MEMORY;
    }
    shape.stroke = numeral_shape_stroke(pixels, height, width);
    count_digits(pixels, height, width, scratch, &shape);
    *out = shape;
    numeral_release(scratch);
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
