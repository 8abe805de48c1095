/* Gaussian blur: separable, cut off at 4σ (as SciPy's gaussian_filter: 6e-5 of the weight
 * lies beyond), weights normalised to 1, zero outside. σ is
 * meant for 28 pixels and grows with the image. */
#include "base/elementary.h"
#include "transform/transform_entries.h"

static const numeral_parameter blur_parameters[] = {
    {"sigma", NUMERAL_PARAMETER_REAL, 0.1, 10, 0.7, NULL,
     "standard deviation in pixels of a 28 x 28 image"},
};

static size_t blur_radius(double sigma)
{
    return (size_t)(4 * sigma + 0.5);
}

static double scaled_sigma(const double *parameters, size_t height, size_t width)
{
    return parameters[0] * (double)(height + width) / 56;
}

static size_t blur_scratch(const double *parameters, size_t height, size_t width)
{
    return height * width + blur_radius(scaled_sigma(parameters, height, width)) + 1;
}

/* weights[d] for a distance of d = 0 .. radius. */
static void make_weights(double sigma, size_t radius, double *weights)
{
    double sum = 0;
    for (size_t d = 0; d <= radius; d++) {
        weights[d] = numeral_exp(-0.5 * (double)(d * d) / (sigma * sigma));
        sum += d ? 2 * weights[d] : weights[d];
    }
    for (size_t d = 0; d <= radius; d++) {
        weights[d] /= sum;
    }
}

/* Blurs `n` values `step` apart. */
static void blur_line(const double *in, double *out, size_t n, size_t step,
                      const double *weights, size_t radius)
{
    for (size_t i = 0; i < n; i++) {
        double sum = weights[0] * in[i * step];
        for (size_t d = 1; d <= radius; d++) {
            double before = d <= i ? in[(i - d) * step] : 0;
            double after = d < n - i ? in[(i + d) * step] : 0;
            sum += weights[d] * (before + after);
        }
        out[i * step] = sum;
    }
}

static void blur_apply(const double *parameters, size_t height, size_t width,
                       const double *in, double *out, double *scratch)
{
    double sigma = scaled_sigma(parameters, height, width);
    size_t radius = blur_radius(sigma);
    double *weights = scratch + height * width;
    make_weights(sigma, radius, weights);
    /* down the columns into scratch, then along the rows */
    for (size_t x = 0; x < width; x++) {
        blur_line(in + x, scratch + x, height, width, weights, radius);
    }
    for (size_t y = 0; y < height; y++) {
        blur_line(scratch + y * width, out + y * width, width, 1, weights, radius);
    }
}

const numeral_transform numeral_transform_blur = {
    .entry = {.name = "blur",
              .help = "Gaussian blur",
              .source = "",
              .parameters = blur_parameters,
              .n_parameters = sizeof blur_parameters / sizeof *blur_parameters},
    .scratch = blur_scratch,
    .apply = blur_apply,
};
