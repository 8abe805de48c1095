/* Slant removal: shears the ink upright about its own centre of mass, where it stands; as
 * deskew, but neither moved nor sheared beyond a limit. */
#include "transform/ink_moments.h"
#include "transform/transform_entries.h"

static const numeral_parameter slant_parameters[] = {
    {"limit", NUMERAL_PARAMETER_REAL, 0, 4, 1, NULL,
     "largest shear, across for each pixel down"},
};

static void slant_apply(const double *parameters, size_t height, size_t width,
                        const double *in, double *out, double *scratch)
{
    (void)scratch;
    numeral_ink_moments m = numeral_ink_moments_of(in, height, width);
    double limit = parameters[0], shear = numeral_ink_shear(&m);
    shear = shear > limit ? limit : shear < -limit ? -limit : shear;
    for (size_t y = 0; y < height; y++) {
        double shift = shear * ((double)y - m.y);
        for (size_t x = 0; x < width; x++) {
            out[y * width + x] =
                numeral_sample_bilinear(in, height, width, (double)x + shift, (double)y);
        }
    }
}

const numeral_transform numeral_transform_slant = {
    .entry = {.name = "slant",
              .help = "shears the ink upright where it stands",
              .source = "Casey 1970",
              .parameters = slant_parameters,
              .n_parameters = sizeof slant_parameters / sizeof *slant_parameters},
    .apply = slant_apply,
};
