/* Studies as pictures: the error against k, and against the training size. */
#include <stdlib.h>
#include <string.h>

#include "tuning.h"

enum { MAX_SERIES = 10 }; /* what numeral_draw_curves takes */

/* The points of one way of voting. */
typedef struct k_curve {
    const numeral_tune_result *best;
    char name[80], note[400];
    size_t n;
    double *x, *y;
} k_curve;

static bool same_curve(const numeral_tune_result *a, const numeral_tune_result *b)
{
    return a->recipe_at == b->recipe_at && strcmp(a->metric, b->metric) == 0 &&
           strcmp(a->weights, b->weights) == 0 && strcmp(a->ties, b->ties) == 0;
}

/* The curve's name: its best point, then whatever tells it from the others, the longest
 * text last, for a legend may cut it. */
static void name_curve(const cli_tuning *tuning, k_curve *out)
{
    const numeral_tune_result *best = out->best;
    bool metric = tuning->request.n_metrics > 1, ties = tuning->request.n_ties > 1;
    bool recipe = tuning->n_recipes > 1;
    bool level = out->n > 1; /* k makes no difference, as for classmean */
    for (size_t i = 1; i < out->n; i++) {
        level = level && out->y[i] == out->y[0];
    }
    char k[32] = "every k";
    if (!level) {
        snprintf(k, sizeof k, "k = %zu", best->k);
    }
    snprintf(out->name, sizeof out->name, "%.2f %% at %s", 100 * (1 - best->accuracy), k);
    snprintf(out->note, sizeof out->note, "%.60s%s%.40s%s%s%s%.200s", best->weights,
             metric ? ", " : "", metric ? best->metric : "", ties ? ", ties " : "",
             ties ? best->ties : "", recipe ? ", " : "", recipe ? best->base : "");
}

/* Results come best first, so the first of each curve is its best; the points are put in
 * the order of k. */
static size_t gather_curves(const numeral_tune_outcome *outcome, k_curve *curves,
                            double *room)
{
    size_t n = 0;
    for (size_t i = 0; i < outcome->n_results; i++) {
        const numeral_tune_result *result = &outcome->results[i];
        size_t c = 0;
        while (c < n && !same_curve(curves[c].best, result)) {
            c++;
        }
        if (c == MAX_SERIES) { /* worse than all curves drawn */
            continue;
        }
        if (c == n) {
            curves[c].best = result;
            curves[c].x = room + 2 * outcome->n_results * c;
            curves[c].y = curves[c].x + outcome->n_results;
            n++;
        }
        size_t at = curves[c].n++; /* insertion sort by k */
        for (; at > 0 && curves[c].x[at - 1] > (double)result->k; at--) {
            curves[c].x[at] = curves[c].x[at - 1];
            curves[c].y[at] = curves[c].y[at - 1];
        }
        curves[c].x[at] = (double)result->k;
        curves[c].y[at] = 100 * (1 - result->accuracy);
    }
    return n;
}

static size_t count_curves(const numeral_tune_outcome *outcome)
{
    size_t n = 0;
    for (size_t i = 0; i < outcome->n_results; i++) {
        n += outcome->results[i].k == outcome->results[0].k;
    }
    return n;
}

static void describe_sweep(const cli_tuning *tuning, const numeral_tune_outcome *outcome,
                           size_t n_drawn, char *out, size_t bytes)
{
    char method[64], n[32], some[80] = "";
    size_t n_curves = count_curves(outcome);
    cli_tuning_method(outcome, method);
    if (n_curves > n_drawn) {
        snprintf(some, sizeof some, "; the %zu best of %zu curves", n_drawn, n_curves);
    }
    snprintf(out, bytes, "%s%s%s of %s digits; standard error of the best %.2f %%%s",
             tuning->n_recipes == 1 ? outcome->results[0].base : "",
             tuning->n_recipes == 1 ? "\n" : "", method, cli_count(outcome->n, n),
             100 * outcome->results[0].standard_error, some);
    if (tuning->n_recipes > 1 && out[0] >= 'a' && out[0] <= 'z') {
        out[0] = (char)(out[0] - 'a' + 'A');
    }
}

numeral_status cli_tuning_draw(const cli_tuning *tuning,
                               const numeral_tune_outcome *outcome, const char *title,
                               numeral_picture_format format, numeral_picture *out,
                               numeral_error *err)
{
    char subtitle[1000];
    numeral_series series[MAX_SERIES];
    numeral_status status;
    k_curve *curves = calloc(MAX_SERIES, sizeof *curves);
    double *room = calloc(outcome->n_results * MAX_SERIES, 2 * sizeof *room);
    TRY(curves && room ? NUMERAL_OK : cli_no_memory(err));
    size_t n = gather_curves(outcome, curves, room);
    for (size_t i = 0; i < n; i++) {
        name_curve(tuning, &curves[i]);
        series[i] = (numeral_series){curves[i].name, curves[i].note, curves[i].n,
                                     curves[i].x, curves[i].y};
    }
    describe_sweep(tuning, outcome, n, subtitle, sizeof subtitle);
    numeral_curves chart = {.title = title,
                            .subtitle = subtitle,
                            .x_name = "k, how many neighbours vote",
                            .y_name = "error in %",
                            .series = series,
                            .n_series = n};
    status = numeral_draw_curves(&chart, format, out, err);
done:
    free(curves);
    free(room);
    return status;
}

numeral_status cli_learning_draw(const cli_tuning *tuning, const cli_learning *curves,
                                 size_t n_curves, const char *title,
                                 numeral_picture_format format, numeral_picture *out,
                                 numeral_error *err)
{
    double x[MAX_SERIES][NUMERAL_LEARNING_POINTS], y[MAX_SERIES][NUMERAL_LEARNING_POINTS];
    char names[MAX_SERIES][100], subtitle[300], n[32];
    numeral_series series[MAX_SERIES];
    bool above_zero = true;
    for (size_t c = 0; c < n_curves && c < MAX_SERIES; c++) {
        const cli_learning *curve = &curves[c];
        const numeral_learning_point *last = &curve->points[curve->n_points - 1];
        for (size_t i = 0; i < curve->n_points; i++) {
            x[c][i] = (double)curve->points[i].n_train;
            y[c][i] = 100 * curve->points[i].error;
            above_zero = above_zero && y[c][i] > 0;
        }
        snprintf(names[c], sizeof names[c], "%.2f %% with %s", 100 * last->error,
                 cli_count(last->n_train, n));
        series[c] =
            (numeral_series){names[c], curve->recipe, curve->n_points, x[c], y[c]};
    }
    size_t n_folds = tuning->request.n_folds ? tuning->request.n_folds : 6;
    snprintf(
        subtitle, sizeof subtitle,
        "%zu-fold cross-validation of %s digits, every stage fitted anew to each part "
        "of the others",
        n_folds, cli_count(curves[0].points[0].n, n));
    numeral_curves chart = {.title = title,
                            .subtitle = subtitle,
                            .x_name = "digits learnt from",
                            .y_name = "error in %",
                            .series = series,
                            .n_series = n_curves,
                            .logarithmic_x = true,
                            .logarithmic_y = above_zero,
                            .from_zero = true};
    return numeral_draw_curves(&chart, format, out, err);
}
