#include "results.h"

#include <string.h>

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

static json_t *json_confusion(const numeral_scores *scores)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < scores->n_labels; i++) {
        json_t *row = json_array();
        for (size_t j = 0; j < scores->n_labels; j++) {
            json_array_append_new(
                row,
                json_integer((json_int_t)scores->confusion[i * scores->n_labels + j]));
        }
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *json_scores(const numeral_model_info *info, const char *data,
                           const numeral_scores *scores, const numeral_answers *answers,
                           int threads)
{
    json_t *seconds =
        json_pack("{s:f, s:f, s:f, s:f, s:f}", "features", answers->seconds.features,
                  "search", answers->seconds.search, "rerank", answers->seconds.rerank,
                  "vote", answers->seconds.vote, "total", answers->seconds.total);
    return json_pack(
        "{s:o, s:s, s:o, s:s, s:I, s:I, s:f, s:[f, f], s:o, s:o, s:o, s:o, s:o, s:f, "
        "s:i, s:s, s:I}",
        "data", cli_json_text(data), "recipe", info->recipe, "trained_on",
        cli_json_text(info->data), "index", info->index, "n", (json_int_t)scores->n,
        "errors", (json_int_t)scores->errors, "accuracy", scores->accuracy, "wilson95",
        scores->wilson95[0], scores->wilson95[1], "macro", json_average(&scores->macro),
        "weighted", json_average(&scores->weighted), "per_class", json_labels(scores),
        "confusion", json_confusion(scores), "seconds", seconds, "digits_per_second",
        answers->seconds.total > 0 ? (double)answers->n / answers->seconds.total : 0,
        "threads", threads, "cpu", numeral_cpu_name(), "model_bytes",
        (json_int_t)info->bytes);
}

static void print_head(const numeral_model_info *info, const char *data,
                       const numeral_scores *scores, const numeral_answers *answers,
                       int threads)
{
    char n[32], errors[32], rate[32];
    double per_second =
        answers->seconds.total > 0 ? (double)answers->n / answers->seconds.total : 0;
    printf("data       %s, %s digits\n", data, cli_count(scores->n, n));
    printf("recipe     %s (trained on %s)\n", info->recipe, info->data);
    printf("accuracy   %.2f %%  (95 %% interval %.2f to %.2f)\n", 100 * scores->accuracy,
           100 * scores->wilson95[0], 100 * scores->wilson95[1]);
    printf("errors     %s of %s, %.2f %%\n", cli_count(scores->errors, errors), n,
           100 - 100 * scores->accuracy);
    printf("speed      %s digits/s with %d thread%s, %s, %s\n",
           cli_count((uint64_t)per_second, rate), threads, threads == 1 ? "" : "s",
           numeral_cpu_name(), info->index);
}

static void print_labels(const numeral_model_info *info, const numeral_scores *scores)
{
    printf("\nlabel      precision   recall       F1   support\n");
    for (size_t i = 0; i < scores->n_labels; i++) {
        const numeral_label_scores *one = &scores->per_label[i];
        char number[4];
        printf("%-10.10s    %6.2f   %6.2f   %6.2f   %7zu\n",
               cli_label_name(info, one->label, number), 100 * one->precision,
               100 * one->recall, 100 * one->f1, one->support);
    }
    const numeral_average_scores *mean = &scores->macro, *weighted = &scores->weighted;
    printf("macro         %6.2f   %6.2f   %6.2f   %7zu\n", 100 * mean->precision,
           100 * mean->recall, 100 * mean->f1, scores->n);
    printf("weighted      %6.2f   %6.2f   %6.2f   %7zu\n", 100 * weighted->precision,
           100 * weighted->recall, 100 * weighted->f1, scores->n);
}

/* Fits 80 columns up to 12 labels; beyond that the JSON has it. */
static void print_confusion(const numeral_model_info *info, const numeral_scores *scores)
{
    enum { MAX_COLUMNS = 12 };
    size_t n = scores->n_labels;
    if (n > MAX_COLUMNS) {
        printf("\n(the confusion matrix of %zu labels is in --json)\n", n);
        return;
    }
    printf("\ntrue \\ read");
    for (size_t j = 0; j < n; j++) {
        char number[4];
        printf("%5.4s", cli_label_name(info, scores->per_label[j].label, number));
    }
    putchar('\n');
    for (size_t i = 0; i < n; i++) {
        char number[4];
        printf("%-11.10s", cli_label_name(info, scores->per_label[i].label, number));
        for (size_t j = 0; j < n; j++) {
            size_t count = scores->confusion[i * n + j];
            if (count) {
                printf("%5zu", count);
            } else {
                printf("    .");
            }
        }
        putchar('\n');
    }
}

/* Labels that occur in `data` and were never seen in fitting. */
static void print_unknown_labels(const numeral_model_info *info,
                                 const numeral_dataset *data)
{
    bool known[256] = {false};
    size_t unknown[256] = {0};
    for (size_t c = 0; c < info->n_classes; c++) {
        known[info->classes[c]] = true;
    }
    for (size_t i = 0; i < data->n_images; i++) {
        unknown[data->labels[i]] += !known[data->labels[i]];
    }
    for (size_t label = 0; label < 256; label++) {
        if (unknown[label]) {
            char number[4];
            printf(
                "note       label %s (%zu digits) was never fitted: it counts as wrong\n",
                numeral_dataset_label_name(data, (uint8_t)label, number), unknown[label]);
        }
    }
}

int cli_results_evaluate(const numeral_model *model, const numeral_dataset *data,
                         const cli_setting *setting, numeral_answers *keep)
{
    numeral_error err;
    numeral_answers answers = {0};
    numeral_scores scores = {0};
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    int status = CLI_DONE, threads = cli_threads(setting);
    if (data->n_images == 0) {
        snprintf(err.text, sizeof err.text, "%s: no digits to evaluate", data->name);
        return cli_fail(&err);
    }
    if (numeral_model_predict(model, data, &setting->run, &answers, &err) != NUMERAL_OK ||
        numeral_scores_compute(data->labels, answers.labels, answers.n, &scores, &err) !=
            NUMERAL_OK) {
        status = cli_fail(&err);
    }
    if (status == CLI_DONE && setting->text) {
        cli_progress_clear();
        print_head(&info, data->name, &scores, &answers, threads);
        print_unknown_labels(&info, data);
        print_labels(&info, &scores);
        print_confusion(&info, &scores);
    }
    if (status == CLI_DONE && setting->json) {
        status = cli_json_write(
            json_scores(&info, data->name, &scores, &answers, threads), setting->json);
    }
    if (keep && status == CLI_DONE) {
        *keep = answers;
    } else {
        numeral_answers_free(&answers);
    }
    numeral_scores_free(&scores);
    return status;
}
