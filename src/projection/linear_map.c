/* Linear maps, row-major so that applying one runs along memory. */
#include "projection/linear_map.h"

#include <string.h>

#include "base/memory.h"
#include "projection/fitted.h"

numeral_status numeral_linear_map_make(numeral_fitted *out, size_t out_dims,
                                       numeral_error *err)
{
    size_t cells;
    if (!numeral_size_multiply(out->in_dims, out_dims, &cells)) {
        cells = SIZE_MAX; /* refused below, with its message */
    }
    size_t lengths[NUMERAL_LINEAR_ARRAYS] = {out->in_dims, cells};
    return numeral_fitted_make(out, out_dims, lengths, NUMERAL_LINEAR_ARRAYS, err);
}

void numeral_linear_map_set_column(numeral_fitted *map, size_t column,
                                   const double *vector, double scale)
{
    double *matrix = map->arrays[NUMERAL_LINEAR_MATRIX];
    for (size_t i = 0; i < map->in_dims; i++) {
        matrix[i * map->out_dims + column] = scale * vector[i];
    }
}

bool numeral_linear_map_check(const double *parameters, const numeral_fitted *fitted)
{
    (void)parameters;
    size_t cells;
    if (fitted->in_dims == 0 || fitted->out_dims == 0 ||
        !numeral_size_multiply(fitted->in_dims, fitted->out_dims, &cells)) {
        return false;
    }
    size_t lengths[NUMERAL_LINEAR_ARRAYS] = {fitted->in_dims, cells};
    return numeral_fitted_matches(fitted, lengths, NUMERAL_LINEAR_ARRAYS);
}

/* The sums run over the inputs in order, each for all outputs at once, so that they
 * vectorise without changing their order. */
void numeral_linear_map_apply(const double *parameters, const numeral_fitted *fitted,
                              const double *in, double *out)
{
    (void)parameters;
    size_t n = fitted->out_dims;
    const double *mean = fitted->arrays[NUMERAL_LINEAR_MEAN];
    const double *row = fitted->arrays[NUMERAL_LINEAR_MATRIX];
    memset(out, 0, n * sizeof *out);
    for (size_t i = 0; i < fitted->in_dims; i++, row += n) {
        double value = in[i] - mean[i];
        for (size_t j = 0; j < n; j++) {
            out[j] += value * row[j];
        }
    }
}
