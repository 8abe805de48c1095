/* numeral plot: the error against k and against the training size. */
#include "plots.h"
#include "tuning.h"

enum { MAX_CURVES = 10 };              /* what one picture takes */
static const char PRESET[] = "pixels"; /* curves need errors to show */

static numeral_status draw_ks(const cli_plot_input *input, numeral_picture *out,
                              numeral_error *err)
{
    const cli_session *session = input->session;
    cli_tuning tuning;
    numeral_tune_outcome outcome = {0};
    numeral_status status;
    TRY(cli_tuning_read(session, PRESET, true, &tuning, err));
    TRY(numeral_tune(&tuning.request, &session->data, &outcome, err));
    status = cli_tuning_draw(&tuning, &outcome, input->title, input->format, out, err);
done:
    numeral_tune_outcome_free(&outcome);
    cli_tuning_free(&tuning);
    return status;
}

const cli_plot cli_plot_k_curve = {.name = "k-curve",
                                   .title = "Error against k",
                                   .split = NUMERAL_SPLIT_TRAIN,
                                   .draw = draw_ks};

/* Recipes as they are, but for what the options say. */
static numeral_status measure(const cli_session *session, const cli_tuning *tuning,
                              cli_learning *curves, numeral_error *err)
{
    static const char *const options[] = {"k", "weights", "ties"};
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < tuning->n_recipes; i++) {
        for (size_t o = 0; o < sizeof options / sizeof *options; o++) {
            const char *value = cli_value(session->arguments, options[o]);
            if (value) {
                TRY(cli_as_usage(
                    numeral_recipe_set(tuning->recipes[i], options[o], value, err), err));
            }
        }
        TRY(cli_learning_measure(session, tuning, tuning->recipes[i], &curves[i], err));
    }
done:
    return status;
}

static numeral_status draw_sizes(const cli_plot_input *input, numeral_picture *out,
                                 numeral_error *err)
{
    const cli_session *session = input->session;
    cli_tuning tuning;
    cli_learning curves[MAX_CURVES] = {{0}};
    numeral_status status;
    TRY(cli_tuning_read(session, PRESET, false, &tuning, err));
    if (tuning.n_recipes > MAX_CURVES) {
        status = cli_usage(err, "learning-curve: %zu recipes, at most %d fit a picture",
                           tuning.n_recipes, MAX_CURVES);
        goto done;
    }
    TRY(measure(session, &tuning, curves, err));
    status = cli_learning_draw(&tuning, curves, tuning.n_recipes, input->title,
                               input->format, out, err);
done:
    for (size_t i = 0; i < MAX_CURVES; i++) {
        numeral_free(curves[i].recipe);
    }
    cli_tuning_free(&tuning);
    return status;
}

const cli_plot cli_plot_learning_curve = {.name = "learning-curve",
                                          .title = "Learning curve",
                                          .split = NUMERAL_SPLIT_TRAIN,
                                          .draw = draw_sizes};
