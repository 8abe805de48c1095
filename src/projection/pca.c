/* Principal components (Pearson 1901): the directions in which the rows vary most, which
 * are the eigenvectors of their covariance. */
#include "base/fail.h"
#include "base/memory.h"
#include "linalg/covariance.h"
#include "linalg/eigen.h"
#include "projection/linear_map.h"
#include "projection/principal.h"
#include "projection/projection_entries.h"

static const numeral_parameter pca_parameters[] = {
    {"dims", NUMERAL_PARAMETER_INTEGER, 1, 4096, 64, NULL,
     "components kept, at most as many as there are inputs"},
};

numeral_status numeral_principal_fit(const numeral_fit_rows *rows, size_t max_dims,
                                     numeral_fitted *out, double **variances,
                                     numeral_error *err)
{
    size_t d = rows->n_dims, kept = max_dims < d ? max_dims : d;
    double *matrix = NULL, *vectors = NULL, *values = NULL;
    numeral_fitted map = {.in_dims = d};
    numeral_status status = NUMERAL_OK;
    TRY_ALLOC(matrix = numeral_allocate(d, d * sizeof *matrix, err));
    TRY_ALLOC(vectors = numeral_allocate(kept, d * sizeof *vectors, err));
    TRY_ALLOC(values = numeral_allocate(kept, sizeof *values, err));
    TRY(numeral_linear_map_make(&map, kept, err));
    double *mean = map.arrays[NUMERAL_LINEAR_MEAN];
    numeral_mean(rows->rows, rows->n_rows, d, mean);
    TRY(numeral_covariance(rows->rows, rows->n_rows, d, mean, NULL, rows->run.threads,
                           matrix, err));
    TRY(numeral_eigen_top(matrix, d, kept, values, vectors, err));
    for (size_t i = 0; i < kept; i++) {
        numeral_linear_map_set_column(&map, i, vectors + i * d, 1);
    }
    *out = map;
    map = (numeral_fitted){0};
    if (variances) {
        *variances = values;
        values = NULL;
    }
done:
    numeral_fitted_free(&map);
    numeral_release(values);
    numeral_release(vectors);
    numeral_release(matrix);
    return status;
}

static numeral_status pca_fit(const double *parameters, const numeral_fit_rows *rows,
                              numeral_fitted *out, numeral_error *err)
{
    return numeral_principal_fit(rows, (size_t)parameters[0], out, NULL, err);
}

const numeral_projection numeral_projection_pca = {
    .entry = {.name = "pca",
              .help = "principal components",
              .source = "Pearson 1901",
              .parameters = pca_parameters,
              .n_parameters = sizeof pca_parameters / sizeof *pca_parameters},
    .fit = pca_fit,
    .check = numeral_linear_map_check,
    .apply = numeral_linear_map_apply,
};
