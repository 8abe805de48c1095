/* Searching the exact index, one query at a time.
 *
 * project -> distances to centroids -> the nearest clusters give a first bound ->
 * bisector bounds list the clusters that may matter -> scans of 32 and of 64 coarse
 * dimensions -> tails of the survivors -> exact distances, nearest guess first. Each step
 * drops a row only when it is proved to be farther than the bound; docs/exact.md has the
 * proofs. */
#include <math.h>

#include "index/exact/task.h"

enum {
    SEED_ROWS = 160, /* looked at for a first bound, and more for each neighbour */
    SEED_FACTOR = 4,
    SEED_EXTRA = 4, /* exact distances beyond k */
    SEED_TAILS = 4, /* tails for each of these */
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

static numeral_tail_scan tail_scan(const numeral_exact_task *t)
{
    const numeral_exact_numbers *n = &t->exact->numbers;
    double fine_tail = n->step_tail / (1 << NUMERAL_FINE_SHIFT);
    return (numeral_tail_scan){.tails = t->exact->tails,
                               .query = t->s->query.tail,
                               .n_dims = t->exact->n_tail,
                               .thresholds = t->s->thresholds,
                               .limits = t->s->limits,
                               .head = (float)(n->step_head * n->step_head),
                               .tail = (float)(fine_tail * fine_tail)};
}

/* Copies the m nearest guesses of n points, and of equal ones the first, to `best`. */
static size_t copy_nearest(const numeral_exact_task *t, size_t n, size_t m)
{
    const numeral_points from = t->s->points, to = t->s->best;
    float most = m < n ? t->kernels->kth(from.near, n, m) : INFINITY;
    size_t kept = 0;
    for (size_t i = 0; i < n && kept < m; i++) {
        to.rows[kept] = from.rows[i];
        to.owners[kept] = from.owners[i];
        to.excess[kept] = from.excess[i];
        to.near[kept] = from.near[i];
        kept += from.near[i] <= most;
    }
    return kept;
}

/* Offers the m nearest guesses of n points. */
static void offer_nearest(numeral_exact_task *t, const numeral_points *points, size_t n,
                          size_t m)
{
    float most = m < n ? t->kernels->kth(points->near, n, m) : INFINITY;
    uint32_t *rows = t->s->best.rows;
    size_t kept = 0;
    for (size_t i = 0; i < n && kept < m; i++) {
        rows[kept] = points->rows[i];
        kept += points->near[i] <= most;
    }
    numeral_exact_offer_rows(t, rows, kept);
}

/* Offers the best guesses of n points of the nearest clusters. */
static void offer_seeds(numeral_exact_task *t, size_t n)
{
    numeral_exact_scratch *s = t->s;
    size_t m = t->k + SEED_EXTRA;
    for (size_t i = 0; i < n; i++) {
        int32_t d = s->points.excess[i] + EXACT_NO_THRESHOLD;
        s->points.near[i] = (float)(d > 0 ? d : 0);
    }
    if (t->exact->n_tail) {
        numeral_tail_scan scan = tail_scan(t);
        n = copy_nearest(t, n, SEED_TAILS * m);
        n = t->kernels->tails(&scan, n, &s->best);
        offer_nearest(t, &s->best, n, m);
    } else {
        offer_nearest(t, &s->points, n, m);
    }
}

/* A first bound: the k-th nearest among the best guesses in the nearest clusters, which
 * the list begins with. Returns how many points they have. */
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
    if (t->exact->direct) {
        numeral_exact_direct_prepare(t, s->list, n_seeds);
        size_t found = numeral_exact_scan(t, s->list, n_seeds, 0);
        found = numeral_exact_direct_settle(t, 0, found);
        t->bound = numeral_exact_direct_bound(t, found);
        return found;
    }
    size_t n = numeral_exact_scan(t, s->list, n_seeds, 0);
    offer_seeds(t, n);
    if (t->top.size < t->k) {
        for (size_t i = 0; i < n_seeds; i++) {
            numeral_exact_offer_cluster(t, s->list[i]);
        }
    }
    t->bound = numeral_top_bound(&t->top);
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
        d[s->list[i]] = INT32_MAX; /* beyond every bound */
    }
    double radius = numeral_exact_reach(t) * (1.0 + 1e-9) * e->numbers.sigma_head *
                        e->numbers.fine_scale +
                    s->query.fine_error + e->numbers.fine_error;
    radius *= e->shrink.clusters;
    if (radius < EXACT_MAX_RADIUS - 2) {
        bounding.radius = (int32_t)radius + 1;
        return n_listed +
               t->kernels->bounds(&bounding, s->list + n_listed, s->most_leaves);
    }
    for (uint32_t c = 0; c < bounding.n; c++) {
        s->most_leaves[c] = NUMERAL_MOST_LEAF;
        s->list[n_listed] = c;
        n_listed += d[c] != INT32_MAX;
    }
    return n_listed;
}

/* Keeps the points that the bound in force, a lower one, does not exclude. */
static size_t keep_near(numeral_exact_task *t, size_t n)
{
    const numeral_exact *e = t->exact;
    const numeral_points points = t->s->points;
    const float *errors = e->spreads + 2 * e->n_clusters;
    t->bound = numeral_top_bound(&t->top);
    float all = numeral_exact_whole_reach(t), shrink = (float)e->shrink.all;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        float error = errors[points.owners[i]];
        points.rows[kept] = points.rows[i];
        kept += points.near[i] <= numeral_exact_limit(all, error, shrink);
    }
    return kept;
}

/* Looks at the tails of n points; then the nearest guesses first: what they lower the
 * bound to saves looking at others. */
static void finish_points(numeral_exact_task *t, size_t n)
{
    numeral_points *points = &t->s->points;
    numeral_tail_scan scan = tail_scan(t);
    size_t m = t->k + SEED_EXTRA;
    n = t->kernels->tails(&scan, n, points);
    t->s->work.near += n;
    if (n > m) {
        offer_nearest(t, points, n, m);
        n = keep_near(t, n);
    }
    numeral_exact_offer_rows(t, points->rows, n);
}

/* Adds the clusters that 16 bits cannot serve. Returns how many points there are. */
static size_t take_far_clusters(numeral_exact_task *t, size_t n_listed, size_t n)
{
    numeral_exact_scratch *s = t->s;
    for (size_t i = 0; i < n_listed; i++) {
        if (s->firsts[s->list[i]] > EXACT_MAX_THRESHOLD) {
            n = numeral_exact_add_cluster(t, s->list[i], n);
        }
    }
    return n;
}

/* Keeps the seeds' points that the bound does not exclude, and that do not come with all
 * of a far cluster. */
static size_t keep_seeds(numeral_exact_task *t, size_t n)
{
    const numeral_exact_scratch *s = t->s;
    const numeral_points points = s->points;
    bool direct = t->exact->direct;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t owner = points.owners[i];
        int32_t d = points.excess[i] + (direct ? 0 : EXACT_NO_THRESHOLD);
        int32_t excess = d - s->thresholds[owner];
        bool near = direct ? (double)d <= t->bound : excess <= 0;
        points.rows[kept] = points.rows[i];
        points.owners[kept] = owner;
        points.excess[kept] = direct ? d : excess;
        kept += near && s->firsts[owner] <= EXACT_MAX_THRESHOLD;
    }
    return kept;
}

/* The list begins with n_seeds clusters, whose points are the first n. */
static void search_clusters(numeral_exact_task *t, size_t n_seeds, size_t n)
{
    numeral_exact_scratch *s = t->s;
    size_t n_listed = list_clusters(t, n_seeds), n_others = n_listed - n_seeds;
    const uint32_t *others = s->list + n_seeds;
    s->work.clusters += n_listed;
    numeral_exact_set_thresholds(t);
    t->top.radius = t->bound;
    if (t->exact->direct) {
        numeral_exact_direct_prepare(t, others, n_others);
    }
    n = take_far_clusters(t, n_listed, keep_seeds(t, n));
    size_t found = numeral_exact_scan(t, others, n_others, n);
    if (t->exact->direct) {
        found = numeral_exact_direct_settle(t, n, found);
        s->work.near += found;
        numeral_exact_direct_finish(t, found);
    } else {
        finish_points(t, found);
    }
}

static void search_all(numeral_exact_task *t)
{
    if (t->exact->direct) {
        numeral_exact_direct_all(t);
    } else {
        numeral_exact_offer_all(t);
    }
}

/* Readies the stored query, in s->row, and its distances to the centroids. False where it
 * is too long for that. */
static bool meet_centroids(numeral_exact_task *t)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    if (e->related) {
        numeral_asked_prepare(e, s);
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

static void search_one(numeral_exact_task *t)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    s->work.queries++;
    if (!meet_centroids(t) || (!t->within && t->k > e->head.n_rows / 8)) {
        search_all(t);
        return;
    }
    size_t wanted = t->within ? 0 : SEED_ROWS + SEED_FACTOR * t->k;
    size_t n_seeds = list_nearest(t, wanted), n = 0;
    t->bound = t->radius;
    t->reference = s->list[0];
    fetch_bounds(t, s->list);
    if (t->within) {
        n_seeds = 0;
    } else {
        n = find_bound(t, n_seeds);
    }
    while (wanted && t->bound == INFINITY && t->top.skip.n_bits &&
           wanted < e->head.n_rows / 4) {
        wanted *= 4; /* rows to skip lie around */
        n_seeds = list_nearest(t, wanted);
        n = find_bound(t, n_seeds);
    }
    if (t->bound == INFINITY) {
        search_all(t);
        return;
    }
    search_clusters(t, n_seeds, n);
}

void numeral_exact_search_stored(numeral_exact_task *t)
{
    search_one(t);
    numeral_exact_forget_offers(t->s);
    if (!t->exact->direct) {
        numeral_top_finish(&t->top);
    }
}
