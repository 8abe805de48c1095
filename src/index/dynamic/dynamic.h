/* The dynamic index inside: segments that never change, and snapshots that list them.
 *
 * Whoever holds a snapshot holds all it needs. Rows, tombstones and snapshots are counted
 * by their holders, and end with the last. docs/exact.md, "Rows that come and go". */
#ifndef NUMERAL_INDEX_DYNAMIC_DYNAMIC_H
#define NUMERAL_INDEX_DYNAMIC_DYNAMIC_H

#include <pthread.h>
#include <stdatomic.h>

#include <numeral/dynamic.h>

#include "index/index.h"
#include "index/top.h"

/* Each segment was at most half of the one before it when it was made, so that there are
 * at most log2 of the number of rows, unless a forged file has more. */
enum { NUMERAL_MAX_SEGMENTS = 64, NUMERAL_SPEC_BYTES = 64 };

/* Rows that are searched together. */
typedef struct numeral_segment_rows {
    atomic_size_t holders;
    numeral_index *index;
    size_t n;
    int64_t *ids; /* n, ascending */
} numeral_segment_rows;

/* Which rows of a segment are removed. */
typedef struct numeral_tombstones {
    atomic_size_t holders;
    uint64_t bits[]; /* one for each row */
} numeral_tombstones;

typedef struct numeral_segment {
    numeral_segment_rows *rows;
    numeral_tombstones *tombstones; /* NULL: none */
    size_t n_tombstones;
} numeral_segment;

typedef struct numeral_snapshot {
    atomic_size_t holders;
    size_t n_segments, n_rows; /* tombstones not counted */
    int64_t next_id;
    numeral_segment segments[NUMERAL_MAX_SEGMENTS]; /* ids ascend from one to the next */
} numeral_snapshot;

typedef struct numeral_dynamic {
    numeral_index head;
    numeral_part spec, metric; /* of segments to come */
    char spec_text[NUMERAL_SPEC_BYTES];
    pthread_mutex_t writing;   /* held by the one that changes it */
    pthread_mutex_t switching; /* held while `now` is read or changed */
    numeral_snapshot *now;
} numeral_dynamic;

/* snapshot.c */
/* Makes an index of the head's kind around a snapshot, which is taken over unless it
 * fails. Its segments to come are of the kind `spec`. */
numeral_status numeral_dynamic_create(const numeral_index *head, const numeral_part *spec,
                                      numeral_snapshot *snapshot, numeral_index **out,
                                      numeral_error *err);
void numeral_dynamic_destroy(numeral_index *index);
/* An empty snapshot, or NULL. */
numeral_snapshot *numeral_snapshot_create(numeral_error *err);
/* The snapshot in force, to be held until released. */
numeral_snapshot *numeral_snapshot_hold(const numeral_index *index);
void numeral_snapshot_release(numeral_snapshot *snapshot);
/* Puts a snapshot, which is taken over, in force. */
void numeral_snapshot_publish(numeral_dynamic *dynamic, numeral_snapshot *next);
/* A copy that holds the first n_segments segments of `from`, or NULL. */
numeral_snapshot *numeral_snapshot_copy(const numeral_snapshot *from, size_t n_segments,
                                        numeral_error *err);
/* Appends a segment, which the snapshot takes over. */
void numeral_snapshot_append(numeral_snapshot *snapshot, numeral_segment segment);
/* Where a row lies; false where there is none. */
bool numeral_snapshot_find(const numeral_snapshot *snapshot, int64_t id, size_t *segment,
                           size_t *row);
/* Room for n ids, and no index yet; or NULL. */
numeral_segment_rows *numeral_segment_rows_create(size_t n, numeral_error *err);
void numeral_segment_rows_release(numeral_segment_rows *rows);
/* The row of that id, or -1. */
int64_t numeral_segment_rows_find(const numeral_segment_rows *rows, int64_t id);
void numeral_segment_release(numeral_segment *segment);
/* Tombstones like the segment's, that nobody else has; or NULL. */
numeral_tombstones *numeral_tombstones_copy(const numeral_segment *segment,
                                            numeral_error *err);
void numeral_tombstones_release(numeral_tombstones *tombstones);

static inline size_t numeral_segment_n_live(const numeral_segment *segment)
{
    return segment->rows->n - segment->n_tombstones;
}

static inline bool numeral_segment_has_tombstone(const numeral_segment *segment,
                                                 size_t row)
{
    return segment->tombstones && (segment->tombstones->bits[row / 64] >> row % 64 & 1);
}

/* search.c */
numeral_status numeral_dynamic_search(const numeral_index *index,
                                      const numeral_rows *queries,
                                      const numeral_search *search, int64_t *ids,
                                      double *distances, numeral_error *err);
numeral_status numeral_dynamic_search_within(const numeral_index *index,
                                             const numeral_rows *queries,
                                             const numeral_search *search, int64_t *ids,
                                             double *distances, numeral_error *err);

/* file.c */
numeral_status numeral_dynamic_save(const numeral_index *index, numeral_tensors *out,
                                    numeral_error *err);
numeral_status numeral_dynamic_load(const numeral_tensors *tensors,
                                    const numeral_index *head, numeral_index **out,
                                    numeral_error *err);

/* dynamic.c: the index as what it is, or NULL with an error where it is of another kind.
 */
const numeral_dynamic *numeral_dynamic_of(const numeral_index *index, numeral_error *err);

#endif
