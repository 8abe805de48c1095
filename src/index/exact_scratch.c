/* What a search works in: one block for each worker, made once. */
#include <stdatomic.h>

#include "base/memory.h"
#include "index/exact_task.h"

void numeral_exact_scratch_destroy(numeral_exact_scratch *scratch)
{
    if (scratch) {
        numeral_release(scratch->memory);
        numeral_release(scratch->seed_distances);
        numeral_release(scratch->seed_ids);
        numeral_release(scratch);
    }
}

/* Cuts `count` items off the block behind what is used; NULL while only counting. */
static void *cut(uint8_t *block, size_t *used, size_t count, size_t size)
{
    void *piece = block ? block + *used : NULL;
    *used += numeral_round_up(count * size, 64);
    return piece;
}

static size_t place(numeral_exact_scratch *s, const numeral_exact *e, uint8_t *block)
{
    size_t used = 0, clusters = e->n_clusters + 8, groups = e->n_groups + 8;
    size_t rows = e->head.n_rows + 8;
    s->row = cut(block, &used, e->stride, 1);
    s->pairs = cut(block, &used, e->n_pairs + 1, sizeof *s->pairs);
    s->values = cut(block, &used, e->n_pairs + 1, 2 * sizeof *s->values);
    s->centroid_distances = cut(block, &used, clusters, sizeof *s->centroid_distances);
    s->list = cut(block, &used, clusters, sizeof *s->list);
    s->firsts = cut(block, &used, clusters, sizeof *s->firsts);
    s->thresholds = cut(block, &used, clusters, sizeof *s->thresholds);
    s->limits = cut(block, &used, clusters, sizeof *s->limits);
    s->groups = cut(block, &used, groups, sizeof *s->groups);
    s->listed = cut(block, &used, groups, sizeof *s->listed);
    s->starts = cut(block, &used, groups, sizeof *s->starts);
    s->hits.entries = cut(block, &used, groups, sizeof *s->hits.entries);
    s->hits.masks = cut(block, &used, groups, sizeof *s->hits.masks);
    s->hits.sums = cut(block, &used, groups, 32);
    s->candidates = cut(block, &used, rows, sizeof *s->candidates);
    s->places = cut(block, &used, rows, sizeof *s->places);
    s->seconds = cut(block, &used, rows, sizeof *s->seconds);
    return used;
}

static numeral_exact_scratch *create_scratch(const numeral_exact *exact,
                                             numeral_error *err)
{
    numeral_exact_scratch *s = numeral_allocate_zero(1, sizeof *s, err);
    if (!s) {
        return NULL;
    }
    s->memory = numeral_allocate(place(s, exact, NULL), 1, err);
    if (!s->memory) {
        numeral_exact_scratch_destroy(s);
        return NULL;
    }
    place(s, exact, s->memory);
    return s;
}

static bool make_seed_room(numeral_exact_scratch *s, size_t room, numeral_error *err)
{
    if (room <= s->seed_room) {
        return true;
    }
    numeral_release(s->seed_distances);
    numeral_release(s->seed_ids);
    s->seed_room = 0;
    s->seed_distances = numeral_allocate(room, sizeof *s->seed_distances, err);
    s->seed_ids = numeral_allocate(room, sizeof *s->seed_ids, err);
    if (!s->seed_distances || !s->seed_ids) {
        return false;
    }
    s->seed_room = room;
    return true;
}

numeral_status numeral_exact_take_scratch(const numeral_exact *exact, size_t n, size_t k,
                                          numeral_exact_scratch **out, numeral_error *err)
{
    numeral_exact *shared = (numeral_exact *)(uintptr_t)exact; /* `spare` is atomic */
    out[0] = atomic_exchange(&shared->spare, NULL);
    for (size_t i = 0; i < n; i++) {
        if (!out[i]) {
            out[i] = create_scratch(exact, err);
        }
        if (!out[i] || !make_seed_room(out[i], k, err)) {
            return NUMERAL_ERROR_MEMORY;
        }
    }
    return NUMERAL_OK;
}

void numeral_exact_give_scratch(const numeral_exact *exact, size_t n,
                                numeral_exact_scratch **scratch)
{
    numeral_exact *shared = (numeral_exact *)(uintptr_t)exact;
    numeral_exact_scratch *old = atomic_exchange(&shared->spare, scratch[0]);
    numeral_exact_scratch_destroy(old);
    for (size_t i = 1; i < n; i++) {
        numeral_exact_scratch_destroy(scratch[i]);
    }
}
