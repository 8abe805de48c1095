/* Re-rankers: a second look at the digits that a gate calls hard.
 *
 * A cascade takes the nearest rows of a digit (its candidates), lets the gate decide
 * whether their labels settle it, and otherwise asks each of its re-rankers for one score
 * per class and combines those. Whatever a re-ranker computes is integers, or
 * + - × ÷ √ in a fixed order, so that scores are the same bits everywhere. */
#ifndef NUMERAL_RERANK_RERANK_H
#define NUMERAL_RERANK_RERANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/registry.h>

#include "base/spec.h"
#include "image/sparse.h"
#include "index/index.h"
#include "rerank/view.h"

/* What all digits of a model share; borrowed. */
typedef struct numeral_rerank_base {
    size_t n_classes;           /* 1 .. 65,536 */
    const uint16_t *classes;    /* class number of each row */
    const numeral_index *index; /* gives the quantised vectors of the rows */
    size_t height, width;
    /* the rows' images in each view; NULL where no re-ranker uses it. */
    const numeral_sparse_images *images[NUMERAL_VIEW_COUNT];
} numeral_rerank_base;

/* One digit and its candidates, nearest first; borrowed. */
typedef struct numeral_rerank_digit {
    const void *vector;                        /* of the index's dtype */
    const uint8_t *images[NUMERAL_VIEW_COUNT]; /* NULL where no re-ranker uses it */
    size_t n_candidates;                       /* at least 1 */
    const int64_t *ids;                        /* rows, all valid */
    const double *distances; /* in the metric's units (l2: squared), ascending */
} numeral_rerank_digit;

typedef struct numeral_rerank {
    numeral_entry entry;
    /* Which parameter names the view of the images it compares; -1: it uses none. */
    int view_parameter;
    /* Bytes of scratch for digits of at most n_candidates candidates, a sum of
     * numeral_scratch_bytes. */
    size_t (*scratch_bytes)(const double *parameters, const numeral_rerank_base *base,
                            size_t n_candidates);
    /* Fills scores[n_classes], smaller is better, none below 0. `scratch` is aligned to
     * 64 bytes. */
    void (*score)(const double *parameters, const numeral_rerank_base *base,
                  const numeral_rerank_digit *digit, void *scratch, double *scores);
} numeral_rerank;

/* The part that an entry of this kind belongs to. */
static inline const numeral_rerank *numeral_rerank_of(const numeral_entry *entry)
{
    return (const numeral_rerank *)(const void *)entry;
}

extern const numeral_entry *const numeral_reranks[];
extern const size_t numeral_n_reranks;

/* Writes row `id` (row < 0: the digit itself) as n_dims values. */
void numeral_rerank_vector_i16(const numeral_rerank_base *base,
                               const numeral_rerank_digit *digit, int64_t row,
                               int16_t *out);

/* Bytes of `count` values of `size`, rounded up to 64; SIZE_MAX / 4 where that would be
 * more, so that a few of them can be added and compared with it. */
size_t numeral_scratch_bytes(size_t count, size_t size);
/* Takes `bytes` (as rounded above) off the front of *scratch. */
void *numeral_scratch_take(void **scratch, size_t bytes);
/* Takes room for a number of each class; a cascade's scratch begins with two such. */
double *numeral_scratch_take_classes(const numeral_rerank_base *base, void **scratch);

#endif
