/* The k-th smallest of numbers that are not negative, by bisection over their bits, which
 * are ordered as they are. Each set of kernels defines what passes over the numbers:
 *
 *     static bit_range range_of(const float *values, size_t n)
 *     static size_t count_within(const float *values, size_t n, int32_t limit)
 *     static int32_t greatest_within(const float *values, size_t n, int32_t limit)
 *
 * the least and greatest bits; how many are at most `limit`; the greatest of those. */
#ifndef NUMERAL_KERNEL_EXACT_KTH_H
#define NUMERAL_KERNEL_EXACT_KTH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct bit_range {
    int32_t least, greatest;
} bit_range;

static bit_range range_of(const float *values, size_t n);
static size_t count_within(const float *values, size_t n, int32_t limit);
static int32_t greatest_within(const float *values, size_t n, int32_t limit);

/* Ends where exactly `wanted` numbers lie within, as a rule long before the last bit. */
static float kth(const float *values, size_t n, size_t wanted)
{
    bit_range range = range_of(values, n);
    while (range.least < range.greatest) {
        int32_t middle = range.least + (range.greatest - range.least) / 2;
        size_t count = count_within(values, n, middle);
        if (count == wanted) {
            range.least = range.greatest = greatest_within(values, n, middle);
        } else if (count > wanted) {
            range.greatest = middle;
        } else {
            range.least = middle + 1;
        }
    }
    float value;
    memcpy(&value, &range.least, sizeof value);
    return value;
}

/* The passes in plain C. */
static inline int32_t bits_of(float value)
{
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline bit_range plain_range_of(const float *values, size_t n)
{
    bit_range range = {INT32_MAX, 0};
    for (size_t i = 0; i < n; i++) {
        int32_t bits = bits_of(values[i]);
        range.least = bits < range.least ? bits : range.least;
        range.greatest = bits > range.greatest ? bits : range.greatest;
    }
    return range;
}

static inline int32_t plain_greatest_within(const float *values, size_t n, int32_t limit)
{
    int32_t greatest = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t bits = bits_of(values[i]);
        greatest = bits <= limit && bits > greatest ? bits : greatest;
    }
    return greatest;
}

#endif
