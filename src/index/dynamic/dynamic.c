/* The living index as an object: making it, asking it, ending it. Its changes and its
 * searches have files of their own. Method: Bentley & Saxe, "Decomposable searching
 * problems I: static-to-dynamic transformation" (1980). */
#include "index/dynamic/dynamic.h"

#include <stdio.h>

#include "base/fail.h"

static bool find_row(const numeral_index *index, int64_t id, void *out)
{
    size_t part, row;
    numeral_snapshot *moment = numeral_snapshot_hold(index);
    bool found = numeral_snapshot_find(moment, id, &part, &row);
    if (found) {
        const numeral_index *inner = moment->parts[part].rows->index;
        inner->kind->get_row(inner, row, out);
    }
    numeral_snapshot_release(moment);
    return found;
}

static size_t bytes_of(const numeral_dynamic_part *part)
{
    size_t holes = part->holes ? sizeof(numeral_tombstones) + part->rows->n / 8 + 8 : 0;
    return numeral_index_bytes(part->rows->index) + part->rows->n * sizeof(int64_t) +
           sizeof(numeral_segment) + holes;
}

static void count(const numeral_index *index, size_t *n_rows, size_t *bytes)
{
    numeral_snapshot *moment = numeral_snapshot_hold(index);
    *n_rows = moment->n_rows;
    *bytes = sizeof(numeral_dynamic) + sizeof *moment;
    for (size_t i = 0; i < moment->n_parts; i++) {
        *bytes += bytes_of(&moment->parts[i]);
    }
    numeral_snapshot_release(moment);
}

static numeral_status save(const numeral_index *index, numeral_tensors *out,
                           numeral_error *err)
{
    (void)index;
    (void)out;
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "index living: it is not written to files; write its rows and "
                        "their ids, and add them again");
}

static void destroy(numeral_index *index)
{
    numeral_dynamic *living = (numeral_dynamic *)index;
    numeral_snapshot_release(living->now);
    pthread_mutex_destroy(&living->writing);
    pthread_mutex_destroy(&living->turning);
    numeral_release(living);
}

const numeral_index_kind numeral_index_dynamic = {
    .entry = {.name = "living", .help = "rows come and go", .source = ""},
    .search = numeral_dynamic_search,
    .search_within = numeral_dynamic_search_within,
    .find_row = find_row,
    .count = count,
    .save = save,
    .destroy = destroy,
};

static numeral_status make(const numeral_index *head, const numeral_part *spec,
                           const numeral_part *metric, numeral_index **out,
                           numeral_error *err)
{
    static const numeral_snapshot nothing = {0};
    numeral_dynamic *living = numeral_allocate_zero(1, sizeof *living, err);
    numeral_snapshot *now = living ? numeral_snapshot_copy(&nothing, 0, err) : NULL;
    if (!now) {
        numeral_release(living);
        return NUMERAL_ERROR_MEMORY;
    }
    living->head = *head;
    living->head.kind = &numeral_index_dynamic;
    snprintf(living->head.description, sizeof living->head.description, "living (%s)",
             spec->entry->name);
    living->spec = *spec;
    living->metric = *metric;
    living->now = now;
    pthread_mutex_init(&living->writing, NULL);
    pthread_mutex_init(&living->turning, NULL);
    *out = &living->head;
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
    if (index->kind != &numeral_index_dynamic) {
        return numeral_dynamic_refuse(index, err);
    }
    numeral_snapshot *moment = numeral_snapshot_hold(index);
    *out = (numeral_dynamic_state){
        .n_rows = moment->n_rows, .n_parts = moment->n_parts, .next_id = moment->next_id};
    for (size_t i = 0; i < moment->n_parts; i++) {
        out->n_tombstones += moment->parts[i].n_tombstones;
        out->n_side += i ? numeral_part_alive(&moment->parts[i]) : 0;
    }
    numeral_snapshot_release(moment);
    return NUMERAL_OK;
}

static size_t list_ids(const numeral_dynamic_part *part, int64_t *ids, size_t room)
{
    size_t n = 0;
    for (size_t row = 0; row < part->rows->n && n < room; row++) {
        ids[n] = part->rows->ids[row];
        n += !numeral_part_has_tombstone(part, row);
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
    numeral_snapshot *moment = numeral_snapshot_hold(index);
    size_t n_rows = moment->n_rows;
    for (size_t i = 0; i < moment->n_parts; i++) {
        n += list_ids(&moment->parts[i], ids + n, room - n);
    }
    numeral_snapshot_release(moment);
    return n_rows;
}
