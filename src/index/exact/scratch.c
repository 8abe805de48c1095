/* What a search works in: one block for each worker, made once. */
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "index/exact/task.h"

void numeral_exact_scratch_destroy(numeral_exact_scratch *scratch)
{
    if (scratch) {
        numeral_release(scratch->memory);
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

static void cut_points(numeral_points *points, uint8_t *block, size_t *used, size_t n)
{
    points->rows = cut(block, used, n, sizeof *points->rows);
    points->owners = cut(block, used, n, sizeof *points->owners);
    points->excess = cut(block, used, n, sizeof *points->excess);
    points->near = cut(block, used, n, sizeof *points->near);
}

static size_t place(numeral_exact_scratch *s, const numeral_exact *e, uint8_t *block)
{
    size_t used = 0, clusters = e->n_clusters + 8,
           groups = e->n_groups + NUMERAL_SCAN_PADDING;
    size_t rows = e->head.n_rows + 16;
    s->row = cut(block, &used, e->stride, 1);
    if (e->related) {
        s->asked.row = cut(block, &used, e->stride, 1);
        s->asked.query = cut(block, &used, e->head.n_dims, sizeof *s->asked.query);
        s->asked.other = cut(block, &used, e->head.n_dims, sizeof *s->asked.other);
        s->asked.derived = cut(block, &used, e->head.n_dims, sizeof *s->asked.derived);
        s->asked.most = cut(block, &used, e->head.n_dims, sizeof *s->asked.most);
    }
    s->pairs = cut(block, &used, e->n_pairs + 1, sizeof *s->pairs);
    s->values = cut(block, &used, e->n_pairs + 1, 2 * sizeof *s->values);
    s->centroid_distances = cut(block, &used, clusters, sizeof *s->centroid_distances);
    s->list = cut(block, &used, clusters, sizeof *s->list);
    s->firsts = cut(block, &used, clusters, sizeof *s->firsts);
    s->thresholds = cut(block, &used, clusters, sizeof *s->thresholds);
    s->whole = cut(block, &used, clusters, sizeof *s->whole);
    s->limits = cut(block, &used, clusters, sizeof *s->limits);
    s->most_leaves = cut(block, &used, clusters, sizeof *s->most_leaves);
    s->cluster_starts = cut(block, &used, clusters, sizeof *s->cluster_starts);
    s->groups = cut(block, &used, groups, sizeof *s->groups);
    s->owners = cut(block, &used, groups, sizeof *s->owners);
    s->starts = cut(block, &used, groups, sizeof *s->starts);
    s->hits.entries = cut(block, &used, groups, sizeof *s->hits.entries);
    s->hits.masks = cut(block, &used, groups, sizeof *s->hits.masks);
    s->hits.sums = cut(block, &used, groups, 32);
    cut_points(&s->points, block, &used, rows);
    cut_points(&s->best, block, &used, e->direct ? 0 : rows);
    s->keys = cut(block, &used, e->direct ? rows : 0, sizeof *s->keys);
    s->offered = cut(block, &used, rows / 64 + 1, sizeof *s->offered);
    s->offers = cut(block, &used, rows, sizeof *s->offers);
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
    memset(s->offered, 0, (exact->head.n_rows / 64 + 1) * sizeof *s->offered);
    return s;
}

numeral_status numeral_exact_take_scratch(const numeral_exact *exact, size_t n,
                                          numeral_exact_scratch **out, numeral_error *err)
{
    numeral_exact *shared = (numeral_exact *)(uintptr_t)exact; /* `spare` is atomic */
    out[0] = atomic_exchange(&shared->spare, NULL);
    for (size_t i = 0; i < n; i++) {
        if (!out[i]) {
            out[i] = create_scratch(exact, err);
        }
        if (!out[i]) {
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
