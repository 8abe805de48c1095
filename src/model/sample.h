/* Training digits as if they were new: a sample of the model's rows, each with the
 * nearest others (leave-one-out: Lachenbruch & Mickey 1968). */
#ifndef NUMERAL_MODEL_SAMPLE_H
#define NUMERAL_MODEL_SAMPLE_H

#include "base/random.h"
#include "model/model.h"

typedef struct numeral_sample {
    size_t n, k;
    int64_t *rows;     /* n ids, ascending */
    int64_t *ids;      /* n × k of other rows, nearest first; -1 where there is none */
    double *distances; /* n × k, in the metric's units (l2: squared) */
} numeral_sample;

/* Takes at most `most` rows, one from each of as many shares of the model (`random` NULL:
 * the first of each), and finds k others for each. */
numeral_status numeral_sample_take(const numeral_model *model, size_t most, size_t k,
                                   numeral_random *random, const numeral_run *run,
                                   numeral_sample *out, numeral_error *err);
void numeral_sample_free(numeral_sample *sample);

/* How many others row number i of the sample has found, and, of more than 0, how far away
 * the last one is, as votes see it (l2: the root). */
size_t numeral_sample_found(const numeral_sample *sample, size_t i);
double numeral_sample_length(const numeral_model *model, const numeral_sample *sample,
                             size_t i);

#endif
