/* Hu's seven moments, which stay when the ink is moved, scaled or turned (Hu 1962, Visual
 * pattern recognition by moment invariants). They span many orders of magnitude, so that
 * by default -sign(h)·log10|h| is given. */
#include <math.h>

#include "base/elementary.h"
#include "feature/feature_entries.h"

enum { HU_LOG, HU_RAW, N_HU = 7 };
static const double LN10 = 0x1.26bb1bbb55516p+1;

static const char *const hu_choices[] = {"log", "raw", NULL};

static const numeral_parameter hu_parameters[] = {
    {"scale", NUMERAL_PARAMETER_CHOICE, HU_LOG, HU_RAW, HU_LOG, hu_choices,
     "logarithms, or the moments themselves"},
};

static size_t hu_dims(const double *parameters, size_t height, size_t width)
{
    (void)parameters, (void)height, (void)width;
    return N_HU;
}

/* m[p][q] = Σ ink·(x-cx)^p·(y-cy)^q for p + q <= 3, ink in 0..1. */
static void moments_about(const double *image, size_t height, size_t width, double cx,
                          double cy, double m[4][4])
{
    for (int p = 0; p < 4; p++) {
        for (int q = 0; q < 4; q++) {
            m[p][q] = 0;
        }
    }
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            double across = image[y * width + x] / 255;
            for (int p = 0; p < 4; p++) {
                double value = across;
                for (int q = 0; p + q < 4; q++) {
                    m[p][q] += value;
                    value *= (double)y - cy;
                }
                across *= (double)x - cx;
            }
        }
    }
}

/* The seven from the moments normalised by mass. */
static void invariants(double m[4][4], double *h)
{
    double square = m[0][0] * m[0][0], cube = square * sqrt(m[0][0]);
    double n20 = m[2][0] / square, n02 = m[0][2] / square, n11 = m[1][1] / square;
    double n30 = m[3][0] / cube, n03 = m[0][3] / cube;
    double n21 = m[2][1] / cube, n12 = m[1][2] / cube;
    double a = n30 + n12, b = n21 + n03, c = n30 - 3 * n12, d = 3 * n21 - n03;
    h[0] = n20 + n02;
    h[1] = (n20 - n02) * (n20 - n02) + 4 * n11 * n11;
    h[2] = c * c + d * d;
    h[3] = a * a + b * b;
    h[4] = c * a * (a * a - 3 * b * b) + d * b * (3 * a * a - b * b);
    h[5] = (n20 - n02) * (a * a - b * b) + 4 * n11 * a * b;
    h[6] = d * a * (a * a - 3 * b * b) - c * b * (3 * a * a - b * b);
}

static double log_scale(double h)
{
    double size = fabs(h);
    if (size < 1e-30) { /* rounding error of a symmetric figure */
        return 0;
    }
    double value = -numeral_log(size) / LN10;
    return h < 0 ? -value : value;
}

static void hu_compute(const double *parameters, size_t height, size_t width,
                       const double *image, double *out, double *scratch)
{
    (void)scratch;
    double m[4][4];
    /* about the corner for the centre of mass, then about that */
    moments_about(image, height, width, 0, 0, m);
    if (!(m[0][0] > 0)) {
        for (int i = 0; i < N_HU; i++) {
            out[i] = 0;
        }
        return;
    }
    moments_about(image, height, width, m[1][0] / m[0][0], m[0][1] / m[0][0], m);
    invariants(m, out);
    for (int i = 0; i < N_HU && (int)parameters[0] == HU_LOG; i++) {
        out[i] = log_scale(out[i]);
    }
}

const numeral_feature numeral_feature_hu = {
    .entry = {.name = "hu",
              .help = "Hu's seven moments, which stay under shift, scale and rotation",
              .source = "Hu 1962",
              .parameters = hu_parameters,
              .n_parameters = sizeof hu_parameters / sizeof *hu_parameters},
    .dims = hu_dims,
    .compute = hu_compute,
};
