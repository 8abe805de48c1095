/* The coarse scans: the first 32 dimensions by groups of 16 points in 16 bits, the second
 * 32 point by point. docs/exact.md has the proofs. */
#include <math.h>

#include "index/exact_task.h"

/* The most an integer D can be that is at most r², rounding allowed for; capped. */
static int32_t threshold_of(double r)
{
    double threshold = floor(r * r * (1.0 + 2e-6)) + 1.0;
    return threshold < (double)EXACT_NO_THRESHOLD ? (int32_t)threshold
                                                  : EXACT_NO_THRESHOLD;
}

/* Thresholds and limits of the listed clusters for the bound in force. */
void numeral_exact_set_thresholds(numeral_exact_task *t, size_t n)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    double root = sqrt(t->bound) * (1.0 + 1e-9);
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

/* Lists the groups of the listed clusters that 16 bits can serve, with their starts. */
static size_t list_groups(numeral_exact_task *t, size_t n_listed)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    size_t n = 0;
    for (size_t i = 0; i < n_listed; i++) {
        uint32_t c = s->list[i];
        if (s->firsts[i] > EXACT_MAX_THRESHOLD) {
            continue;
        }
        int32_t start = start_of(s->query.first_norm, s->firsts[i], s->query.first_sum);
        for (uint32_t g = e->cluster_groups[c]; g < e->cluster_groups[c + 1]; g++) {
            s->groups[n] = g;
            s->listed[n] = (uint32_t)i;
            s->starts[n] = (int16_t)(uint16_t)start;
            n++;
        }
    }
    return n;
}

/* Every point of the hits, with the least its squared coarse distance can be. */
static size_t list_points(numeral_exact_task *t, size_t n_hits)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    size_t n = 0;
    for (size_t h = 0; h < n_hits; h++) {
        uint32_t entry = s->hits.entries[h], group = s->groups[entry];
        uint32_t listed = s->listed[entry];
        unsigned mask = s->hits.masks[h] & e->group_valid[group];
        for (; mask; mask &= mask - 1) {
            unsigned point = (unsigned)__builtin_ctz(mask);
            /* sum = -1 - s with D >= T - 2s - 1: see docs/exact.md */
            int32_t least = s->firsts[listed] + 2 * s->hits.sums[16 * h + point] + 1;
            s->places[n] = e->group_rows[group] + point;
            s->candidates[n] = (numeral_exact_candidate){least > 0 ? (float)least : 0.0f,
                                                         s->places[n], listed};
            n++;
        }
    }
    return n;
}

size_t numeral_exact_scan(numeral_exact_task *t, size_t n_listed)
{
    const numeral_exact *e = t->exact;
    numeral_exact_scratch *s = t->s;
    size_t n_groups = list_groups(t, n_listed);
    numeral_scan scan = {e->first, s->groups, s->starts, n_groups, s->query.first};
    size_t n = list_points(t, t->kernels->scan(&scan, &s->hits)), kept = 0;
    s->work.rows += NUMERAL_GROUP_POINTS * n_groups;
    s->work.second_rows += n;
    if (e->n_head > EXACT_HALF) {
        t->kernels->l2_32(s->query.second, e->second, s->places, n, s->seconds);
        for (size_t i = 0; i < n; i++) {
            numeral_exact_candidate moved = s->candidates[i];
            moved.near += (float)s->seconds[i]; /* below 2^24: exact */
            s->candidates[kept] = moved;
            kept += moved.near <= (float)s->thresholds[moved.listed];
        }
        n = kept;
    }
    s->work.survivors += n;
    return n;
}
