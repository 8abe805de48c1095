/* Deskew: shears the ink upright about its centre of mass and moves that to the middle.
 *
 * With the ink's centre (mx, my) and α = cxy/cyy, not clipped, out(x, y) is the bilinear
 * in(x - cx + mx + α(y - cy), y - cy + my), (cx, cy) the middle of the frame. The
 * moment-based slant correction of Casey (1970), Moment Normalization of Handprinted
 * Characters. */
#include <string.h>

#include "transform/ink_moments.h"
#include "transform/transform_entries.h"

static void apply(const double *parameters, size_t height, size_t width, const double *in,
                  double *out, double *scratch)
{
    (void)parameters, (void)scratch;
    numeral_ink_moments m = numeral_ink_moments_of(in, height, width);
    if (m.mass == 0) {
        memset(out, 0, height * width * sizeof *out);
        return;
    }
    /* each place of the upright image fetches its pixel, so that none is left empty */
    double shear = numeral_ink_shear(&m);
    double cx = (double)(width - 1) / 2, cy = (double)(height - 1) / 2;
    for (size_t y = 0; y < height; y++) {
        double dy = (double)y - cy;
        for (size_t x = 0; x < width; x++) {
            out[y * width + x] = numeral_sample_bilinear(
                in, height, width, (double)x - cx + m.x + shear * dy, dy + m.y);
        }
    }
}

const numeral_transform numeral_transform_deskew = {
    .entry = {.name = "deskew",
              .help = "shears the ink upright and centres it by mass",
              .source = "Casey 1970"},
    .apply = apply,
};
