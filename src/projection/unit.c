/* Division by the vector's own Euclidean length, after which L2 orders as cosine does; a
 * zero vector stays. */
#include <math.h>

#include "projection/projection_entries.h"

static void unit_apply(const double *parameters, const numeral_fitted *fitted,
                       const double *in, double *out)
{
    (void)parameters;
    double squares = 0;
    for (size_t j = 0; j < fitted->in_dims; j++) {
        squares += in[j] * in[j];
    }
    double length = squares > 0 ? sqrt(squares) : 1;
    for (size_t j = 0; j < fitted->in_dims; j++) {
        out[j] = in[j] / length;
    }
}

const numeral_projection numeral_projection_unit = {
    .entry = {.name = "unit",
              .help = "unit Euclidean length for each vector",
              .source = ""},
    .apply = unit_apply,
};
