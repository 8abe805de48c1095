/* What is asked of rows that come from outside, and the stored form of rows: every index
 * keeps its rows by these functions, so that bounds and distances mean the same values.
 */
#include "index/rows.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/fail.h"

/* Given rows may lie at any address: values are copied out of them. */
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
    for (size_t i = 0; i < rows->n_rows; i++) {
        if (has_lowest(numeral_rows_at(rows, i), rows->n_dims)) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "%s: row %zu has the value -32768, expected -32767 to "
                                "32767",
                                what, i);
        }
    }
    return NUMERAL_OK;
}

/* Values up to that have squares that can be added up. */
static const double MOST_REAL = 1e150;

static bool all_within(numeral_dtype dtype, const uint8_t *row, size_t n_dims)
{
    unsigned wrong = 0;
    for (size_t j = 0; dtype == NUMERAL_F32 && j < n_dims; j++) {
        float value;
        memcpy(&value, row + j * sizeof value, sizeof value);
        wrong |= !(fabsf(value) <= FLT_MAX);
    }
    for (size_t j = 0; dtype == NUMERAL_F64 && j < n_dims; j++) {
        double value;
        memcpy(&value, row + j * sizeof value, sizeof value);
        wrong |= !(fabs(value) <= MOST_REAL);
    }
    return !wrong;
}

static numeral_status check_reals(const numeral_rows *rows, const char *what,
                                  numeral_error *err)
{
    for (size_t i = 0; i < rows->n_rows; i++) {
        if (!all_within(rows->dtype, numeral_rows_at(rows, i), rows->n_dims)) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "%s: row %zu has a value that is not a number, or beyond "
                                "1e150",
                                what, i);
        }
    }
    return NUMERAL_OK;
}

numeral_status numeral_rows_check(const numeral_rows *rows, const char *what,
                                  numeral_error *err)
{
    if (rows->dtype != NUMERAL_U8 && rows->dtype != NUMERAL_I8 &&
        rows->dtype != NUMERAL_I16 && !numeral_dtype_is_real(rows->dtype)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: unknown type of values %d, expected u8, i8, i16, f32 or "
                            "f64",
                            what, (int)rows->dtype);
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
    return rows->dtype == NUMERAL_I16           ? check_i16(rows, what, err)
           : numeral_dtype_is_real(rows->dtype) ? check_reals(rows, what, err)
                                                : NUMERAL_OK;
}

static void shift_i8(numeral_dtype dtype, uint8_t *row, size_t n_dims)
{
    for (size_t j = 0; dtype == NUMERAL_I8 && j < n_dims; j++) {
        row[j] ^= NUMERAL_I8_SHIFT; /* adds 128, or takes it away again */
    }
}

void numeral_row_store(numeral_dtype dtype, const void *given, size_t n_dims,
                       size_t bytes, void *out)
{
    size_t used = n_dims * numeral_dtype_bytes(dtype);
    memcpy(out, given, used);
    memset((uint8_t *)out + used, 0, bytes - used);
    shift_i8(dtype, out, n_dims);
}

void numeral_row_restore(numeral_dtype dtype, const void *stored, size_t n_dims,
                         void *out)
{
    memcpy(out, stored, n_dims * numeral_dtype_bytes(dtype));
    shift_i8(dtype, out, n_dims);
}

void numeral_row_reals(numeral_dtype dtype, const void *stored, size_t n_dims,
                       double *out)
{
    int shift = dtype == NUMERAL_I8 ? NUMERAL_I8_SHIFT : 0;
    for (size_t j = 0; j < n_dims; j++) {
        out[j] = numeral_row_value(dtype, stored, j) - shift;
    }
}

numeral_row_sums numeral_row_sum(numeral_dtype dtype, const void *stored, size_t n_dims)
{
    numeral_row_sums sums = {0};
    if (dtype == NUMERAL_I16) {
        const int16_t *row = stored;
        for (size_t j = 0; j < n_dims; j++) {
            sums.sum += row[j];
            sums.squares += row[j] * row[j];
        }
        return sums;
    }
    const uint8_t *row = stored;
    uint32_t sum = 0, squares = 0; /* four to a register more than in 64 bits */
    for (size_t j = 0; j < n_dims; j++) {
        sum += row[j];
        squares += (uint32_t)row[j] * row[j];
    }
    return (numeral_row_sums){sum, squares};
}

double numeral_row_length(numeral_dtype dtype, size_t n_dims, numeral_row_sums sums)
{
    if (dtype == NUMERAL_I8) { /* Σ(x-128)² */
        sums.squares += NUMERAL_I8_SHIFT * NUMERAL_I8_SHIFT * (int64_t)n_dims -
                        2 * NUMERAL_I8_SHIFT * sums.sum;
    }
    return sqrt((double)sums.squares);
}

bool numeral_row_is_stored(numeral_dtype dtype, const void *row, size_t n_dims,
                           size_t bytes)
{
    const uint8_t *values = row;
    unsigned behind = 0;
    for (size_t i = n_dims * numeral_dtype_bytes(dtype); i < bytes; i++) {
        behind |= values[i];
    }
    return behind == 0 && (dtype != NUMERAL_I16 || !has_lowest(values, n_dims));
}

void numeral_row_count(const numeral_distance_kernels *k, numeral_metric_family family,
                       numeral_dtype dtype, const void *query, const void *rows,
                       size_t bytes, size_t n, size_t n_dims, uint32_t *out)
{
    bool l1 = family == NUMERAL_METRIC_L1, linf = family == NUMERAL_METRIC_LINF;
    if (dtype == NUMERAL_I16) {
        (l1     ? k->l1_i16
         : linf ? k->linf_i16
                : k->hamming_i16)(query, rows, bytes / 2, n, n_dims, out);
    } else {
        (l1     ? k->l1_u8
         : linf ? k->linf_u8
                : k->hamming_u8)(query, rows, bytes, n, n_dims, out);
    }
}
