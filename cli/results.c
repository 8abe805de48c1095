/* One evaluation: reading the digits, and every figure that eval shows. */
#include "results.h"

#include "report_file.h"

/* Confidences crowd near 1, and so do these. */
static const double fine_edges[] = {0,    0.5,  0.7,   0.8,   0.9,    0.95,
                                    0.98, 0.99, 0.995, 0.999, 0.9995, 1};
enum { N_FINE = sizeof fine_edges / sizeof *fine_edges - 1, N_EQUAL = 10 };

static void evaluation_free(cli_evaluation *evaluation)
{
    numeral_answers_free(&evaluation->answers);
    numeral_answers_free(&evaluation->other.answers);
    numeral_scores_free(&evaluation->scores);
}

static numeral_status score(cli_evaluation *out, numeral_error *err)
{
    const numeral_answers *answers = &out->answers;
    const uint8_t *truth = out->data->labels;
    numeral_status status =
        numeral_scores_compute(truth, answers->labels, answers->n, &out->scores, err);
    if (status == NUMERAL_OK) {
        status = numeral_reliability_compute(truth, answers->labels, answers->confidence,
                                             answers->n, NULL, N_EQUAL, &out->calibration,
                                             err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_reliability_compute(truth, answers->labels, answers->confidence,
                                             answers->n, fine_edges, N_FINE,
                                             &out->reliability, err);
    }
    out->top2 = numeral_top_accuracy(truth, out->info.classes, answers->votes, answers->n,
                                     answers->n_classes, 2);
    return status;
}

static numeral_status evaluate(const numeral_model *model,
                               const cli_evaluation_request *request,
                               const numeral_run *run, cli_evaluation *out,
                               numeral_error *err)
{
    numeral_status status =
        numeral_model_predict(model, out->data, run, &out->answers, err);
    if (status == NUMERAL_OK) {
        status = score(out, err);
    }
    if (status == NUMERAL_OK && request->reject_below > 0) {
        out->rejects = true;
        out->rejection = numeral_refuse_below(out->data->labels, out->answers.labels,
                                              out->answers.confidence, out->answers.n,
                                              request->reject_below);
    }
    if (status == NUMERAL_OK && request->other) {
        out->compares = true;
        status = cli_comparison_make(out, request, run, &out->other, err);
    }
    return status;
}

int cli_results_evaluate_more(const numeral_model *model, const numeral_dataset *data,
                              const cli_evaluation_request *request,
                              const cli_setting *setting, numeral_answers *keep)
{
    numeral_error err;
    cli_evaluation evaluation = {.data = data, .threads = cli_threads(setting)};
    int status = CLI_DONE;
    if (data->n_images == 0) {
        snprintf(err.text, sizeof err.text, "%s: no digits to evaluate", data->name);
        return cli_fail(&err);
    }
    numeral_model_get_info(model, &evaluation.info);
    if (evaluate(model, request, &setting->run, &evaluation, &err) != NUMERAL_OK) {
        status = cli_fail(&err);
    }
    if (status == CLI_DONE && setting->text) {
        cli_progress_clear();
        cli_evaluation_print(&evaluation);
    }
    if (status == CLI_DONE && setting->json) {
        status = cli_json_write(cli_evaluation_json(&evaluation), setting->json);
    }
    if (status == CLI_DONE && request->report) {
        status = cli_report_write(&evaluation, model, request->model_name,
                                  request->report, setting);
    }
    if (keep && status == CLI_DONE) {
        *keep = evaluation.answers;
        evaluation.answers = (numeral_answers){0};
    }
    evaluation_free(&evaluation);
    return status;
}

int cli_results_evaluate(const numeral_model *model, const numeral_dataset *data,
                         const cli_setting *setting, numeral_answers *keep)
{
    return cli_results_evaluate_more(model, data, &(cli_evaluation_request){0}, setting,
                                     keep);
}
