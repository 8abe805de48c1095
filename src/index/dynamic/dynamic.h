/* The living index inside: parts that never change, and moments that list them.
 *
 * Whoever holds a moment holds all it needs. Parts, holes and moments are counted by
 * their holders, and end with the last. docs/exact.md, "Rows that come and go". */
#ifndef NUMERAL_INDEX_DYNAMIC_DYNAMIC_H
#define NUMERAL_INDEX_DYNAMIC_DYNAMIC_H

#include <pthread.h>
#include <stdatomic.h>

#include <numeral/dynamic.h>

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
typedef struct numeral_tombstones {
    atomic_size_t holders;
    uint64_t bits[]; /* one for each row */
} numeral_tombstones;

typedef struct numeral_dynamic_part {
    numeral_segment *rows;
    numeral_tombstones *holes; /* NULL: none */
    size_t n_tombstones;
} numeral_dynamic_part;

typedef struct numeral_snapshot {
    atomic_size_t holders;
    size_t n_parts, n_rows; /* holes not counted */
    int64_t next_id;
    numeral_dynamic_part parts[NUMERAL_MAX_PARTS]; /* ids ascend from part to part */
} numeral_snapshot;

typedef struct numeral_dynamic {
    numeral_index head;
    numeral_part spec, metric;
    pthread_mutex_t writing; /* held by the one that changes it */
    pthread_mutex_t turning; /* held while `now` is read or changed */
    numeral_snapshot *now;
} numeral_dynamic;

static inline size_t numeral_part_alive(const numeral_dynamic_part *part)
{
    return part->rows->n - part->n_tombstones;
}

/* living_moment.c: the moment in force, to be held until let go; and making another. */
numeral_snapshot *numeral_snapshot_hold(const numeral_index *index);
void numeral_snapshot_release(numeral_snapshot *moment);
/* A copy that holds the first n_parts parts of `from`, or NULL. */
numeral_snapshot *numeral_snapshot_copy(const numeral_snapshot *from, size_t n_parts,
                                        numeral_error *err);
/* Appends a part, which the moment takes over. */
void numeral_snapshot_append(numeral_snapshot *moment, numeral_dynamic_part part);
void numeral_dynamic_part_release(numeral_dynamic_part *part);
void numeral_tombstones_release(numeral_tombstones *holes);
/* The row of that id, or -1. */
int64_t numeral_segment_find(const numeral_segment *segment, int64_t id);
/* Where a row lies; false where there is none. */
bool numeral_snapshot_find(const numeral_snapshot *moment, int64_t id, size_t *part,
                           size_t *row);
bool numeral_part_has_tombstone(const numeral_dynamic_part *part, size_t row);

/* living_change.c: refuses an index of another kind. */
numeral_status numeral_dynamic_refuse(const numeral_index *index, numeral_error *err);

/* living_search.c */
numeral_status numeral_dynamic_search(const numeral_index *index,
                                      const numeral_rows *queries,
                                      const numeral_search *search, int64_t *ids,
                                      double *distances, numeral_error *err);
numeral_status numeral_dynamic_search_within(const numeral_index *index,
                                             const numeral_rows *queries,
                                             const numeral_search *search, int64_t *ids,
                                             double *distances, numeral_error *err);

/* The kind; it is in no table, since models do not change. */
extern const numeral_index_kind numeral_index_dynamic;

#endif
