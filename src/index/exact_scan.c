/* The coarse scans: the first 32 dimensions by groups of 16 points in 16 bits, the second
 * 32 point by point. docs/exact.md has the proofs. */
#include <math.h>

#include "index/exact_task.h"

/* The most an integer D can be that is at most r², rounding allowed for; capped. */
static int32_t threshold_of(double r)
{
    double threshold = r * r * (1.0 + 2e-6) + 1.0;
    return threshold < (double)EXACT_NO_THRESHOLD ? (int32_t)threshold
                                                  : EXACT_NO_THRESHOLD;
}

/* Thresholds and limits of the listed clusters for the bound in force. */
void numeral_exact_set_thresholds(numeral_exact_task *t, size_t n)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    double root = numeral_exact_reach(t) * (1.0 + 1e-9);
    double head = root * e->numbers.sigma_head / e->numbers.step_head;
    double all = root * e->numbers.sigma_all + s->query.all_error;
    for (size_t i = 0; i < n; i++) {
        const float *errors = e->errors + 3 * s->list[i];
        double first = head + s->query.first_error + (double)errors[0];
        double both = head + s->query.head_error + (double)errors[1];
        double limit = (all + (double)errors[2]) * e->shrink.all;
        s->firsts[i] = threshold_of(first * e->shrink.first);
        s->thresholds[i] = threshold_of(both * e->shrink.head);
        s->limits[i] = limit * limit * (1.0 + 1e-6);
    }
}

/* ⌈(norm - threshold) / 2⌉ - 1 + 128·sum, the start of a scan. */
static int32_t start_of(int32_t norm, int32_t threshold, int32_t sum)
{
    int32_t difference = norm - threshold;
    int32_t half = difference >= 0 ? (difference + 1) / 2 : -(-difference / 2);
    return half - 1 + 128 * sum;
}

/* The most that the leaf of a group of cluster c may be if it has a row within the
 * radius: what the cluster's bound exceeds the query's value by. */
static int16_t most_leaf(const numeral_exact_task *t, uint32_t c)
{
    const numeral_exact *e = t->exact;
    if (t->fine_radius < 0) {
        return 255;
    }
    uint32_t entry = e->table[(size_t)t->reference * e->n_clusters + c];
    int64_t a = entry & 0xffff, b = (int16_t)(entry >> 16);
    int64_t margin = a * t->fine_radius + b * (1 << NUMERAL_BOUND_SHIFT) -
                     (t->s->centroid_distances[c] - t->reference_distance);
    margin >>= EXACT_LEAF_SHIFT;
    return (int16_t)(margin > 255 ? 255 : margin);
}

/* Lists the groups of the listed clusters that may hold a row within the bound and that
 * 16 bits can serve, with their starts. */
static size_t list_groups(numeral_exact_task *t, size_t first, size_t end)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    for (size_t i = first; i < end; i++) {
        uint32_t c = s->list[i];
        bool served = s->firsts[i] <= EXACT_MAX_THRESHOLD;
        s->group_first[i - first] = e->cluster_groups[c];
        s->group_end[i - first] = e->cluster_groups[c + 1];
        s->group_most[i - first] = served ? most_leaf(t, c) : -1;
        s->group_starts[i - first] = (int16_t)(uint16_t)start_of(
            s->query.first_norm, s->firsts[i], s->query.first_sum);
    }
    numeral_choice choice = {.leaves = e->leaves + t->reference * e->leaf_stride,
                             .first = s->group_first,
                             .end = s->group_end,
                             .most = s->group_most,
                             .starts = s->group_starts,
                             .n = end - first,
                             .offset = (uint32_t)first};
    size_t n = t->kernels->choose(&choice, s->groups, s->listed, s->starts);
    for (size_t j = 0; j < NUMERAL_SCAN_PADDING; j++) {
        s->groups[n + j] = n ? s->groups[n - 1] : 0;
        s->starts[n + j] = 0;
    }
    return n;
}

/* The points become candidates: the excess is D less the threshold. */
static size_t list_candidates(const numeral_exact_task *t, size_t n_points, size_t n)
{
    numeral_exact_scratch *s = t->s;
    for (size_t i = 0; i < n_points; i++) {
        uint32_t listed = s->points.owners[i];
        float head = (float)(s->points.excess[i] + s->thresholds[listed]);
        s->candidates[n + i] =
            (numeral_exact_candidate){head, head, s->points.rows[i], listed};
    }
    return n + n_points;
}

size_t numeral_exact_scan(numeral_exact_task *t, size_t first, size_t end, size_t n)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    numeral_scan scan = {.base = e->first,
                         .groups = s->groups,
                         .owners = s->listed,
                         .starts = s->starts,
                         .n = list_groups(t, first, end),
                         .query = s->query.first,
                         .rows = e->group_rows,
                         .valid = e->group_valid,
                         .firsts = s->firsts,
                         .thresholds = s->thresholds};
    size_t n_points = t->kernels->scan(&scan, &s->hits);
    n_points = t->kernels->points(&scan, &s->hits, n_points, &s->points);
    s->work.rows += NUMERAL_GROUP_POINTS * scan.n;
    s->work.second_rows += n_points;
    if (e->n_head > EXACT_HALF) {
        n_points = t->kernels->second(s->query.second, e->second, n_points, &s->points);
    }
    s->work.survivors += n_points;
    n = list_candidates(t, n_points, n);
    return n;
}
