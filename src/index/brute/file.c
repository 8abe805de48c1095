/* Brute force as tensors, and back: index.rows [n, stride] of u8 or i16, or index.columns
 * [blocks · stride / 2, 128] of u8. */
#include "base/fail.h"
#include "index/brute/brute.h"
#include "kernel/distance.h"

/* The tensor that holds the rows, but for its data. */
static numeral_tensor tensor_of(const numeral_brute *brute)
{
    const numeral_index *head = &brute->head;
    if (!brute->columns) {
        return (numeral_tensor){.name = "index.rows",
                                .type = numeral_row_tensor(head->dtype),
                                .shape = {head->n_rows, brute->stride}};
    }
    size_t n_blocks = (head->n_rows + NUMERAL_COLUMN_ROWS - 1) / NUMERAL_COLUMN_ROWS;
    return (numeral_tensor){
        .name = "index.columns",
        .type = NUMERAL_TENSOR_U8,
        .shape = {n_blocks * (brute->stride / 2), 2 * NUMERAL_COLUMN_ROWS}};
}

numeral_status numeral_brute_save(const numeral_index *index, numeral_tensors *out,
                                  numeral_error *err)
{
    const numeral_brute *brute = (const numeral_brute *)index;
    numeral_tensor tensor = tensor_of(brute);
    return numeral_tensors_add(out, tensor.name, tensor.type, tensor.shape[0],
                               tensor.shape[1], brute->data, err);
}

numeral_status numeral_brute_load(const numeral_tensors *tensors,
                                  const numeral_index *head, numeral_index **out,
                                  numeral_error *err)
{
    const numeral_tensor *found;
    bool columns = numeral_tensors_find(tensors, "index.columns") != NULL;
    if (columns && !numeral_brute_can_be_columns(head)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "tensor index.columns: only u8 rows with l2 or cosine can "
                            "have it");
    }
    numeral_brute *brute = numeral_brute_create(head, columns, err);
    if (!brute) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_tensor wanted = tensor_of(brute);
    numeral_status status;
    TRY(numeral_tensors_require(tensors, wanted.name, wanted.type, wanted.shape[0],
                                wanted.shape[1], &found, err));
    brute->data = found->data;
    TRY(numeral_brute_finish(brute, err));
    *out = &brute->head;
    return NUMERAL_OK;
done:
    numeral_brute_destroy(&brute->head);
    return status;
}
