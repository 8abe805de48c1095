/* Vectors become rows of small integers, once, by numbers fixed when the model is fitted.
 *
 * u8: grey levels, rounded and clipped to 0..255. i8 and i16: (x - offset)·scale rounded
 * to the nearest integer (halves up) and clipped to ±127 or ±32767; one scale for all
 * dimensions keeps distances proportional. */
#ifndef NUMERAL_QUANTISE_QUANTISE_H
#define NUMERAL_QUANTISE_QUANTISE_H

#include <numeral/index.h>

typedef struct numeral_quantiser {
    numeral_dtype dtype;
    size_t n_dims;
    double scale;
    double *offset; /* n_dims, owned; NULL: zero */
} numeral_quantiser;

/* Fits i8 or i16 to n × n_dims vectors: the scale lets `coverage` (at most 1) of all
 * values pass unclipped; offsets are zero unless `centre`: then the middle of each
 * dimension's range where coverage is 1 (the smallest rounding step), else its mean. */
numeral_status numeral_quantiser_fit(const double *vectors, size_t n, size_t n_dims,
                                     numeral_dtype dtype, bool centre, double coverage,
                                     numeral_quantiser *out, numeral_error *err);
void numeral_quantiser_free(numeral_quantiser *quantiser);

/* One vector; `out` holds n_dims values of the dtype. */
void numeral_quantise(const numeral_quantiser *quantiser, const double *vector,
                      void *out);

#endif
