/* exp, log and powers from + - × ÷ alone, so that every machine gives the same bits; the
 * C library's differ from one to the next. */
#ifndef NUMERAL_BASE_ELEMENTARY_H
#define NUMERAL_BASE_ELEMENTARY_H

/* e^x; relative error below 4e-16·(1 + |x|/700); 0 below -708, INFINITY above 709. */
double numeral_exp(double x);
/* ln x for finite x > 0; absolute error below 2e-16·(1 + |ln x|). */
double numeral_log(double x);
/* x^p for x >= 0: exact roots for p = 0.5 and 1, else exp(p·ln x), relative error below
 * 1e-15·(1 + |p·ln x|); 0^p = 0. */
double numeral_power(double x, double p);
/* cos and sin of 2π·turns for turns in [0, 1]; absolute error below 1e-15. */
void numeral_cosine_sine(double turns, double *cosine, double *sine);

#endif
