/* The arrays of fitted projections: making, checking and ending them. */
#ifndef NUMERAL_PROJECTION_FITTED_H
#define NUMERAL_PROJECTION_FITTED_H

#include "projection/projection.h"

/* Sets out_dims and n arrays of these lengths, zeroed; on failure `out` is untouched. */
numeral_status numeral_fitted_make(numeral_fitted *out, size_t out_dims,
                                   const size_t *lengths, size_t n, numeral_error *err);

/* Whether `fitted` has exactly these lengths and only finite numbers. */
bool numeral_fitted_matches(const numeral_fitted *fitted, const size_t *lengths,
                            size_t n);

#endif
