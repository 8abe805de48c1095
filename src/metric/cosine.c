/* The angle between two vectors, as 1 - cosine (Salton 1975). */
#include "metric/cosine.h"

#include <math.h>

#include "metric/metric_entries.h"

static double cosine(const double *parameters, const double *a, const double *b,
                     size_t n_dims)
{
    (void)parameters;
    double aa = 0, bb = 0, ab = 0;
    for (size_t i = 0; i < n_dims; i++) {
        aa += a[i] * a[i];
        bb += b[i] * b[i];
        ab += a[i] * b[i];
    }
    return numeral_cosine(ab, sqrt(aa), sqrt(bb));
}

const numeral_metric numeral_metric_cosine = {
    .entry = {.name = "cosine",
              .help = "1 minus the cosine of the angle between the rows",
              .source = "Salton 1975"},
    .family = NUMERAL_METRIC_COSINE,
    .distance = cosine,
};
