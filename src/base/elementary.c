/* Elementary functions by argument reduction and short series (Muller 2016, Elementary
 * Functions): exp by 2^k·e^r with |r| <= ln 2/2, log by 2·artanh((m-1)/(m+1)) with m in
 * [√½, √2), cosine and sine by Taylor series on an eighth of a turn. */
#include "base/elementary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const double LN2_HIGH = 0x1.62e42fee00000p-1; /* 33 bits: k·LN2_HIGH is exact */
static const double LN2_LOW = 0x1.a39ef35793c76p-33;
static const double INVERSE_LN2 = 0x1.71547652b82fep+0;

/* 2^k for k in -1022 .. 1023. */
static double power_of_two(int k)
{
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double numeral_exp(double x)
{
    if (x < -708) {
        return 0;
    }
    if (x > 709) {
        return INFINITY;
    }
    double k = floor(x * INVERSE_LN2 + 0.5);
    double r = (x - k * LN2_HIGH) - k * LN2_LOW;
    double series = 1;
    for (int n = 14; n > 0; n--) { /* 0.35^15/15! < 2e-19 */
        series = 1 + series * r / n;
    }
    int high = (int)k / 2;
    return series * power_of_two(high) * power_of_two((int)k - high);
}

double numeral_log(double x)
{
    int k = 0;
    double m = frexp(x, &k);
    if (m < 0x1.6a09e667f3bcdp-1) {
        m *= 2;
        k--;
    }
    double z = (m - 1) / (m + 1); /* |z| <= 0.1716 */
    double square = z * z;
    double series = 0;
    for (int n = 23; n > 0; n -= 2) { /* 0.1716^24/25 < 2e-20 */
        series = series * square + 1.0 / n;
    }
    return k * LN2_HIGH + (k * LN2_LOW + 2 * z * series);
}

double numeral_power(double x, double p)
{
    if (x <= 0) {
        return 0;
    }
    if (p == 0.5) {
        return sqrt(x);
    }
    return p == 1 ? x : numeral_exp(p * numeral_log(x));
}

/* Taylor series of cos and sin for |a| <= π/4. */
static void series_near_zero(double a, double *cosine, double *sine)
{
    double square = a * a;
    double even = 1, odd = 1;
    for (int n = 18; n > 0; n -= 2) { /* 0.785^20/20! < 4e-21 */
        even = 1 - even * square / (n * (n - 1));
        odd = 1 - odd * square / (n * (n + 1));
    }
    *cosine = even;
    *sine = odd * a;
}

void numeral_cosine_sine(double turns, double *cosine, double *sine)
{
    double quarter = floor(turns * 4 + 0.5);
    double c, s;
    series_near_zero((turns - quarter / 4) * 0x1.921fb54442d18p+2, &c, &s);
    switch ((int)quarter & 3) {
    case 0:
        *cosine = c, *sine = s;
        break;
    case 1:
        *cosine = -s, *sine = c;
        break;
    case 2:
        *cosine = -c, *sine = -s;
        break;
    default:
        *cosine = s, *sine = -c;
        break;
    }
}
