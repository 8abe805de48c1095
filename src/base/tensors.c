/* Lists of named arrays: what an object is made of in a model file, borrowed. */
#include "base/tensors.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"

static const size_t item_bytes[NUMERAL_TENSOR_TYPE_COUNT] = {1, 1, 2, 2, 4,
                                                             4, 8, 8, 4, 8};

static const char *const type_names[NUMERAL_TENSOR_TYPE_COUNT] = {
    "U8", "I8", "I16", "U16", "I32", "U32", "I64", "U64", "F32", "F64"};

const char *numeral_tensor_type_name(numeral_tensor_type type)
{
    return type_names[type];
}

bool numeral_tensor_type_find(const char *name, numeral_tensor_type *out)
{
    for (int i = 0; name && i < NUMERAL_TENSOR_TYPE_COUNT; i++) {
        if (strcmp(name, type_names[i]) == 0) {
            *out = (numeral_tensor_type)i;
            return true;
        }
    }
    return false;
}

size_t numeral_tensor_item_bytes(numeral_tensor_type type)
{
    return item_bytes[type];
}

size_t numeral_tensor_bytes(const numeral_tensor *tensor)
{
    size_t bytes = item_bytes[tensor->type];
    for (size_t i = 0; i < tensor->rank; i++) {
        bytes *= tensor->shape[i];
    }
    return bytes;
}

void numeral_tensor_turn(numeral_tensor_type type, size_t n_bytes, const void *from,
                         void *to)
{
    size_t size = item_bytes[type];
    const uint8_t *in = from;
    uint8_t *out = to;
    for (size_t at = 0; at + size <= n_bytes; at += size) {
        uint8_t item[sizeof(uint64_t)];
        memcpy(item, in + at, size);
        for (size_t i = 0; i < size; i++) {
            out[at + i] = item[size - 1 - i];
        }
    }
}

numeral_status numeral_tensors_add(numeral_tensors *tensors, const char *name,
                                   numeral_tensor_type type, size_t rows, size_t columns,
                                   const void *data, numeral_error *err)
{
    if (tensors->n_tensors == NUMERAL_MAX_TENSORS ||
        strlen(name) >= NUMERAL_TENSOR_NAME_BYTES) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT, "tensor %.60s: too many tensors",
                            name);
    }
    numeral_tensor *tensor = &tensors->tensors[tensors->n_tensors++];
    *tensor = (numeral_tensor){
        .type = type, .rank = columns ? 2 : 1, .shape = {rows, columns}, .data = data};
    snprintf(tensor->name, sizeof tensor->name, "%s", name);
    return NUMERAL_OK;
}

numeral_status numeral_tensors_append(numeral_tensors *tensors, const char *prefix,
                                      const numeral_tensors *from, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < from->n_tensors && status == NUMERAL_OK; i++) {
        const numeral_tensor *one = &from->tensors[i];
        char name[2 * NUMERAL_TENSOR_NAME_BYTES];
        snprintf(name, sizeof name, "%.63s%s", prefix, one->name);
        status = numeral_tensors_add(tensors, name, one->type, one->shape[0],
                                     one->rank > 1 ? one->shape[1] : 0, one->data, err);
    }
    return status;
}

void numeral_tensors_select(const numeral_tensors *from, const char *prefix,
                            numeral_tensors *out)
{
    size_t length = strlen(prefix);
    out->n_tensors = 0;
    for (size_t i = 0; i < from->n_tensors; i++) {
        if (strncmp(from->tensors[i].name, prefix, length) == 0) {
            numeral_tensor *one = &out->tensors[out->n_tensors++];
            *one = from->tensors[i];
            memmove(one->name, one->name + length, sizeof one->name - length);
        }
    }
}

const numeral_tensor *numeral_tensors_find(const numeral_tensors *tensors,
                                           const char *name)
{
    for (size_t i = 0; i < tensors->n_tensors; i++) {
        if (strcmp(tensors->tensors[i].name, name) == 0) {
            return &tensors->tensors[i];
        }
    }
    return NULL;
}

numeral_status numeral_tensors_require(const numeral_tensors *tensors, const char *name,
                                       numeral_tensor_type type, size_t rows,
                                       size_t columns, const numeral_tensor **out,
                                       numeral_error *err)
{
    const numeral_tensor *tensor = numeral_tensors_find(tensors, name);
    if (!tensor) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "tensor %s is missing", name);
    }
    size_t rank = columns ? 2 : 1;
    if (tensor->type != type || tensor->rank != rank ||
        (rows != SIZE_MAX && tensor->shape[0] != rows) ||
        (columns && columns != SIZE_MAX && tensor->shape[1] != columns)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "tensor %s has the wrong type or shape", name);
    }
    *out = tensor;
    return NUMERAL_OK;
}
