/* Changing a dynamic index: the next snapshot is made beside the one in force and takes
 * its place when it is whole, so that a failure changes nothing and no reader waits.
 *
 * Which segments are made anew is chosen by counting rows, so that the same calls give
 * the same segments everywhere. */
#include <string.h>

#include "base/fail.h"
#include "index/dynamic/dynamic.h"

enum {
    /* All is merged when this many times the side is the base: a greater number makes
     * searches faster, since there is less beside the base, and additions slower. */
    MERGE_SHARE = 8,
    /* A segment is made anew when this many times its tombstones are its rows, so that
     * searches look at a third more rows than there are, at most. */
    TOMBSTONE_SHARE = 4
};

/* What a segment is made of: the live rows of segments [first, end) of a snapshot, and
 * new ones behind them. */
typedef struct sources {
    const numeral_snapshot *from;
    size_t first, end;
    const numeral_rows *rows; /* NULL: none */
    const int64_t *ids;       /* of `rows`; NULL: the next ones in turn */
} sources;

static size_t count_rows(const sources *s)
{
    size_t n = s->rows ? s->rows->n_rows : 0;
    for (size_t i = s->first; i < s->end; i++) {
        n += numeral_segment_n_live(&s->from->segments[i]);
    }
    return n;
}

static void collect(const sources *s, numeral_rows *out, uint8_t *memory, int64_t *ids)
{
    for (size_t i = s->first; i < s->end; i++) {
        const numeral_segment *segment = &s->from->segments[i];
        const numeral_index *index = segment->rows->index;
        for (size_t row = 0; row < segment->rows->n; row++) {
            if (!numeral_segment_has_tombstone(segment, row)) {
                index->kind->get_row(index, row, memory + out->n_rows * out->stride);
                ids[out->n_rows++] = segment->rows->ids[row];
            }
        }
    }
    for (size_t i = 0; s->rows && i < s->rows->n_rows; i++) {
        memcpy(memory + out->n_rows * out->stride,
               (const uint8_t *)s->rows->data + i * s->rows->stride, out->stride);
        ids[out->n_rows++] = s->ids ? s->ids[i] : s->from->next_id + (int64_t)i;
    }
}

/* The base is built as was wished; what lies beside it as what the base has become. */
static numeral_status build_index(const numeral_dynamic *dynamic,
                                  const numeral_index *base, const numeral_rows *rows,
                                  const numeral_run *run, numeral_index **out,
                                  numeral_error *err)
{
    static const numeral_run standard = {0};
    numeral_part spec = dynamic->spec;
    if (base && base->kind->build_beside) {
        return base->kind->build_beside(rows, base, run ? run : &standard, out, err);
    }
    if (base && &base->kind->entry != spec.entry) {
        spec = numeral_part_default(NUMERAL_KIND_INDEX, &base->kind->entry);
    }
    return numeral_index_build(rows, &spec, &dynamic->metric, run, out, err);
}

static numeral_status build_segment(const numeral_dynamic *dynamic, const sources *s,
                                    const numeral_run *run, numeral_segment *out,
                                    numeral_error *err)
{
    numeral_dtype dtype = dynamic->head.dtype;
    size_t n_dims = dynamic->head.n_dims, n = count_rows(s);
    size_t stride = n_dims * numeral_dtype_bytes(dtype);
    const numeral_index *base = s->first ? s->from->segments[0].rows->index : NULL;
    numeral_status status = NUMERAL_ERROR_MEMORY;
    numeral_segment_rows *rows = numeral_segment_rows_create(n, err);
    uint8_t *memory = numeral_allocate(n, stride, err);
    if (rows && memory) {
        numeral_rows live = {memory, dtype, 0, n_dims, stride};
        collect(s, &live, memory, rows->ids);
        status = build_index(dynamic, base, &live, run, &rows->index, err);
    }
    numeral_release(memory);
    if (status != NUMERAL_OK) {
        numeral_segment_rows_release(rows);
        return status;
    }
    *out = (numeral_segment){.rows = rows};
    return NUMERAL_OK;
}

/* The first of the segments that n new rows are merged with; n_segments: none. */
static size_t choose_first(const numeral_snapshot *snapshot, size_t n)
{
    const numeral_segment *segments = snapshot->segments;
    size_t first = snapshot->n_segments, size = n, all = snapshot->n_rows + n;
    /* Each segment stays at least twice as long as the next. */
    while (first > 0 && numeral_segment_n_live(&segments[first - 1]) < 2 * size) {
        size += numeral_segment_n_live(&segments[--first]);
    }
    first = first < NUMERAL_MAX_SEGMENTS ? first : NUMERAL_MAX_SEGMENTS - 1;
    if (first > 0) {
        size_t base = numeral_segment_n_live(&segments[0]);
        first = (all - base) * MERGE_SHARE > base ? 0 : first;
    }
    return first;
}

static numeral_status check_rows(const numeral_dynamic *dynamic, const numeral_rows *rows,
                                 numeral_error *err)
{
    numeral_status status = numeral_rows_check(rows, "rows", err);
    if (status == NUMERAL_OK && rows->dtype != dynamic->head.dtype) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "rows: their type of values is not that of the index");
    }
    if (status == NUMERAL_OK && rows->n_dims != dynamic->head.n_dims) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "rows: %zu dimensions, expected %zu", rows->n_dims,
                            dynamic->head.n_dims);
    }
    return status;
}

static numeral_status check_ids(const int64_t *ids, size_t n, int64_t next,
                                numeral_error *err)
{
    if (!ids) {
        return n <= (uint64_t)(INT64_MAX - next)
                   ? NUMERAL_OK
                   : numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "rows: no ids are left");
    }
    for (size_t i = 0; i < n; i++) {
        if (ids[i] < next || ids[i] == INT64_MAX) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "rows: id %lld of row %zu, expected %lld or more",
                                (long long)ids[i], i, (long long)next);
        }
        next = ids[i] + 1;
    }
    return NUMERAL_OK;
}

/* Puts one segment, made of the sources, behind those before the first of them. */
static numeral_status publish_merged(numeral_dynamic *dynamic, const sources *s,
                                     const numeral_run *run, numeral_error *err)
{
    numeral_segment segment;
    numeral_status status;
    numeral_snapshot *next = numeral_snapshot_copy(s->from, s->first, err);
    if (!next) {
        return NUMERAL_ERROR_MEMORY;
    }
    TRY(build_segment(dynamic, s, run, &segment, err));
    numeral_snapshot_append(next, segment);
    if (s->rows) {
        next->next_id = segment.rows->ids[segment.rows->n - 1] + 1;
    }
    numeral_snapshot_publish(dynamic, next);
    next = NULL;
done:
    numeral_snapshot_release(next);
    return status;
}

static numeral_status add_rows(numeral_dynamic *dynamic, const numeral_rows *rows,
                               const int64_t *ids, const numeral_run *run, int64_t *first,
                               numeral_error *err)
{
    const numeral_snapshot *now = dynamic->now;
    /* The snapshot that this is of may be gone when the next one is in force. */
    int64_t first_id = ids ? ids[0] : now->next_id;
    sources all = {now, choose_first(now, rows->n_rows), now->n_segments, rows, ids};
    numeral_status status = check_ids(ids, rows->n_rows, now->next_id, err);
    if (status == NUMERAL_OK) {
        status = publish_merged(dynamic, &all, run, err);
    }
    if (status == NUMERAL_OK && first) {
        *first = first_id;
    }
    return status;
}

/* The index to be changed, with its lock; NULL where it is of another kind. */
static numeral_dynamic *begin(numeral_index *index, numeral_error *err)
{
    numeral_dynamic *dynamic = (numeral_dynamic *)index;
    if (!numeral_dynamic_of(index, err)) {
        return NULL;
    }
    pthread_mutex_lock(&dynamic->writing);
    return dynamic;
}

numeral_status numeral_index_add(numeral_index *index, const numeral_rows *rows,
                                 const int64_t *ids, const numeral_run *run,
                                 int64_t *first, numeral_error *err)
{
    numeral_dynamic *dynamic = begin(index, err);
    if (!dynamic) {
        return NUMERAL_ERROR_UNSUPPORTED;
    }
    numeral_status status = check_rows(dynamic, rows, err);
    if (status == NUMERAL_OK && rows->n_rows) {
        status = add_rows(dynamic, rows, ids, run, first, err);
    }
    pthread_mutex_unlock(&dynamic->writing);
    return status;
}

static numeral_status bury(numeral_snapshot *next, int64_t id, bool *copied,
                           numeral_error *err)
{
    size_t at, row;
    if (!numeral_snapshot_find(next, id, &at, &row)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "row %lld: there is none of that id to remove",
                            (long long)id);
    }
    numeral_segment *segment = &next->segments[at];
    if (!copied[at]) {
        numeral_tombstones *own = numeral_tombstones_copy(segment, err);
        if (!own) {
            return NUMERAL_ERROR_MEMORY;
        }
        numeral_tombstones_release(segment->tombstones);
        segment->tombstones = own;
        copied[at] = true;
    }
    segment->tombstones->bits[row / 64] |= UINT64_C(1) << row % 64;
    segment->n_tombstones++;
    next->n_rows--;
    return NUMERAL_OK;
}

/* Makes the segments anew that have too many tombstones; empty ones go. */
static numeral_status reclaim(const numeral_dynamic *dynamic, numeral_snapshot *next,
                              const numeral_run *run, numeral_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < next->n_segments; i++) {
        numeral_segment *segment = &next->segments[i], anew;
        if (!numeral_segment_n_live(segment) ||
            segment->n_tombstones * TOMBSTONE_SHARE <= segment->rows->n) {
            continue;
        }
        numeral_status status = build_segment(
            dynamic, &(sources){.from = next, .first = i, .end = i + 1}, run, &anew, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        numeral_segment_release(segment); /* whole again, whatever fails behind it */
        *segment = anew;
    }
    for (size_t i = 0; i < next->n_segments; i++) {
        if (numeral_segment_n_live(&next->segments[i])) {
            next->segments[kept++] = next->segments[i];
        } else {
            numeral_segment_release(&next->segments[i]);
        }
    }
    next->n_segments = kept;
    return NUMERAL_OK;
}

static numeral_status remove_rows(numeral_dynamic *dynamic, const int64_t *ids, size_t n,
                                  const numeral_run *run, numeral_error *err)
{
    bool copied[NUMERAL_MAX_SEGMENTS] = {false};
    numeral_status status;
    numeral_snapshot *next =
        numeral_snapshot_copy(dynamic->now, dynamic->now->n_segments, err);
    if (!next) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        TRY(bury(next, ids[i], copied, err));
    }
    TRY(reclaim(dynamic, next, run, err));
    numeral_snapshot_publish(dynamic, next);
    next = NULL;
done:
    numeral_snapshot_release(next);
    return status;
}

numeral_status numeral_index_remove(numeral_index *index, const int64_t *ids, size_t n,
                                    const numeral_run *run, numeral_error *err)
{
    numeral_dynamic *dynamic = begin(index, err);
    if (!dynamic) {
        return NUMERAL_ERROR_UNSUPPORTED;
    }
    numeral_status status = n ? remove_rows(dynamic, ids, n, run, err) : NUMERAL_OK;
    pthread_mutex_unlock(&dynamic->writing);
    return status;
}

numeral_status numeral_index_compact(numeral_index *index, const numeral_run *run,
                                     numeral_error *err)
{
    numeral_dynamic *dynamic = begin(index, err);
    if (!dynamic) {
        return NUMERAL_ERROR_UNSUPPORTED;
    }
    const numeral_snapshot *now = dynamic->now;
    bool compact = now->n_segments == 0 ||
                   (now->n_segments == 1 && now->segments[0].n_tombstones == 0);
    numeral_status status =
        compact ? NUMERAL_OK
                : publish_merged(dynamic, &(sources){.from = now, .end = now->n_segments},
                                 run, err);
    pthread_mutex_unlock(&dynamic->writing);
    return status;
}
