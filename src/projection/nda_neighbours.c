/* Brute force by matrix products: blocks of anchors against tiles of rows, |x|² - 2a·x,
 * and for each anchor a pool of 2k candidates that is cut back to k when it is full. The
 * blocks are the same for any number of threads, and so are the results. */
#include "projection/nda_neighbours.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "linalg/blas.h"

enum {
    ANCHOR_BLOCK = 64, /* its dots with a tile take 256 kB, and each tile is read once */
    ROW_TILE = 1024,   /* for 64 anchors */
    GROUP = 32,        /* dots passed over in one comparison */
};

/* One candidate as a sortable number: the float's bits, made monotonic, above the row. */
typedef uint64_t candidate;

static candidate make_candidate(float distance, size_t row)
{
    uint32_t bits;
    memcpy(&bits, &distance, sizeof bits);
    bits ^= bits >> 31 ? UINT32_MAX : UINT32_C(1) << 31;
    return (candidate)bits << 32 | (uint32_t)row;
}

static int compare(const void *a, const void *b)
{
    candidate x = *(const candidate *)a, y = *(const candidate *)b;
    return (x > y) - (x < y);
}

/* Puts the k smallest of n first (Hoare's quickselect; candidates are distinct). */
static void select_smallest(candidate *pool, size_t n, size_t k)
{
    size_t low = 0, high = n - 1;
    while (low < high) {
        candidate pivot = pool[low + (high - low) / 2];
        size_t i = low, j = high;
        for (;; i++, j--) {
            while (pool[i] < pivot) {
                i++;
            }
            while (pool[j] > pivot) {
                j--;
            }
            if (i >= j) {
                break;
            }
            candidate swapped = pool[i];
            pool[i] = pool[j];
            pool[j] = swapped;
        }
        /* All of [low, j] are <= pivot <= all of [j + 1, high]. */
        if (k <= j) {
            high = j;
        } else {
            low = j + 1;
        }
    }
}

typedef struct candidate_pool {
    size_t n;
    float limit; /* nothing above this is among the k */
} candidate_pool;

typedef struct search_work {
    const float *points, *norms;
    size_t n, dims, k;
    const uint32_t *anchors;
    uint32_t *out;
    /* Scratch of each worker: a block of anchors, their dots with a tile, and pools. */
    float *block, *dots;
    candidate *pools;
} search_work;

static void cut_back(candidate *pool, candidate_pool *state, size_t k)
{
    select_smallest(pool, state->n, k - 1);
    candidate last = 0;
    for (size_t i = 0; i < k; i++) {
        last = pool[i] > last ? pool[i] : last;
    }
    uint32_t bits = (uint32_t)(last >> 32);
    bits ^= bits >> 31 ? UINT32_C(1) << 31 : UINT32_MAX;
    memcpy(&state->limit, &bits, sizeof bits);
    state->n = k;
}

/* Whether any of a group is within the limit; without branches, so that it vectorises. */
static bool any_within(const float *norms, const float *dots, float limit)
{
    int within = 0;
    for (size_t j = 0; j < GROUP; j++) {
        within |= norms[j] - 2 * dots[j] <= limit;
    }
    return within != 0;
}

static void push_tile(const search_work *work, size_t anchor, size_t first, size_t count,
                      const float *dots, candidate *pool, candidate_pool *state)
{
    const float *norms = work->norms + first;
    for (size_t j = 0; j < count; j++) {
        /* once pools are full, nearly all groups are passed over */
        while (j % GROUP == 0 && j + GROUP <= count &&
               !any_within(norms + j, dots + j, state->limit)) {
            j += GROUP;
        }
        if (j == count) {
            return;
        }
        float distance = norms[j] - 2 * dots[j];
        if (distance <= state->limit && first + j != work->anchors[anchor]) {
            pool[state->n++] = make_candidate(distance, first + j);
            if (state->n == 2 * work->k) {
                cut_back(pool, state, work->k);
            }
        }
    }
}

static void write_nearest(const search_work *work, size_t anchor, candidate *pool,
                          candidate_pool *state)
{
    if (state->n > work->k) {
        cut_back(pool, state, work->k);
    }
    qsort(pool, work->k, sizeof *pool, compare);
    for (size_t i = 0; i < work->k; i++) {
        work->out[anchor * work->k + i] = (uint32_t)pool[i];
    }
}

static void search_block(void *context, size_t begin, size_t end, int worker)
{
    const search_work *work = context;
    size_t d = work->dims, m = end - begin, w = (size_t)worker;
    float *block = work->block + w * ANCHOR_BLOCK * d;
    float *dots = work->dots + w * ANCHOR_BLOCK * ROW_TILE;
    candidate *pools = work->pools + w * ANCHOR_BLOCK * 2 * work->k;
    candidate_pool states[ANCHOR_BLOCK];
    for (size_t a = 0; a < m; a++) {
        memcpy(block + a * d, work->points + work->anchors[begin + a] * d,
               d * sizeof *block);
        states[a] = (candidate_pool){0, __builtin_inff()};
    }
    for (size_t first = 0; first < work->n; first += ROW_TILE) {
        size_t count = work->n - first < ROW_TILE ? work->n - first : ROW_TILE;
        numeral_blas_dots(block, m, work->points + first * d, count, d, dots, ROW_TILE);
        for (size_t a = 0; a < m; a++) {
            push_tile(work, begin + a, first, count, dots + a * ROW_TILE,
                      pools + a * 2 * work->k, &states[a]);
        }
    }
    for (size_t a = 0; a < m; a++) {
        write_nearest(work, begin + a, pools + a * 2 * work->k, &states[a]);
    }
}

static void squared_norms(const float *points, size_t n, size_t dims, float *out)
{
    for (size_t i = 0; i < n; i++) {
        float sum = 0;
        for (size_t j = 0; j < dims; j++) {
            sum += points[i * dims + j] * points[i * dims + j];
        }
        out[i] = sum;
    }
}

numeral_status numeral_nda_neighbours(const float *points, size_t n, size_t dims,
                                      const uint32_t *anchors, size_t n_anchors, size_t k,
                                      const numeral_run *run, uint32_t *out,
                                      numeral_error *err)
{
    size_t workers = (size_t)numeral_thread_count(run->threads);
    search_work work = {
        .points = points, .n = n, .dims = dims, .k = k, .anchors = anchors, .out = out};
    float *norms = NULL;
    numeral_status status = NUMERAL_OK;
    TRY_ALLOC(norms = numeral_allocate(n, sizeof *norms, err));
    TRY_ALLOC(work.block =
                  numeral_allocate(workers * ANCHOR_BLOCK, dims * sizeof(float), err));
    TRY_ALLOC(work.dots = numeral_allocate(workers * ANCHOR_BLOCK,
                                           ROW_TILE * sizeof(float), err));
    TRY_ALLOC(work.pools = numeral_allocate(workers * ANCHOR_BLOCK,
                                            2 * k * sizeof(candidate), err));
    squared_norms(points, n, dims, norms);
    work.norms = norms;
    TRY(numeral_blas_begin(err));
    numeral_parallel_for(n_anchors, ANCHOR_BLOCK, run->threads, search_block, &work);
done:
    numeral_release(norms);
    numeral_release(work.block);
    numeral_release(work.dots);
    numeral_release(work.pools);
    return status;
}
