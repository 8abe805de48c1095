/* How many dimensions differ (Hamming 1950). SciPy reports the share, this the count. */
#include "metric/metric_entries.h"

static double hamming(const double *parameters, const double *a, const double *b,
                      size_t n_dims)
{
    (void)parameters;
    size_t count = 0;
    for (size_t i = 0; i < n_dims; i++) {
        count += a[i] != b[i];
    }
    return (double)count;
}

const numeral_metric numeral_metric_hamming = {
    .entry = {.name = "hamming",
              .help = "number of dimensions that differ",
              .source = "Hamming 1950"},
    .family = NUMERAL_METRIC_HAMMING,
    .integer = true,
    .translation = true,
    .distance = hamming,
};
