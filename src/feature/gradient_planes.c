/* The parallelogram decomposition: with directions u and v on either side of g, g = α·u +
 * β·v, where α = g × v / (u × v) and β = u × g / (u × v). For eight directions this needs
 * only |gx|, |gy| and their minimum. */
#include "feature/gradient_planes.h"

#include <math.h>
#include <string.h>

#include "base/sincos.h"

enum { MAX_DIRS = 16 };
static const double ROOT2 = 0x1.6a09e667f3bcdp+0;

static double pixel(const double *image, size_t height, size_t width, ptrdiff_t y,
                    ptrdiff_t x)
{
    if (y < 0 || x < 0 || y >= (ptrdiff_t)height || x >= (ptrdiff_t)width) {
        return 0;
    }
    return image[(size_t)y * width + (size_t)x];
}

static void sobel(const double *image, size_t height, size_t width, ptrdiff_t y,
                  ptrdiff_t x, double *gx, double *gy)
{
    double p[3][3];
    for (ptrdiff_t i = 0; i < 3; i++) {
        for (ptrdiff_t j = 0; j < 3; j++) {
            p[i][j] = pixel(image, height, width, y + i - 1, x + j - 1);
        }
    }
    *gx = (p[0][2] + 2 * p[1][2] + p[2][2]) - (p[0][0] + 2 * p[1][0] + p[2][0]);
    *gy = (p[2][0] + 2 * p[2][1] + p[2][2]) - (p[0][0] + 2 * p[0][1] + p[0][2]);
}

/* Eight directions: what exceeds the smaller of |gx| and |gy| lies along an axis, the
 * rest along a diagonal. `at` is the pixel in plane 0, `step` the size of a plane. */
static void split_eight(double gx, double gy, double *at, size_t step)
{
    double a = fabs(gx), b = fabs(gy), m = a < b ? a : b;
    size_t diagonal = gx >= 0 ? (gy >= 0 ? 1 : 7) : (gy >= 0 ? 3 : 5);
    at[(gx >= 0 ? 0 : 4) * step] = a - m;
    at[(gy >= 0 ? 2 : 6) * step] = b - m;
    at[diagonal * step] = ROOT2 * m;
}

typedef struct direction_fan {
    size_t dirs;
    double x[MAX_DIRS + 1], y[MAX_DIRS + 1]; /* the last is the first again */
} direction_fan;

static void split_any(const direction_fan *fan, double gx, double gy, double *at,
                      size_t step)
{
    for (size_t d = 0; d < fan->dirs; d++) {
        double from = fan->x[d] * gy - fan->y[d] * gx;
        double to = gx * fan->y[d + 1] - gy * fan->x[d + 1];
        /* Both crosses are positive in the one sector that holds g; y[1] is the sine of
         * its angle, u × v. */
        if (from >= 0 && to > 0) {
            at[d * step] = to / fan->y[1];
            at[(d + 1) % fan->dirs * step] = from / fan->y[1];
            return;
        }
    }
}

static direction_fan make_fan(size_t dirs)
{
    direction_fan fan = {.dirs = dirs};
    for (size_t d = 0; d < dirs; d++) {
        numeral_sincos((double)d / (double)dirs, &fan.x[d], &fan.y[d]);
    }
    fan.x[dirs] = fan.x[0];
    fan.y[dirs] = fan.y[0];
    return fan;
}

void numeral_gradient_planes(const double *image, size_t height, size_t width,
                             size_t dirs, double *planes)
{
    size_t h = height + 2, w = width + 2;
    direction_fan fan = make_fan(dirs);
    memset(planes, 0, dirs * h * w * sizeof *planes);
    for (size_t y = 0; y < h; y++) {
        for (size_t x = 0; x < w; x++) {
            double gx, gy;
            sobel(image, height, width, (ptrdiff_t)y - 1, (ptrdiff_t)x - 1, &gx, &gy);
            if (dirs == 8) {
                split_eight(gx, gy, planes + y * w + x, h * w);
            } else if (gx != 0 || gy != 0) {
                split_any(&fan, gx, gy, planes + y * w + x, h * w);
            }
        }
    }
}
