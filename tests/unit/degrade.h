/* Digits as other people bring them: a seeded generator of bad pictures from good ones.
 * Scale, polarity, shift, paper, shading and noise, for the test of framing. */
#ifndef TESTS_UNIT_DEGRADE_H
#define TESTS_UNIT_DEGRADE_H

#include <math.h>

#include <numeral/image.h>

#include "base/random.h"

static inline double degrade_between(numeral_random *random, double from, double to)
{
    return from + (to - from) * numeral_random_unit(random);
}

/* The digit's ink 0..1 at (y, x), bilinear between the centres of its pixels. */
static inline double degrade_ink(const uint8_t *digit, double y, double x)
{
    double fy = floor(y - 0.5), fx = floor(x - 0.5), sum = 0;
    for (int dy = 0; dy < 2; dy++) {
        for (int dx = 0; dx < 2; dx++) {
            int py = (int)fy + dy, px = (int)fx + dx;
            double wy = 1 - fabs(y - 0.5 - py), wx = 1 - fabs(x - 0.5 - px);
            if (py >= 0 && py < 28 && px >= 0 && px < 28) {
                sum += wy * wx * digit[py * 28 + px];
            }
        }
    }
    return sum / 255;
}

/* The mean ink over one pixel of the picture, by 4 × 4 samples where it shrinks. */
static inline double degrade_sample(const uint8_t *digit, double y, double x,
                                    double pitch)
{
    int n = pitch > 1 ? 4 : 1;
    double sum = 0;
    for (int i = 0; i < n * n; i++) {
        double dy = (i / n + 0.5) / n - 0.5, dx = (i % n + 0.5) / n - 0.5;
        sum += degrade_ink(digit, y + dy * pitch, x + dx * pitch);
    }
    return sum / (n * n);
}

/* `scale` times the digit's size, on a sheet 1.6 times as large, shifted by up to 30 % of
 * the digit's 28 pixels to each side; paper 180..245 with shading of 40 to 50 % across;
 * ink 75 to 95 % darker than the paper under it; noise of deviation 8 to 12; every second
 * picture inverted. */
static inline numeral_image degrade(const uint8_t *digit, double scale,
                                    numeral_random *random)
{
    size_t side = (size_t)(28 * scale * 1.6 + 0.5);
    numeral_image out = {0};
    numeral_image_create(side, side, &out, NULL);
    double top = degrade_between(random, 0, 0.6) * 28;
    double left = degrade_between(random, 0, 0.6) * 28;
    double paper = degrade_between(random, 180, 245),
           ink = degrade_between(random, 0.75, 0.95);
    double shade = degrade_between(random, 0.4, 0.5),
           noise = degrade_between(random, 8, 12);
    double angle = degrade_between(random, -1, 1), bend = degrade_between(random, 0, 0.3);
    double norm = 1 + fabs(angle) + bend;
    bool light = numeral_random_below(random, 2) == 1;
    for (size_t y = 0; y < side; y++) {
        for (size_t x = 0; x < side; x++) {
            double row = (double)y + 0.5, column = (double)x + 0.5;
            double u = column / (double)side, v = row / (double)side;
            double shadow = (u + (angle < 0 ? -angle * (1 - v) : angle * v) +
                             bend * 4 * (v - 0.5) * (v - 0.5)) /
                            norm;
            double covered = degrade_sample(digit, row / scale - top,
                                            column / scale - left, 1 / scale);
            double value = paper * (1 - shade * shadow) * (1 - ink * covered) +
                           noise * numeral_random_normal(random);
            value = value < 0 ? 0 : value > 255 ? 255 : value;
            out.pixels[y * side + x] = (uint8_t)(light ? 255 - value : value);
        }
    }
    return out;
}

#endif
