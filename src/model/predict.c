/* Prediction: frames, rows, neighbours, votes; in blocks, so that memory stays small. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/threads.h"
#include "model/confidence.h"
#include "model/model.h"
#include "model/second_look.h"

enum { BLOCK = 4096, GRAIN = 256 };

void numeral_answers_free(numeral_answers *answers)
{
    numeral_release(answers->labels);
    numeral_release(answers->confidence);
    numeral_release(answers->decided);
    numeral_release(answers->votes);
    numeral_release(answers->ids);
    numeral_release(answers->distances);
    *answers = (numeral_answers){0};
}

bool numeral_predict_may_stay(const numeral_model *model, const numeral_dataset *data,
                              const uint8_t *image)
{
    if (model->recipe.frame == NUMERAL_FRAME_KEEP || data->framed) {
        return true;
    }
    return model->recipe.frame == NUMERAL_FRAME_AUTO &&
           (!model->clear_border ||
            numeral_image_has_clear_border(image, data->height, data->width));
}

numeral_status numeral_model_frame(const numeral_model *model,
                                   const numeral_dataset *data, numeral_framed *out,
                                   numeral_error *err)
{
    size_t height = model->pipeline.height, width = model->pipeline.width;
    bool same = data->height == height && data->width == width;
    size_t bytes = data->height * data->width;
    *out = (numeral_framed){data->pixels, NULL};
    if (model->recipe.frame == NUMERAL_FRAME_KEEP && !same) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: images of %zu x %zu, but the model (--frame keep) reads "
                            "%zu x %zu",
                            data->name, data->height, data->width, height, width);
    }
    size_t first = 0;
    while (same && first < data->n_images &&
           numeral_predict_may_stay(model, data, data->pixels + first * bytes)) {
        first++;
    }
    if (first == data->n_images) {
        return NUMERAL_OK;
    }
    out->owned = numeral_allocate(data->n_images, height * width, err);
    if (!out->owned) {
        return NUMERAL_ERROR_MEMORY;
    }
    out->pixels = out->owned;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < data->n_images && status == NUMERAL_OK; i++) {
        uint8_t *image = data->pixels + i * bytes;
        uint8_t *to = out->owned + i * height * width;
        if (same && numeral_predict_may_stay(model, data, image)) {
            memcpy(to, image, bytes);
        } else {
            numeral_image view = {data->height, data->width, image};
            status = numeral_image_frame(&view, height, width, to, err);
        }
    }
    if (status != NUMERAL_OK) {
        numeral_release(out->owned);
    }
    return status;
}

static numeral_status allocate_answers(numeral_answers *answers, bool votes,
                                       numeral_error *err)
{
    size_t n = answers->n;
    answers->ids = numeral_allocate(n, answers->k * sizeof *answers->ids, err);
    answers->distances =
        numeral_allocate(n, answers->k * sizeof *answers->distances, err);
    bool complete = answers->ids && answers->distances;
    if (votes) {
        answers->labels = numeral_allocate(n, 1, err);
        answers->confidence = numeral_allocate(n, sizeof *answers->confidence, err);
        answers->decided = numeral_allocate(n, 1, err);
        answers->votes =
            numeral_allocate(n, answers->n_classes * sizeof *answers->votes, err);
        complete = complete && answers->labels && answers->confidence &&
                   answers->decided && answers->votes;
    }
    return complete ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

/* Distances as votes see them: for l2 the square root of what the index gives. */
static void vote_one(const numeral_model *model, const int64_t *ids,
                     const double *distances, size_t k, double *scratch, uint8_t *classes,
                     uint8_t *label, double *confidence, double *votes)
{
    const numeral_metric *metric = numeral_metric_of(model->recipe.metric.entry);
    const numeral_part *weights = &model->recipe.weights;
    size_t n = 0;
    while (n < k && ids[n] >= 0) {
        scratch[n] = numeral_metric_unsquared(metric, distances[n]);
        classes[n] = model->class_of_label[model->labels[ids[n]]];
        n++;
    }
    numeral_ballot ballot = {n, scratch, classes, model->n_classes};
    numeral_vote_of(weights->entry)->score(weights->values, &ballot, votes);
    size_t winner = numeral_vote_winner(&ballot, votes, model->recipe.ties, confidence);
    *label = model->classes[winner];
    double sum = 0;
    for (size_t c = 0; c < model->n_classes; c++) {
        sum += votes[c];
    }
    for (size_t c = 0; c < model->n_classes && sum > 0; c++) {
        votes[c] /= sum;
    }
}

typedef struct vote_job {
    const numeral_model *model;
    numeral_answers *answers;
    size_t first;
    double *scratch;  /* k for each worker */
    uint8_t *classes; /* k for each worker */
} vote_job;

static void vote_block(void *context, size_t begin, size_t end, int worker)
{
    const vote_job *work = context;
    numeral_answers *answers = work->answers;
    size_t k = answers->k, at = (size_t)worker * k;
    for (size_t i = work->first + begin; i < work->first + end; i++) {
        vote_one(work->model, answers->ids + i * k, answers->distances + i * k, k,
                 work->scratch + at, work->classes + at, &answers->labels[i],
                 &answers->confidence[i], answers->votes + i * answers->n_classes);
    }
}

/* How sure the answers of a block are, once they are final. */
typedef struct judge_job {
    const numeral_model *model;
    numeral_answers *answers;
    size_t first, k; /* k ids of each digit were looked at */
    const int64_t *ids;
    const bool *hard; /* NULL: none was looked at twice */
} judge_job;

static bool is_unanimous(const judge_job *work, size_t i)
{
    const int64_t *ids = work->ids + i * work->k;
    uint8_t label = work->answers->labels[work->first + i];
    for (size_t j = 0; j < work->k && ids[j] >= 0; j++) {
        if (work->model->labels[ids[j]] != label) {
            return false;
        }
    }
    return true;
}

static void judge_block(void *context, size_t begin, size_t end, int worker)
{
    (void)worker;
    const judge_job *work = context;
    numeral_answers *answers = work->answers;
    for (size_t i = begin; i < end; i++) {
        size_t at = work->first + i;
        answers->decided[at] =
            (uint8_t)(work->hard && work->hard[i] ? NUMERAL_DECIDED_SECOND_LOOK
                      : is_unanimous(work, i)     ? NUMERAL_DECIDED_UNANIMOUS
                                                  : NUMERAL_DECIDED_VOTE);
        if (work->model->calibration) {
            numeral_evidence evidence = numeral_evidence_of(work->model, answers, at);
            answers->confidence[at] = numeral_confidence_of(&work->model->map, &evidence);
        }
    }
}

static bool report_progress(const numeral_run *run, size_t done, size_t total)
{
    return !run->progress ||
           run->progress->report(run->progress->context, "reading digits", done, total);
}

/* What one call needs besides the answers. */
typedef struct workspace {
    uint8_t *rows;
    size_t stride;
    size_t k; /* searched for: the voters, or as many as the gate wants to see */
    int64_t *ids;
    double *distances;
    double *scratch;  /* k for each worker */
    uint8_t *classes; /* k for each worker */
    uint8_t *winners; /* of a second look */
    bool *hard;
} workspace;

static void workspace_free(workspace *space)
{
    numeral_release(space->rows);
    numeral_release(space->ids);
    numeral_release(space->distances);
    numeral_release(space->scratch);
    numeral_release(space->classes);
    numeral_release(space->winners);
    numeral_release(space->hard);
}

static numeral_status workspace_create(const numeral_model *model, size_t n, size_t k,
                                       bool votes, const numeral_run *run,
                                       workspace *space, numeral_error *err)
{
    size_t threads = (size_t)numeral_thread_count(run->threads);
    size_t block = n < BLOCK ? n : BLOCK;
    size_t wanted = votes ? numeral_second_look_k(model) : 0;
    *space = (workspace){.k = wanted > k ? wanted : k};
    space->stride = numeral_round_up(
        model->pipeline.n_dims * numeral_dtype_bytes(model->pipeline.quantiser.dtype),
        64);
    space->rows = numeral_allocate(block, space->stride, err);
    space->ids = numeral_allocate(block, space->k * sizeof *space->ids, err);
    space->distances = numeral_allocate(block, space->k * sizeof *space->distances, err);
    space->scratch = numeral_allocate(threads, k * sizeof *space->scratch, err);
    space->classes = numeral_allocate(threads, k, err);
    space->winners = numeral_allocate(block, 1, err);
    space->hard = numeral_allocate(block, sizeof *space->hard, err);
    return space->rows && space->ids && space->distances && space->scratch &&
                   space->classes && space->winners && space->hard
               ? NUMERAL_OK
               : NUMERAL_ERROR_MEMORY;
}

static numeral_status search_block(const numeral_model *model, const numeral_run *run,
                                   workspace *space, size_t first, size_t n,
                                   numeral_answers *answers, numeral_error *err)
{
    numeral_rows queries = {space->rows, model->pipeline.quantiser.dtype, n,
                            model->pipeline.n_dims, space->stride};
    numeral_search search = {
        .k = space->k, .radius = INFINITY, .run = {.threads = run->threads}};
    numeral_status status = numeral_index_search(model->index, &queries, &search,
                                                 space->ids, space->distances, err);
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        memcpy(answers->ids + (first + i) * answers->k, space->ids + i * space->k,
               answers->k * sizeof *space->ids);
        memcpy(answers->distances + (first + i) * answers->k,
               space->distances + i * space->k, answers->k * sizeof *space->distances);
    }
    return status;
}

/* Hard digits change their label and votes. */
static numeral_status look_twice(const numeral_model *model, const uint8_t *images,
                                 const numeral_run *run, workspace *space, size_t first,
                                 size_t n, numeral_answers *answers, numeral_error *err)
{
    numeral_look look = {.n = n,
                         .k = space->k,
                         .images = images,
                         .rows = space->rows,
                         .stride = space->stride,
                         .ids = space->ids,
                         .distances = space->distances,
                         .votes = answers->votes + first * answers->n_classes,
                         .winners = space->winners,
                         .hard = space->hard};
    numeral_status status = numeral_second_look(model, &look, run, err);
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        if (space->hard[i]) {
            size_t winner = space->winners[i], at = first + i;
            answers->labels[at] = model->classes[winner];
            answers->confidence[at] = answers->votes[at * answers->n_classes + winner];
        }
    }
    return status;
}

/* One block from images to answers, with the time each part took. */
static numeral_status answer_block(const numeral_model *model, const uint8_t *images,
                                   const numeral_run *run, workspace *space, size_t first,
                                   size_t n, numeral_answers *answers, numeral_error *err)
{
    double t0 = numeral_clock_seconds();
    numeral_status status = numeral_pipeline_rows(&model->pipeline, images, n,
                                                  space->stride, run, space->rows, err);
    double t1 = numeral_clock_seconds();
    if (status == NUMERAL_OK) {
        status = search_block(model, run, space, first, n, answers, err);
    }
    double t2 = numeral_clock_seconds();
    if (status == NUMERAL_OK && answers->labels) {
        vote_job job = {model, answers, first, space->scratch, space->classes};
        numeral_parallel_for(n, GRAIN, run->threads, vote_block, &job);
    }
    double t3 = numeral_clock_seconds();
    if (status == NUMERAL_OK && answers->labels && model->recipe.cascade.n_parts) {
        status = look_twice(model, images, run, space, first, n, answers, err);
    }
    double t4 = numeral_clock_seconds();
    if (status == NUMERAL_OK && answers->labels) {
        judge_job job = {model,      answers,
                         first,      space->k,
                         space->ids, model->recipe.cascade.n_parts ? space->hard : NULL};
        numeral_parallel_for(n, GRAIN, run->threads, judge_block, &job);
    }
    answers->seconds.features += t1 - t0;
    answers->seconds.search += t2 - t1;
    answers->seconds.vote += t3 - t2 + numeral_clock_seconds() - t4;
    answers->seconds.rerank += t4 - t3;
    return status;
}

static numeral_status answer(const numeral_model *model, const numeral_dataset *data,
                             size_t k, bool votes, const numeral_run *run,
                             numeral_answers *out, numeral_error *err)
{
    numeral_answers answers = {
        .n = data->n_images, .n_classes = model->n_classes, .k = k};
    numeral_framed images = {0};
    workspace space = {0};
    numeral_status status = numeral_model_frame(model, data, &images, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    double start = numeral_clock_seconds();
    status = workspace_create(model, answers.n, k, votes, run, &space, err);
    if (status == NUMERAL_OK) {
        status = allocate_answers(&answers, votes, err);
    }
    size_t image_bytes = model->pipeline.height * model->pipeline.width;
    for (size_t first = 0; first < answers.n && status == NUMERAL_OK; first += BLOCK) {
        size_t n = answers.n - first < BLOCK ? answers.n - first : BLOCK;
        status = answer_block(model, images.pixels + first * image_bytes, run, &space,
                              first, n, &answers, err);
        if (status == NUMERAL_OK && !report_progress(run, first + n, answers.n)) {
            status = numeral_fail(err, NUMERAL_ERROR_CANCELLED, "cancelled");
        }
    }
    answers.seconds.total = numeral_clock_seconds() - start;
    workspace_free(&space);
    numeral_release(images.owned);
    if (status != NUMERAL_OK) {
        numeral_answers_free(&answers);
        return status;
    }
    *out = answers;
    return NUMERAL_OK;
}

size_t numeral_model_voters(const numeral_model *model)
{
    const numeral_part *weights = &model->recipe.weights;
    const numeral_vote *vote = numeral_vote_of(weights->entry);
    return vote->need ? vote->need(weights->values, model->recipe.k, model->n_rows)
                      : model->recipe.k;
}

numeral_status numeral_model_predict(const numeral_model *model,
                                     const numeral_dataset *data, const numeral_run *run,
                                     numeral_answers *out, numeral_error *err)
{
    return answer(model, data, numeral_model_voters(model), true, run, out, err);
}

numeral_status numeral_model_neighbours(const numeral_model *model,
                                        const numeral_dataset *data, size_t k,
                                        const numeral_run *run, numeral_answers *out,
                                        numeral_error *err)
{
    if (k > model->n_rows) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "-k %zu: the model has only %zu rows", k, model->n_rows);
    }
    return answer(model, data, k ? k : model->recipe.k, false, run, out, err);
}
