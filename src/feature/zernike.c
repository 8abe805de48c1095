/* Magnitudes of Zernike moments, which stay when the ink is turned (Teague 1980, Image
 * analysis via the general theory of moments; Khotanzad & Hong 1990).
 *
 * About the centre of mass, on the disc whose radius is half the frame's smaller side:
 * |A_nm| = (n+1)/π·|Σ p·R_nm(ρ)·e^(-imθ)| / Σp. With z = x + iy, ρ^m·e^(imθ) = z^m, and
 * R_nm/ρ^m is a polynomial in ρ², so that the sums G_mj = Σ p·z^m·ρ^2j hold all that is
 * needed and no angle is computed. Order: n ascending, then m ascending with n - m even.
 */
#include <math.h>
#include <string.h>

#include "feature/feature_entries.h"

enum { MAX_DEGREE = 20, N_POWERS = MAX_DEGREE / 2 + 1 };

static const numeral_parameter zernike_parameters[] = {
    {"degree", NUMERAL_PARAMETER_INTEGER, 1, MAX_DEGREE, 8, NULL,
     "highest degree of the polynomials"},
};

typedef struct complex_sum {
    double re, im;
} complex_sum;

static size_t zernike_dims(const double *parameters, size_t height, size_t width)
{
    (void)height, (void)width;
    size_t n = 0;
    for (size_t degree = 0; degree <= (size_t)parameters[0]; degree++) {
        n += degree / 2 + 1;
    }
    return n;
}

/* Adds one pixel at (x, y), in units of the radius, to every G_mj. */
static void add_pixel(double p, double x, double y, size_t degree,
                      complex_sum sums[MAX_DEGREE + 1][N_POWERS])
{
    double square = x * x + y * y, re = p, im = 0;
    for (size_t m = 0; m <= degree; m++) {
        double power = 1;
        for (size_t j = 0; m + 2 * j <= degree; j++) {
            sums[m][j].re += re * power;
            sums[m][j].im += im * power;
            power *= square;
        }
        /* p·z^m becomes p·z^(m + 1) */
        double next = re * x - im * y;
        im = re * y + im * x;
        re = next;
    }
}

static double factorial(size_t n)
{
    double product = 1;
    for (size_t i = 2; i <= n; i++) {
        product *= (double)i;
    }
    return product;
}

static double magnitude(size_t n, size_t m, const complex_sum *sums, double mass)
{
    complex_sum total = {0, 0};
    for (size_t s = 0; s <= (n - m) / 2; s++) {
        double c = factorial(n - s) / (factorial(s) * factorial((n + m) / 2 - s) *
                                       factorial((n - m) / 2 - s));
        c = s % 2 ? -c : c;
        total.re += c * sums[(n - m) / 2 - s].re;
        total.im += c * sums[(n - m) / 2 - s].im;
    }
    static const double PI = 0x1.921fb54442d18p+1;
    double size = sqrt(total.re * total.re + total.im * total.im);
    return (double)(n + 1) / PI * size / mass;
}

static void zernike_compute(const double *parameters, size_t height, size_t width,
                            const double *image, double *out, double *scratch)
{
    (void)scratch;
    size_t degree = (size_t)parameters[0];
    complex_sum sums[MAX_DEGREE + 1][N_POWERS];
    memset(sums, 0, sizeof sums);
    double mass = 0, cx = 0, cy = 0;
    double radius = (double)(height < width ? height : width) / 2;
    for (size_t i = 0; i < height * width; i++) {
        size_t row = i / width, column = i % width;
        mass += image[i];
        cx += image[i] * (double)column;
        cy += image[i] * (double)row;
    }
    mass = mass > 0 ? mass : 1;
    /* every pixel of the disc adds to all sums; what lies outside is left out */
    for (size_t i = 0; i < height * width; i++) {
        size_t row = i / width, column = i % width;
        double x = ((double)column - cx / mass) / radius;
        double y = ((double)row - cy / mass) / radius;
        if (image[i] != 0 && x * x + y * y <= 1) {
            add_pixel(image[i], x, y, degree, sums);
        }
    }
    for (size_t n = 0; n <= degree; n++) {
        for (size_t m = n % 2; m <= n; m += 2) {
            *out++ = magnitude(n, m, sums[m], mass);
        }
    }
}

const numeral_feature numeral_feature_zernike = {
    .entry = {.name = "zernike",
              .help = "magnitudes of Zernike moments, which stay under rotation",
              .source = "Teague 1980, Khotanzad & Hong 1990",
              .parameters = zernike_parameters,
              .n_parameters = sizeof zernike_parameters / sizeof *zernike_parameters},
    .dims = zernike_dims,
    .compute = zernike_compute,
};
