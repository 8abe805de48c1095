/* Views are one affine resampling with three settings, by the moments of the pixels p:
 * mass m = Σp, centre (mx, my), cxx, cxy, cyy, shear α = cxy/cyy, and
 * out(x, y) = bilinear in(mx + sx·X + α·sy·Y, my + sy·Y), where X and Y count from the
 * middle of the frame. `deskew` has sx = sy = 1; `moments` divides by the upright digit's
 * deviation, σx = √((cxx - cxy²/cyy)/m) over 4.4/28 of the width and σy = √(cyy/m) over
 * 5.6/28 of the height, both within 1/1.6 .. 1.6.
 * Moment normalisation: Casey 1970. */
#include "rerank/view.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

const char *const numeral_view_names[] = {"raw", "deskew", "moments", NULL};

typedef struct moments {
    double mass, mx, my, cxx, cxy, cyy;
} moments;

static moments measure(const uint8_t *image, size_t height, size_t width)
{
    moments m = {0};
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            double p = image[y * width + x];
            m.mass += p;
            m.mx += p * (double)x;
            m.my += p * (double)y;
        }
    }
    if (m.mass == 0) {
        return m;
    }
    m.mx /= m.mass;
    m.my /= m.mass;
    for (size_t y = 0; y < height; y++) {
        double dy = (double)y - m.my;
        for (size_t x = 0; x < width; x++) {
            double p = image[y * width + x], dx = (double)x - m.mx;
            m.cxx += p * dx * dx;
            m.cxy += p * dx * dy;
            m.cyy += p * dy * dy;
        }
    }
    return m;
}

static double clip_scale(double scale)
{
    return scale < 1 / 1.6 ? 1 / 1.6 : scale > 1.6 ? 1.6 : scale;
}

static double pixel(const uint8_t *image, size_t height, size_t width, double y, double x)
{
    bool inside = y >= 0 && x >= 0 && y < (double)height && x < (double)width;
    return inside ? image[(size_t)y * width + (size_t)x] : 0;
}

static uint8_t sample(const uint8_t *image, size_t height, size_t width, double y,
                      double x)
{
    double top = floor(y), left = floor(x), v = y - top, u = x - left;
    double upper = (1 - u) * pixel(image, height, width, top, left) +
                   u * pixel(image, height, width, top, left + 1);
    double lower = (1 - u) * pixel(image, height, width, top + 1, left) +
                   u * pixel(image, height, width, top + 1, left + 1);
    return (uint8_t)((1 - v) * upper + v * lower + 0.5);
}

void numeral_view_make(numeral_view view, const uint8_t *image, size_t height,
                       size_t width, uint8_t *out)
{
    moments m = measure(image, height, width);
    if (view == NUMERAL_VIEW_RAW || m.mass == 0) {
        memcpy(out, image, height * width);
        return;
    }
    double shear = m.cyy > 0 ? m.cxy / m.cyy : 0, scale_x = 1, scale_y = 1;
    if (view == NUMERAL_VIEW_MOMENTS) {
        double upright = (m.cxx - shear * m.cxy) / m.mass;
        scale_x = clip_scale(sqrt(upright > 0 ? upright : 0) / (4.4 / 28 * (double)width));
        scale_y = clip_scale(sqrt(m.cyy / m.mass) / (5.6 / 28 * (double)height));
    }
    double middle_x = ((double)width - 1) / 2, middle_y = ((double)height - 1) / 2;
    for (size_t y = 0; y < height; y++) {
        double down = scale_y * ((double)y - middle_y);
        for (size_t x = 0; x < width; x++) {
            double right = scale_x * ((double)x - middle_x) + shear * down;
            out[y * width + x] =
                sample(image, height, width, m.my + down, m.mx + right);
        }
    }
}
