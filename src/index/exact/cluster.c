/* Clusters by k-means (Lloyd 1957/1982) over the fine coordinates, and an order in which
 * near points lie near each other: halves along a long axis, and halves of these (as in a
 * k-d tree, Bentley 1975, with the axis through two far points). It makes groups of a
 * cluster's rows compact and neighbouring clusters lie side by side. Sums and keys are
 * integers, so that neither threads nor machines change the result. */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "index/exact/exact.h"

typedef struct ordering {
    const int16_t *points;
    size_t dims, unit;
    uint32_t *order; /* of points */
    int64_t *keys;   /* place along the axis, then number: no two are equal */
} ordering;

static int32_t distance(const int16_t *a, const int16_t *b, size_t dims)
{
    int32_t sum = 0;
    for (size_t j = 0; j < dims; j++) {
        int32_t d = a[j] - b[j];
        sum += d * d; /* norms are at most EXACT_FINE_NORM or EXACT_CENTROID_NORM */
    }
    return sum;
}

static const int16_t *farthest(const ordering *o, size_t first, size_t n,
                               const int16_t *from)
{
    const int16_t *best = from;
    int32_t most = -1;
    for (size_t i = first; i < first + n; i++) {
        const int16_t *point = o->points + o->order[i] * o->dims;
        int32_t d = distance(point, from, o->dims);
        if (d > most) {
            most = d;
            best = point;
        }
    }
    return best;
}

/* Twice the place along the axis from a to b, but for a constant: |x-a|² - |x-b|². */
static void find_keys(const ordering *o, size_t first, size_t n)
{
    const int16_t *start = o->points + o->order[first] * o->dims;
    const int16_t *a = farthest(o, first, n, start), *b = farthest(o, first, n, a);
    for (size_t i = first; i < first + n; i++) {
        const int16_t *x = o->points + o->order[i] * o->dims;
        int64_t place = (int64_t)distance(x, a, o->dims) - distance(x, b, o->dims);
        o->keys[i] = place * ((int64_t)1 << 32) + o->order[i];
    }
}

/* Puts the m least of n keys first (Hoare's selection). */
static void select_least(int64_t *keys, size_t n, size_t m)
{
    ptrdiff_t low = 0, high = (ptrdiff_t)n - 1, wanted = (ptrdiff_t)m - 1;
    while (low < high) {
        int64_t pivot = keys[low + (high - low) / 2];
        ptrdiff_t i = low, j = high;
        while (i <= j) {
            while (keys[i] < pivot) {
                i++;
            }
            while (keys[j] > pivot) {
                j--;
            }
            if (i <= j) {
                int64_t swap = keys[i];
                keys[i++] = keys[j];
                keys[j--] = swap;
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

static void halve(const ordering *o, size_t first, size_t n)
{
    while (n > o->unit) {
        size_t units = (n + o->unit - 1) / o->unit, left = units / 2 * o->unit;
        find_keys(o, first, n);
        select_least(o->keys + first, n, left);
        for (size_t i = first; i < first + n; i++) {
            o->order[i] = (uint32_t)(o->keys[i] & UINT32_MAX);
        }
        halve(o, first, left); /* as deep as the number of units has bits */
        first += left;
        n -= left;
    }
}

void numeral_exact_order(const int16_t *points, size_t dims, size_t unit, size_t n,
                         uint32_t *order, int64_t *keys)
{
    ordering o = {points, dims, unit, order, keys};
    halve(&o, 0, n);
}

/* Means of about 16 rows each, moved 8 times. All rows would leave 4 % fewer to scan and
 * take three times as long; more rounds gain nothing (docs/exact.md). */
enum { ROUNDS = 8, SAMPLE_PER_CLUSTER = 16, GRAIN = 256 };

typedef struct clustering {
    const numeral_exact *exact;
    const int16_t *fine;
    uint32_t *order; /* rows in random order */
    int16_t *means;  /* n_clusters × n_head */
    int16_t *centroids;
    int32_t *norms;
    uint32_t *cluster;  /* of each row */
    int32_t *distances; /* n_clusters for each worker */
} clustering;

/* Means to the blocked layout that the kernel reads: the arrays of the index. */
static void publish(clustering *c)
{
    size_t dims = c->exact->n_head;
    for (size_t i = 0; i < c->exact->n_clusters; i++) {
        const int16_t *mean = c->means + i * dims;
        c->norms[i] = numeral_exact_norm(mean, dims);
        for (size_t j = 0; j < dims; j++) {
            c->centroids[numeral_exact_centroid_at(dims, i, j)] = mean[j];
        }
    }
}

/* Assigns the rows order[begin] .. order[end - 1] to their nearest centroids. */
static void assign(void *context, size_t begin, size_t end, int worker)
{
    clustering *c = context;
    size_t dims = c->exact->n_head, n = c->exact->n_clusters;
    int32_t *d = c->distances + (size_t)worker * n;
    for (size_t at = begin; at < end; at++) {
        uint32_t row = c->order[at];
        numeral_exact_to_centroids(c->exact, c->fine + row * dims, d);
        numeral_exact_kernels_get()->nearest(d, n, 1, &c->cluster[row]);
    }
}

static int16_t rounded_mean(int64_t sum, int64_t count)
{
    int64_t half = sum < 0 ? -(count / 2) : count / 2;
    return (int16_t)((sum + half) / count);
}

/* Moves each mean to its rows among the first n of the order; empty ones stay. */
static void move_means(clustering *c, size_t n, int64_t *sums)
{
    size_t dims = c->exact->n_head, n_clusters = c->exact->n_clusters;
    int64_t *counts = sums + n_clusters * dims;
    memset(sums, 0, n_clusters * (dims + 1) * sizeof *sums);
    for (size_t at = 0; at < n; at++) {
        uint32_t row = c->order[at], i = c->cluster[row];
        counts[i]++;
        for (size_t j = 0; j < dims; j++) {
            sums[i * dims + j] += c->fine[row * dims + j];
        }
    }
    for (size_t i = 0; i < n_clusters * dims; i++) {
        if (counts[i / dims]) {
            c->means[i] = rounded_mean(sums[i], counts[i / dims]);
        }
    }
}

static void start_means(clustering *c)
{
    size_t dims = c->exact->n_head, n_rows = c->exact->head.n_rows;
    for (size_t i = 0; i < c->exact->n_clusters; i++) {
        uint32_t row = c->order[i % n_rows];
        memcpy(c->means + i * dims, c->fine + row * dims, dims * sizeof *c->means);
    }
}

/* Numbers the clusters so that neighbours come side by side. `old` has room for the
 * means, `order` and `keys` for a number of each cluster. */
static void order_means(clustering *c, int16_t *old, uint32_t *order, int64_t *keys)
{
    size_t dims = c->exact->n_head, n = c->exact->n_clusters;
    for (size_t i = 0; i < n; i++) {
        order[i] = (uint32_t)i;
    }
    memcpy(old, c->means, n * dims * sizeof *old);
    numeral_exact_order(old, dims, 1, n, order, keys);
    for (size_t i = 0; i < n; i++) {
        memcpy(c->means + i * dims, old + order[i] * dims, dims * sizeof *old);
    }
}

/* Rounds over a sample, one over all rows; then the clusters get their final numbers, and
 * the rows their clusters. */
static void run_rounds(clustering *c, int64_t *sums, int threads)
{
    size_t n_rows = c->exact->head.n_rows;
    size_t sample = c->exact->n_clusters * SAMPLE_PER_CLUSTER;
    sample = sample < n_rows ? sample : n_rows;
    start_means(c);
    publish(c);
    for (int round = 0; round < ROUNDS; round++) {
        numeral_parallel_for(sample, GRAIN, threads, assign, c);
        move_means(c, sample, sums);
        publish(c);
    }
    numeral_parallel_for(n_rows, GRAIN, threads, assign, c);
    move_means(c, n_rows, sums);
    /* The sums are done with: they have room for what ordering needs. */
    order_means(c, (int16_t *)(void *)sums, (uint32_t *)(void *)c->distances,
                sums + c->exact->n_clusters * c->exact->n_head);
    publish(c);
    numeral_parallel_for(n_rows, GRAIN, threads, assign, c);
}

numeral_status numeral_exact_cluster(const numeral_exact *exact, const int16_t *fine,
                                     int16_t *centroids, int32_t *norms,
                                     uint32_t *cluster, const numeral_run *run,
                                     numeral_error *err)
{
    int threads = run ? run->threads : 1;
    size_t n = exact->n_clusters, workers = (size_t)numeral_thread_count(threads);
    clustering c = {.exact = exact,
                    .fine = fine,
                    .centroids = centroids,
                    .norms = norms,
                    .cluster = cluster};
    int64_t *sums = NULL;
    numeral_status status;
    TRY_ALLOC(c.order = numeral_allocate(exact->head.n_rows, sizeof *c.order, err));
    TRY_ALLOC(c.means = numeral_allocate(n * exact->n_head, sizeof *c.means, err));
    TRY_ALLOC(c.distances = numeral_allocate(workers * n, sizeof *c.distances, err));
    TRY_ALLOC(sums = numeral_allocate(n * (exact->n_head + 1), sizeof *sums, err));
    numeral_random random = numeral_random_seed(1, 0x6b6d65616e73); /* "kmeans" */
    numeral_random_permutation(&random, c.order, exact->head.n_rows);
    run_rounds(&c, sums, threads);
done:
    numeral_release(c.order);
    numeral_release(c.means);
    numeral_release(c.distances);
    numeral_release(sums);
    return status;
}
