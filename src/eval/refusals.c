/* Refusing the doubtful: how many answers are lost, and how many errors with them. */
#include <numeral/scores.h>

#include <stdlib.h>

#include "base/fail.h"
#include "base/memory.h"

/* Fills the shares from the counts. */
static numeral_refusal finish(numeral_refusal one)
{
    size_t kept = one.n - one.refused;
    one.refused_share = one.n ? (double)one.refused / (double)one.n : 0;
    one.error_share = kept ? (double)one.errors / (double)kept : 0;
    return one;
}

numeral_refusal numeral_refuse_below(const uint8_t *truth, const uint8_t *predicted,
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

numeral_status numeral_refusal_curve(const uint8_t *truth, const uint8_t *predicted,
                                     const double *confidence, size_t n,
                                     numeral_refusal **out, size_t *n_out,
                                     numeral_error *err)
{
    if (n == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "refusals: no answers");
    }
    verdict *verdicts = numeral_allocate(n, sizeof *verdicts, err);
    numeral_refusal *curve = verdicts ? numeral_allocate(n, sizeof *curve, err) : NULL;
    if (!curve) {
        numeral_release(verdicts);
        return NUMERAL_ERROR_MEMORY;
    }
    size_t errors = 0;
    for (size_t i = 0; i < n; i++) {
        verdicts[i] = (verdict){confidence[i], truth[i] != predicted[i]};
        errors += verdicts[i].wrong;
    }
    qsort(verdicts, n, sizeof *verdicts, compare_verdicts);
    *n_out = walk(verdicts, n, errors, curve);
    *out = curve;
    numeral_release(verdicts);
    return NUMERAL_OK;
}

void numeral_refusals_free(numeral_refusal *refusals)
{
    numeral_release(refusals);
}
