/* Scalings, fitted column by column. */
#include "projection/scaling.h"

#include "base/threads.h"
#include "projection/fitted.h"

typedef struct column_work {
    const numeral_fit_rows *rows;
    numeral_column_fit fit;
    double *shift, *scale;
} column_work;

static void fit_columns(void *context, size_t begin, size_t end, int worker)
{
    (void)worker;
    const column_work *work = context;
    for (size_t column = begin; column < end; column++) {
        work->fit(work->rows, column, &work->shift[column], &work->scale[column]);
    }
}

numeral_status numeral_scaling_fit(const numeral_fit_rows *rows, numeral_column_fit fit,
                                   numeral_fitted *out, numeral_error *err)
{
    size_t lengths[NUMERAL_SCALING_ARRAYS] = {rows->n_dims, rows->n_dims};
    numeral_status status =
        numeral_fitted_make(out, rows->n_dims, lengths, NUMERAL_SCALING_ARRAYS, err);
    if (status == NUMERAL_OK) {
        column_work work = {rows, fit, out->arrays[NUMERAL_SCALING_SHIFT],
                            out->arrays[NUMERAL_SCALING_SCALE]};
        numeral_parallel_for(rows->n_dims, 8, rows->run.threads, fit_columns, &work);
    }
    return status;
}

bool numeral_scaling_check(const double *parameters, const numeral_fitted *fitted)
{
    (void)parameters;
    size_t lengths[NUMERAL_SCALING_ARRAYS] = {fitted->in_dims, fitted->in_dims};
    if (fitted->out_dims != fitted->in_dims ||
        !numeral_fitted_matches(fitted, lengths, NUMERAL_SCALING_ARRAYS)) {
        return false;
    }
    for (size_t j = 0; j < fitted->in_dims; j++) {
        if (!(fitted->arrays[NUMERAL_SCALING_SCALE][j] > 0)) {
            return false;
        }
    }
    return true;
}

void numeral_scaling_apply(const double *parameters, const numeral_fitted *fitted,
                           const double *in, double *out)
{
    (void)parameters;
    const double *shift = fitted->arrays[NUMERAL_SCALING_SHIFT];
    const double *scale = fitted->arrays[NUMERAL_SCALING_SCALE];
    for (size_t j = 0; j < fitted->in_dims; j++) {
        out[j] = (in[j] - shift[j]) / scale[j];
    }
}
