/* Profiles: for each row, then each column, its mean grey level (0..1); then for each row
 * and each column how often ink begins along it, times a weight. */
#include "feature/feature_entries.h"

enum { PROFILES_WEIGHT, PROFILES_LEVEL };

static const numeral_parameter profiles_parameters[] = {
    {"weight", NUMERAL_PARAMETER_REAL, 0, 10, 0.1, NULL,
     "of one crossing, against a line full of ink as 1"},
    {"level", NUMERAL_PARAMETER_REAL, 0, 254, 127, NULL,
     "grey level above which there is ink"},
};

static size_t profiles_dims(const double *parameters, size_t height, size_t width)
{
    (void)parameters;
    return 2 * (height + width);
}

/* One line of n values, `step` apart. */
static void measure_line(const double *line, size_t n, size_t step,
                         const double *parameters, double *mean, double *crossings)
{
    double sum = 0, count = 0;
    bool inside = false;
    for (size_t i = 0; i < n; i++) {
        bool ink = line[i * step] > parameters[PROFILES_LEVEL];
        sum += line[i * step];
        count += ink && !inside;
        inside = ink;
    }
    *mean = sum / (255 * (double)n);
    *crossings = parameters[PROFILES_WEIGHT] * count;
}

static void profiles_compute(const double *parameters, size_t height, size_t width,
                             const double *image, double *out, double *scratch)
{
    (void)scratch;
    double *crossings = out + height + width;
    for (size_t y = 0; y < height; y++) {
        measure_line(image + y * width, width, 1, parameters, &out[y], &crossings[y]);
    }
    for (size_t x = 0; x < width; x++) {
        measure_line(image + x, height, width, parameters, &out[height + x],
                     &crossings[height + x]);
    }
}

const numeral_feature numeral_feature_profiles = {
    .entry = {.name = "profiles",
              .help = "ink of each row and column, and how often it is crossed",
              .source = "",
              .parameters = profiles_parameters,
              .n_parameters = sizeof profiles_parameters / sizeof *profiles_parameters},
    .dims = profiles_dims,
    .compute = profiles_compute,
};
