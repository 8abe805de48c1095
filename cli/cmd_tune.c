/* numeral tune: which recipe, k and weights read these digits best. */
#include "pictures.h"
#include "tuning.h"

static const cli_option options[] = {
    {"output", 'o', "MODEL", "fit the best setting to all of DATA and write the model"},
    {"plot", 0, "FILE", "draw the error against k: .png, .svg or .pdf"},
    {"recipe", 0, "RECIPE", "a recipe to try; may be given more than once"},
    {"preset", 0, "NAME",
     "a preset to try (list preset); may be given more than once; "
     "default: " CLI_DEFAULT_PRESET},
    {"k", 'k', "LIST", "how many neighbours vote: 1,3,5 or 1..20 (default: 1..20)"},
    {"weights", 0, "LIST", "how they vote: all (default), or some of list vote"},
    {"metric", 0, "LIST", "metrics to try (default: the recipe's own)"},
    {"ties", 0, "LIST", "nearest,smallest (default: the recipe's own)"},
    {"loo", 0, NULL, "leave-one-out: each digit is read by all others"},
    {"folds", 0, "N", "N-fold cross-validation (default: 6 where a stage learns labels)"},
    {"fold-order", 0, "ORDER",
     "folds that are stratified (default), or slices of the file"},
    {"top", 0, "N", "how many settings to print (default: 20)"},
    {"learning-curve", 0, NULL,
     "also measure the best setting at growing training sizes"},
};

typedef struct tune {
    cli_tuning tuning;
    numeral_tune_outcome outcome;
    cli_learning curve; /* of the best setting; recipe NULL: not measured */
} tune;

static numeral_status draw_picture(const cli_session *session, const tune *work,
                                   const char *path, numeral_error *err)
{
    char title[300];
    numeral_picture picture = {0};
    snprintf(title, sizeof title, "Error against k: %.200s", session->data.name);
    numeral_status status = cli_tuning_draw(&work->tuning, &work->outcome, title,
                                            cli_picture_format(path), &picture, err);
    return status == NUMERAL_OK ? cli_picture_save(&picture, path, title, session, err)
                                : status;
}

/* What follows from the best setting: its learning curve, its model. */
static numeral_status use_best(cli_session *session, tune *work, numeral_error *err)
{
    const char *path = cli_value(session->arguments, "output");
    numeral_recipe *best = NULL;
    numeral_status status;
    TRY(numeral_recipe_parse(session->registry, work->outcome.results[0].recipe, &best,
                             err));
    if (cli_is_set(session->arguments, "learning-curve")) {
        TRY(cli_learning_measure(session, &work->tuning, best, &work->curve, err));
        cli_progress_clear();
        if (session->text) {
            cli_learning_print(&work->curve);
        }
    }
    if (path) {
        TRY(numeral_model_fit(best, &session->data, session->seed, &session->run,
                              &session->model, NULL, err));
        TRY(numeral_model_save(session->model, path, err));
        cli_progress_clear();
        if (session->text) {
            cli_print("model      %s\n", path);
        }
    }
done:
    numeral_recipe_destroy(best);
    return status;
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *plot = cli_value(arguments, "plot");
    tune work = {0};
    size_t top;
    numeral_status status;
    TRY(cli_integer(arguments, "top", 1, 1e6, 20, &top, err));
    TRY(cli_tuning_read(session, CLI_DEFAULT_PRESET, true, &work.tuning, err));
    TRY(cli_session_data(session, arguments->inputs[0], NUMERAL_SPLIT_TRAIN, true, err));
    TRY(numeral_tune(&work.tuning.request, &session->data, &work.outcome, err));
    cli_progress_clear();
    if (session->text) {
        TRY(cli_tuning_print(&work.tuning, &work.outcome, session->data.name, top, err));
    }
    TRY(use_best(session, &work, err));
    if (plot) {
        TRY(draw_picture(session, &work, plot, err));
    }
    if (session->json) {
        TRY(cli_json_write(cli_tuning_json(&work.tuning, &work.outcome,
                                           session->data.name,
                                           work.curve.recipe ? &work.curve : NULL),
                           session->json, err));
    }
done:
    numeral_free(work.curve.recipe);
    numeral_tune_outcome_free(&work.outcome);
    cli_tuning_free(&work.tuning);
    return status;
}

const cli_command cli_cmd_tune = {
    .name = "tune",
    .arguments = "DATA",
    .summary = "Find the recipe, k and weights that read labelled digits best, by "
               "leave-one-out or cross-validation.",
    .details =
        "Every k and weights is tried on one neighbour graph for each recipe and "
        "metric.\n"
        "Leave-one-out is used where no stage learns from labels; otherwise folds, and\n"
        "every stage is fitted anew for each. The best of many tries flatters itself a\n"
        "little: judge it on digits that tune has not seen.\n\n"
        "  numeral tune mnist --preset pixels --plot k.png\n"
        "  numeral tune mnist --recipe pixels --recipe deskew,pixels -k 1,3,5\n"
        "  numeral tune digits/ --preset fast --folds 10 -o best.model\n"
        "  numeral tune train.csv --recipe pixels --metric l2,l1,cosine --json -\n",
    .min_inputs = 1,
    .max_inputs = 1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .output = CLI_WRITES_MODEL,
    .recipe = CLI_RECIPE_NONE,
    .run = run,
};
