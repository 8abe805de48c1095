/* Directions from + - × alone, so that every machine gives the same bits. */
#ifndef NUMERAL_BASE_SINCOS_H
#define NUMERAL_BASE_SINCOS_H

/* cos and sin of 2π·turns for turns in [0, 1]; absolute error below 1e-15. */
void numeral_sincos(double turns, double *cosine, double *sine);

#endif
