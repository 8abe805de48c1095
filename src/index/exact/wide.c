/* Scans in 32 bits, for clusters whose thresholds 16 bits cannot hold: far queries, wide
 * clusters, and whatever wants all rows of a direct index. */
#include <string.h>

#include "index/exact/task.h"

/* The query's coarse values, the second half's fine; of a direct index not clipped: two
 * differences of bytes are below 2^10. */
static void coarse_query(const numeral_exact_task *t, int16_t *q)
{
    const numeral_exact_query *query = &t->s->query;
    for (size_t i = 0; i < EXACT_HALF; i++) {
        q[i] = (int16_t)(t->exact->direct ? query->y[i]
                                          : -query->first[32 * (i / 2) + i % 2]);
    }
    for (size_t i = EXACT_HALF; i < t->exact->n_head; i++) {
        q[i] = (int16_t)(t->exact->direct ? query->y[i] * (1 << NUMERAL_FINE_SHIFT)
                                          : query->second[i - EXACT_HALF]);
    }
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

/* Differences of fine values: below 2^13, even of a direct index. */
static int32_t measure_second(const int8_t *x, const int16_t *q, int shift)
{
    int32_t sum = 0;
    for (size_t i = 0; i < EXACT_HALF; i++) {
        int16_t d = (int16_t)(q[i] - x[i] * (1 << NUMERAL_FINE_SHIFT));
        sum += d * d;
    }
    return sum >> shift;
}

static bool is_wanted(numeral_exact_task *t, uint32_t position, int32_t excess)
{
    if (t->exact->direct) {
        t->s->work.exact++;
        return numeral_exact_allows(t, position);
    }
    return excess <= 0;
}

size_t numeral_exact_add_cluster(numeral_exact_task *t, uint32_t cluster, size_t at)
{
    const numeral_exact *e = t->exact;
    const numeral_points points = t->s->points;
    int32_t threshold = e->direct ? 0 : t->s->thresholds[cluster];
    int16_t q[EXACT_MAX_HEAD];
    coarse_query(t, q);
    for (uint32_t g = e->cluster_groups[cluster]; g < e->cluster_groups[cluster + 1];
         g++) {
        int32_t sums[NUMERAL_GROUP_POINTS];
        measure_group(e->first + (size_t)g * NUMERAL_GROUP_BYTES, q, sums);
        for (uint32_t p = 0; e->group_valid[g] >> p; p++) {
            uint32_t position = e->group_rows[g] + p;
            int32_t d = sums[p];
            if (e->second) {
                const int8_t *x = e->second + (size_t)position * EXACT_HALF;
                d += measure_second(x, q + EXACT_HALF, numeral_exact_second_shift(e));
            }
            if (is_wanted(t, position, d - threshold)) {
                points.rows[at] = position;
                points.owners[at] = cluster;
                points.excess[at++] = d - threshold;
            }
        }
    }
    t->s->work.wide += e->cluster_rows[cluster + 1] - e->cluster_rows[cluster];
    return at;
}
