/* The principal components that pca, whiten and nda build on. */
#ifndef NUMERAL_PROJECTION_PRINCIPAL_H
#define NUMERAL_PROJECTION_PRINCIPAL_H

#include "projection/projection.h"

/* Fits a linear map to at most `max_dims` components; with `variances` not NULL hands
 * over their variances (divided by n, descending). */
numeral_status numeral_principal_fit(const numeral_fit_rows *rows, size_t max_dims,
                                     numeral_fitted *out, double **variances,
                                     numeral_error *err);

#endif
