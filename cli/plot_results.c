/* numeral plot: confusion, scores, calibration and rejection of a model. */
#include <stdlib.h>

#include "plots.h"

static numeral_status out_of_memory(numeral_error *err)
{
    *err = (numeral_error){NUMERAL_ERROR_MEMORY, "out of memory"};
    return err->status;
}

static numeral_status draw_confusion(const cli_plot_input *input, numeral_picture *out,
                                     numeral_error *err)
{
    const numeral_scores *scores = &input->scores;
    uint8_t labels[256];
    uint64_t *counts = calloc(scores->n_labels * scores->n_labels, sizeof *counts);
    if (!counts) {
        return out_of_memory(err);
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

const cli_plot cli_plot_confusion = {"confusion", "Confusion", true, draw_confusion};

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

const cli_plot cli_plot_scores = {"scores", "Scores", true, draw_scores};

enum { N_BINS = 10 };

static numeral_status draw_calibration(const cli_plot_input *input, numeral_picture *out,
                                       numeral_error *err)
{
    double confidence[N_BINS] = {0}, accuracy[N_BINS] = {0}, ece = 0;
    uint64_t counts[N_BINS] = {0};
    const numeral_answers *answers = &input->answers;
    for (size_t i = 0; i < answers->n; i++) {
        size_t bin = (size_t)(answers->confidence[i] * N_BINS);
        bin = bin < N_BINS ? bin : N_BINS - 1;
        confidence[bin] += answers->confidence[i];
        accuracy[bin] += answers->labels[i] == input->session->data.labels[i];
        counts[bin]++;
    }
    for (size_t bin = 0; bin < N_BINS; bin++) {
        if (counts[bin] > 0) {
            double gap = accuracy[bin] - confidence[bin];
            ece += (gap < 0 ? -gap : gap) / (double)answers->n;
            confidence[bin] /= (double)counts[bin];
            confidence[bin] = confidence[bin] < 1 ? confidence[bin] : 1; /* rounding */
            accuracy[bin] /= (double)counts[bin];
        }
    }
    numeral_calibration calibration = {.title = input->title,
                                       .subtitle = input->subtitle,
                                       .n_bins = N_BINS,
                                       .confidence = confidence,
                                       .accuracy = accuracy,
                                       .counts = counts,
                                       .ece = ece};
    return numeral_draw_calibration(&calibration, input->format, out, err);
}

const cli_plot cli_plot_calibration = {"calibration", "Calibration", true,
                                       draw_calibration};

typedef struct verdict {
    double confidence;
    bool wrong;
} verdict;

static int compare_verdicts(const void *a, const void *b)
{
    const verdict *first = a, *second = b;
    return (first->confidence > second->confidence) -
           (first->confidence < second->confidence);
}

/* One point for each confidence that occurs: all answers below it are refused. Ends where
 * more than a fifth would be. */
static size_t refuse_step_by_step(const verdict *verdicts, size_t n, size_t n_wrong,
                                  double *refused, double *errors)
{
    size_t n_points = 0;
    for (size_t i = 0; i < n && (i == 0 || (double)i <= 0.2 * (double)n); i++) {
        if (i == 0 || verdicts[i].confidence > verdicts[i - 1].confidence) {
            refused[n_points] = (double)i / (double)n;
            errors[n_points++] = (double)n_wrong / (double)(n - i);
        }
        n_wrong -= verdicts[i].wrong;
    }
    return n_points;
}

static numeral_status draw_rejection(const cli_plot_input *input, numeral_picture *out,
                                     numeral_error *err)
{
    const numeral_answers *answers = &input->answers;
    size_t n = answers->n;
    verdict *verdicts = calloc(n, sizeof *verdicts);
    double *points = calloc(n, 2 * sizeof *points);
    numeral_status status = NUMERAL_OK;
    if (!verdicts || !points) {
        status = out_of_memory(err);
    }
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        verdicts[i].confidence = answers->confidence[i];
        verdicts[i].wrong = answers->labels[i] != input->session->data.labels[i];
    }
    if (status == NUMERAL_OK) {
        qsort(verdicts, n, sizeof *verdicts, compare_verdicts);
        numeral_rejection rejection = {.title = input->title,
                                       .subtitle = input->subtitle,
                                       .n = refuse_step_by_step(verdicts, n,
                                                                input->scores.errors,
                                                                points, points + n),
                                       .refused = points,
                                       .errors = points + n};
        status = numeral_draw_rejection(&rejection, input->format, out, err);
    }
    free(verdicts);
    free(points);
    return status;
}

const cli_plot cli_plot_rejection = {"rejection", "Rejection", true, draw_rejection};
