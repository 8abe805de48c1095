/* exp and log in + - × ÷ alone, in a fixed order: the same bits on every machine, which
 * the C library's do not promise. */
#ifndef NUMERAL_BASE_ELEMENTARY_H
#define NUMERAL_BASE_ELEMENTARY_H

/* e^x with a relative error below 2^-51; 0 below -708, INFINITY above 709, NaN for NaN.
 */
double numeral_exp(double x);
/* The natural logarithm with an error below 2^-51 of max(|result|, 1); -INFINITY for 0,
 * NaN below 0, x itself for INFINITY and NaN. */
double numeral_log(double x);

#endif
