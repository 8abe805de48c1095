/* Digits of a set as other people bring them, framed by a model. */
#ifndef BENCH_BAD_DIGITS_H
#define BENCH_BAD_DIGITS_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/threads.h"
#include "model/model.h"
#include "tests/unit/degrade.h"

typedef struct bad_digits {
    const numeral_model *model;
    numeral_dataset *data;
} bad_digits;

static inline void bad_digits_make(void *context, size_t begin, size_t end, int worker)
{
    const bad_digits *j = context;
    size_t bytes = j->data->height * j->data->width;
    (void)worker;
    for (size_t i = begin; i < end; i++) {
        numeral_error err;
        uint8_t *digit = j->data->pixels + i * bytes;
        numeral_random random = numeral_random_seed(2027, i);
        double scale = exp(degrade_between(&random, log(0.3), log(8)));
        numeral_image picture = degrade(digit, scale, &random);
        if (numeral_model_frame_image(j->model, &picture, false, digit, NULL, &err) !=
            NUMERAL_OK) {
            fprintf(stderr, "%s\n", err.text);
            exit(1);
        }
        numeral_image_free(&picture);
    }
}

/* Makes every digit of a set of the model's size bad, with scale, polarity, shift, paper,
 * shading and noise (tests/unit/degrade.h), in place; the same for any threads. */
static inline void bad_digits_replace(const numeral_model *model, numeral_dataset *data)
{
    bad_digits job = {model, data};
    numeral_parallel_for(data->n_images, 16, 0, bad_digits_make, &job);
    data->framed = true;
}

#endif
