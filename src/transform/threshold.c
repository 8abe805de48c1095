/* Black and white: 255 above a level, else 0. The level is given, or found for each image
 * as the one that parts its histogram into the two classes whose means differ most
 * (Otsu 1979, A threshold selection method from gray-level histograms). */
#include <math.h>
#include <stdbool.h>

#include "transform/transform_entries.h"

enum { LEVELS = 256 };

static const numeral_parameter threshold_parameters[] = {
    {"level", NUMERAL_PARAMETER_REAL, -1, 255, -1, NULL,
     "grey level above which there is ink; -1: Otsu's"},
};

static size_t level_of(double value)
{
    return value <= 0 ? 0 : value >= LEVELS - 1 ? LEVELS - 1 : (size_t)floor(value + 0.5);
}

/* The level t that makes n0·n1·(mean1 - mean0)² largest, where class 0 holds the pixels
 * up to t; an image of one level gives the middle of the range. */
static double otsu_level(const double *image, size_t n)
{
    size_t histogram[LEVELS] = {0};
    double total = 0, best = 0, level = 127;
    for (size_t i = 0; i < n; i++) {
        histogram[level_of(image[i])]++;
        total += (double)level_of(image[i]);
    }
    double below = 0, sum_below = 0; /* pixels up to t, and the sum of their levels */
    for (size_t t = 0; t + 1 < LEVELS; t++) {
        below += (double)histogram[t];
        sum_below += (double)(t * histogram[t]);
        double above = (double)n - below;
        if (below > 0 && above > 0) {
            double apart = (total - sum_below) / above - sum_below / below;
            double score = below * above * apart * apart;
            if (score > best) {
                best = score;
                level = (double)t;
            }
        }
    }
    return level;
}

static void threshold_apply(const double *parameters, size_t height, size_t width,
                            const double *in, double *out, double *scratch)
{
    (void)scratch;
    size_t n = height * width;
    bool given = parameters[0] >= 0;
    double level = given ? parameters[0] : otsu_level(in, n);
    for (size_t i = 0; i < n; i++) {
        double value = given ? in[i] : (double)level_of(in[i]);
        out[i] = value > level ? 255 : 0;
    }
}

const numeral_transform numeral_transform_threshold = {
    .entry = {.name = "threshold",
              .help = "black and white, by Otsu's level or a given one",
              .source = "Otsu 1979",
              .parameters = threshold_parameters,
              .n_parameters = sizeof threshold_parameters / sizeof *threshold_parameters},
    .apply = threshold_apply,
};
