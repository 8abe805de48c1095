/* Numbers of columns with scales of their own, as levels from 0 to 255: of n columns the
 * offsets, then the steps, in float32. A value is offset + step × level. */
#ifndef NUMERAL_DATA_COLUMNS_H
#define NUMERAL_DATA_COLUMNS_H

#include <numeral/dataset.h>

/* A number rounded to a level, what lies outside to its end. */
static inline uint8_t numeral_level(double value)
{
    double rounded = value + 0.5;
    return (uint8_t)(!(rounded >= 0) ? 0 : rounded > 255 ? 255 : rounded);
}

/* What the level of a column stands for; columns NULL: itself. */
static inline double numeral_columns_value(const float *columns, size_t n, size_t column,
                                           uint8_t level)
{
    return columns ? (double)columns[column] + (double)columns[n + column] * level
                   : level;
}

/* The level nearest to a value. */
uint8_t numeral_columns_level(const float *columns, size_t n, size_t column,
                              double value);
/* Makes a column reach from `least` to `most`. */
void numeral_columns_span(float *columns, size_t n, size_t column, double least,
                          double most);
/* Whether two sets of n columns (NULL: levels are values) are the same. */
bool numeral_columns_alike(const float *a, const float *b, size_t n);
/* Rows of n levels of `from` as levels of `to`; in place where out is in. Either may be
 * NULL: levels are the values. */
void numeral_columns_convert(const float *from, const float *to, size_t n, size_t n_rows,
                             const uint8_t *in, uint8_t *out);
/* A copy in new memory, or NULL. */
float *numeral_columns_copy(const float *columns, size_t n, numeral_error *err);
/* Columns that hold the values of both, into `out` (2 × n). */
void numeral_columns_join(const float *a, const float *b, size_t n, float *out);
/* All values of a set that has columns, in new memory; NULL: there was none. */
float *numeral_columns_values(const numeral_dataset *data, numeral_error *err);

#endif
