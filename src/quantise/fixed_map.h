/* A linear map and the quantiser behind it as one integer map, for speed: from vectors of
 * i16 (32767 for 1) straight to rows of i8 or i16, the same bits on every machine. */
#ifndef NUMERAL_QUANTISE_FIXED_MAP_H
#define NUMERAL_QUANTISE_FIXED_MAP_H

#include "quantise/quantise.h"

typedef struct numeral_fixed_map {
    numeral_dtype dtype; /* of the rows made */
    size_t in_dims, in_stride, out_dims;
    int shift;
    int16_t *weights; /* out_dims × in_stride, zero-padded; owned */
    int64_t *bias;    /* out_dims; owned */
} numeral_fixed_map;

/* Makes the map x -> quantise((x - mean)·matrix), with `matrix` in_dims × out_dims and a
 * quantiser for i8 or i16. Its results differ from the float64 stages' by rounding alone
 * (mostly 0, else 1, for i8). NUMERAL_ERROR_MEMORY, _ARGUMENT (numbers out of range:
 * then only the float64 stages serve). */
numeral_status numeral_fixed_map_create(const double *matrix, const double *mean,
                                        size_t in_dims, size_t out_dims,
                                        const numeral_quantiser *quantiser,
                                        numeral_fixed_map *out, numeral_error *err);
void numeral_fixed_map_free(numeral_fixed_map *map);

/* `in`: in_stride values, 64-byte aligned, zero behind in_dims, never -32768. `sums`:
 * scratch for out_dims. `out`: out_dims values of the dtype. */
void numeral_fixed_map_apply(const numeral_fixed_map *map, const int16_t *in,
                             int64_t *sums, void *out);

#endif
