/* Linear maps (x - mean)·M: what pca, whiten, lda and nda leave behind. */
#ifndef NUMERAL_PROJECTION_LINEAR_MAP_H
#define NUMERAL_PROJECTION_LINEAR_MAP_H

#include "projection/projection.h"

enum {
    NUMERAL_LINEAR_MEAN,   /* in_dims */
    NUMERAL_LINEAR_MATRIX, /* in_dims × out_dims, row-major */
    NUMERAL_LINEAR_ARRAYS
};

/* Allocates both arrays, zeroed, and sets out_dims. */
numeral_status numeral_linear_map_make(numeral_fitted *out, size_t out_dims,
                                       numeral_error *err);
/* Fills column `column` of the matrix with `scale`·vector (in_dims). */
void numeral_linear_map_set_column(numeral_fitted *map, size_t column,
                                   const double *vector, double scale);

/* A projection's `check` and `apply`; parameters are not used. O(in_dims·out_dims). */
bool numeral_linear_map_check(const double *parameters, const numeral_fitted *fitted);
void numeral_linear_map_apply(const double *parameters, const numeral_fitted *fitted,
                              const double *in, double *out);

#endif
