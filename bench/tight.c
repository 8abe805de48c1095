/* What tight crops cost: digits cut out along their ink and reduced to 16 x 16 pixels, or
 * to 8 x 8 of 17 greys, as sets of other people are. Models of the first 50,000 rows of
 * MNIST's training set read the other 10,000 as they are, cut out and read as a set,
 * which tells how it was made, and picture by picture.
 *
 *     tight PRESET...
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <numeral/numeral.h>

#include "image/resample.h"
#include "model/model.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE, INK = 60 };

static void must(numeral_status status, const numeral_error *err)
{
    if (status != NUMERAL_OK) {
        fprintf(stderr, "tight: %s\n", err->text);
        exit(1);
    }
}

static void *must_allocate(size_t n, size_t bytes)
{
    void *out = calloc(n, bytes);
    if (!out) {
        fprintf(stderr, "tight: out of memory\n");
        exit(1);
    }
    return out;
}

static void load(const char *text, numeral_dataset *out)
{
    numeral_error err;
    numeral_load options = {.split = NUMERAL_SPLIT_ALL, .need_labels = true};
    must(numeral_dataset_load(text, &options, out, &err), &err);
}

/* The square around the ink, which touches two of its edges at least. */
static numeral_region square_around(const uint8_t *digit)
{
    size_t top = SIDE, left = SIDE, bottom = 1, right = 1;
    for (size_t i = 0; i < PIXELS; i++) {
        if (digit[i] > INK) {
            top = i / SIDE < top ? i / SIDE : top;
            left = i % SIDE < left ? i % SIDE : left;
            bottom = i / SIDE + 1;
            right = i % SIDE + 1 > right ? i % SIDE + 1 : right;
        }
    }
    double height = (double)bottom - (double)top, width = (double)right - (double)left;
    double side = fmax(height, width);
    return (numeral_region){(double)top - (side - height) / 2,
                            (double)left - (side - width) / 2, side, side};
}

/* The digits cut out and reduced, with levels from 0 to `white`. */
static numeral_dataset cut_out(const numeral_dataset *data, size_t side, double white)
{
    numeral_dataset out = *data;
    double *values = must_allocate(PIXELS, sizeof *values);
    double *small = must_allocate(side * side, sizeof *small);
    double *scratch =
        must_allocate(numeral_resample_scratch(SIDE, side), sizeof *scratch);
    out.height = out.width = side;
    out.pixels = must_allocate(data->n_images, side * side);
    for (size_t i = 0; i < data->n_images; i++) {
        const uint8_t *digit = data->pixels + i * PIXELS;
        for (size_t p = 0; p < PIXELS; p++) {
            values[p] = digit[p] > 127 ? 255 : 0; /* as scanned forms have it */
        }
        numeral_resample(values, SIDE, SIDE, square_around(digit), small, side, side,
                         scratch);
        for (size_t p = 0; p < side * side; p++) {
            out.pixels[i * side * side + p] = (uint8_t)(small[p] * white / 255 + 0.5);
        }
    }
    free(values);
    free(small);
    free(scratch);
    return out;
}

static void report(const numeral_model *model, const char *name,
                   const numeral_dataset *data)
{
    numeral_error err;
    numeral_answers answers = {0};
    size_t wrong = 0, refused = 0;
    must(numeral_model_predict(model, data, NULL, &answers, &err), &err);
    for (size_t i = 0; i < answers.n; i++) {
        wrong += answers.labels[i] != data->labels[i];
        refused += answers.refused[i] != 0;
    }
    printf("  %-34s %6zu wrong %6zu refused\n", name, wrong, refused);
    fflush(stdout);
    numeral_answers_free(&answers);
}

/* Each framed without what its set tells. */
static void report_alone(const numeral_model *model, const char *name,
                         const numeral_dataset *data)
{
    numeral_error err;
    numeral_dataset framed = *data;
    framed.height = framed.width = SIDE;
    framed.framed = true;
    framed.pixels = must_allocate(data->n_images, PIXELS);
    for (size_t i = 0; i < data->n_images; i++) {
        numeral_image picture = {data->height, data->width,
                                 data->pixels + i * data->height * data->width};
        must(numeral_model_frame_image(model, &picture, false, framed.pixels + i * PIXELS,
                                       NULL, &err),
             &err);
    }
    report(model, name, &framed);
    free(framed.pixels);
}

static void measure(const char *preset, const numeral_dataset *rows,
                    const numeral_dataset *held)
{
    numeral_error err;
    numeral_run run = {.threads = 0};
    numeral_model *model = NULL;
    must(numeral_model_train(rows, preset, &run, &model, &err), &err);
    numeral_dataset middle = cut_out(held, 16, 255), small = cut_out(held, 8, 255);
    numeral_dataset few = cut_out(held, 8, 16);
    printf("%s\n", preset);
    report(model, "as they are", held);
    report(model, "16 x 16, a set", &middle);
    report_alone(model, "16 x 16, each alone", &middle);
    report(model, "8 x 8, a set of levels 0 to 16", &few);
    report_alone(model, "8 x 8, each alone", &small);
    numeral_model_destroy(model);
    free(middle.pixels);
    free(small.pixels);
    free(few.pixels);
}

int main(int argc, char **argv)
{
    numeral_dataset rows = {0}, held = {0};
    if (argc < 2) {
        fprintf(stderr, "usage: tight PRESET...\n");
        return 2;
    }
    load("mnist:train[0:50000]", &rows);
    load("mnist:train[50000:60000]", &held);
    for (int i = 1; i < argc; i++) {
        measure(argv[i], &rows, &held);
    }
    numeral_dataset_free(&rows);
    numeral_dataset_free(&held);
    return 0;
}
