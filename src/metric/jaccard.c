/* Of the places where either row is not zero, the share in which the rows differ. */
#include "metric/metric_entries.h"

static double jaccard(const double *parameters, const double *a, const double *b,
                      size_t n_dims)
{
    (void)parameters;
    size_t either = 0, differ = 0;
    for (size_t i = 0; i < n_dims; i++) {
        either += a[i] != 0 || b[i] != 0;
        differ += a[i] != b[i];
    }
    return either ? (double)differ / (double)either : 0;
}

const numeral_metric numeral_metric_jaccard = {
    .entry = {.name = "jaccard",
              .help = "share of the places with ink in which the rows differ",
              .source = "Jaccard 1901"},
    .family = NUMERAL_METRIC_GENERIC,
    .distance = jaccard,
};
