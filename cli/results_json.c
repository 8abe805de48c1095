/* An evaluation as JSON; docs/json.md lists the fields. */
#include "results.h"

static json_t *json_average(const numeral_average_scores *scores)
{
    return json_pack("{s:f, s:f, s:f}", "precision", scores->precision, "recall",
                     scores->recall, "f1", scores->f1);
}

static json_t *json_labels(const numeral_scores *scores)
{
    json_t *list = json_array();
    for (size_t i = 0; i < scores->n_labels; i++) {
        const numeral_label_scores *one = &scores->per_label[i];
        json_array_append_new(
            list, json_pack("{s:i, s:f, s:f, s:f, s:I}", "label", (int)one->label,
                            "precision", one->precision, "recall", one->recall, "f1",
                            one->f1, "support", (json_int_t)one->support));
    }
    return list;
}

/* The whole matrix; of more labels null. */
enum { MATRIX_LABELS = 256 };

static json_t *json_confusion(const numeral_scores *scores)
{
    if (scores->n_labels > MATRIX_LABELS) {
        return json_null();
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < scores->n_labels; i++) {
        json_t *row = json_array();
        for (size_t j = 0; j < scores->n_labels; j++) {
            json_array_append_new(
                row, json_integer((json_int_t)numeral_scores_cell(scores, i, j)));
        }
        json_array_append_new(rows, row);
    }
    return rows;
}

/* Its cells that are not 0, in the stead of a matrix that is too large. */
static json_t *json_cells(const numeral_scores *scores)
{
    json_t *list = json_array();
    for (size_t i = 0; i < scores->n_cells; i++) {
        const numeral_confusion *cell = &scores->confusion[i];
        json_array_append_new(list,
                              json_pack("[i, i, I]", (int)cell->truth,
                                        (int)cell->predicted, (json_int_t)cell->count));
    }
    return list;
}

static json_t *json_confused(const numeral_scores *scores)
{
    enum { MOST = 20 }; /* as docs/json.md says */
    numeral_confusion confusions[MOST];
    size_t n = numeral_scores_confusions(scores, confusions, MOST);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list, json_pack("{s:i, s:i, s:I}", "label",
                                              (int)confusions[i].truth, "read_as",
                                              (int)confusions[i].predicted, "n",
                                              (json_int_t)confusions[i].count));
    }
    return list;
}

static json_t *json_bins(const numeral_reliability *table)
{
    json_t *list = json_array();
    for (size_t i = 0; i < table->n_bins; i++) {
        json_t *bin = json_pack("{s:f, s:f, s:I}", "low", table->edges[i], "high",
                                table->edges[i + 1], "n", (json_int_t)table->counts[i]);
        bool any = table->counts[i] > 0;
        json_object_set_new(bin, "confidence",
                            any ? json_real(table->confidence[i]) : json_null());
        json_object_set_new(bin, "accuracy",
                            any ? json_real(table->accuracy[i]) : json_null());
        json_array_append_new(list, bin);
    }
    return list;
}

static json_t *json_rejection(const numeral_refusal *one)
{
    return json_pack("{s:f, s:I, s:f, s:I, s:f}", "below", one->threshold, "rejected",
                     (json_int_t)one->refused, "rejected_share", one->refused_share,
                     "errors", (json_int_t)one->errors, "error_share", one->error_share);
}

/* The curve at the edges of the bins. */
static json_t *json_rejections(const cli_evaluation *evaluation)
{
    const numeral_answers *answers = &evaluation->answers;
    json_t *list = json_array();
    for (size_t i = 0; i < evaluation->reliability.n_bins; i++) {
        numeral_refusal one = numeral_refuse_below(
            evaluation->data->labels, answers->labels, answers->confidence, answers->n,
            evaluation->reliability.edges[i]);
        json_array_append_new(list, json_rejection(&one));
    }
    return list;
}

static json_t *json_calibration(const cli_evaluation *evaluation)
{
    const numeral_reliability *table = &evaluation->calibration;
    const char *by = evaluation->info.calibration;
    return json_pack(
        "{s:o, s:f, s:f, s:o, s:o, s:o}", "by", by ? answer_text(by) : json_null(), "ece",
        table->ece, "brier", table->brier, "bins", json_bins(table), "fine_bins",
        json_bins(&evaluation->reliability), "rejection", json_rejections(evaluation));
}

/* {reason: n} of what predict would refuse. */
static json_t *json_refused(const cli_evaluation *evaluation)
{
    json_t *out = json_object();
    for (int why = 1; why < NUMERAL_REFUSED_COUNT; why++) {
        if (evaluation->refused[why]) {
            json_object_set_new(out, numeral_refused_name((numeral_refused)why),
                                json_integer((json_int_t)evaluation->refused[why]));
        }
    }
    return out;
}

static json_t *json_seconds(const numeral_answers *answers)
{
    return json_pack("{s:f, s:f, s:f, s:f, s:f}", "features", answers->seconds.features,
                     "search", answers->seconds.search, "rerank", answers->seconds.rerank,
                     "vote", answers->seconds.vote, "total", answers->seconds.total);
}

json_t *cli_evaluation_json(const cli_evaluation *evaluation)
{
    const numeral_model_info *info = &evaluation->info;
    const numeral_scores *scores = &evaluation->scores;
    const numeral_answers *answers = &evaluation->answers;
    json_t *out = json_pack(
        "{s:o, s:s, s:o, s:s, s:I, s:I, s:f, s:[f, f], s:o, s:o, s:o, s:o, s:o, s:f, "
        "s:i, s:s, s:I}",
        "data", answer_text(evaluation->data->name), "recipe", info->recipe, "trained_on",
        answer_text(info->data), "index", info->index, "n", (json_int_t)scores->n,
        "errors", (json_int_t)scores->errors, "accuracy", scores->accuracy, "wilson95",
        scores->wilson95[0], scores->wilson95[1], "macro", json_average(&scores->macro),
        "weighted", json_average(&scores->weighted), "per_class", json_labels(scores),
        "confusion", json_confusion(scores), "seconds", json_seconds(answers),
        "digits_per_second",
        answers->seconds.total > 0 ? (double)answers->n / answers->seconds.total : 0,
        "threads", evaluation->threads, "cpu", numeral_cpu_name(), "model_bytes",
        (json_int_t)info->bytes);
    if (scores->n_labels > MATRIX_LABELS) {
        json_object_set_new(out, "confusion_cells", json_cells(scores));
    }
    json_object_set_new(out, "refused", json_refused(evaluation));
    json_object_set_new(out, "answered", json_integer((json_int_t)evaluation->answered));
    json_object_set_new(out, "errors_answered",
                        json_integer((json_int_t)evaluation->errors_answered));
    json_object_set_new(out, "top2_accuracy", json_real(evaluation->top2));
    json_object_set_new(out, "kappa", answer_real(scores->kappa));
    json_object_set_new(out, "mcc", json_real(scores->mcc));
    json_object_set_new(out, "confusions", json_confused(scores));
    json_object_set_new(out, "calibration", json_calibration(evaluation));
    if (evaluation->rejects) {
        json_object_set_new(out, "rejection", json_rejection(&evaluation->rejection));
    }
    if (evaluation->compares) {
        json_object_set_new(out, "compare", cli_comparison_json(evaluation));
    }
    return out;
}
