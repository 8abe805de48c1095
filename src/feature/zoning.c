/* Zoning: the mean grey level, 0..1, of each cell of a grid. Row y belongs to the cells
 * of row ⌊y·grid/height⌋, and so across; a cell without pixels is 0. */
#include <string.h>

#include "feature/feature_entries.h"

static const numeral_parameter zoning_parameters[] = {
    {"grid", NUMERAL_PARAMETER_INTEGER, 1, 32, 7, NULL, "cells along and down"},
};

static size_t zoning_dims(const double *parameters, size_t height, size_t width)
{
    (void)height, (void)width;
    return (size_t)(parameters[0] * parameters[0]);
}

static size_t zoning_scratch(const double *parameters, size_t height, size_t width)
{
    return zoning_dims(parameters, height, width);
}

static void zoning_compute(const double *parameters, size_t height, size_t width,
                           const double *image, double *out, double *scratch)
{
    size_t grid = (size_t)parameters[0], n = grid * grid;
    memset(out, 0, n * sizeof *out);
    memset(scratch, 0, n * sizeof *scratch);
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            size_t cell = y * grid / height * grid + x * grid / width;
            out[cell] += image[y * width + x];
            scratch[cell] += 1;
        }
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = scratch[i] > 0 ? out[i] / (255 * scratch[i]) : 0;
    }
}

static numeral_feature_shape zoning_shape(const double *parameters, size_t height,
                                          size_t width)
{
    (void)height, (void)width;
    return (numeral_feature_shape){1, (size_t)parameters[0], (size_t)parameters[0],
                                   false};
}

const numeral_feature numeral_feature_zoning = {
    .entry = {.name = "zoning",
              .help = "mean grey level of each cell of a grid",
              .source = "",
              .parameters = zoning_parameters,
              .n_parameters = sizeof zoning_parameters / sizeof *zoning_parameters},
    .dims = zoning_dims,
    .scratch = zoning_scratch,
    .compute = zoning_compute,
    .shape = zoning_shape,
};
