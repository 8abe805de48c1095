/* 1 - a·b / (|a||b|) from its three sums, for the metric and for integer kernels. */
#ifndef NUMERAL_METRIC_COSINE_H
#define NUMERAL_METRIC_COSINE_H

/* A vector without length is at distance 0 from its like and at 1 from every other.
 * Rounding cannot make a distance negative. */
static inline double numeral_cosine(double dot, double length_a, double length_b)
{
    double lengths = length_a * length_b;
    double distance = lengths > 0 ? 1 - dot / lengths : (double)(length_a != length_b);
    return distance > 0 ? distance : 0;
}

#endif
