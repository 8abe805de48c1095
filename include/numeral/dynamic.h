/* An index whose rows come and go, with exact answers at every moment.
 *
 * It is a numeral_index: numeral_index_search, numeral_index_search_radius,
 * numeral_index_search_self, numeral_index_get_row, numeral_index_n_rows and
 * numeral_index_bytes serve it as they serve others, and answers are those of an index
 * built over the rows that are there, in the order (distance, row id).
 *
 * Row ids are stable: a row keeps its id until it is removed, and no id is given twice.
 *
 * Inside (the logarithmic method: Bentley & Saxe 1980): rows lie in parts, each an index
 * of the kind asked for that never changes. Rows added make a new part, a side area,
 * which takes in the smaller parts before it; when all of them hold an eighth of what the
 * first part holds, they are folded into it. So there are at most log2(n) parts, and each
 * row is built into one anew about log2(n) + 8 times in its life. A removed row stays as
 * a hole, which no search sees; a part of which a quarter is holes is built anew without
 * them.
 *
 * Threads: any number of threads may search and ask at any time, while others add and
 * remove; nothing is to be guarded by the caller but the index's end
 * (numeral_index_destroy), which must come after all other calls. Writers wait for each
 * other. Readers wait for nobody: each query is answered from the rows of one moment, and
 * an addition or removal is seen whole or not at all. (Queries of one call may see
 * different moments.) What a reader still uses is kept until it is done. */
#ifndef NUMERAL_DYNAMIC_H
#define NUMERAL_DYNAMIC_H

#include <numeral/index.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes an empty living index for rows of `dtype` and n_dims. `spec`, `metric` and
 * `registry` are as in numeral_index_create and say how each part is searched; the
 * registry must outlive the index. NUMERAL_ERROR_ARGUMENT, _MEMORY, _UNSUPPORTED. */
NUMERAL_API numeral_status numeral_index_create_dynamic(
    numeral_dtype dtype, size_t n_dims, const char *spec, const char *metric,
    const numeral_registry *registry, numeral_index **out, numeral_error *err);

/* Adds rows, which are copied. They get the ids `ids`, ascending and each greater than
 * any that the index has given (so that a set that was written elsewhere can come back),
 * or, where that is NULL, the next ones in turn; *first, if not NULL, is the first row's.
 * On failure the index is as before. A call that folds takes as long as building an index
 * over all rows; most calls take a part of that for few rows.
 * NUMERAL_ERROR_ARGUMENT, _MEMORY, _UNSUPPORTED (the index is not a living one). */
NUMERAL_API numeral_status numeral_index_add(numeral_index *index,
                                             const numeral_rows *rows, const int64_t *ids,
                                             const numeral_run *run, int64_t *first,
                                             numeral_error *err);

/* Removes n rows by their ids, in any order. On failure, and if one of them is not there
 * or named twice, the index is as before. Takes time for copying a bit of each row of the
 * parts concerned, and for building those anew of which a quarter is holes.
 * NUMERAL_ERROR_ARGUMENT, _MEMORY, _UNSUPPORTED. */
NUMERAL_API numeral_status numeral_index_remove(numeral_index *index, const int64_t *ids,
                                                size_t n, const numeral_run *run,
                                                numeral_error *err);

/* Makes one part without holes of all rows, for the fastest search. */
NUMERAL_API numeral_status numeral_index_compact(numeral_index *index,
                                                 const numeral_run *run,
                                                 numeral_error *err);

/* What a living index is made of at the moment. */
typedef struct numeral_dynamic_state {
    size_t n_rows;       /* that are there */
    size_t n_tombstones; /* of removed rows */
    size_t n_parts;
    size_t n_side;   /* rows that are not in the first part */
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
