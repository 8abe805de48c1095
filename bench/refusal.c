/* What is refused (docs/refusal.md): models of the first 50,000 rows of MNIST's training
 * set read the other 10,000 as they are, half of them made bad (tests/unit/degrade.h),
 * 5,000 drawn digits (pen), and things that are no digits
 * (bench/refused_things.h). How often each is refused, in percent.
 *
 *     refusal PRESET...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/numeral.h>

#include "bench/bad_digits.h"
#include "bench/refused_things.h"

enum { N_THINGS = 16000 };

/* The share of images that are refused, of `kind`'s places in each THING_PLACES. */
static double share(const numeral_answers *answers, const thing_kind *of)
{
    size_t n = 0, refused = 0;
    for (size_t i = 0; i < answers->n; i++) {
        if (thing_is(of, i)) {
            refused += answers->refused[i] != NUMERAL_REFUSED_NOT;
            n++;
        }
    }
    return 100.0 * (double)refused / (double)(n ? n : 1);
}

static void print_share(const char *name, const numeral_answers *answers,
                        const thing_kind *of)
{
    printf("  %-28s %6zu %8.2f %%\n", name, answers->n * of->count / THING_PLACES,
           share(answers, of));
}

static void report(const numeral_model *model, const char *name,
                   const numeral_dataset *data)
{
    numeral_error err;
    numeral_answers answers = {0};
    must(numeral_model_predict(model, data, NULL, &answers, &err), &err);
    print_share(name, &answers, &(thing_kind){name, 0, THING_PLACES});
    numeral_answers_free(&answers);
}

static void report_things(const numeral_model *model, const numeral_dataset *held)
{
    numeral_error err;
    numeral_answers answers = {0};
    numeral_dataset things;
    draw_things(held, N_THINGS, &things);
    must(numeral_model_predict(model, &things, NULL, &answers, &err), &err);
    for (size_t i = 0; i < N_THING_KINDS; i++) {
        print_share(thing_kinds[i].name, &answers, &thing_kinds[i]);
    }
    numeral_answers_free(&answers);
    free(things.pixels);
}

static void measure(const char *preset, const numeral_dataset *rows)
{
    numeral_error err;
    numeral_run run = {.threads = 0};
    numeral_model *model = NULL;
    numeral_dataset held = {0}, bad = {0}, pen = {0};
    load_set("mnist:train[50000:60000]", &held);
    load_set("mnist:train[50000:55000]", &bad);
    load_set("pen:train[0:5000]", &pen);
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
    load_set("mnist:train[0:50000]", &rows);
    for (int i = 1; i < argc; i++) {
        measure(argv[i], &rows);
    }
    numeral_dataset_free(&rows);
    return 0;
}
