/* The interval of a share that was counted (Wilson 1927). */
#include <math.h>

#include <numeral/scores.h>

void numeral_wilson95(size_t hits, size_t n, double out[2])
{
    if (n == 0) {
        out[0] = 0;
        out[1] = 1;
        return;
    }
    const double z = 1.959963984540054;
    double total = (double)n, share = (double)hits / total;
    double centre = share + z * z / (2 * total);
    double half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total));
    out[0] = fmax(0, (centre - half) / (1 + z * z / total));
    out[1] = fmin(1, (centre + half) / (1 + z * z / total));
}
