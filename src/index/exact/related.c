/* The exact index for metrics that a relation ties to l2 (relation.h): built over derived
 * rows, whose clusters and coordinates it keeps; the rows kept are those given, for the
 * metric's own distances. */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "index/exact/exact.h"

enum { N_NUMBERS = sizeof(numeral_related_numbers) / sizeof(double) };

static void restore_rows(numeral_exact *exact, const numeral_rows *rows)
{
    uint8_t *stored = (uint8_t *)(uintptr_t)exact->rows; /* owned: just built */
    for (size_t p = 0; p < exact->head.n_rows; p++) {
        numeral_row_store(rows->dtype, numeral_rows_at(rows, exact->ids[p]), rows->n_dims,
                          exact->stride, stored + p * exact->stride);
    }
}

static numeral_status build_derived(numeral_related *related, const numeral_rows *rows,
                                    const numeral_exact_options *options,
                                    const numeral_index *head, const numeral_run *run,
                                    numeral_exact **out, numeral_error *err)
{
    void *data = NULL;
    size_t bytes = rows->n_dims * numeral_dtype_bytes(rows->dtype);
    numeral_status status =
        numeral_related_rows(related, rows, run ? run->threads : 1, &data, err);
    if (status) {
        return status;
    }
    numeral_rows derived = {data, rows->dtype, rows->n_rows, rows->n_dims, bytes};
    status = numeral_exact_build(&derived, options, head, run, out, err);
    if (!status) {
        restore_rows(*out, rows);
    }
    numeral_release(data);
    return status;
}

numeral_status numeral_exact_build_related(const numeral_rows *rows,
                                           const numeral_exact_options *options,
                                           const numeral_index *head,
                                           const numeral_run *run, numeral_exact **out,
                                           numeral_error *err)
{
    const numeral_relation *relation = numeral_relation_find(head->metric, head->dtype);
    numeral_related *related = NULL;
    if (!relation) {
        return numeral_exact_build(rows, options, head, run, out, err);
    }
    numeral_status status = numeral_related_create(relation, &related, err);
    if (status) {
        return status;
    }
    status = relation->derive ? build_derived(related, rows, options, head, run, out, err)
                              : numeral_exact_build(rows, options, head, run, out, err);
    if (status) {
        numeral_related_destroy(related);
        return status;
    }
    (*out)->related = related;
    status = numeral_related_measure(*out, err);
    if (status) {
        numeral_exact_destroy(&(*out)->head);
        *out = NULL;
    }
    return status;
}

numeral_status numeral_exact_save_related(const numeral_exact *exact,
                                          numeral_tensors *out, numeral_error *err)
{
    const numeral_related *related = exact->related;
    return related ? numeral_tensors_add(out, "index.relation", NUMERAL_TENSOR_F64,
                                         N_NUMBERS, 0, &related->numbers, err)
                   : NUMERAL_OK;
}

static bool numbers_right(const numeral_related_numbers *n)
{
    return n->scale > 0 && n->scale <= 0x1p40 && n->offset >= 0 && n->offset <= 128 &&
           n->error >= 0 && n->error <= 0x1p40; /* false for NaN */
}

numeral_status numeral_exact_load_related(numeral_exact *exact,
                                          const numeral_tensors *tensors,
                                          numeral_error *err)
{
    const numeral_relation *relation =
        numeral_relation_find(exact->head.metric, exact->head.dtype);
    const numeral_tensor *tensor;
    if (!relation) {
        return NUMERAL_OK;
    }
    numeral_status status = numeral_tensors_require(
        tensors, "index.relation", NUMERAL_TENSOR_F64, N_NUMBERS, 0, &tensor, err);
    if (status) {
        return status;
    }
    numeral_related_numbers numbers;
    memcpy(&numbers, tensor->data, sizeof numbers);
    if (!numbers_right(&numbers)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "tensor index.relation: a value is out of its range");
    }
    status = numeral_related_create(relation, &exact->related, err);
    if (status) {
        return status;
    }
    exact->related->numbers = numbers;
    return numeral_related_measure(exact, err);
}
