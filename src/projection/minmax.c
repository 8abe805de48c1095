/* Each dimension stretched so that the training rows span 0..1; a constant dimension
 * becomes 0 there. As scikit-learn's MinMaxScaler: nothing is clipped. */
#include "projection/columns.h"
#include "projection/fitted.h"
#include "projection/projection_entries.h"

enum { MINMAX_LEAST, MINMAX_RANGE, MINMAX_ARRAYS };

static void fit_column(const numeral_fit_rows *rows, size_t column, double *const *arrays)
{
    double least = rows->rows[column], most = least;
    for (size_t i = 1; i < rows->n_rows; i++) {
        double value = rows->rows[i * rows->n_dims + column];
        least = value < least ? value : least;
        most = value > most ? value : most;
    }
    arrays[MINMAX_LEAST][column] = least;
    arrays[MINMAX_RANGE][column] = most > least ? most - least : 1;
}

static numeral_status minmax_fit(const double *parameters, const numeral_fit_rows *rows,
                                 numeral_fitted *out, numeral_error *err)
{
    (void)parameters;
    size_t lengths[MINMAX_ARRAYS] = {rows->n_dims, rows->n_dims};
    numeral_status status =
        numeral_fitted_make(out, rows->n_dims, lengths, MINMAX_ARRAYS, err);
    if (status == NUMERAL_OK) {
        numeral_columns_fit(rows, fit_column, out->arrays);
    }
    return status;
}

static bool minmax_check(const double *parameters, const numeral_fitted *fitted)
{
    (void)parameters;
    size_t lengths[MINMAX_ARRAYS] = {fitted->in_dims, fitted->in_dims};
    if (fitted->out_dims != fitted->in_dims ||
        !numeral_fitted_matches(fitted, lengths, MINMAX_ARRAYS)) {
        return false;
    }
    for (size_t j = 0; j < fitted->in_dims; j++) {
        if (!(fitted->arrays[MINMAX_RANGE][j] > 0)) {
            return false;
        }
    }
    return true;
}

static void minmax_apply(const double *parameters, const numeral_fitted *fitted,
                         const double *in, double *out)
{
    (void)parameters;
    for (size_t j = 0; j < fitted->in_dims; j++) {
        out[j] =
            (in[j] - fitted->arrays[MINMAX_LEAST][j]) / fitted->arrays[MINMAX_RANGE][j];
    }
}

const numeral_projection numeral_projection_minmax = {
    .entry = {.name = "minmax", .help = "stretches each dimension to 0..1", .source = ""},
    .fit = minmax_fit,
    .check = minmax_check,
    .apply = minmax_apply,
};
