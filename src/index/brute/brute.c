/* Brute force: the index that serves every metric on every kind of rows.
 *
 * Two layouts hold the same numbers. Rows: padded to 64 bytes, for register-blocked dot
 * products and one-query kernels. Pixel-major: the values of 64 rows at one pair of
 * dimensions lie together, so that a dot product touches only the pairs in which the
 * query is not zero; handwriting is four fifths zeros. The second is chosen for u8 rows
 * and dot products where it has less to do, by counting the pairs of zeros in the rows.
 */
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/threads.h"
#include "index/brute/brute.h"
#include "index/index_entries.h"

enum { LAYOUT_AUTO, LAYOUT_ROWS, LAYOUT_COLUMNS };

/* Pixel-major wins below this share of pairs that are not zero, in batches; at 1 they
 * run level (measured, AVX2). */
static const double COLUMNS_SHARE = 0.8;

static bool serves(const numeral_metric *metric, numeral_dtype dtype)
{
    (void)metric;
    (void)dtype;
    return true;
}

static bool can_be_columns(const numeral_index *head)
{
    numeral_metric_family family = head->metric->family;
    return head->dtype == NUMERAL_U8 &&
           (family == NUMERAL_METRIC_L2 || family == NUMERAL_METRIC_COSINE);
}

/* The share of pairs of u8 values that are not both zero. */
static double share_of_pairs(const numeral_rows *rows)
{
    const uint8_t *row = rows->data;
    size_t n_pairs = (rows->n_dims + 1) / 2, count = 0;
    for (size_t i = 0; i < rows->n_rows; i++, row += rows->stride) {
        for (size_t j = 0; j + 1 < rows->n_dims; j += 2) {
            count += (row[j] | row[j + 1]) != 0;
        }
        count += rows->n_dims % 2 && row[rows->n_dims - 1] != 0;
    }
    return (double)count / ((double)rows->n_rows * (double)n_pairs);
}

static numeral_status choose(const numeral_rows *rows, int layout,
                             const numeral_index *head, bool *columns, numeral_error *err)
{
    bool can = can_be_columns(head);
    if (layout == LAYOUT_COLUMNS && !can) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "index brute: layout=columns serves u8 rows with l2 or "
                            "cosine only");
    }
    *columns = layout == LAYOUT_COLUMNS ||
               (layout == LAYOUT_AUTO && can && share_of_pairs(rows) < COLUMNS_SHARE);
    return NUMERAL_OK;
}

static void fill_rows(const numeral_rows *rows, size_t stride, uint8_t *out)
{
    size_t bytes = stride * numeral_dtype_bytes(rows->dtype);
    for (size_t i = 0; i < rows->n_rows; i++) {
        numeral_row_store(rows->dtype, numeral_rows_at(rows, i), rows->n_dims, bytes,
                          out + i * bytes);
    }
}

static void fill_block(const numeral_rows *rows, size_t first, size_t stride,
                       uint8_t *out)
{
    const uint8_t *row = numeral_rows_at(rows, first);
    size_t n = rows->n_rows - first;
    for (size_t r = 0; r < NUMERAL_COLUMN_ROWS; r++, row += rows->stride) {
        for (size_t j = 0; j < stride; j++) {
            out[(j / 2 * NUMERAL_COLUMN_ROWS + r) * 2 + j % 2] =
                r < n && j < rows->n_dims ? row[j] : 0;
        }
    }
}

typedef struct fill_job {
    const numeral_rows *rows;
    size_t stride;
    uint8_t *out;
} fill_job;

static void fill_columns(void *context, size_t begin, size_t end, int worker)
{
    const fill_job *job = context;
    (void)worker;
    for (size_t block = begin; block < end; block++) {
        size_t first = block * NUMERAL_COLUMN_ROWS;
        fill_block(job->rows, first, job->stride, job->out + first * job->stride);
    }
}

numeral_status numeral_brute_create(const numeral_index *head, bool columns,
                                    numeral_brute **out, numeral_error *err)
{
    numeral_brute *brute = numeral_allocate_zero(1, sizeof *brute, err);
    if (!brute) {
        return NUMERAL_ERROR_MEMORY;
    }
    brute->head = *head;
    brute->columns = columns;
    brute->stride = columns ? head->n_dims + head->n_dims % 2
                            : numeral_row_bytes(head->dtype, head->n_dims) /
                                  numeral_dtype_bytes(head->dtype);
    *out = brute;
    return NUMERAL_OK;
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

void numeral_brute_describe(numeral_brute *brute)
{
    size_t n = brute->head.n_rows;
    size_t extra = (brute->norms ? 4U : 0) + (brute->wide_norms ? 8U : 0) +
                   (brute->sums ? 4U : 0) + (brute->lengths ? 8U : 0);
    brute->head.bytes =
        sizeof *brute + n * extra +
        stored_rows(brute) * brute->stride * numeral_dtype_bytes(brute->head.dtype);
    snprintf(brute->head.description, sizeof brute->head.description, "brute (%s)",
             brute->columns ? "pixel-major" : "rows");
}

static numeral_status build(const numeral_rows *rows, const double *parameters,
                            const numeral_index *head, const numeral_run *run,
                            numeral_index **out, numeral_error *err)
{
    bool columns = false;
    numeral_brute *brute = NULL;
    numeral_status status = choose(rows, (int)parameters[0], head, &columns, err);
    if (status == NUMERAL_OK) {
        status = numeral_brute_create(head, columns, &brute, err);
    }
    if (status != NUMERAL_OK) {
        return status;
    }
    brute->memory = numeral_allocate(
        stored_rows(brute), brute->stride * numeral_dtype_bytes(rows->dtype), err);
    if (!brute->memory) {
        status = NUMERAL_ERROR_MEMORY;
        goto fail;
    }
    if (columns) {
        fill_job job = {rows, brute->stride, brute->memory};
        numeral_parallel_for(stored_rows(brute) / NUMERAL_COLUMN_ROWS, 16, run->threads,
                             fill_columns, &job);
    } else {
        fill_rows(rows, brute->stride, brute->memory);
    }
    brute->data = brute->memory;
    status = numeral_brute_measure(brute, err);
    if (status != NUMERAL_OK) {
        goto fail;
    }
    numeral_brute_describe(brute);
    *out = &brute->head;
    return NUMERAL_OK;
fail:
    numeral_brute_destroy(&brute->head);
    return status;
}

static void get_row(const numeral_index *index, size_t id, void *out)
{
    const numeral_brute *brute = (const numeral_brute *)index;
    size_t bytes = brute->stride * numeral_dtype_bytes(index->dtype);
    const uint8_t *data = brute->data;
    uint8_t *to = out;
    if (!brute->columns) {
        numeral_row_restore(index->dtype, data + id * bytes, index->n_dims, to);
        return;
    }
    const uint8_t *block =
        data + id / NUMERAL_COLUMN_ROWS * NUMERAL_COLUMN_ROWS * brute->stride;
    for (size_t j = 0; j < index->n_dims; j++) {
        size_t r = id % NUMERAL_COLUMN_ROWS;
        to[j] = block[(j / 2 * NUMERAL_COLUMN_ROWS + r) * 2 + j % 2];
    }
}

static const char *const layouts[] = {"auto", "rows", "columns", NULL};
static const numeral_parameter parameters[] = {
    {"layout", NUMERAL_PARAMETER_CHOICE, 0, 2, LAYOUT_AUTO, layouts,
     "how rows lie in memory; columns skips the query's zeros"},
};

const numeral_index_kind numeral_index_brute = {
    .entry = {.name = "brute",
              .help = "every query meets every row; serves every metric",
              .source = "Fix & Hodges 1951",
              .parameters = parameters,
              .n_parameters = 1},
    .serves = serves,
    .build = build,
    .search = numeral_brute_search,
    .get_row = get_row,
    .save = numeral_brute_save,
    .load = numeral_brute_load,
    .destroy = numeral_brute_destroy,
};
