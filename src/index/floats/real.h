/* Rows of float32 or float64: their values, as whole numbers, by a scale, and their
 * distances in float64.
 *
 * A distance by l2, l1 or linf is a sum in one fixed order: eight partial sums, of the
 * dimensions j, j + 8, j + 16 ..., which are then added in pairs. So it is the same on
 * every machine, as wide as its vectors may be. */
#ifndef NUMERAL_INDEX_FLOATS_REAL_H
#define NUMERAL_INDEX_FLOATS_REAL_H

#include "index/index.h"

/* A row's values in float64. */
void numeral_real_widen(numeral_dtype dtype, const void *row, size_t n_dims, double *out);
/* Float64 values, which it can hold, in the row's type. */
void numeral_real_narrow(numeral_dtype dtype, const double *values, size_t n_dims,
                         void *out);

/* The least and greatest value of a row of whole numbers, widening what they hold; false
 * where one is not whole, or beyond what i16 rows hold. */
bool numeral_real_whole(numeral_dtype dtype, const void *row, size_t n_dims, int *least,
                        int *greatest);
/* A row of whole numbers that fit in the type `as`, in that type; false, with `out` of no
 * meaning, where one does not. */
bool numeral_real_as_whole(numeral_dtype dtype, const void *row, size_t n_dims,
                           numeral_dtype as, void *out);
/* The nearest numbers of the type `as` to (row - centre) / scale; centre NULL: 0. Gives
 * how far scale × number + centre lies from the row at most, as a distance of the family
 * (l2: not squared), rounding included. */
double numeral_real_scale(numeral_dtype dtype, const void *row, size_t n_dims,
                          const double *centre, double scale, numeral_dtype as,
                          numeral_metric_family family, void *out);

/* The distance of `query`, widened, to a row. `scratch`: n_dims values. */
double numeral_real_distance(const numeral_index *head, const double *query,
                             numeral_dtype dtype, const void *row, double *scratch);

#endif
