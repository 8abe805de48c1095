/* numeral plot: the error against k and against the training size. */
#include "plots.h"
#include "tuning.h"

#include <numeral/tools/picture.h>
#include <numeral/tools/study.h>

enum { MAX_CURVES = 10 };
static const char PRESET[] = "pixels"; /* curves need errors to show */

static int study_ks(const cli_arguments *arguments, const cli_session *session,
                    const char *title, numeral_picture_format format,
                    numeral_picture *out)
{
    numeral_error err;
    cli_tuning tuning;
    numeral_tune_outcome outcome = {0};
    int status = cli_tuning_read(arguments, session->registry, &session->setting, PRESET,
                                 true, &tuning);
    if (status == CLI_DONE &&
        (numeral_tune(&tuning.request, &session->data, &outcome, &err) != NUMERAL_OK ||
         cli_tuning_draw(&tuning, &outcome, title, format, out, &err) != NUMERAL_OK)) {
        status = cli_fail(&err);
    }
    numeral_tune_outcome_free(&outcome);
    cli_tuning_free(&tuning);
    return status;
}

const cli_plot cli_plot_k_curve = {
    .name = "k-curve", .title = "Error against k", .study = study_ks};

/* Recipes as they are, but for what the options say. */
static numeral_status measure(const cli_arguments *arguments, const cli_tuning *tuning,
                              const numeral_dataset *data, cli_learning *curves,
                              numeral_error *err)
{
    static const char *const options[] = {"k", "weights", "ties"};
    for (size_t i = 0; i < tuning->n_recipes; i++) {
        for (size_t o = 0; o < sizeof options / sizeof *options; o++) {
            const char *value = cli_value(arguments, options[o]);
            numeral_status status =
                value ? numeral_recipe_set(tuning->recipes[i], options[o], value, err)
                      : NUMERAL_OK;
            if (status != NUMERAL_OK) {
                return status;
            }
        }
        curves[i].recipe = numeral_recipe_print(tuning->recipes[i]);
        numeral_status status =
            numeral_learning_curve(tuning->recipes[i], &tuning->request, data,
                                   curves[i].points, &curves[i].n_points, err);
        if (status != NUMERAL_OK || !curves[i].recipe) {
            return status == NUMERAL_OK ? NUMERAL_ERROR_MEMORY : status;
        }
    }
    return NUMERAL_OK;
}

static int study_sizes(const cli_arguments *arguments, const cli_session *session,
                       const char *title, numeral_picture_format format,
                       numeral_picture *out)
{
    numeral_error err = {NUMERAL_ERROR_MEMORY, "out of memory"};
    cli_tuning tuning;
    cli_learning curves[MAX_CURVES] = {{0}};
    int status = cli_tuning_read(arguments, session->registry, &session->setting, PRESET,
                                 false, &tuning);
    if (status == CLI_DONE && tuning.n_recipes > MAX_CURVES) {
        status = cli_fail_usage("learning-curve: %zu recipes, at most %d fit a picture",
                                tuning.n_recipes, MAX_CURVES);
    }
    if (status == CLI_DONE &&
        (measure(arguments, &tuning, &session->data, curves, &err) != NUMERAL_OK ||
         cli_learning_draw(&tuning, curves, tuning.n_recipes, title, format, out, &err) !=
             NUMERAL_OK)) {
        status = err.status == NUMERAL_ERROR_ARGUMENT ? cli_fail_usage("%s", err.text)
                                                      : cli_fail(&err);
    }
    for (size_t i = 0; i < MAX_CURVES; i++) {
        numeral_free(curves[i].recipe);
    }
    cli_tuning_free(&tuning);
    return status;
}

const cli_plot cli_plot_learning_curve = {
    .name = "learning-curve", .title = "Learning curve", .study = study_sizes};
