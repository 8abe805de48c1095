/* Levels to values and back. */
#include "data/columns.h"

#include <float.h>
#include <string.h>

#include "base/memory.h"

uint8_t numeral_columns_level(const float *columns, size_t n, size_t column, double value)
{
    return columns ? numeral_level((value - (double)columns[column]) /
                                   (double)columns[n + column])
                   : numeral_level(value);
}

void numeral_columns_span(float *columns, size_t n, size_t column, double least,
                          double most)
{
    float step = (float)((most - least) / 255);
    columns[column] = (float)least;
    columns[n + column] = step > FLT_MIN ? step : least < most ? FLT_MIN : 1;
}

bool numeral_columns_alike(const float *a, const float *b, size_t n)
{
    return a && b ? memcmp(a, b, 2 * n * sizeof *a) == 0 : !a && !b;
}

void numeral_columns_convert(const float *from, const float *to, size_t n, size_t n_rows,
                             const uint8_t *in, uint8_t *out)
{
    for (size_t row = 0; row < n_rows; row++, in += n, out += n) {
        for (size_t c = 0; c < n; c++) {
            out[c] =
                numeral_columns_level(to, n, c, numeral_columns_value(from, n, c, in[c]));
        }
    }
}

float *numeral_columns_copy(const float *columns, size_t n, numeral_error *err)
{
    float *copy = numeral_allocate(2 * n, sizeof *copy, err);
    if (copy) {
        memcpy(copy, columns, 2 * n * sizeof *copy);
    }
    return copy;
}

void numeral_columns_join(const float *a, const float *b, size_t n, float *out)
{
    for (size_t c = 0; c < n; c++) {
        double least = numeral_columns_value(a, n, c, 0);
        double most = numeral_columns_value(a, n, c, 255);
        double low = numeral_columns_value(b, n, c, 0);
        double high = numeral_columns_value(b, n, c, 255);
        numeral_columns_span(out, n, c, low < least ? low : least,
                             high > most ? high : most);
    }
}

float *numeral_columns_values(const numeral_dataset *data, numeral_error *err)
{
    size_t n = data->height * data->width, cells;
    float *values = numeral_size_multiply(data->n_images, n, &cells)
                        ? numeral_allocate(cells, sizeof *values, err)
                        : NULL;
    for (size_t i = 0; values && i < cells; i++) {
        values[i] =
            (float)numeral_columns_value(data->columns, n, i % n, data->pixels[i]);
    }
    return values;
}
