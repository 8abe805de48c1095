/* An index of floats as tensors, and back.
 *
 * Tensors: index.kind u8, the name of the inner index's kind, or "none"; index.numbers
 * f64 [4]: mode, scale, error, the inner index's type; index.rows f32 or f64 [n, d],
 * where values are not whole; index.centre f64 [d], where they are scaled; inner.*, what
 * the inner index stores. */
#include "index/floats/floats.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"

enum { MODE, SCALE, ERROR, DTYPE, N_NUMBERS, MAX_LABEL = 32 };

numeral_status numeral_floats_save(const numeral_index *index, numeral_tensors *out,
                                   numeral_error *err)
{
    numeral_floats *floats = (numeral_floats *)(uintptr_t)index; /* only read */
    const char *label = floats->inner ? numeral_index_kind_label(floats->inner) : "none";
    numeral_status status;
    numeral_tensors *inner = numeral_allocate_zero(1, sizeof *inner, err);
    TRY_ALLOC(inner);
    TRY(numeral_tensors_add(out, "index.kind", NUMERAL_TENSOR_U8, strlen(label), 0, label,
                            err));
    TRY(numeral_tensors_add(out, "index.numbers", NUMERAL_TENSOR_F64, N_NUMBERS, 0,
                            floats->numbers, err));
    if (floats->rows) {
        bool narrow = index->dtype == NUMERAL_F32;
        TRY(numeral_tensors_add(out, "index.rows",
                                narrow ? NUMERAL_TENSOR_F32 : NUMERAL_TENSOR_F64,
                                index->n_rows, index->n_dims, floats->rows, err));
    }
    if (floats->mode == NUMERAL_FLOATS_SCALED) {
        TRY(numeral_tensors_add(out, "index.centre", NUMERAL_TENSOR_F64, index->n_dims, 0,
                                floats->centre, err));
    }
    if (floats->inner) {
        TRY(numeral_index_save(floats->inner, inner, err));
        TRY(numeral_tensors_append(out, "inner.", inner, err));
    }
done:
    numeral_release(inner);
    return status;
}

static numeral_status read_label(const numeral_tensors *tensors, char out[MAX_LABEL],
                                 numeral_error *err)
{
    const numeral_tensor *tensor;
    numeral_status status = numeral_tensors_require(
        tensors, "index.kind", NUMERAL_TENSOR_U8, SIZE_MAX, 0, &tensor, err);
    if (status == NUMERAL_OK) {
        snprintf(out, MAX_LABEL, "%.*s",
                 (int)(tensor->shape[0] < MAX_LABEL ? tensor->shape[0] : MAX_LABEL),
                 (const char *)tensor->data);
    }
    return status;
}

static numeral_status read_numbers(const numeral_tensors *tensors, numeral_floats *floats,
                                   numeral_error *err)
{
    const numeral_tensor *tensor;
    numeral_status status = numeral_tensors_require(
        tensors, "index.numbers", NUMERAL_TENSOR_F64, N_NUMBERS, 0, &tensor, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    double *n = floats->numbers;
    memcpy(n, tensor->data, sizeof floats->numbers);
    bool mode = n[MODE] == NUMERAL_FLOATS_WHOLE || n[MODE] == NUMERAL_FLOATS_SCALED ||
                n[MODE] == NUMERAL_FLOATS_PLAIN;
    bool type =
        n[DTYPE] == NUMERAL_U8 || n[DTYPE] == NUMERAL_I8 || n[DTYPE] == NUMERAL_I16;
    bool whole = n[MODE] != NUMERAL_FLOATS_WHOLE || (n[SCALE] == 1 && n[ERROR] == 0);
    if (!mode || !type || !whole || !(n[SCALE] > 0x1p-900 && n[SCALE] < 0x1p900) ||
        !(n[ERROR] >= 0 && n[ERROR] < 0x1p900) ||
        (n[MODE] == NUMERAL_FLOATS_SCALED &&
         !numeral_floats_bounds(floats->head.metric))) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "tensor index.numbers: a value is out of its range");
    }
    numeral_floats_take_numbers(floats);
    return NUMERAL_OK;
}

static numeral_status read_rows(const numeral_tensors *tensors, numeral_floats *floats,
                                numeral_error *err)
{
    const numeral_index *head = &floats->head;
    const numeral_tensor *tensor;
    bool narrow = head->dtype == NUMERAL_F32;
    numeral_status status;
    TRY(numeral_tensors_require(tensors, "index.rows",
                                narrow ? NUMERAL_TENSOR_F32 : NUMERAL_TENSOR_F64,
                                head->n_rows, head->n_dims, &tensor, err));
    numeral_rows rows = {tensor->data, head->dtype, head->n_rows, head->n_dims,
                         head->n_dims * numeral_dtype_bytes(head->dtype)};
    TRY(numeral_rows_check(&rows, "tensor index.rows", err));
    floats->rows = tensor->data;
done:
    return status;
}

static numeral_status read_centre(const numeral_tensors *tensors, numeral_floats *floats,
                                  numeral_error *err)
{
    size_t n_dims = floats->head.n_dims;
    const numeral_tensor *tensor;
    numeral_status status;
    TRY(numeral_tensors_require(tensors, "index.centre", NUMERAL_TENSOR_F64, n_dims, 0,
                                &tensor, err));
    numeral_rows centre = {tensor->data, NUMERAL_F64, 1, n_dims, n_dims * sizeof(double)};
    TRY(numeral_rows_check(&centre, "tensor index.centre", err));
    floats->centre = tensor->data;
done:
    return status;
}

static numeral_status read_inner(const numeral_tensors *tensors, const char *label,
                                 numeral_floats *floats, numeral_error *err)
{
    const numeral_index *head = &floats->head;
    const numeral_part metric = numeral_index_metric(head);
    numeral_status status;
    numeral_tensors *own = numeral_allocate_zero(1, sizeof *own, err);
    TRY_ALLOC(own);
    numeral_tensors_select(tensors, "inner.", own);
    TRY(numeral_index_load(own, label, &metric, (numeral_dtype)floats->numbers[DTYPE],
                           head->n_rows, head->n_dims, &floats->inner, err));
    if (floats->inner->kind->count) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "index floats: the rows inside come and go"));
    }
done:
    numeral_release(own);
    return status;
}

numeral_status numeral_floats_load(const numeral_tensors *tensors,
                                   const numeral_index *head, numeral_index **out,
                                   numeral_error *err)
{
    char label[MAX_LABEL];
    numeral_status status;
    numeral_floats *floats = numeral_floats_create(head, err);
    TRY_ALLOC(floats);
    TRY(read_label(tensors, label, err));
    TRY(read_numbers(tensors, floats, err));
    if (floats->mode != NUMERAL_FLOATS_WHOLE) {
        TRY(read_rows(tensors, floats, err));
    }
    if (floats->mode == NUMERAL_FLOATS_SCALED) {
        TRY(read_centre(tensors, floats, err));
    }
    if (floats->mode != NUMERAL_FLOATS_PLAIN) {
        TRY(read_inner(tensors, label, floats, err));
    }
    numeral_floats_finish(floats);
    *out = &floats->head;
    floats = NULL;
done:
    numeral_floats_destroy(floats ? &floats->head : NULL);
    return status;
}
