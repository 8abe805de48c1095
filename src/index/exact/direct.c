/* Rows of at most 64 8-bit values: the coarse coordinates are the row, so that what the
 * scans find is the distance itself and no other copy of the rows is kept.
 *
 * A scan's 16 bits give the squared distance of the first half exactly, once the parity
 * of the row's norm is known, if the query was not clipped and no row of the cluster is
 * far enough to wrap twice; all other distances are computed from the groups. Points are
 * selected and sorted by counting, as their distances are small integers. */
#include <math.h>
#include <string.h>

#include "index/exact/task.h"

enum {
    BUCKETS = 256,
    FEW = 32,               /* sorted by insertion */
    NO_WRAP = (1 << 17) - 8 /* squared distances below this come out of 16 bits whole */
};

static size_t cluster_of(const numeral_exact *e, size_t position)
{
    size_t low = 0, high = e->n_clusters;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(e->cluster_rows[middle] <= position ? &low : &high) = middle;
    }
    return low;
}

static const uint8_t *group_of(const numeral_exact *e, size_t cluster, size_t position,
                               size_t *point)
{
    size_t in_cluster = position - e->cluster_rows[cluster];
    *point = in_cluster % NUMERAL_GROUP_POINTS;
    return e->first + (e->cluster_groups[cluster] + in_cluster / NUMERAL_GROUP_POINTS) *
                          NUMERAL_GROUP_BYTES;
}

void numeral_exact_direct_row(const numeral_exact *e, size_t position, uint8_t *row)
{
    size_t point;
    const uint8_t *group = group_of(e, cluster_of(e, position), position, &point);
    for (size_t j = 0; j < e->head.n_dims; j++) {
        size_t o = e->outputs[j];
        int coarse = o < EXACT_HALF ? group[32 * (o / 2 + 1) + 2 * point + o % 2] - 128
                                    : e->second[position * EXACT_HALF + o - EXACT_HALF];
        row[j] = (uint8_t)(coarse + e->offsets[o]);
    }
}

static int32_t measure_second(const numeral_exact_task *t, size_t position)
{
    const int8_t *x = t->exact->second + position * EXACT_HALF;
    const int32_t *y = t->s->query.y + EXACT_HALF;
    int32_t sum = 0;
    for (size_t i = 0; i < EXACT_HALF; i++) {
        sum += (y[i] - x[i]) * (y[i] - x[i]);
    }
    return sum;
}

static int32_t measure_row(const numeral_exact_task *t, size_t cluster, size_t position)
{
    size_t point;
    const uint8_t *x = group_of(t->exact, cluster, position, &point) + 2 * point;
    const int32_t *y = t->s->query.y;
    int32_t sum = 0;
    for (size_t i = 0; i < EXACT_HALF; i += 2) {
        x += 32;
        int32_t a = y[i] + 128 - x[0], b = y[i + 1] + 128 - x[1];
        sum += a * a + b * b;
    }
    t->s->work.exact++;
    return sum + (t->exact->second ? measure_second(t, position) : 0);
}

bool numeral_exact_allows(const numeral_exact_task *t, uint32_t position)
{
    if (t->leave_out < 0 && !t->top.skip.n_bits) {
        return true;
    }
    int64_t id = t->exact->ids[position];
    return id != t->leave_out && !numeral_skip_has(&t->top.skip, id);
}

/* Whether the scan of a listed cluster gives distances whole: the query lies within 2^17
 * of all its rows, by way of the centroid. */
static bool is_whole(const numeral_exact_task *t, uint32_t cluster)
{
    const numeral_exact_query *query = &t->s->query;
    double reach = sqrt((double)t->s->centroid_distances[cluster]) + query->fine_error +
                   (double)t->exact->reaches[cluster];
    reach /= t->exact->numbers.fine_scale;
    return !(query->head_error > 0.0) && reach * reach < NO_WRAP;
}

void numeral_exact_direct_prepare(numeral_exact_task *t, const uint32_t *list, size_t n)
{
    numeral_exact_scratch *s = t->s;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = list[i];
        s->whole[c] = is_whole(t, c);
        s->firsts[c] += (s->query.first_norm - s->firsts[c]) & 1;
    }
}

size_t numeral_exact_direct_settle(numeral_exact_task *t, size_t first, size_t n)
{
    const numeral_exact *e = t->exact;
    const numeral_points points = t->s->points;
    size_t kept = first;
    for (size_t i = first; i < n; i++) {
        uint32_t p = points.rows[i], owner = points.owners[i];
        int32_t d = points.excess[i] + t->s->thresholds[owner] + 1 +
                    (int32_t)(e->odd[p / 64] >> p % 64 & 1);
        if (!t->s->whole[owner]) {
            d = measure_row(t, owner, p);
        }
        points.rows[kept] = p;
        points.owners[kept] = owner;
        points.excess[kept] = d;
        kept += numeral_exact_allows(t, p) && d >= 0;
    }
    return kept;
}

/* How distances are counted: those from `least` on in BUCKETS steps of 2^shift. */
typedef struct counting {
    uint32_t least;
    unsigned shift;
    uint32_t counts[BUCKETS + 1];
} counting;

static size_t bucket_of(const counting *counts, uint32_t d)
{
    return (d - counts->least) >> counts->shift;
}

static void count(const int32_t *distances, size_t n, counting *out)
{
    int32_t least = distances[0], most = distances[0];
    for (size_t i = 1; i < n; i++) {
        least = distances[i] < least ? distances[i] : least;
        most = distances[i] > most ? distances[i] : most;
    }
    out->least = (uint32_t)least;
    out->shift = 0;
    while (((uint32_t)most - out->least) >> out->shift >= BUCKETS) {
        out->shift++;
    }
    memset(out->counts, 0, sizeof out->counts);
    for (size_t i = 0; i < n; i++) {
        out->counts[bucket_of(out, (uint32_t)distances[i])]++;
    }
}

double numeral_exact_direct_bound(const numeral_exact_task *t, size_t n)
{
    const int32_t *distances = t->s->points.excess;
    counting counts;
    if (n < t->k) {
        return t->radius;
    }
    count(distances, n, &counts);
    size_t last = 0, below = counts.counts[0];
    while (below < t->k) {
        below += counts.counts[++last];
    }
    /* All of the first buckets: at least k rows lie this near. */
    uint32_t most = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t d = (uint32_t)distances[i];
        most = bucket_of(&counts, d) <= last && d > most ? d : most;
    }
    return (double)most < t->radius ? (double)most : t->radius;
}

static void sink(uint64_t *keys, size_t n, size_t at)
{
    uint64_t key = keys[at];
    for (size_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
        child += child + 1 < n && keys[child + 1] > keys[child];
        if (keys[child] <= key) {
            break;
        }
        keys[at] = keys[child];
        at = child;
    }
    keys[at] = key;
}

/* By insertion, or by a heap (Williams 1964) where there are many. */
static void sort_keys(uint64_t *keys, size_t n)
{
    if (n > FEW) {
        for (size_t i = n / 2; i-- > 0;) {
            sink(keys, n, i);
        }
        for (size_t end = n; end-- > 1;) {
            uint64_t largest = keys[0];
            keys[0] = keys[end];
            keys[end] = largest;
            sink(keys, end, 0);
        }
        return;
    }
    for (size_t i = 1; i < n; i++) {
        uint64_t key = keys[i];
        size_t at = i;
        for (; at > 0 && keys[at - 1] > key; at--) {
            keys[at] = keys[at - 1];
        }
        keys[at] = key;
    }
}

/* Writes the points' (distance, id), in order as far as k goes, to `keys`. */
static void sort_points(const numeral_exact_task *t, size_t n)
{
    const numeral_points points = t->s->points;
    uint64_t *keys = t->s->keys;
    counting counts;
    count(points.excess, n, &counts);
    uint32_t begins[BUCKETS + 1], sum = 0;
    for (size_t b = 0; b <= BUCKETS; b++) {
        begins[b] = sum;
        sum += counts.counts[b];
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t d = (uint32_t)points.excess[i];
        keys[begins[bucket_of(&counts, d)]++] =
            (uint64_t)d << 32 | t->exact->ids[points.rows[i]];
    }
    for (size_t b = 0, from = 0; b < BUCKETS && from < t->k; b++) {
        sort_keys(keys + from, begins[b] - from);
        from = begins[b];
    }
}

void numeral_exact_direct_finish(numeral_exact_task *t, size_t n)
{
    const numeral_points points = t->s->points;
    double bound = numeral_exact_direct_bound(t, n);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t d = points.excess[i];
        points.rows[kept] = points.rows[i];
        points.excess[kept] = d;
        kept += (double)d <= bound;
    }
    if (kept) {
        sort_points(t, kept);
    }
    t->top.size = kept < t->k ? kept : t->k;
    for (size_t i = 0; i < t->top.size; i++) {
        t->top.distances[i] = (double)(t->s->keys[i] >> 32);
        t->top.ids[i] = (int64_t)(t->s->keys[i] & UINT32_MAX);
    }
    numeral_top_pad(&t->top);
}

void numeral_exact_direct_all(numeral_exact_task *t)
{
    size_t n = 0;
    t->s->work.plain++;
    for (size_t c = 0; c < t->exact->n_clusters; c++) {
        n = numeral_exact_add_cluster(t, (uint32_t)c, n);
    }
    numeral_exact_direct_finish(t, n);
}
