/* The lattice of a line: candidates as edges between borders, and the best path. */
#ifndef NUMERAL_PAGE_LATTICE_H
#define NUMERAL_PAGE_LATTICE_H

#include "model/reader.h"
#include "page/candidates.h"

enum { NUMERAL_LATTICE_TERMS = 25 };

/* What the model says of a candidate. */
typedef struct numeral_reading_of {
    double terms[NUMERAL_LATTICE_TERMS]; /* what chance and score are weighted sums of */
    double whole;                        /* the chance that it is one whole digit */
    double score;                        /* as part of a path: larger is likelier */
    double confidence;                   /* that its label is right, if it is a digit */
    double likeness; /* how usual it is among digits (model/likeness.h) */
    uint16_t winner; /* class number */
    size_t n_alternatives;
    uint16_t
        alternatives[NUMERAL_PAGE_ALTERNATIVES]; /* class numbers, the winner first */
    double shares[NUMERAL_PAGE_ALTERNATIVES];    /* of the votes */
} numeral_reading_of;

/* The reading of a candidate by its verdict. `unit` is the model's unit of distance
 * (numeral_confidence_unit), `label` the winner's. Chance and score are functions of how
 * far its neighbours are, how it lies in the line, and what was cut. */
void numeral_lattice_judge(const numeral_candidate *candidate,
                           const numeral_read_verdict *verdict, double unit, int label,
                           size_t n_classes, numeral_reading_of *out);

/* What a verdict says besides: label, its confidence, the alternatives. */
void numeral_lattice_answer(const numeral_read_verdict *verdict, size_t n_classes,
                            numeral_reading_of *out);

typedef struct numeral_lattice {
    const numeral_cuts *cuts;
    size_t from, end;                    /* borders of the line: its first, its last */
    const numeral_candidate *candidates; /* of the line, in the order of first, last */
    const numeral_reading_of *readings;
    size_t n;
    double stroke, height; /* in pixels: what a region may be dropped for */
} numeral_lattice;

/* A path: its candidates and the regions that it drops, by their numbers, from left to
 * right. Room for all borders of the line each. */
typedef struct numeral_lattice_path {
    uint32_t *candidates, *dropped;
    size_t n, n_dropped;
} numeral_lattice_path;

/* The most likely path into `path`, whose room is the caller's. `expect`, if not 0, is
 * how many it must have; where none has, the nearest number below that has. *share is the
 * part of all paths' likelihood that spells the same as it (Viterbi's path; forward
 * sums). O(candidates + regions), × expect, and × the digits of the path.
 * NUMERAL_ERROR_MEMORY. */
numeral_status numeral_lattice_best(const numeral_lattice *lattice, size_t expect,
                                    numeral_lattice_path *path, double *share,
                                    numeral_error *err);

#endif
