/* The settings of one neighbour graph, from the request's lists of texts. */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "study/tune.h"

/* A bit for each digit and setting: 60,000 digits under 100,000 settings are 750 MB.
 * Twenty neighbours settle nearly every vote that wants 100 (class means): on MNIST a
 * sweep then searches few digits again. */
enum { MAX_SETTINGS = 100000, LEAST_NARROW = 20 };

static numeral_status read_ks(const numeral_tune_request *request,
                              numeral_tune_graph *graph, numeral_error *err)
{
    size_t greatest = 0;
    graph->n_ks = request->n_ks ? request->n_ks : 1;
    graph->ks = numeral_allocate(graph->n_ks, sizeof *graph->ks, err);
    if (!graph->ks) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < graph->n_ks; i++) {
        size_t k = request->n_ks ? request->ks[i] : graph->recipe.k;
        if (k < 1) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "-k 0: expected a whole number from 1");
        }
        graph->ks[i] = k;
        greatest = k > greatest ? k : greatest;
    }
    graph->recipe.k = greatest;
    return NUMERAL_OK;
}

static numeral_status read_votes(const numeral_tune_request *request,
                                 numeral_tune_graph *graph, numeral_error *err)
{
    numeral_recipe changed = graph->recipe;
    numeral_status status;
    graph->n_weights = request->n_weights ? request->n_weights : 1;
    graph->n_ties = request->n_ties ? request->n_ties : 1;
    TRY_ALLOC(graph->weights =
                  numeral_allocate(graph->n_weights, sizeof *graph->weights, err));
    TRY_ALLOC(graph->ties = numeral_allocate(graph->n_ties, sizeof *graph->ties, err));
    graph->weights[0] = graph->recipe.weights;
    graph->ties[0] = graph->recipe.ties;
    for (size_t i = 0; i < request->n_weights; i++) {
        TRY(numeral_recipe_set(&changed, "weights", request->weights[i], err));
        graph->weights[i] = changed.weights;
    }
    for (size_t i = 0; i < request->n_ties; i++) {
        TRY(numeral_recipe_set(&changed, "ties", request->ties[i], err));
        graph->ties[i] = changed.ties;
    }
done:
    return status;
}

static numeral_status allocate_counts(numeral_tune_graph *graph, size_t n_digits,
                                      numeral_error *err)
{
    size_t n = 0;
    if (!numeral_size_multiply(graph->n_ks, graph->n_weights, &n) ||
        !numeral_size_multiply(n, graph->n_ties, &n) || n > MAX_SETTINGS) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%zu k, %zu weights and %zu ties: at most %d settings of a "
                            "recipe can be tried at once",
                            graph->n_ks, graph->n_weights, graph->n_ties, MAX_SETTINGS);
    }
    graph->n_settings = n;
    graph->right_bytes = (n + 7) / 8;
    graph->right = numeral_allocate_zero(n_digits, graph->right_bytes, err);
    graph->errors = numeral_allocate_zero(n, sizeof *graph->errors, err);
    return graph->right && graph->errors ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

void numeral_tune_graph_free(numeral_tune_graph *graph)
{
    numeral_release(graph->ks);
    numeral_release(graph->weights);
    numeral_release(graph->ties);
    numeral_release(graph->right);
    numeral_release(graph->errors);
    *graph = (numeral_tune_graph){0};
}

numeral_status numeral_tune_graph_create(const numeral_tune_request *request,
                                         size_t recipe_at, size_t metric_at,
                                         size_t n_digits, numeral_tune_graph *out,
                                         numeral_error *err)
{
    numeral_tune_graph graph = {.recipe = *request->recipes[recipe_at],
                                .recipe_at = recipe_at};
    numeral_status status;
    if (request->n_metrics) {
        TRY(numeral_recipe_set(&graph.recipe, "metric", request->metrics[metric_at],
                               err));
    }
    TRY(read_ks(request, &graph, err));
    TRY(read_votes(request, &graph, err));
    TRY(allocate_counts(&graph, n_digits, err));
    *out = graph;
    graph = (numeral_tune_graph){0};
done:
    numeral_tune_graph_free(&graph);
    return status;
}

numeral_tune_setting numeral_tune_setting_at(const numeral_tune_graph *graph,
                                             size_t setting)
{
    return (numeral_tune_setting){
        .ties = graph->ties[setting % graph->n_ties],
        .k = graph->ks[setting / graph->n_ties % graph->n_ks],
        .weights = &graph->weights[setting / graph->n_ties / graph->n_ks]};
}

numeral_recipe numeral_tune_graph_recipe(const numeral_tune_graph *graph, size_t setting)
{
    numeral_tune_setting is = numeral_tune_setting_at(graph, setting);
    numeral_recipe recipe = graph->recipe;
    recipe.ties = is.ties;
    recipe.k = is.k;
    recipe.weights = *is.weights;
    return recipe;
}

size_t numeral_tune_voters(const numeral_tune_graph *graph, size_t setting, size_t n_rows)
{
    numeral_tune_setting is = numeral_tune_setting_at(graph, setting);
    size_t wanted = numeral_vote_need(is.weights, is.k, n_rows);
    return wanted < n_rows ? wanted : n_rows;
}

size_t numeral_tune_widest(const numeral_tune_graph *graph, size_t n_rows)
{
    size_t widest = 1;
    for (size_t s = 0; s < graph->n_settings; s++) {
        size_t voters = numeral_tune_voters(graph, s, n_rows);
        widest = voters > widest ? voters : widest;
    }
    return widest;
}

size_t numeral_tune_narrow(const numeral_tune_graph *graph, size_t n_rows)
{
    size_t narrow = LEAST_NARROW, widest = numeral_tune_widest(graph, n_rows);
    for (size_t s = 0; s < graph->n_settings; s++) {
        numeral_tune_setting is = numeral_tune_setting_at(graph, s);
        size_t voters = numeral_tune_voters(graph, s, n_rows);
        bool can_wait = numeral_vote_of(is.weights->entry)->settled != NULL;
        narrow = !can_wait && voters > narrow ? voters : narrow;
    }
    return narrow < widest ? narrow : widest;
}

const char *numeral_tune_ties_text(numeral_ties ties)
{
    return ties == NUMERAL_TIES_NEAREST ? "nearest" : "smallest";
}
