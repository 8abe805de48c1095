/* The same recipe in float64 without quantisation, by brute force: what the integers are
 * measured against. Metrics run by their float64 definition. */
#include <math.h>
#include <string.h>

#include <numeral/tools/command.h>

#include "base/fail.h"
#include "base/run.h"
#include "base/threads.h"
#include "index/top.h"
#include "model/model.h"

typedef struct reference_job {
    const numeral_recipe *recipe;
    const numeral_metric *metric;
    const double *train, *test;
    size_t n_train, n_dims, n_classes, k;
    const uint8_t *classes, *class_labels;
    uint8_t *labels;
    double *distances; /* 2 × k for each worker */
    int64_t *ids;      /* k for each worker */
    uint8_t *voters;   /* k for each worker */
    double *votes;     /* n_classes for each worker */
} reference_job;

static void reference_one(const reference_job *job, size_t query, int worker)
{
    size_t w = (size_t)worker, k = job->k, n = 0;
    double *distances = job->distances + w * 2 * k;
    uint8_t *voters = job->voters + w * k;
    numeral_top top;
    numeral_top_init(&top, k, INFINITY, (numeral_skip){0}, distances, job->ids + w * k);
    for (size_t row = 0; row < job->n_train; row++) {
        double d = job->metric->distance(job->recipe->metric.values,
                                         job->test + query * job->n_dims,
                                         job->train + row * job->n_dims, job->n_dims);
        if (d <= numeral_top_bound(&top)) {
            numeral_top_offer(&top, d, (int64_t)row);
        }
    }
    numeral_top_finish(&top);
    for (; n < k && top.ids[n] >= 0; n++) {
        distances[k + n] = numeral_metric_unsquared(job->metric, top.distances[n]);
        voters[n] = job->classes[top.ids[n]];
    }
    numeral_ballot ballot = {n, distances + k, voters, job->n_classes};
    double *votes = job->votes + w * job->n_classes, share;
    const numeral_part *weights = &job->recipe->weights;
    numeral_vote_score(weights, &ballot, votes);
    job->labels[query] =
        job->class_labels[numeral_vote_winner(&ballot, votes, job->recipe->ties, &share)];
}

static void reference_block(void *context, size_t begin, size_t end, int worker)
{
    for (size_t i = begin; i < end; i++) {
        reference_one(context, i, worker);
    }
}

static numeral_status run_reference(reference_job *job, size_t n_test,
                                    const numeral_run *run, numeral_error *err)
{
    size_t threads = (size_t)numeral_thread_count(run->threads);
    job->distances = numeral_allocate(threads * 2, job->k * sizeof(double), err);
    job->ids = numeral_allocate(threads, job->k * sizeof(int64_t), err);
    job->voters = numeral_allocate(threads, job->k, err);
    job->votes = numeral_allocate(threads, job->n_classes * sizeof(double), err);
    bool complete = job->distances && job->ids && job->voters && job->votes;
    if (complete) {
        numeral_parallel_for(n_test, 8, run->threads, reference_block, job);
    }
    numeral_release(job->distances);
    numeral_release(job->ids);
    numeral_release(job->voters);
    numeral_release(job->votes);
    return complete ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

numeral_status numeral_model_reference(const numeral_recipe *recipe,
                                       const numeral_dataset *train,
                                       const numeral_dataset *test, uint64_t seed,
                                       const numeral_run *run, uint8_t *labels,
                                       numeral_error *err)
{
    if (train->height != test->height || train->width != test->width) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: images of %zu x %zu, but %s has %zu x %zu", test->name,
                            test->height, test->width, train->name, train->height,
                            train->width);
    }
    run = numeral_run_or_default(run);
    numeral_model classes = {.n_rows = train->n_images, .labels = train->labels};
    numeral_model_find_classes(&classes);
    numeral_pipeline pipeline = {0};
    numeral_status status =
        numeral_pipeline_plan(recipe, train->height, train->width, &pipeline, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    numeral_pipeline_use_float64(&pipeline);
    double *rows = NULL, *queries = NULL;
    numeral_fit_seconds seconds = {0};
    uint8_t *numbers = numeral_allocate(train->n_images, 1, err);
    status = numbers ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    for (size_t i = 0; i < train->n_images && numbers; i++) {
        numbers[i] = classes.class_of_label[train->labels[i]];
    }
    if (status == NUMERAL_OK) {
        numeral_fit_images to = {train->pixels,     numbers, train->n_images,
                                 classes.n_classes, seed,    run};
        status = numeral_pipeline_fit(&pipeline, recipe, &to, &rows, &seconds, err);
    }
    if (status == NUMERAL_OK) {
        queries =
            numeral_allocate(test->n_images, pipeline.n_dims * sizeof *queries, err);
        status = queries ? numeral_pipeline_vectors(&pipeline, test->pixels,
                                                    test->n_images, run, queries, err)
                         : NUMERAL_ERROR_MEMORY;
    }
    if (status == NUMERAL_OK) {
        reference_job job = {.recipe = recipe,
                             .metric = numeral_metric_of(recipe->metric.entry),
                             .train = rows,
                             .test = queries,
                             .n_train = train->n_images,
                             .n_dims = pipeline.n_dims,
                             .n_classes = classes.n_classes,
                             .k = recipe->k,
                             .classes = numbers,
                             .class_labels = classes.classes,
                             .labels = labels};
        status = run_reference(&job, test->n_images, run, err);
    }
    numeral_release(rows);
    numeral_release(queries);
    numeral_release(numbers);
    numeral_pipeline_free(&pipeline);
    return status;
}
