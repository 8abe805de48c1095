/* Contrast: stretches the grey levels linearly, so that two of the image's percentiles
 * become 0 and 255, and clips the rest. An image of one level stays as it is. */
#include <string.h>

#include "transform/transform_entries.h"

enum { CONTRAST_LOW, CONTRAST_HIGH };

static const numeral_parameter contrast_parameters[] = {
    {"low", NUMERAL_PARAMETER_REAL, 0, 50, 0, NULL, "percentile that becomes 0"},
    {"high", NUMERAL_PARAMETER_REAL, 50, 100, 100, NULL, "percentile that becomes 255"},
};

static size_t contrast_scratch(const double *parameters, size_t height, size_t width)
{
    (void)parameters;
    return height * width;
}

static void sift_down(double *heap, size_t n, size_t at)
{
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && heap[child + 1] > heap[child]) {
            child++;
        }
        if (heap[at] >= heap[child]) {
            return;
        }
        double moved = heap[at];
        heap[at] = heap[child];
        heap[child] = moved;
    }
}

/* Heapsort (Williams 1964): in place, never slower than n·log n. */
static void sort_values(double *values, size_t n)
{
    for (size_t i = n / 2; i-- > 0;) {
        sift_down(values, n, i);
    }
    for (size_t end = n; end-- > 1;) {
        double largest = values[0];
        values[0] = values[end];
        values[end] = largest;
        sift_down(values, end, 0);
    }
}

/* Interpolated between the two nearest, as NumPy does. */
static double percentile(const double *sorted, size_t n, double percent)
{
    double place = percent / 100 * (double)(n - 1);
    size_t below = (size_t)place;
    size_t above = below + 1 < n ? below + 1 : below;
    double share = place - (double)below;
    return sorted[below] + (sorted[above] - sorted[below]) * share;
}

static void contrast_apply(const double *parameters, size_t height, size_t width,
                           const double *in, double *out, double *scratch)
{
    size_t n = height * width;
    memcpy(scratch, in, n * sizeof *in);
    sort_values(scratch, n);
    double low = percentile(scratch, n, parameters[CONTRAST_LOW]);
    double high = percentile(scratch, n, parameters[CONTRAST_HIGH]);
    if (!(high > low)) {
        memcpy(out, in, n * sizeof *out);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        double value = (in[i] - low) / (high - low);
        out[i] = value <= 0 ? 0 : value >= 1 ? 255 : 255 * value;
    }
}

const numeral_transform numeral_transform_contrast = {
    .entry = {.name = "contrast",
              .help = "stretches the grey levels to 0..255",
              .source = "",
              .parameters = contrast_parameters,
              .n_parameters = sizeof contrast_parameters / sizeof *contrast_parameters},
    .scratch = contrast_scratch,
    .apply = contrast_apply,
};
