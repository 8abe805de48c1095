/* The living index inside: parts that never change, and moments that list them.
 *
 * Whoever holds a moment holds all it needs. Parts, holes and moments are counted by
 * their holders, and end with the last. docs/exact.md, "Rows that come and go". */
#ifndef NUMERAL_INDEX_LIVING_H
#define NUMERAL_INDEX_LIVING_H

#include <pthread.h>
#include <stdatomic.h>

#include <numeral/living.h>

#include "index/index.h"
#include "index/top.h"

/* Each part was at most half of the one before it when it was made, so that there are at
 * most log2 of the number of rows. */
enum { NUMERAL_MAX_PARTS = 64 };

/* Rows that are searched together. */
typedef struct numeral_segment {
    atomic_size_t holders;
    numeral_index *index;
    size_t n;
    int64_t *ids; /* n, ascending */
} numeral_segment;

/* Which rows of a part are removed. */
typedef struct numeral_holes {
    atomic_size_t holders;
    uint64_t bits[]; /* one for each row */
} numeral_holes;

typedef struct numeral_living_part {
    numeral_segment *rows;
    numeral_holes *holes; /* NULL: none */
    size_t n_holes;
} numeral_living_part;

typedef struct numeral_moment {
    atomic_size_t holders;
    size_t n_parts, n_rows; /* holes not counted */
    int64_t next_id;
    numeral_living_part parts[NUMERAL_MAX_PARTS]; /* ids ascend from part to part */
} numeral_moment;

typedef struct numeral_living {
    numeral_index head;
    numeral_part spec, metric;
    pthread_mutex_t writing; /* held by the one that changes it */
    pthread_mutex_t turning; /* held while `now` is read or changed */
    numeral_moment *now;
} numeral_living;

static inline size_t numeral_part_alive(const numeral_living_part *part)
{
    return part->rows->n - part->n_holes;
}

/* living_moment.c: the moment in force, to be held until let go; and making another. */
numeral_moment *numeral_moment_hold(const numeral_index *index);
void numeral_moment_release(numeral_moment *moment);
/* A copy that holds the first n_parts parts of `from`, or NULL. */
numeral_moment *numeral_moment_copy(const numeral_moment *from, size_t n_parts,
                                    numeral_error *err);
/* Appends a part, which the moment takes over. */
void numeral_moment_append(numeral_moment *moment, numeral_living_part part);
void numeral_living_part_release(numeral_living_part *part);
void numeral_holes_release(numeral_holes *holes);
/* The row of that id, or -1. */
int64_t numeral_segment_find(const numeral_segment *segment, int64_t id);
/* Where a row lies; false where there is none. */
bool numeral_moment_find(const numeral_moment *moment, int64_t id, size_t *part,
                         size_t *row);
bool numeral_part_has_hole(const numeral_living_part *part, size_t row);

/* living_change.c: refuses an index of another kind. */
numeral_status numeral_living_refuse(const numeral_index *index, numeral_error *err);

/* living_search.c */
numeral_status numeral_living_search(const numeral_index *index,
                                     const numeral_rows *queries,
                                     const numeral_search *search, int64_t *ids,
                                     double *distances, numeral_error *err);
numeral_status numeral_living_search_within(const numeral_index *index,
                                            const numeral_rows *queries,
                                            const numeral_search *search, int64_t *ids,
                                            double *distances, numeral_error *err);

/* The kind; it is in no table, since models do not change. */
extern const numeral_index_kind numeral_index_living;

#endif
