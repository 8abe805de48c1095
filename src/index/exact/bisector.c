/* The bounds that the hyperplanes between two centroids give.
 *
 * For a point x of cluster i and any other centroid j let g(z) = |z-c_i|² - |z-c_j|², an
 * affine function with gradient norm A = 2|c_i-c_j|; with B = max of g over cluster i, a
 * query with g(q) > A·r + B has no point of cluster i within r. The same holds for a
 * group of the cluster's points and its own, lesser maximum: the leaves hold B less it.
 */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "index/exact/exact.h"

/* Groups of a cluster that get bounds of their own, which takes as many numbers for each
 * cluster and worker while building; of 84 rows there are six, so that only a cluster of
 * more than a thousand rows goes without. */
enum { MAX_LEAVES = 64 };

typedef struct tabling {
    const numeral_exact *exact;
    const int16_t *fine;
    const uint32_t *ids;
    uint32_t *table;
    uint8_t *leaves;
    int32_t *scratch; /* MAX_LEAVES + 2 times n_clusters for each worker */
} tabling;

static void centroid_at(const numeral_exact *exact, size_t i, int16_t *out)
{
    for (size_t j = 0; j < exact->n_head; j++) {
        out[j] = exact->centroids[numeral_exact_centroid_at(exact->n_head, i, j)];
    }
}

/* a = ⌈2|c_i-c_j|⌉ (the root is irrational or exact, so its rounding cannot pass an
 * integer), b = ⌈B / 2^13⌉; an empty cluster has the least b there is. */
static uint32_t table_entry(int32_t between, int32_t most)
{
    uint32_t a = (uint32_t)ceil(2.0 * sqrt((double)between));
    int32_t unit = 1 << NUMERAL_BOUND_SHIFT;
    int32_t b = most / unit + (most % unit > 0);
    b = b < INT16_MIN ? INT16_MIN : b;
    return (a > 0xffff ? 0xffff : a) | ((uint32_t)b << 16);
}

/* Raises most[j] to the greatest g of the rows from .. to - 1 of cluster i; d: scratch.
 */
static void raise_most(const tabling *t, size_t i, size_t from, size_t to, int32_t *d,
                       int32_t *most)
{
    size_t n = t->exact->n_clusters;
    for (size_t p = from; p < to; p++) {
        numeral_exact_to_centroids(t->exact, t->fine + t->ids[p] * t->exact->n_head, d);
        int32_t own = d[i];
        for (size_t j = 0; j < n; j++) {
            most[j] = own - d[j] > most[j] ? own - d[j] : most[j];
        }
    }
}

/* By how much less a group's bound is than its cluster's, in whole units; at most 255. */
static uint8_t leaf_entry(uint32_t entry, int32_t most)
{
    int64_t bound = (int64_t)(int16_t)(entry >> 16) * (1 << NUMERAL_BOUND_SHIFT);
    int64_t less = (bound - most) >> NUMERAL_LEAF_SHIFT;
    return less < 0 ? 0 : less > 255 ? 255 : (uint8_t)less;
}

static void fill_leaves(const tabling *t, size_t i, size_t n_leaves, const int32_t *most)
{
    const numeral_exact *e = t->exact;
    for (size_t j = 0; j < e->n_clusters; j++) {
        uint8_t *leaves = t->leaves + j * e->leaf_stride + e->cluster_groups[i];
        for (size_t g = 0; g < n_leaves; g++) {
            leaves[g] =
                leaf_entry(t->table[j * e->n_clusters + i], most[g * e->n_clusters + j]);
        }
    }
}

/* The bounds of cluster i with every reference. */
static void bound_cluster(const tabling *t, size_t i, int32_t *scratch)
{
    const numeral_exact *e = t->exact;
    size_t n = e->n_clusters, end = e->cluster_rows[i + 1];
    size_t n_leaves = e->cluster_groups[i + 1] - e->cluster_groups[i];
    bool single = n_leaves <= MAX_LEAVES; /* groups get maxima of their own */
    int32_t *d = scratch, *all = d + n, *most = all + n;
    for (size_t j = 0; j < n * (MAX_LEAVES + 1); j++) {
        all[j] = INT32_MIN;
    }
    for (size_t g = 0; g < n_leaves; g++) {
        size_t from = e->cluster_rows[i] + g * NUMERAL_GROUP_POINTS;
        size_t to = from + NUMERAL_GROUP_POINTS < end ? from + NUMERAL_GROUP_POINTS : end;
        int32_t *leaf = single ? most + g * n : all;
        raise_most(t, i, from, to, d, leaf);
        for (size_t j = 0; j < n; j++) {
            all[j] = leaf[j] > all[j] ? leaf[j] : all[j];
        }
    }
    /* A is twice the distance of the centroids, B the greatest g found. */
    int16_t centroid[EXACT_MAX_HEAD];
    centroid_at(e, i, centroid);
    numeral_exact_to_centroids(e, centroid, d);
    for (size_t j = 0; j < n; j++) {
        t->table[j * n + i] = table_entry(d[j], all[j]);
    }
    fill_leaves(t, i, single ? n_leaves : 0, most);
}

static void bound_clusters(void *context, size_t begin, size_t end, int worker)
{
    tabling *t = context;
    size_t room = t->exact->n_clusters * (MAX_LEAVES + 2);
    for (size_t i = begin; i < end; i++) {
        bound_cluster(t, i, t->scratch + room * (size_t)worker);
    }
}

numeral_status numeral_exact_bisectors(const numeral_exact *exact, const int16_t *fine,
                                       const uint32_t *ids, uint32_t *table,
                                       uint8_t *leaves, const numeral_run *run,
                                       numeral_error *err)
{
    int threads = run ? run->threads : 1;
    size_t workers = (size_t)numeral_thread_count(threads);
    size_t room = exact->n_clusters * (MAX_LEAVES + 2);
    int32_t *scratch = numeral_allocate(workers * room, sizeof *scratch, err);
    if (!scratch) {
        return NUMERAL_ERROR_MEMORY;
    }
    tabling t = {exact, fine, ids, table, leaves, scratch};
    numeral_parallel_for(exact->n_clusters, 4, threads, bound_clusters, &t);
    numeral_release(scratch);
    return NUMERAL_OK;
}
