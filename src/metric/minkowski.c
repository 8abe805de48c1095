/* The Minkowski family with integer distances: l1, l2 (squared), linf. */
#include <math.h>

#include "metric/metric_entries.h"

static double l2(const double *parameters, const double *a, const double *b,
                 size_t n_dims)
{
    (void)parameters;
    double sum = 0;
    for (size_t i = 0; i < n_dims; i++) {
        double d = a[i] - b[i];
        sum += d * d;
    }
    return sum;
}

static double l1(const double *parameters, const double *a, const double *b,
                 size_t n_dims)
{
    (void)parameters;
    double sum = 0;
    for (size_t i = 0; i < n_dims; i++) {
        sum += fabs(a[i] - b[i]);
    }
    return sum;
}

static double linf(const double *parameters, const double *a, const double *b,
                   size_t n_dims)
{
    (void)parameters;
    double largest = 0;
    for (size_t i = 0; i < n_dims; i++) {
        double d = fabs(a[i] - b[i]);
        largest = d > largest ? d : largest;
    }
    return largest;
}

const numeral_metric numeral_metric_l2 = {
    .entry = {.name = "l2",
              .help = "Euclidean distance, reported squared; also called euclidean",
              .source = "Fix & Hodges 1951",
              .alias = "euclidean"},
    .family = NUMERAL_METRIC_L2,
    .integer = true,
    .translation = true,
    .distance = l2,
};

const numeral_metric numeral_metric_l1 = {
    .entry = {.name = "l1",
              .help = "sum of absolute differences (city block); also called manhattan",
              .source = "Minkowski 1910",
              .alias = "manhattan"},
    .family = NUMERAL_METRIC_L1,
    .integer = true,
    .translation = true,
    .distance = l1,
};

const numeral_metric numeral_metric_linf = {
    .entry = {.name = "linf",
              .help = "largest absolute difference (Chebyshev)",
              .source = "Minkowski 1910"},
    .family = NUMERAL_METRIC_LINF,
    .integer = true,
    .translation = true,
    .distance = linf,
};
