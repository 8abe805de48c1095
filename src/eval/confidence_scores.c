/* Whether confidence can be trusted: in bins, beside how often the answers of each bin
 * are right; and how many errors go with the answers that are refused for it. */
#include <numeral/scores.h>

#include <math.h>
#include <stdlib.h>

#include "base/fail.h"
#include "base/memory.h"

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
        if (count > 0) { /* still sums: their difference is that of the means × count */
            table->ece += fabs(table->accuracy[bin] - table->confidence[bin]) / (double)n;
            table->confidence[bin] = fmin(1, table->confidence[bin] / count);
            table->accuracy[bin] /= count;
        }
    }
    table->brier /= n ? (double)n : 1;
}

numeral_status numeral_reliability_compute(const numeral_label *truth,
                                           const numeral_label *predicted,
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

/* Refusing the doubtful. */

/* Fills the shares from the counts. */
static numeral_refusal finish(numeral_refusal one)
{
    size_t kept = one.n - one.refused;
    one.refused_share = one.n ? (double)one.refused / (double)one.n : 0;
    one.error_share = kept ? (double)one.errors / (double)kept : 0;
    return one;
}

numeral_refusal numeral_refuse_below(const numeral_label *truth,
                                     const numeral_label *predicted,
                                     const double *confidence, size_t n, double threshold)
{
    numeral_refusal one = {.threshold = threshold, .n = n};
    for (size_t i = 0; i < n; i++) {
        bool kept = confidence[i] >= threshold;
        one.refused += !kept;
        one.errors += kept && truth[i] != predicted[i];
    }
    return finish(one);
}

typedef struct verdict {
    double confidence;
    bool wrong;
} verdict;

static int compare_verdicts(const void *a, const void *b)
{
    const verdict *first = a, *second = b;
    return (first->confidence > second->confidence) -
           (first->confidence < second->confidence);
}

/* From sorted verdicts: a step wherever the confidence rises. */
static size_t walk(const verdict *verdicts, size_t n, size_t errors, numeral_refusal *out)
{
    size_t n_out = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || verdicts[i].confidence > verdicts[i - 1].confidence) {
            out[n_out++] = finish((numeral_refusal){.threshold = verdicts[i].confidence,
                                                    .n = n,
                                                    .refused = i,
                                                    .errors = errors});
        }
        errors -= verdicts[i].wrong;
    }
    return n_out;
}

numeral_status numeral_refusal_curve(const numeral_label *truth,
                                     const numeral_label *predicted,
                                     const double *confidence, size_t n,
                                     numeral_refusal **out, size_t *n_out,
                                     numeral_error *err)
{
    if (n == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "refusals: no answers");
    }
    numeral_refusal *curve = NULL;
    verdict *verdicts = NULL;
    size_t errors = 0;
    numeral_status status;
    TRY_ALLOC(verdicts = numeral_allocate(n, sizeof *verdicts, err));
    TRY_ALLOC(curve = numeral_allocate(n, sizeof *curve, err));
    for (size_t i = 0; i < n; i++) {
        verdicts[i] = (verdict){confidence[i], truth[i] != predicted[i]};
        errors += verdicts[i].wrong;
    }
    /* Ascending, so that every beginning is what one threshold refuses. */
    qsort(verdicts, n, sizeof *verdicts, compare_verdicts);
    *n_out = walk(verdicts, n, errors, curve);
    *out = curve;
done:
    numeral_release(verdicts);
    return status;
}
