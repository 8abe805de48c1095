/* 1 - Pearson's correlation: the cosine distance of rows less their means. */
#include <math.h>

#include "metric/cosine.h"
#include "metric/metric_entries.h"

static double mean(const double *a, size_t n_dims)
{
    double sum = 0;
    for (size_t i = 0; i < n_dims; i++) {
        sum += a[i];
    }
    return sum / (double)n_dims;
}

static double correlation(const double *parameters, const double *a, const double *b,
                          size_t n_dims)
{
    (void)parameters;
    double mean_a = mean(a, n_dims), mean_b = mean(b, n_dims);
    double aa = 0, bb = 0, ab = 0;
    for (size_t i = 0; i < n_dims; i++) {
        double x = a[i] - mean_a, y = b[i] - mean_b;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    return numeral_cosine(ab, sqrt(aa), sqrt(bb));
}

const numeral_metric numeral_metric_correlation = {
    .entry = {.name = "correlation",
              .help = "1 minus the correlation of the rows",
              .source = "Pearson 1895"},
    .family = NUMERAL_METRIC_GENERIC,
    .distance = correlation,
};
