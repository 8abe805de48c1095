/* What is refused (docs/refusal.md): models of the first 50,000 rows of MNIST's training
 * set read the other 10,000 as they are, half of them made bad (tests/unit/degrade.h),
 * 5,000 drawn digits (pen), and things that are no digits
 * (src/model/background_images.h), made of the rows that the model has not seen and other
 * letters than it was fitted with. How often each is refused, in percent.
 *
 *     refusal PRESET...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/numeral.h>

#include "bench/bad_digits.h"
#include "model/background_images.h"

enum { PIXELS = 784, N_THINGS = 16000, KINDS = 16, OTHER_SEED = 2027 };

/* Kinds that lie side by side in each sixteen. */
typedef struct kind {
    const char *name;
    size_t first, count;
} kind;

static const kind kinds[] = {{"letters of the same shapes", 0, 2},
                             {"scribbles", 2, 2},
                             {"line drawings", 4, 2},
                             {"filled shapes", 6, 4},
                             {"silhouettes", 10, 2},
                             {"digits in the mirror", 12, 1},
                             {"digits turned", 13, 1},
                             {"parts of a digit", 14, 1},
                             {"two, or one and a part", 15, 1}};

static void must(numeral_status status, const numeral_error *err)
{
    if (status != NUMERAL_OK) {
        fprintf(stderr, "refusal: %s\n", err->text);
        exit(1);
    }
}

static void load(const char *text, numeral_dataset *out)
{
    numeral_error err;
    numeral_load options = {.split = NUMERAL_SPLIT_ALL, .need_labels = true};
    must(numeral_dataset_load(text, &options, out, &err), &err);
}

/* The share of images that are refused, of `kind`'s places in each KINDS. */
static double share(const numeral_answers *answers, const kind *of)
{
    size_t n = 0, refused = 0;
    for (size_t i = 0; i < answers->n; i++) {
        if (i % KINDS >= of->first && i % KINDS < of->first + of->count) {
            refused += answers->refused[i] != NUMERAL_REFUSED_NOT;
            n++;
        }
    }
    return 100.0 * (double)refused / (double)(n ? n : 1);
}

static void print_share(const char *name, const numeral_answers *answers, const kind *of)
{
    printf("  %-28s %6zu %8.2f %%\n", name, answers->n * of->count / KINDS,
           share(answers, of));
}

static void report(const numeral_model *model, const char *name,
                   const numeral_dataset *data)
{
    numeral_error err;
    numeral_answers answers = {0};
    must(numeral_model_predict(model, data, NULL, &answers, &err), &err);
    print_share(name, &answers, &(kind){name, 0, KINDS});
    numeral_answers_free(&answers);
}

static void report_things(const numeral_model *model, const numeral_dataset *held)
{
    numeral_error err;
    numeral_run run = {.threads = 0};
    numeral_model *plain = NULL;
    numeral_answers answers = {0};
    numeral_dataset things = *held;
    must(numeral_model_train(held, "pixels", &run, &plain, &err), &err);
    plain->seed = OTHER_SEED;
    things.pixels = calloc(N_THINGS, PIXELS);
    if (!things.pixels) {
        fprintf(stderr, "refusal: out of memory\n");
        exit(1);
    }
    things.n_images = N_THINGS;
    must(numeral_background_draw(plain, N_THINGS, &run, things.pixels, &err), &err);
    must(numeral_model_predict(model, &things, NULL, &answers, &err), &err);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        print_share(kinds[i].name, &answers, &kinds[i]);
    }
    numeral_answers_free(&answers);
    free(things.pixels);
    numeral_model_destroy(plain);
}

static void measure(const char *preset, const numeral_dataset *rows)
{
    numeral_error err;
    numeral_run run = {.threads = 0};
    numeral_model *model = NULL;
    numeral_dataset held = {0}, bad = {0}, pen = {0};
    load("mnist:train[50000:60000]", &held);
    load("mnist:train[50000:55000]", &bad);
    load("pen:train[0:5000]", &pen);
    must(numeral_model_train(rows, preset, &run, &model, &err), &err);
    printf("%s\n", preset);
    report(model, "digits left out", &held);
    bad_digits_replace(model, &bad);
    report(model, "the same, made bad", &bad);
    report(model, "drawn digits", &pen);
    report_things(model, &held);
    fflush(stdout);
    numeral_model_destroy(model);
    numeral_dataset_free(&held);
    numeral_dataset_free(&bad);
    numeral_dataset_free(&pen);
}

int main(int argc, char **argv)
{
    numeral_dataset rows = {0};
    if (argc < 2) {
        fprintf(stderr, "usage: refusal PRESET...\n");
        return 2;
    }
    load("mnist:train[0:50000]", &rows);
    for (int i = 1; i < argc; i++) {
        measure(argv[i], &rows);
    }
    numeral_dataset_free(&rows);
    return 0;
}
