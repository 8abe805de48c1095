/* The rows of brute force in one of two layouts, and the sums that follow from them.
 *
 * Rows: padded to 64 bytes, for register-blocked dot products and one-query kernels.
 * Pixel-major: the values of 64 rows at one pair of dimensions lie together, so that a
 * dot product touches only the pairs in which the query is not zero. Norms are not stored
 * in files: making them costs less than checking them. */
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/threads.h"
#include "index/brute/brute.h"
#include "kernel/distance.h"

bool numeral_brute_can_be_columns(const numeral_index *head)
{
    numeral_metric_family family = head->metric->family;
    return head->dtype == NUMERAL_U8 &&
           (family == NUMERAL_METRIC_L2 || family == NUMERAL_METRIC_COSINE);
}

numeral_brute *numeral_brute_create(const numeral_index *head, bool columns,
                                    numeral_error *err)
{
    numeral_brute *brute = numeral_allocate_zero(1, sizeof *brute, err);
    if (brute) {
        brute->head = *head;
        brute->columns = columns;
        brute->stride = columns ? numeral_round_up(head->n_dims, 2)
                                : numeral_row_bytes(head->dtype, head->n_dims) /
                                      numeral_dtype_bytes(head->dtype);
    }
    return brute;
}

void numeral_brute_destroy(numeral_index *index)
{
    numeral_brute *brute = (numeral_brute *)index;
    if (brute) {
        numeral_release(brute->memory);
        numeral_release(brute->norms);
        numeral_release(brute->wide_norms);
        numeral_release(brute->sums);
        numeral_release(brute->lengths);
        numeral_release(brute);
    }
}

static size_t stored_rows(const numeral_brute *brute)
{
    size_t n = brute->head.n_rows;
    return brute->columns ? numeral_round_up(n, NUMERAL_COLUMN_ROWS) : n;
}

/* Where a value of row r of a block lies from the block's first. */
static size_t place_in_block(size_t r, size_t dim)
{
    return (dim / 2 * NUMERAL_COLUMN_ROWS + r) * 2 + dim % 2;
}

typedef struct fill_job {
    const numeral_rows *rows;
    const numeral_brute *brute;
} fill_job;

static void fill_block(void *context, size_t begin, size_t end, int worker)
{
    const fill_job *job = context;
    const numeral_rows *rows = job->rows;
    size_t stride = job->brute->stride;
    (void)worker;
    for (size_t i = begin * NUMERAL_COLUMN_ROWS; i < end * NUMERAL_COLUMN_ROWS; i++) {
        size_t r = i % NUMERAL_COLUMN_ROWS;
        uint8_t *block = (uint8_t *)job->brute->memory + (i - r) * stride;
        const uint8_t *row = i < rows->n_rows ? numeral_rows_at(rows, i) : NULL;
        for (size_t j = 0; j < stride; j++) {
            block[place_in_block(r, j)] = row && j < rows->n_dims ? row[j] : 0;
        }
    }
}

numeral_status numeral_brute_fill(numeral_brute *brute, const numeral_rows *rows,
                                  int threads, numeral_error *err)
{
    size_t n = stored_rows(brute), bytes = numeral_brute_row_bytes(brute);
    uint8_t *memory = numeral_allocate(n, bytes, err);
    if (!memory) {
        return NUMERAL_ERROR_MEMORY;
    }
    brute->memory = memory;
    brute->data = memory;
    if (brute->columns) {
        fill_job job = {rows, brute};
        numeral_parallel_for(n / NUMERAL_COLUMN_ROWS, 16, threads, fill_block, &job);
        return NUMERAL_OK;
    }
    for (size_t i = 0; i < n; i++) {
        numeral_row_store(rows->dtype, numeral_rows_at(rows, i), rows->n_dims, bytes,
                          memory + i * bytes);
    }
    return NUMERAL_OK;
}

static void keep(numeral_brute *brute, size_t id, numeral_row_sums sums)
{
    if (brute->norms) {
        brute->norms[id] = (uint32_t)sums.squares;
    }
    if (brute->wide_norms) {
        brute->wide_norms[id] = sums.squares;
    }
    if (brute->sums) {
        brute->sums[id] = (uint32_t)sums.sum;
        brute->lengths[id] =
            numeral_row_length(brute->head.dtype, brute->head.n_dims, sums);
    }
}

static numeral_status measure_rows(numeral_brute *brute, numeral_error *err)
{
    const numeral_index *head = &brute->head;
    for (size_t i = 0; i < head->n_rows; i++) {
        const void *row = numeral_brute_rows_at(brute, i);
        if (!numeral_row_is_stored(head->dtype, row, head->n_dims,
                                   numeral_brute_row_bytes(brute))) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "tensor index.rows: row %zu holds values that cannot be",
                                i);
        }
        keep(brute, i, numeral_row_sum(head->dtype, row, head->n_dims));
    }
    return NUMERAL_OK;
}

/* The norms of one block of 64 rows; returns whether the places behind the last row and
 * the last dimension are zero. */
static bool measure_block(const numeral_brute *brute, const uint8_t *block, size_t n,
                          uint32_t *norms)
{
    unsigned behind = 0;
    for (size_t p = 0; p < brute->stride / 2; p++) {
        const uint8_t *x = block + p * NUMERAL_COLUMN_ROWS * 2;
        for (size_t r = 0; r < NUMERAL_COLUMN_ROWS; r++) {
            norms[r] +=
                (uint32_t)x[2 * r] * x[2 * r] + (uint32_t)x[2 * r + 1] * x[2 * r + 1];
        }
    }
    for (size_t r = 0; r < NUMERAL_COLUMN_ROWS && brute->head.n_dims % 2; r++) {
        behind |= block[place_in_block(r, brute->head.n_dims)];
    }
    for (size_t r = n; r < NUMERAL_COLUMN_ROWS; r++) {
        behind |= norms[r];
    }
    return behind == 0;
}

static numeral_status measure_columns(numeral_brute *brute, numeral_error *err)
{
    size_t n_rows = brute->head.n_rows;
    for (size_t first = 0; first < n_rows; first += NUMERAL_COLUMN_ROWS) {
        uint32_t norms[NUMERAL_COLUMN_ROWS] = {0};
        size_t left = n_rows - first;
        size_t n = left < NUMERAL_COLUMN_ROWS ? left : NUMERAL_COLUMN_ROWS;
        if (!measure_block(brute, numeral_brute_rows_at(brute, first), n, norms)) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "tensor index.columns: values behind the last row or "
                                "dimension, expected zeros");
        }
        for (size_t r = 0; r < n; r++) {
            keep(brute, first + r, (numeral_row_sums){.squares = norms[r]});
        }
    }
    return NUMERAL_OK;
}

numeral_status numeral_brute_finish(numeral_brute *brute, numeral_error *err)
{
    numeral_index *head = &brute->head;
    numeral_metric_family family = head->metric->family;
    size_t n = head->n_rows;
    head->bytes = sizeof *brute + stored_rows(brute) * numeral_brute_row_bytes(brute);
    snprintf(head->description, sizeof head->description, "brute (%s)",
             brute->columns ? "pixel-major" : "rows");
    if (family == NUMERAL_METRIC_L2) {
        bool wide = head->dtype == NUMERAL_I16;
        size_t bytes = wide ? sizeof *brute->wide_norms : sizeof *brute->norms;
        void *norms = numeral_allocate(n, bytes, err);
        if (!norms) {
            return NUMERAL_ERROR_MEMORY;
        }
        brute->norms = wide ? NULL : norms;
        brute->wide_norms = wide ? norms : NULL;
        head->bytes += n * bytes;
    } else if (family == NUMERAL_METRIC_COSINE) {
        brute->sums = numeral_allocate(n, sizeof *brute->sums, err);
        brute->lengths = numeral_allocate(n, sizeof *brute->lengths, err);
        if (!brute->sums || !brute->lengths) {
            return NUMERAL_ERROR_MEMORY;
        }
        head->bytes += n * (sizeof *brute->sums + sizeof *brute->lengths);
    }
    return brute->columns ? measure_columns(brute, err) : measure_rows(brute, err);
}

void numeral_brute_get_row(const numeral_index *index, size_t id, void *out)
{
    const numeral_brute *brute = (const numeral_brute *)index;
    size_t r = id % NUMERAL_COLUMN_ROWS;
    uint8_t *to = out;
    if (!brute->columns) {
        numeral_row_restore(index->dtype, numeral_brute_rows_at(brute, id), index->n_dims,
                            out);
        return;
    }
    const uint8_t *block = numeral_brute_rows_at(brute, id - r);
    for (size_t j = 0; j < index->n_dims; j++) {
        to[j] = block[place_in_block(r, j)];
    }
}
