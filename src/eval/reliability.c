/* Reliability: confidence in bins, beside how often the answers of each bin are right. */
#include <numeral/scores.h>

#include <math.h>

#include "base/fail.h"

static numeral_status check_bins(const double *edges, size_t n_bins, numeral_error *err)
{
    if (n_bins < 1 || n_bins > NUMERAL_MAX_BINS) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "reliability: %zu bins: expected 1 to %d", n_bins,
                            NUMERAL_MAX_BINS);
    }
    bool good = !edges || (edges[0] == 0 && edges[n_bins] == 1);
    for (size_t i = 0; edges && i < n_bins; i++) {
        good = good && edges[i] < edges[i + 1];
    }
    return good
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                              "reliability: the edges of bins do not ascend from 0 to 1");
}

static size_t bin_of(const numeral_reliability *table, double confidence)
{
    size_t bin = 0;
    while (bin + 1 < table->n_bins && confidence >= table->edges[bin + 1]) {
        bin++;
    }
    return bin;
}

/* Sums become means. */
static void divide(numeral_reliability *table, size_t n)
{
    for (size_t bin = 0; bin < table->n_bins; bin++) {
        double count = (double)table->counts[bin];
        if (count > 0) {
            table->ece += fabs(table->accuracy[bin] - table->confidence[bin]) / (double)n;
            table->confidence[bin] = fmin(1, table->confidence[bin] / count);
            table->accuracy[bin] /= count;
        }
    }
    table->brier /= n ? (double)n : 1;
}

numeral_status numeral_reliability_compute(const uint8_t *truth, const uint8_t *predicted,
                                           const double *confidence, size_t n,
                                           const double *edges, size_t n_bins,
                                           numeral_reliability *out, numeral_error *err)
{
    numeral_status status = check_bins(edges, n_bins, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    numeral_reliability table = {.n_bins = n_bins};
    for (size_t i = 0; i <= n_bins; i++) {
        table.edges[i] = edges ? edges[i] : (double)i / (double)n_bins;
    }
    for (size_t i = 0; i < n; i++) {
        if (!(confidence[i] >= 0 && confidence[i] <= 1)) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "reliability: the confidence of answer %zu is %g: "
                                "expected 0 to 1",
                                i, confidence[i]);
        }
        size_t bin = bin_of(&table, confidence[i]);
        double right = truth[i] == predicted[i];
        table.counts[bin]++;
        table.confidence[bin] += confidence[i];
        table.accuracy[bin] += right;
        table.brier += (confidence[i] - right) * (confidence[i] - right);
    }
    divide(&table, n);
    *out = table;
    return NUMERAL_OK;
}
