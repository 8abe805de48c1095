/* The unit in which a model's distances speak of confidence, so that a map measured on
 * one model serves another of the same recipe, whatever the scale of its rows. */
#include <math.h>
#include <stdlib.h>

#include "base/fail.h"
#include "model/confidence.h"
#include "model/sample.h"

/* The median of 1,000 distances is known to about 1 % of the model's digits' spread; a
 * unit only sets the scale on which the map was measured. */
enum { UNIT_DIGITS = 1000 };

static int compare_numbers(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

/* The median of those above 0; 1 where there are none. */
static double median_above_zero(double *values, size_t n)
{
    qsort(values, n, sizeof *values, compare_numbers);
    size_t zeros = 0;
    while (zeros < n && !(values[zeros] > 0)) {
        zeros++;
    }
    double median = zeros < n ? values[zeros + (n - zeros) / 2] : 1;
    return isfinite(median) ? median : 1;
}

numeral_status numeral_confidence_unit(const numeral_model *model, const numeral_run *run,
                                       double *out, numeral_error *err)
{
    numeral_sample sample = {0};
    double *farthest = NULL;
    numeral_status status;
    TRY(numeral_sample_take(model, UNIT_DIGITS, numeral_model_voters(model), NULL, run,
                            &sample, err));
    TRY_ALLOC(farthest = numeral_allocate(sample.n, sizeof *farthest, err));
    for (size_t i = 0; i < sample.n; i++) {
        farthest[i] = numeral_sample_length(model, &sample, i);
    }
    *out = median_above_zero(farthest, sample.n);
done:
    numeral_release(farthest);
    numeral_sample_free(&sample);
    return status;
}
