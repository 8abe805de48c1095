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

/* near_calibrate.c: shrinks the bounds of `exact` as far as `numbers->wished` allows and
 * fills the numbers in. */
numeral_status numeral_near_calibrate(numeral_exact *exact, numeral_near_numbers *numbers,
                                      const numeral_run *run, numeral_error *err);

/* near.c */
numeral_status numeral_near_create(const numeral_index *head, numeral_exact *exact,
                                   numeral_near **out, numeral_error *err);
/* Puts the factors in force and fills in the description, when the numbers are there. */
void numeral_near_apply(numeral_near *near);
void numeral_near_destroy(numeral_index *index);

/* near_file.c */
numeral_status numeral_near_save(const numeral_index *index, numeral_tensors *out,
                                 numeral_error *err);
numeral_status numeral_near_load(const numeral_tensors *tensors,
                                 const numeral_index *head, numeral_index **out,
                                 numeral_error *err);

#endif
