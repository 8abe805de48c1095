/* Brute force as tensors, and the sums that follow from its rows.
 *
 * Tensors: index.rows [n, stride] of u8 or i16, or index.columns [blocks · stride / 2,
 * 128] of u8. Norms are not stored: making them costs less than checking them. */
#include <math.h>

#include "base/fail.h"
#include "index/brute/brute.h"

void numeral_brute_measure_query(const numeral_brute *brute,
                                 numeral_brute_scratch *scratch, size_t slot,
                                 const void *stored)
{
    const numeral_index *head = &brute->head;
    numeral_row_sums sums = numeral_row_sum(head->dtype, stored, head->n_dims);
    scratch->norms[slot] = (uint32_t)sums.squares;
    scratch->wide_norms[slot] = sums.squares;
    scratch->sums[slot] = (uint32_t)sums.sum;
    scratch->lengths[slot] = numeral_row_length(head->dtype, head->n_dims, sums);
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
    }
    if (brute->lengths) {
        brute->lengths[id] =
            numeral_row_length(brute->head.dtype, brute->head.n_dims, sums);
    }
}

static numeral_status measure_rows(numeral_brute *brute, numeral_error *err)
{
    const numeral_index *head = &brute->head;
    size_t bytes = brute->stride * numeral_dtype_bytes(head->dtype);
    const uint8_t *row = brute->data;
    for (size_t i = 0; i < head->n_rows; i++, row += bytes) {
        if (!numeral_row_is_stored(head->dtype, row, head->n_dims, bytes)) {
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
    const uint8_t *last = block + (brute->stride / 2 - 1) * NUMERAL_COLUMN_ROWS * 2;
    for (size_t r = 0; r < NUMERAL_COLUMN_ROWS && brute->head.n_dims % 2; r++) {
        behind |= last[2 * r + 1];
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
        const uint8_t *block = (const uint8_t *)brute->data + first * brute->stride;
        if (!measure_block(brute, block, n, norms)) {
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

numeral_status numeral_brute_measure(numeral_brute *brute, numeral_error *err)
{
    const numeral_index *head = &brute->head;
    numeral_metric_family family = head->metric->family;
    bool is_i16 = head->dtype == NUMERAL_I16;
    if (family == NUMERAL_METRIC_L2) {
        size_t bytes = is_i16 ? sizeof *brute->wide_norms : sizeof *brute->norms;
        void *norms = numeral_allocate(head->n_rows, bytes, err);
        brute->norms = is_i16 ? NULL : norms;
        brute->wide_norms = is_i16 ? norms : NULL;
        if (!norms) {
            return NUMERAL_ERROR_MEMORY;
        }
    } else if (family == NUMERAL_METRIC_COSINE) {
        brute->sums = numeral_allocate(head->n_rows, sizeof *brute->sums, err);
        brute->lengths = numeral_allocate(head->n_rows, sizeof *brute->lengths, err);
        if (!brute->sums || !brute->lengths) {
            return NUMERAL_ERROR_MEMORY;
        }
    }
    return brute->columns ? measure_columns(brute, err) : measure_rows(brute, err);
}

numeral_status numeral_brute_save(const numeral_index *index, numeral_tensors *out,
                                  numeral_error *err)
{
    const numeral_brute *brute = (const numeral_brute *)index;
    if (brute->columns) {
        size_t n_blocks = (index->n_rows + NUMERAL_COLUMN_ROWS - 1) / NUMERAL_COLUMN_ROWS;
        return numeral_tensors_add(out, "index.columns", NUMERAL_TENSOR_U8,
                                   n_blocks * (brute->stride / 2),
                                   2 * NUMERAL_COLUMN_ROWS, brute->data, err);
    }
    return numeral_tensors_add(out, "index.rows", numeral_row_tensor(index->dtype),
                               index->n_rows, brute->stride, brute->data, err);
}

static numeral_status find_data(const numeral_brute *brute,
                                const numeral_tensors *tensors,
                                const numeral_tensor **out, numeral_error *err)
{
    const numeral_index *head = &brute->head;
    if (brute->columns) {
        size_t n_blocks = (head->n_rows + NUMERAL_COLUMN_ROWS - 1) / NUMERAL_COLUMN_ROWS;
        return numeral_tensors_require(tensors, "index.columns", NUMERAL_TENSOR_U8,
                                       n_blocks * (brute->stride / 2),
                                       2 * NUMERAL_COLUMN_ROWS, out, err);
    }
    return numeral_tensors_require(tensors, "index.rows", numeral_row_tensor(head->dtype),
                                   head->n_rows, brute->stride, out, err);
}

numeral_status numeral_brute_load(const numeral_tensors *tensors,
                                  const numeral_index *head, numeral_index **out,
                                  numeral_error *err)
{
    const numeral_tensor *data = NULL;
    numeral_metric_family family = head->metric->family;
    bool columns = numeral_tensors_find(tensors, "index.columns") != NULL;
    if (columns && (head->dtype != NUMERAL_U8 ||
                    (family != NUMERAL_METRIC_L2 && family != NUMERAL_METRIC_COSINE))) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "tensor index.columns: only u8 rows with l2 or cosine can "
                            "have it");
    }
    numeral_brute *brute = NULL;
    numeral_status status = numeral_brute_create(head, columns, &brute, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    status = find_data(brute, tensors, &data, err);
    if (status == NUMERAL_OK) {
        brute->data = data->data;
        status = numeral_brute_measure(brute, err);
    }
    if (status != NUMERAL_OK) {
        numeral_brute_destroy(&brute->head);
        return status;
    }
    numeral_brute_describe(brute);
    *out = &brute->head;
    return NUMERAL_OK;
}
