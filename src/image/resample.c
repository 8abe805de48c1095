/* Each axis by itself: where it shrinks exact means over areas, where it grows cubic
 * interpolation (Keys 1981). What a pixel is made of is the same for all lines of an
 * axis, and found once. */
#include "image/resample.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* A pixel of the result: of n pixels of the source from `first` on, which lie in it; the
 * first and the last may lie in it in part only. */
typedef struct area {
    size_t first, n;
    double first_share, last_share, length;
} area;

static area area_of(size_t n, double from, double to)
{
    double begin = from < 0 ? 0 : from, end = to > (double)n ? (double)n : to;
    area out = {.length = to - from};
    if (end > begin) {
        double first = floor(begin), last = ceil(end) - 1;
        out.first = (size_t)first;
        out.n = (size_t)(last - first) + 1;
        out.first_share = (first + 1 < end ? first + 1 : end) - begin;
        out.last_share = end - last;
    }
    return out;
}

/* The mean over an area, pixels weighted by the part covered. */
static double mean_over(const double *line, const area *a)
{
    double sum = a->n ? a->first_share * line[a->first] : 0;
    for (size_t i = 1; i + 1 < a->n; i++) {
        sum += line[a->first + i];
    }
    sum += a->n > 1 ? a->last_share * line[a->first + a->n - 1] : 0;
    return sum / a->length;
}

/* A pixel of the result that lies between four of the source, of which the first has
 * number `first`, where there is such a one; t of the way from the second to the third.
 */
typedef struct between {
    ptrdiff_t first;
    double t;
} between;

/* Pixel i's centre is i + 1/2. */
static between between_at(double at)
{
    double base = floor(at - 0.5);
    return (between){(ptrdiff_t)base - 1, at - 0.5 - base};
}

/* Keys's cubic, a = -1/2. */
static inline double cubic(double p0, double p1, double p2, double p3, double t)
{
    double c1 = 0.5 * (p2 - p0), c2 = p0 - 2.5 * p1 + 2 * p2 - 0.5 * p3;
    double c3 = 0.5 * (p3 - p0) + 1.5 * (p1 - p2);
    double value = ((c3 * t + c2) * t + c1) * t + p1;
    return value < 0 ? 0 : value > 255 ? 255 : value;
}

/* Column x of the result, of all rows of the source. */
static void resample_column(const double *source, size_t height, size_t n, double from,
                            double pitch, double *out, size_t step)
{
    area a = area_of(n, from, from + pitch);
    between b = between_at(from + pitch / 2);
    bool inside = b.first >= 0 && (size_t)b.first + 4 <= n;
    for (size_t y = 0; y < height; y++) {
        const double *line = source + y * n;
        double p[4] = {0};
        if (pitch >= 1) {
            out[y * step] = mean_over(line, &a);
            continue;
        }
        for (ptrdiff_t i = 0; i < 4; i++) {
            ptrdiff_t at = b.first + i;
            p[i] = inside || (at >= 0 && (size_t)at < n) ? line[at] : 0;
        }
        out[y * step] = cubic(p[0], p[1], p[2], p[3], b.t);
    }
}

static void mean_of_rows(const double *rows, size_t width, const area *a, double *out)
{
    const double *row = rows + a->first * width;
    for (size_t x = 0; x < width; x++) {
        out[x] = a->n ? a->first_share * row[x] : 0;
    }
    for (size_t i = 1; i < a->n; i++) {
        double share = i + 1 < a->n ? 1 : a->last_share;
        row += width;
        for (size_t x = 0; x < width; x++) {
            out[x] += share * row[x];
        }
    }
    for (size_t x = 0; x < width; x++) {
        out[x] /= a->length;
    }
}

/* `zero` is a row of zeros, which stands for rows beyond the source. */
static void between_rows(const double *rows, size_t height, size_t width, between b,
                         const double *zero, double *out)
{
    const double *p[4];
    for (ptrdiff_t i = 0; i < 4; i++) {
        ptrdiff_t at = b.first + i;
        p[i] = at >= 0 && (size_t)at < height ? rows + (size_t)at * width : zero;
    }
    for (size_t x = 0; x < width; x++) {
        out[x] = cubic(p[0][x], p[1][x], p[2][x], p[3][x], b.t);
    }
}

/* The columns of the result, and a row of zeros. */
size_t numeral_resample_scratch(size_t source_height, size_t width)
{
    return (source_height + 1) * width;
}

void numeral_resample(const double *source, size_t source_height, size_t source_width,
                      numeral_region region, double *out, size_t height, size_t width,
                      double *scratch)
{
    double across = region.width / (double)width, down = region.height / (double)height;
    double *zero = scratch + source_height * width;
    memset(zero, 0, width * sizeof *zero);
    for (size_t x = 0; x < width; x++) {
        resample_column(source, source_height, source_width,
                        region.left + (double)x * across, across, scratch + x, width);
    }
    for (size_t y = 0; y < height; y++) {
        double from = region.top + (double)y * down;
        if (down >= 1) {
            area a = area_of(source_height, from, from + down);
            mean_of_rows(scratch, width, &a, out + y * width);
        } else {
            between_rows(scratch, source_height, width, between_at(from + down / 2), zero,
                         out + y * width);
        }
    }
}
