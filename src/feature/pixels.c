/* The grey levels themselves, row by row. */
#include <string.h>

#include "feature/feature_entries.h"

static size_t dims(const double *parameters, size_t height, size_t width)
{
    (void)parameters;
    return height * width;
}

static void compute(const double *parameters, size_t height, size_t width,
                    const double *image, double *out, double *scratch)
{
    (void)parameters, (void)scratch;
    memcpy(out, image, height * width * sizeof *out);
}

static numeral_feature_shape shape(const double *parameters, size_t height, size_t width)
{
    (void)parameters;
    return (numeral_feature_shape){1, height, width, false};
}

const numeral_feature numeral_feature_pixels = {
    .entry = {.name = "pixels", .help = "the grey levels themselves", .source = ""},
    .is_pixels = true,
    .dims = dims,
    .compute = compute,
    .shape = shape,
};
