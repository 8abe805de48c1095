/* Searching the exact index, one query at a time.
 *
 * project -> distances to centroids -> the nearest clusters give a first bound ->
 * bisector bounds list the clusters that may matter -> scans of 32 and of 64 coarse
 * dimensions -> tails of the survivors -> exact distances, nearest guess first. Each step
 * drops a row only when it is proved to be farther than the bound; docs/exact.md has the
 * proofs. */
#include <math.h>

#include "index/exact_task.h"

enum {
    SEED_ROWS = 160, /* looked at for a first bound, and more for each neighbour */
    SEED_FACTOR = 4,
    SEED_EXTRA = 4, /* exact distances beyond k */
    SEED_TAILS = 4, /* tails for each of these */
    AHEAD = 8
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

/* Puts the m nearest guesses of n candidates first (Hoare's selection). */
static void select_nearest(numeral_exact_candidate *c, size_t n, size_t m)
{
    ptrdiff_t low = 0, high = (ptrdiff_t)n - 1, wanted = (ptrdiff_t)m - 1;
    while (wanted < high && low < high) {
        float pivot = c[low + (high - low) / 2].near;
        ptrdiff_t i = low, j = high;
        while (i <= j) {
            while (c[i].near < pivot) {
                i++;
            }
            while (c[j].near > pivot) {
                j--;
            }
            if (i <= j) {
                numeral_exact_candidate swap = c[i];
                c[i++] = c[j];
                c[j--] = swap;
            }
        }
        if (wanted <= j) {
            high = j;
        } else if (wanted >= i) {
            low = i;
        } else {
            break;
        }
    }
}

/* Adds the tails to what is known of n candidates. */
static void add_tails(numeral_exact_task *t, numeral_exact_candidate *c, size_t n)
{
    const numeral_exact *e = t->exact;
    double head = e->numbers.step_head * e->numbers.step_head;
    double tail = e->numbers.step_tail * e->numbers.step_tail;
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) {
            const int8_t *ahead = e->tails + (size_t)c[i + AHEAD].position * e->n_tail;
            __builtin_prefetch(ahead);
            __builtin_prefetch(ahead + 64);
        }
        uint32_t d = t->kernels->l2_i8(
            t->s->query.tail, e->tails + (size_t)c[i].position * e->n_tail, e->n_tail);
        c[i].near = (float)((double)c[i].head * head + d * tail);
    }
}

/* A first bound: the k-th nearest among the best guesses in the nearest clusters, which
 * the list begins with. Returns how many candidates they have. */
static size_t find_bound(numeral_exact_task *t, size_t n_seeds)
{
    numeral_exact_scratch *s = t->s;
    for (size_t i = 0; i < n_seeds; i++) {
        s->firsts[i] = EXACT_MAX_THRESHOLD - 1; /* no bound yet: all that 16 bits hold */
        s->thresholds[i] = EXACT_NO_THRESHOLD;
    }
    if (t->exact->direct) {
        numeral_exact_direct_prepare(t, 0, n_seeds);
        size_t found = numeral_exact_scan(t, 0, n_seeds, 0);
        found = numeral_exact_direct_settle(t, 0, found);
        t->bound = numeral_exact_direct_bound(t, found);
        return found;
    }
    size_t n = numeral_exact_scan(t, 0, n_seeds, 0), m = t->k + SEED_EXTRA;
    if (t->exact->n_tail) {
        size_t wide = SEED_TAILS * m < n ? SEED_TAILS * m : n;
        select_nearest(s->candidates, n, wide);
        add_tails(t, s->candidates, wide);
        select_nearest(s->candidates, wide, m);
    } else {
        select_nearest(s->candidates, n, m);
    }
    numeral_exact_offer_candidates(t, s->candidates, m < n ? m : n);
    if (t->top.size < t->k) {
        for (size_t i = 0; i < n_seeds; i++) {
            numeral_exact_offer_cluster(t, s->list[i]);
        }
    }
    t->bound = numeral_top_bound(&t->top);
    return n;
}

/* Lists the clusters that may hold a row within the bound, behind the n listed already.
 * `first` and `second` are the nearest; their distances are d1 and d2. */
static size_t list_clusters(numeral_exact_task *t, size_t n_listed)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    int32_t *d = s->centroid_distances;
    uint32_t first = s->list[0], second = s->list[1];
    int32_t d1 = d[first], d2 = d[second];
    t->reference = first;
    t->reference_distance = d1;
    size_t n = e->n_clusters;
    for (size_t i = 0; i < n_listed; i++) {
        d[s->list[i]] = INT32_MAX; /* beyond every bound */
    }
    double radius = numeral_exact_reach(t) * (1.0 + 1e-9) * e->numbers.sigma_head *
                        e->numbers.fine_scale +
                    s->query.fine_error + e->numbers.fine_error;
    radius *= e->shrink.clusters;
    if (radius < EXACT_MAX_RADIUS - 2) {
        t->fine_radius = (int32_t)radius + 1;
        return n_listed + t->kernels->bounds(d, n, d1, e->table + first * n, d2,
                                             e->table + second * n, t->fine_radius,
                                             s->list + n_listed);
    }
    for (uint32_t c = 0; c < n; c++) {
        s->list[n_listed] = c;
        n_listed += d[c] != INT32_MAX;
    }
    return n_listed;
}

/* Measures the tails of n candidates and keeps those that may still be near. Returns how
 * many are left. */
static size_t look_at_tails(numeral_exact_task *t, numeral_exact_candidate *c, size_t n)
{
    size_t kept = 0;
    add_tails(t, c, n);
    for (size_t i = 0; i < n; i++) {
        numeral_exact_candidate moved = c[i];
        c[kept] = moved;
        kept += (double)moved.near * (1.0 - 1e-6) <= t->s->limits[moved.listed];
    }
    return kept;
}

/* Keeps the candidates that the bound in force, a lower one, does not exclude. */
static size_t keep_near(numeral_exact_task *t, size_t n_listed,
                        numeral_exact_candidate *c, size_t n)
{
    double unit = t->exact->n_tail ? 1.0 : t->exact->numbers.step_head;
    t->bound = numeral_top_bound(&t->top);
    numeral_exact_set_thresholds(t, n_listed);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        double near = (double)c[i].near * (1.0 - 1e-6) * unit * unit;
        numeral_exact_candidate moved = c[i];
        c[kept] = moved;
        kept += near <= t->s->limits[moved.listed];
    }
    return kept;
}

/* The nearest guesses first: what they lower the bound to saves looking at others. */
static void finish_candidates(numeral_exact_task *t, size_t n_listed,
                              numeral_exact_candidate *c, size_t n)
{
    if (t->exact->n_tail) {
        n = look_at_tails(t, c, n);
    }
    t->s->work.near += n;
    size_t m = t->k + SEED_EXTRA;
    if (n > m) {
        select_nearest(c, n, m);
        numeral_exact_offer_candidates(t, c, m);
        c += m;
        n = keep_near(t, n_listed, c, n - m);
    }
    numeral_exact_offer_candidates(t, c, n);
}

/* Adds the clusters that 16 bits cannot serve. Returns how many candidates there are. */
static size_t take_far_clusters(numeral_exact_task *t, size_t n_listed, size_t n)
{
    numeral_exact_scratch *s = t->s;
    for (size_t i = 0; i < n_listed; i++) {
        if (s->firsts[i] > EXACT_MAX_THRESHOLD) {
            n = numeral_exact_add_cluster(t, s->list[i], (uint32_t)i, n);
        }
    }
    return n;
}

/* Keeps the seeds' candidates that the bound does not exclude, and that do not come with
 * all of a far cluster. */
static size_t keep_seeds(numeral_exact_task *t, size_t n)
{
    numeral_exact_candidate *c = t->s->candidates;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        numeral_exact_candidate moved = c[i];
        double most = t->exact->direct ? t->bound : t->s->thresholds[moved.listed];
        c[kept] = moved;
        kept += (double)moved.head <= most &&
                t->s->firsts[moved.listed] <= EXACT_MAX_THRESHOLD;
    }
    return kept;
}

/* The list begins with n_seeds clusters, whose points are the first n candidates. */
static void search_clusters(numeral_exact_task *t, size_t n_seeds, size_t n)
{
    numeral_exact_scratch *s = t->s;
    size_t n_listed = list_clusters(t, n_seeds);
    s->work.clusters += n_listed;
    numeral_exact_set_thresholds(t, n_listed);
    t->top.radius = t->bound;
    if (t->exact->direct) {
        numeral_exact_direct_prepare(t, n_seeds, n_listed);
    }
    n = take_far_clusters(t, n_listed, keep_seeds(t, n));
    if (t->exact->direct) {
        size_t found = numeral_exact_scan(t, n_seeds, n_listed, n);
        n = numeral_exact_direct_settle(t, n, found);
        t->s->work.near += n;
        numeral_exact_direct_finish(t, n);
    } else {
        n = numeral_exact_scan(t, n_seeds, n_listed, n);
        finish_candidates(t, n_listed, s->candidates, n);
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

/* The stored query lies in s->row. */
static void search_one(numeral_exact_task *t)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    s->work.queries++;
    if (e->related) {
        numeral_asked_prepare(e, s);
    }
    numeral_exact_prepare(e, s->row, s->pairs, s->values, &s->query);
    if (!s->query.projected || (!t->within && t->k > e->head.n_rows / 8)) {
        search_all(t);
        return;
    }
    t->kernels->centroids(s->query.fine, s->query.fine_norm, e->centroids,
                          e->centroid_norms, e->n_head, e->n_clusters,
                          s->centroid_distances);
    size_t wanted = t->within ? 0 : SEED_ROWS + SEED_FACTOR * t->k;
    size_t n_seeds = list_nearest(t, wanted), n = 0;
    t->bound = t->radius;
    t->fine_radius = -1;
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
