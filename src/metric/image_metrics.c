/* Metrics of images: vectors whose values are the grey levels of a square image, or of
 * one `width` pixels wide. Values are rounded to 0..255. The second image is the
 * reference: the first one's gradients are laid over it.
 *
 * idm: the total cost of the image distortion model (Keysers et al. 2007), an integer:
 * gradients matched pixel by pixel in 3 × 3 surroundings, each free to move by `warp`.
 * tangent: tangent distance (Simard, LeCun & Denker 1993).
 * Both keep their planes on the stack, which bounds the sides. */
#include "kernel/idm.h"
#include "metric/metric_entries.h"
#include "metric/tangent.h"

enum { WIDTH, WARP, SIDES = 1, SPRING };
enum { MAX_IDM_SIDE = 64, MAX_TANGENT_SIDE = 32 };
/* What numeral_idm_shape_make asks for at 64 × 64. */
enum { MAX_MAP_BYTES = 80 * 112 * 2, MAX_COSTS = 66 * 92, MAX_SCRATCH = 208 * 112 };

static bool find_sides(double given, size_t n_dims, size_t most, size_t *height,
                       size_t *width)
{
    *width = (size_t)given;
    while (given == 0 && *width * *width < n_dims) {
        ++*width;
    }
    *height = n_dims / *width;
    return *height * *width == n_dims && *height <= most && *width <= most &&
           (given != 0 || *height == *width);
}

static void to_grey(const double *values, size_t n, uint8_t *out)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = (uint8_t)(values[i] > 0 ? values[i] < 255 ? values[i] + 0.5 : 255 : 0);
    }
}

static bool idm_fits(const double *parameters, size_t n_dims)
{
    size_t height, width;
    return find_sides(parameters[WIDTH], n_dims, MAX_IDM_SIDE, &height, &width);
}

static double idm(const double *parameters, const double *a, const double *b,
                  size_t n_dims)
{
    _Alignas(64) int8_t query[MAX_MAP_BYTES], reference[MAX_MAP_BYTES];
    _Alignas(64) int16_t scratch[MAX_SCRATCH];
    uint8_t image[MAX_IDM_SIDE * MAX_IDM_SIDE] = {0};
    uint16_t cost[MAX_COSTS];
    size_t height, width;
    if (!find_sides(parameters[WIDTH], n_dims, MAX_IDM_SIDE, &height, &width)) {
        return 0;
    }
    const numeral_idm_kernels *kernels = numeral_idm_kernels_get(numeral_cpu_active());
    numeral_idm_shape shape = numeral_idm_shape_make(height, width);
    to_grey(a, n_dims, image);
    kernels->gradient(&shape, image, scratch, query);
    to_grey(b, n_dims, image);
    kernels->gradient(&shape, image, scratch, reference);
    return (double)kernels->cost_rows(&shape, query, reference, (int)parameters[WARP], 0,
                                      height + 2, cost);
}

static bool tangent_fits(const double *parameters, size_t n_dims)
{
    size_t height, width;
    return find_sides(parameters[WIDTH], n_dims, MAX_TANGENT_SIDE, &height, &width);
}

static double tangent(const double *parameters, const double *a, const double *b,
                      size_t n_dims)
{
    enum { PLANE = MAX_TANGENT_SIDE * MAX_TANGENT_SIDE };
    double first[(NUMERAL_TANGENTS + 1) * PLANE], second[(NUMERAL_TANGENTS + 1) * PLANE];
    double scratch[PLANE];
    uint8_t image[PLANE] = {0};
    size_t height, width;
    if (!find_sides(parameters[WIDTH], n_dims, MAX_TANGENT_SIDE, &height, &width)) {
        return 0;
    }
    to_grey(a, n_dims, image);
    numeral_tangent_prepare(image, height, width, scratch, first);
    to_grey(b, n_dims, image);
    numeral_tangent_prepare(image, height, width, scratch, second);
    return numeral_tangent_distance(first, second, numeral_tangent_plane(height, width),
                                    parameters[SIDES] == 2, parameters[SPRING], scratch);
}

static const numeral_parameter parameters_of_idm[] = {
    {"width", NUMERAL_PARAMETER_INTEGER, 0, MAX_IDM_SIDE, 0, NULL,
     "pixels of an image's row; 0: images are square"},
    {"warp", NUMERAL_PARAMETER_INTEGER, 0, NUMERAL_IDM_MAX_WARP, 2, NULL,
     "how far a pixel may move, in each direction"},
};

static const numeral_parameter parameters_of_tangent[] = {
    {"width", NUMERAL_PARAMETER_INTEGER, 0, MAX_TANGENT_SIDE, 0, NULL,
     "pixels of an image's row; 0: images are square"},
    {"sides", NUMERAL_PARAMETER_INTEGER, 1, 2, 2, NULL,
     "1: the first image alone is deformed; 2: both are"},
    {"spring", NUMERAL_PARAMETER_REAL, 0.000001, 100, 0.01, NULL, "price of deforming"},
};

const numeral_metric numeral_metric_idm = {
    .entry = {.name = "idm",
              .help = "image distortion model on pixels",
              .source = "Keysers, Deselaers, Gollan & Ney 2007",
              .parameters = parameters_of_idm,
              .n_parameters = sizeof parameters_of_idm / sizeof *parameters_of_idm},
    .family = NUMERAL_METRIC_GENERIC,
    .integer = true,
    .distance = idm,
    .fits = idm_fits,
    .needs = "pixels of images of at most 64 x 64, square or of the width given",
};

const numeral_metric numeral_metric_tangent = {
    .entry = {.name = "tangent",
              .help = "tangent distance on pixels",
              .source = "Simard, LeCun & Denker 1993",
              .parameters = parameters_of_tangent,
              .n_parameters =
                  sizeof parameters_of_tangent / sizeof *parameters_of_tangent},
    .family = NUMERAL_METRIC_GENERIC,
    .distance = tangent,
    .fits = tangent_fits,
    .needs = "pixels of images of at most 32 x 32, square or of the width given",
};
