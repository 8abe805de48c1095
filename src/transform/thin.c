/* Thinning to lines one pixel wide (Zhang & Suen 1984, A fast parallel algorithm for
 * thinning digital patterns). Ink is what exceeds a level; lines are 255. */
#include "transform/transform_entries.h"

static const numeral_parameter thin_parameters[] = {
    {"level", NUMERAL_PARAMETER_REAL, 0, 254, 127, NULL,
     "grey level above which there is ink"},
};

static size_t thin_scratch(const double *parameters, size_t height, size_t width)
{
    (void)parameters;
    return height * width;
}

static int ink_at(const double *image, size_t height, size_t width, ptrdiff_t y,
                  ptrdiff_t x)
{
    return y >= 0 && x >= 0 && y < (ptrdiff_t)height && x < (ptrdiff_t)width &&
           image[(size_t)y * width + (size_t)x] > 0;
}

/* The eight neighbours, clockwise from the one above: P2 to P9 of the paper. */
static void neighbours_of(const double *image, size_t height, size_t width, size_t y,
                          size_t x, int p[8])
{
    static const ptrdiff_t down[8] = {-1, -1, 0, 1, 1, 1, 0, -1};
    static const ptrdiff_t across[8] = {0, 1, 1, 1, 0, -1, -1, -1};
    for (int i = 0; i < 8; i++) {
        p[i] = ink_at(image, height, width, (ptrdiff_t)y + down[i],
                      (ptrdiff_t)x + across[i]);
    }
}

static int may_go(const int p[8], int second_pass)
{
    /* B(P1) and A(P1): how many are ink, and how often ink begins on the way around */
    int count = 0, steps = 0;
    for (int i = 0; i < 8; i++) {
        count += p[i];
        steps += !p[i] && p[(i + 1) % 8];
    }
    if (count < 2 || count > 6 || steps != 1) {
        return 0;
    }
    const int up = p[0], right = p[2], low = p[4], left = p[6];
    return second_pass ? !(up && right && left) && !(up && low && left)
                       : !(up && right && low) && !(right && low && left);
}

/* One pass: marks in `marks`, then removes, so that no pixel sees another go; returns how
 * many went. */
static size_t thin_pass(double *image, size_t height, size_t width, int second_pass,
                        double *marks)
{
    size_t gone = 0;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            int p[8];
            neighbours_of(image, height, width, y, x, p);
            int goes = image[y * width + x] > 0 && may_go(p, second_pass);
            marks[y * width + x] = goes;
            gone += (size_t)goes;
        }
    }
    for (size_t i = 0; i < height * width && gone; i++) {
        image[i] = marks[i] > 0 ? 0 : image[i];
    }
    return gone;
}

static void thin_apply(const double *parameters, size_t height, size_t width,
                       const double *in, double *out, double *scratch)
{
    for (size_t i = 0; i < height * width; i++) {
        out[i] = in[i] > parameters[0] ? 255 : 0;
    }
    size_t gone;
    do {
        gone = thin_pass(out, height, width, 0, scratch);
        gone += thin_pass(out, height, width, 1, scratch);
    } while (gone);
}

const numeral_transform numeral_transform_thin = {
    .entry = {.name = "thin",
              .help = "thins the ink to lines one pixel wide",
              .source = "Zhang & Suen 1984",
              .parameters = thin_parameters,
              .n_parameters = sizeof thin_parameters / sizeof *thin_parameters},
    .scratch = thin_scratch,
    .apply = thin_apply,
};
