/* Matrix products without BLAS, in the manner of Goto & van de Geijn (2008): slices of
 * the factors are packed so that the inner loop reads them in order, and a block of the
 * result stays in registers over the depth of a slice. */
#include "linalg/blas.h"

#include <string.h>

numeral_status numeral_blas_begin(numeral_error *err)
{
    (void)err;
    return NUMERAL_OK;
}

#define REAL float
#define NAME(name) name##_float
#include "linalg/product_body.h"
#undef REAL
#undef NAME

#define REAL double
#define NAME(name) name##_double
#include "linalg/product_body.h"

void numeral_blas_dots(const float *a, size_t m, const float *b, size_t n, size_t dims,
                       float *out, size_t stride)
{
    for (size_t i = 0; i < m; i++) {
        memset(out + i * stride, 0, n * sizeof *out);
    }
    product_float((factor_float){a, dims, 1}, m, (factor_float){b, dims, 1}, n, dims, out,
                  stride);
}

void numeral_blas_gram_tile(const double *rows, size_t n_rows, size_t dims, size_t i,
                            size_t m, size_t j, size_t n, double *out)
{
    product_double((factor_double){rows + i, 1, dims}, m,
                   (factor_double){rows + j, 1, dims}, n, n_rows, out + i * dims + j,
                   dims);
}
