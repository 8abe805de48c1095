/* Tangent distance: two images are as far apart as the planes that small deformations of
 * them span (Simard, LeCun & Denker 1993; derivatives as in Keysers et al. 2004).
 *
 * Images are smoothed by [1 4 6 4 1]/16 in both directions (σ = 1), derivatives gx, gy
 * are central differences, and with x, y counted from the middle the tangents are gx,
 * gy, x·gx - y·gy, y·gx + x·gy, x·gx + y·gy, y·gx - x·gy and gx² + gy², each scaled to
 * length 1. With T all tangents that may move (those of the second image negated) and d
 * the difference, the minimum is |d|² - (Td)'(TT' + spring·I)⁻¹(Td).
 * Dot products add eight lanes in a fixed order. */
#include "metric/tangent.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "linalg/cholesky.h"

enum { LANES = 8, MOST = 2 * NUMERAL_TANGENTS };

size_t numeral_tangent_plane(size_t height, size_t width)
{
    return (height * width + LANES - 1) / LANES * LANES;
}

static double dot(const double *a, const double *b, size_t n)
{
    double lanes[LANES] = {0};
    for (size_t j = 0; j < n; j += LANES) {
        for (size_t lane = 0; lane < LANES; lane++) {
            lanes[lane] += a[j + lane] * b[j + lane];
        }
    }
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
           ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

/* One line of n values `step` apart, smoothed from `in` to `out`. */
static void smooth_line(const double *in, size_t n, size_t step, double *out)
{
    static const double weights[5] = {0.0625, 0.25, 0.375, 0.25, 0.0625};
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t tap = 0; tap < 5; tap++) {
            size_t at = i + tap; /* two more than the place */
            sum += at >= 2 && at < n + 2 ? weights[tap] * in[(at - 2) * step] : 0;
        }
        out[i * step] = sum;
    }
}

static void smooth(const uint8_t *image, size_t height, size_t width, double *scratch,
                   double *out)
{
    for (size_t i = 0; i < height * width; i++) {
        out[i] = image[i];
    }
    for (size_t y = 0; y < height; y++) {
        smooth_line(out + y * width, width, 1, scratch + y * width);
    }
    for (size_t x = 0; x < width; x++) {
        smooth_line(scratch + x, height, width, out + x);
    }
}

/* Half the difference of the two neighbours of place `at` on a line; zero outside. */
static double slope(const double *line, size_t at, size_t n, size_t step)
{
    double before = at > 0 ? line[(at - 1) * step] : 0;
    double behind = at + 1 < n ? line[(at + 1) * step] : 0;
    return (behind - before) / 2;
}

static void scale_to_one(double *plane, size_t n)
{
    double length = sqrt(dot(plane, plane, n));
    for (size_t i = 0; i < n && length > 0; i++) {
        plane[i] /= length;
    }
}

void numeral_tangent_prepare(const uint8_t *image, size_t height, size_t width,
                             double *scratch, double *out)
{
    size_t n = numeral_tangent_plane(height, width);
    memset(out, 0, (NUMERAL_TANGENTS + 1) * n * sizeof *out);
    smooth(image, height, width, scratch, out);
    for (size_t row = 0; row < height; row++) {
        for (size_t column = 0; column < width; column++) {
            double gx = slope(out + row * width, column, width, 1);
            double gy = slope(out + column, row, height, width);
            double x = (double)column - ((double)width - 1) / 2;
            double y = (double)row - ((double)height - 1) / 2;
            const double tangents[NUMERAL_TANGENTS] = {
                gx,
                gy,
                x * gx - y * gy,
                y * gx + x * gy,
                x * gx + y * gy,
                y * gx - x * gy,
                gx * gx + gy * gy,
            };
            for (size_t t = 0; t < NUMERAL_TANGENTS; t++) {
                out[(t + 1) * n + row * width + column] = tangents[t];
            }
        }
    }
    for (size_t t = 1; t <= NUMERAL_TANGENTS; t++) {
        scale_to_one(out + t * n, n);
    }
}

double numeral_tangent_distance(const double *p, const double *r, size_t n, int both,
                                double spring, double *scratch)
{
    const double *tangents[MOST];
    double sign[MOST], gram[MOST * MOST], right[MOST], solved[MOST];
    size_t m = both ? MOST : NUMERAL_TANGENTS;
    for (size_t t = 0; t < m; t++) {
        bool first = t < NUMERAL_TANGENTS;
        tangents[t] = first ? p + (t + 1) * n : r + (t - NUMERAL_TANGENTS + 1) * n;
        sign[t] = first ? 1 : -1;
    }
    for (size_t i = 0; i < n; i++) {
        scratch[i] = p[i] - r[i];
    }
    /* the normal equations (TT' + spring·I)·a = Td, upper triangle */
    for (size_t i = 0; i < m; i++) {
        solved[i] = right[i] = sign[i] * dot(tangents[i], scratch, n);
        for (size_t j = i; j < m; j++) {
            gram[i * m + j] = sign[i] * sign[j] * dot(tangents[i], tangents[j], n);
        }
        gram[i * m + i] += spring;
    }
    double square = dot(scratch, scratch, n), gain = 0;
    if (numeral_cholesky_factor(gram, m)) {
        numeral_cholesky_solve(gram, m, solved);
        for (size_t i = 0; i < m; i++) {
            gain += right[i] * solved[i];
        }
    }
    return gain < square ? square - gain : 0;
}
