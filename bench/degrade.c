/* What bad pictures cost: digits as they are against the same digits scaled by 0.3 to 20
 * (log-uniform), in either polarity, shifted by up to 30 %, on shaded and noisy paper
 * (tests/unit/degrade.h), framed and read by the same models.
 *
 *     degrade [-train DATA] [-test DATA] [-n COUNT] [-scales LOW HIGH] [-sheet FILE.png]
 *             RECIPE...
 *
 * By default the last 10,000 rows of MNIST's training set are read by models of the first
 * 50,000: what is chosen by this is chosen without the test set. -sheet draws the first
 * 240 digits: as they are, and framed from the bad picture. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/model.h>

#include "base/threads.h"
#include "image/image_codec.h"
#include "tests/unit/degrade.h"

enum { BANDS = 8, SIDE = 28, PIXELS = SIDE * SIDE, SHEET_ROWS = 20, SHEET_COLUMNS = 12 };

static const double band_ends[BANDS] = {0.35, 0.4, 0.5, 0.7, 1, 2, 5, 20.01};

typedef struct job {
    const char *train, *test, *sheet;
    size_t n;
    double low, high;
    numeral_dataset rows, clean, bad;
    double *scales;
    numeral_registry *registry;
} job;

static void must(numeral_status status, const numeral_error *err)
{
    if (status != NUMERAL_OK) {
        fprintf(stderr, "degrade: %s\n", err->text);
        exit(1);
    }
}

static void make_bad(void *context, size_t begin, size_t end, int worker)
{
    job *j = context;
    (void)worker;
    for (size_t i = begin; i < end; i++) {
        numeral_random random = numeral_random_seed(2026, i);
        numeral_error err = {0};
        j->scales[i] = exp(degrade_between(&random, log(j->low), log(j->high)));
        numeral_image picture =
            degrade(j->clean.pixels + i * PIXELS, j->scales[i], &random);
        must(numeral_image_frame(&picture, SIDE, SIDE, j->bad.pixels + i * PIXELS, &err),
             &err);
        numeral_image_free(&picture);
    }
}

static void load(job *j)
{
    numeral_error err = {0};
    numeral_load options = {.split = NUMERAL_SPLIT_ALL, .need_labels = true};
    numeral_dataset all = {0};
    must(numeral_registry_create(&j->registry, &err), &err);
    must(numeral_dataset_load(j->train, &options, &j->rows, &err), &err);
    must(numeral_dataset_load(j->test, &options, &all, &err), &err);
    j->n = j->n < all.n_images ? j->n : all.n_images;
    size_t *ids = calloc(j->n, sizeof *ids);
    for (size_t i = 0; ids && i < j->n; i++) {
        ids[i] = i * all.n_images / j->n;
    }
    must(numeral_dataset_select(&all, ids, j->n, &j->clean, &err), &err);
    must(numeral_dataset_select(&all, ids, j->n, &j->bad, &err), &err);
    numeral_dataset_free(&all);
    free(ids);
    if (j->clean.height != SIDE || j->clean.width != SIDE) {
        fprintf(stderr, "degrade: needs digits of 28 × 28 pixels\n");
        exit(1);
    }
    j->bad.framed = true;
    j->scales = calloc(j->n, sizeof *j->scales);
    numeral_parallel_for(j->n, 16, 0, make_bad, j);
}

static void draw_sheet(const job *j)
{
    enum { STEP = 2 * SIDE + 6, WIDTH = SHEET_COLUMNS * STEP, ROW = SIDE + 4 };
    uint8_t *sheet = calloc((size_t)SHEET_ROWS * ROW, WIDTH);
    numeral_buffer png = {.max_bytes = 1 << 24};
    numeral_error err = {0};
    for (size_t i = 0; i < SHEET_ROWS * SHEET_COLUMNS && i < j->n; i++) {
        uint8_t *at = sheet + i / SHEET_COLUMNS * ROW * WIDTH + i % SHEET_COLUMNS * STEP;
        for (size_t y = 0; y < SIDE; y++) {
            memcpy(at + y * WIDTH, j->clean.pixels + i * PIXELS + y * SIDE, SIDE);
            memcpy(at + y * WIDTH + SIDE + 1, j->bad.pixels + i * PIXELS + y * SIDE,
                   SIDE);
        }
    }
    must(numeral_png_encode(sheet, SHEET_ROWS * ROW, WIDTH, &png, &err), &err);
    FILE *file = fopen(j->sheet, "wb");
    if (!file || fwrite(png.data, 1, png.size, file) != png.size || fclose(file)) {
        fprintf(stderr, "degrade: cannot write %s\n", j->sheet);
        exit(1);
    }
    numeral_buffer_free(&png);
    free(sheet);
}

static void report(const job *j, const char *text)
{
    numeral_error err = {0};
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    numeral_answers clean = {0}, bad = {0};
    numeral_run run = {0};
    must(numeral_recipe_parse(j->registry, text, &recipe, &err), &err);
    must(numeral_model_fit(recipe, &j->rows, 1, &run, &model, NULL, &err), &err);
    must(numeral_model_predict(model, &j->clean, &run, &clean, &err), &err);
    must(numeral_model_predict(model, &j->bad, &run, &bad, &err), &err);
    size_t n[BANDS + 1] = {0}, wrong[BANDS + 1] = {0}, worse[BANDS + 1] = {0};
    for (size_t i = 0; i < j->n; i++) {
        int band = 0;
        while (band < BANDS - 1 && j->scales[i] >= band_ends[band]) {
            band++;
        }
        for (int b = band; b <= BANDS; b += BANDS - band) {
            n[b]++;
            wrong[b] += clean.labels[i] != j->clean.labels[i];
            worse[b] += bad.labels[i] != j->clean.labels[i];
        }
    }
    printf("%s\n%14s %7s %9s %9s %8s\n", text, "scale", "digits", "clean %", "bad %",
           "loss");
    for (int b = 0; b <= BANDS; b++) {
        double count = n[b] ? (double)n[b] : 1;
        char band[32] = "all";
        if (b < BANDS) {
            snprintf(band, sizeof band, "%.2f..%.2f", b ? band_ends[b - 1] : j->low,
                     band_ends[b] < j->high ? band_ends[b] : j->high);
        }
        if (n[b]) {
            printf("%14s %7zu %9.2f %9.2f %8.2f\n", band, n[b],
                   100 - 100 * (double)wrong[b] / count,
                   100 - 100 * (double)worse[b] / count,
                   100 * ((double)worse[b] - (double)wrong[b]) / count);
        }
    }
    numeral_answers_free(&bad);
    numeral_answers_free(&clean);
    numeral_model_destroy(model);
    numeral_recipe_destroy(recipe);
}

int main(int argc, char **argv)
{
    job j = {.train = "mnist:train[0:50000]",
             .test = "mnist:train[50000:60000]",
             .n = 5000,
             .low = 0.3,
             .high = 20};
    int at = 1;
    for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
        if (strcmp(argv[at], "-train") == 0) {
            j.train = argv[at + 1];
        } else if (strcmp(argv[at], "-test") == 0) {
            j.test = argv[at + 1];
        } else if (strcmp(argv[at], "-sheet") == 0) {
            j.sheet = argv[at + 1];
        } else if (strcmp(argv[at], "-n") == 0) {
            j.n = strtoul(argv[at + 1], NULL, 10);
        } else if (strcmp(argv[at], "-scales") == 0 && at + 2 < argc) {
            j.low = strtod(argv[at + 1], NULL);
            j.high = strtod(argv[++at + 1], NULL);
        } else {
            break;
        }
    }
    if (j.n == 0 || j.low < 0.05 || !(j.low <= j.high && j.high <= 50) ||
        (at < argc && argv[at][0] == '-')) {
        fprintf(stderr, "usage: degrade [-train DATA] [-test DATA] [-n COUNT] "
                        "[-scales LOW HIGH] [-sheet FILE.png] RECIPE...\n");
        return 2;
    }
    load(&j);
    if (j.sheet) {
        draw_sheet(&j);
    }
    printf("%zu digits of %s, models of %s\n", j.n, j.test, j.train);
    for (; at < argc; at++) {
        report(&j, argv[at]);
    }
    numeral_dataset_free(&j.bad);
    numeral_dataset_free(&j.clean);
    numeral_dataset_free(&j.rows);
    numeral_registry_destroy(j.registry);
    free(j.scales);
    return 0;
}
