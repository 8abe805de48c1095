/* Grey closing by a square (Serra 1982): the greatest value around each pixel, then the
 * least of these, rows and columns apart. Edges of shadows stay where they are, as a
 * closing keeps what is wider than its square; strokes are narrower. It is not smoothed,
 * which would turn such edges into ink. */
#include "framing/local.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

/* The square's side is a seventh of the longer side of the picture: wider than the
 * strokes of digits with a little ground around them, and small enough for the corners of
 * a shadow. */
enum { SHARE = 14, LEAST_REACH = 2 };

/* The greatest (sign 1) or least (-1) value within `reach` along a line of n pixels that
 * lie `step` apart. */
static void extreme(const double *in, size_t n, size_t step, size_t reach, double sign,
                    double *out)
{
    for (size_t i = 0; i < n; i++) {
        size_t from = i < reach ? 0 : i - reach, to = i + reach < n ? i + reach : n - 1;
        double best = in[from * step];
        for (size_t j = from + 1; j <= to; j++) {
            double value = in[j * step];
            best = sign * value > sign * best ? value : best;
        }
        out[i * step] = best;
    }
}

/* Rows, then columns; `in` may be `out`. */
static void filter(const double *in, size_t height, size_t width, size_t reach,
                   double sign, double *scratch, double *out)
{
    for (size_t y = 0; y < height; y++) {
        extreme(in + y * width, width, 1, reach, sign, scratch + y * width);
    }
    for (size_t x = 0; x < width; x++) {
        extreme(scratch + x, height, width, reach, sign, out + x);
    }
}

numeral_status numeral_ground_local(const double *values, size_t height, size_t width,
                                    double *ground, numeral_error *err)
{
    size_t reach = (height > width ? height : width) / SHARE;
    double *scratch = numeral_allocate(height * width, sizeof *scratch, err);
    if (!scratch) {
        return NUMERAL_ERROR_MEMORY;
    }
    reach = reach < LEAST_REACH ? LEAST_REACH : reach;
    filter(values, height, width, reach, 1, scratch, ground);
    filter(ground, height, width, reach, -1, scratch, ground);
    numeral_release(scratch);
    return NUMERAL_OK;
}
