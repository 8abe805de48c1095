/* numeral demo: the main job, from data to pictures. */
#include <string.h>

#include "cli.h"
#include "demo_pictures.h"
#include "results.h"

static const cli_option options[] = {
    {"output", 'o', "FOLDER", "where the model and the pictures go (default: out)"},
    {"data", 0, "DATA", "the data to use (default: mnist; without a network pen)"},
};

/* Both parts of the named set; falls back to pen, and says so, where mnist is neither
 * here nor to be had. */
static int load_parts(const cli_arguments *arguments, cli_session *session,
                      numeral_dataset *train, numeral_dataset *test)
{
    numeral_error err;
    const char *wanted = cli_value(arguments, "data");
    const char *text = wanted ? wanted : "mnist";
    numeral_load load = {.split = NUMERAL_SPLIT_TRAIN,
                         .need_labels = true,
                         .seed = session->setting.seed,
                         .run = session->setting.run};
    numeral_status status = numeral_dataset_load(text, &load, train, &err);
    if (status != NUMERAL_OK && !wanted) {
        cli_progress_clear();
        printf("MNIST is not here and cannot be fetched (%s).\n"
               "Using pen instead: digits drawn by the built-in generator.\n\n",
               err.text);
        text = "pen";
        status = numeral_dataset_load(text, &load, train, &err);
    }
    load.split = NUMERAL_SPLIT_TEST;
    if (status == NUMERAL_OK) {
        status = numeral_dataset_load(text, &load, test, &err);
    }
    return status == NUMERAL_OK ? CLI_DONE : cli_fail(&err);
}

static int fit(const numeral_dataset *train, cli_session *session)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_fit_report report;
    int status = CLI_DONE;
    if (numeral_recipe_preset(session->registry, "pixels", &recipe, &err) != NUMERAL_OK ||
        numeral_model_fit(recipe, train, session->setting.seed, &session->setting.run,
                          &session->model, &report, &err) != NUMERAL_OK) {
        status = cli_fail(&err);
    } else {
        numeral_model_info info;
        numeral_model_get_info(session->model, &info);
        printf("Trained on %s in %.2f s: recipe `%s`, index %s.\n\n", info.data,
               report.total, info.recipe, info.index);
    }
    numeral_recipe_destroy(recipe);
    return status;
}

static int run(const cli_arguments *arguments)
{
    cli_session session = {0};
    numeral_error err;
    numeral_dataset train = {0}, test = {0};
    int status = cli_setting_read(arguments, &session.setting);
    if (status == CLI_DONE &&
        numeral_registry_create(&session.registry, &err) != NUMERAL_OK) {
        status = cli_fail(&err);
    }
    if (status == CLI_DONE) {
        status = load_parts(arguments, &session, &train, &test);
    }
    if (status == CLI_DONE) {
        status = fit(&train, &session);
    }
    if (status == CLI_DONE) {
        status = cli_results_evaluate(session.model, &test, &session.setting);
    }
    if (status == CLI_DONE) {
        const char *folder = cli_value(arguments, "output");
        status = cli_demo_pictures(&session, &test, folder ? folder : "out");
    }
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    cli_session_close(&session);
    return status;
}

const cli_command cli_cmd_demo = {
    .name = "demo",
    .arguments = "",
    .summary = "The main job: data, training, evaluation, pictures, summary.",
    .details = "",
    .min_inputs = 0,
    .max_inputs = 0,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
