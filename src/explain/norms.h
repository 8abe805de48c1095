/* How the training digits of a model look: the measures of a sample of them. */
#ifndef NUMERAL_EXPLAIN_NORMS_H
#define NUMERAL_EXPLAIN_NORMS_H

#include "base/arena.h"
#include "framing/shape.h"
#include "model/model.h"

/* Sorted measures of n training rows; the arrays belong to the arena they were made in.
 */
typedef struct numeral_norms {
    size_t n, n_swapped;
    double *edge, *size, *contrast, *width, *stroke;
    double *distance; /* to the nearest other row, as votes see it (l2: the root) */
    double *swapped; /* n_swapped: that, times the distance with dark and light swapped */
} numeral_norms;

/* Measures at most 1,000 rows, spread over the model and drawn by `seed` (100 where
 * distances are no integers and slow). O(sample searches). */
numeral_status numeral_norms_measure(const numeral_model *model, uint64_t seed,
                                     const numeral_run *run, numeral_arena *arena,
                                     numeral_norms *out, numeral_error *err);

/* The distance of each of n images of the model's frame (at most 4,096) to the nearest
 * row. */
numeral_status numeral_norms_distances(const numeral_model *model, const uint8_t *images,
                                       size_t n, const numeral_run *run, double *out,
                                       numeral_error *err);

/* The values that a share `tail` of the sorted ones lies below, or above. */
double numeral_norms_low_end(const double *sorted, size_t n, double tail);
double numeral_norms_high_end(const double *sorted, size_t n, double tail);

#endif
