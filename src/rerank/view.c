/* Views: `deskew` is the transform of that name, rounded to grey levels; `moments` also
 * brings the upright digit to a usual size: a deviation of 4.4/28 of the width across and
 * 5.6/28 of the height along, scaled by 1/1.6 to 1.6 (moment normalisation, Casey 1970).
 * MNIST's digits have 3.4 and 5.4 on average: narrow ones are spread. Both are out(x, y)
 * = bilinear in(mx + sx·X + α·sy·Y, my + sy·Y), with the ink's centre (mx, my) and shear
 * α, and X and Y counted from the middle of the frame. */
#include "rerank/view.h"

#include <math.h>
#include <string.h>

#include "transform/ink_moments.h"

const char *const numeral_view_names[] = {"raw", "deskew", "moments", NULL};

static double scale(double variance, double usual)
{
    double value = sqrt(variance > 0 ? variance : 0) / usual;
    return value < 1 / 1.6 ? 1 / 1.6 : value > 1.6 ? 1.6 : value;
}

static void resample(const double *plane, const numeral_ink_moments *m, size_t height,
                     size_t width, double scale_x, double scale_y, uint8_t *out)
{
    double shear = numeral_ink_shear(m);
    double middle_x = (double)(width - 1) / 2, middle_y = (double)(height - 1) / 2;
    for (size_t y = 0; y < height; y++) {
        double down = scale_y * ((double)y - middle_y);
        for (size_t x = 0; x < width; x++) {
            double across = scale_x * ((double)x - middle_x) + m->x + shear * down;
            double value =
                numeral_sample_bilinear(plane, height, width, across, down + m->y);
            out[y * width + x] = (uint8_t)(value + 0.5);
        }
    }
}

void numeral_view_make(numeral_view view, const uint8_t *image, size_t height,
                       size_t width, double *scratch, uint8_t *out)
{
    for (size_t i = 0; i < height * width; i++) {
        scratch[i] = image[i];
    }
    numeral_ink_moments m = numeral_ink_moments_of(scratch, height, width);
    if (view == NUMERAL_VIEW_RAW || m.mass == 0) {
        memcpy(out, image, height * width);
        return;
    }
    double scale_x = 1, scale_y = 1;
    if (view == NUMERAL_VIEW_MOMENTS) {
        double upright = (m.cxx - numeral_ink_shear(&m) * m.cxy) / m.mass;
        scale_x = scale(upright, 4.4 / 28 * (double)width);
        scale_y = scale(m.cyy / m.mass, 5.6 / 28 * (double)height);
    }
    resample(scratch, &m, height, width, scale_x, scale_y, out);
}
