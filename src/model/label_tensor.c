/* U8 where all are below 256, as they nearly always are, else U16. Files of version 2
 * from before its release have U32. */
#include "model/label_tensor.h"

#include <string.h>

static bool is_wide(const numeral_label *labels, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (labels[i] > UINT8_MAX) {
            return true;
        }
    }
    return false;
}

numeral_status numeral_label_tensor_add(numeral_tensors *tensors, numeral_label *labels,
                                        size_t n, numeral_error *err)
{
    bool wide = is_wide(labels, n);
    unsigned char *bytes = (unsigned char *)labels;
    for (size_t i = 0; i < n && !wide; i++) {
        numeral_label label;
        memcpy(&label, bytes + i * sizeof label, sizeof label);
        bytes[i] = (unsigned char)label; /* at or before what was read */
    }
    return numeral_tensors_add(tensors, "labels",
                               wide ? NUMERAL_TENSOR_U16 : NUMERAL_TENSOR_U8, n, 0,
                               labels, err);
}

numeral_status numeral_label_tensor_require(const numeral_tensors *tensors,
                                            uint64_t version, size_t n,
                                            const numeral_tensor **out,
                                            numeral_error *err)
{
    const numeral_tensor *found = numeral_tensors_find(tensors, "labels");
    bool wide = version > 1 && found &&
                (found->type == NUMERAL_TENSOR_U16 || found->type == NUMERAL_TENSOR_U32);
    return numeral_tensors_require(
        tensors, "labels", wide ? found->type : NUMERAL_TENSOR_U8, n, 0, out, err);
}

uint32_t numeral_label_tensor_get(const numeral_tensor *labels, size_t i)
{
    return labels->type == NUMERAL_TENSOR_U8    ? ((const uint8_t *)labels->data)[i]
           : labels->type == NUMERAL_TENSOR_U16 ? ((const uint16_t *)labels->data)[i]
                                                : ((const uint32_t *)labels->data)[i];
}
