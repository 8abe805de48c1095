/* The coarse scans: the first 32 dimensions by groups of 16 points in 16 bits, the second
 * 32 point by point; and both in 32 bits for clusters whose thresholds 16 cannot hold
 * (far queries, wide clusters). What may pass follows from the bound in force: thresholds
 * of both halves and limits of all dimensions. docs/exact.md has the proofs. */
#include <math.h>
#include <string.h>

#include "index/exact/task.h"

double numeral_exact_reach(const numeral_exact_task *t)
{
    return t->exact->metric_bound ? numeral_query_context_reach(&t->s->context, t->bound)
                                  : sqrt(t->bound);
}

/* The most an integer D can be that is at most r², capped. A little more allows for the
 * roundings of float32 here and before: fewer than ten of relative error 2^-24. */
static int32_t threshold_of(float r)
{
    float threshold = r * r * (1.0F + 4e-6F) + 1.0F;
    threshold =
        threshold < (float)EXACT_NO_THRESHOLD ? threshold : (float)EXACT_NO_THRESHOLD;
    return (int32_t)threshold;
}

float numeral_exact_whole_reach(const numeral_exact_task *t)
{
    double root = numeral_exact_reach(t) * (1.0 + 1e-9);
    return (float)(root * t->exact->numbers.sigma_all + t->s->query.all_error);
}

/* Of the listed clusters alone where those are few, as they are when bounds are shrunk:
 * of all of them, in order, it is twelve times as fast for each. */
enum { LISTED_SHARE = 12 };

void numeral_exact_set_thresholds(numeral_exact_task *t, size_t n_listed)
{
    const numeral_exact *e = t->exact;
    const numeral_exact_query *query = &t->s->query;
    double root = numeral_exact_reach(t) * (1.0 + 1e-9); /* sqrt's own rounding */
    double head = root * e->numbers.sigma_head / e->numbers.step_head;
    float first = (float)(head + query->first_error);
    float both = (float)(head + query->head_error);
    float all = numeral_exact_whole_reach(t);
    float by_first = (float)e->shrink.first, by_head = (float)e->shrink.head;
    float by_all = (float)e->shrink.all;
    const float *errors = e->spreads;
    size_t n = e->n_clusters;
    int32_t *restrict firsts = t->s->firsts, *restrict thresholds = t->s->thresholds;
    float *restrict limits = t->s->limits;
    if (n_listed < n / LISTED_SHARE) {
        for (size_t i = 0; i < n_listed; i++) {
            uint32_t c = t->s->list[i];
            firsts[c] = threshold_of((first + errors[c]) * by_first);
            thresholds[c] = threshold_of((both + errors[n + c]) * by_head);
            limits[c] = numeral_exact_limit(all, errors[2 * n + c], by_all);
        }
        return;
    }
    for (size_t c = 0; c < n; c++) {
        firsts[c] = threshold_of((first + errors[c]) * by_first);
        thresholds[c] = threshold_of((both + errors[n + c]) * by_head);
        limits[c] = numeral_exact_limit(all, errors[2 * n + c], by_all);
    }
}

/* ⌈(norm - threshold) / 2⌉ - 1 + 128·sum, the start of a scan in wrapping 16 bits. */
static int16_t start_of(int32_t norm, int32_t threshold, int32_t sum)
{
    int32_t half = (norm - threshold + 1) >> 1;
    return (int16_t)(uint16_t)(half - 1 + 128 * sum);
}

numeral_scan numeral_exact_list_groups(numeral_exact_task *t, const uint32_t *list,
                                       size_t n_listed, const numeral_exact_passing *into)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    if (e->ending->before_scan) {
        e->ending->before_scan(t, list, n_listed);
    }
    for (size_t i = 0; i < n_listed; i++) {
        s->cluster_starts[list[i]] =
            start_of(s->query.first_norm, s->firsts[list[i]], s->query.first_sum);
    }
    numeral_choice choice = {.leaves = e->leaves + t->reference * e->leaf_stride,
                             .list = list,
                             .n = n_listed,
                             .first = e->cluster_groups,
                             .most = s->most_leaves,
                             .starts = s->cluster_starts};
    size_t n = t->kernels->choose(&choice, into->groups, into->owners, into->starts);
    /* Kernels take several groups at once and fetch others ahead. */
    for (size_t j = 0; j < NUMERAL_SCAN_PADDING; j++) {
        into->groups[n + j] = n ? into->groups[n - 1] : 0;
        into->starts[n + j] = 0;
    }
    s->work.rows += NUMERAL_GROUP_POINTS * n;
    return (numeral_scan){.base = e->first,
                          .groups = into->groups,
                          .owners = into->owners,
                          .starts = into->starts,
                          .n = n,
                          .query = s->query.first,
                          .rows = e->group_rows,
                          .valid = e->group_valid,
                          .firsts = s->firsts,
                          .thresholds = s->thresholds};
}

size_t numeral_exact_take_points(numeral_exact_task *t, const numeral_scan *scan,
                                 const numeral_hits *hits, size_t n_hits, size_t at)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    numeral_points points = {.rows = s->points.rows + at,
                             .owners = s->points.owners + at,
                             .excess = s->points.excess + at};
    size_t n_points = t->kernels->points(scan, hits, n_hits, &points);
    s->work.second_rows += n_points;
    if (e->n_head > EXACT_HALF) {
        n_points = t->kernels->second(s->query.second, e->second,
                                      numeral_exact_second_shift(e), n_points, &points);
    }
    s->work.survivors += n_points;
    n_points += at;
    return e->ending->after_scan ? e->ending->after_scan(t, at, n_points) : n_points;
}

size_t numeral_exact_scan(numeral_exact_task *t, const uint32_t *list, size_t n,
                          size_t at)
{
    numeral_exact_passing *passing = &t->s->passing;
    numeral_scan scan = numeral_exact_list_groups(t, list, n, passing);
    size_t n_hits = t->kernels->scan(&scan, &passing->hits);
    return numeral_exact_take_points(t, &scan, &passing->hits, n_hits, at);
}

static void measure_group(const uint8_t *group, const int16_t *q,
                          int32_t sums[NUMERAL_GROUP_POINTS])
{
    memset(sums, 0, NUMERAL_GROUP_POINTS * sizeof *sums);
    for (size_t i = 0; i < NUMERAL_GROUP_PAIRS; i++) {
        const uint8_t *x = group + 32 * (i + 1);
        for (size_t p = 0; p < NUMERAL_GROUP_POINTS; p++) {
            int16_t a = (int16_t)(q[2 * i] + 128 - x[2 * p]);
            int16_t b = (int16_t)(q[2 * i + 1] + 128 - x[2 * p + 1]);
            sums[p] += a * a + b * b;
        }
    }
}

/* Differences of fine values: below 2^13, even of queries that are not clipped. */
static int32_t measure_second(const int8_t *x, const int16_t *q, int shift)
{
    int32_t sum = 0;
    for (size_t i = 0; i < EXACT_HALF; i++) {
        int16_t d = (int16_t)(q[i] - x[i] * (1 << NUMERAL_FINE_SHIFT));
        sum += d * d;
    }
    return sum >> shift;
}

size_t numeral_exact_scan_wide(numeral_exact_task *t, uint32_t cluster,
                               const int16_t *query, int32_t threshold, size_t at)
{
    const numeral_exact *e = t->exact;
    const numeral_points points = t->s->points;
    for (uint32_t g = e->cluster_groups[cluster]; g < e->cluster_groups[cluster + 1];
         g++) {
        int32_t sums[NUMERAL_GROUP_POINTS];
        measure_group(e->first + (size_t)g * NUMERAL_GROUP_BYTES, query, sums);
        for (uint32_t p = 0; e->group_valid[g] >> p; p++) {
            uint32_t position = e->group_rows[g] + p;
            int32_t d = sums[p];
            if (e->second) {
                const int8_t *x = e->second + (size_t)position * EXACT_HALF;
                d += measure_second(x, query + EXACT_HALF, numeral_exact_second_shift(e));
            }
            points.rows[at] = position;
            points.owners[at] = cluster;
            points.excess[at++] = d - threshold;
        }
    }
    t->s->work.wide += e->cluster_rows[cluster + 1] - e->cluster_rows[cluster];
    return at;
}
