/* Scalings of each dimension, (x - shift) / scale: what standard and minmax leave behind.
 */
#ifndef NUMERAL_PROJECTION_SCALING_H
#define NUMERAL_PROJECTION_SCALING_H

#include "projection/projection.h"

enum { NUMERAL_SCALING_SHIFT, NUMERAL_SCALING_SCALE, NUMERAL_SCALING_ARRAYS };

/* Learns shift and scale (above 0) from one column of the training rows. */
typedef void (*numeral_column_fit)(const numeral_fit_rows *rows, size_t column,
                                   double *shift, double *scale);

/* Makes both arrays and runs `fit` for every column, in parallel; each column is summed
 * in row order, so that results do not depend on the threads. */
numeral_status numeral_scaling_fit(const numeral_fit_rows *rows, numeral_column_fit fit,
                                   numeral_fitted *out, numeral_error *err);

/* A projection's `check` and `apply`; parameters are not used. */
bool numeral_scaling_check(const double *parameters, const numeral_fitted *fitted);
void numeral_scaling_apply(const double *parameters, const numeral_fitted *fitted,
                           const double *in, double *out);

#endif
