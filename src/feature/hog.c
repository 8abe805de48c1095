/* Histograms of oriented gradients (Dalal & Triggs 2005).
 *
 * Central differences (none across the border), unsigned orientation in `dirs` equal
 * ranges of half a turn, magnitudes summed for each cell of a grid and divided by its
 * pixels; blocks of cells overlap and are each scaled to unit length. As scikit-image's
 * hog with block_norm='L2' where the grid divides the image. Comparisons with the ranges'
 * edges choose the direction: no angle is computed. */
#include <math.h>
#include <string.h>

#include "base/sincos.h"
#include "feature/feature_entries.h"

enum { HOG_DIRS, HOG_GRID, HOG_BLOCK, MAX_HOG_DIRS = 12 };

static const numeral_parameter hog_parameters[] = {
    {"dirs", NUMERAL_PARAMETER_INTEGER, 2, MAX_HOG_DIRS, 9, NULL,
     "ranges of orientation in half a turn"},
    {"grid", NUMERAL_PARAMETER_INTEGER, 1, 8, 4, NULL, "cells along and down"},
    {"block", NUMERAL_PARAMETER_INTEGER, 1, 3, 2, NULL,
     "cells along and down a block, at most the grid"},
};

typedef struct hog_shape {
    size_t dirs, grid, block, n_blocks; /* blocks along and down */
} hog_shape;

static hog_shape shape_of(const double *parameters)
{
    hog_shape shape = {(size_t)parameters[HOG_DIRS], (size_t)parameters[HOG_GRID],
                       (size_t)parameters[HOG_BLOCK], 0};
    shape.block = shape.block < shape.grid ? shape.block : shape.grid;
    shape.n_blocks = shape.grid - shape.block + 1;
    return shape;
}

static size_t hog_dims(const double *parameters, size_t height, size_t width)
{
    (void)height, (void)width;
    hog_shape s = shape_of(parameters);
    return s.n_blocks * s.n_blocks * s.block * s.block * s.dirs;
}

/* The cells' histograms, then how many pixels each has. */
static size_t hog_scratch(const double *parameters, size_t height, size_t width)
{
    (void)height, (void)width;
    hog_shape s = shape_of(parameters);
    return s.grid * s.grid * (s.dirs + 1);
}

/* The range of half a turn that (gx, gy) points into. */
static size_t orientation(double gx, double gy, size_t dirs, const double *edge_x,
                          const double *edge_y)
{
    if (gy < 0 || (gy == 0 && gx < 0)) {
        gx = -gx;
        gy = -gy;
    }
    size_t dir = 0;
    while (dir + 1 < dirs && edge_x[dir + 1] * gy - edge_y[dir + 1] * gx >= 0) {
        dir++;
    }
    return dir;
}

static double difference(const double *image, size_t at, size_t place, size_t n,
                         size_t step)
{
    return place == 0 || place + 1 >= n ? 0 : image[at + step] - image[at - step];
}

static void fill_cells(const hog_shape *s, size_t height, size_t width,
                       const double *image, double *cells, double *counts)
{
    double edge_x[MAX_HOG_DIRS] = {0}, edge_y[MAX_HOG_DIRS] = {0};
    for (size_t d = 0; d < s->dirs; d++) {
        numeral_sincos((double)d / (double)(2 * s->dirs), &edge_x[d], &edge_y[d]);
    }
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            size_t at = y * width + x;
            size_t cell = y * s->grid / height * s->grid + x * s->grid / width;
            double gx = difference(image, at, x, width, 1);
            double gy = difference(image, at, y, height, width);
            size_t dir = orientation(gx, gy, s->dirs, edge_x, edge_y);
            cells[cell * s->dirs + dir] += sqrt(gx * gx + gy * gy);
            counts[cell] += 1;
        }
    }
}

/* Copies one block's cells to `out`, scaled to unit length. */
static void write_block(const hog_shape *s, const double *cells, double *out)
{
    double squares = 1e-10; /* so that a flat block stays near zero */
    size_t line = s->block * s->dirs;
    for (size_t row = 0; row < s->block; row++) {
        for (size_t i = 0; i < line; i++) {
            double value = cells[row * s->grid * s->dirs + i];
            out[row * line + i] = value;
            squares += value * value;
        }
    }
    double length = sqrt(squares);
    for (size_t i = 0; i < s->block * line; i++) {
        out[i] /= length;
    }
}

static void hog_compute(const double *parameters, size_t height, size_t width,
                        const double *image, double *out, double *scratch)
{
    /* cells' sums, then means, then overlapping blocks of them */
    hog_shape s = shape_of(parameters);
    size_t n_cells = s.grid * s.grid;
    double *counts = scratch + n_cells * s.dirs;
    memset(scratch, 0, n_cells * (s.dirs + 1) * sizeof *scratch);
    fill_cells(&s, height, width, image, scratch, counts);
    for (size_t i = 0; i < n_cells * s.dirs; i++) {
        scratch[i] /= counts[i / s.dirs] > 0 ? counts[i / s.dirs] : 1;
    }
    for (size_t row = 0; row < s.n_blocks; row++) {
        for (size_t column = 0; column < s.n_blocks; column++) {
            write_block(&s, scratch + (row * s.grid + column) * s.dirs, out);
            out += s.block * s.block * s.dirs;
        }
    }
}

const numeral_feature numeral_feature_hog = {
    .entry = {.name = "hog",
              .help = "histograms of oriented gradients",
              .source = "Dalal & Triggs 2005",
              .parameters = hog_parameters,
              .n_parameters = sizeof hog_parameters / sizeof *hog_parameters},
    .dims = hog_dims,
    .scratch = hog_scratch,
    .compute = hog_compute,
};
