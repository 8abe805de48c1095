/* numeral predict: read digits from images, data sets or standard input. */
#include "batch.h"
#include "doubts.h"
#include "json_file.h"

static const cli_option options[] = {
    CLI_BATCH_OPTIONS,
    {"reject-below", 0, "P",
     "refuse answers of a confidence below P (0 to 1): the label becomes ?"},
    {"accept-all", 0, NULL,
     "answer blanks, several digits and what is no digit, too, by the nearest digits"},
};

/* Where answers go, and which are refused. */
typedef struct report {
    cli_json_file json;
    bool accepts; /* whatever it looks like */
    double reject_below;
    char below[40]; /* as a reason */
} report;

/* Why answer `at` is not given; NULL: it is. */
static const char *why_refused(const report *out, const numeral_answers *answers,
                               size_t at)
{
    numeral_refused refused = (numeral_refused)answers->refused[at];
    return refused && !out->accepts ? numeral_refused_name(refused)
           : !(answers->confidence[at] >= out->reject_below) ? out->below
                                                             : NULL;
}

static numeral_status write_answers(const cli_session *session,
                                    const numeral_answers *answers, report *out,
                                    numeral_error *err)
{
    numeral_model_info info;
    numeral_status status = NUMERAL_OK;
    numeral_model_get_info(session->model, &info);
    for (size_t i = 0; i < answers->n; i++) {
        char input[600], number[NUMERAL_LABEL_BYTES];
        const char *refused = why_refused(out, answers, i);
        numeral_dataset_input(&session->data, i, input, sizeof input);
        if (session->text && refused) {
            cli_print("?\t0.000\t%s\t%s\n", input, refused);
        } else if (session->text) {
            cli_print("%s\t%.3f\t%s\n", cli_label_name(&info, answers->labels[i], number),
                      answers->confidence[i], input);
        }
        if (session->json) {
            TRY(cli_json_put(&out->json, answer_digit(&info, input, answers, i, refused),
                             ANSWER_LINE, err));
        }
    }
done:
    return status;
}

static numeral_status predict_input(cli_batch *batch, const char *input,
                                    numeral_error *err)
{
    cli_session *session = batch->session;
    numeral_answers answers = {0};
    numeral_error why;
    numeral_status status =
        cli_session_data(session, input, NUMERAL_SPLIT_ALL, false, &why);
    if (status == NUMERAL_OK) {
        status = numeral_model_predict(session->model, &session->data, &session->run,
                                       &answers, &why);
    }
    if (status != NUMERAL_OK) {
        return cli_batch_bad(batch, input, &why, err);
    }
    cli_progress_clear();
    batch->n_answered += answers.n;
    TRY(write_answers(session, &answers, batch->context, err));
    status = cli_doubt_digits(session, &answers, err);
done:
    numeral_answers_free(&answers);
    return status;
}

static numeral_status predict_bad(cli_batch *batch, const char *input, const char *why,
                                  numeral_error *err)
{
    const cli_session *session = batch->session;
    report *out = batch->context;
    if (session->text) {
        cli_print("?\t0.000\t%s\tunreadable\n", input);
    }
    return session->json
               ? cli_json_put(&out->json,
                              json_pack("{s:o, s:n, s:s, s:o}", "input",
                                        answer_text(input), "label", "refused",
                                        "unreadable", "error", answer_text(why)),
                              ANSWER_LINE, err)
               : NUMERAL_OK;
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    report out = {.accepts = cli_is_set(arguments, "accept-all")};
    cli_batch batch = {.session = session,
                       .answer = predict_input,
                       .answer_bad = predict_bad,
                       .context = &out};
    size_t first;
    numeral_status status;
    TRY(cli_number(arguments, "reject-below", 0, 1, 0, &out.reject_below, err));
    snprintf(out.below, sizeof out.below, "below %g", out.reject_below);
    TRY(cli_session_model_first(session, &first, err));
    /* opened before the first digit is read, so that a wrong path is told at once */
    if (session->json) {
        TRY(cli_json_open(session->json, &out.json, err));
    }
    TRY(cli_batch_run(&batch, first, err));
    if (cli_batch_is_lost(&batch)) {
        TRY(cli_batch_end(&batch, status, err));
    }
done:
    return cli_batch_end(&batch, cli_json_close(&out.json, status, err), err);
}

const cli_command cli_cmd_predict = {
    .name = "predict",
    .arguments = "[MODEL] INPUT...",
    .summary = "Read digits: label, confidence and input, a line each.",
    .details =
        "INPUT is an image, DATA, a folder of images, or - for standard input (data,\n"
        "or images one after the other). What cannot be read is told, and the rest\n"
        "answered. What is blank, holds several digits or is like no digit gets ? and\n"
        "the reason. Without MODEL the default one reads: accurate on MNIST, trained\n"
        "at its first use and kept in ~/.cache/numeral/models.\n\n"
        "  numeral predict photo.png\n"
        "  numeral predict digits.model photo.png scans/\n"
        "  numeral predict digits.model mnist:test[0:10] --json -\n"
        "  numeral predict digits.model scans/ --reject-below 0.99\n"
        "  find scans -name '*.png' | numeral predict digits.model --files-from -\n",
    .min_inputs = 0,
    .max_inputs = (size_t)-1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
