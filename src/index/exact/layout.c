/* The index as an object: its shape, where the rows of a cluster lie, and the arrays that
 * follow from that, whether it was just built or comes from a file. */
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "index/exact/exact.h"

/* The shape follows from rows and dimensions alone. */
static void set_shape(numeral_exact *exact)
{
    size_t dims = exact->head.n_dims;
    exact->shrink = (numeral_exact_shrink){1.0, 1.0, 1.0, 1.0};
    exact->n_pairs = (dims + 1) / 2;
    exact->stride = numeral_row_bytes(exact->head.dtype, dims);
    exact->n_head = dims <= EXACT_HALF ? EXACT_HALF : EXACT_MAX_HEAD;
    size_t rest = dims > EXACT_MAX_HEAD ? dims - EXACT_MAX_HEAD : 0;
    rest = numeral_round_up(rest, EXACT_HALF);
    exact->n_tail = rest > EXACT_MAX_TAIL ? EXACT_MAX_TAIL : rest;
    exact->n_out = exact->n_head + exact->n_tail;
    exact->ordered = exact->head.dtype != NUMERAL_I16 && dims <= EXACT_MAX_HEAD;
    bool whole = exact->ordered && exact->head.metric->family == NUMERAL_METRIC_L2;
    exact->ending = whole ? &numeral_exact_by_scans : &numeral_exact_by_rows;
}

numeral_status numeral_exact_create(const numeral_index *head, numeral_exact **out,
                                    numeral_error *err)
{
    numeral_exact *exact = numeral_allocate_zero(1, sizeof *exact, err);
    if (!exact) {
        return NUMERAL_ERROR_MEMORY;
    }
    exact->head = *head;
    exact->head.bytes = sizeof *exact;
    set_shape(exact);
    *out = exact;
    return NUMERAL_OK;
}

void numeral_exact_destroy(numeral_index *index)
{
    numeral_exact *exact = (numeral_exact *)index;
    if (!exact) {
        return;
    }
    for (size_t i = 0; i < exact->n_memory; i++) {
        numeral_release(exact->memory[i]);
    }
    numeral_metric_bound_destroy(exact->metric_bound);
    numeral_release(atomic_load(&exact->spare));
    numeral_release(exact);
}

void numeral_exact_describe(numeral_exact *exact)
{
    snprintf(exact->head.description, sizeof exact->head.description,
             "exact (%s%s%zu clusters, %zu + %zu dimensions)",
             exact->metric_bound ? exact->head.metric->entry.name : "",
             exact->metric_bound ? " within l2, " : "", exact->n_clusters, exact->n_head,
             exact->n_tail);
}

size_t numeral_exact_leaf_stride(size_t n_groups)
{
    return numeral_round_up(n_groups + 7, 64); /* kernels read eight at a time */
}

static numeral_status check_clusters(const numeral_exact *exact, numeral_error *err)
{
    bool right = exact->cluster_rows[0] == 0 &&
                 exact->cluster_rows[exact->n_clusters] == exact->head.n_rows;
    size_t n_groups = 0;
    for (size_t c = 0; right && c < exact->n_clusters; c++) {
        right = exact->cluster_rows[c] <= exact->cluster_rows[c + 1];
        size_t rows = exact->cluster_rows[c + 1] - exact->cluster_rows[c];
        n_groups += (rows + NUMERAL_GROUP_POINTS - 1) / NUMERAL_GROUP_POINTS;
    }
    if (!right || n_groups != exact->n_groups) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "index: the clusters do not cover the %zu rows",
                            exact->head.n_rows);
    }
    return NUMERAL_OK;
}

static numeral_status fill_positions(numeral_exact *exact, numeral_error *err)
{
    size_t n = exact->head.n_rows;
    for (size_t id = 0; id < n; id++) {
        exact->positions[id] = UINT32_MAX;
    }
    for (size_t p = 0; p < n; p++) {
        uint32_t id = exact->ids[p];
        if (id >= n || exact->positions[id] != UINT32_MAX) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "index: the row ids are not those of %zu rows", n);
        }
        exact->positions[id] = (uint32_t)p;
    }
    return NUMERAL_OK;
}

static void fill_groups(numeral_exact *exact)
{
    uint32_t group = 0;
    exact->max_cluster_rows = 0;
    for (size_t c = 0; c < exact->n_clusters; c++) {
        uint32_t from = exact->cluster_rows[c], to = exact->cluster_rows[c + 1];
        exact->cluster_groups[c] = group;
        exact->max_cluster_rows =
            to - from > exact->max_cluster_rows ? to - from : exact->max_cluster_rows;
        for (; from < to; from += NUMERAL_GROUP_POINTS, group++) {
            uint32_t points = to - from;
            exact->group_rows[group] = from;
            exact->group_valid[group] =
                (uint16_t)((1u << (points < 16 ? points : 16)) - 1);
        }
    }
    exact->cluster_groups[exact->n_clusters] = group;
}

numeral_status numeral_exact_derive(numeral_exact *e, numeral_error *err)
{
    size_t n = e->n_clusters, n_groups = e->n_groups ? e->n_groups : 1;
    numeral_status status;
    TRY(check_clusters(e, err));
    TRY_ALLOC(e->cluster_groups =
                  numeral_exact_own(e, n + 1, sizeof *e->cluster_groups, err));
    TRY_ALLOC(e->group_rows = numeral_exact_own(e, n_groups, sizeof *e->group_rows, err));
    TRY_ALLOC(e->group_valid =
                  numeral_exact_own(e, n_groups, sizeof *e->group_valid, err));
    TRY_ALLOC(e->positions =
                  numeral_exact_own(e, e->head.n_rows, sizeof *e->positions, err));
    TRY_ALLOC(e->spreads = numeral_exact_own(e, n, 3 * sizeof *e->spreads, err));
    fill_groups(e);
    status = fill_positions(e, err);
done:
    return status;
}

void numeral_exact_place_ids(numeral_exact *exact)
{
    for (size_t p = 0; p < exact->head.n_rows; p++) {
        exact->positions[exact->ids[p]] = (uint32_t)p;
    }
}

numeral_status numeral_exact_complete(numeral_exact *exact, numeral_error *err)
{
    for (size_t c = 0; c < exact->n_clusters; c++) {
        for (size_t i = 0; i < 3; i++) {
            exact->spreads[i * exact->n_clusters + c] = exact->errors[3 * c + i];
        }
    }
    return exact->ending->derive ? exact->ending->derive(exact, err) : NUMERAL_OK;
}
