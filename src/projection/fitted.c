/* The arrays that fitted projections keep: from fitting, or from a model file. */
#include "projection/fitted.h"

#include <math.h>

#include "base/memory.h"

void numeral_fitted_free(numeral_fitted *fitted)
{
    for (size_t i = 0; i < fitted->n_arrays; i++) {
        numeral_release(fitted->arrays[i]);
    }
    *fitted = (numeral_fitted){0};
}

numeral_status numeral_fitted_make(numeral_fitted *out, size_t out_dims,
                                   const size_t *lengths, size_t n, numeral_error *err)
{
    numeral_fitted made = {.in_dims = out->in_dims, .out_dims = out_dims};
    for (size_t i = 0; i < n; i++) {
        made.arrays[i] = numeral_allocate_zero(lengths[i], sizeof(double), err);
        if (!made.arrays[i]) {
            numeral_fitted_free(&made);
            return NUMERAL_ERROR_MEMORY;
        }
        made.lengths[i] = lengths[i];
        made.n_arrays++;
    }
    *out = made;
    return NUMERAL_OK;
}

bool numeral_fitted_matches(const numeral_fitted *fitted, const size_t *lengths, size_t n)
{
    if (fitted->n_arrays != n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (fitted->lengths[i] != lengths[i]) {
            return false;
        }
        for (size_t j = 0; j < lengths[i]; j++) {
            if (!isfinite(fitted->arrays[i][j])) {
                return false;
            }
        }
    }
    return true;
}
