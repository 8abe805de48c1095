/* Labels of rows in a model file. */
#ifndef NUMERAL_MODEL_LABEL_TENSOR_H
#define NUMERAL_MODEL_LABEL_TENSOR_H

#include <numeral/label.h>

#include "base/tensors.h"

/* Lists n labels as "labels": as bytes where all are below 256, which the array then
 * holds. It must live as long as the tensors. */
numeral_status numeral_label_tensor_add(numeral_tensors *tensors, numeral_label *labels,
                                        size_t n, numeral_error *err);
/* "labels" of n rows, in a file of that version. */
numeral_status numeral_label_tensor_require(const numeral_tensors *tensors,
                                            uint64_t version, size_t n,
                                            const numeral_tensor **out,
                                            numeral_error *err);
/* Number i of them, which may be more than a label can be. */
uint32_t numeral_label_tensor_get(const numeral_tensor *labels, size_t i);

#endif
