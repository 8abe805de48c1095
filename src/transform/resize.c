/* Resizing with a triangle filter: bilinear where the image grows, and the filter widened
 * by the factor where it shrinks, so that every pixel counts; as Pillow's BILINEAR. */
#include "transform/transform_entries.h"

enum { RESIZE_HEIGHT, RESIZE_WIDTH };

static const numeral_parameter resize_parameters[] = {
    {"height", NUMERAL_PARAMETER_INTEGER, 1, 512, 20, NULL, "rows of the result"},
    {"width", NUMERAL_PARAMETER_INTEGER, 0, 512, 0, NULL,
     "columns of the result; 0: as many as rows"},
};

static void resize_shape(const double *parameters, size_t *height, size_t *width)
{
    *height = (size_t)parameters[RESIZE_HEIGHT];
    *width = (size_t)parameters[RESIZE_WIDTH];
    *width = *width ? *width : *height;
}

/* The image after its rows are resized, and the weights of one result pixel. */
static size_t resize_scratch(const double *parameters, size_t height, size_t width)
{
    size_t out_height, out_width;
    resize_shape(parameters, &out_height, &out_width);
    return height * out_width + (height > width ? height : width);
}

/* The inputs [first, first + n) that make up output `at`, with weights that sum to 1. */
static size_t make_taps(size_t in_size, size_t out_size, size_t at, size_t *first,
                        double *weights)
{
    double factor = (double)in_size / (double)out_size;
    double reach = factor > 1 ? factor : 1; /* half the triangle's base, in inputs */
    double centre = ((double)at + 0.5) * factor;
    double from = centre - reach + 0.5, to = centre + reach + 0.5;
    size_t begin = from > 0 ? (size_t)from : 0;
    size_t end = to < (double)in_size ? (size_t)to : in_size;
    double sum = 0;
    for (size_t i = begin; i < end; i++) {
        double distance = ((double)i + 0.5 - centre) / reach;
        double weight = 1 - (distance < 0 ? -distance : distance);
        weights[i - begin] = weight > 0 ? weight : 0;
        sum += weights[i - begin];
    }
    for (size_t i = begin; i < end; i++) {
        weights[i - begin] /= sum;
    }
    *first = begin;
    return end - begin;
}

/* Resizes `n_lines` lines, `line_step` apart, of values `step` apart. */
static void resize_lines(const double *in, size_t in_size, size_t in_step,
                         size_t in_line_step, size_t n_lines, double *out,
                         size_t out_size, size_t out_step, size_t out_line_step,
                         double *weights)
{
    for (size_t at = 0; at < out_size; at++) {
        size_t first, n = make_taps(in_size, out_size, at, &first, weights);
        for (size_t line = 0; line < n_lines; line++) {
            const double *from = in + line * in_line_step + first * in_step;
            double sum = 0;
            for (size_t i = 0; i < n; i++) {
                sum += weights[i] * from[i * in_step];
            }
            out[line * out_line_step + at * out_step] = sum;
        }
    }
}

static void resize_apply(const double *parameters, size_t height, size_t width,
                         const double *in, double *out, double *scratch)
{
    size_t out_height, out_width;
    resize_shape(parameters, &out_height, &out_width);
    double *weights = scratch + height * out_width;
    /* rows to their new length, then columns to theirs */
    resize_lines(in, width, 1, width, height, scratch, out_width, 1, out_width, weights);
    resize_lines(scratch, height, out_width, 1, out_width, out, out_height, out_width, 1,
                 weights);
}

const numeral_transform numeral_transform_resize = {
    .entry = {.name = "resize",
              .help = "resizes, averaging where the image shrinks",
              .source = "",
              .parameters = resize_parameters,
              .n_parameters = sizeof resize_parameters / sizeof *resize_parameters},
    .shape = resize_shape,
    .scratch = resize_scratch,
    .apply = resize_apply,
};
