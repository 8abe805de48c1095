/* The same recipe in float64 without quantisation, by brute force: what the integers are
 * measured against, by test_model and bench/float64. Metrics run by their definition. */
#ifndef TESTS_UNIT_FLOAT64_REFERENCE_H
#define TESTS_UNIT_FLOAT64_REFERENCE_H

#include <string.h>

#include <math.h>

#include "base/fail.h"
#include "base/threads.h"
#include "index/top.h"
#include "model/model.h"

typedef struct float64_job {
    const numeral_recipe *recipe;
    numeral_model *model; /* of the training data, as far as its classes */
    double *rows, *queries;
    size_t n_dims;
    double *distances; /* k for each worker */
    int64_t *ids;
    uint16_t *classes;
    numeral_label *labels;
    double *votes; /* n_classes, and room for twice as many, for each worker */
} float64_job;

static void float64_block(void *context, size_t begin, size_t end, int worker)
{
    const float64_job *job = context;
    const numeral_metric *metric = numeral_metric_of(job->recipe->metric.entry);
    const numeral_model *model = job->model;
    size_t k = job->recipe->k, at = (size_t)worker * k;
    double *votes = job->votes + (size_t)worker * 3 * model->n_classes, share;
    for (size_t query = begin; query < end; query++) {
        numeral_top top;
        numeral_top_init(&top, k, INFINITY, (numeral_skip){0}, job->distances + at,
                         job->ids + at);
        for (size_t row = 0; row < model->n_rows; row++) {
            double d = metric->distance(job->recipe->metric.values,
                                        job->queries + query * job->n_dims,
                                        job->rows + row * job->n_dims, job->n_dims);
            if (d <= numeral_top_bound(&top)) {
                numeral_top_push(&top, d, (int64_t)row);
            }
        }
        numeral_top_finish(&top);
        for (size_t i = 0; i < k; i++) {
            top.distances[i] = numeral_metric_unsquared(metric, top.distances[i]);
            job->classes[at + i] = model->row_classes[top.ids[i]];
        }
        numeral_ballot ballot = {k, top.distances, job->classes + at, model->n_classes,
                                 votes + model->n_classes};
        numeral_vote_score(&job->recipe->weights, &ballot, votes);
        size_t winner = numeral_vote_winner(&ballot, votes, job->recipe->ties, &share);
        job->labels[query] = model->classes->labels[winner];
    }
}

/* Slow: about n × rows × dims multiplications. Images of one size; at least k rows. */
static numeral_status read_in_float64(const numeral_recipe *recipe,
                                      const numeral_dataset *train,
                                      const numeral_dataset *test, uint64_t seed,
                                      const numeral_run *run, numeral_label *labels,
                                      numeral_error *err)
{
    size_t workers = (size_t)numeral_thread_count(run->threads), n = test->n_images;
    numeral_model *model = numeral_model_create(NULL, err);
    numeral_pipeline pipeline = {0};
    numeral_fit_seconds seconds = {0};
    float64_job job = {.recipe = recipe, .model = model, .labels = labels};
    numeral_status status;
    TRY_ALLOC(model);
    TRY(numeral_model_make_rows(model, train->n_images, err));
    memcpy(model->labels, train->labels, train->n_images * sizeof *train->labels);
    TRY(numeral_model_take_classes(
        model, numeral_classes_of(train->labels, train->n_images, NULL, 0, err), err));
    TRY_ALLOC(job.votes = numeral_allocate(
                  workers, 3 * model->n_classes * sizeof *job.votes, err));
    TRY(numeral_pipeline_plan(recipe, train->height, train->width, train->columns,
                              &pipeline, err));
    numeral_pipeline_use_float64(&pipeline);
    numeral_fit_images to = {
        train->pixels, model->row_classes, model->n_rows, model->n_classes, seed, run};
    TRY(numeral_pipeline_fit(&pipeline, recipe, &to, &job.rows, &seconds, err));
    job.n_dims = pipeline.n_dims;
    TRY_ALLOC(job.queries = numeral_allocate(n, job.n_dims * sizeof(double), err));
    TRY(numeral_pipeline_vectors(&pipeline, test->pixels, n, run, job.queries, err));
    TRY_ALLOC(job.distances = numeral_allocate(workers, recipe->k * sizeof(double), err));
    TRY_ALLOC(job.ids = numeral_allocate(workers, recipe->k * sizeof(int64_t), err));
    TRY_ALLOC(job.classes =
                  numeral_allocate(workers, recipe->k * sizeof *job.classes, err));
    numeral_parallel_for(n, 8, run->threads, float64_block, &job);
done:
    numeral_release(job.rows);
    numeral_release(job.queries);
    numeral_release(job.distances);
    numeral_release(job.ids);
    numeral_release(job.classes);
    numeral_release(job.votes);
    numeral_model_destroy(model);
    numeral_pipeline_free(&pipeline);
    return status;
}

#endif
