/* The HTML page of an evaluation: its figures, charts, and every misread digit. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/output.h>
#include <numeral/tools/report.h>

#include "pictures.h"
#include "plots.h"
#include "results.h"

/* As many as fill_headline and fill_details write; most texts are a few words. */
enum { N_HEADLINE = 9, N_DETAILS = 10, N_CHARTS = 3, TEXT_BYTES = 200 };

/* The texts of all figures, and what points to them. */
typedef struct made {
    numeral_fact headline[N_HEADLINE], details[N_DETAILS];
    size_t n_headline, n_details;
    char texts[2 * (N_HEADLINE + N_DETAILS)][TEXT_BYTES];
    size_t n_texts;
    numeral_picture charts[N_CHARTS];
    const char *chart_names[N_CHARTS];
    size_t n_charts;
    char title[400], subtitle[400], commands[3000];
} made;

static const char *NUMERAL_PRINTF(2, 3) text_of(made *m, const char *format, ...)
{
    char *text = m->texts[m->n_texts++];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, TEXT_BYTES, format, arguments);
    va_end(arguments);
    return text;
}

static void headline(made *m, const char *name, const char *value, const char *note)
{
    m->headline[m->n_headline++] = (numeral_fact){name, value, note};
}

static void detail(made *m, const char *name, const char *value, const char *note)
{
    m->details[m->n_details++] = (numeral_fact){name, value, note};
}

static void fill_headline(const cli_evaluation *e, made *m)
{
    const numeral_scores *scores = &e->scores;
    char n[32], rate[32];
    headline(m, "Accuracy", text_of(m, "%.2f %%", 100 * scores->accuracy),
             text_of(m, "95 %% interval %.2f to %.2f", 100 * scores->wilson95[0],
                     100 * scores->wilson95[1]));
    headline(m, "Misread", text_of(m, "%zu", scores->errors),
             text_of(m, "of %s digits", cli_count(scores->n, n)));
    headline(m, "Refused", text_of(m, "%zu", e->answers.n - e->answered),
             text_of(m, "of the answered %zu are misread", e->errors_answered));
    headline(m, "Macro F1", text_of(m, "%.2f %%", 100 * scores->macro.f1),
             text_of(m, "precision %.2f, recall %.2f", 100 * scores->macro.precision,
                     100 * scores->macro.recall));
    headline(m, "Top two", text_of(m, "%.2f %%", 100 * e->top2),
             "the true label is among the two with the most votes");
    headline(m, "Cohen's kappa", text_of(m, "%.4f", scores->kappa), NULL);
    headline(m, "Matthews", text_of(m, "%.4f", scores->mcc), "correlation coefficient");
    headline(m, "Calibration error", text_of(m, "%.4f", e->calibration.ece),
             "expected, ten bins");
    headline(m, "Speed",
             text_of(m, "%s/s",
                     cli_count((uint64_t)((double)scores->n / e->answers.seconds.total),
                               rate)),
             text_of(m, "digits, %d thread%s", e->threads, e->threads == 1 ? "" : "s"));
}

/* "mnist:train + digits/" as arguments of a shell: 'mnist:train' 'digits/'. */
static const char *quote_sets(const char *data, char *out, size_t n_bytes)
{
    size_t used = 0;
    for (const char *next; data && used < n_bytes; data = next) {
        next = strstr(data, " + ");
        used += (size_t)snprintf(out + used, n_bytes - used, "%s'%.*s'", used ? " " : "",
                                 next ? (int)(next - data) : 300, data);
        next = next ? next + strlen(" + ") : NULL;
    }
    return out;
}

static void fill_details(const cli_evaluation *e, const char *model_name, made *m)
{
    static const char *const dtypes[] = {"u8", "i8", "i16"};
    const numeral_model_info *info = &e->info;
    char n[32], sets[600];
    detail(m, "Data", e->data->name, NULL);
    detail(m, "Model", model_name,
           text_of(m, "%.1f MB in memory", (double)info->bytes / 1e6));
    detail(m, "Recipe", info->recipe, NULL);
    detail(m, "Trained on", info->data,
           text_of(m, "%s digits of %zu × %zu", cli_count(info->n_rows, n), info->height,
                   info->width));
    detail(m, "Rows", text_of(m, "%zu × %s", info->n_dims, dtypes[info->dtype]), NULL);
    detail(m, "Index", info->index, NULL);
    detail(m, "Seed", text_of(m, "%llu", (unsigned long long)info->seed), NULL);
    detail(m, "Seconds", text_of(m, "%.3f", e->answers.seconds.total),
           text_of(m, "features %.3f, search %.3f, second look %.3f, vote %.3f",
                   e->answers.seconds.features, e->answers.seconds.search,
                   e->answers.seconds.rerank, e->answers.seconds.vote));
    detail(m, "Machine", numeral_processor_name(),
           text_of(m, "%s, %d threads", numeral_cpu_name(), e->threads));
    detail(m, "Program", text_of(m, "numeral %s", numeral_version()), NULL);
    snprintf(m->commands, sizeof m->commands,
             "numeral train %s --recipe '%.1000s' --seed %llu -o '%.300s'\n"
             "numeral eval '%.300s' '%.300s' -o report.html",
             quote_sets(info->data, sets, sizeof sets), info->recipe,
             (unsigned long long)info->seed, model_name, model_name, e->data->name);
}

static numeral_status draw_charts(const cli_session *session, const cli_evaluation *e,
                                  numeral_label_names names, made *m, numeral_error *err)
{
    static const cli_plot *const plots[N_CHARTS] = {
        &cli_plot_scores, &cli_plot_calibration, &cli_plot_rejection};
    numeral_status status = NUMERAL_OK;
    /* the scores of more labels fill no chart */
    size_t skipped = e->scores.n_labels > 256;
    for (; m->n_charts + skipped < N_CHARTS; m->n_charts++) {
        const cli_plot *plot = plots[m->n_charts + skipped];
        cli_plot_input input = {.session = session,
                                .answers = e->answers,
                                .scores = e->scores,
                                .format = NUMERAL_PICTURE_SVG,
                                .names = names};
        snprintf(input.title, sizeof input.title, "%s", plot->title);
        m->chart_names[m->n_charts] = plot->title;
        TRY(plot->draw(&input, &m->charts[m->n_charts], err));
    }
done:
    return status;
}

numeral_status cli_report_write(const cli_session *session, const cli_evaluation *e,
                                const char *model_name, const char *path,
                                numeral_error *err)
{
    char *html = NULL;
    size_t bytes = 0;
    numeral_status status;
    made *m = calloc(1, sizeof *m);
    if (!m) {
        return cli_no_memory(err);
    }
    numeral_label_names label_names = cli_picture_names(session);
    fill_headline(e, m);
    fill_details(e, model_name, m);
    snprintf(m->title, sizeof m->title, "How %.150s reads %.200s", model_name,
             e->data->name);
    snprintf(m->subtitle, sizeof m->subtitle, "%.390s", e->info.recipe);
    TRY(draw_charts(session, e, label_names, m, err));
    numeral_report report = {.title = m->title,
                             .subtitle = m->subtitle,
                             .headline = m->headline,
                             .n_headline = m->n_headline,
                             .details = m->details,
                             .n_details = m->n_details,
                             .charts = m->charts,
                             .chart_names = m->chart_names,
                             .n_charts = m->n_charts,
                             .commands = m->commands,
                             .model = session->model,
                             .data = e->data,
                             .answers = &e->answers,
                             .scores = &e->scores,
                             .label_names = label_names};
    TRY(numeral_report_html(&report, &html, &bytes, err));
    TRY(numeral_output_save(path, html, bytes, err));
    if (session->text) {
        cli_print("%s: %s\n", path, report.title);
    }
done:
    numeral_free(html);
    for (size_t i = 0; i < m->n_charts; i++) {
        numeral_picture_free(&m->charts[i]);
    }
    free(m);
    return status;
}
