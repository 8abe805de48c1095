/* The dynamic index as an object: making it, asking it, ending it. Its changes and its
 * searches have files of their own. Method: Bentley & Saxe, "Decomposable searching
 * problems I: static-to-dynamic transformation" (1980). */
#include "index/dynamic/dynamic.h"

#include <stdio.h>

#include "base/fail.h"

static bool find_row(const numeral_index *index, int64_t id, void *out)
{
    size_t segment, row;
    numeral_snapshot *snapshot = numeral_snapshot_hold(index);
    bool found = numeral_snapshot_find(snapshot, id, &segment, &row);
    if (found) {
        const numeral_index *inner = snapshot->segments[segment].rows->index;
        inner->kind->get_row(inner, row, out);
    }
    numeral_snapshot_release(snapshot);
    return found;
}

static size_t bytes_of(const numeral_segment *segment)
{
    size_t tombstones =
        segment->tombstones ? sizeof(numeral_tombstones) + segment->rows->n / 8 + 8 : 0;
    return numeral_index_bytes(segment->rows->index) +
           segment->rows->n * sizeof(int64_t) + sizeof(numeral_segment_rows) + tombstones;
}

static void count(const numeral_index *index, size_t *n_rows, size_t *bytes)
{
    numeral_snapshot *snapshot = numeral_snapshot_hold(index);
    *n_rows = snapshot->n_rows;
    *bytes = sizeof(numeral_dynamic) + sizeof *snapshot;
    for (size_t i = 0; i < snapshot->n_segments; i++) {
        *bytes += bytes_of(&snapshot->segments[i]);
    }
    numeral_snapshot_release(snapshot);
}

static numeral_status save(const numeral_index *index, numeral_tensors *out,
                           numeral_error *err)
{
    (void)index;
    (void)out;
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "index dynamic: it is not written to files; write its rows and "
                        "their ids, and add them again");
}

static void destroy(numeral_index *index)
{
    numeral_dynamic *dynamic = (numeral_dynamic *)index;
    numeral_snapshot_release(dynamic->now);
    pthread_mutex_destroy(&dynamic->writing);
    pthread_mutex_destroy(&dynamic->switching);
    numeral_release(dynamic);
}

/* In no table: recipes do not name it. */
static const numeral_index_kind kind = {
    .entry = {.name = "dynamic",
              .help = "rows come and go",
              .source = "Bentley & Saxe 1980"},
    .search = numeral_dynamic_search,
    .search_within = numeral_dynamic_search_within,
    .find_row = find_row,
    .count = count,
    .save = save,
    .destroy = destroy,
};

const numeral_dynamic *numeral_dynamic_of(const numeral_index *index, numeral_error *err)
{
    if (index->kind == &kind) {
        return (const numeral_dynamic *)index;
    }
    numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                 "index %s: its rows stay as they are; numeral_index_create_dynamic "
                 "makes one whose rows come and go",
                 index->kind->entry.name);
    return NULL;
}

static numeral_status make(const numeral_index *head, const numeral_part *spec,
                           const numeral_part *metric, numeral_index **out,
                           numeral_error *err)
{
    static const numeral_snapshot nothing = {0};
    numeral_dynamic *dynamic = numeral_allocate_zero(1, sizeof *dynamic, err);
    numeral_snapshot *now = dynamic ? numeral_snapshot_copy(&nothing, 0, err) : NULL;
    if (!now) {
        numeral_release(dynamic);
        return NUMERAL_ERROR_MEMORY;
    }
    dynamic->head = *head;
    dynamic->head.kind = &kind;
    snprintf(dynamic->head.description, sizeof dynamic->head.description, "dynamic (%s)",
             spec->entry->name);
    dynamic->spec = *spec;
    dynamic->metric = *metric;
    dynamic->now = now;
    pthread_mutex_init(&dynamic->writing, NULL);
    pthread_mutex_init(&dynamic->switching, NULL);
    *out = &dynamic->head;
    return NUMERAL_OK;
}

numeral_status numeral_index_create_dynamic(numeral_dtype dtype, size_t n_dims,
                                            const char *spec, const char *metric,
                                            const numeral_registry *registry,
                                            numeral_index **out, numeral_error *err)
{
    numeral_part spec_part, metric_part;
    numeral_rows none = {.dtype = dtype, .n_dims = n_dims, .stride = SIZE_MAX};
    *out = NULL;
    numeral_status status = numeral_rows_check(&none, "rows", err);
    if (status == NUMERAL_OK) {
        status =
            numeral_index_parse(spec, metric, registry, &spec_part, &metric_part, err);
    }
    if (status != NUMERAL_OK) {
        return status;
    }
    numeral_index head = numeral_index_make_head(numeral_index_kind_of(spec_part.entry),
                                                 &metric_part, dtype, 0, n_dims);
    status = numeral_index_check_serves(&head, err);
    return status == NUMERAL_OK ? make(&head, &spec_part, &metric_part, out, err)
                                : status;
}

numeral_status numeral_index_get_state(const numeral_index *index,
                                       numeral_dynamic_state *out, numeral_error *err)
{
    if (!numeral_dynamic_of(index, err)) {
        return NUMERAL_ERROR_UNSUPPORTED;
    }
    numeral_snapshot *snapshot = numeral_snapshot_hold(index);
    *out = (numeral_dynamic_state){.n_rows = snapshot->n_rows,
                                   .n_segments = snapshot->n_segments,
                                   .next_id = snapshot->next_id};
    for (size_t i = 0; i < snapshot->n_segments; i++) {
        out->n_tombstones += snapshot->segments[i].n_tombstones;
        out->n_side += i ? numeral_segment_n_live(&snapshot->segments[i]) : 0;
    }
    numeral_snapshot_release(snapshot);
    return NUMERAL_OK;
}

static size_t list_ids(const numeral_segment *segment, int64_t *ids, size_t room)
{
    size_t n = 0;
    for (size_t row = 0; row < segment->rows->n && n < room; row++) {
        ids[n] = segment->rows->ids[row];
        n += !numeral_segment_has_tombstone(segment, row);
    }
    return n;
}

size_t numeral_index_get_ids(const numeral_index *index, int64_t *ids, size_t room)
{
    size_t n = 0;
    if (index->kind != &kind) {
        for (; n < index->n_rows && n < room; n++) {
            ids[n] = (int64_t)n;
        }
        return index->n_rows;
    }
    numeral_snapshot *snapshot = numeral_snapshot_hold(index);
    size_t n_rows = snapshot->n_rows;
    for (size_t i = 0; i < snapshot->n_segments; i++) {
        n += list_ids(&snapshot->segments[i], ids + n, room - n);
    }
    numeral_snapshot_release(snapshot);
    return n_rows;
}
