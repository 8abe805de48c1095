/* The floor of every search by matrix product: SGEMM alone, in blocks whose output stays
 * in the cache, and SGEMV for one query. It finds nothing; ids stay -1. */
#include <stdio.h>
#include <stdlib.h>

#include <cblas.h>

#include "driver.h"

enum { QUERY_BLOCK = 1024, ROW_BLOCK = 4096 };

typedef struct state {
    float *rows, *products;
    char description[256];
} state;

static void *build(const numeral_peer_task *task, int threads)
{
    state *s = calloc(1, sizeof *s);
    size_t longest = task->n_rows > (size_t)QUERY_BLOCK * ROW_BLOCK
                         ? task->n_rows
                         : (size_t)QUERY_BLOCK * ROW_BLOCK;
    if (!s || !(s->products = malloc(longest * sizeof *s->products)))
        numeral_peer_fail("no memory");
    s->rows = numeral_peer_floats(task->rows, task->n_rows * task->n_dims);
    openblas_set_num_threads(threads);
    snprintf(s->description, sizeof s->description, "%s", openblas_get_config());
    return s;
}

static const char *describe(const void *opaque)
{
    return ((const state *)opaque)->description;
}

static void set_threads(void *opaque, int threads)
{
    (void)opaque;
    openblas_set_num_threads(threads);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void multiply(const state *s, const numeral_peer_task *task, size_t first,
                     size_t n)
{
    int dims = (int)task->n_dims;
    for (size_t row = 0; row < task->n_rows; row += ROW_BLOCK) {
        size_t n_rows = smaller(ROW_BLOCK, task->n_rows - row);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)n, (int)n_rows, dims, 1,
                    task->float_queries + first * task->n_dims, dims,
                    s->rows + row * task->n_dims, dims, 0, s->products, ROW_BLOCK);
    }
}

static void search(void *opaque, const numeral_peer_task *task, size_t first, size_t n,
                   int64_t *ids, double *distances)
{
    const state *s = opaque;
    if (n == 1)
        cblas_sgemv(CblasRowMajor, CblasNoTrans, (int)task->n_rows, (int)task->n_dims, 1,
                    s->rows, (int)task->n_dims,
                    task->float_queries + first * task->n_dims, 1, 0, s->products, 1);
    else
        for (size_t at = 0; at < n; at += QUERY_BLOCK)
            multiply(s, task, first + at, smaller(QUERY_BLOCK, n - at));
    for (size_t i = 0; i < n * task->k; i++) {
        ids[i] = -1;
        distances[i] = 0;
    }
}

int main(int argc, char **argv)
{
    static const numeral_peer peer = {build, describe, set_threads, NULL, search, NULL};
    return numeral_peer_drive(argc, argv, &peer);
}
