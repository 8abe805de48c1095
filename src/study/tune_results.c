/* From counts to a table, best first. All settings read the same digits, so each is
 * compared with the best one digit by digit: McNemar's test (1947) looks only at those
 * that one of the two reads rightly and the other does not. */
#include <math.h>
#include <stdlib.h>

#include <numeral/scores.h>

#include "base/fail.h"
#include "base/memory.h"
#include "study/tune.h"

/* 5 % of a chi-squared variable with one degree of freedom. */
static const double CHI_SQUARED = 3.841458820694124;

typedef struct place {
    const numeral_tune_graph *graph;
    size_t setting, voters, order;
} place;

static int compare(const void *a, const void *b)
{
    const place *x = a, *y = b;
    size_t x_errors = x->graph->errors[x->setting];
    size_t y_errors = y->graph->errors[y->setting];
    if (x_errors != y_errors) {
        return x_errors < y_errors ? -1 : 1;
    }
    if (x->voters != y->voters) {
        return x->voters < y->voters ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

static bool is_right(const place *at, size_t digit)
{
    const uint8_t *right = at->graph->right + digit * at->graph->right_bytes;
    return right[at->setting / 8] >> (at->setting % 8) & 1;
}

static void compare_with_best(const place *best, const place *at, size_t n,
                              numeral_tune_result *out)
{
    for (size_t i = 0; i < n; i++) {
        bool by_best = is_right(best, i), by_this = is_right(at, i);
        out->only_best += by_best && !by_this;
        out->only_this += by_this && !by_best;
    }
    double lead = (double)out->only_best - (double)out->only_this;
    out->as_good = lead * lead <= CHI_SQUARED * (double)(out->only_best + out->only_this);
}

static void fill_figures(const place *best, const place *at, size_t n,
                         numeral_tune_result *out)
{
    numeral_tune_setting is = numeral_tune_setting_at(at->graph, at->setting);
    out->recipe_at = at->graph->recipe_at;
    out->k = is.k;
    out->ties = numeral_tune_ties_text(is.ties);
    out->n_voters = at->voters;
    out->errors = at->graph->errors[at->setting];
    double error = (double)out->errors / (double)n;
    out->accuracy = (double)(n - out->errors) / (double)n;
    out->standard_error = sqrt(error * (1 - error) / (double)n);
    numeral_wilson95(n - out->errors, n, out->wilson95);
    compare_with_best(best, at, n, out);
}

/* Takes a text into the outcome; NULL is one that could not be made. */
static const char *keep(numeral_tune_outcome *out, char *text)
{
    if (text) {
        out->texts[out->n_texts++] = text;
    }
    return text;
}

static numeral_status fill_texts(const place *at, numeral_tune_outcome *out,
                                 numeral_tune_result *result, numeral_error *err)
{
    numeral_recipe recipe = numeral_tune_graph_recipe(at->graph, at->setting), base;
    result->recipe = keep(out, numeral_recipe_print(&recipe));
    result->weights = keep(out, numeral_part_text(&recipe.weights, err));
    result->metric = keep(out, numeral_part_text(&recipe.metric, err));
    numeral_recipe_defaults(&base, recipe.registry);
    recipe.metric = base.metric;
    recipe.k = base.k;
    recipe.weights = base.weights;
    recipe.ties = base.ties;
    result->base = keep(out, numeral_recipe_print(&recipe));
    return result->recipe && result->base && result->weights && result->metric
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_MEMORY,
                              "out of memory for the texts of %zu settings",
                              out->n_results);
}

numeral_status numeral_tune_results(const numeral_tune_graph *graphs, size_t n_graphs,
                                    size_t n_rows, numeral_tune_outcome *out,
                                    numeral_error *err)
{
    enum { TEXTS = 4 }; /* of each result */
    size_t n = 0;
    place *places = NULL;
    numeral_status status;
    for (size_t g = 0; g < n_graphs; g++) {
        n += graphs[g].n_settings;
    }
    TRY_ALLOC(out->results = numeral_allocate_zero(n, sizeof *out->results, err));
    out->n_results = n;
    TRY_ALLOC(out->texts = numeral_allocate(n, TEXTS * sizeof *out->texts, err));
    TRY_ALLOC(places = numeral_allocate(n, sizeof *places, err));
    for (size_t g = 0, at = 0; g < n_graphs; g++) {
        for (size_t s = 0; s < graphs[g].n_settings; s++, at++) {
            places[at] =
                (place){&graphs[g], s, numeral_tune_voters(&graphs[g], s, n_rows), at};
        }
    }
    qsort(places, n, sizeof *places, compare);
    for (size_t i = 0; i < n; i++) {
        fill_figures(&places[0], &places[i], out->n, &out->results[i]);
        TRY(fill_texts(&places[i], out, &out->results[i], err));
    }
done:
    numeral_release(places);
    return status;
}

void numeral_tune_outcome_free(numeral_tune_outcome *outcome)
{
    if (outcome) {
        for (size_t i = 0; i < outcome->n_texts; i++) {
            numeral_release(outcome->texts[i]);
        }
        numeral_release(outcome->texts);
        numeral_release(outcome->results);
        *outcome = (numeral_tune_outcome){0};
    }
}
