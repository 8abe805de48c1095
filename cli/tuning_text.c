/* The table of a study, in 80 columns, and the same as JSON. */
#include <stdlib.h>
#include <string.h>

#include "tuning.h"

enum { COLUMN = 11 }; /* where texts begin */

/* Which columns differ between rows. */
typedef struct columns {
    bool recipe, metric, ties;
} columns;

static columns columns_of(const cli_tuning *tuning)
{
    return (columns){tuning->n_recipes > 1, tuning->request.n_metrics > 1,
                     tuning->request.n_ties > 1};
}

/* One line of the table: k from `low` to `high` where k makes no difference. */
typedef struct row {
    const numeral_tune_result *result;
    size_t low, high;
} row;

static bool same_votes(const numeral_tune_result *a, const numeral_tune_result *b)
{
    return a->recipe_at == b->recipe_at && a->n_voters == b->n_voters &&
           strcmp(a->metric, b->metric) == 0 && strcmp(a->weights, b->weights) == 0 &&
           strcmp(a->ties, b->ties) == 0;
}

/* The line that begins at `at`; *next is the result behind it. Results with the same
 * votes stand one behind the other, k ascending, but for those of other weights that
 * happen to be as good. */
static row row_at(const numeral_tune_outcome *outcome, size_t at, bool *done)
{
    const numeral_tune_result *first = &outcome->results[at];
    row out = {first, first->k, first->k};
    for (size_t i = at; i < outcome->n_results; i++) {
        const numeral_tune_result *result = &outcome->results[i];
        if (result->errors != first->errors) {
            break;
        }
        if (same_votes(first, result)) {
            done[i] = true;
            out.high = result->k > out.high ? result->k : out.high;
        }
    }
    return out;
}

/* Prints without the blanks at the end. */
static void print_trimmed(char *text)
{
    size_t n = strlen(text);
    while (n > 0 && text[n - 1] == ' ') {
        n--;
    }
    cli_print("%.*s\n", (int)n, text);
}

static void print_row(const row *line, bool best, columns wanted)
{
    const numeral_tune_result *result = line->result;
    char errors[32], ks[48], text[600];
    snprintf(ks, sizeof ks, line->high > line->low ? "%zu..%zu" : "%zu", line->low,
             line->high);
    int n = snprintf(text, sizeof text, "%c %7s %6.2f %%  %5.2f..%5.2f  %-6s %-12.200s",
                     best              ? '*'
                     : result->as_good ? '='
                                       : ' ',
                     cli_count(result->errors, errors), 100 * (1 - result->accuracy),
                     100 * (1 - result->wilson95[1]), 100 * (1 - result->wilson95[0]), ks,
                     result->weights);
    if (wanted.metric) {
        n += snprintf(text + n, sizeof text - (size_t)n, " %-11.100s", result->metric);
    }
    if (wanted.ties) {
        n += snprintf(text + n, sizeof text - (size_t)n, " %-8s", result->ties);
    }
    if (wanted.recipe) {
        snprintf(text + n, sizeof text - (size_t)n, " %zu", result->recipe_at + 1);
    }
    print_trimmed(text);
}

static void print_head(columns wanted)
{
    char text[200];
    snprintf(text, sizeof text, "   errors    error  95 %% interval %-6s %-12s%s%s%s",
             "k", "weights", wanted.metric ? " metric     " : "",
             wanted.ties ? " ties   " : "", wanted.recipe ? " recipe" : "");
    putchar('\n');
    print_trimmed(text);
}

static size_t print_rows(const numeral_tune_outcome *outcome, columns wanted, size_t top,
                         bool *done)
{
    size_t printed = 0, left = 0;
    print_head(wanted);
    for (size_t i = 0; i < outcome->n_results; i++) {
        if (!done[i]) { /* not yet told with another k */
            row line = row_at(outcome, i, done);
            if (printed < top) {
                print_row(&line, i == 0, wanted);
                printed++;
            } else {
                left++;
            }
        }
    }
    return left;
}

static void print_method(const cli_tuning *tuning, const numeral_tune_outcome *outcome)
{
    char method[64], text[400];
    cli_tuning_method(outcome, method);
    if (!outcome->n_folds) {
        snprintf(text, sizeof text, "%s: each digit is read by all others", method);
    } else {
        bool forced = outcome->learner && tuning->request.method == NUMERAL_TUNE_AUTO;
        snprintf(text, sizeof text, "%s, %s, every stage fitted anew for each fold%s%s%s",
                 method,
                 tuning->request.order == NUMERAL_FOLDS_IN_ORDER ? "in the file's order"
                                                                 : "stratified",
                 forced ? " (" : "", forced ? outcome->learner : "",
                 forced ? " learns from labels: leave-one-out would flatter)" : "");
    }
    cli_print_field("method", COLUMN, text);
}

/* The recipes without what is tried. */
static void print_recipes(const numeral_tune_outcome *outcome, size_t n_recipes)
{
    for (size_t at = 0; at < n_recipes; at++) {
        char name[32] = "recipe";
        size_t i = 0;
        while (i + 1 < outcome->n_results && outcome->results[i].recipe_at != at) {
            i++;
        }
        if (n_recipes > 1) {
            snprintf(name, sizeof name, "recipe %zu", at + 1);
        }
        cli_print_field(name, COLUMN, outcome->results[i].base);
    }
}

numeral_status cli_tuning_print(const cli_tuning *tuning,
                                const numeral_tune_outcome *outcome, const char *data,
                                size_t top, numeral_error *err)
{
    char n[32], left_text[32], settings[32];
    bool *done = calloc(outcome->n_results, sizeof *done);
    if (!done) {
        return cli_no_memory(err);
    }
    cli_print("data       %s, %s digits\n", data, cli_count(outcome->n, n));
    print_method(tuning, outcome);
    print_recipes(outcome, tuning->n_recipes);
    cli_print("tried      %s settings on %zu neighbour graph%s; fitting %.1f s, reading "
              "%.1f s\n",
              cli_count(outcome->n_results, settings), outcome->n_graphs,
              outcome->n_graphs == 1 ? "" : "s", outcome->fit_seconds,
              outcome->read_seconds);
    size_t left = print_rows(outcome, columns_of(tuning), top, done);
    cli_print("\n* best   = not told from it (McNemar's test at 5 %%)");
    if (left) {
        cli_print("   %s more in --json", cli_count(left, left_text));
    }
    putchar('\n');
    cli_print_field("best", COLUMN, outcome->results[0].recipe);
    free(done);
    return NUMERAL_OK;
}

void cli_learning_print(const cli_learning *curve)
{
    cli_print(
        "\nlearning curve of %s\n\n  trained on   errors   error   95 %% interval\n",
        curve->recipe);
    for (size_t i = 0; i < curve->n_points; i++) {
        const numeral_learning_point *point = &curve->points[i];
        char n[32], errors[32];
        double wilson[2];
        numeral_wilson95(point->n - point->errors, point->n, wilson);
        cli_print("%12s %8s  %5.2f %%  %5.2f..%5.2f\n", cli_count(point->n_train, n),
                  cli_count(point->errors, errors), 100 * point->error,
                  100 * (1 - wilson[1]), 100 * (1 - wilson[0]));
    }
}

static json_t *json_result(const numeral_tune_result *result)
{
    return json_pack("{s:s, s:s, s:I, s:s, s:s, s:I, s:I, s:f, s:f, s:[f, f], s:I, s:I, "
                     "s:b}",
                     "recipe", result->recipe, "metric", result->metric, "k",
                     (json_int_t)result->k, "weights", result->weights, "ties",
                     result->ties, "voters", (json_int_t)result->n_voters, "errors",
                     (json_int_t)result->errors, "accuracy", result->accuracy,
                     "standard_error", result->standard_error, "wilson95",
                     result->wilson95[0], result->wilson95[1], "only_best",
                     (json_int_t)result->only_best, "only_this",
                     (json_int_t)result->only_this, "as_good", result->as_good);
}

static json_t *json_learning(const cli_learning *curve)
{
    json_t *points = json_array();
    for (size_t i = 0; i < curve->n_points; i++) {
        const numeral_learning_point *point = &curve->points[i];
        json_array_append_new(
            points,
            json_pack("{s:I, s:I, s:I, s:f, s:f}", "n_train", (json_int_t)point->n_train,
                      "n", (json_int_t)point->n, "errors", (json_int_t)point->errors,
                      "error", point->error, "standard_error", point->standard_error));
    }
    return json_pack("{s:s, s:o}", "recipe", curve->recipe, "points", points);
}

json_t *cli_tuning_json(const cli_tuning *tuning, const numeral_tune_outcome *outcome,
                        const char *data, const cli_learning *curve)
{
    char method[64];
    json_t *results = json_array();
    cli_tuning_method(outcome, method);
    for (size_t i = 0; i < outcome->n_results; i++) {
        json_array_append_new(results, json_result(&outcome->results[i]));
    }
    json_t *out = json_pack(
        "{s:o, s:s, s:I, s:I, s:I, s:I, s:{s:f, s:f}, s:o}", "data", answer_text(data),
        "method", method, "n", (json_int_t)outcome->n, "folds",
        (json_int_t)outcome->n_folds, "seed", (json_int_t)tuning->request.seed, "graphs",
        (json_int_t)outcome->n_graphs, "seconds", "fit", outcome->fit_seconds, "read",
        outcome->read_seconds, "results", results);
    if (out && outcome->n_folds) {
        json_object_set_new(out, "fold_order",
                            json_string(tuning->request.order == NUMERAL_FOLDS_IN_ORDER
                                            ? "file"
                                            : "stratified"));
    }
    if (out && curve) {
        json_object_set_new(out, "learning_curve", json_learning(curve));
    }
    return out;
}
