/* What is asked of rows that come from outside. */
#include <string.h>

#include "base/fail.h"
#include "index/index.h"

size_t numeral_dtype_bytes(numeral_dtype dtype)
{
    return dtype == NUMERAL_I16 ? 2 : 1;
}

static bool has_lowest(const uint8_t *row, size_t n_dims)
{
    bool found = false;
    for (size_t j = 0; j < n_dims; j++) {
        int16_t value;
        memcpy(&value, row + 2 * j, sizeof value);
        found |= value == INT16_MIN;
    }
    return found;
}

static numeral_status check_i16(const numeral_rows *rows, const char *what,
                                numeral_error *err)
{
    const uint8_t *data = rows->data;
    for (size_t i = 0; i < rows->n_rows; i++) {
        if (has_lowest(data + i * rows->stride, rows->n_dims)) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "%s: row %zu has the value -32768, expected -32767 to "
                                "32767",
                                what, i);
        }
    }
    return NUMERAL_OK;
}

numeral_status numeral_rows_check(const numeral_rows *rows, const char *what,
                                  numeral_error *err)
{
    if (rows->dtype != NUMERAL_U8 && rows->dtype != NUMERAL_I8 &&
        rows->dtype != NUMERAL_I16) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: unknown type of values %d, expected u8, i8 or i16", what,
                            (int)rows->dtype);
    }
    if (rows->n_dims < 1 || rows->n_dims > NUMERAL_MAX_DIMS) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: %zu dimensions, expected 1 to %d", what, rows->n_dims,
                            NUMERAL_MAX_DIMS);
    }
    size_t least = rows->n_dims * numeral_dtype_bytes(rows->dtype), bytes;
    if (rows->stride < least) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: a stride of %zu bytes, expected at least %zu", what,
                            rows->stride, least);
    }
    if (!numeral_size_multiply(rows->n_rows, rows->stride, &bytes)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: %zu rows of %zu bytes are more than memory can hold",
                            what, rows->n_rows, rows->stride);
    }
    if (rows->n_rows && !rows->data) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%s: the data is missing", what);
    }
    return rows->dtype == NUMERAL_I16 ? check_i16(rows, what, err) : NUMERAL_OK;
}
