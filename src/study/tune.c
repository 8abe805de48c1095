/* The sweep: one model and one neighbour graph for each recipe, metric and fold; every k,
 * weights and ties on each graph (Fix & Hodges 1951; leave-one-out: Lachenbruch & Mickey
 * 1968; cross-validation: Stone 1974). */
#include <numeral/tools/study.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "data/set.h"
#include "model/fit.h"
#include "projection/projection.h"
#include "study/tune.h"

typedef struct sweep {
    const numeral_tune_request *request;
    const numeral_dataset *data;
    numeral_tune_outcome outcome;
    numeral_tune_graph *graphs;
    size_t n_graphs;
    uint16_t *folds; /* of each row; NULL: leave-one-out */
    size_t n_rows;   /* the least that a digit has for neighbours */
    uint64_t n_read; /* over all graphs */
    numeral_tune_progress progress;
    char *best_metric, *best_weights, *best_recipe;
    const numeral_tune_graph *best_graph;
    size_t best_setting;
} sweep;

const char *numeral_recipe_label_learner(const numeral_recipe *recipe)
{
    for (size_t i = 0; i < recipe->n_steps; i++) {
        const numeral_part *part = &recipe->steps[i].terms[0];
        if (part->kind == NUMERAL_KIND_PROJECTION &&
            numeral_projection_of(part->entry)->uses_labels) {
            return part->entry->name;
        }
    }
    return recipe->cascade.n_parts && recipe->cascade.combine == NUMERAL_COMBINE_SUM
               ? "--combine sum"
               : NULL;
}

/* Progress ----------------------------------------------------------------------------
 */

static bool tell(sweep *work, const char *doing)
{
    const numeral_tune_request *request = work->request;
    work->progress.doing = doing;
    work->progress.done = work->n_read;
    return !request->watch || request->watch(request->context, &work->progress);
}

static numeral_status report(sweep *work, const char *doing, numeral_error *err)
{
    return tell(work, doing)
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_CANCELLED, "the study was cancelled");
}

/* What fitting reports, within what the study reports. */
static bool pass_on(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    return tell(context, what);
}

static void forget_best(sweep *work)
{
    numeral_release(work->best_metric);
    numeral_release(work->best_weights);
    numeral_release(work->best_recipe);
    work->best_metric = work->best_weights = work->best_recipe = NULL;
    work->progress.recipe = work->progress.metric = work->progress.weights = NULL;
}

/* Writes the best setting's texts for who watches; without memory it has none. */
static void name_best(sweep *work, const numeral_tune_graph *graph, size_t setting)
{
    if (work->best_graph == graph && work->best_setting == setting) {
        return;
    }
    numeral_recipe recipe = numeral_tune_graph_recipe(graph, setting);
    forget_best(work);
    work->best_graph = graph;
    work->best_setting = setting;
    work->best_metric = numeral_part_text(&recipe.metric, NULL);
    work->best_weights = numeral_part_text(&recipe.weights, NULL);
    work->best_recipe = numeral_recipe_print(&recipe);
    if (work->best_metric && work->best_weights && work->best_recipe) {
        work->progress.metric = work->best_metric;
        work->progress.weights = work->best_weights;
        work->progress.recipe = work->best_recipe;
        work->progress.ties = numeral_tune_ties_text(recipe.ties);
        work->progress.k = recipe.k;
    }
}

static void find_best(sweep *work)
{
    const numeral_tune_graph *best = NULL;
    size_t setting = 0;
    double least = 2;
    for (size_t g = 0; g < work->n_graphs; g++) {
        const numeral_tune_graph *graph = &work->graphs[g];
        for (size_t s = 0; graph->n_read && s < graph->n_settings; s++) {
            double error = (double)graph->errors[s] / (double)graph->n_read;
            if (error < least) {
                least = error;
                best = graph;
                setting = s;
            }
        }
    }
    if (best) {
        work->progress.error = least;
        name_best(work, best, setting);
    }
}

/* One model's digits ----------------------------------------------------------------- */

typedef struct reading {
    sweep *work;
    numeral_tune_count count;
} reading;

static numeral_status take_block(void *context, numeral_reader *reader, size_t first,
                                 numeral_error *err)
{
    reading *at = context;
    numeral_status status = numeral_tune_count_block(&at->count, reader, first, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    at->work->n_read += reader->n;
    if (at->work->request->watch) {
        find_best(at->work);
    }
    return report(at->work, "reading digits", err);
}

/* Reads `data` with a model fitted to others, or, all of it left out in turn, to it. */
static numeral_status read_with(sweep *work, numeral_tune_graph *graph,
                                const numeral_model *model, const numeral_dataset *data,
                                const size_t *places, const size_t *known,
                                numeral_error *err)
{
    bool leave_out = !work->folds;
    int threads = work->request->threads;
    size_t workers = (size_t)numeral_thread_count(threads), n = data->n_images;
    size_t n_rows = model->n_rows - leave_out;
    size_t widest = numeral_tune_widest(graph, n_rows);
    numeral_run run = {.threads = threads}; /* the sweep reports progress */
    numeral_reader reader = {0};
    reading context = {work,
                       {.graph = graph,
                        .model = model,
                        .labels = data->labels,
                        .places = places,
                        .known = known,
                        .n_rows = n_rows,
                        .threads = threads}};
    numeral_tune_count *count = &context.count;
    numeral_status status;
    TRY(numeral_reader_open(&reader, model, NUMERAL_READ_LOOK, n,
                            numeral_tune_narrow(graph, n_rows), &run, err));
    TRY(numeral_ballot_room_create(model, widest, workers, &count->ballots, err));
    TRY_ALLOC(count->scores = numeral_allocate(
                  workers, model->n_classes * sizeof *count->scores, err));
    TRY_ALLOC(count->digits = numeral_allocate(reader.room, sizeof *count->digits, err));
    TRY_ALLOC(count->enough = numeral_allocate(reader.room, sizeof *count->enough, err));
    TRY(numeral_reader_read_data(&reader, data, leave_out, &run, take_block, &context,
                                 err));
done:
    numeral_ballot_room_free(&count->ballots);
    numeral_release(count->scores);
    numeral_release(count->digits);
    numeral_release(count->enough);
    numeral_reader_free(&reader);
    return status;
}

static numeral_status fit_and_read(sweep *work, numeral_tune_graph *graph,
                                   const numeral_dataset *train,
                                   const numeral_dataset *data, const size_t *places,
                                   const size_t *known, numeral_error *err)
{
    numeral_progress progress = {pass_on, work};
    numeral_run run = {work->request->threads, &progress};
    numeral_model *model = NULL;
    double start = numeral_clock_seconds(), middle = start;
    numeral_status status;
    TRY(report(work, "fitting", err));
    TRY(numeral_model_fit_stages(&graph->recipe, train, work->request->seed, &run, &model,
                                 NULL, err));
    middle = numeral_clock_seconds();
    TRY(read_with(work, graph, model, data, places, known, err));
done:
    numeral_model_destroy(model);
    work->outcome.fit_seconds += middle - start;
    work->outcome.read_seconds += numeral_clock_seconds() - middle;
    return status;
}

/* Of each label whether it occurs at least `least` times; to be released. */
static size_t *find_known(const numeral_dataset *data, size_t least, numeral_error *err)
{
    size_t *known = numeral_dataset_count_labels(data, err);
    for (size_t label = 0; known && label < NUMERAL_LABELS; label++) {
        known[label] = known[label] >= least;
    }
    return known;
}

static numeral_status read_fold(sweep *work, numeral_tune_graph *graph, size_t fold,
                                size_t *places, numeral_error *err)
{
    size_t *known = NULL;
    numeral_dataset held = {0}, rest = {0};
    numeral_status status;
    TRY(numeral_folds_split(work->data, work->folds, fold, &held, &rest, err));
    for (size_t row = 0, n = 0; row < work->data->n_images; row++) {
        if (work->folds[row] == fold) {
            places[n++] = row;
        }
    }
    TRY_ALLOC(known = find_known(&rest, 1, err));
    TRY(fit_and_read(work, graph, &rest, &held, places, known, err));
done:
    numeral_release(known);
    numeral_dataset_free(&held);
    numeral_dataset_free(&rest);
    return status;
}

static numeral_status read_graph(sweep *work, numeral_tune_graph *graph,
                                 numeral_error *err)
{
    size_t *places = NULL, *known = NULL;
    numeral_status status;
    if (!work->folds) {
        /* Leave-one-out: a label that stands there once is known to no other row. */
        TRY_ALLOC(known = find_known(work->data, 2, err));
        status = fit_and_read(work, graph, work->data, work->data, NULL, known, err);
        goto done;
    }
    TRY_ALLOC(places = numeral_allocate(work->data->n_images, sizeof *places, err));
    for (size_t f = 0; f < work->outcome.n_folds; f++) {
        TRY(read_fold(work, graph, f, places, err));
    }
done:
    numeral_release(known);
    numeral_release(places);
    return status;
}

/* Checks and preparations --------------------------------------------------------------
 */

static numeral_status choose_method(sweep *work, numeral_error *err)
{
    const numeral_tune_request *request = work->request;
    numeral_tune_outcome *outcome = &work->outcome;
    outcome->method = request->method;
    for (size_t i = 0; i < request->n_recipes && !outcome->learner; i++) {
        outcome->learner = numeral_recipe_label_learner(request->recipes[i]);
    }
    if (request->method == NUMERAL_TUNE_AUTO) {
        outcome->method =
            outcome->learner ? NUMERAL_TUNE_FOLDS : NUMERAL_TUNE_LEAVE_ONE_OUT;
    }
    if (outcome->method == NUMERAL_TUNE_LEAVE_ONE_OUT && outcome->learner) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "leave-one-out: %s learns from labels, so a digit left out "
                            "would still have shaped the distances; use folds",
                            outcome->learner);
    }
    return NUMERAL_OK;
}

static numeral_status check_data(const numeral_tune_request *request,
                                 const numeral_dataset *data, numeral_error *err)
{
    if (!data->labels) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: has no labels; a study needs them", data->name);
    }
    if (data->n_images < 2) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: %zu digits, a study needs at least 2", data->name,
                            data->n_images);
    }
    if (request->n_recipes < 1) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "a study needs a recipe");
    }
    return NUMERAL_OK;
}

/* How many rows the smallest training set has. */
static numeral_status prepare_method(sweep *work, numeral_error *err)
{
    const numeral_tune_request *request = work->request;
    size_t n = work->data->n_images;
    if (work->outcome.method == NUMERAL_TUNE_LEAVE_ONE_OUT) {
        work->n_rows = n - 1;
        return NUMERAL_OK;
    }
    size_t n_folds = request->n_folds ? request->n_folds : NUMERAL_STUDY_FOLDS;
    work->folds = numeral_allocate(n, sizeof *work->folds, err);
    if (!work->folds) {
        return NUMERAL_ERROR_MEMORY;
    }
    work->outcome.n_folds = n_folds;
    numeral_status status = numeral_folds_deal(work->data, n_folds, request->order,
                                               request->seed, work->folds, err);
    work->n_rows = status == NUMERAL_OK ? n - (n + n_folds - 1) / n_folds : 0;
    return status;
}

static numeral_status create_graphs(sweep *work, numeral_error *err)
{
    const numeral_tune_request *request = work->request;
    size_t n_metrics = request->n_metrics ? request->n_metrics : 1, n;
    if (!numeral_size_multiply(request->n_recipes, n_metrics, &n)) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT, "too many recipes and metrics");
    }
    numeral_status status;
    TRY_ALLOC(work->graphs = numeral_allocate_zero(n, sizeof *work->graphs, err));
    work->n_graphs = n;
    work->outcome.n_graphs = n;
    work->progress.total = (uint64_t)n * work->data->n_images;
    for (size_t g = 0; g < n; g++) {
        numeral_tune_graph *graph = &work->graphs[g];
        TRY(numeral_tune_graph_create(request, g / n_metrics, g % n_metrics,
                                      work->data->n_images, graph, err));
        if (graph->recipe.k > work->n_rows) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "-k %zu: %s leaves only %zu digits to learn from",
                                graph->recipe.k, work->data->name, work->n_rows);
        }
    }
done:
    return status;
}

numeral_status numeral_tune(const numeral_tune_request *request,
                            const numeral_dataset *data, numeral_tune_outcome *out,
                            numeral_error *err)
{
    sweep work = {.request = request, .data = data, .outcome = {.n = data->n_images}};
    numeral_status status;
    TRY(check_data(request, data, err));
    TRY(choose_method(&work, err));
    TRY(prepare_method(&work, err));
    TRY(create_graphs(&work, err));
    for (size_t g = 0; g < work.n_graphs; g++) {
        TRY(read_graph(&work, &work.graphs[g], err));
    }
    TRY(numeral_tune_results(work.graphs, work.n_graphs, work.n_rows, &work.outcome,
                             err));
    *out = work.outcome;
    work.outcome = (numeral_tune_outcome){0};
done:
    for (size_t g = 0; g < work.n_graphs; g++) {
        numeral_tune_graph_free(&work.graphs[g]);
    }
    numeral_release(work.graphs);
    numeral_release(work.folds);
    forget_best(&work);
    numeral_tune_outcome_free(&work.outcome);
    return status;
}
