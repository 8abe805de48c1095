/* The near index inside: an exact index whose bounds are shrunk. */
#ifndef NUMERAL_INDEX_NEAR_NEAR_H
#define NUMERAL_INDEX_NEAR_NEAR_H

#include "index/exact/exact.h"

/* Saved as they are, checked when loaded. */
typedef struct numeral_near_numbers {
    double wished;
    double k;                 /* the recall is that of so many neighbours */
    double hits, neighbours;  /* found of those there were, over all measured rows */
    double recall, low, high; /* with its 95 % interval */
    double n_measured;        /* rows it was measured on */
    double clusters, first, head, all; /* the factors of the bounds */
} numeral_near_numbers;

enum { NEAR_N_NUMBERS = sizeof(numeral_near_numbers) / sizeof(double) };

typedef struct numeral_near {
    numeral_index head;
    numeral_exact *exact;
    numeral_near_numbers numbers;
} numeral_near;

/* calibrate.c: shrinks the bounds of `exact` as far as `numbers->wished` allows and fills
 * the numbers in. */
numeral_status numeral_near_calibrate(numeral_exact *exact, numeral_near_numbers *numbers,
                                      const numeral_run *run, numeral_error *err);

#endif
