/* Where the rows of a cluster lie, and the arrays that follow from that. */
#include "base/fail.h"
#include "base/memory.h"
#include "index/exact.h"

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

void numeral_exact_place_ids(numeral_exact *exact)
{
    for (size_t p = 0; p < exact->head.n_rows; p++) {
        exact->positions[exact->ids[p]] = (uint32_t)p;
    }
}

numeral_status numeral_exact_derive(numeral_exact *exact, numeral_error *err)
{
    numeral_status status = check_clusters(exact, err);
    if (status) {
        return status;
    }
    size_t n_groups = exact->n_groups ? exact->n_groups : 1;
    exact->cluster_groups =
        numeral_allocate(exact->n_clusters + 1, sizeof *exact->cluster_groups, err);
    exact->group_rows = numeral_allocate(n_groups, sizeof *exact->group_rows, err);
    exact->group_valid = numeral_allocate(n_groups, sizeof *exact->group_valid, err);
    exact->positions =
        numeral_allocate(exact->head.n_rows, sizeof *exact->positions, err);
    if (!exact->cluster_groups || !exact->group_rows || !exact->group_valid ||
        !exact->positions) {
        return NUMERAL_ERROR_MEMORY;
    }
    exact->head.bytes +=
        4 * (exact->n_clusters + 1) + 6 * n_groups + 4 * exact->head.n_rows;
    fill_groups(exact);
    return fill_positions(exact, err);
}
