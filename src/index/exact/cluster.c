/* Clusters by k-means (Lloyd 1957/1982) over the fine coordinates. Sums are integers, so
 * that neither threads nor machines change the result. */
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "index/exact/exact.h"

enum { ROUNDS = 8, SAMPLE_PER_CLUSTER = 16 };

typedef struct clustering {
    const numeral_exact *exact;
    const int16_t *fine;
    const uint32_t *order; /* rows in random order */
    int16_t *means;        /* n_clusters × n_head */
    int16_t *centroids;
    int32_t *norms;
    uint32_t *cluster;  /* of each row */
    int32_t *distances; /* n_clusters for each worker */
} clustering;

static int32_t norm_of(const int16_t *values, size_t n)
{
    int32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i] * values[i];
    }
    return sum;
}

/* Means to the blocked layout that the kernel reads. */
static void publish(clustering *c)
{
    size_t dims = c->exact->n_head;
    for (size_t i = 0; i < c->exact->n_clusters; i++) {
        const int16_t *mean = c->means + i * dims;
        int16_t *block = c->centroids + (i - i % 8) * dims;
        c->norms[i] = norm_of(mean, dims);
        for (size_t j = 0; j < dims; j++) {
            block[(j / 2 * 8 + i % 8) * 2 + j % 2] = mean[j];
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
        const int16_t *fine = c->fine + row * dims;
        numeral_exact_kernels_get()->centroids(fine, norm_of(fine, dims), c->centroids,
                                               c->norms, dims, n, d);
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

static void run_rounds(clustering *c, int64_t *sums, int threads)
{
    size_t n_rows = c->exact->head.n_rows;
    size_t sample = c->exact->n_clusters * SAMPLE_PER_CLUSTER;
    sample = sample < n_rows ? sample : n_rows;
    start_means(c);
    publish(c);
    for (int round = 0; round < ROUNDS; round++) {
        numeral_parallel_for(sample, 256, threads, assign, c);
        move_means(c, sample, sums);
        publish(c);
    }
    numeral_parallel_for(n_rows, 256, threads, assign, c);
    move_means(c, n_rows, sums);
    /* The sums are done with: they have room for what ordering needs. */
    order_means(c, (int16_t *)(void *)sums, (uint32_t *)(void *)c->distances,
                sums + c->exact->n_clusters * c->exact->n_head);
    publish(c);
    numeral_parallel_for(n_rows, 256, threads, assign, c);
}

numeral_status numeral_exact_cluster(const numeral_exact *exact, const int16_t *fine,
                                     int16_t *centroids, int32_t *norms,
                                     uint32_t *cluster, const numeral_run *run,
                                     numeral_error *err)
{
    int threads = run ? run->threads : 1;
    size_t n = exact->n_clusters, workers = (size_t)numeral_thread_count(threads);
    uint32_t *order = numeral_allocate(exact->head.n_rows, sizeof *order, err);
    int16_t *means = numeral_allocate(n * exact->n_head, sizeof *means, err);
    int32_t *distances = numeral_allocate(workers * n, sizeof *distances, err);
    int64_t *sums = numeral_allocate(n * (exact->n_head + 1), sizeof *sums, err);
    bool ready = order && means && distances && sums;
    if (ready) {
        numeral_random random = numeral_random_seed(1, 0x6b6d65616e73);
        numeral_random_permutation(&random, order, exact->head.n_rows);
        clustering c = {exact, fine, order, means, centroids, norms, cluster, distances};
        run_rounds(&c, sums, threads);
    }
    numeral_release(order);
    numeral_release(means);
    numeral_release(distances);
    numeral_release(sums);
    return ready ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}
