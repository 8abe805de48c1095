/* The second look: which digits the gate leaves open, and what the re-rankers say of
 * those that are hard. The reader takes it; explanations look over its shoulder. */
#ifndef NUMERAL_MODEL_SECOND_LOOK_H
#define NUMERAL_MODEL_SECOND_LOOK_H

#include "base/tensors.h"
#include "model/model.h"

/* How many neighbours the gate wants to see of every digit, and how many candidates the
 * re-rankers of an open one; 0 without a cascade. */
size_t numeral_second_look_k(const numeral_model *model);
size_t numeral_second_look_candidates(const numeral_model *model);

/* What workers take a second look with. */
typedef struct numeral_look {
    const numeral_model *model;
    numeral_rerank_base base;
    /* of each worker: the views of a digit, the cascade's own, and scores */
    size_t bytes, views, own;
    uint8_t *scratch;
} numeral_look;

numeral_status numeral_look_create(const numeral_model *model, size_t workers,
                                   numeral_look *out, numeral_error *err);
void numeral_look_free(numeral_look *look);

/* Whether the n nearest rows leave a digit open: it is to be searched again, for the
 * candidates. */
bool numeral_look_is_open(const numeral_look *look, size_t n, const int64_t *ids);

/* The scratch that the gate and re-rankers may use. */
void *numeral_look_scratch(const numeral_look *look, int worker);

/* Gives the digit the views of its image or, `image` NULL, of row `row`, until the
 * worker's next call; returns the scratch that re-rankers may use. */
void *numeral_look_lay_views(const numeral_look *look, const uint8_t *image, int64_t row,
                             int worker, numeral_rerank_digit *digit);

/* Whether a digit that has its candidates is hard. Then it gets its winner, and its votes
 * (if not NULL): scores turned to shares that sum to 1. */
bool numeral_look_decide(const numeral_look *look, const uint8_t *image, int64_t row,
                         int worker, numeral_rerank_digit *digit, uint16_t *winner,
                         double *votes);

/* Makes the views and estimates the units that re-rankers need. */
numeral_status numeral_second_look_fit(numeral_model *model, const uint8_t *images,
                                       const numeral_run *run, numeral_error *err);
/* Lists, and takes from checked tensors, what fitting made. */
numeral_status numeral_second_look_save(const numeral_model *model,
                                        numeral_tensors *tensors, numeral_error *err);
numeral_status numeral_second_look_load(numeral_model *model,
                                        const numeral_tensors *tensors,
                                        numeral_error *err);

#endif
