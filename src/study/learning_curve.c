/* The learning curve: the error against how many digits were learnt from. A curve that
 * still falls at its end asks for more data; one that lies flat, for a better recipe. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/model.h>
#include <numeral/tools/study.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "data/set.h"
#include "model/fit.h"
#include "study/tune.h"

static const uint64_t SUBSET_STREAM = 0x1ea4;

typedef struct study {
    const numeral_recipe *recipe;
    const numeral_tune_request *request;
    const numeral_dataset *data;
    uint16_t *folds;
    size_t n_folds;
    numeral_learning_point points[NUMERAL_LEARNING_POINTS];
    size_t n_points;
    uint64_t n_read;
} study;

static bool tell(study *work, const char *doing)
{
    const numeral_tune_request *request = work->request;
    numeral_tune_progress progress = {.doing = doing,
                                      .done = work->n_read,
                                      .total = (uint64_t)work->data->n_images *
                                               work->n_points};
    return !request->watch || request->watch(request->context, &progress);
}

static bool pass_on(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    return tell(context, what);
}

/* A row, and which share of its label comes before it. */
typedef struct seat {
    double share;
    size_t row;
} seat;

static int compare_seats(const void *a, const void *b)
{
    const seat *x = a, *y = b;
    if (x->share != y->share) {
        return x->share < y->share ? -1 : 1;
    }
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Puts the rows into an order whose every beginning is stratified and drawn by the seed.
 */
static numeral_status seat_rows(const numeral_dataset *data, uint64_t seed, seat *seats,
                                numeral_error *err)
{
    size_t n = data->n_images, *seen = NULL;
    size_t *counts = numeral_dataset_count_labels(data, err);
    uint32_t *order = numeral_allocate(n, sizeof *order, err);
    numeral_status status;
    TRY_ALLOC(counts);
    TRY_ALLOC(order);
    TRY_ALLOC(seen = numeral_allocate_zero(NUMERAL_LABELS, sizeof *seen, err));
    numeral_random random = numeral_random_seed(seed, SUBSET_STREAM);
    numeral_random_permutation(&random, order, n);
    for (size_t i = 0; i < n; i++) {
        numeral_label label = data->labels[order[i]];
        double before = (double)seen[label]++ + 0.5;
        seats[i] = (seat){before / (double)counts[label], order[i]};
    }
    qsort(seats, n, sizeof *seats, compare_seats);
done:
    numeral_release(counts);
    numeral_release(seen);
    numeral_release(order);
    return status;
}

static int compare_rows(const void *a, const void *b)
{
    const size_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Reads `held` with a model of the first rows of the order, taken as they stand in the
 * data: equal distances go to the lower row. */
static numeral_status read_point(study *work, const numeral_dataset *rest,
                                 const numeral_dataset *held, const seat *seats,
                                 size_t *ids, numeral_learning_point *point,
                                 numeral_error *err)
{
    numeral_progress progress = {pass_on, work};
    numeral_run run = {work->request->threads, &progress};
    numeral_dataset sample = {0};
    numeral_model *model = NULL;
    numeral_answers answers = {0};
    for (size_t i = 0; i < point->n_train; i++) {
        ids[i] = seats[i].row;
    }
    qsort(ids, point->n_train, sizeof *ids, compare_rows);
    numeral_status status;
    TRY(numeral_dataset_select(rest, ids, point->n_train, &sample, err));
    TRY(numeral_model_fit_stages(work->recipe, &sample, work->request->seed, &run, &model,
                                 NULL, err));
    TRY(numeral_model_predict(model, held, &run, &answers, err));
    for (size_t i = 0; i < held->n_images; i++) {
        point->errors += answers.labels[i] != held->labels[i];
    }
    point->n += held->n_images;
    work->n_read += held->n_images;
done:
    numeral_answers_free(&answers);
    numeral_model_destroy(model);
    numeral_dataset_free(&sample);
    return status;
}

static numeral_status read_fold(study *work, size_t fold, numeral_error *err)
{
    numeral_dataset held = {0}, rest = {0};
    size_t n = work->data->n_images, *ids = NULL;
    seat *seats = NULL;
    numeral_status status;
    TRY_ALLOC(seats = numeral_allocate(n, sizeof *seats, err));
    TRY_ALLOC(ids = numeral_allocate(n, sizeof *ids, err));
    TRY(numeral_folds_split(work->data, work->folds, fold, &held, &rest, err));
    TRY(seat_rows(&rest, work->request->seed + fold, seats, err));
    for (size_t i = 0; i < work->n_points; i++) {
        TRY(read_point(work, &rest, &held, seats, ids, &work->points[i], err));
    }
done:
    numeral_dataset_free(&held);
    numeral_dataset_free(&rest);
    numeral_release(seats);
    numeral_release(ids);
    return status;
}

/* The whole and its halves, ascending. */
static numeral_status choose_sizes(study *work, numeral_error *err)
{
    const numeral_dataset *data = work->data;
    size_t n = data->n_images, least = 0;
    size_t *counts = numeral_dataset_count_labels(data, err);
    if (!counts) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t label = 0; label < NUMERAL_LABELS; label++) {
        least += counts[label] > 0;
    }
    numeral_release(counts);
    least = least < 2 * work->recipe->k ? 2 * work->recipe->k : least;
    size_t whole = n - (n + work->n_folds - 1) / work->n_folds, halves = 0;
    if (whole < least) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: its folds leave %zu digits to learn from, a learning "
                            "curve needs at least %zu",
                            data->name, whole, least);
    }
    while (halves + 1 < NUMERAL_LEARNING_POINTS && whole >> (halves + 1) >= least) {
        halves++;
    }
    work->n_points = halves + 1;
    for (size_t i = 0; i < work->n_points; i++) {
        work->points[i].n_train = whole >> (halves - i);
    }
    return NUMERAL_OK;
}

static void finish(study *work)
{
    for (size_t i = 0; i < work->n_points; i++) {
        numeral_learning_point *point = &work->points[i];
        double n = (double)point->n;
        point->error = (double)point->errors / n;
        point->standard_error = sqrt(point->error * (1 - point->error) / n);
    }
}

numeral_status
numeral_learning_curve(const numeral_recipe *recipe, const numeral_tune_request *request,
                       const numeral_dataset *data,
                       numeral_learning_point points[NUMERAL_LEARNING_POINTS],
                       size_t *n_points, numeral_error *err)
{
    study work = {.recipe = recipe,
                  .request = request,
                  .data = data,
                  .n_folds = request->n_folds ? request->n_folds : NUMERAL_STUDY_FOLDS};
    numeral_status status;
    if (!data->labels) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: has no labels; a study needs them", data->name);
    }
    TRY_ALLOC(work.folds = numeral_allocate(data->n_images, sizeof *work.folds, err));
    TRY(numeral_folds_deal(data, work.n_folds, request->order, request->seed, work.folds,
                           err));
    TRY(choose_sizes(&work, err));
    for (size_t f = 0; f < work.n_folds; f++) {
        TRY(read_fold(&work, f, err));
    }
    finish(&work);
    memcpy(points, work.points, work.n_points * sizeof *points);
    *n_points = work.n_points;
done:
    numeral_release(work.folds);
    return status;
}
