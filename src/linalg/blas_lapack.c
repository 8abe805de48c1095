/* Matrix products by BLAS. */
#include <cblas.h>

#include "base/late.h"
#include "linalg/blas.h"

#ifdef NUMERAL_LATE
#include "base/late/late_blas.h"
#endif

numeral_status numeral_blas_begin(numeral_error *err)
{
    numeral_status status = NUMERAL_LATE_LOAD(err);
    if (status == NUMERAL_OK) {
        openblas_set_num_threads(1);
    }
    return status;
}

void numeral_blas_dots(const float *a, size_t m, const float *b, size_t n, size_t dims,
                       float *out, size_t stride)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)m, (blasint)n,
                (blasint)dims, 1, a, (blasint)dims, b, (blasint)dims, 0, out,
                (blasint)stride);
}

void numeral_blas_gram_tile(const double *rows, size_t n_rows, size_t dims, size_t i,
                            size_t m, size_t j, size_t n, double *out)
{
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)m, (blasint)n,
                (blasint)n_rows, 1, rows + i, (blasint)dims, rows + j, (blasint)dims, 1,
                out + i * dims + j, (blasint)dims);
}
