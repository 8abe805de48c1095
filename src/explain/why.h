/* An explanation being made, for the files that make its parts. */
#ifndef NUMERAL_EXPLAIN_WHY_H
#define NUMERAL_EXPLAIN_WHY_H

#include <numeral/tools/explain.h>

#include "base/arena.h"
#include "model/reader.h"

/* An explanation being made; `public` comes first, so that it can be handed out. */
typedef struct numeral_why {
    numeral_explanation public;
    numeral_arena arena;
    const numeral_model *model;
    const numeral_run *run;
    uint8_t *framed;
    numeral_named_image *stages;
    numeral_reader reader; /* has read the digit */
} numeral_why;

/* Fills a voter, its image into `image`. */
void numeral_why_fill_voter(numeral_why *m, size_t row, double distance,
                            numeral_voter *voter, uint8_t *image);

/* The parts, in this order; each needs those before it, and the second look puts its
 * candidates in the place of the verdict's neighbours. `scratch` holds
 * pipeline.scratch doubles. */
numeral_status numeral_why_vote(numeral_why *m, numeral_error *err);
numeral_status numeral_why_second_look(numeral_why *m, numeral_error *err);
numeral_status numeral_why_find_rivals(numeral_why *m, numeral_error *err);
numeral_status numeral_why_compare(numeral_why *m, double *scratch, numeral_error *err);

#endif
