/* Where the rows of a cluster lie, and the arrays that follow from that. */
#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "index/exact/exact.h"

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

void numeral_exact_spread(numeral_exact *exact)
{
    for (size_t c = 0; c < exact->n_clusters; c++) {
        for (size_t i = 0; i < 3; i++) {
            exact->spreads[i * exact->n_clusters + c] = exact->errors[3 * c + i];
        }
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
    exact->spreads = numeral_allocate(exact->n_clusters, 3 * sizeof *exact->spreads, err);
    if (!exact->cluster_groups || !exact->group_rows || !exact->group_valid ||
        !exact->positions || !exact->spreads) {
        return NUMERAL_ERROR_MEMORY;
    }
    exact->head.bytes +=
        16 * exact->n_clusters + 4 + 6 * n_groups + 4 * exact->head.n_rows;
    fill_groups(exact);
    return fill_positions(exact, err);
}

/* Each dimension is one output, each output at most one dimension. */
static bool find_outputs(numeral_exact *exact)
{
    bool used[EXACT_MAX_HEAD] = {false};
    for (size_t j = 0; j < 2 * exact->n_pairs; j++) {
        size_t found = 0;
        for (size_t o = 0; o < exact->n_out; o++) {
            int16_t value = exact->matrix[(j / 2 * exact->n_out + o) * 2 + j % 2];
            if (value != 0 && (value != 1 || j >= exact->head.n_dims || used[o])) {
                return false;
            }
            if (value) {
                exact->outputs[j] = (uint8_t)o;
                used[o] = true;
                found++;
            }
        }
        if (j < exact->head.n_dims && found != 1) {
            return false;
        }
    }
    return true;
}

/* The row at a position as coarse values. */
static void coarse_row(const numeral_exact *exact, uint32_t group, uint32_t point,
                       int32_t *x)
{
    const uint8_t *first = exact->first + (size_t)group * NUMERAL_GROUP_BYTES;
    size_t position = exact->group_rows[group] + point;
    for (size_t i = 0; i < EXACT_HALF; i++) {
        x[i] = first[32 * (i / 2 + 1) + 2 * point + i % 2] - 128;
    }
    for (size_t i = EXACT_HALF; i < exact->n_head; i++) {
        x[i] = exact->second[position * EXACT_HALF + i - EXACT_HALF];
    }
}

/* The distance of a row to its cluster's centroid, in fine units, rounded up. */
static float reach_of(const numeral_exact *exact, size_t cluster, const int32_t *x)
{
    const int16_t *block = exact->centroids + (cluster - cluster % 8) * exact->n_head;
    double sum = 0.0;
    for (size_t i = 0; i < exact->n_head; i++) {
        double d = x[i] * exact->numbers.fine_scale -
                   block[(i / 2 * 8 + cluster % 8) * 2 + i % 2];
        sum += d * d;
    }
    return (float)((sqrt(sum) + exact->numbers.fine_error) * (1.0 + 1e-6));
}

static void derive_cluster(numeral_exact *exact, size_t c)
{
    for (uint32_t g = exact->cluster_groups[c]; g < exact->cluster_groups[c + 1]; g++) {
        for (uint32_t p = 0; exact->group_valid[g] >> p; p++) {
            uint32_t position = exact->group_rows[g] + p, odd = 0;
            int32_t x[EXACT_MAX_HEAD];
            coarse_row(exact, g, p, x);
            for (size_t i = 0; i < EXACT_HALF; i++) {
                odd ^= (uint32_t)x[i] & 1;
            }
            float reach = reach_of(exact, c, x);
            exact->odd[position / 64] |= (uint64_t)odd << position % 64;
            exact->reaches[c] = reach > exact->reaches[c] ? reach : exact->reaches[c];
        }
    }
}

numeral_status numeral_exact_derive_direct(numeral_exact *exact, numeral_error *err)
{
    if (!find_outputs(exact)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "tensor index.matrix: not a permutation of %zu dimensions",
                            exact->head.n_dims);
    }
    for (size_t o = 0; o < exact->n_out; o++) {
        if (exact->offsets[o] < -128 || exact->offsets[o] > 383) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "tensor index.offsets: %d, expected -128 to 383",
                                (int)exact->offsets[o]);
        }
    }
    size_t words = exact->head.n_rows / 64 + 1;
    exact->odd = numeral_allocate_zero(words, sizeof *exact->odd, err);
    exact->reaches =
        numeral_allocate_zero(exact->n_clusters, sizeof *exact->reaches, err);
    if (!exact->odd || !exact->reaches) {
        return NUMERAL_ERROR_MEMORY;
    }
    exact->head.bytes += words * 8 + exact->n_clusters * 4;
    for (size_t c = 0; c < exact->n_clusters; c++) {
        derive_cluster(exact, c);
    }
    return NUMERAL_OK;
}
