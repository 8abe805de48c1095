/* numeral tune: which recipe, k and weights read these digits best. */
#include <string.h>

#include <numeral/tools/picture.h>
#include <numeral/tools/study.h>

#include "cli.h"
#include "pictures.h"
#include "tuning.h"

static const cli_option options[] = {
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
    {"output", 'o', "FILE", "draw the error against k: .png, .svg or .pdf"},
    {"train", 0, "MODEL", "fit the best setting to all of DATA and write the model"},
    {"learning-curve", 0, NULL,
     "also measure the best setting at growing training sizes"},
};

typedef struct tune {
    const cli_arguments *arguments;
    cli_setting setting;
    numeral_registry *registry;
    cli_tuning tuning;
    numeral_dataset data;
    numeral_tune_outcome outcome;
    cli_learning curve; /* of the best setting; recipe NULL: not measured */
    numeral_picture_format format;
    size_t top;
} tune;

static int open_tune(tune *work)
{
    const cli_arguments *arguments = work->arguments;
    const char *picture = cli_value(arguments, "output");
    numeral_error err;
    double top;
    int status = cli_setting_read(arguments, &work->setting);
    if (status == CLI_DONE) {
        status = cli_integer(arguments, "top", 1, 1e6, 20, &top);
    }
    if (status == CLI_DONE && picture &&
        numeral_picture_format_of(picture, &work->format, &err) != NUMERAL_OK) {
        return cli_fail_usage("%s", err.text);
    }
    if (status == CLI_DONE) {
        work->top = (size_t)top;
        status = cli_registry_create(arguments, &work->registry);
    }
    if (status == CLI_DONE) {
        status = cli_tuning_read(arguments, work->registry, &work->setting,
                                 CLI_DEFAULT_PRESET, true, &work->tuning);
    }
    if (status == CLI_DONE) {
        numeral_load load = {.split = NUMERAL_SPLIT_TRAIN,
                             .need_labels = true,
                             .seed = work->setting.seed,
                             .run = work->setting.run};
        if (numeral_dataset_load(arguments->inputs[0], &load, &work->data, &err) !=
            NUMERAL_OK) {
            status = cli_fail(&err);
        }
    }
    return status;
}

static int draw_picture(tune *work)
{
    char title[300];
    numeral_error err;
    numeral_picture picture = {0};
    snprintf(title, sizeof title, "Error against k: %.200s", work->data.name);
    return cli_tuning_draw(&work->tuning, &work->outcome, title, work->format, &picture,
                           &err) == NUMERAL_OK
               ? cli_picture_save(&picture, cli_value(work->arguments, "output"), title,
                                  &work->setting)
               : cli_fail(&err);
}

/* What follows from the best setting: its learning curve, its model. */
static int use_best(tune *work, const numeral_recipe *best)
{
    numeral_error err;
    const char *path = cli_value(work->arguments, "train");
    numeral_model *model = NULL;
    int status = CLI_DONE;
    if (cli_is_set(work->arguments, "learning-curve")) {
        if (numeral_learning_curve(best, &work->tuning.request, &work->data,
                                   work->curve.points, &work->curve.n_points,
                                   &err) != NUMERAL_OK) {
            return cli_fail(&err);
        }
        work->curve.recipe = numeral_recipe_print(best);
        if (!work->curve.recipe) {
            return cli_fail(&(numeral_error){NUMERAL_ERROR_MEMORY, "out of memory"});
        }
        cli_progress_clear();
        if (work->setting.text) {
            cli_learning_print(&work->curve);
        }
    }
    if (path &&
        (numeral_model_fit(best, &work->data, work->setting.seed, &work->setting.run,
                           &model, NULL, &err) != NUMERAL_OK ||
         numeral_model_save(model, path, &err) != NUMERAL_OK)) {
        status = cli_fail(&err);
    }
    cli_progress_clear();
    if (path && status == CLI_DONE && work->setting.text) {
        printf("model      %s\n", path);
    }
    numeral_model_destroy(model);
    return status;
}

static int report(tune *work)
{
    numeral_error err;
    numeral_recipe *best = NULL;
    cli_progress_clear();
    if (work->setting.text) {
        cli_tuning_print(&work->tuning, &work->outcome, work->data.name, work->top);
    }
    if (numeral_recipe_parse(work->registry, work->outcome.results[0].recipe, &best,
                             &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    int status = use_best(work, best);
    numeral_recipe_destroy(best);
    if (status == CLI_DONE && cli_value(work->arguments, "output")) {
        status = draw_picture(work);
    }
    if (status == CLI_DONE && work->setting.json) {
        status =
            cli_json_write(cli_tuning_json(&work->tuning, &work->outcome, work->data.name,
                                           work->curve.recipe ? &work->curve : NULL),
                           work->setting.json);
    }
    return status;
}

static int run(const cli_arguments *arguments)
{
    numeral_error err;
    tune work = {.arguments = arguments};
    int status = open_tune(&work);
    if (status == CLI_DONE) {
        status = numeral_tune(&work.tuning.request, &work.data, &work.outcome, &err) ==
                         NUMERAL_OK
                     ? report(&work)
                     : cli_fail(&err);
    }
    numeral_free(work.curve.recipe);
    numeral_tune_outcome_free(&work.outcome);
    numeral_dataset_free(&work.data);
    cli_tuning_free(&work.tuning);
    numeral_registry_destroy(work.registry);
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
        "  numeral tune mnist --preset pixels -o k.png\n"
        "  numeral tune mnist --recipe pixels --recipe deskew,pixels -k 1,3,5\n"
        "  numeral tune digits/ --preset fast --folds 10 --train best.model\n"
        "  numeral tune train.csv --recipe pixels --metric l2,l1,cosine --json -\n",
    .min_inputs = 1,
    .max_inputs = 1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_NONE,
    .run = run,
};
