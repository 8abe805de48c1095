/* The ending for rows of at most 64 8-bit values by l2: the coarse coordinates are the
 * row, so that what the scans find is the distance itself and no other copy of the rows
 * is kept.
 *
 * A scan's 16 bits give the squared distance of the first half exactly, once the parity
 * of the row's norm is known, if the query was not clipped and no row of the cluster is
 * far enough to wrap twice; all other distances are computed from the groups. Points are
 * selected and sorted by counting, as their distances are small integers. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "index/exact/task.h"

enum {
    BUCKETS = 256, /* of distances: their counts fit the first-level cache beside them */
    FEW = 32,      /* sorted by insertion: as fast as a heap, about */
    /* Squared distances below this come out of 16 bits whole: of a distance's 17 bits the
     * lowest is the parity; less 8, for float64's roundings. */
    NO_WRAP = (1 << 17) - 8
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

static void row(const numeral_exact *e, size_t position, uint8_t *out)
{
    size_t point;
    const uint8_t *group = group_of(e, cluster_of(e, position), position, &point);
    for (size_t j = 0; j < e->head.n_dims; j++) {
        size_t o = e->outputs[j];
        int coarse = o < EXACT_HALF ? group[numeral_exact_group_at(point, o)] - 128
                                    : e->second[position * EXACT_HALF + o - EXACT_HALF];
        out[j] = (uint8_t)(coarse + e->offsets[o]);
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

/* Makes the distances of points first .. n - 1 whole and drops rows that are not wanted.
 * Returns how many points there are. */
static size_t after_scan(numeral_exact_task *t, size_t first, size_t n)
{
    const numeral_exact *e = t->exact;
    const numeral_points points = t->s->points;
    size_t kept = first;
    for (size_t i = first; i < n; i++) {
        uint32_t p = points.rows[i], owner = points.owners[i];
        /* T + p - 2s, right modulo 2^17, with what `second` added. */
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

/* Thresholds are raised to the parity of the query's norm, by which distances are read
 * off; one more than EXACT_MAX_THRESHOLD still fits. */
static void before_scan(numeral_exact_task *t, const uint32_t *list, size_t n)
{
    numeral_exact_scratch *s = t->s;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = list[i];
        s->whole[c] = is_whole(t, c);
        s->firsts[c] += (s->query.first_norm - s->firsts[c]) & 1;
    }
}

/* With the query's values as they are, not clipped: two differences of bytes are below
 * 2^10. All rows of the cluster are wanted. */
static size_t scan_far(numeral_exact_task *t, uint32_t cluster, size_t at)
{
    const numeral_points points = t->s->points;
    int16_t q[EXACT_MAX_HEAD];
    for (size_t i = 0; i < t->exact->n_head; i++) {
        int fine = i < EXACT_HALF ? 0 : NUMERAL_FINE_SHIFT;
        q[i] = (int16_t)(t->s->query.y[i] * (1 << fine));
    }
    size_t n = numeral_exact_scan_wide(t, cluster, q, 0, at), kept = at;
    t->s->work.exact += n - at;
    for (size_t i = at; i < n; i++) {
        points.rows[kept] = points.rows[i];
        points.excess[kept] = points.excess[i];
        kept += numeral_exact_allows(t, points.rows[i]); /* owners are all the same */
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

static double bound_of(const numeral_exact_task *t, size_t n)
{
    const int32_t *distances = t->s->points.excess;
    counting counts;
    if (n < t->k) {
        return t->radius;
    }
    count(distances, n, &counts);
    /* The bucket in which the k-th lies, and no more than that: it need not be sorted. */
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

static double bound(numeral_exact_task *t, size_t n_seeds, size_t n)
{
    (void)n_seeds;
    return bound_of(t, n);
}

static size_t keep(numeral_exact_task *t, size_t n)
{
    const numeral_points points = t->s->points;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        points.rows[kept] = points.rows[i];
        points.owners[kept] = points.owners[i];
        points.excess[kept] = points.excess[i];
        kept +=
            points.excess[i] <= t->bound && !numeral_exact_is_far(t, points.owners[i]);
    }
    return kept;
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
    /* Each bucket's place, then its keys into it; `begins` ends up at the ends. */
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

/* The list from n points: those within the k-th distance, sorted. */
static void write_list(numeral_exact_task *t, size_t n)
{
    const numeral_points points = t->s->points;
    double most = bound_of(t, n);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t d = points.excess[i];
        points.rows[kept] = points.rows[i];
        points.excess[kept] = d;
        kept += (double)d <= most;
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

static void finish(numeral_exact_task *t, size_t n)
{
    t->s->work.left += n;
    write_list(t, n);
}

static void all(numeral_exact_task *t)
{
    size_t n = 0;
    t->s->work.plain++;
    for (uint32_t c = 0; c < t->exact->n_clusters; c++) {
        n = scan_far(t, c, n);
    }
    write_list(t, n);
}

/* Each dimension is one output, each output at most one dimension. */
static bool find_outputs(numeral_exact *exact)
{
    bool used[EXACT_MAX_HEAD] = {false};
    for (size_t j = 0; j < 2 * exact->n_pairs; j++) {
        size_t found = 0;
        for (size_t o = 0; o < exact->n_out; o++) {
            int16_t value = exact->matrix[numeral_exact_matrix_at(exact->n_out, o, j)];
            if (value != 0 && (value != 1 || j >= exact->head.n_dims || used[o])) {
                return false;
            }
            if (value) {
                exact->outputs[j] = (uint8_t)o;
                used[o] = true;
                found++;
            }
        }
        if (j < exact->head.n_dims && found != 1) {
            return false;
        }
    }
    return true;
}

/* The row at a position as coarse values. */
static void coarse_row(const numeral_exact *exact, uint32_t group, uint32_t point,
                       int32_t *x)
{
    const uint8_t *first = exact->first + (size_t)group * NUMERAL_GROUP_BYTES;
    size_t position = exact->group_rows[group] + point;
    for (size_t i = 0; i < EXACT_HALF; i++) {
        x[i] = first[numeral_exact_group_at(point, i)] - 128;
    }
    for (size_t i = EXACT_HALF; i < exact->n_head; i++) {
        x[i] = exact->second[position * EXACT_HALF + i - EXACT_HALF];
    }
}

/* The distance of a row to its cluster's centroid, in fine units, rounded up. */
static float reach_of(const numeral_exact *exact, size_t cluster, const int32_t *x)
{
    double sum = 0.0;
    for (size_t i = 0; i < exact->n_head; i++) {
        double d = x[i] * exact->numbers.fine_scale -
                   exact->centroids[numeral_exact_centroid_at(exact->n_head, cluster, i)];
        sum += d * d;
    }
    return (float)((sqrt(sum) + exact->numbers.fine_error) * (1.0 + 1e-6));
}

static void derive_cluster(numeral_exact *exact, size_t c)
{
    for (uint32_t g = exact->cluster_groups[c]; g < exact->cluster_groups[c + 1]; g++) {
        for (uint32_t p = 0; exact->group_valid[g] >> p; p++) {
            uint32_t position = exact->group_rows[g] + p, odd = 0;
            int32_t x[EXACT_MAX_HEAD];
            coarse_row(exact, g, p, x);
            for (size_t i = 0; i < EXACT_HALF; i++) {
                odd ^= (uint32_t)x[i] & 1;
            }
            float reach = reach_of(exact, c, x);
            exact->odd[position / 64] |= (uint64_t)odd << position % 64;
            exact->reaches[c] = reach > exact->reaches[c] ? reach : exact->reaches[c];
        }
    }
}

static numeral_status derive(numeral_exact *exact, numeral_error *err)
{
    if (!find_outputs(exact)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "tensor index.matrix: not a permutation of %zu dimensions",
                            exact->head.n_dims);
    }
    for (size_t o = 0; o < exact->n_out; o++) {
        if (exact->offsets[o] < -128 || exact->offsets[o] > 383) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "tensor index.offsets: %d, expected -128 to 383",
                                (int)exact->offsets[o]);
        }
    }
    size_t words = exact->head.n_rows / 64 + 1;
    exact->odd = numeral_exact_own(exact, words, sizeof *exact->odd, err);
    exact->reaches =
        numeral_exact_own(exact, exact->n_clusters, sizeof *exact->reaches, err);
    if (!exact->odd || !exact->reaches) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t c = 0; c < exact->n_clusters; c++) {
        derive_cluster(exact, c);
    }
    return NUMERAL_OK;
}

/* 64-byte rows of 60,000 digits: 384 clusters and 512 skip the same share of the work,
 * half or twice as many less (docs/exact.md). */
const numeral_exact_ending numeral_exact_by_scans = {
    .rows_per_cluster = 156,
    .derive = derive,
    .row = row,
    .before_scan = before_scan,
    .after_scan = after_scan,
    .scan_far = scan_far,
    .bound = bound,
    .keep = keep,
    .finish = finish,
    .all = all,
};
