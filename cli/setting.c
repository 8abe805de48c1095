/* The common options, the progress bar, and what commands do with a recipe. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <numeral/tools/command.h>

#include "cli.h"

static double now(void)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (double)moment.tv_sec + 1e-9 * (double)moment.tv_nsec;
}

/* The bar on the terminal; one at a time. */
static struct {
    char what[64];
    double start, last;
    bool shown;
} bar;

void cli_progress_clear(void)
{
    if (bar.shown) {
        fputs("\r\033[K", stderr);
        bar.shown = false;
    }
}

/* Whether it is time to draw again. */
static bool is_due(const char *task, uint64_t done, uint64_t total)
{
    double time = now();
    if (strcmp(bar.what, task) != 0) {
        snprintf(bar.what, sizeof bar.what, "%s", task);
        bar.start = bar.last = time;
    }
    if (done >= total) {
        cli_progress_clear();
        bar.what[0] = '\0';
        return false;
    }
    if (time - bar.start < 0.3 || time - bar.last < 0.1) {
        return false;
    }
    bar.last = time;
    return true;
}

static void draw_cells(const char *what, int width, int n_cells, double share)
{
    char cells[64];
    for (int i = 0; i < n_cells; i++) {
        cells[i] = i < (int)(share * n_cells) ? '#' : '.';
    }
    cells[n_cells] = '\0';
    fprintf(stderr, "\r%.*s [%s] %3.0f %%", width, what, cells, 100 * share);
    bar.shown = true;
}

static double seconds_left(double share)
{
    double elapsed = bar.last - bar.start;
    return share > 0 ? elapsed * (1 - share) / share : 0;
}

static bool draw_bar(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)context;
    if (is_due(what, done, total)) {
        double share = (double)done / (double)total;
        draw_cells(what, 24, 28, share);
        fprintf(stderr, "  %.0f/s  %.0f s left\033[K",
                (double)done / (bar.last - bar.start), seconds_left(share));
    }
    return true;
}

void cli_progress_draw(const char *task, const char *what, uint64_t done, uint64_t total,
                       const char *note)
{
    if (is_due(task, done, total)) {
        double share = (double)done / (double)total;
        draw_cells(what, 19, 10, share);
        if (done > 0) {
            fprintf(stderr, "  %.0f s left", seconds_left(share));
        }
        fprintf(stderr, "  %.26s\033[K", note);
    }
}

int cli_setting_read(const cli_arguments *arguments, cli_setting *out)
{
    double threads, seed, max_memory;
    int status = cli_integer(arguments, "threads", 1, 256, 0, &threads);
    if (status == CLI_DONE) {
        status = cli_integer(arguments, "seed", 0, 1e15, 0, &seed);
    }
    if (status == CLI_DONE) {
        status = cli_integer(arguments, "max-memory", 0, 1e18, 0, &max_memory);
    }
    if (status != CLI_DONE) {
        return status;
    }
    numeral_set_max_memory((uint64_t)max_memory);
    *out = (cli_setting){.run = {.threads = (int)threads},
                         .progress = {draw_bar, NULL},
                         .seed = (uint64_t)seed,
                         .quiet = cli_is_set(arguments, "quiet"),
                         .json = cli_value(arguments, "json")};
    out->text = !out->quiet && !(out->json && strcmp(out->json, "-") == 0);
    if (isatty(STDERR_FILENO) && !out->quiet) {
        out->run.progress = &out->progress;
    }
    return CLI_DONE;
}

int cli_registry_create(const cli_arguments *arguments, numeral_registry **out)
{
    numeral_error err;
    const char *plugin = cli_value(arguments, "plugin");
    numeral_registry *registry = NULL;
    if (numeral_registry_create(&registry, &err) != NUMERAL_OK ||
        (plugin && numeral_registry_load_plugin(registry, plugin, &err) != NUMERAL_OK)) {
        numeral_registry_destroy(registry);
        return cli_fail(&err);
    }
    *out = registry;
    return CLI_DONE;
}

int cli_threads(const cli_setting *setting)
{
    return setting->run.threads ? setting->run.threads
                                : (int)sysconf(_SC_NPROCESSORS_ONLN);
}

int cli_apply_recipe_options(const cli_arguments *arguments, numeral_recipe *recipe)
{
    numeral_error err;
    for (size_t i = 0; i < numeral_recipe_option_count(); i++) {
        const char *name = numeral_recipe_option_get(i)->name;
        const char *value = cli_value(arguments, name);
        if (value && numeral_recipe_set(recipe, name, value, &err) != NUMERAL_OK) {
            return cli_fail_usage("%s", err.text);
        }
    }
    return CLI_DONE;
}

int cli_apply_model_options(const cli_arguments *arguments, numeral_model *model,
                            const cli_setting *setting)
{
    numeral_error err;
    for (size_t i = 0; i < numeral_recipe_option_count(); i++) {
        const numeral_recipe_option *option = numeral_recipe_option_get(i);
        const char *value =
            option->after_fitting ? cli_value(arguments, option->name) : NULL;
        if (value && numeral_model_set(model, option->name, value, &setting->run, &err) !=
                         NUMERAL_OK) {
            return err.status == NUMERAL_ERROR_ARGUMENT ? cli_fail_usage("%s", err.text)
                                                        : cli_fail(&err);
        }
    }
    return CLI_DONE;
}

int cli_session_open(const cli_arguments *arguments, cli_session *out)
{
    numeral_error err;
    *out = (cli_session){0};
    int status = cli_setting_read(arguments, &out->setting);
    if (status != CLI_DONE) {
        return status;
    }
    status = cli_registry_create(arguments, &out->registry);
    if (status != CLI_DONE) {
        return status;
    }
    if (numeral_model_load(arguments->inputs[0], out->registry, &out->model, &err) !=
        NUMERAL_OK) {
        return cli_fail(&err);
    }
    return cli_apply_model_options(arguments, out->model, &out->setting);
}

int cli_session_data(cli_session *session, const char *text, numeral_split split,
                     bool need_labels)
{
    numeral_error err;
    numeral_model_info info;
    numeral_model_get_info(session->model, &info);
    numeral_load load = {.split = split,
                         .height = info.height,
                         .width = info.width,
                         .need_labels = need_labels,
                         .seed = session->setting.seed,
                         .run = session->setting.run};
    numeral_dataset_free(&session->data);
    return numeral_dataset_load(text, &load, &session->data, &err) == NUMERAL_OK
               ? CLI_DONE
               : cli_fail(&err);
}

void cli_session_close(cli_session *session)
{
    numeral_dataset_free(&session->data);
    numeral_model_destroy(session->model);
    numeral_registry_destroy(session->registry);
}

const char *cli_label_name(const numeral_model_info *info, uint8_t label, char number[4])
{
    for (size_t c = 0; info->label_names && c < info->n_classes; c++) {
        if (info->classes[c] == label) {
            return info->label_names[c];
        }
    }
    snprintf(number, 4, "%u", label);
    return number;
}

const char *cli_count(uint64_t value, char out[32])
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    char *to = out;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0) {
            *to++ = ',';
        }
        *to++ = digits[i];
    }
    *to = '\0';
    return out;
}
