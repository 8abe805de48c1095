/* What bad pictures cost: digits as they are against the same digits scaled by 0.3 to 20
 * (log-uniform), in either polarity, shifted by up to 30 %, on shaded and noisy paper
 * (tests/unit/degrade.h), framed and read by the same models.
 *
 *     degrade [-train DATA] [-test DATA] [-n COUNT] [-scales LOW HIGH] [-sheet FILE.png]
 *             [-most-loss POINTS] RECIPE|PRESET...
 *
 * By default the last 10,000 rows of MNIST's training set are read by models of the first
 * 50,000: what is chosen by this is chosen without the test set. -sheet draws the first
 * 240 digits: as they are, and framed from the bad picture. Fails when a recipe loses
 * more than -most-loss of its accuracy. The proof on the test set (docs/framing.md):
 *
 *     degrade -train mnist:train -test mnist:test -n 10000 -most-loss 0.5 fast accurate
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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
    double *scales, *micros; /* of each digit: its scale, and what its framing took */
    double most_loss;        /* points; more is a failure */
    bool failed;
} job;

static void must(numeral_status status, const numeral_error *err)
{
    if (status != NUMERAL_OK) {
        fprintf(stderr, "degrade: %s\n", err->text);
        exit(1);
    }
}

/* Processor time of this thread, in microseconds. */
static double thread_micros(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e6 * (double)now.tv_sec + 1e-3 * (double)now.tv_nsec;
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
        double start = thread_micros();
        must(numeral_image_frame(&picture, SIDE, SIDE, j->bad.pixels + i * PIXELS, &err),
             &err);
        j->micros[i] = thread_micros() - start;
        numeral_image_free(&picture);
    }
}

static void load(job *j)
{
    numeral_error err = {0};
    numeral_load options = {.split = NUMERAL_SPLIT_ALL, .need_labels = true};
    numeral_dataset all = {0};
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
    j->micros = calloc(j->n, sizeof *j->micros);
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

typedef struct band {
    size_t n, clean_errors, bad_errors;
    double micros;
} band;

static int band_of(double scale)
{
    int at = 0;
    while (at < BANDS - 1 && scale >= band_ends[at]) {
        at++;
    }
    return at;
}

static double loss_of(const band *b)
{
    return 100 * ((double)b->bad_errors - (double)b->clean_errors) / (double)b->n;
}

static void print_band(const char *name, const band *b)
{
    double count = (double)b->n;
    printf("%14s %7zu %9.2f %9.2f %8.2f %13.0f\n", name, b->n,
           100 - 100 * (double)b->clean_errors / count,
           100 - 100 * (double)b->bad_errors / count, loss_of(b), b->micros / count);
}

static void print_table(const job *j, const char *text, const band bands[BANDS + 1])
{
    printf("%s\n%14s %7s %9s %9s %8s %13s\n", text, "scale", "digits", "clean %", "bad %",
           "loss", "framing, µs");
    for (int b = 0; b < BANDS; b++) {
        char name[32];
        snprintf(name, sizeof name, "%.2f..%.2f", b ? band_ends[b - 1] : j->low,
                 band_ends[b] < j->high ? band_ends[b] : j->high);
        if (bands[b].n) {
            print_band(name, &bands[b]);
        }
    }
    print_band("all", &bands[BANDS]);
}

static numeral_model *fit(const job *j, const char *text)
{
    numeral_error err = {0};
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    bool preset = numeral_registry_find(NULL, NUMERAL_KIND_PRESET, text);
    must(preset ? numeral_recipe_preset(NULL, text, &recipe, &err)
                : numeral_recipe_parse(NULL, text, &recipe, &err),
         &err);
    must(numeral_model_fit(recipe, &j->rows, 1, &(numeral_run){0}, &model, NULL, &err),
         &err);
    numeral_recipe_destroy(recipe);
    return model;
}

static void report(job *j, const char *text)
{
    numeral_error err = {0};
    numeral_model *model = fit(j, text);
    numeral_answers clean = {0}, bad = {0};
    numeral_run run = {0};
    must(numeral_model_predict(model, &j->clean, &run, &clean, &err), &err);
    must(numeral_model_predict(model, &j->bad, &run, &bad, &err), &err);
    band bands[BANDS + 1] = {{0}};
    for (size_t i = 0; i < j->n; i++) {
        int at = band_of(j->scales[i]);
        for (int b = at; b <= BANDS; b += BANDS - at) {
            bands[b].n++;
            bands[b].clean_errors += clean.labels[i] != j->clean.labels[i];
            bands[b].bad_errors += bad.labels[i] != j->clean.labels[i];
            bands[b].micros += j->micros[i];
        }
    }
    print_table(j, text, bands);
    if (loss_of(&bands[BANDS]) > j->most_loss) {
        fprintf(stderr, "degrade: %s loses %.2f points, at most %.2f expected\n", text,
                loss_of(&bands[BANDS]), j->most_loss);
        j->failed = true;
    }
    numeral_answers_free(&bad);
    numeral_answers_free(&clean);
    numeral_model_destroy(model);
}

int main(int argc, char **argv)
{
    job j = {.train = "mnist:train[0:50000]",
             .test = "mnist:train[50000:60000]",
             .n = 5000,
             .low = 0.3,
             .high = 20,
             .most_loss = 100};
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
        } else if (strcmp(argv[at], "-most-loss") == 0) {
            j.most_loss = strtod(argv[at + 1], NULL);
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
                        "[-scales LOW HIGH] [-sheet FILE.png] [-most-loss POINTS] "
                        "RECIPE|PRESET...\n");
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
    free(j.scales);
    free(j.micros);
    return j.failed;
}
