/* numeral plot: confusion, scores, calibration and rejection of a model. */
#include <stdlib.h>

#include "plots.h"

static numeral_status draw_confusion(const cli_plot_input *input, numeral_picture *out,
                                     numeral_error *err)
{
    const numeral_scores *scores = &input->scores;
    uint8_t labels[256];
    uint64_t *counts = calloc(scores->n_labels * scores->n_labels, sizeof *counts);
    if (!counts) {
        return cli_no_memory(err);
    }
    for (size_t i = 0; i < scores->n_labels * scores->n_labels; i++) {
        counts[i] = scores->confusion[i];
        labels[i % scores->n_labels] = scores->per_label[i % scores->n_labels].label;
    }
    numeral_confusion_matrix matrix = {.title = input->title,
                                       .subtitle = input->subtitle,
                                       .n_classes = scores->n_labels,
                                       .labels = labels,
                                       .counts = counts,
                                       .label_names = input->names};
    numeral_status status = numeral_draw_confusion(&matrix, input->format, out, err);
    free(counts);
    return status;
}

const cli_plot cli_plot_confusion = {.name = "confusion",
                                     .title = "Confusion",
                                     .needs_model = true,
                                     .split = NUMERAL_SPLIT_TEST,
                                     .draw = draw_confusion};

static numeral_status draw_scores(const cli_plot_input *input, numeral_picture *out,
                                  numeral_error *err)
{
    uint8_t labels[256];
    double precision[256], recall[256], f1[256];
    uint64_t support[256];
    for (size_t i = 0; i < input->scores.n_labels; i++) {
        const numeral_label_scores *one = &input->scores.per_label[i];
        labels[i] = one->label;
        precision[i] = one->precision;
        recall[i] = one->recall;
        f1[i] = one->f1;
        support[i] = one->support;
    }
    numeral_class_scores scores = {.title = input->title,
                                   .subtitle = input->subtitle,
                                   .n_classes = input->scores.n_labels,
                                   .labels = labels,
                                   .precision = precision,
                                   .recall = recall,
                                   .f1 = f1,
                                   .support = support,
                                   .label_names = input->names};
    return numeral_draw_scores(&scores, input->format, out, err);
}

const cli_plot cli_plot_scores = {.name = "scores",
                                  .title = "Scores",
                                  .needs_model = true,
                                  .split = NUMERAL_SPLIT_TEST,
                                  .draw = draw_scores};

enum { N_BINS = 10 }; /* as eval prints */

static numeral_status draw_calibration(const cli_plot_input *input, numeral_picture *out,
                                       numeral_error *err)
{
    const numeral_answers *answers = &input->answers;
    numeral_reliability table;
    numeral_status status;
    TRY(numeral_reliability_compute(input->session->data.labels, answers->labels,
                                    answers->confidence, answers->n, NULL, N_BINS, &table,
                                    err));
    numeral_calibration calibration = {.title = input->title,
                                       .subtitle = input->subtitle,
                                       .n_bins = table.n_bins,
                                       .confidence = table.confidence,
                                       .accuracy = table.accuracy,
                                       .counts = table.counts,
                                       .ece = table.ece};
    status = numeral_draw_calibration(&calibration, input->format, out, err);
done:
    return status;
}

const cli_plot cli_plot_calibration = {.name = "calibration",
                                       .title = "Calibration",
                                       .needs_model = true,
                                       .split = NUMERAL_SPLIT_TEST,
                                       .draw = draw_calibration};

/* The curve ends where more than a fifth would be refused: nobody refuses more, and what
 * matters would be squeezed to the left. */
static size_t points_of(const numeral_refusal *curve, size_t n, double *refused,
                        double *errors)
{
    size_t i = 0;
    for (; i < n && (i == 0 || curve[i].refused_share <= 0.2); i++) {
        refused[i] = curve[i].refused_share;
        errors[i] = curve[i].error_share;
    }
    return i;
}

static numeral_status draw_rejection(const cli_plot_input *input, numeral_picture *out,
                                     numeral_error *err)
{
    const numeral_answers *answers = &input->answers;
    numeral_refusal *curve = NULL;
    double *points = NULL;
    size_t n = 0;
    numeral_status status;
    TRY(numeral_refusal_curve(input->session->data.labels, answers->labels,
                              answers->confidence, answers->n, &curve, &n, err));
    points = calloc(n, 2 * sizeof *points);
    TRY(points ? NUMERAL_OK : cli_no_memory(err));
    numeral_rejection rejection = {.title = input->title,
                                   .subtitle = input->subtitle,
                                   .n = points_of(curve, n, points, points + n),
                                   .refused = points,
                                   .errors = points + n};
    status = numeral_draw_rejection(&rejection, input->format, out, err);
done:
    numeral_free(curve);
    free(points);
    return status;
}

const cli_plot cli_plot_rejection = {.name = "rejection",
                                     .title = "Rejection",
                                     .needs_model = true,
                                     .split = NUMERAL_SPLIT_TEST,
                                     .draw = draw_rejection};
