/* An index whose rows come and go, with exact answers at every moment.
 *
 * It is a numeral_index: numeral_index_search, numeral_index_search_radius,
 * numeral_index_search_self, numeral_index_get_row, numeral_index_n_rows and
 * numeral_index_bytes serve it as they serve others, and answers are those of an index
 * built over the rows that are there, in the order (distance, row id).
 *
 * Row ids are stable: a row keeps its id until it is removed, and no id is given twice.
 *
 * Inside (the logarithmic method: Bentley & Saxe 1980): rows lie in segments, each an
 * index that never changes. The first, of the kind asked for, is the base; those behind
 * it are the side, quick to build and exact. Rows added make a new segment, which takes
 * in the smaller ones before it; when the side holds an eighth of what the base holds,
 * all are merged into a new base. So there are at most log2(n) segments, and each row is
 * built into one anew about log2(n) + 8 times in its life. A removed row stays as a
 * tombstone, which no search sees; a segment of which a quarter is tombstones is built
 * anew without them.
 *
 * Threads: any number of threads may search and ask at any time, while others add and
 * remove; nothing is to be guarded by the caller but the index's end
 * (numeral_index_destroy), which must come after all other calls. Writers wait for each
 * other. Readers wait for nobody: each query is answered from one snapshot of the rows,
 * and an addition or removal is seen whole or not at all. (Queries of one call may see
 * different snapshots.) What a reader still uses is kept until it is done. */
#ifndef NUMERAL_DYNAMIC_H
#define NUMERAL_DYNAMIC_H

#include <numeral/index.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes an empty dynamic index for rows of `dtype` and n_dims. `spec`, `metric` and
 * `registry` are as in numeral_index_create and say how each segment is searched; the
 * registry must outlive the index. NUMERAL_ERROR_ARGUMENT, _MEMORY, _UNSUPPORTED. */
NUMERAL_API numeral_status numeral_index_create_dynamic(
    numeral_dtype dtype, size_t n_dims, const char *spec, const char *metric,
    const numeral_registry *registry, numeral_index **out, numeral_error *err);

/* Makes a dynamic index of one that is built, or read from a file, without building
 * anything: its rows keep their ids. `index` is taken over unless that fails (a dynamic
 * one is *out itself); `spec` says of what kind segments to come are. _ARGUMENT,
 * _MEMORY, _UNSUPPORTED. */
NUMERAL_API numeral_status numeral_index_convert_dynamic(numeral_index *index,
                                                         const char *spec,
                                                         const numeral_registry *registry,
                                                         numeral_index **out,
                                                         numeral_error *err);

/* Adds rows, which are copied. They get the ids `ids`, ascending and each greater than
 * any that the index has given (so that a set that was written elsewhere can come back),
 * or, where that is NULL, the next ones in turn; *first, if not NULL, is the first row's.
 * On failure the index is as before. A call that merges all segments takes as long as
 * building an index over all rows; most calls take a share of that for few rows.
 * NUMERAL_ERROR_ARGUMENT, _MEMORY, _UNSUPPORTED (the index is not a dynamic one). */
NUMERAL_API numeral_status numeral_index_add(numeral_index *index,
                                             const numeral_rows *rows, const int64_t *ids,
                                             const numeral_run *run, int64_t *first,
                                             numeral_error *err);

/* Removes n rows by their ids, in any order. On failure, and if one of them is not there
 * or named twice, the index is as before. Takes time for copying a bit of each row of the
 * segments concerned, and for building those anew of which a quarter is tombstones.
 * NUMERAL_ERROR_ARGUMENT, _MEMORY, _UNSUPPORTED. */
NUMERAL_API numeral_status numeral_index_remove(numeral_index *index, const int64_t *ids,
                                                size_t n, const numeral_run *run,
                                                numeral_error *err);

/* Makes one segment without tombstones of all rows, for the fastest search. */
NUMERAL_API numeral_status numeral_index_compact(numeral_index *index,
                                                 const numeral_run *run,
                                                 numeral_error *err);

/* What a dynamic index is made of just now. */
typedef struct numeral_dynamic_state {
    size_t n_rows;       /* that are there */
    size_t n_tombstones; /* of removed rows */
    size_t n_segments;
    size_t n_side;   /* rows that are not in the base */
    int64_t next_id; /* of the next row added */
} numeral_dynamic_state;

NUMERAL_API numeral_status numeral_index_get_state(const numeral_index *index,
                                                   numeral_dynamic_state *out,
                                                   numeral_error *err);

/* Lists the ids of the rows that are there, ascending, `room` of them at most; returns
 * how many there are. For any index. */
NUMERAL_API size_t numeral_index_get_ids(const numeral_index *index, int64_t *ids,
                                         size_t room);

#ifdef __cplusplus
}
#endif
#endif
