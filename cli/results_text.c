/* An evaluation as text of at most 80 columns. */
#include <math.h>

#include "results.h"

enum { COLUMN = 11 }; /* where the figures begin */

static double share_of(double part, double whole)
{
    return whole > 0 ? 100 * part / whole : 0;
}

static void print_agreement(const cli_evaluation *evaluation)
{
    const numeral_scores *scores = &evaluation->scores;
    if (isnan(scores->kappa)) {
        cli_print("agreement  Cohen's kappa undefined (one label), MCC %.4f\n",
                  scores->mcc);
    } else {
        cli_print("agreement  Cohen's kappa %.4f, MCC %.4f\n", scores->kappa,
                  scores->mcc);
    }
    cli_print("top 2      %.2f %%  (the true label is one of the two with most votes)\n",
              100 * evaluation->top2);
    char text[5000];
    snprintf(text, sizeof text,
             "%s%.4200s; expected calibration error %.4f (10 equal bins), Brier %.4f",
             evaluation->info.calibration ? "calibrated by " : "",
             evaluation->info.calibration ? evaluation->info.calibration
                                          : "the share of the votes, not calibrated",
             evaluation->calibration.ece, evaluation->calibration.brier);
    cli_print_field("confidence", COLUMN, text);
}

static void print_speed(const cli_evaluation *evaluation)
{
    const numeral_answers *answers = &evaluation->answers;
    double total = answers->seconds.total;
    char rate[32], text[1024];
    double per_second = total > 0 ? (double)answers->n / total : 0;
    snprintf(text, sizeof text, "%s digits/s with %d thread%s, %s, %.800s",
             cli_count((uint64_t)per_second, rate), evaluation->threads,
             evaluation->threads == 1 ? "" : "s", numeral_cpu_name(),
             evaluation->info.index);
    cli_print_field("speed", COLUMN, text);
    cli_print(
        "time       %.3g s: features %.0f %%, search %.0f %%, votes %.0f %%, second "
        "look %.0f %%\n",
        total, share_of(answers->seconds.features, total),
        share_of(answers->seconds.search, total), share_of(answers->seconds.vote, total),
        share_of(answers->seconds.rerank, total));
}

static void print_rejection(const cli_evaluation *evaluation)
{
    const numeral_refusal *one = &evaluation->rejection;
    char refused[32], errors[32], kept[32], text[200];
    snprintf(text, sizeof text,
             "%s digits, %.2f %%, of a confidence below %g; errors among the kept: %s of "
             "%s, %.3f %%",
             cli_count(one->refused, refused), 100 * one->refused_share, one->threshold,
             cli_count(one->errors, errors), cli_count(one->n - one->refused, kept),
             100 * one->error_share);
    cli_print_field("rejected", COLUMN, text);
}

static void print_refused(const cli_evaluation *evaluation)
{
    size_t n = evaluation->answers.n - evaluation->answered;
    char refused[32], errors[32], answered[32], text[400];
    if (n == 0) {
        return;
    }
    size_t used =
        (size_t)snprintf(text, sizeof text, "%s digits, %.2f %%", cli_count(n, refused),
                         share_of((double)n, (double)evaluation->answers.n));
    for (int why = 1; why < NUMERAL_REFUSED_COUNT; why++) {
        if (evaluation->refused[why]) {
            used += (size_t)snprintf(text + used, sizeof text - used, ", %s %zu",
                                     numeral_refused_name((numeral_refused)why),
                                     evaluation->refused[why]);
        }
    }
    snprintf(text + used, sizeof text - used, "; errors among the answered: %s of %s",
             cli_count(evaluation->errors_answered, errors),
             cli_count(evaluation->answered, answered));
    cli_print_field("refused", COLUMN, text);
}

static void print_head(const cli_evaluation *evaluation)
{
    const numeral_scores *scores = &evaluation->scores;
    char n[32], errors[32], text[5000];
    snprintf(text, sizeof text, "%.600s, %s digits", evaluation->data->name,
             cli_count(scores->n, n));
    cli_print_field("data", COLUMN, text);
    snprintf(text, sizeof text, "%.4200s (trained on %.600s)", evaluation->info.recipe,
             evaluation->info.data);
    cli_print_field("recipe", COLUMN, text);
    cli_print("accuracy   %.2f %%  (95 %% interval %.2f to %.2f)\n",
              100 * scores->accuracy, 100 * scores->wilson95[0],
              100 * scores->wilson95[1]);
    cli_print("errors     %s of %s, %.2f %%\n", cli_count(scores->errors, errors), n,
              100 - 100 * scores->accuracy);
    print_refused(evaluation);
    if (evaluation->rejects) {
        print_rejection(evaluation);
    }
    print_agreement(evaluation);
    print_speed(evaluation);
}

static void print_labels(const numeral_model_info *info, const numeral_scores *scores)
{
    cli_print("\nlabel      precision   recall       F1   support\n");
    for (size_t i = 0; i < scores->n_labels; i++) {
        const numeral_label_scores *one = &scores->per_label[i];
        char number[NUMERAL_LABEL_BYTES];
        cli_print("%-10.10s    %6.2f   %6.2f   %6.2f   %7zu\n",
                  cli_label_name(info, one->label, number), 100 * one->precision,
                  100 * one->recall, 100 * one->f1, one->support);
    }
    const numeral_average_scores *mean = &scores->macro, *weighted = &scores->weighted;
    cli_print("macro         %6.2f   %6.2f   %6.2f   %7zu\n", 100 * mean->precision,
              100 * mean->recall, 100 * mean->f1, scores->n);
    cli_print("weighted      %6.2f   %6.2f   %6.2f   %7zu\n", 100 * weighted->precision,
              100 * weighted->recall, 100 * weighted->f1, scores->n);
}

/* Fits 80 columns up to 12 labels, of numbers of five digits up to 9; beyond that the
 * JSON has it. */
static void print_confusion(const numeral_model_info *info, const numeral_scores *scores)
{
    size_t n = scores->n_labels; /* 11 columns for the name, `width` for each label */
    int width = n && scores->per_label[n - 1].label > 9999 && !info->label_names ? 7 : 5;
    if (n > (width == 5 ? 12U : 9U)) {
        cli_print("\n(the confusion matrix of %zu labels is in --json)\n", n);
        return;
    }
    cli_print("\ntrue \\ read");
    for (size_t j = 0; j < n; j++) {
        char number[NUMERAL_LABEL_BYTES];
        cli_print("%*.*s", width, width == 5 ? 4 : 5,
                  cli_label_name(info, scores->per_label[j].label, number));
    }
    putchar('\n');
    for (size_t i = 0; i < n; i++) {
        char number[NUMERAL_LABEL_BYTES];
        cli_print("%-11.10s", cli_label_name(info, scores->per_label[i].label, number));
        for (size_t j = 0; j < n; j++) {
            size_t count = numeral_scores_cell(scores, i, j);
            if (count) {
                cli_print("%*zu", width, count);
            } else {
                cli_print("%*s", width, ".");
            }
        }
        putchar('\n');
    }
}

/* Labels that occur in `data` and were never seen in fitting. */
static void print_unknown_labels(const numeral_model_info *info,
                                 const numeral_dataset *data)
{
    size_t *unknown = cli_count_labels(data);
    for (size_t c = 0; unknown && c < info->n_classes; c++) {
        unknown[info->classes[c]] = 0;
    }
    for (size_t label = 0; unknown && label < CLI_LABELS; label++) {
        if (unknown[label]) {
            char number[NUMERAL_LABEL_BYTES];
            cli_print(
                "note       label %s (%zu digits) was never fitted: it counts as wrong\n",
                numeral_dataset_label_name(data, (numeral_label)label, number),
                unknown[label]);
        }
    }
    free(unknown);
}

static void print_confused(const cli_evaluation *evaluation)
{
    enum { MOST = 10 }; /* three lines */
    numeral_confusion confusions[MOST];
    size_t n = numeral_scores_confusions(&evaluation->scores, confusions, MOST), used = 0;
    char text[2000];
    for (size_t i = 0; i < n; i++) {
        char true_number[NUMERAL_LABEL_BYTES], read_number[NUMERAL_LABEL_BYTES];
        used += (size_t)snprintf(
            text + used, sizeof text - used, "%s%.60s as %.60s (%zu)", i ? ", " : "",
            cli_label_name(&evaluation->info, confusions[i].truth, true_number),
            cli_label_name(&evaluation->info, confusions[i].predicted, read_number),
            confusions[i].count);
    }
    if (n) {
        cli_print("\nmost often confused: ");
        cli_print_wrapped(text, 21, 2);
    }
}

/* Each line: the answers of that confidence; and what is left when those of the lines
 * above are refused. */
static void print_confidence(const cli_evaluation *evaluation)
{
    const numeral_reliability *table = &evaluation->reliability;
    const numeral_answers *answers = &evaluation->answers;
    cli_print(
        "\n                                             refusing the lines above:\n"
        "confidence            digits  mean %%  right %%     refused %%   error %%\n");
    for (size_t i = 0; i < table->n_bins; i++) {
        char count[32];
        if (table->counts[i] == 0) { /* no answer is that sure */
            continue;
        }
        numeral_refusal one =
            numeral_refuse_below(evaluation->data->labels, answers->labels,
                                 answers->confidence, answers->n, table->edges[i]);
        cli_print("%-6g to %-6g     %9s  %6.2f  %7.2f     %9.2f  %8.3f\n",
                  table->edges[i], table->edges[i + 1],
                  cli_count(table->counts[i], count), 100 * table->confidence[i],
                  100 * table->accuracy[i], 100 * one.refused_share,
                  100 * one.error_share);
    }
}

void cli_evaluation_print(const cli_evaluation *evaluation)
{
    print_head(evaluation);
    print_unknown_labels(&evaluation->info, evaluation->data);
    print_labels(&evaluation->info, &evaluation->scores);
    print_confusion(&evaluation->info, &evaluation->scores);
    print_confused(evaluation);
    print_confidence(evaluation);
    if (evaluation->compares) {
        cli_comparison_print(evaluation);
    }
}
