/* The ending for rows that are kept beside their coordinates: exact distances of what the
 * scans leave, each row's once, into the list of neighbours.
 *
 * Guesses from the coordinates say which rows to measure first, so that the bound is low
 * before the others' turn comes: most of them it then excludes. */
#include <math.h>
#include <string.h>

#include "index/exact/task.h"

enum {
    AHEAD = 8, /* rows fetched before they are measured: they lie scattered in memory;
                * other distances made no difference */
    SEED_EXTRA =
        4, /* guesses measured beyond k, some of the best k being wrong: 44.8 rows
            * are measured in all; 47.3 with none, 48.6 with 16 (docs/exact.md) */
    SEED_TAILS = 4,     /* tails looked at for each of these; 16 change nothing */
    TAILS_FETCHED = 12, /* as many as the kernel is ahead */
};

static double distance_at(const numeral_exact_task *t, uint32_t position)
{
    const numeral_exact *e = t->exact;
    if (e->metric_bound) {
        return numeral_query_context_distance(e, &t->s->context, position);
    }
    return numeral_row_l2(t->kernels, e->head.dtype,
                          e->rows + (size_t)position * e->stride, t->s->row, e->stride);
}

/* Whether the row was not measured before. */
static bool mark(numeral_exact_scratch *s, uint32_t position)
{
    uint64_t bit = UINT64_C(1) << position % 64;
    if (s->measured[position / 64] & bit) {
        return false;
    }
    s->measured[position / 64] |= bit;
    s->measured_rows[s->n_measured++] = position;
    return true;
}

static void push_row(numeral_exact_task *t, uint32_t position)
{
    if (numeral_exact_allows(t, position) && mark(t->s, position)) {
        numeral_top_push(&t->top, distance_at(t, position), t->exact->ids[position]);
        t->s->work.exact++;
    }
}

static void push_range(numeral_exact_task *t, uint32_t from, uint32_t to)
{
    for (uint32_t p = from; p < to; p++) {
        push_row(t, p);
    }
}

static void fetch(const void *from, size_t bytes)
{
    for (size_t line = 0; line < bytes; line += 64) {
        __builtin_prefetch((const char *)from + line);
    }
}

static void fetch_row(const numeral_exact *e, uint32_t position)
{
    fetch(e->rows + (size_t)position * e->stride, e->stride);
}

static void push_rows(numeral_exact_task *t, const uint32_t *rows, size_t n)
{
    for (size_t i = 0; i < n && i < AHEAD; i++) {
        fetch_row(t->exact, rows[i]);
    }
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) {
            fetch_row(t->exact, rows[i + AHEAD]);
        }
        push_row(t, rows[i]);
    }
}

/* Sorts the list and forgets which rows were measured: the next query may begin. */
static void end(numeral_exact_task *t)
{
    numeral_exact_scratch *s = t->s;
    for (size_t i = 0; i < s->n_measured; i++) {
        s->measured[s->measured_rows[i] / 64] = 0;
    }
    s->n_measured = 0;
    numeral_top_finish(&t->top);
}

/* What the kernel needs to compute the guesses from. */
static numeral_tail_scan tail_scan(const numeral_exact_task *t)
{
    static const int8_t none[1] = {0}; /* no tails: nothing is read, but never at NULL */
    const numeral_exact_numbers *n = &t->exact->numbers;
    double fine_tail = n->step_tail / (1 << NUMERAL_FINE_SHIFT);
    return (numeral_tail_scan){.tails = t->exact->n_tail ? t->exact->tails : none,
                               .query = t->s->query.tail,
                               .n_dims = t->exact->n_tail,
                               .thresholds = t->s->thresholds,
                               .limits = t->s->limits,
                               .head = (float)(n->step_head * n->step_head),
                               .tail = (float)(fine_tail * fine_tail)};
}

/* Copies the m nearest guesses of n points, and of equal ones the first, to `best`. The
 * tails of the first ones are on the way when the kernel begins, which fetches others. */
static size_t copy_nearest(const numeral_exact_task *t, size_t n, size_t m)
{
    const numeral_points from = t->s->points, to = t->s->best;
    const numeral_exact *e = t->exact;
    float most = m < n ? t->kernels->kth(from.estimates, n, m) : INFINITY;
    size_t kept = 0;
    for (size_t i = 0; i < n && kept < m; i++) {
        to.rows[kept] = from.rows[i];
        to.owners[kept] = from.owners[i];
        to.excess[kept] = from.excess[i];
        to.estimates[kept] = from.estimates[i];
        kept += from.estimates[i] <= most;
    }
    for (size_t i = 0; i < kept && i < TAILS_FETCHED; i++) {
        fetch(e->tails + (size_t)to.rows[i] * e->n_tail, e->n_tail);
    }
    return kept;
}

/* Pushes the rows of the m nearest guesses of n points. */
static void push_nearest(numeral_exact_task *t, const numeral_points *points, size_t n,
                         size_t m)
{
    float most = m < n ? t->kernels->kth(points->estimates, n, m) : INFINITY;
    uint32_t *rows = t->s->best.rows;
    size_t kept = 0;
    for (size_t i = 0; i < n && kept < m; i++) {
        rows[kept] = points->rows[i];
        kept += points->estimates[i] <= most;
    }
    push_rows(t, rows, kept);
}

/* Pushes the best guesses of n points of the nearest clusters: by the head alone, then of
 * some of them by the tails, too. */
static void push_seeds(numeral_exact_task *t, size_t n)
{
    numeral_exact_scratch *s = t->s;
    size_t m = t->k + SEED_EXTRA;
    for (size_t i = 0; i < n; i++) {
        int32_t d = s->points.excess[i] + EXACT_NO_THRESHOLD;
        s->points.estimates[i] = (float)(d > 0 ? d : 0);
    }
    if (t->exact->n_tail) {
        numeral_tail_scan scan = tail_scan(t);
        n = copy_nearest(t, n, SEED_TAILS * m);
        n = t->kernels->tails(&scan, n, &s->best);
        push_nearest(t, &s->best, n, m);
    } else {
        push_nearest(t, &s->points, n, m);
    }
}

static double bound(numeral_exact_task *t, size_t n_seeds, size_t n)
{
    const numeral_exact *e = t->exact;
    push_seeds(t, n);
    if (t->top.size < t->k && t->radius == INFINITY) {
        /* rows that may not be answers were among the guesses */
        for (size_t i = 0; i < n_seeds; i++) {
            uint32_t c = t->s->list[i];
            push_range(t, e->cluster_rows[c], e->cluster_rows[c + 1]);
        }
    }
    return numeral_top_bound(&t->top);
}

static size_t keep(numeral_exact_task *t, size_t n)
{
    const numeral_points points = t->s->points;
    const int32_t *firsts = t->s->firsts, *thresholds = t->s->thresholds;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t owner = points.owners[i];
        int32_t excess = points.excess[i] + EXACT_NO_THRESHOLD - thresholds[owner];
        points.rows[kept] = points.rows[i];
        points.owners[kept] = owner;
        points.excess[kept] = excess;
        kept += (excess <= 0) & (firsts[owner] <= EXACT_MAX_THRESHOLD); /* not far */
    }
    return kept;
}

/* The query's coarse values, as the scans in 16 bits take them; the second half's fine.
 */
static size_t scan_far(numeral_exact_task *t, uint32_t cluster, size_t at)
{
    const numeral_exact_query *query = &t->s->query;
    const numeral_points points = t->s->points;
    int16_t q[EXACT_MAX_HEAD];
    for (size_t i = 0; i < EXACT_HALF; i++) {
        q[i] = (int16_t)-query->first[32 * (i / 2) + i % 2];
    }
    memcpy(q + EXACT_HALF, query->second, sizeof query->second);
    size_t n = numeral_exact_scan_wide(t, cluster, q, t->s->thresholds[cluster], at);
    size_t kept = at;
    for (size_t i = at; i < n; i++) {
        points.rows[kept] = points.rows[i];
        points.excess[kept] = points.excess[i];
        kept += points.excess[i] <= 0; /* owners are all the same */
    }
    return kept;
}

/* Keeps the points that the bound in force, a lower one, does not exclude. */
static size_t keep_within(numeral_exact_task *t, size_t n)
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
        kept += points.estimates[i] <= numeral_exact_limit(all, error, shrink);
    }
    return kept;
}

static void finish(numeral_exact_task *t, size_t n)
{
    numeral_points *points = &t->s->points;
    numeral_tail_scan scan = tail_scan(t);
    size_t m = t->k + SEED_EXTRA;
    n = t->kernels->tails(&scan, n, points);
    t->s->work.left += n;
    if (n > m) {
        /* The nearest guesses first: they lower the bound, and fewer are left. */
        push_nearest(t, points, n, m);
        n = keep_within(t, n);
    }
    push_rows(t, points->rows, n);
    end(t);
}

static void all(numeral_exact_task *t)
{
    t->s->work.plain++;
    push_range(t, 0, (uint32_t)t->exact->head.n_rows);
    end(t);
}

static void row(const numeral_exact *exact, size_t position, uint8_t *out)
{
    memcpy(out, exact->rows + position * exact->stride,
           exact->head.n_dims * numeral_dtype_bytes(exact->head.dtype));
}

/* 84 rows a cluster are as fast as 58 on MNIST's pixels: fewer rows to scan, more bounds
 * to compute. The tables, which grow with the square of the clusters, take four megabytes
 * less. */
const numeral_exact_ending numeral_exact_by_rows = {
    .keeps_rows = true,
    .rows_per_cluster = 84,
    .row = row,
    .scan_far = scan_far,
    .bound = bound,
    .keep = keep,
    .finish = finish,
    .all = all,
};
