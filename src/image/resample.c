/* Each axis by itself: where it shrinks exact means over areas, where it grows cubic
 * interpolation (Keys 1981). */
#include "image/resample.h"

#include <math.h>

static double at_or_zero(const double *line, size_t n, size_t step, double at)
{
    return at >= 0 && at < (double)n ? line[(size_t)at * step] : 0;
}

/* The mean of the line over [from, to), pixels weighted by the part covered. */
static double mean_over(const double *line, size_t n, size_t step, double from, double to)
{
    double length = to - from, sum = 0;
    double begin = from < 0 ? 0 : from, end = to > (double)n ? (double)n : to;
    for (double pixel = floor(begin); pixel < end; pixel++) {
        double a = pixel > begin ? pixel : begin, b = pixel + 1 < end ? pixel + 1 : end;
        if (b > a) {
            sum += (b - a) * line[(size_t)pixel * step];
        }
    }
    return sum / length;
}

/* Keys's cubic (a = -1/2) at `at`, where pixel i's centre is i + 1/2. */
static double cubic_at(const double *line, size_t n, size_t step, double at)
{
    double base = floor(at - 0.5), t = at - 0.5 - base;
    double p0 = at_or_zero(line, n, step, base - 1), p1 = at_or_zero(line, n, step, base);
    double p2 = at_or_zero(line, n, step, base + 1);
    double p3 = at_or_zero(line, n, step, base + 2);
    double c1 = 0.5 * (p2 - p0), c2 = p0 - 2.5 * p1 + 2 * p2 - 0.5 * p3;
    double c3 = 0.5 * (p3 - p0) + 1.5 * (p1 - p2);
    double value = ((c3 * t + c2) * t + c1) * t + p1;
    return value < 0 ? 0 : value > 255 ? 255 : value;
}

static void resample_line(const double *line, size_t n, size_t step, double from,
                          double length, double *out, size_t out_n, size_t out_step)
{
    double pitch = length / (double)out_n;
    for (size_t i = 0; i < out_n; i++) {
        double at = from + (double)i * pitch;
        out[i * out_step] = pitch >= 1 ? mean_over(line, n, step, at, at + pitch)
                                       : cubic_at(line, n, step, at + pitch / 2);
    }
}

size_t numeral_resample_scratch(size_t source_height, size_t width)
{
    return source_height * width;
}

void numeral_resample(const double *source, size_t source_height, size_t source_width,
                      numeral_region region, double *out, size_t height, size_t width,
                      double *scratch)
{
    for (size_t y = 0; y < source_height; y++) {
        resample_line(source + y * source_width, source_width, 1, region.left,
                      region.width, scratch + y * width, width, 1);
    }
    for (size_t x = 0; x < width; x++) {
        resample_line(scratch + x, source_height, width, region.top, region.height,
                      out + x, height, width);
    }
}
