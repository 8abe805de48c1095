/* The dynamic index as an object: making it, asking it, ending it. Its changes and its
 * searches have files of their own. Method: Bentley & Saxe, "Decomposable searching
 * problems I: static-to-dynamic transformation" (1980). */
#include "index/dynamic/dynamic.h"
#include "base/fail.h"
#include "index/index_entries.h"

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

/* Another index of the snapshot in force. */
static numeral_status branch(const numeral_index *index, numeral_index **out,
                             numeral_error *err)
{
    numeral_snapshot *snapshot = numeral_snapshot_hold(index);
    const numeral_dynamic *dynamic = (const numeral_dynamic *)index;
    numeral_status status =
        numeral_dynamic_create(&dynamic->head, &dynamic->spec, snapshot, out, err);
    if (status != NUMERAL_OK) {
        numeral_snapshot_release(snapshot);
    }
    return status;
}

/* The segments say whether they serve the metric. */
static bool serves(const numeral_metric *metric, numeral_dtype dtype)
{
    (void)metric;
    (void)dtype;
    return true;
}

const numeral_index_kind numeral_index_dynamic = {
    .entry = {.name = "dynamic",
              .help = "rows come and go",
              .source = "Bentley & Saxe 1980"},
    .reals = true,
    .serves = serves,
    .search = numeral_dynamic_search,
    .search_within = numeral_dynamic_search_within,
    .find_row = find_row,
    .count = count,
    .branch = branch,
    .save = numeral_dynamic_save,
    .load = numeral_dynamic_load,
    .destroy = numeral_dynamic_destroy,
};

const numeral_dynamic *numeral_dynamic_of(const numeral_index *index, numeral_error *err)
{
    if (index->kind == &numeral_index_dynamic) {
        return (const numeral_dynamic *)index;
    }
    numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                 "index %s: its rows stay as they are; numeral_index_create_dynamic "
                 "makes one whose rows come and go",
                 index->kind->entry.name);
    return NULL;
}

numeral_status numeral_index_create_dynamic(numeral_dtype dtype, size_t n_dims,
                                            const char *spec, const char *metric,
                                            const numeral_registry *registry,
                                            numeral_index **out, numeral_error *err)
{
    numeral_part spec_part, metric_part;
    numeral_rows none = {.dtype = dtype, .n_dims = n_dims, .stride = SIZE_MAX};
    numeral_status status;
    numeral_snapshot *empty = NULL;
    *out = NULL;
    TRY(numeral_rows_check(&none, "rows", err));
    TRY(numeral_index_parse(spec, metric, registry, &spec_part, &metric_part, err));
    numeral_index head =
        numeral_index_make_head(&numeral_index_dynamic, &metric_part, dtype, 0, n_dims);
    empty = numeral_snapshot_create(err);
    if (!empty) {
        return NUMERAL_ERROR_MEMORY;
    }
    TRY(numeral_dynamic_create(&head, &spec_part, empty, out, err));
    empty = NULL;
done:
    numeral_snapshot_release(empty);
    return status;
}

numeral_status numeral_index_make_dynamic(numeral_index *base, const int64_t *ids,
                                          size_t next_id, const numeral_part *spec,
                                          numeral_index **out, numeral_error *err)
{
    numeral_index head = *base;
    numeral_segment_rows *rows = NULL;
    numeral_status status;
    numeral_snapshot *snapshot = numeral_snapshot_create(err);
    rows = snapshot ? numeral_segment_rows_create(base->n_rows, err) : NULL;
    if (!rows) {
        numeral_snapshot_release(snapshot);
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < rows->n; i++) {
        rows->ids[i] = ids ? ids[i] : (int64_t)i;
    }
    numeral_snapshot_append(snapshot, (numeral_segment){.rows = rows});
    snapshot->next_id = (int64_t)next_id;
    head.kind = &numeral_index_dynamic;
    TRY(numeral_dynamic_create(&head, spec, snapshot, out, err));
    rows->index = base;
    snapshot = NULL;
done:
    numeral_snapshot_release(snapshot);
    return status;
}

numeral_status numeral_index_convert_dynamic(numeral_index *index, const char *spec,
                                             const numeral_registry *registry,
                                             numeral_index **out, numeral_error *err)
{
    numeral_part spec_part, metric_part;
    *out = NULL;
    numeral_status status =
        numeral_index_parse(spec, NULL, registry, &spec_part, &metric_part, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (numeral_index_is_dynamic(index)) {
        *out = index;
        return NUMERAL_OK;
    }
    return numeral_index_make_dynamic(index, NULL, index->n_rows, &spec_part, out, err);
}

bool numeral_index_is_dynamic(const numeral_index *index)
{
    return index->kind == &numeral_index_dynamic;
}

size_t numeral_index_next_id(const numeral_index *index)
{
    numeral_dynamic_state state;
    return numeral_index_get_state(index, &state, NULL) == NUMERAL_OK
               ? (size_t)state.next_id
               : index->n_rows;
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
    if (index->kind != &numeral_index_dynamic) {
        for (; n < index->n_rows && n < room; n++) {
            ids[n] = (int64_t)n;
        }
        return index->n_rows;
    }
    numeral_snapshot *snapshot = numeral_snapshot_hold(index);
    size_t n_rows = snapshot->n_rows;
    for (size_t i = 0; i < snapshot->n_segments && n < room; i++) {
        n += list_ids(&snapshot->segments[i], ids + n, room - n);
    }
    numeral_snapshot_release(snapshot);
    return n_rows;
}
