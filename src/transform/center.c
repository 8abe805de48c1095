/* Centring: moves the ink's centre of mass to the middle, between pixels where need be,
 * or the middle of the box around the ink, by whole pixels. */
#include <stdbool.h>
#include <string.h>

#include "transform/ink_moments.h"
#include "transform/transform_entries.h"

enum { CENTER_MASS, CENTER_BOX };

static const char *const center_choices[] = {"mass", "box", NULL};

static const numeral_parameter center_parameters[] = {
    {"by", NUMERAL_PARAMETER_CHOICE, CENTER_MASS, CENTER_BOX, CENTER_MASS, center_choices,
     "what is put in the middle"},
};

/* The first and last row and column that hold ink; false for a blank image. */
static bool find_box(const double *image, size_t height, size_t width, size_t *top,
                     size_t *bottom, size_t *left, size_t *right)
{
    bool found = false;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            if (image[y * width + x] > 0) {
                *top = found ? *top : y;
                *bottom = y;
                *left = found && *left < x ? *left : x;
                *right = found && *right > x ? *right : x;
                found = true;
            }
        }
    }
    return found;
}

/* How far the box moves along one axis: half the difference of its margins. */
static ptrdiff_t box_shift(size_t first, size_t last, size_t size)
{
    return ((ptrdiff_t)(size - 1 - last) - (ptrdiff_t)first) / 2;
}

static void center_box(size_t height, size_t width, const double *in, double *out)
{
    size_t top = 0, bottom = 0, left = 0, right = 0;
    memset(out, 0, height * width * sizeof *out);
    if (!find_box(in, height, width, &top, &bottom, &left, &right)) {
        return;
    }
    ptrdiff_t down = box_shift(top, bottom, height);
    ptrdiff_t across = box_shift(left, right, width);
    for (size_t y = top; y <= bottom; y++) {
        size_t to = (size_t)((ptrdiff_t)y + down) * width;
        memcpy(out + to + (size_t)((ptrdiff_t)left + across), in + y * width + left,
               (right - left + 1) * sizeof *out);
    }
}

static void center_mass(size_t height, size_t width, const double *in, double *out)
{
    numeral_ink_moments m = numeral_ink_moments_of(in, height, width);
    double dx = m.x - (double)(width - 1) / 2, dy = m.y - (double)(height - 1) / 2;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            out[y * width + x] =
                m.mass > 0 ? numeral_sample_bilinear(in, height, width, (double)x + dx,
                                                     (double)y + dy)
                           : 0;
        }
    }
}

static void center_apply(const double *parameters, size_t height, size_t width,
                         const double *in, double *out, double *scratch)
{
    (void)scratch;
    if ((int)parameters[0] == CENTER_BOX) {
        center_box(height, width, in, out);
    } else {
        center_mass(height, width, in, out);
    }
}

const numeral_transform numeral_transform_center = {
    .entry = {.name = "center",
              .help = "moves the ink to the middle of the frame",
              .source = "LeCun et al. 1998",
              .parameters = center_parameters,
              .n_parameters = sizeof center_parameters / sizeof *center_parameters},
    .apply = center_apply,
};
