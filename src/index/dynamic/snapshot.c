/* Moments of a living index: what is there, counted by those who use it. */
#include "index/dynamic/dynamic.h"

numeral_snapshot *numeral_snapshot_hold(const numeral_index *index)
{
    /* Only the lock and the count change. */
    numeral_dynamic *living = (numeral_dynamic *)(uintptr_t)index;
    pthread_mutex_lock(&living->turning);
    numeral_snapshot *now = living->now;
    atomic_fetch_add(&now->holders, 1);
    pthread_mutex_unlock(&living->turning);
    return now;
}

static void release_segment(numeral_segment *segment)
{
    if (segment && atomic_fetch_sub(&segment->holders, 1) == 1) {
        numeral_index_destroy(segment->index);
        numeral_release(segment->ids);
        numeral_release(segment);
    }
}

void numeral_tombstones_release(numeral_tombstones *holes)
{
    if (holes && atomic_fetch_sub(&holes->holders, 1) == 1) {
        numeral_release(holes);
    }
}

void numeral_dynamic_part_release(numeral_dynamic_part *part)
{
    release_segment(part->rows);
    numeral_tombstones_release(part->holes);
    *part = (numeral_dynamic_part){0};
}

void numeral_snapshot_release(numeral_snapshot *moment)
{
    if (moment && atomic_fetch_sub(&moment->holders, 1) == 1) {
        for (size_t i = 0; i < moment->n_parts; i++) {
            numeral_dynamic_part_release(&moment->parts[i]);
        }
        numeral_release(moment);
    }
}

numeral_snapshot *numeral_snapshot_copy(const numeral_snapshot *from, size_t n_parts,
                                        numeral_error *err)
{
    numeral_snapshot *moment = numeral_allocate_zero(1, sizeof *moment, err);
    if (!moment) {
        return NULL;
    }
    atomic_init(&moment->holders, 1);
    moment->next_id = from->next_id;
    for (size_t i = 0; i < n_parts; i++) {
        numeral_dynamic_part part = from->parts[i];
        atomic_fetch_add(&part.rows->holders, 1);
        if (part.holes) {
            atomic_fetch_add(&part.holes->holders, 1);
        }
        numeral_snapshot_append(moment, part);
    }
    return moment;
}

void numeral_snapshot_append(numeral_snapshot *moment, numeral_dynamic_part part)
{
    moment->parts[moment->n_parts++] = part;
    moment->n_rows += numeral_part_alive(&part);
}

bool numeral_part_has_tombstone(const numeral_dynamic_part *part, size_t row)
{
    return part->holes && (part->holes->bits[row / 64] >> row % 64 & 1);
}

/* The first place whose id is not below `id`. */
static size_t find_place(const int64_t *ids, size_t n, int64_t id)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ids[middle] < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

int64_t numeral_segment_find(const numeral_segment *segment, int64_t id)
{
    size_t at = find_place(segment->ids, segment->n, id);
    return at < segment->n && segment->ids[at] == id ? (int64_t)at : -1;
}

bool numeral_snapshot_find(const numeral_snapshot *moment, int64_t id, size_t *part,
                           size_t *row)
{
    for (size_t i = 0; i < moment->n_parts; i++) {
        const numeral_dynamic_part *one = &moment->parts[i];
        int64_t at = numeral_segment_find(one->rows, id);
        if (at >= 0) {
            *part = i;
            *row = (size_t)at;
            return !numeral_part_has_tombstone(one, *row);
        }
    }
    return false;
}
