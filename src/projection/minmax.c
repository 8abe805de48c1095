/* Each dimension stretched so that the training rows span 0..1; a constant dimension
 * becomes 0 there. As scikit-learn's MinMaxScaler: nothing is clipped. */
#include "projection/projection_entries.h"
#include "projection/scaling.h"

static void fit_column(const numeral_fit_rows *rows, size_t column, double *shift,
                       double *scale)
{
    double least = rows->rows[column], most = least;
    for (size_t i = 1; i < rows->n_rows; i++) {
        double value = rows->rows[i * rows->n_dims + column];
        least = value < least ? value : least;
        most = value > most ? value : most;
    }
    *shift = least;
    *scale = most > least ? most - least : 1;
}

static numeral_status minmax_fit(const double *parameters, const numeral_fit_rows *rows,
                                 numeral_fitted *out, numeral_error *err)
{
    (void)parameters;
    return numeral_scaling_fit(rows, fit_column, out, err);
}

const numeral_projection numeral_projection_minmax = {
    .entry = {.name = "minmax", .help = "stretches each dimension to 0..1", .source = ""},
    .fit = minmax_fit,
    .check = numeral_scaling_check,
    .apply = numeral_scaling_apply,
};
