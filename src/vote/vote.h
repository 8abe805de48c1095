/* Votes: from neighbours to a score for each class, and from scores to a label. */
#ifndef NUMERAL_VOTE_VOTE_H
#define NUMERAL_VOTE_VOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/registry.h>

#include "base/spec.h"

/* The neighbours of one digit, nearest first. */
typedef struct numeral_ballot {
    size_t n;                /* at least 1 */
    const double *distances; /* true distances (for l2 the square root) */
    const uint16_t *classes; /* class numbers 0 .. n_classes-1 */
    size_t n_classes;
    double *scratch; /* for votes that are no sums: 2 × n_classes */
} numeral_ballot;

typedef struct numeral_vote {
    numeral_entry entry;
    /* How many votes neighbour i has, >= 0, where the score of a class is the sum of its
     * neighbours' votes; NULL where it is no such sum: `score_all` then fills
     * scores[n_classes], larger is better. Both: + - × ÷ √ in a fixed order. */
    double (*weight)(const double *parameters, const numeral_ballot *ballot, size_t i);
    void (*score_all)(const double *parameters, const numeral_ballot *ballot,
                      double *scores);
    /* Neighbours needed for a given k; NULL: k itself. */
    size_t (*need)(const double *parameters, size_t k, size_t n_rows);
    /* Whether the first of the neighbours needed settle who wins, whatever the others
     * are; *winner is then that class. NULL: they never do. */
    bool (*settled)(const double *parameters, const numeral_ballot *ballot,
                    size_t *winner);
} numeral_vote;

/* The part that an entry of this kind belongs to. */
static inline const numeral_vote *numeral_vote_of(const numeral_entry *entry)
{
    return (const numeral_vote *)(const void *)entry;
}

extern const numeral_entry *const numeral_votes[];
extern const size_t numeral_n_votes;

typedef enum numeral_ties {
    NUMERAL_TIES_NEAREST, /* the tied class with the nearest neighbour */
    NUMERAL_TIES_SMALLEST /* the tied class with the smallest label */
} numeral_ties;

/* Fills scores[n_classes], larger is better, by a part that is a vote; sums are added up
 * in the neighbours' order. */
void numeral_vote_score(const numeral_part *vote, const numeral_ballot *ballot,
                        double *scores);

/* How many neighbours that part needs for a k. */
size_t numeral_vote_need(const numeral_part *vote, size_t k, size_t n_rows);

/* The winning class and its share of all votes (its confidence). */
size_t numeral_vote_winner(const numeral_ballot *ballot, const double *scores,
                           numeral_ties ties, double *share);

#endif
