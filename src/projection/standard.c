/* Standard scores: (x - mean) / deviation for each dimension, over n rows, not n - 1; a
 * constant dimension is only centred. As scikit-learn's StandardScaler. */
#include <math.h>

#include "projection/projection_entries.h"
#include "projection/scaling.h"

static void fit_column(const numeral_fit_rows *rows, size_t column, double *shift,
                       double *scale)
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
    *shift = mean;
    *scale = constant ? 1 : deviation;
}

static numeral_status standard_fit(const double *parameters, const numeral_fit_rows *rows,
                                   numeral_fitted *out, numeral_error *err)
{
    (void)parameters;
    return numeral_scaling_fit(rows, fit_column, out, err);
}

const numeral_projection numeral_projection_standard = {
    .entry = {.name = "standard",
              .help = "zero mean and unit variance for each dimension",
              .source = ""},
    .fit = standard_fit,
    .check = numeral_scaling_check,
    .apply = numeral_scaling_apply,
};
