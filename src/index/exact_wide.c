/* Scans in 32 bits, for clusters whose thresholds 16 bits cannot hold: far queries, wide
 * clusters, and whatever wants all rows of a direct index. */
#include <string.h>

#include "index/exact_task.h"

/* The query's coarse values; of a direct index not clipped. */
static void coarse_query(const numeral_exact_task *t, int16_t *q)
{
    const numeral_exact_query *query = &t->s->query;
    for (size_t i = 0; i < t->exact->n_head; i++) {
        if (t->exact->direct) {
            q[i] = (int16_t)query->y[i]; /* two differences of bytes: below 2^10 */
        } else if (i < EXACT_HALF) {
            q[i] = (int16_t)-query->first[32 * (i / 2) + i % 2];
        } else {
            q[i] = query->second[i - EXACT_HALF];
        }
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

static int32_t measure_second(const int8_t *x, const int16_t *q)
{
    int32_t sum = 0;
    for (size_t i = 0; i < EXACT_HALF; i++) {
        int16_t d = (int16_t)(q[i] - x[i]);
        sum += d * d;
    }
    return sum;
}

static bool is_candidate(numeral_exact_task *t, uint32_t position, uint32_t listed,
                         int32_t d)
{
    if (t->exact->direct) {
        t->s->work.exact++;
        return numeral_exact_allows(t, position);
    }
    return d <= t->s->thresholds[listed];
}

size_t numeral_exact_add_cluster(numeral_exact_task *t, uint32_t cluster, uint32_t listed,
                                 size_t n)
{
    const numeral_exact *e = t->exact;
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
                d += measure_second(x, q + EXACT_HALF);
            }
            if (is_candidate(t, position, listed, d)) {
                t->s->candidates[n++] =
                    (numeral_exact_candidate){(float)d, (float)d, position, listed};
            }
        }
    }
    t->s->work.wide += e->cluster_rows[cluster + 1] - e->cluster_rows[cluster];
    return n;
}
