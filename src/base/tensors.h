/* Named arrays, borrowed: what parts hand to the model file and get back from it. */
#ifndef NUMERAL_BASE_TENSORS_H
#define NUMERAL_BASE_TENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>

typedef enum numeral_tensor_type {
    NUMERAL_TENSOR_U8,
    NUMERAL_TENSOR_I8,
    NUMERAL_TENSOR_I16,
    NUMERAL_TENSOR_U16,
    NUMERAL_TENSOR_I32,
    NUMERAL_TENSOR_U32,
    NUMERAL_TENSOR_I64,
    NUMERAL_TENSOR_U64,
    NUMERAL_TENSOR_F32,
    NUMERAL_TENSOR_F64,
    NUMERAL_TENSOR_TYPE_COUNT
} numeral_tensor_type;

enum {
    NUMERAL_TENSOR_NAME_BYTES = 64,
    NUMERAL_MAX_RANK = 4,
    NUMERAL_MAX_TENSORS = 512 /* a dynamic index of 2^32 rows has 430 at most */
};

typedef struct numeral_tensor {
    char name[NUMERAL_TENSOR_NAME_BYTES];
    numeral_tensor_type type;
    size_t rank;
    size_t shape[NUMERAL_MAX_RANK];
    const void *data; /* 64-byte aligned, lives with its owner */
} numeral_tensor;

typedef struct numeral_tensors {
    size_t n_tensors;
    numeral_tensor tensors[NUMERAL_MAX_TENSORS];
} numeral_tensors;

size_t numeral_tensor_item_bytes(numeral_tensor_type type);
/* "U8", "I8" ... as in .safetensors files; and back, false where there is none. */
const char *numeral_tensor_type_name(numeral_tensor_type type);
bool numeral_tensor_type_find(const char *name, numeral_tensor_type *out);
/* Bytes of the whole tensor; sizes were checked when it was made. */
size_t numeral_tensor_bytes(const numeral_tensor *tensor);
/* Files hold the lowest byte of a number first; so do most machines. Turns each of n
 * items round, from `from` to `to`, which may be the same. */
enum { NUMERAL_BIG_ENDIAN = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
void numeral_tensor_turn(numeral_tensor_type type, size_t n_bytes, const void *from,
                         void *to);
/* Adds a tensor of rank 1 or 2 (columns 0 stands for rank 1). */
numeral_status numeral_tensors_add(numeral_tensors *tensors, const char *name,
                                   numeral_tensor_type type, size_t rows, size_t columns,
                                   const void *data, numeral_error *err);
/* Adds all of `from`, `prefix` before their names. */
numeral_status numeral_tensors_append(numeral_tensors *tensors, const char *prefix,
                                      const numeral_tensors *from, numeral_error *err);
/* Lists those of `from` whose names begin with `prefix`, by what follows it. */
void numeral_tensors_select(const numeral_tensors *from, const char *prefix,
                            numeral_tensors *out);
/* NULL where there is none. */
const numeral_tensor *numeral_tensors_find(const numeral_tensors *tensors,
                                           const char *name);
/* The tensor of that name, type and shape, or an error that says what is wrong with it.
 * columns 0 stands for rank 1; a size of SIZE_MAX accepts any. */
numeral_status numeral_tensors_require(const numeral_tensors *tensors, const char *name,
                                       numeral_tensor_type type, size_t rows,
                                       size_t columns, const numeral_tensor **out,
                                       numeral_error *err);

#endif
