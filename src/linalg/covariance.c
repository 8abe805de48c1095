/* Second moments by matrix products. The result is cut into tiles; each is summed over
 * all rows by one thread, so that the order of summation never changes. */
#include "linalg/covariance.h"

#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "linalg/blas.h"

enum {
    TILE = 112, /* columns: 784 pixels are 7 tiles, 392 features 3.5 */
    CHUNK_ROWS =
        2048, /* centred in one go: 6 MB of 392 features, far above a call's cost */
};

typedef struct gram_work {
    const double *rows;
    size_t n_rows, dims, n_tiles; /* tiles along one side */
    double *out;
} gram_work;

static size_t tile_size(size_t dims, size_t begin)
{
    return dims - begin < TILE ? dims - begin : TILE;
}

static void add_tiles(void *context, size_t begin, size_t end, int worker)
{
    (void)worker;
    const gram_work *work = context;
    for (size_t tile = begin; tile < end; tile++) {
        size_t i = tile / work->n_tiles * TILE, j = tile % work->n_tiles * TILE;
        if (j <= i) {
            numeral_blas_gram_tile(work->rows, work->n_rows, work->dims, i,
                                   tile_size(work->dims, i), j, tile_size(work->dims, j),
                                   work->out);
        }
    }
}

void numeral_gram_add(const double *rows, size_t n_rows, size_t dims, int threads,
                      double *out)
{
    size_t n_tiles = (dims + TILE - 1) / TILE;
    gram_work work = {rows, n_rows, dims, n_tiles, out};
    numeral_parallel_for(n_tiles * n_tiles, 1, threads, add_tiles, &work);
}

void numeral_mirror(double *matrix, size_t dims, double scale)
{
    for (size_t i = 0; i < dims; i++) {
        for (size_t j = 0; j <= i; j++) {
            matrix[i * dims + j] *= scale;
            matrix[j * dims + i] = matrix[i * dims + j];
        }
    }
}

void numeral_mean(const double *rows, size_t n, size_t dims, double *mean)
{
    memset(mean, 0, dims * sizeof *mean);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < dims; j++) {
            mean[j] += rows[i * dims + j];
        }
    }
    for (size_t j = 0; j < dims; j++) {
        mean[j] /= (double)n;
    }
}

static void centre_chunk(const double *rows, size_t n, size_t dims, const double *centres,
                         const uint16_t *classes, double *out)
{
    for (size_t i = 0; i < n; i++) {
        const double *centre = centres + (classes ? classes[i] * dims : 0);
        for (size_t j = 0; j < dims; j++) {
            out[i * dims + j] = rows[i * dims + j] - centre[j];
        }
    }
}

numeral_status numeral_covariance(const double *rows, size_t n, size_t dims,
                                  const double *centres, const uint16_t *classes,
                                  int threads, double *out, numeral_error *err)
{
    numeral_status status = numeral_blas_begin(err);
    double *chunk = status == NUMERAL_OK
                        ? numeral_allocate(CHUNK_ROWS * dims, sizeof *chunk, err)
                        : NULL;
    if (!chunk) {
        return status == NUMERAL_OK ? NUMERAL_ERROR_MEMORY : status;
    }
    memset(out, 0, dims * dims * sizeof *out);
    for (size_t i = 0; i < n; i += CHUNK_ROWS) {
        size_t count = n - i < CHUNK_ROWS ? n - i : CHUNK_ROWS;
        centre_chunk(rows + i * dims, count, dims, centres, classes ? classes + i : NULL,
                     chunk);
        numeral_gram_add(chunk, count, dims, threads, out);
    }
    numeral_mirror(out, dims, 1 / (double)n);
    numeral_release(chunk);
    return NUMERAL_OK;
}
