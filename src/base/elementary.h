/* exp and log in + - × ÷ alone, in a fixed order: the same bits on every machine, which
 * the C library's do not promise. */
#ifndef NUMERAL_BASE_ELEMENTARY_H
#define NUMERAL_BASE_ELEMENTARY_H

#include <stddef.h>

/* e^x with a relative error below 2^-51; 0 below -708, INFINITY above 709, NaN for NaN.
 */
double numeral_exp(double x);
/* Replaces each of n values by e^(value·scale), which must not be above 0; the same bound
 * on the error, about twice as fast. e^-708 below -708. */
void numeral_exp_each(double *values, size_t n, double scale);
/* The natural logarithm with an error below 2^-51 of max(|result|, 1); -INFINITY for 0,
 * NaN below 0, x itself for INFINITY and NaN. */
double numeral_log(double x);

#endif
