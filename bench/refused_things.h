/* Things that are no digits, by kind: those of the background
 * (src/model/background_images.h), made of rows that a model has not seen and drawn by
 * other random numbers than it was fitted with. */
#ifndef BENCH_REFUSED_THINGS_H
#define BENCH_REFUSED_THINGS_H

#include <stdio.h>
#include <stdlib.h>

#include <numeral/numeral.h>

#include "model/background_images.h"

enum { THING_PLACES = 16, N_THING_KINDS = 9 };

/* A kind has `count` places in each sixteen. */
typedef struct thing_kind {
    const char *name;
    size_t first, count;
} thing_kind;

static const thing_kind thing_kinds[N_THING_KINDS] = {
    {"letters of the same shapes", 0, 2},
    {"scribbles", 2, 2},
    {"line drawings", 4, 2},
    {"filled shapes", 6, 4},
    {"silhouettes", 10, 2},
    {"digits in the mirror", 12, 1},
    {"digits turned", 13, 1},
    {"parts of a digit", 14, 1},
    {"two, or one and a part", 15, 1}};

static inline bool thing_is(const thing_kind *kind, size_t number)
{
    size_t place = number % THING_PLACES;
    return place >= kind->first && place < kind->first + kind->count;
}

static inline void must(numeral_status status, const numeral_error *err)
{
    if (status != NUMERAL_OK) {
        fprintf(stderr, "%s\n", err->text);
        exit(1);
    }
}

static inline void *must_have(size_t n, size_t bytes)
{
    void *memory = calloc(n, bytes);
    if (!memory) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return memory;
}

static inline void load_set(const char *text, numeral_dataset *out)
{
    numeral_error err;
    numeral_load options = {.split = NUMERAL_SPLIT_ALL, .need_labels = true};
    must(numeral_dataset_load(text, &options, out, &err), &err);
}

/* n of them, the kinds in turn, of the images of `unseen`; `out` borrows its labels, and
 * its pixels are freed by the caller. */
static inline void draw_things(const numeral_dataset *unseen, size_t n,
                               numeral_dataset *out)
{
    enum { OTHER_SEED = 2027 };
    numeral_error err;
    numeral_run run = {.threads = 0};
    numeral_model *plain = NULL;
    must(numeral_model_train(unseen, "pixels", &run, &plain, &err), &err);
    plain->seed = OTHER_SEED;
    *out = *unseen;
    out->n_images = n;
    out->pixels = must_have(n, unseen->height * unseen->width);
    must(numeral_background_draw(plain, n, &run, out->pixels, &err), &err);
    numeral_model_destroy(plain);
}

#endif
