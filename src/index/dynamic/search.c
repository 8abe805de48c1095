/* Searching a dynamic index: each segment in turn, its list merged into the answer. What
 * the segments before it have found bounds the search of the next, so that few rows
 * beside many cost little. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "index/dynamic/dynamic.h"

/* Queries at a time: so many that an index finds some side by side (self.h); and places
 * for what a segment finds, 4 MiB of them. */
enum { MAX_BLOCK = 8192, MAX_PLACES = 1 << 18 };

typedef struct scratch {
    size_t block; /* queries at a time */
    bool within;  /* the caller's radius is bound enough */
    bool bounded; /* the lists hold what other segments gave */
    /* of a segment, block × k; and of one merged list, k */
    int64_t *ids, *merged_ids;
    double *distances, *merged_distances;
    int64_t *leave_out; /* block */
    double *radii;      /* block */
    uint64_t *skip;     /* one bit for each row of the longest segment */
} scratch;

static void scratch_free(scratch *s)
{
    numeral_release(s->ids);
    numeral_release(s->merged_ids);
    numeral_release(s->distances);
    numeral_release(s->merged_distances);
    numeral_release(s->leave_out);
    numeral_release(s->radii);
    numeral_release(s->skip);
}

static numeral_status scratch_fill(const numeral_snapshot *snapshot,
                                   const numeral_search *search, size_t n, scratch *s,
                                   numeral_error *err)
{
    size_t rows = 1;
    for (size_t i = 0; i < snapshot->n_segments; i++) {
        size_t more = snapshot->segments[i].rows->n;
        rows = more > rows ? more : rows;
    }
    size_t k = search->k < rows ? search->k : rows;
    size_t most = MAX_PLACES / k; /* NOLINT(clang-analyzer-core.DivideZero): at least 1 */
    most = most < 1 ? 1 : most < MAX_BLOCK ? most : MAX_BLOCK;
    *s = (scratch){.block = n < most ? n : most};
    s->ids = numeral_allocate(s->block, k * sizeof *s->ids, err);
    s->distances = numeral_allocate(s->block, k * sizeof *s->distances, err);
    s->merged_ids = numeral_allocate(search->k, sizeof *s->merged_ids, err);
    s->merged_distances = numeral_allocate(search->k, sizeof *s->merged_distances, err);
    s->leave_out = numeral_allocate(s->block, sizeof *s->leave_out, err);
    s->radii = numeral_allocate(s->block, sizeof *s->radii, err);
    s->skip = numeral_allocate(rows / 64 + 1, sizeof *s->skip, err);
    return s->ids && s->distances && s->merged_ids && s->merged_distances &&
                   s->leave_out && s->radii && s->skip
               ? NUMERAL_OK
               : NUMERAL_ERROR_MEMORY;
}

/* The rows of a segment to skip: its tombstones, and those that the caller names by id.
 */
static void choose_skip(const numeral_segment *segment, const numeral_search *search,
                        scratch *s, numeral_search *out)
{
    const numeral_segment_rows *rows = segment->rows;
    numeral_skip skip = {search->skip, search->n_skip};
    out->skip = segment->tombstones ? segment->tombstones->bits : NULL;
    out->n_skip = segment->tombstones ? rows->n : 0;
    if (!search->n_skip) {
        return;
    }
    memset(s->skip, 0, (rows->n / 64 + 1) * sizeof *s->skip);
    for (size_t i = 0; i < rows->n; i++) {
        bool not_wanted = numeral_segment_has_tombstone(segment, i) ||
                          numeral_skip_has(&skip, rows->ids[i]);
        s->skip[i / 64] |= (uint64_t)not_wanted << i % 64;
    }
    out->skip = s->skip;
    out->n_skip = rows->n;
}

/* Merges a segment's list into the answer's; both are ordered and end with ids of -1. Ids
 * ascend from one segment to the next, so that the answer's go first at equal distances.
 */
static void merge(scratch *s, size_t k, const int64_t *ids, const double *distances,
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
        s->merged_ids[i] = first ? answer_ids[a] : ids[b];
        s->merged_distances[i] = first ? answer_distances[a] : distances[b];
        a += first;
        b += !first;
    }
    memcpy(answer_ids, s->merged_ids, k * sizeof *answer_ids);
    memcpy(answer_distances, s->merged_distances, k * sizeof *answer_distances);
}

/* One block of queries in one segment; `search` is of the block. */
static numeral_status search_block(const numeral_segment_rows *rows,
                                   const numeral_rows *queries,
                                   const numeral_search *search, size_t k, scratch *s,
                                   int64_t *ids, double *distances, numeral_error *err)
{
    const numeral_index_kind *kind = rows->index->kind;
    numeral_search how = *search;
    how.k = k < rows->n ? k : rows->n;
    how.radii = s->bounded ? s->radii : search->radii;
    how.leave_out = search->leave_out ? s->leave_out : NULL;
    for (size_t q = 0; q < queries->n_rows && search->leave_out; q++) {
        s->leave_out[q] = numeral_segment_rows_find(rows, search->leave_out[q]);
    }
    for (size_t q = 0; q < queries->n_rows && s->bounded; q++) {
        /* No row behind the k that were found can be in the answer. */
        size_t last = q * k + k - 1;
        s->radii[q] = ids[last] < 0 ? numeral_search_radius(search, q) : distances[last];
    }
    numeral_status status =
        ((s->within || s->bounded) && kind->search_within
             ? kind->search_within
             : kind->search)(rows->index, queries, &how, s->ids, s->distances, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    /* From places in the segment to ids, which are in the same order. */
    for (size_t i = 0; i < queries->n_rows * how.k; i++) {
        s->ids[i] = s->ids[i] < 0 ? -1 : rows->ids[s->ids[i]];
    }
    for (size_t q = 0; q < queries->n_rows; q++) {
        merge(s, k, s->ids + q * how.k, s->distances + q * how.k, how.k, ids + q * k,
              distances + q * k);
    }
    return NUMERAL_OK;
}

static numeral_status search_segment(const numeral_segment *segment,
                                     const numeral_rows *queries,
                                     const numeral_search *search, scratch *s,
                                     int64_t *ids, double *distances, numeral_error *err)
{
    numeral_search how = *search;
    choose_skip(segment, search, s, &how);
    for (size_t first = 0; first < queries->n_rows; first += s->block) {
        numeral_rows some = *queries;
        numeral_search rest = numeral_search_from(&how, first);
        size_t left = queries->n_rows - first;
        some.data = numeral_rows_at(queries, first);
        some.n_rows = left < s->block ? left : s->block;
        numeral_status status =
            search_block(segment->rows, &some, &rest, search->k, s,
                         ids + first * search->k, distances + first * search->k, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    return NUMERAL_OK;
}

static numeral_status search_now(const numeral_index *index, const numeral_rows *queries,
                                 const numeral_search *search, bool within, int64_t *ids,
                                 double *distances, numeral_error *err)
{
    numeral_status status;
    scratch s;
    for (size_t i = 0; i < queries->n_rows * search->k; i++) {
        ids[i] = -1;
        distances[i] = INFINITY;
    }
    numeral_snapshot *snapshot = numeral_snapshot_hold(index);
    TRY(scratch_fill(snapshot, search, queries->n_rows, &s, err));
    s.within = within;
    /* The base comes first: its neighbours leave little to be looked at in the side. */
    for (size_t i = 0; i < snapshot->n_segments; i++) {
        s.bounded = i > 0;
        TRY(search_segment(&snapshot->segments[i], queries, search, &s, ids, distances,
                           err));
    }
done:
    scratch_free(&s);
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
