/* numeral neighbours: the nearest training rows of each digit. */
#include "cli.h"

static const cli_option options[] = {
    {"output", 'o', "FILE", "write .npz (ids, distances: n x k) or .csv"},
};

static int run(const cli_arguments *arguments)
{
    cli_session session;
    numeral_error err;
    numeral_answers answers = {0};
    const char *path = cli_value(arguments, "output");
    if (!path) {
        return cli_fail_usage("neighbours needs -o FILE, an .npz or .csv to write");
    }
    int status = cli_session_open(arguments, &session);
    if (status == CLI_DONE) {
        status =
            cli_session_data(&session, arguments->inputs[1], NUMERAL_SPLIT_ALL, false);
    }
    if (status == CLI_DONE &&
        (numeral_model_neighbours(session.model, &session.data, 0, &session.setting.run,
                                  &answers, &err) != NUMERAL_OK ||
         numeral_answers_save_neighbours(&answers, session.model, path, &err) !=
             NUMERAL_OK)) {
        status = cli_fail(&err);
    }
    if (status == CLI_DONE && session.setting.text) {
        cli_progress_clear();
        printf("%s: %zu x %zu neighbours in %.3f s (%.0f digits/s)\n", path, answers.n,
               answers.k, answers.seconds.total,
               (double)answers.n / answers.seconds.total);
    }
    numeral_answers_free(&answers);
    cli_session_close(&session);
    return status;
}

const cli_command cli_cmd_neighbours = {
    .name = "neighbours",
    .arguments = "MODEL DATA -o FILE",
    .summary = "Write the nearest training rows of each digit and their distances.",
    .details = "Distances are exact integers where the metric has them (l2: squared).\n\n"
               "  numeral neighbours digits.model mnist:test -k 10 -o neighbours.npz\n",
    .min_inputs = 2,
    .max_inputs = 2,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
