/* Small data that could break a bound: equal rows, duplicates, constant dimensions,
 * extremes, outliers, queries far from all rows. */
#ifndef NUMERAL_TESTS_HOSTILE_H
#define NUMERAL_TESTS_HOSTILE_H

#include <numeral/index.h>

#include "base/random.h"
#include "tests/unit/check.h"

enum {
    MAX_ROWS = 400,
    MAX_VALUES = 400 * 1024 /* 4,000 × 100 at most */
};

typedef struct sample {
    numeral_dtype dtype;
    size_t n, dims;
    int style;
    int32_t values[MAX_VALUES];
    int32_t query[NUMERAL_MAX_DIMS];
    int16_t wide[MAX_VALUES];
    uint8_t bytes[MAX_VALUES];
    int16_t wide_query[NUMERAL_MAX_DIMS];
    uint8_t byte_query[NUMERAL_MAX_DIMS];
} sample;

static inline int32_t least_of(numeral_dtype dtype)
{
    return dtype == NUMERAL_U8 ? 0 : dtype == NUMERAL_I8 ? -128 : -32767;
}

static inline int32_t most_of(numeral_dtype dtype)
{
    return dtype == NUMERAL_U8 ? 255 : dtype == NUMERAL_I8 ? 127 : 32767;
}

static inline int32_t below(numeral_random *random, int32_t bound)
{
    return (int32_t)numeral_random_below(random, (uint64_t)bound);
}

static inline int32_t any_value(numeral_random *random, numeral_dtype dtype)
{
    int32_t least = least_of(dtype);
    return least + below(random, most_of(dtype) - least + 1);
}

static inline int32_t clamp(int32_t value, numeral_dtype dtype)
{
    value = value < least_of(dtype) ? least_of(dtype) : value;
    return value > most_of(dtype) ? most_of(dtype) : value;
}

static inline void fill_row(numeral_random *random, sample *s, size_t row, int32_t *out)
{
    int32_t centre = below(random, 4) * (most_of(s->dtype) / 4);
    for (size_t j = 0; j < s->dims; j++) {
        switch (s->style) {
        case 0: /* no structure at all */
            out[j] = any_value(random, s->dtype);
            break;
        case 1: /* all equal */
            out[j] = most_of(s->dtype) - (int32_t)(j % 7);
            break;
        case 2: /* few values, many duplicates and ties */
            out[j] = below(random, 8) ? 3 : 4;
            break;
        case 3: /* extremes only */
            out[j] = below(random, 2) ? least_of(s->dtype) : most_of(s->dtype);
            break;
        case 4: /* clusters on a line, constant dimensions */
            out[j] = clamp(j % 3 ? centre + below(random, 9) - 4 : 7, s->dtype);
            break;
        case 5: /* one outlier among small values */
            out[j] = row == 5 ? most_of(s->dtype) : below(random, 3);
            break;
        case 6: /* mostly zeros */
            out[j] = below(random, 6) ? 0 : any_value(random, s->dtype);
            break;
        default: /* copies of earlier rows, one value changed */
            out[j] = row ? s->values[(row / 2) * s->dims + j] : centre;
            break;
        }
    }
    if (s->style == 7) {
        out[below(random, (int32_t)s->dims)] = any_value(random, s->dtype);
    }
}

static inline void fill_sample(numeral_random *random, sample *s)
{
    static const size_t wide_dims[] = {65, 80, 96, 129, 200, 784, 1024};
    s->dtype = (numeral_dtype)below(random, 3);
    s->style = below(random, 8);
    s->dims = 1 + (size_t)below(random, 64);
    if (below(random, 12) == 0) {
        s->dims = wide_dims[below(random, 7)];
    }
    s->n = 1 + (size_t)below(random, below(random, 3) ? 60 : MAX_ROWS);
    for (size_t i = 0; i < s->n; i++) {
        fill_row(random, s, i, s->values + i * s->dims);
    }
    for (size_t i = 0; i < s->n * s->dims; i++) {
        s->wide[i] = (int16_t)s->values[i];
        s->bytes[i] = (uint8_t)s->values[i];
    }
}

static inline void fill_query(numeral_random *random, sample *s)
{
    int kind = below(random, 5);
    const int32_t *row = s->values + (size_t)below(random, (int32_t)s->n) * s->dims;
    for (size_t j = 0; j < s->dims; j++) {
        int32_t value = row[j];
        value = kind == 1 ? value + below(random, 5) - 2 : value;
        value = kind == 2 ? any_value(random, s->dtype) : value;
        value = kind == 3 ? (j % 2 ? least_of(s->dtype) : most_of(s->dtype)) : value;
        value = kind == 4 ? least_of(s->dtype) + most_of(s->dtype) - value : value;
        s->query[j] = clamp(value, s->dtype);
        s->wide_query[j] = (int16_t)s->query[j];
        s->byte_query[j] = (uint8_t)s->query[j];
    }
}

static inline numeral_rows rows_of(const sample *s)
{
    bool wide = s->dtype == NUMERAL_I16;
    return (numeral_rows){.data = wide ? (const void *)s->wide : s->bytes,
                          .dtype = s->dtype,
                          .n_rows = s->n,
                          .n_dims = s->dims,
                          .stride = s->dims * (wide ? 2 : 1)};
}

static inline numeral_rows query_of(const sample *s)
{
    numeral_rows rows = rows_of(s);
    rows.data = s->dtype == NUMERAL_I16 ? (const void *)s->wide_query : s->byte_query;
    rows.n_rows = 1;
    return rows;
}

#endif
