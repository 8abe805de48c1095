/* Searching a dynamic index: each segment, then the lists of all of them merged. */
#include <math.h>
#include <string.h>

#include "index/dynamic/dynamic.h"

enum { MAX_BLOCK = 1024, MAX_PLACES = 1 << 18 };

typedef struct workspace {
    size_t block; /* queries at a time */
    /* of a segment, block × k; and of one merged list, k */
    int64_t *ids, *merged_ids;
    double *distances, *merged_distances;
    int64_t *leave_out; /* block */
    uint64_t *skip;     /* one bit for each row of the longest segment */
} workspace;

static void workspace_free(workspace *w)
{
    numeral_release(w->ids);
    numeral_release(w->merged_ids);
    numeral_release(w->distances);
    numeral_release(w->merged_distances);
    numeral_release(w->leave_out);
    numeral_release(w->skip);
}

static size_t longest_segment(const numeral_snapshot *snapshot)
{
    size_t most = 1;
    for (size_t i = 0; i < snapshot->n_segments; i++) {
        most =
            snapshot->segments[i].rows->n > most ? snapshot->segments[i].rows->n : most;
    }
    return most;
}

static numeral_status workspace_create(const numeral_snapshot *snapshot,
                                       const numeral_search *search, size_t n,
                                       workspace *w, numeral_error *err)
{
    size_t rows = longest_segment(snapshot), k = search->k < rows ? search->k : rows;
    size_t most = MAX_PLACES / k;
    most = most < 1 ? 1 : most < MAX_BLOCK ? most : MAX_BLOCK;
    *w = (workspace){.block = n < most ? n : most};
    w->ids = numeral_allocate(w->block, k * sizeof *w->ids, err);
    w->distances = numeral_allocate(w->block, k * sizeof *w->distances, err);
    w->merged_ids = numeral_allocate(search->k, sizeof *w->merged_ids, err);
    w->merged_distances = numeral_allocate(search->k, sizeof *w->merged_distances, err);
    w->leave_out = numeral_allocate(w->block, sizeof *w->leave_out, err);
    w->skip = numeral_allocate(rows / 64 + 1, sizeof *w->skip, err);
    return w->ids && w->distances && w->merged_ids && w->merged_distances &&
                   w->leave_out && w->skip
               ? NUMERAL_OK
               : NUMERAL_ERROR_MEMORY;
}

/* The rows of a segment to skip: its tombstones, and those that the caller names by id.
 */
static void choose_skip(const numeral_segment *segment, const numeral_search *search,
                        workspace *w, numeral_search *out)
{
    const numeral_segment_rows *rows = segment->rows;
    numeral_skip skip = {search->skip, search->n_skip};
    out->skip = segment->tombstones ? segment->tombstones->bits : NULL;
    out->n_skip = segment->tombstones ? rows->n : 0;
    if (!search->n_skip) {
        return;
    }
    memset(w->skip, 0, (rows->n / 64 + 1) * sizeof *w->skip);
    for (size_t i = 0; i < rows->n; i++) {
        bool not_wanted = numeral_segment_has_tombstone(segment, i) ||
                          numeral_skip_has(&skip, rows->ids[i]);
        w->skip[i / 64] |= (uint64_t)not_wanted << i % 64;
    }
    out->skip = w->skip;
    out->n_skip = rows->n;
}

/* Merges a segment's list into the answer's; both are ordered and end with ids of -1. Ids
 * ascend from one segment to the next, so that the answer's go first at equal distances.
 */
static void merge(workspace *w, size_t k, const int64_t *ids, const double *distances,
                  size_t n, int64_t *answer_ids, double *answer_distances)
{
    size_t a = 0, b = 0;
    if (n == 0 || ids[0] < 0) {
        return;
    }
    for (size_t i = 0; i < k; i++) {
        bool more = b < n && ids[b] >= 0;
        bool first = !more || answer_distances[a] <= distances[b];
        first = first && (!more || answer_ids[a] >= 0);
        w->merged_ids[i] = first ? answer_ids[a] : ids[b];
        w->merged_distances[i] = first ? answer_distances[a] : distances[b];
        a += first;
        b += !first;
    }
    memcpy(answer_ids, w->merged_ids, k * sizeof *answer_ids);
    memcpy(answer_distances, w->merged_distances, k * sizeof *answer_distances);
}

/* One block of queries in one segment. */
static numeral_status search_block(const numeral_segment_rows *rows,
                                   const numeral_rows *queries, const numeral_search *how,
                                   bool within, workspace *w, numeral_error *err)
{
    const numeral_index_kind *kind = rows->index->kind;
    numeral_status status =
        (within && kind->search_within ? kind->search_within : kind->search)(
            rows->index, queries, how, w->ids, w->distances, err);
    for (size_t i = 0; i < queries->n_rows * how->k && status == NUMERAL_OK; i++) {
        w->ids[i] = w->ids[i] < 0 ? -1 : rows->ids[w->ids[i]];
    }
    return status;
}

static numeral_status search_segment(const numeral_segment *segment,
                                     const numeral_rows *queries,
                                     const numeral_search *search, bool within,
                                     workspace *w, int64_t *ids, double *distances,
                                     numeral_error *err)
{
    numeral_search how = *search;
    choose_skip(segment, search, w, &how);
    how.k = search->k < segment->rows->n ? search->k : segment->rows->n;
    how.leave_out = search->leave_out ? w->leave_out : NULL;
    for (size_t first = 0; first < queries->n_rows; first += w->block) {
        numeral_rows some = *queries;
        size_t left = queries->n_rows - first, n = left < w->block ? left : w->block;
        some.data = (const uint8_t *)queries->data + first * queries->stride;
        some.n_rows = n;
        for (size_t i = 0; search->leave_out && i < n; i++) {
            w->leave_out[i] =
                numeral_segment_rows_find(segment->rows, search->leave_out[first + i]);
        }
        numeral_status status = search_block(segment->rows, &some, &how, within, w, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        for (size_t i = 0; i < n; i++) {
            size_t at = (first + i) * search->k;
            merge(w, search->k, w->ids + i * how.k, w->distances + i * how.k, how.k,
                  ids + at, distances + at);
        }
    }
    return NUMERAL_OK;
}

static numeral_status search_snapshot(const numeral_snapshot *snapshot,
                                      const numeral_rows *queries,
                                      const numeral_search *search, bool within,
                                      int64_t *ids, double *distances, numeral_error *err)
{
    workspace w;
    for (size_t i = 0; i < queries->n_rows * search->k; i++) {
        ids[i] = -1;
        distances[i] = INFINITY;
    }
    numeral_status status = workspace_create(snapshot, search, queries->n_rows, &w, err);
    for (size_t i = 0; i < snapshot->n_segments && status == NUMERAL_OK; i++) {
        status = search_segment(&snapshot->segments[i], queries, search, within, &w, ids,
                                distances, err);
    }
    workspace_free(&w);
    return status;
}

static numeral_status search_now(const numeral_index *index, const numeral_rows *queries,
                                 const numeral_search *search, bool within, int64_t *ids,
                                 double *distances, numeral_error *err)
{
    numeral_snapshot *snapshot = numeral_snapshot_hold(index);
    numeral_status status =
        search_snapshot(snapshot, queries, search, within, ids, distances, err);
    numeral_snapshot_release(snapshot);
    return status;
}

numeral_status numeral_dynamic_search(const numeral_index *index,
                                      const numeral_rows *queries,
                                      const numeral_search *search, int64_t *ids,
                                      double *distances, numeral_error *err)
{
    return search_now(index, queries, search, false, ids, distances, err);
}

numeral_status numeral_dynamic_search_within(const numeral_index *index,
                                             const numeral_rows *queries,
                                             const numeral_search *search, int64_t *ids,
                                             double *distances, numeral_error *err)
{
    return search_now(index, queries, search, true, ids, distances, err);
}
