/* The cascade in a model: the hard digits of a block are searched for more candidates and
 * re-ranked. */
#ifndef NUMERAL_MODEL_SECOND_LOOK_H
#define NUMERAL_MODEL_SECOND_LOOK_H

#include "base/tensors.h"
#include "model/model.h"

/* How many neighbours the gate wants to see of every digit; 0 without a cascade. */
size_t numeral_second_look_k(const numeral_model *model);

/* Makes the views and estimates the units that re-rankers need. */
numeral_status numeral_second_look_fit(numeral_model *model, const uint8_t *images,
                                       const numeral_run *run, numeral_error *err);
/* Lists, and takes from checked tensors, what fitting made. */
numeral_status numeral_second_look_save(const numeral_model *model,
                                        numeral_tensors *tensors, numeral_error *err);
numeral_status numeral_second_look_load(numeral_model *model,
                                        const numeral_tensors *tensors,
                                        numeral_error *err);

/* A block of digits with their nearest `k` rows each. Hard digits get new votes (scores
 * turned to shares that sum to 1); `hard`, n flags, says which. */
typedef struct numeral_look {
    size_t n, k;
    const uint8_t *images;
    const uint8_t *rows; /* of the index's dtype, `stride` bytes apart */
    size_t stride;
    const int64_t *ids;
    const double *distances;
    const int64_t *leave_out; /* the row that each digit is, or NULL */
    double *votes;            /* n × n_classes, or NULL: winners alone */
    uint8_t *winners;         /* n class numbers */
    bool *hard;
} numeral_look;

/* All that the second look at one digit computes. The caller allocates the arrays. */
typedef struct numeral_look_trace {
    size_t n_candidates; /* numeral_second_look_candidates */
    int64_t *ids;        /* n_candidates, with their distances */
    double *distances;
    bool unanimous, hard; /* what the gate says */
    double *means;        /* n_classes: what the gate's margin compares */
    /* of hard digits: */
    double *own;    /* n_parts × n_classes scores of the re-rankers */
    size_t n_asked; /* parts; a lead of the last one spared the others */
    double *totals; /* n_classes, smaller is better */
} numeral_look_trace;

size_t numeral_second_look_candidates(const numeral_model *model);
numeral_status numeral_second_look_trace(const numeral_model *model, const uint8_t *image,
                                         const void *row, size_t stride,
                                         const numeral_run *run, numeral_look_trace *out,
                                         numeral_error *err);

numeral_status numeral_second_look(const numeral_model *model, const numeral_look *look,
                                   const numeral_run *run, numeral_error *err);

#endif
