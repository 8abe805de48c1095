/* The near index as tensors, and back: those of the exact index, and index.near f64 [12],
 * the numbers of near.h in their order. */
#include <string.h>

#include "base/fail.h"
#include "index/index_entries.h"
#include "index/near/near.h"

numeral_status numeral_near_save(const numeral_index *index, numeral_tensors *out,
                                 numeral_error *err)
{
    const numeral_near *near = (const numeral_near *)index;
    numeral_status status = numeral_exact_save(&near->exact->head, out, err);
    return status == NUMERAL_OK
               ? numeral_tensors_add(out, "index.near", NUMERAL_TENSOR_F64,
                                     NEAR_N_NUMBERS, 0, &near->numbers, err)
               : status;
}

static bool is_share(double value)
{
    return value >= 0 && value <= 1; /* false for NaN */
}

static bool is_count(double value)
{
    return value >= 0 && value <= 0x1p53;
}

static bool numbers_right(const numeral_near_numbers *n)
{
    return is_share(n->wished) && is_share(n->recall) && is_share(n->low) &&
           is_share(n->high) && is_share(n->clusters) && is_share(n->first) &&
           is_share(n->head) && is_share(n->all) && is_count(n->hits) &&
           is_count(n->neighbours) && is_count(n->n_measured) && n->k >= 1 &&
           n->k <= 1000;
}

numeral_status numeral_near_load(const numeral_tensors *tensors,
                                 const numeral_index *head, numeral_index **out,
                                 numeral_error *err)
{
    const numeral_tensor *tensor;
    numeral_near_numbers numbers;
    numeral_index inner = *head, *exact = NULL;
    numeral_near *near = NULL;
    numeral_status status = numeral_tensors_require(
        tensors, "index.near", NUMERAL_TENSOR_F64, NEAR_N_NUMBERS, 0, &tensor, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    memcpy(&numbers, tensor->data, sizeof numbers);
    if (!numbers_right(&numbers)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "tensor index.near: a value is out of its range");
    }
    inner.kind = &numeral_index_exact;
    status = numeral_exact_load(tensors, &inner, &exact, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    status = numeral_near_create(head, (numeral_exact *)exact, &near, err);
    if (status != NUMERAL_OK) {
        numeral_exact_destroy(exact);
        return status;
    }
    near->numbers = numbers;
    numeral_near_apply(near);
    *out = &near->head;
    return NUMERAL_OK;
}
