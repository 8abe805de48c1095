/* One sample for each chart of the table, for the test that draws them all. */
#ifndef NUMERAL_TESTS_PLOT_SAMPLES_H
#define NUMERAL_TESTS_PLOT_SAMPLES_H

#include <math.h>
#include <string.h>

#include <numeral/tools/picture.h>

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

static const numeral_label sample_labels[N_SAMPLES] = {0, 1, 2, 3, 4, 5,
                                                       6, 7, 8, 9, 0, 1};
static const numeral_label sample_predicted[N_SAMPLES] = {0, 1, 2, 3, 4, 8,
                                                          6, 7, 8, 9, 0, 7};

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

/* Ten classes, most right, mistakes of all magnitudes. */
static const void *confusion_sample(void)
{
    static uint64_t counts[100];
    static numeral_confusion_matrix matrix = {
        .title = "Confusion: mnist:test read by pixels, k = 3",
        .subtitle = "9,705 of 10,000 right",
        .n_classes = 10,
        .labels = sample_labels,
        .counts = counts,
    };
    for (size_t i = 0; i < 100; i++) {
        size_t row = i / 10, column = i % 10;
        counts[i] = row == column ? 900 + 30 * row : (row * 7 + column * 3) % 11 % 7;
    }
    counts[49] = 22;
    return &matrix;
}

static const void *k_curve_sample(void)
{
    static const double k[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    static const double uniform[] = {3.09, 3.73, 2.95, 3.18, 3.12,
                                     3.23, 3.06, 3.3,  3.41, 3.35};
    static const double weighted[] = {3.09, 3.09, 2.83, 2.86, 3.09,
                                      2.99, 3.0,  2.94, 3.02, 3.16};
    static const numeral_series series[] = {
        {"uniform", "lowest 2.95 % at k = 3", 10, k, uniform},
        {"distance", "lowest 2.83 % at k = 3", 10, k, weighted},
    };
    static const numeral_curves curves = {
        .title = "Error against k",
        .subtitle = "mnist:train, leave-one-out, pixels, l2",
        .x_name = "k, neighbours that vote",
        .y_name = "error, %",
        .series = series,
        .n_series = 2,
    };
    return &curves;
}

static const void *calibration_sample(void)
{
    static const double confidence[] = {0,    0.15, 0,    0.36, 0.44,
                                        0.55, 0.66, 0.76, 0.87, 1};
    static const double accuracy[] = {0, 0, 0, 0.25, 0.5, 0.48, 0.61, 0.8, 0.89, 0.995};
    static const uint64_t counts[] = {0, 1, 0, 4, 20, 90, 160, 210, 615, 8900};
    static const numeral_calibration calibration = {
        .title = "Calibration: mnist:test read by pixels, k = 3",
        .n_bins = 10,
        .confidence = confidence,
        .accuracy = accuracy,
        .counts = counts,
        .ece = 0.0123,
    };
    return &calibration;
}

static const void *rejection_sample(void)
{
    static const double refused[] = {0, 0.01, 0.02, 0.05, 0.1, 0.2};
    static const double errors[] = {0.0295, 0.025, 0.0211, 0.012, 0.004, 0};
    static const numeral_rejection rejection = {
        .title = "Rejection: mnist:test read by pixels, k = 3",
        .n = 6,
        .refused = refused,
        .errors = errors,
    };
    return &rejection;
}

static numeral_digits sample_digits(size_t n)
{
    return (numeral_digits){sample_pixels(), n, SAMPLE_SIDE, SAMPLE_SIDE};
}

static const void *means_sample(void)
{
    static const uint64_t counts[] = {5923, 6742, 5958, 6131, 5842,
                                      5421, 5918, 6265, 5851, 5949};
    static numeral_class_means means = {
        .title = "Mean digits of mnist:train", .labels = sample_labels, .counts = counts};
    means.digits = sample_digits(10);
    return &means;
}

static const void *scores_sample(void)
{
    static const double precision[] = {0.967, 0.954, 0.982, 0.964, 0.976,
                                       0.965, 0.981, 0.961, 0.987, 0.956};
    static const double recall[] = {0.992, 0.997, 0.966, 0.967, 0.967,
                                    0.963, 0.986, 0.964, 0.945, 0.956};
    static const double f1[] = {0.979, 0.975, 0.974, 0.966, 0.972,
                                0.964, 0.983, 0.963, 0.965, 0.956};
    static const uint64_t support[] = {980, 1135, 1032, 1010, 982,
                                       892, 958,  1028, 974,  1009};
    static const numeral_class_scores scores = {
        .title = "Scores of each digit: mnist:test read by pixels",
        .n_classes = 10,
        .labels = sample_labels,
        .precision = precision,
        .recall = recall,
        .f1 = f1,
        .support = support,
    };
    return &scores;
}

static const void *decision_sample(void)
{
    static numeral_named_image steps[] = {
        {"as given", NULL, SAMPLE_SIDE, SAMPLE_SIDE, false},
        {"framed", NULL, SAMPLE_SIDE, SAMPLE_SIDE, false},
        {"deskewed", NULL, SAMPLE_SIDE, SAMPLE_SIDE, false}};
    static const double distances[] = {1042301, 1100021, 1200000, 1300123.5, 1400000,
                                       1500000, 1600000, 1700000, 1.8e6};
    static const double weights[] = {0.2, 0.15, 0.15, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05};
    static const int64_t rows[] = {59999, 1, 22, 333, 4444, 5, 6, 7, 8};
    static const numeral_label classes[] = {0, 1, 2, 3};
    static const double votes[] = {0.65, 0, 0.25, 0.1};
    static const char *const cells[] = {"score", "2",   "0",    "idm=moments", "10,241",
                                        "8,112", "sum", "9.23", "9.00"};
    static const numeral_figures figures = {3, 3, cells};
    static const numeral_paragraph paragraphs[] = {
        {"The vote", "Each neighbour has one vote.", NULL},
        {"The second look",
         "The gate: 20 nearest rows of one label would settle it, but only the first 15 "
         "have label 9. The 3 nearest of each class are at a mean distance of 4763.7 for "
         "9 and 7130.7 for 8, 1.10 times as far; 1.3 times or more settles it.",
         &figures}};
    static int16_t difference[SAMPLE_SIDE * SAMPLE_SIDE];
    static numeral_digit_difference comparisons[] = {
        {.name = "nearest 0", .note = "row 59999, distance 1,042,301", .agrees = true},
        {.name = "nearest 2", .note = "row 22, distance 1,200,000"}};
    static numeral_decision decision = {
        .n_comparisons = 2,
        .comparisons = comparisons,
        .n_paragraphs = 2,
        .paragraphs = paragraphs,
        .title = "mnist:test[115] was read as 0",
        .subtitle = "True label 2; recipe pixels -k 9",
        .steps = steps,
        .n_steps = 3,
        .labels = sample_labels,
        .distances = distances,
        .weights = weights,
        .rows = rows,
        .n_classes = 4,
        .classes = classes,
        .votes = votes,
    };
    for (size_t i = 0; i < 3; i++) {
        steps[i].pixels = sample_pixels() + i * SAMPLE_SIDE * SAMPLE_SIDE;
    }
    for (size_t i = 0; i < 2; i++) {
        comparisons[i].pixels = sample_pixels() + i * SAMPLE_SIDE * SAMPLE_SIDE;
        comparisons[i].height = comparisons[i].width = SAMPLE_SIDE;
        comparisons[i].difference = difference;
        comparisons[i].difference_height = SAMPLE_SIDE;
        comparisons[i].difference_width = SAMPLE_SIDE;
    }
    for (int i = 0; i < SAMPLE_SIDE * SAMPLE_SIDE; i++) {
        difference[i] = (int16_t)(i % 511 - 255);
    }
    decision.neighbours = sample_digits(9);
    return &decision;
}

static const void *map_sample(void)
{
    static const double x[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    static const double y[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};
    static numeral_map map = {.title = "Map of 12 digits",
                              .subtitle = "Two principal components",
                              .n = N_SAMPLES,
                              .x = x,
                              .y = y,
                              .labels = sample_labels};
    map.digits = sample_digits(N_SAMPLES);
    return &map;
}

static const void *planes_sample(void)
{
    static double values[4 * 49];
    static const char *const names[] = {"0°", "45°", "90°", "135°"};
    static const numeral_planes planes = {.title = "Gradient planes of one digit",
                                          .n = 4,
                                          .height = 7,
                                          .width = 7,
                                          .values = values,
                                          .names = names};
    for (int i = 0; i < 4 * 49; i++) {
        values[i] = i % 11 - 5.0;
    }
    return &planes;
}

static const void *page_sample(void)
{
    static uint8_t pixels[90 * 120];
    static const numeral_mark marks[] = {{40, 10, 70, 30, "7", "0.99", false},
                                         {40, 80, 70, 110, "?", NULL, true}};
    static const numeral_marked_page page = {
        "scan.png", "1 line, 2 digits", 90, 120, pixels, marks, 2};
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i] = (uint8_t)(i % 251);
    }
    return &page;
}

static const void *stages_sample(void)
{
    static double numbers[400];
    static numeral_planes groups[4];
    static const numeral_stages stages = {.title = "Features of one digit",
                                          .subtitle = "deskew,gradient,pca=32",
                                          .n_groups = 4,
                                          .groups = groups};
    for (int i = 0; i < 400; i++) {
        numbers[i] = i % 13 - 4.0;
    }
    groups[0] = *(const numeral_planes *)planes_sample();
    groups[1] = (numeral_planes){
        .title = "pca=32", .n = 1, .height = 1, .width = 32, .values = numbers};
    groups[2] = (numeral_planes){
        .subtitle = "many numbers", .n = 2, .height = 1, .width = 200, .values = numbers};
    groups[3] = (numeral_planes){.n = 2, .height = 7, .width = 15, .values = numbers};
    return &stages;
}

static const void *examination_sample(void)
{
    static numeral_named_image steps[] = {
        {"as read", NULL, SAMPLE_SIDE, SAMPLE_SIDE, true},
        {"ink alone", NULL, SAMPLE_SIDE, SAMPLE_SIDE, false},
        {"centred", NULL, SAMPLE_SIDE, SAMPLE_SIDE, false}};
    static const numeral_gauge gauges[] = {
        {"size", "80, usual: 9 and more", 80, 9, INFINITY, false, false, NULL},
        {"polarity", "0.21, usual: up to 1", 0.21, -INFINITY, 1, false, false, NULL},
        {"stroke width", "1.2, usual: 1.6 to 5.2", 1.2, 1.6, 5.2, true, false,
         "Its strokes are thinner than any it was trained on. Use a thicker pen, or "
         "write "
         "smaller with the same one."}};
    static numeral_examination examination = {
        .title = "photo.png is read as 5: one thing looks wrong",
        .subtitle = "Read by digits.model",
        .steps = steps,
        .n_steps = 3,
        .means = steps + 1,
        .n_means = 2,
        .gauges = gauges,
        .n_gauges = 3,
    };
    for (size_t i = 0; i < 3; i++) {
        steps[i].pixels = sample_pixels() + i * SAMPLE_SIDE * SAMPLE_SIDE;
    }
    return &examination;
}

/* The struct that the chart of this name draws; NULL where there is none. */
static const void *sample_of(const char *chart)
{
    static const struct {
        const char *name;
        const void *(*sample)(void);
    } samples[] = {
        {"grid", grid_sample},
        {"confusion", confusion_sample},
        {"k-curve", k_curve_sample},
        {"calibration", calibration_sample},
        {"rejection", rejection_sample},
        {"means", means_sample},
        {"scores", scores_sample},
        {"why", decision_sample},
        {"map", map_sample},
        {"features", planes_sample},
        {"doctor", examination_sample},
        {"stages", stages_sample},
        {"page", page_sample},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        if (strcmp(samples[i].name, chart) == 0) {
            return samples[i].sample();
        }
    }
    return NULL;
}

#endif
