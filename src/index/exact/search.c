/* Searching the exact index, one query at a time.
 *
 * project -> distances to centroids -> the nearest clusters give a first bound ->
 * bisector bounds list the clusters that may matter -> scans of 32 and of 64 coarse
 * dimensions -> the ending: tails of what is left, exact distances. Each step drops a row
 * only when it is proved to be farther than the bound; docs/exact.md has the proofs. */
#include <math.h>

#include "index/exact/task.h"

/* The nearest clusters are scanned until they hold SEED_ROWS rows and SEED_FACTOR more
 * for each neighbour wanted: twice as many lower the first bound enough to scan 4 % fewer
 * rows later, half as many scan 4 % more (docs/exact.md). */
enum {
    SEED_ROWS = 160,
    SEED_FACTOR = 4,
    SEED_GROWTH = 4, /* times as many, where all of them are to be skipped */
    SEED_SHARE = 4,  /* but no more than this share of all rows */
    LARGE_SHARE = 8, /* beyond this share of the rows, k leaves nothing to prune */
    LINE = 64
};

/* The cluster whose centroid comes next behind `last` by (distance, number). */
static uint32_t next_cluster(const numeral_exact_task *t, uint32_t last)
{
    const int32_t *d = t->s->centroid_distances;
    uint32_t best = UINT32_MAX;
    for (uint32_t c = 0; c < t->exact->n_clusters; c++) {
        bool behind = d[c] > d[last] || (d[c] == d[last] && c > last);
        if (behind && (best == UINT32_MAX || d[c] < d[best])) {
            best = c;
        }
    }
    return best;
}

/* Lists the clusters with the nearest centroids, nearest first, until they hold `wanted`
 * rows; at least two, the references of the bounds. */
static size_t list_nearest(const numeral_exact_task *t, size_t wanted)
{
    const numeral_exact *e = t->exact;
    uint32_t *list = t->s->list;
    /* As many as will probably do come from a kernel, others one by one. */
    size_t n = 0, rows = 0, ready = 2 + wanted * e->n_clusters / e->head.n_rows;
    ready = ready < NUMERAL_MAX_NEAREST ? ready : NUMERAL_MAX_NEAREST;
    ready = ready < e->n_clusters ? ready : e->n_clusters;
    t->kernels->nearest(t->s->centroid_distances, e->n_clusters, ready, list);
    while (n < e->n_clusters && (n < 2 || rows < wanted)) {
        if (n >= ready) {
            list[n] = next_cluster(t, list[n - 1]);
        }
        rows += e->cluster_rows[list[n] + 1] - e->cluster_rows[list[n]];
        n++;
    }
    return n;
}

/* Has what the bounds will read brought from afar while the nearest clusters are scanned.
 */
static void fetch_bounds(const numeral_exact_task *t, const uint32_t *nearest)
{
    const numeral_exact *e = t->exact;
    for (size_t i = 0; i < 2; i++) {
        const uint32_t *table = e->table + (size_t)nearest[i] * e->n_clusters;
        for (size_t at = 0; at < e->n_clusters; at += LINE / sizeof *table) {
            __builtin_prefetch(table + at, 0, 2);
        }
    }
    const uint8_t *leaves = e->leaves + (size_t)nearest[0] * e->leaf_stride;
    for (size_t at = 0; at < e->n_groups; at += LINE) {
        __builtin_prefetch(leaves + at, 0, 2);
    }
}

/* A first bound, from the n_seeds nearest clusters, which the list begins with. Returns
 * how many points they have. */
static size_t find_bound(numeral_exact_task *t, size_t n_seeds)
{
    numeral_exact_scratch *s = t->s;
    for (size_t i = 0; i < n_seeds; i++) {
        uint32_t c = s->list[i];
        s->firsts[c] = EXACT_MAX_THRESHOLD - 1; /* no bound yet: all that 16 bits hold */
        s->thresholds[c] = EXACT_NO_THRESHOLD;
        s->limits[c] = INFINITY;
        s->most_leaves[c] = NUMERAL_MOST_LEAF;
    }
    size_t n = numeral_exact_scan(t, s->list, n_seeds, 0);
    t->bound = t->exact->ending->bound(t, n_seeds, n);
    return n;
}

/* Lists the clusters that may hold a row within the bound, behind the n listed already;
 * the first two are the nearest. */
static size_t list_clusters(numeral_exact_task *t, size_t n_listed)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    int32_t *d = s->centroid_distances;
    numeral_bounding bounding = {.d = d, .n = e->n_clusters};
    bounding.d1 = d[s->list[0]];
    bounding.d2 = d[s->list[1]];
    bounding.table1 = e->table + (size_t)s->list[0] * bounding.n;
    bounding.table2 = e->table + (size_t)s->list[1] * bounding.n;
    for (size_t i = 0; i < n_listed; i++) {
        d[s->list[i]] = INT32_MAX; /* beyond every bound: not listed again */
    }
    /* The radius in fine units, with the roundings of the query and of rows. */
    double radius = numeral_exact_reach(t) * (1.0 + 1e-9) * e->numbers.sigma_head *
                        e->numbers.fine_scale +
                    s->query.fine_error + e->numbers.fine_error;
    radius *= e->shrink.clusters;
    if (radius < EXACT_MAX_RADIUS - 2) {
        bounding.radius = (int32_t)radius + 1;
        return n_listed +
               t->kernels->bounds(&bounding, s->list + n_listed, s->most_leaves);
    }
    /* Too far for the kernel's integers: every cluster may matter. */
    for (uint32_t c = 0; c < bounding.n; c++) {
        s->most_leaves[c] = NUMERAL_MOST_LEAF;
        s->list[n_listed] = c;
        n_listed += d[c] != INT32_MAX;
    }
    return n_listed;
}

/* Takes what is far off the list of n clusters that begins with n_seeds others, adding
 * its points behind the first `*n_points`. Returns how long the list is then. */
static size_t take_far_clusters(numeral_exact_task *t, size_t n_seeds, size_t n,
                                size_t *n_points)
{
    uint32_t *list = t->s->list;
    size_t kept = n_seeds;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = list[i];
        bool far = numeral_exact_is_far(t, c);
        if (far) {
            *n_points = t->exact->ending->scan_far(t, c, *n_points);
        }
        if (i >= n_seeds && !far) {
            list[kept++] = c;
        }
    }
    return kept;
}

/* The list begins with n_seeds clusters, whose points are the first n. Leaves the others
 * to be scanned. */
static void bound_clusters(numeral_exact_task *t, size_t n_seeds, size_t n)
{
    const numeral_exact_ending *ending = t->exact->ending;
    size_t n_listed = list_clusters(t, n_seeds);
    t->s->work.clusters += n_listed;
    numeral_exact_set_thresholds(t, n_listed);
    t->top.radius = t->bound;
    n = ending->keep(t, n);
    n_listed = take_far_clusters(t, n_seeds, n_listed, &n);
    t->left = t->s->list + n_seeds;
    t->n_left = n_listed - n_seeds;
    t->n_points = n;
}

/* Readies the stored query, in s->row, and its distances to the centroids. False where it
 * is too long for that. */
static bool meet_centroids(numeral_exact_task *t)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    if (e->metric_bound) {
        numeral_query_context_set(e, &s->context, s->row);
    }
    numeral_exact_prepare(e, s->row, s->pairs, s->values, &s->query);
    if (s->query.projected) {
        t->kernels->centroids(s->query.fine, s->query.fine_norm, e->centroids,
                              e->centroid_norms, e->n_head, e->n_clusters,
                              s->centroid_distances);
    }
    return s->query.projected;
}

uint32_t numeral_exact_nearest_cluster(numeral_exact_task *t)
{
    uint32_t nearest = 0;
    if (meet_centroids(t)) {
        t->kernels->nearest(t->s->centroid_distances, t->exact->n_clusters, 1, &nearest);
    }
    return nearest;
}

bool numeral_exact_begin(numeral_exact_task *t)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    s->work.queries++;
    if (!meet_centroids(t) || (!t->within && t->k > e->head.n_rows / LARGE_SHARE)) {
        e->ending->all(t);
        return false;
    }
    size_t wanted = t->within ? 0 : SEED_ROWS + SEED_FACTOR * t->k;
    size_t n_seeds = list_nearest(t, wanted), n = 0;
    t->bound = t->radius;
    t->reference = s->list[0];
    fetch_bounds(t, s->list);
    if (t->within) {
        n_seeds = 0; /* the radius is the bound; the two nearest are but references */
    } else {
        n = find_bound(t, n_seeds);
    }
    /* Rows to skip lie around: others give a bound. */
    while (wanted && t->bound == INFINITY && t->top.skip.n_bits &&
           wanted < e->head.n_rows / SEED_SHARE) {
        wanted *= SEED_GROWTH;
        n_seeds = list_nearest(t, wanted);
        n = find_bound(t, n_seeds);
    }
    if (t->bound == INFINITY) {
        e->ending->all(t);
        return false;
    }
    bound_clusters(t, n_seeds, n);
    return true;
}

void numeral_exact_scan_left(numeral_exact_task *t, size_t n)
{
    t->n_points = numeral_exact_scan(t, t->left, n, t->n_points);
    t->left += n;
    t->n_left -= n;
}

void numeral_exact_end(numeral_exact_task *t)
{
    t->exact->ending->finish(t, t->n_points);
}

void numeral_exact_search_stored(numeral_exact_task *t)
{
    if (numeral_exact_begin(t)) {
        numeral_exact_scan_left(t, t->n_left);
        numeral_exact_end(t);
    }
}
