/* numeral eval: how well a model reads labelled digits. */
#include <stdlib.h>
#include <unistd.h>

#include <numeral/tools/picture.h>

#include "pictures.h"
#include "results.h"

static const cli_option options[] = {
    {"holdout", 0, "SHARE", "evaluate on the share that train --holdout kept out"},
    {"reject-below", 0, "P",
     "refuse answers of a confidence below P (0 to 1): how many, and the error of the "
     "rest"},
    {"compare", 0, "MODEL2",
     "read the digits by this model too: McNemar's test, and where they differ"},
    {"report", 0, "FILE.html",
     "write a page that shows all this and every misread digit with its neighbours"},
    {"show", 0, "N",
     "draw the first N misread digits here (default: 8 on a terminal, else 0)"},
};

enum { SHOWN_ON_TERMINALS = 8, MOST_SHOWN = 1000 };

/* Draws the first `most` misread digits below the figures. */
static int show_mistakes(const cli_session *session, const numeral_answers *answers,
                         size_t most)
{
    numeral_error err = {NUMERAL_ERROR_MEMORY, "out of memory"};
    const char *names[256];
    const numeral_dataset *data = &session->data;
    numeral_dataset digits = {0};
    size_t rows[MOST_SHOWN], n = 0;
    uint8_t predicted[MOST_SHOWN];
    for (size_t i = 0; i < answers->n && n < most; i++) {
        if (answers->labels[i] != data->labels[i]) {
            predicted[n] = answers->labels[i];
            rows[n++] = i;
        }
    }
    if (n == 0) {
        return CLI_DONE;
    }
    if (numeral_dataset_select(data, rows, n, &digits, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    numeral_grid grid = {.title = n < most ? "All misread digits" : "Misread digits",
                         .digits = {digits.pixels, n, digits.height, digits.width},
                         .labels = digits.labels,
                         .predicted = predicted,
                         .label_names = cli_picture_names(session, names)};
    putchar('\n');
    int status = cli_picture_print(&grid);
    numeral_dataset_free(&digits);
    return status;
}

/* Puts the share that was held out in place of the whole. */
static int take_held_out(cli_session *session, double share)
{
    numeral_error err;
    numeral_dataset rest = {0}, held = {0};
    if (numeral_dataset_holdout(&session->data, share, session->setting.seed, &rest,
                                &held, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    numeral_dataset_free(&rest);
    numeral_dataset_free(&session->data);
    session->data = held;
    return CLI_DONE;
}

static int evaluate(const cli_arguments *arguments, const cli_session *session)
{
    numeral_error err;
    numeral_model *other = NULL;
    cli_evaluation_request request = {.other_name = cli_value(arguments, "compare"),
                                      .report = cli_value(arguments, "report"),
                                      .model_name = arguments->inputs[0]};
    int status = cli_number(arguments, "reject-below", 0, 1, 0, &request.reject_below);
    if (status == CLI_DONE && request.other_name &&
        numeral_model_load(request.other_name, session->registry, &other, &err) !=
            NUMERAL_OK) {
        status = cli_fail(&err);
    }
    request.other = other;
    double shown;
    numeral_answers answers = {0};
    if (status == CLI_DONE) {
        status = cli_integer(arguments, "show", 0, MOST_SHOWN,
                             isatty(STDOUT_FILENO) ? SHOWN_ON_TERMINALS : 0, &shown);
    }
    if (status == CLI_DONE) {
        status = cli_results_evaluate_more(session->model, &session->data, &request,
                                           &session->setting, &answers);
    }
    if (status == CLI_DONE && session->setting.text && shown > 0) {
        status = show_mistakes(session, &answers, (size_t)shown);
    }
    numeral_answers_free(&answers);
    numeral_model_destroy(other);
    return status;
}

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
        status = take_held_out(&session, share);
    }
    if (status == CLI_DONE) {
        status = evaluate(arguments, &session);
    }
    cli_session_close(&session);
    return status;
}

const cli_command cli_cmd_eval = {
    .name = "eval",
    .arguments = "MODEL DATA",
    .summary = "Measure a model on labelled digits: accuracy, precision, recall, F1, "
               "confusion, calibration, speed.",
    .details =
        "Options such as -k apply to MODEL, not to the model it is compared with.\n\n"
        "  numeral eval digits.model mnist:test\n"
        "  numeral eval digits.model mnist -k 5 --weights distance --json -\n"
        "  numeral eval digits.model mnist:test --report report.html\n"
        "  numeral eval digits.model mnist:test --reject-below 0.99\n"
        "  numeral eval digits.model mnist:test --compare other.model\n",
    .min_inputs = 2,
    .max_inputs = 2,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
