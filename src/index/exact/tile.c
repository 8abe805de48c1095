/* Several queries of the exact index side by side. All go over the clusters in steps of
 * as many groups as a core's cache holds: what one query has brought from memory the
 * others find there; and a group that was read meets all queries that ask for it before
 * the next one is read. Each query's own bounds say what it asks for, so that it computes
 * what it would alone. */
#include <string.h>

#include "index/exact/task.h"

/* How many of the clusters that the task lists lie below cluster `end`. */
static size_t count_below(const numeral_exact_task *t, uint32_t end)
{
    size_t n = 0;
    while (n < t->n_left && t->left[n] < end) {
        n++;
    }
    return n;
}

/* Steps of one cluster may have any number of groups: query after query. */
static void scan_apart(numeral_exact_task *tasks, size_t n, uint32_t end)
{
    for (size_t i = 0; i < n; i++) {
        size_t n_below = count_below(&tasks[i], end);
        if (n_below) {
            numeral_exact_scan_left(&tasks[i], n_below);
        }
    }
}

/* The groups from `begin` on are those of the clusters below `end`, as many as fit. */
static void scan_beside(numeral_exact_task *tasks, size_t n, uint32_t begin,
                        size_t n_groups, uint32_t end)
{
    uint16_t askers[EXACT_STEP_GROUPS + NUMERAL_SCAN_PADDING];
    numeral_scan scans[EXACT_TILE];
    numeral_hits hits[EXACT_TILE];
    size_t who[EXACT_TILE], n_hits[EXACT_TILE], n_scans = 0;
    memset(askers, 0, (n_groups + NUMERAL_SCAN_PADDING) * sizeof *askers);
    for (size_t i = 0; i < n; i++) {
        numeral_exact_task *t = &tasks[i];
        size_t n_below = count_below(t, end);
        if (n_below) {
            numeral_scan scan =
                numeral_exact_list_groups(t, t->left, n_below, &t->s->step);
            for (size_t e = 0; e < scan.n; e++) {
                askers[scan.groups[e] - begin] |= (uint16_t)(1u << n_scans);
            }
            t->left += n_below;
            t->n_left -= n_below;
            hits[n_scans] = t->s->step.hits;
            scans[n_scans] = scan;
            who[n_scans++] = i;
        }
    }
    if (n_scans) {
        numeral_scans beside = {.scans = scans,
                                .n = n_scans,
                                .begin = begin,
                                .n_groups = n_groups,
                                .askers = askers};
        tasks[0].kernels->scan_beside(&beside, hits, n_hits);
    }
    for (size_t j = 0; j < n_scans; j++) {
        numeral_exact_task *t = &tasks[who[j]];
        t->n_points =
            numeral_exact_take_points(t, &scans[j], &hits[j], n_hits[j], t->n_points);
    }
}

void numeral_exact_scan_tile(const numeral_exact *e, numeral_exact_task *tasks, size_t n)
{
    const uint32_t *groups = e->cluster_groups;
    for (uint32_t begin = 0, end; begin < e->n_clusters; begin = end) {
        end = begin + 1;
        while (end < e->n_clusters &&
               groups[end + 1] - groups[begin] <= EXACT_STEP_GROUPS) {
            end++;
        }
        size_t n_groups = groups[end] - groups[begin];
        if (n && n_groups <= EXACT_STEP_GROUPS && tasks[0].kernels->scan_beside) {
            scan_beside(tasks, n, groups[begin], n_groups, end);
        } else {
            scan_apart(tasks, n, end);
        }
    }
}
