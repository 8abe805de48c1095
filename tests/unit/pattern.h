/* Images and rows that tests/reference/pattern.py makes too, and comparing arrays. */
#ifndef NUMERAL_TESTS_PATTERN_H
#define NUMERAL_TESTS_PATTERN_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static inline void make_pattern(size_t height, size_t width, bool ground, double *out)
{
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            long across = labs(3 * (long)x - 2 * (long)y - (long)width / 2);
            bool inside =
                across < (long)width && y > 0 && y < height - 1 && x > 0 && x < width - 1;
            size_t value = (x * 37 + y * 91 + x * y * 29) % 256;
            out[y * width + x] = !ground || inside ? (double)value : 0;
        }
    }
}

static inline void make_rows(size_t n, size_t dims, double *out)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < dims; j++) {
            size_t value = (i * 7919 + j * 104729 + i * j * 31 + i * i * 17) % 1009;
            out[i * dims + j] = (double)value / 1009.0;
        }
    }
}

static inline void assert_near(double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("found %.17g, expected %.17g", found, expected);
    }
}

static inline void assert_all_near(const double *found, const double *expected, size_t n,
                                   double tolerance)
{
    for (size_t i = 0; i < n; i++) {
        if (!(fabs(found[i] - expected[i]) <= tolerance)) {
            fail_msg("at %zu: found %.17g, expected %.17g", i, found[i], expected[i]);
        }
    }
}

#endif
