/* exp and log by range reduction and series.
 *
 * exp: x = k·ln 2 + r with |r| <= ln 2 / 2, ln 2 as a sum of two so that k times the
 * first is exact (Cody & Waite 1980); Taylor's series to r^13 leaves 2^-57.
 * log: x = m·2^k with m in [√½, √2), log m = 2·atanh s, s = (m-1)/(m+1), |s| < 0.172;
 * the series to s^19 leaves 2^-58 of s. */
#include "base/elementary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;

/* 2^k for -1022 <= k <= 1023. */
static double power_of_two(int k)
{
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double numeral_exp(double x)
{
    static const double inverse[] = {1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800,
                                     1.0 / 3628800,    1.0 / 362880,    1.0 / 40320,
                                     1.0 / 5040,       1.0 / 720,       1.0 / 120,
                                     1.0 / 24,         1.0 / 6,         1.0 / 2};
    if (!(x >= -708)) {
        return x != x ? x : 0;
    }
    if (x > 709) {
        return INFINITY;
    }
    int k = (int)(x * 0x1.71547652b82fep+0 + (x < 0 ? -0.5 : 0.5));
    double r = (x - k * ln2_high) - k * ln2_low;
    double sum = inverse[0];
    for (int i = 1; i < 12; i++) {
        sum = sum * r + inverse[i];
    }
    return (1 + (r + r * r * sum)) * power_of_two(k);
}

/* Without calls, so that several are under way at a time. Adding 1.5·2^52 rounds to an
 * integer, which then stands in the low bits of the sum. */
void numeral_exp_each(double *values, size_t n, double scale)
{
    const double shifter = 0x1.8p52;
    for (size_t i = 0; i < n; i++) {
        double x = values[i] * scale, inside = x > -708 ? x : -708;
        double shifted = inside * 0x1.71547652b82fep+0 + shifter, k = shifted - shifter;
        double r = (inside - k * ln2_high) - k * ln2_low;
        double sum = 1.0 / 6227020800;
        sum = sum * r + 1.0 / 479001600;
        sum = sum * r + 1.0 / 39916800;
        sum = sum * r + 1.0 / 3628800;
        sum = sum * r + 1.0 / 362880;
        sum = sum * r + 1.0 / 40320;
        sum = sum * r + 1.0 / 5040;
        sum = sum * r + 1.0 / 720;
        sum = sum * r + 1.0 / 120;
        sum = sum * r + 1.0 / 24;
        sum = sum * r + 1.0 / 6;
        sum = sum * r + 1.0 / 2;
        uint64_t bits;
        memcpy(&bits, &shifted, sizeof bits);
        bits = (bits + 1023) << 52;
        double power;
        memcpy(&power, &bits, sizeof power);
        values[i] = (1 + (r + r * r * sum)) * power;
    }
}

/* x > 0 and finite as m·2^k with m in [√½, √2). */
static double split(double x, int *k)
{
    int exponent = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        exponent = -54;
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    exponent += (int)(bits >> 52) - 1023;
    bits = (bits & UINT64_C(0xfffffffffffff)) | UINT64_C(0x3ff0000000000000);
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m >= 0x1.6a09e667f3bcdp+0) {
        m *= 0.5;
        exponent++;
    }
    *k = exponent;
    return m;
}

double numeral_log(double x)
{
    if (!(x > 0) || x == INFINITY) {
        return x == 0 ? -INFINITY : x < 0 ? NAN : x;
    }
    int k;
    double m = split(x, &k);
    double s = (m - 1) / (m + 1), square = s * s, sum = 1.0 / 19;
    for (int power = 17; power >= 3; power -= 2) {
        sum = sum * square + 1.0 / power;
    }
    return k * ln2_high + ((2 * s + 2 * s * square * sum) + k * ln2_low);
}
