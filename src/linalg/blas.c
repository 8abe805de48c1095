#include "linalg/blas.h"

#include "base/fail.h"
#include "numeral_config.h"

#ifdef NUMERAL_HAVE_LAPACK

#include <cblas.h>

numeral_status numeral_blas_require(const char *what, numeral_error *err)
{
    (void)what;
    (void)err;
    openblas_set_num_threads(1);
    return NUMERAL_OK;
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

#else

numeral_status numeral_blas_require(const char *what, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "%s: this build has no LAPACK, which fitting needs", what);
}

void numeral_blas_dots(const float *a, size_t m, const float *b, size_t n, size_t dims,
                       float *out, size_t stride)
{
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            float sum = 0;
            for (size_t d = 0; d < dims; d++) {
                sum += a[i * dims + d] * b[j * dims + d];
            }
            out[i * stride + j] = sum;
        }
    }
}

void numeral_blas_gram_tile(const double *rows, size_t n_rows, size_t dims, size_t i,
                            size_t m, size_t j, size_t n, double *out)
{
    for (size_t row = 0; row < n_rows; row++) {
        const double *x = rows + row * dims;
        for (size_t a = i; a < i + m; a++) {
            for (size_t b = j; b < j + n; b++) {
                out[a * dims + b] += x[a] * x[b];
            }
        }
    }
}

#endif
