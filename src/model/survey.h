/* What prediction knows of digits before they vote: their neighbours, and what a second
 * look says. Neither depends on k, weights or ties, so that a study can try them all on
 * one survey. */
#ifndef NUMERAL_MODEL_SURVEY_H
#define NUMERAL_MODEL_SURVEY_H

#include "model/model.h"

/* Digits of the data: number i is first + i, or first + digits[i]. */
typedef struct numeral_survey_block {
    size_t first, n, k;
    const size_t *digits;    /* NULL in the first search */
    const int64_t *ids;      /* n × k, nearest first, all valid */
    const double *distances; /* in the metric's units (l2: squared) */
    const bool *hard;        /* of digit i or digits[i] behind the first: decided by the
                              * second look, whatever the votes say */
    const uint8_t *winners;  /* class numbers of the hard digits */
    bool *again; /* n flags, false: the sink marks digits that it wants to see with wide_k
                  * neighbours; NULL where it has them */
} numeral_survey_block;

/* Takes a block; a failure ends the survey. */
typedef numeral_status (*numeral_survey_sink)(void *context,
                                              const numeral_survey_block *block,
                                              numeral_error *err);

typedef struct numeral_survey {
    size_t k;        /* neighbours of each digit, at most the rows there are */
    size_t wide_k;   /* of the digits that are searched again; at least k */
    bool leave_out;  /* the data are the model's own rows: each leaves itself out */
    numeral_run run; /* its progress is the sink's to report */
} numeral_survey;

/* Sends the digits down the road of numeral_model_predict, short of the votes. */
numeral_status numeral_model_survey(const numeral_model *model,
                                    const numeral_dataset *data,
                                    const numeral_survey *survey,
                                    numeral_survey_sink sink, void *context,
                                    numeral_error *err);

#endif
