/* A dynamic index and its snapshots: what is there, counted by those who use it. */
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "index/dynamic/dynamic.h"

numeral_status numeral_dynamic_create(const numeral_index *head, const numeral_part *spec,
                                      numeral_snapshot *snapshot, numeral_index **out,
                                      numeral_error *err)
{
    numeral_buffer text = {.max_bytes = NUMERAL_SPEC_BYTES - 1};
    numeral_index segment = *head;
    numeral_status status;
    numeral_dynamic *dynamic = numeral_allocate_zero(1, sizeof *dynamic, err);
    if (!dynamic) {
        return NUMERAL_ERROR_MEMORY;
    }
    segment.kind = numeral_index_kind_of(spec->entry);
    TRY(numeral_index_check_serves(&segment, err));
    TRY(numeral_part_print(spec, &text, err));
    memcpy(dynamic->spec_text, text.data, text.size);
    dynamic->head = *head;
    dynamic->head.n_rows = 0; /* they are the snapshot's */
    dynamic->head.more_holders = 0;
    dynamic->head.file = (numeral_bytes){0}; /* stays with its owner */
    snprintf(dynamic->head.description, sizeof dynamic->head.description, "dynamic (%s)",
             dynamic->spec_text);
    dynamic->spec = *spec;
    dynamic->metric = numeral_index_metric(head);
    dynamic->now = snapshot;
    pthread_mutex_init(&dynamic->writing, NULL);
    pthread_mutex_init(&dynamic->switching, NULL);
    *out = &dynamic->head;
    dynamic = NULL;
done:
    numeral_buffer_free(&text);
    numeral_release(dynamic);
    return status;
}

void numeral_dynamic_destroy(numeral_index *index)
{
    numeral_dynamic *dynamic = (numeral_dynamic *)index;
    numeral_snapshot_release(dynamic->now);
    pthread_mutex_destroy(&dynamic->writing);
    pthread_mutex_destroy(&dynamic->switching);
    numeral_release(dynamic);
}

numeral_snapshot *numeral_snapshot_create(numeral_error *err)
{
    numeral_snapshot *snapshot = numeral_allocate_zero(1, sizeof *snapshot, err);
    if (snapshot) {
        atomic_init(&snapshot->holders, 1);
    }
    return snapshot;
}

numeral_snapshot *numeral_snapshot_hold(const numeral_index *index)
{
    /* Only the lock and the count change. */
    numeral_dynamic *dynamic = (numeral_dynamic *)(uintptr_t)index;
    pthread_mutex_lock(&dynamic->switching);
    numeral_snapshot *now = dynamic->now;
    atomic_fetch_add(&now->holders, 1);
    pthread_mutex_unlock(&dynamic->switching);
    return now;
}

void numeral_snapshot_publish(numeral_dynamic *dynamic, numeral_snapshot *next)
{
    pthread_mutex_lock(&dynamic->switching);
    numeral_snapshot *old = dynamic->now;
    dynamic->now = next;
    pthread_mutex_unlock(&dynamic->switching);
    numeral_snapshot_release(old);
}

numeral_segment_rows *numeral_segment_rows_create(size_t n, numeral_error *err)
{
    numeral_segment_rows *rows = numeral_allocate_zero(1, sizeof *rows, err);
    int64_t *ids = numeral_allocate(n, sizeof *ids, err);
    if (!rows || !ids) {
        numeral_release(rows);
        numeral_release(ids);
        return NULL;
    }
    atomic_init(&rows->holders, 1);
    rows->n = n;
    rows->ids = ids;
    return rows;
}

void numeral_segment_rows_release(numeral_segment_rows *rows)
{
    if (rows && atomic_fetch_sub(&rows->holders, 1) == 1) {
        numeral_index_destroy(rows->index);
        numeral_release(rows->ids);
        numeral_release(rows);
    }
}

numeral_tombstones *numeral_tombstones_copy(const numeral_segment *segment,
                                            numeral_error *err)
{
    size_t bytes = (segment->rows->n / 64 + 1) * sizeof(uint64_t);
    numeral_tombstones *copy = numeral_allocate_zero(1, sizeof *copy + bytes, err);
    if (copy) {
        atomic_init(&copy->holders, 1);
        if (segment->tombstones) {
            memcpy(copy->bits, segment->tombstones->bits, bytes);
        }
    }
    return copy;
}

void numeral_tombstones_release(numeral_tombstones *tombstones)
{
    if (tombstones && atomic_fetch_sub(&tombstones->holders, 1) == 1) {
        numeral_release(tombstones);
    }
}

void numeral_segment_release(numeral_segment *segment)
{
    numeral_segment_rows_release(segment->rows);
    numeral_tombstones_release(segment->tombstones);
    *segment = (numeral_segment){0};
}

void numeral_snapshot_release(numeral_snapshot *snapshot)
{
    if (snapshot && atomic_fetch_sub(&snapshot->holders, 1) == 1) {
        for (size_t i = 0; i < snapshot->n_segments; i++) {
            numeral_segment_release(&snapshot->segments[i]);
        }
        numeral_release(snapshot);
    }
}

numeral_snapshot *numeral_snapshot_copy(const numeral_snapshot *from, size_t n_segments,
                                        numeral_error *err)
{
    numeral_snapshot *snapshot = numeral_snapshot_create(err);
    if (!snapshot) {
        return NULL;
    }
    snapshot->next_id = from->next_id;
    for (size_t i = 0; i < n_segments; i++) {
        numeral_segment segment = from->segments[i];
        atomic_fetch_add(&segment.rows->holders, 1);
        if (segment.tombstones) {
            atomic_fetch_add(&segment.tombstones->holders, 1);
        }
        numeral_snapshot_append(snapshot, segment);
    }
    return snapshot;
}

void numeral_snapshot_append(numeral_snapshot *snapshot, numeral_segment segment)
{
    snapshot->segments[snapshot->n_segments++] = segment;
    snapshot->n_rows += numeral_segment_n_live(&segment);
}

int64_t numeral_segment_rows_find(const numeral_segment_rows *rows, int64_t id)
{
    size_t low = 0, high = rows->n;
    while (low < high) { /* the first place whose id is not below `id` */
        size_t middle = low + (high - low) / 2;
        if (rows->ids[middle] < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < rows->n && rows->ids[low] == id ? (int64_t)low : -1;
}

bool numeral_snapshot_find(const numeral_snapshot *snapshot, int64_t id, size_t *segment,
                           size_t *row)
{
    for (size_t i = 0; i < snapshot->n_segments; i++) {
        const numeral_segment *one = &snapshot->segments[i];
        int64_t at = numeral_segment_rows_find(one->rows, id);
        if (at >= 0) {
            *segment = i;
            *row = (size_t)at;
            return !numeral_segment_has_tombstone(one, *row);
        }
    }
    return false;
}
