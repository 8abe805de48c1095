/* Cosine and sine by Taylor series within an eighth of a turn of the nearest quarter. */
#include "base/sincos.h"

#include <math.h>

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

void numeral_sincos(double turns, double *cosine, double *sine)
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
