/* Moments of the ink, each about the centre of mass, and bilinear sampling. */
#include "transform/ink_moments.h"

#include <math.h>

static numeral_ink_moments centre_of(const double *image, size_t height, size_t width)
{
    numeral_ink_moments m = {0};
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            double p = image[y * width + x];
            m.mass += p;
            m.x += p * (double)x;
            m.y += p * (double)y;
        }
    }
    if (!(m.mass > 0)) {
        return (numeral_ink_moments){0};
    }
    m.x /= m.mass;
    m.y /= m.mass;
    return m;
}

numeral_ink_moments numeral_ink_moments_of(const double *image, size_t height,
                                           size_t width)
{
    numeral_ink_moments m = centre_of(image, height, width);
    if (m.mass == 0) {
        return m;
    }
    for (size_t y = 0; y < height; y++) {
        double dy = (double)y - m.y;
        for (size_t x = 0; x < width; x++) {
            double p = image[y * width + x];
            double dx = (double)x - m.x;
            m.cxx += p * dx * dx;
            m.cxy += p * dx * dy;
            m.cyy += p * dy * dy;
        }
    }
    return m;
}

double numeral_ink_shear(const numeral_ink_moments *moments)
{
    /* Below a variance of 1e-6 pixels² there is one row of ink and nothing to measure. */
    return moments->cyy > 1e-6 * moments->mass ? moments->cxy / moments->cyy : 0;
}

static double pixel(const double *image, size_t height, size_t width, double x, double y)
{
    if (x < 0 || y < 0 || x >= (double)width || y >= (double)height) {
        return 0;
    }
    return image[(size_t)y * width + (size_t)x];
}

double numeral_sample_bilinear(const double *image, size_t height, size_t width, double x,
                               double y)
{
    double x0 = floor(x), y0 = floor(y);
    double fx = x - x0, fy = y - y0;
    double top = pixel(image, height, width, x0, y0) * (1 - fx) +
                 pixel(image, height, width, x0 + 1, y0) * fx;
    double bottom = pixel(image, height, width, x0, y0 + 1) * (1 - fx) +
                    pixel(image, height, width, x0 + 1, y0 + 1) * fx;
    return top * (1 - fy) + bottom * fy;
}
