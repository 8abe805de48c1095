/* numeral eval: how well a model reads labelled digits. */
#include <string.h>
#include <unistd.h>

#include "csv_file.h"
#include "doubts.h"
#include "pictures.h"
#include "results.h"

static const cli_option options[] = {
    {"output", 'o', "FILE",
     "write an .html page that shows all this and every misread digit with its "
     "neighbours, or a .csv of every answer: input, true, label, confidence, refused"},
    {"holdout", 0, "SHARE", "evaluate on the share that train --holdout kept out"},
    {"reject-below", 0, "P",
     "refuse answers of a confidence below P (0 to 1): how many, and the error of the "
     "rest"},
    {"show", 0, "N",
     "draw the first N misread digits here (default: 8 on a terminal, else 0)"},
};

enum { SHOWN_ON_TERMINALS = 8, MOST_SHOWN = 1000 }; /* one line; more scrolls away */

/* Draws the first `most` misread digits below the figures. */
static numeral_status show_mistakes(const cli_session *session,
                                    const numeral_answers *answers, size_t most,
                                    numeral_error *err)
{
    const numeral_dataset *data = &session->data;
    numeral_dataset digits = {0};
    size_t rows[MOST_SHOWN], n = 0;
    numeral_label predicted[MOST_SHOWN];
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < answers->n && n < most; i++) {
        if (answers->labels[i] != data->labels[i]) {
            predicted[n] = answers->labels[i];
            rows[n++] = i;
        }
    }
    if (n > 0) {
        TRY(numeral_dataset_select(data, rows, n, &digits, err));
        numeral_grid grid = {.title = n < most ? "All misread digits" : "Misread digits",
                             .digits = {digits.pixels, n, digits.height, digits.width},
                             .labels = digits.labels,
                             .predicted = predicted,
                             .label_names = cli_picture_names(session)};
        putchar('\n');
        status = cli_picture_print(&grid, err);
    }
done:
    numeral_dataset_free(&digits);
    return status;
}

/* The session's data: DATA, or what train --holdout kept out of it. */
static numeral_status load_data(cli_session *session, const char *text,
                                numeral_error *err)
{
    bool held_out = cli_is_set(session->arguments, "holdout");
    numeral_dataset held = {0};
    numeral_status status;
    /* what train kept out is a share of the training digits */
    TRY(cli_session_data(session, text,
                         held_out ? NUMERAL_SPLIT_TRAIN : NUMERAL_SPLIT_TEST, true, err));
    if (held_out) {
        TRY(cli_hold_out(session, &session->data, &held, err));
        numeral_dataset_free(&session->data);
        session->data = held;
    }
done:
    return status;
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *output = cli_value(arguments, "output");
    const char *dot = output ? strrchr(output, '.') : NULL;
    bool csv = dot && strcmp(dot, ".csv") == 0;
    bool html = dot && (strcmp(dot, ".html") == 0 || strcmp(dot, ".htm") == 0);
    bool compares = arguments->n_inputs == 3;
    cli_evaluation_request request = {.page = html ? output : NULL,
                                      .model_name = arguments->inputs[0]};
    numeral_answers answers = {0};
    numeral_model *other = NULL;
    size_t shown;
    numeral_status status;
    if (output && !csv && !html) {
        return cli_usage(err,
                         "-o %.200s: eval writes a page, whose name ends in .html, or "
                         "all answers, .csv",
                         output);
    }
    TRY(cli_number(arguments, "reject-below", 0, 1, 0, &request.reject_below, err));
    TRY(cli_integer(arguments, "show", 0, MOST_SHOWN,
                    isatty(STDOUT_FILENO) ? SHOWN_ON_TERMINALS : 0, &shown, err));
    TRY(cli_session_model(session, 0, err));
    if (compares) {
        request.other_name = arguments->inputs[1];
        TRY(cli_load_model(session, 1, &other, err));
        request.other = other;
    }
    TRY(load_data(session, arguments->inputs[compares ? 2 : 1], err));
    TRY(cli_evaluate(session, &request, &answers, err));
    if (csv) {
        TRY(cli_csv_answers(session, &answers, request.reject_below, output, err));
    }
    TRY(cli_doubt_digits(session, &answers, err));
    if (session->text && shown > 0) {
        status = show_mistakes(session, &answers, shown, err);
    }
done:
    numeral_answers_free(&answers);
    numeral_model_destroy(other);
    return status;
}

const cli_command cli_cmd_eval = {
    .name = "eval",
    .arguments = "MODEL [OTHER] DATA",
    .summary = "Measure a model on labelled digits: accuracy, precision, recall, F1, "
               "confusion, calibration, speed.",
    .details =
        "A second model is compared with the first on the same digits (McNemar's test).\n"
        "Options such as -k apply to the first alone.\n\n"
        "  numeral eval digits.model mnist:test\n"
        "  numeral eval digits.model mnist -k 5 --weights distance --json -\n"
        "  numeral eval digits.model mnist:test -o report.html\n"
        "  numeral eval digits.model mnist:test -o answers.csv\n"
        "  numeral eval digits.model mnist:test --reject-below 0.99\n"
        "  numeral eval digits.model other.model mnist:test\n",
    .min_inputs = 2,
    .max_inputs = 3,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
