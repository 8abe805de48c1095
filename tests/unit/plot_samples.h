/* One sample for each chart of the table, for the test that draws them all. */
#ifndef NUMERAL_TESTS_PLOT_SAMPLES_H
#define NUMERAL_TESTS_PLOT_SAMPLES_H

#include <string.h>

#include <numeral/picture.h>

enum { N_SAMPLES = 12, SAMPLE_SIDE = 28 };

/* Rings and strokes that stand for digits: image i is a ring of radius 3 + i % 8. */
static const uint8_t *sample_pixels(void)
{
    static uint8_t pixels[N_SAMPLES * SAMPLE_SIDE * SAMPLE_SIDE];
    for (int i = 0; i < N_SAMPLES * SAMPLE_SIDE * SAMPLE_SIDE; i++) {
        int x = i % SAMPLE_SIDE - 14, y = i / SAMPLE_SIDE % SAMPLE_SIDE - 14;
        int radius = 3 + i / (SAMPLE_SIDE * SAMPLE_SIDE) % 8;
        int off = x * x + y * y - radius * radius;
        off = off < 0 ? -off : off;
        pixels[i] = (uint8_t)(off < 3 * radius ? 255 - 60 * off / radius : 0);
    }
    return pixels;
}

static const uint8_t sample_labels[N_SAMPLES] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1};
static const uint8_t sample_predicted[N_SAMPLES] = {0, 1, 2, 3, 4, 8, 6, 7, 8, 9, 0, 7};

static const void *grid_sample(void)
{
    static numeral_grid grid = {
        .title = "12 digits",
        .subtitle = "Rings that stand for digits",
        .labels = sample_labels,
        .predicted = sample_predicted,
    };
    grid.digits = (numeral_digits){sample_pixels(), N_SAMPLES, SAMPLE_SIDE, SAMPLE_SIDE};
    return &grid;
}

/* The struct that the chart of this name draws; NULL where there is none. */
static const void *sample_of(const char *chart)
{
    static const struct {
        const char *name;
        const void *(*sample)(void);
    } samples[] = {
        {"grid", grid_sample},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        if (strcmp(samples[i].name, chart) == 0) {
            return samples[i].sample();
        }
    }
    return NULL;
}

#endif
