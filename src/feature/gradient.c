/* Gradient direction features (Liu, Nakashima, Sako & Fujisawa 2003, Handwritten digit
 * recognition: benchmarking of state-of-the-art techniques).
 *
 * The Sobel gradient of every pixel, the ring just outside the image included, is split
 * between the two of `dirs` directions it lies between, so that the two shares add up to
 * it as vectors (parallelogram decomposition). Each direction's plane is sampled at
 * grid × grid places with Gaussian weights; the samples' square roots form the vector,
 * scaled to unit length. For 28 × 28 and a grid of 7 the places are 3.6 pixels apart and
 * σ is 2. Comparisons choose the direction: no angle is computed. */
#include "feature/gradient_planes.h"

#include <math.h>
#include <string.h>

#include "base/elementary.h"
#include "feature/feature_entries.h"

enum { GRADIENT_DIRS, GRADIENT_GRID };

static const numeral_parameter gradient_parameters[] = {
    {"dirs", NUMERAL_PARAMETER_INTEGER, 4, 16, 8, NULL, "directions"},
    {"grid", NUMERAL_PARAMETER_INTEGER, 2, 14, 7, NULL,
     "samples of each direction, along and down"},
};

static size_t gradient_dims(const double *parameters, size_t height, size_t width)
{
    (void)height, (void)width;
    size_t grid = (size_t)parameters[GRADIENT_GRID];
    return (size_t)parameters[GRADIENT_DIRS] * grid * grid;
}

/* Weights for both axes, the planes, and one pooled row. */
static size_t gradient_scratch(const double *parameters, size_t height, size_t width)
{
    size_t dirs = (size_t)parameters[GRADIENT_DIRS];
    size_t grid = (size_t)parameters[GRADIENT_GRID];
    size_t h = height + 2, w = width + 2;
    return grid * (h + w) + dirs * h * w + w;
}

/* weights[place][i]: the Gaussian of sample `place` at line i - 1 of `size` lines. */
static void make_weights(size_t size, size_t grid, double *weights)
{
    /* Samples lie nine tenths of an even spacing apart, as a framed digit leaves its
     * border empty, and σ is 5/9 of that, so that they overlap: 3.6 and 2 pixels for a
     * grid of 7 on 28. */
    double spacing = 0.9 * (double)size / (double)grid;
    double scale = -0.5 / (spacing / 1.8 * (spacing / 1.8));
    for (size_t place = 0; place < grid; place++) {
        double offset = (double)place - (double)(grid - 1) / 2;
        double centre = (double)(size - 1) / 2 + offset * spacing;
        for (size_t i = 0; i < size + 2; i++) {
            double distance = (double)i - 1 - centre;
            weights[place * (size + 2) + i] = numeral_exp(scale * distance * distance);
        }
    }
}

/* One plane at grid × grid places: down the columns first, then along. */
static void pool(const double *plane, size_t h, size_t w, size_t grid,
                 const double *weights_y, const double *weights_x, double *line,
                 double *out)
{
    for (size_t row = 0; row < grid; row++) {
        memset(line, 0, w * sizeof *line);
        for (size_t y = 0; y < h; y++) {
            double weight = weights_y[row * h + y];
            for (size_t x = 0; x < w; x++) {
                line[x] += weight * plane[y * w + x];
            }
        }
        for (size_t column = 0; column < grid; column++) {
            double sum = 0;
            for (size_t x = 0; x < w; x++) {
                sum += weights_x[column * w + x] * line[x];
            }
            out[row * grid + column] = sum;
        }
    }
}

static void root_and_scale(double *values, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
        values[i] = sqrt(values[i]);
    }
    double length = sum > 0 ? sqrt(sum) : 1; /* the squares of roots sum to the sum */
    for (size_t i = 0; i < n; i++) {
        values[i] /= length;
    }
}

static void gradient_compute(const double *parameters, size_t height, size_t width,
                             const double *image, double *out, double *scratch)
{
    size_t dirs = (size_t)parameters[GRADIENT_DIRS];
    size_t grid = (size_t)parameters[GRADIENT_GRID];
    size_t h = height + 2, w = width + 2;
    double *weights_y = scratch, *weights_x = weights_y + grid * h;
    double *planes = weights_x + grid * w, *line = planes + dirs * h * w;
    make_weights(height, grid, weights_y);
    make_weights(width, grid, weights_x);
    numeral_gradient_planes(image, height, width, dirs, planes);
    for (size_t dir = 0; dir < dirs; dir++) {
        pool(planes + dir * h * w, h, w, grid, weights_y, weights_x, line,
             out + dir * grid * grid);
    }
    root_and_scale(out, dirs * grid * grid);
}

static numeral_feature_shape gradient_shape(const double *parameters, size_t height,
                                            size_t width)
{
    (void)height, (void)width;
    size_t grid = (size_t)parameters[GRADIENT_GRID];
    return (numeral_feature_shape){(size_t)parameters[GRADIENT_DIRS], grid, grid, true};
}

const numeral_feature numeral_feature_gradient = {
    .entry = {.name = "gradient",
              .help = "directions of the gradient, pooled; their roots at unit length",
              .source = "Liu et al. 2003",
              .parameters = gradient_parameters,
              .n_parameters = sizeof gradient_parameters / sizeof *gradient_parameters},
    .dims = gradient_dims,
    .scratch = gradient_scratch,
    .compute = gradient_compute,
    .shape = gradient_shape,
};
