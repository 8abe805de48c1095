/* Statistics of each column of the training rows, for the scalings. */
#ifndef NUMERAL_PROJECTION_COLUMNS_H
#define NUMERAL_PROJECTION_COLUMNS_H

#include "projection/projection.h"

/* Learns from one column, into place `column` of the arrays. */
typedef void (*numeral_column_fit)(const numeral_fit_rows *rows, size_t column,
                                   double *const *arrays);

/* Runs `fit` for every column, in parallel; each column is summed in row order, so that
 * results do not depend on the threads. */
void numeral_columns_fit(const numeral_fit_rows *rows, numeral_column_fit fit,
                         double *const *arrays);

#endif
