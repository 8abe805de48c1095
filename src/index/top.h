/* The k nearest so far, ordered by (distance, row id). */
#ifndef NUMERAL_INDEX_TOP_H
#define NUMERAL_INDEX_TOP_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows that no list may take: bit i % 64 of word i / 64 for row i; none behind n_bits. */
typedef struct numeral_skip {
    const uint64_t *bits;
    size_t n_bits;
} numeral_skip;

static inline bool numeral_skip_has(const numeral_skip *skip, int64_t id)
{
    uint64_t i = (uint64_t)id;
    return i < skip->n_bits && (skip->bits[i / 64] >> i % 64 & 1);
}

/* A bounded max-heap over caller's memory: the worst kept neighbour is at the front. */
typedef struct numeral_top {
    size_t k, size;
    double *distances;
    int64_t *ids;
    double radius;
    numeral_skip skip;
} numeral_top;

void numeral_top_init(numeral_top *top, size_t k, double radius, numeral_skip skip,
                      double *distances, int64_t *ids);

/* Rows at most this far may still enter (ties by smaller id). */
static inline double numeral_top_bound(const numeral_top *top)
{
    return top->size < top->k ? top->radius : top->distances[0];
}

/* Pushes a row; kept when it is among the k nearest and not one to skip. */
void numeral_top_push(numeral_top *top, double distance, int64_t id);
/* Sorts ascending and pads with (INFINITY, -1). */
void numeral_top_finish(numeral_top *top);
/* Only pads: for a list that was filled in order. */
void numeral_top_pad(numeral_top *top);

#endif
