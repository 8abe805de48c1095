/* One evaluation: reading the digits, and every figure that eval shows. */
#include "results.h"

/* Confidences crowd near 1, and so do these. */
static const double fine_edges[] = {0,    0.5,  0.7,   0.8,   0.9,    0.95,
                                    0.98, 0.99, 0.995, 0.999, 0.9995, 1};
/* Ten bins of equal width are what calibration errors are told of (Guo et al. 2017). */
enum { N_FINE = sizeof fine_edges / sizeof *fine_edges - 1, N_EQUAL = 10 };

static numeral_status score(cli_evaluation *out, numeral_error *err)
{
    const numeral_answers *answers = &out->answers;
    const numeral_label *truth = out->data->labels;
    numeral_status status;
    TRY(numeral_scores_compute(truth, answers->labels, answers->n, &out->scores, err));
    TRY(numeral_reliability_compute(truth, answers->labels, answers->confidence,
                                    answers->n, NULL, N_EQUAL, &out->calibration, err));
    TRY(numeral_reliability_compute(truth, answers->labels, answers->confidence,
                                    answers->n, fine_edges, N_FINE, &out->reliability,
                                    err));
    out->top2 = numeral_top_accuracy(truth, out->info.classes, answers->votes, answers->n,
                                     answers->n_classes, 2);
done:
    return status;
}

/* What predict would refuse to answer; all other figures are of all digits. */
static void count_refused(cli_evaluation *out)
{
    const numeral_answers *answers = &out->answers;
    for (size_t i = 0; i < answers->n; i++) {
        out->refused[answers->refused[i]]++;
        out->errors_answered +=
            !answers->refused[i] && answers->labels[i] != out->data->labels[i];
    }
    out->answered = out->refused[NUMERAL_REFUSED_NOT];
}

static numeral_status measure(const cli_session *session,
                              const cli_evaluation_request *request, cli_evaluation *out,
                              numeral_error *err)
{
    const numeral_answers *answers = &out->answers;
    numeral_status status;
    TRY(numeral_model_predict(session->model, out->data, &session->run, &out->answers,
                              err));
    TRY(score(out, err));
    count_refused(out);
    if (request->reject_below > 0) {
        out->rejects = true;
        out->rejection =
            numeral_refuse_below(out->data->labels, answers->labels, answers->confidence,
                                 answers->n, request->reject_below);
    }
    if (request->other) {
        out->compares = true;
        TRY(cli_comparison_make(out, request, &session->run, &out->other, err));
    }
done:
    return status;
}

numeral_status cli_evaluate(const cli_session *session,
                            const cli_evaluation_request *request, numeral_answers *keep,
                            numeral_error *err)
{
    cli_evaluation evaluation = {.data = &session->data, .threads = cli_threads(session)};
    numeral_status status;
    if (session->data.n_images == 0) {
        return cli_fail(err, NUMERAL_ERROR_ARGUMENT, "%.400s: no digits to evaluate",
                        session->data.name);
    }
    char origins[2000];
    numeral_model_get_info(session->model, &evaluation.info);
    evaluation.info.data = cli_origins(session->model, origins, sizeof origins);
    TRY(measure(session, request, &evaluation, err));
    cli_progress_clear();
    if (session->text) {
        cli_evaluation_print(&evaluation);
    }
    if (session->json) {
        TRY(cli_json_write(cli_evaluation_json(&evaluation), session->json, err));
    }
    if (request->page) {
        TRY(cli_report_write(session, &evaluation, request->model_name, request->page,
                             err));
    }
    if (keep) {
        *keep = evaluation.answers;
        evaluation.answers = (numeral_answers){0};
    }
done:
    numeral_answers_free(&evaluation.answers);
    numeral_answers_free(&evaluation.other.answers);
    numeral_scores_free(&evaluation.scores);
    return status;
}
