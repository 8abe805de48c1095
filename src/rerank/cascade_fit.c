/* Units of a sum: the mean, over training digits, of each re-ranker's best score. */
#include <string.h>

#include "base/fail.h"
#include "base/threads.h"
#include "rerank/cascade.h"

typedef struct fit_job {
    const numeral_cascade *cascade;
    const numeral_rerank_base *base;
    numeral_digit_source get;
    void *context;
    size_t scratch_bytes; /* of one worker */
    char *scratch;
    double *best; /* n × n_parts; below 0 where the digit was skipped */
} fit_job;

static double smallest(const double *scores, size_t n)
{
    double least = scores[0];
    for (size_t c = 1; c < n; c++) {
        least = scores[c] < least ? scores[c] : least;
    }
    return least;
}

static void score_digits(void *context, size_t begin, size_t end, int worker)
{
    const fit_job *job = context;
    const numeral_cascade *cascade = job->cascade;
    void *scratch = job->scratch + (size_t)worker * job->scratch_bytes;
    double *scores = numeral_scratch_take_classes(job->base, &scratch);
    for (size_t i = begin; i < end; i++) {
        numeral_rerank_digit digit;
        bool have = job->get(job->context, i, worker, &digit);
        for (size_t p = 0; p < cascade->n_parts; p++) {
            if (have) {
                numeral_part_score(&cascade->parts[p], job->base, &digit, scratch,
                                   scores);
            }
            job->best[i * cascade->n_parts + p] =
                have ? smallest(scores, job->base->n_classes) : -1;
        }
    }
}

/* In the order of the digits, so that the sum does not depend on threads. */
static double mean_of_part(const double *best, size_t n, size_t n_parts, size_t part)
{
    double sum = 0;
    size_t counted = 0;
    for (size_t i = 0; i < n; i++) {
        if (best[i * n_parts + part] >= 0) {
            sum += best[i * n_parts + part];
            counted++;
        }
    }
    return sum > 0 ? sum / (double)counted : 1;
}

numeral_status numeral_cascade_fit(numeral_cascade *cascade,
                                   const numeral_rerank_base *base, size_t n,
                                   numeral_digit_source get, void *context,
                                   const numeral_run *run, numeral_error *err)
{
    int threads = run ? run->threads : 0;
    size_t workers = (size_t)numeral_thread_count(threads), n_best;
    fit_job job = {cascade, base, get, context, 0, NULL, NULL};
    numeral_status status = NUMERAL_OK;
    job.scratch_bytes = numeral_cascade_scratch_bytes(cascade, base);
    if (job.scratch_bytes == 0 || !numeral_size_multiply(n, cascade->n_parts, &n_best)) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY,
                            "re-ranking: scratch does not fit this machine");
    }
    TRY_ALLOC(job.scratch = numeral_allocate(workers, job.scratch_bytes, err));
    TRY_ALLOC(job.best = numeral_allocate(n_best, sizeof *job.best, err));
    numeral_parallel_for(n, 16, threads, score_digits, &job);
    for (size_t p = 0; p < cascade->n_parts; p++) {
        cascade->units[p] = mean_of_part(job.best, n, cascade->n_parts, p);
    }
done:
    numeral_release(job.best);
    numeral_release(job.scratch);
    return status;
}
