/* Distances of histograms: chi2, hellinger, canberra, braycurtis.
 *
 * A place that is zero in both rows counts for nothing (0/0 = 0). They are made for
 * values that are not negative; canberra and chi2 take the sizes of others, hellinger
 * takes them as zero. */
#include <math.h>

#include "metric/metric_entries.h"

/* Σ (a - b)² / (|a| + |b|). */
static double chi2(const double *parameters, const double *a, const double *b,
                   size_t n_dims)
{
    (void)parameters;
    double sum = 0;
    for (size_t i = 0; i < n_dims; i++) {
        double d = a[i] - b[i], s = fabs(a[i]) + fabs(b[i]);
        sum += s > 0 ? d * d / s : 0;
    }
    return sum;
}

/* Σ |a - b| / (|a| + |b|). */
static double canberra(const double *parameters, const double *a, const double *b,
                       size_t n_dims)
{
    (void)parameters;
    double sum = 0;
    for (size_t i = 0; i < n_dims; i++) {
        double s = fabs(a[i]) + fabs(b[i]);
        sum += s > 0 ? fabs(a[i] - b[i]) / s : 0;
    }
    return sum;
}

/* Σ |a - b| / Σ |a + b|; infinite where the rows are opposites. */
static double braycurtis(const double *parameters, const double *a, const double *b,
                         size_t n_dims)
{
    (void)parameters;
    double differences = 0, sums = 0;
    for (size_t i = 0; i < n_dims; i++) {
        differences += fabs(a[i] - b[i]);
        sums += fabs(a[i] + b[i]);
    }
    return differences > 0 ? differences / sums : 0;
}

static double sum_positive(const double *a, size_t n_dims)
{
    double sum = 0;
    for (size_t i = 0; i < n_dims; i++) {
        sum += a[i] > 0 ? a[i] : 0;
    }
    return sum;
}

/* √(½ Σ (√p - √q)²), p and q being the rows' shares of their sums. A row without any sum
 * is at distance 0 from its like and at 1 from every other. */
static double hellinger(const double *parameters, const double *a, const double *b,
                        size_t n_dims)
{
    (void)parameters;
    double sum_a = sum_positive(a, n_dims), sum_b = sum_positive(b, n_dims), sum = 0;
    if (sum_a == 0 || sum_b == 0) {
        return sum_a != sum_b;
    }
    for (size_t i = 0; i < n_dims; i++) {
        double p = a[i] > 0 ? sqrt(a[i] / sum_a) : 0;
        double q = b[i] > 0 ? sqrt(b[i] / sum_b) : 0;
        sum += (p - q) * (p - q);
    }
    return sqrt(sum / 2);
}

const numeral_metric numeral_metric_chi2 = {
    .entry = {.name = "chi2",
              .help = "squared differences, each over the sum of the two values",
              .source = "Pearson 1900"},
    .family = NUMERAL_METRIC_GENERIC,
    .distance = chi2,
};

const numeral_metric numeral_metric_hellinger = {
    .entry = {.name = "hellinger",
              .help = "distance of the roots of the rows' shares",
              .source = "Hellinger 1909"},
    .family = NUMERAL_METRIC_GENERIC,
    .distance = hellinger,
};

const numeral_metric numeral_metric_canberra = {
    .entry = {.name = "canberra",
              .help = "absolute differences, each over the sum of the two sizes",
              .source = "Lance & Williams 1967"},
    .family = NUMERAL_METRIC_GENERIC,
    .distance = canberra,
};

const numeral_metric numeral_metric_braycurtis = {
    .entry = {.name = "braycurtis",
              .help = "sum of absolute differences over the sum of sums",
              .source = "Bray & Curtis 1957"},
    .family = NUMERAL_METRIC_GENERIC,
    .distance = braycurtis,
};
