/* numeral predict: read digits from images, data sets or standard input. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json_file.h"

static const cli_option options[] = {
    {"files-from", 0, "LIST",
     "read more inputs from LIST, one a line (- is standard input)"},
    {"reject-below", 0, "P",
     "refuse answers of a confidence below P (0 to 1): the label becomes ?"},
};

static json_t *json_digit(const numeral_model_info *info, const char *input,
                          const numeral_answers *answers, size_t at)
{
    static const char *const ways[NUMERAL_DECIDED_COUNT] = {"unanimous", "vote",
                                                            "second look"};
    json_t *votes = json_array(), *neighbours = json_array();
    for (size_t c = 0; c < answers->n_classes; c++) {
        json_array_append_new(votes,
                              json_real(answers->votes[at * answers->n_classes + c]));
    }
    for (size_t i = 0; i < answers->k; i++) {
        int64_t row = answers->ids[at * answers->k + i];
        double distance = answers->distances[at * answers->k + i];
        if (row < 0) { /* fewer rows than k */
            break;
        }
        json_t *one = info->integer_distances ? json_integer((json_int_t)distance)
                                              : json_real(distance);
        json_array_append_new(
            neighbours, json_pack("{s:I, s:i, s:o}", "row", (json_int_t)row, "label",
                                  (int)info->labels[row], "distance", one));
    }
    json_t *digit = json_pack(
        "{s:o, s:i, s:f, s:s, s:o, s:o}", "input", cli_json_text(input), "label",
        (int)answers->labels[at], "confidence", answers->confidence[at], "decided",
        ways[answers->decided[at]], "votes", votes, "neighbours", neighbours);
    if (info->label_names) {
        char number[4];
        json_object_set_new(
            digit, "name",
            cli_json_text(cli_label_name(info, answers->labels[at], number)));
    }
    return digit;
}

/* Where answers go, and which are refused. */
typedef struct report {
    cli_json_file json;
    bool rejects;
    double reject_below;
} report;

static numeral_status put_json(const numeral_model_info *info, const char *input,
                               const numeral_answers *answers, size_t at, report *out,
                               numeral_error *err)
{
    json_t *digit = json_digit(info, input, answers, at);
    if (out->rejects) {
        json_object_set_new(digit, "rejected",
                            json_boolean(answers->confidence[at] < out->reject_below));
    }
    return cli_json_put(&out->json, digit, JSON_COMPACT, err);
}

static numeral_status write_answers(const cli_session *session,
                                    const numeral_answers *answers, report *out,
                                    numeral_error *err)
{
    numeral_model_info info;
    numeral_status status = NUMERAL_OK;
    numeral_model_get_info(session->model, &info);
    for (size_t i = 0; i < answers->n; i++) {
        char input[600], number[4];
        numeral_dataset_input(&session->data, i, input, sizeof input);
        if (session->text) {
            bool rejected = out->rejects && answers->confidence[i] < out->reject_below;
            printf("%s\t%.3f\t%s\n",
                   rejected ? "?" : cli_label_name(&info, answers->labels[i], number),
                   answers->confidence[i], input);
        }
        if (session->json) {
            TRY(put_json(&info, input, answers, i, out, err));
        }
    }
done:
    return status;
}

static numeral_status predict_input(cli_session *session, const char *input, report *out,
                                    numeral_error *err)
{
    numeral_answers answers = {0};
    numeral_status status;
    TRY(cli_session_data(session, input, NUMERAL_SPLIT_ALL, false, err));
    TRY(numeral_model_predict(session->model, &session->data, &session->run, &answers,
                              err));
    cli_progress_clear();
    status = write_answers(session, &answers, out, err);
done:
    numeral_answers_free(&answers);
    return status;
}

static numeral_status fail_list(const char *path, numeral_error *err)
{
    return cli_fail(err, NUMERAL_ERROR_IO, "%.400s: cannot read the list: %s", path,
                    strerror(errno));
}

static numeral_status predict_list(cli_session *session, const char *path, report *out,
                                   numeral_error *err)
{
    FILE *list = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    numeral_status status = list ? NUMERAL_OK : fail_list(path, err);
    while (status == NUMERAL_OK && getline(&line, &capacity, list) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (*line) {
            status = predict_input(session, line, out, err);
        }
    }
    if (status == NUMERAL_OK && ferror(list)) {
        status = fail_list(path, err);
    }
    free(line);
    if (list && list != stdin) {
        fclose(list);
    }
    return status;
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *list = cli_value(arguments, "files-from");
    report out = {.rejects = cli_is_set(arguments, "reject-below")};
    numeral_status status;
    if (arguments->n_inputs < 2 && !list) {
        return cli_usage(
            err,
            "predict needs MODEL and INPUT: an image, DATA, or - for standard input");
    }
    TRY(cli_number(arguments, "reject-below", 0, 1, 0, &out.reject_below, err));
    TRY(cli_session_model(session, 0, err));
    /* opened before the first digit is read, so that a wrong path is told at once */
    if (session->json) {
        TRY(cli_json_open(session->json, &out.json, err));
    }
    for (size_t i = 1; i < arguments->n_inputs; i++) {
        TRY(predict_input(session, arguments->inputs[i], &out, err));
    }
    if (list) {
        TRY(predict_list(session, list, &out, err));
    }
done:
    return cli_json_close(&out.json, status, err);
}

const cli_command cli_cmd_predict = {
    .name = "predict",
    .arguments = "MODEL INPUT...",
    .summary = "Read digits: label, confidence and input, a line each.",
    .details = "INPUT is an image, DATA, or - for standard input (image or data).\n\n"
               "  numeral predict digits.model photo.png scans/\n"
               "  numeral predict digits.model mnist:test[0:10] --json -\n"
               "  numeral predict digits.model scans/ --reject-below 0.99\n",
    .min_inputs = 1,
    .max_inputs = (size_t)-1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
