/* numeral eval: how well a model reads labelled digits. */
#include "cli.h"
#include "results.h"

static const cli_option options[] = {
    {"holdout", 0, "SHARE", "evaluate on the share that train --holdout kept out"},
};

static int run(const cli_arguments *arguments)
{
    cli_session session;
    double share = 0;
    int status = cli_session_open(arguments, &session);
    if (status == CLI_DONE) {
        status = cli_number(arguments, "holdout", 0.001, 0.999, 0, &share);
    }
    if (status == CLI_DONE) {
        status =
            cli_session_data(&session, arguments->inputs[1],
                             share > 0 ? NUMERAL_SPLIT_TRAIN : NUMERAL_SPLIT_TEST, true);
    }
    if (status == CLI_DONE && share > 0) {
        numeral_error err;
        numeral_dataset rest = {0}, held = {0};
        if (numeral_dataset_holdout(&session.data, share, session.setting.seed, &rest,
                                    &held, &err) != NUMERAL_OK) {
            status = cli_fail(&err);
        } else {
            numeral_dataset_free(&rest);
            numeral_dataset_free(&session.data);
            session.data = held;
        }
    }
    if (status == CLI_DONE) {
        status =
            cli_results_evaluate(session.model, &session.data, &session.setting, NULL);
    }
    cli_session_close(&session);
    return status;
}

const cli_command cli_cmd_eval = {
    .name = "eval",
    .arguments = "MODEL DATA",
    .summary = "Measure a model on labelled digits: accuracy, precision, recall, F1, "
               "confusion, speed.",
    .details = "  numeral eval digits.model mnist:test\n"
               "  numeral eval digits.model mnist -k 5 --weights distance --json -\n",
    .min_inputs = 2,
    .max_inputs = 2,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
