/* Minkowski distances of any order: (Σ|a - b|^p)^(1/p).
 *
 * Differences are first divided by the largest, so that nothing overflows. For a whole p
 * all is done by products and Newton's iteration for the root, the same bits on every
 * machine; a fractional p needs the C library's pow. */
#include <math.h>

#include "metric/metric_entries.h"

static double whole_power(double x, unsigned p)
{
    double result = 1;
    for (; p; p >>= 1, x *= x) {
        result = p & 1 ? result * x : result;
    }
    return result;
}

/* The p-th root of s >= 1. Newton's iteration falls from a start above the root and
 * within twice the root, so it needs about p steps at most; it ends where it stops
 * falling. */
static double whole_root(double s, unsigned p)
{
    int exponent;
    frexp(s, &exponent);
    double x = ldexp(1, (exponent + (int)p - 1) / (int)p);
    for (;;) {
        double next = x - (x - s / whole_power(x, p - 1)) / p;
        if (!(next < x)) {
            return x;
        }
        x = next;
    }
}

static double largest_difference(const double *a, const double *b, size_t n_dims)
{
    double largest = 0;
    for (size_t i = 0; i < n_dims; i++) {
        double d = fabs(a[i] - b[i]);
        largest = d > largest ? d : largest;
    }
    return largest;
}

static double lp(const double *parameters, const double *a, const double *b,
                 size_t n_dims)
{
    double p = parameters[0], sum = 0;
    double largest = largest_difference(a, b, n_dims);
    if (largest == 0) {
        return 0;
    }
    if (p != floor(p)) {
        for (size_t i = 0; i < n_dims; i++) {
            sum += pow(fabs(a[i] - b[i]) / largest, p);
        }
        return largest * pow(sum, 1 / p);
    }
    for (size_t i = 0; i < n_dims; i++) {
        sum += whole_power(fabs(a[i] - b[i]) / largest, (unsigned)p);
    }
    return largest * (p == 1 ? sum : whole_root(sum, (unsigned)p));
}

static const numeral_parameter parameters[] = {
    {"p", NUMERAL_PARAMETER_REAL, 0.1, 100, 3, NULL, "order of the norm"},
};

const numeral_metric numeral_metric_lp = {
    .entry = {.name = "lp",
              .help = "Minkowski distance of order p",
              .source = "Minkowski 1910",
              .parameters = parameters,
              .n_parameters = 1},
    .family = NUMERAL_METRIC_GENERIC,
    .translation = true,
    .distance = lp,
};
