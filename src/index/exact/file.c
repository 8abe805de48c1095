/* The exact index as tensors, and back.
 *
 * Tensors, all named index.*: numbers f64, matrix i16 [pairs, 2·out], offsets i32 [out],
 * centroids i16 [clusters, head], table u32 [clusters, clusters], leaves u8
 * [clusters, groups + padding], errors f32
 * [clusters, 3], cluster_rows u32 [clusters + 1], first u8 [groups, 544], second i8
 * [rows, 32], second_bits u32 [1], tails i8 [rows, tail], rows u8 or i16 [rows, stride],
 * ids u32 [rows], relation f64 [3] (the metric bound's scale, offset, error). Whatever
 * decides where memory is read is checked; numbers that only decide what is pruned are
 * checked to be finite, so that a forged file may give wrong neighbours but nothing
 * worse. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "index/exact/exact.h"

typedef struct listing {
    const char *name;
    numeral_tensor_type type;
    size_t rows, columns;
    const void **data;
} listing;

enum {
    N_TENSORS = 13, /* that are arrays of the struct */
    N_BOUND_NUMBERS = sizeof(numeral_metric_bound_numbers) / sizeof(double)
};

static size_t list_tensors(numeral_exact *e, listing *out)
{
    size_t n = e->head.n_rows, k = e->n_clusters, count = 0;
    const listing all[N_TENSORS] = {
        {"index.matrix", NUMERAL_TENSOR_I16, e->n_pairs, 2 * e->n_out,
         (const void **)&e->matrix},
        {"index.offsets", NUMERAL_TENSOR_I32, e->n_out, 0, (const void **)&e->offsets},
        {"index.centroids", NUMERAL_TENSOR_I16, k, e->n_head,
         (const void **)&e->centroids},
        {"index.table", NUMERAL_TENSOR_U32, k, k, (const void **)&e->table},
        {"index.leaves", NUMERAL_TENSOR_U8, k, e->leaf_stride, (const void **)&e->leaves},
        {"index.errors", NUMERAL_TENSOR_F32, k, 3, (const void **)&e->errors},
        {"index.cluster_rows", NUMERAL_TENSOR_U32, k + 1, 0,
         (const void **)&e->cluster_rows},
        {"index.first", NUMERAL_TENSOR_U8, e->n_groups, NUMERAL_GROUP_BYTES,
         (const void **)&e->first},
        {"index.second", NUMERAL_TENSOR_I8, e->n_head > EXACT_HALF ? n : 0, EXACT_HALF,
         (const void **)&e->second},
        {"index.tails", NUMERAL_TENSOR_I8, e->n_tail ? n : 0, e->n_tail,
         (const void **)&e->tails},
        {"index.rows", numeral_row_tensor(e->head.dtype), e->ending->keeps_rows ? n : 0,
         e->stride / numeral_dtype_bytes(e->head.dtype), (const void **)&e->rows},
        {"index.ids", NUMERAL_TENSOR_U32, n, 0, (const void **)&e->ids}};
    for (size_t i = 0; i < N_TENSORS; i++) {
        if (all[i].name && all[i].rows) {
            out[count++] = all[i];
        }
    }
    return count;
}

static bool has_second_bits(const numeral_exact *e)
{
    return e->n_head > EXACT_HALF && !e->ordered;
}

numeral_status numeral_exact_save(const numeral_index *index, numeral_tensors *out,
                                  numeral_error *err)
{
    const numeral_exact *e = (const numeral_exact *)index;
    numeral_exact copy = *e;
    listing all[N_TENSORS];
    size_t n = list_tensors(&copy, all);
    numeral_status status;
    TRY(numeral_tensors_add(out, "index.numbers", NUMERAL_TENSOR_F64, EXACT_N_NUMBERS, 0,
                            &e->numbers, err));
    for (size_t i = 0; i < n; i++) {
        TRY(numeral_tensors_add(out, all[i].name, all[i].type, all[i].rows,
                                all[i].columns, *all[i].data, err));
    }
    if (has_second_bits(e)) {
        TRY(numeral_tensors_add(out, "index.second_bits", NUMERAL_TENSOR_U32, 1, 0,
                                &e->second_bits, err));
    }
    if (e->metric_bound) {
        TRY(numeral_tensors_add(out, "index.relation", NUMERAL_TENSOR_F64,
                                N_BOUND_NUMBERS, 0, &e->metric_bound->numbers, err));
    }
done:
    return status;
}

static bool in_range(double value, double least, double most)
{
    return value >= least && value <= most; /* false for NaN */
}

static bool whole_number(double value, double least, double most)
{
    return in_range(value, least, most) && floor(value) == value;
}

static bool numbers_right(const numeral_exact *e)
{
    const numeral_exact_numbers *n = &e->numbers;
    double groups = (double)e->head.n_rows / NUMERAL_GROUP_POINTS + EXACT_MAX_CLUSTERS;
    return in_range(n->sigma_head, 0, 0x1p32) && in_range(n->sigma_all, 0, 0x1p32) &&
           in_range(n->step_head, 1, 0x1p32) && in_range(n->step_tail, 1, 0x1p32) &&
           in_range(n->fine_scale, 0x1p-64, 0x1p16) &&
           in_range(n->fine_error, 0, 0x1p16) && in_range(n->max_norm, 0, 0x1p31) &&
           in_range(n->max_norm * n->sigma_all, 0, EXACT_MAX_Y * (1.0 + 1e-9)) &&
           whole_number(n->n_clusters, 8, EXACT_MAX_CLUSTERS) &&
           fmod(n->n_clusters, 8) == 0 && whole_number(n->n_groups, 1, groups);
}

static numeral_status wrong(const char *name, const char *what, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_FORMAT, "tensor index.%s: %s", name, what);
}

/* No row of P is longer than sigma_all, so that no |P·x| passes 2^29. */
static bool matrix_right(const numeral_exact *e)
{
    double most = e->numbers.sigma_all * e->numbers.sigma_all * (1.0 + 1e-9);
    for (size_t o = 0; o < e->n_out; o++) {
        int64_t sum = 0;
        for (size_t j = 0; j < 2 * e->n_pairs; j++) {
            int64_t value = e->matrix[numeral_exact_matrix_at(e->n_out, o, j)];
            sum += value * value;
        }
        if ((double)sum > most || e->offsets[o] < -EXACT_MAX_OFFSET ||
            e->offsets[o] > EXACT_MAX_OFFSET) {
            return false;
        }
    }
    return true;
}

static bool errors_right(const numeral_exact *e)
{
    for (size_t i = 0; i < 3 * e->n_clusters; i++) {
        if (!in_range((double)e->errors[i], 0, 0x1p40)) {
            return false;
        }
    }
    return true;
}

static bool rows_right(const numeral_exact *e)
{
    bool right = true;
    for (size_t r = 0; right && r < e->head.n_rows; r++) {
        right = numeral_row_is_stored(e->head.dtype, e->rows + r * e->stride,
                                      e->head.n_dims, e->stride);
    }
    return right;
}

/* The centroids' norms, which are not stored; an error when one is too long. */
static numeral_status measure_centroids(numeral_exact *e, numeral_error *err)
{
    int32_t *norms = numeral_exact_own(e, e->n_clusters, sizeof *norms, err);
    if (!norms) {
        return NUMERAL_ERROR_MEMORY;
    }
    e->centroid_norms = norms;
    for (size_t c = 0; c < e->n_clusters; c++) {
        int64_t sum = 0;
        for (size_t j = 0; j < e->n_head; j++) {
            int64_t value = e->centroids[numeral_exact_centroid_at(e->n_head, c, j)];
            sum += value * value;
        }
        if (sum > (int64_t)EXACT_CENTROID_NORM * EXACT_CENTROID_NORM) {
            return wrong("centroids", "a centroid lies too far out", err);
        }
        norms[c] = (int32_t)sum;
    }
    return NUMERAL_OK;
}

static numeral_status check_contents(const numeral_exact *e, numeral_error *err)
{
    if (!matrix_right(e)) {
        return wrong("matrix", "its rows are longer than index.numbers says", err);
    }
    if (!errors_right(e)) {
        return wrong("errors", "a value is negative or not a number", err);
    }
    if (e->rows && !rows_right(e)) {
        return wrong("rows", "a row holds values that cannot be", err);
    }
    return NUMERAL_OK;
}

/* Copies n numbers out of their tensor. */
static numeral_status copy_numbers(const numeral_tensors *tensors, const char *name,
                                   numeral_tensor_type type, size_t n, void *out,
                                   numeral_error *err)
{
    const numeral_tensor *tensor;
    numeral_status status;
    TRY(numeral_tensors_require(tensors, name, type, n, 0, &tensor, err));
    memcpy(out, tensor->data, n * numeral_tensor_item_bytes(type));
done:
    return status;
}

/* Models of 0.1.0 have no bounds for groups: zeros prune none. */
static numeral_status add_leaves(numeral_exact *e, const numeral_tensors *tensors,
                                 numeral_error *err)
{
    size_t bytes;
    if (numeral_tensors_find(tensors, "index.leaves")) {
        return NUMERAL_OK;
    }
    if (!numeral_size_multiply(e->n_clusters, e->leaf_stride, &bytes)) {
        return wrong("numbers", "a value is out of its range", err);
    }
    e->leaves = numeral_exact_own(e, bytes, 1, err);
    return e->leaves ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

/* Nor have those of 0.1.0 a step of its own for the second half. */
static numeral_status find_second_bits(numeral_exact *e, const numeral_tensors *tensors,
                                       numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    if (!has_second_bits(e) || (!numeral_tensors_find(tensors, "index.leaves") &&
                                !numeral_tensors_find(tensors, "index.second_bits"))) {
        return NUMERAL_OK;
    }
    TRY(copy_numbers(tensors, "index.second_bits", NUMERAL_TENSOR_U32, 1, &e->second_bits,
                     err));
    if (e->second_bits > EXACT_MAX_SECOND_BITS) {
        status = wrong("second_bits", "a value is out of its range", err);
    }
done:
    return status;
}

/* The numbers first: the sizes of all arrays follow from them. */
static numeral_status find_tensors(numeral_exact *e, const numeral_tensors *tensors,
                                   numeral_error *err)
{
    const numeral_tensor *tensor;
    numeral_status status;
    TRY(copy_numbers(tensors, "index.numbers", NUMERAL_TENSOR_F64, EXACT_N_NUMBERS,
                     &e->numbers, err));
    if (!numbers_right(e)) {
        return wrong("numbers", "a value is out of its range", err);
    }
    e->n_clusters = (size_t)e->numbers.n_clusters;
    e->n_groups = (size_t)e->numbers.n_groups;
    e->leaf_stride = numeral_exact_leaf_stride(e->n_groups);
    TRY(add_leaves(e, tensors, err));
    TRY(find_second_bits(e, tensors, err));
    listing all[N_TENSORS];
    size_t n = list_tensors(e, all);
    for (size_t i = 0; i < n; i++) {
        if (*all[i].data) {
            continue; /* made above, for want of it */
        }
        TRY(numeral_tensors_require(tensors, all[i].name, all[i].type, all[i].rows,
                                    all[i].columns, &tensor, err));
        *all[i].data = tensor->data;
        e->head.bytes += numeral_tensor_bytes(tensor);
    }
done:
    return status;
}

static numeral_status load_metric_bound(numeral_exact *e, const numeral_tensors *tensors,
                                        numeral_error *err)
{
    numeral_status status;
    TRY(numeral_metric_bound_create(&e->head, &e->metric_bound, err));
    if (!e->metric_bound) {
        return NUMERAL_OK;
    }
    numeral_metric_bound_numbers *n = &e->metric_bound->numbers;
    TRY(copy_numbers(tensors, "index.relation", NUMERAL_TENSOR_F64, N_BOUND_NUMBERS, n,
                     err));
    if (!in_range(n->scale, DBL_MIN, 0x1p40) || !in_range(n->offset, 0, 128) ||
        !in_range(n->error, 0, 0x1p40)) {
        return wrong("relation", "a value is out of its range", err);
    }
    status = numeral_metric_bound_measure(e, err);
done:
    return status;
}

numeral_status numeral_exact_load(const numeral_tensors *tensors,
                                  const numeral_index *head, numeral_index **out,
                                  numeral_error *err)
{
    if (head->n_rows >= UINT32_MAX) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "index exact: %zu rows are more than it holds", head->n_rows);
    }
    numeral_exact *exact = NULL;
    numeral_status status;
    TRY(numeral_exact_create(head, &exact, err));
    /* In this order: each step relies on what those before it have checked. */
    TRY(find_tensors(exact, tensors, err));
    TRY(check_contents(exact, err));
    TRY(measure_centroids(exact, err));
    TRY(numeral_exact_derive(exact, err));
    TRY(load_metric_bound(exact, tensors, err));
    TRY(numeral_exact_complete(exact, err));
    numeral_exact_describe(exact);
    *out = &exact->head;
    exact = NULL;
done:
    numeral_exact_destroy((numeral_index *)exact);
    return status;
}
