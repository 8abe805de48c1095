/* Signed powers, sign(x)·|x|^p: with p < 1 large values lose weight against small ones,
 * as in root-normalised histograms (Arandjelovic & Zisserman 2012). */
#include <math.h>

#include "base/elementary.h"
#include "projection/projection_entries.h"

static const numeral_parameter power_parameters[] = {
    {"exponent", NUMERAL_PARAMETER_REAL, 0.1, 4, 0.5, NULL, "the power"},
};

/* x^p for x > 0; the square root is IEEE's own. */
static double raise(double x, double p)
{
    return p == 0.5 ? sqrt(x) : p == 1 ? x : numeral_exp(p * numeral_log(x));
}

static void power_apply(const double *parameters, const numeral_fitted *fitted,
                        const double *in, double *out)
{
    for (size_t j = 0; j < fitted->in_dims; j++) {
        double x = in[j];
        out[j] = x > 0 ? raise(x, parameters[0]) : x < 0 ? -raise(-x, parameters[0]) : 0;
    }
}

const numeral_projection numeral_projection_power = {
    .entry = {.name = "power",
              .help = "signed power of each dimension",
              .source = "Arandjelovic & Zisserman 2012",
              .parameters = power_parameters,
              .n_parameters = sizeof power_parameters / sizeof *power_parameters},
    .apply = power_apply,
};
