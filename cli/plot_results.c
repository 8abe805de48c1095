/* numeral plot: confusion, scores, calibration and rejection of a model. */
#include <stdlib.h>

#include "plots.h"

enum { MOST_CLASSES = 256 }; /* of a chart */

static numeral_status check_classes(const char *chart, size_t n, numeral_error *err)
{
    return n <= MOST_CLASSES
               ? NUMERAL_OK
               : cli_fail(err, NUMERAL_ERROR_ARGUMENT,
                          "%s: %zu labels: expected at most %d", chart, n, MOST_CLASSES);
}

static numeral_status draw_confusion(const cli_plot_input *input, numeral_picture *out,
                                     numeral_error *err)
{
    const numeral_scores *scores = &input->scores;
    uint64_t *counts = NULL;
    numeral_status status;
    size_t n = scores->n_labels;
    numeral_label labels[MOST_CLASSES];
    TRY(check_classes("confusion", n, err));
    TRY((counts = calloc(n * n, sizeof *counts)) ? NUMERAL_OK : cli_no_memory(err));
    for (size_t i = 0; i < n * n; i++) {
        counts[i] = numeral_scores_cell(scores, i / n, i % n);
        labels[i % n] = scores->per_label[i % n].label;
    }
    numeral_confusion_matrix matrix = {.title = input->title,
                                       .subtitle = input->subtitle,
                                       .n_classes = scores->n_labels,
                                       .labels = labels,
                                       .counts = counts,
                                       .label_names = input->names};
    status = numeral_draw_confusion(&matrix, input->format, out, err);
done:
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
    numeral_label labels[MOST_CLASSES];
    double precision[MOST_CLASSES], recall[MOST_CLASSES], f1[MOST_CLASSES];
    uint64_t support[MOST_CLASSES];
    numeral_status status = check_classes("scores", input->scores.n_labels, err);
    if (status != NUMERAL_OK) {
        return status;
    }
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
