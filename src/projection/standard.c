/* Standard scores: (x - mean) / deviation for each dimension, over n rows, not n - 1; a
 * constant dimension is only centred. As scikit-learn's StandardScaler. */
#include <math.h>

#include "projection/columns.h"
#include "projection/fitted.h"
#include "projection/projection_entries.h"

enum { STANDARD_MEAN, STANDARD_DEVIATION, STANDARD_ARRAYS };

static void fit_column(const numeral_fit_rows *rows, size_t column, double *const *arrays)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < rows->n_rows; i++) {
        sum += rows->rows[i * rows->n_dims + column];
    }
    double mean = sum / (double)rows->n_rows;
    for (size_t i = 0; i < rows->n_rows; i++) {
        double difference = rows->rows[i * rows->n_dims + column] - mean;
        squares += difference * difference;
    }
    double deviation = sqrt(squares / (double)rows->n_rows);
    /* A deviation within the rounding error of the mean is that of a constant. */
    bool constant = !(deviation > 1e-14 * fabs(mean));
    arrays[STANDARD_MEAN][column] = mean;
    arrays[STANDARD_DEVIATION][column] = constant ? 1 : deviation;
}

static numeral_status standard_fit(const double *parameters, const numeral_fit_rows *rows,
                                   numeral_fitted *out, numeral_error *err)
{
    (void)parameters;
    size_t lengths[STANDARD_ARRAYS] = {rows->n_dims, rows->n_dims};
    numeral_status status =
        numeral_fitted_make(out, rows->n_dims, lengths, STANDARD_ARRAYS, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    numeral_columns_fit(rows, fit_column, out->arrays);
    return NUMERAL_OK;
}

static bool standard_check(const double *parameters, const numeral_fitted *fitted)
{
    (void)parameters;
    size_t lengths[STANDARD_ARRAYS] = {fitted->in_dims, fitted->in_dims};
    if (fitted->out_dims != fitted->in_dims ||
        !numeral_fitted_matches(fitted, lengths, STANDARD_ARRAYS)) {
        return false;
    }
    for (size_t j = 0; j < fitted->in_dims; j++) {
        if (!(fitted->arrays[STANDARD_DEVIATION][j] > 0)) {
            return false;
        }
    }
    return true;
}

static void standard_apply(const double *parameters, const numeral_fitted *fitted,
                           const double *in, double *out)
{
    (void)parameters;
    for (size_t j = 0; j < fitted->in_dims; j++) {
        out[j] = (in[j] - fitted->arrays[STANDARD_MEAN][j]) /
                 fitted->arrays[STANDARD_DEVIATION][j];
    }
}

const numeral_projection numeral_projection_standard = {
    .entry = {.name = "standard",
              .help = "zero mean and unit variance for each dimension",
              .source = ""},
    .fit = standard_fit,
    .check = standard_check,
    .apply = standard_apply,
};
