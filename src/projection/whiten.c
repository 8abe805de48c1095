/* Whitening: principal components, each divided by its deviation over n - 1, as
 * scikit-learn's PCA(whiten=True). A component whose variance is below 1e-10 of the
 * largest is rounding error and becomes 0 throughout. */
#include <math.h>

#include "base/memory.h"
#include "projection/linear_map.h"
#include "projection/principal.h"
#include "projection/projection_entries.h"

static const numeral_parameter whiten_parameters[] = {
    {"dims", NUMERAL_PARAMETER_INTEGER, 1, 4096, 64, NULL,
     "components kept, at most as many as there are inputs"},
};

static void scale_columns(numeral_fitted *map, const double *variances, size_t n_rows)
{
    double *matrix = map->arrays[NUMERAL_LINEAR_MATRIX];
    /* variances over n - 1, as scikit-learn's */
    double unbiased = n_rows > 1 ? (double)n_rows / (double)(n_rows - 1) : 1;
    for (size_t j = 0; j < map->out_dims; j++) {
        bool noise = !(variances[j] > 1e-10 * variances[0]);
        double scale = noise ? 0 : 1 / sqrt(variances[j] * unbiased);
        for (size_t i = 0; i < map->in_dims; i++) {
            matrix[i * map->out_dims + j] *= scale;
        }
    }
}

static numeral_status whiten_fit(const double *parameters, const numeral_fit_rows *rows,
                                 numeral_fitted *out, numeral_error *err)
{
    double *variances = NULL;
    numeral_status status =
        numeral_principal_fit(rows, (size_t)parameters[0], out, &variances, err);
    if (status == NUMERAL_OK) {
        scale_columns(out, variances, rows->n_rows);
    }
    numeral_release(variances);
    return status;
}

const numeral_projection numeral_projection_whiten = {
    .entry = {.name = "whiten",
              .help = "principal components, each scaled to unit variance",
              .source = "",
              .parameters = whiten_parameters,
              .n_parameters = sizeof whiten_parameters / sizeof *whiten_parameters},
    .fit = whiten_fit,
    .check = numeral_linear_map_check,
    .apply = numeral_linear_map_apply,
};
