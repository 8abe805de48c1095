/* What a study is asked for: lists and ranges, checked before any work. */
#include "tuning.h"

#include <stdlib.h>
#include <string.h>

#include <numeral/tools/study.h>

enum { MAX_K = 10000, WEIGHTS = 0, METRICS, TIES };

static int out_of_memory(void)
{
    return cli_fail(&(numeral_error){NUMERAL_ERROR_MEMORY, "out of memory"});
}

/* Recipes and presets, in the order of their kinds. */
static int add_recipes(const cli_arguments *arguments, const numeral_registry *registry,
                       const char *option, cli_tuning *out)
{
    numeral_error err;
    bool preset = strcmp(option, "preset") == 0;
    const char *text;
    for (size_t at = 0; (text = cli_value_at(arguments, option, at)) != NULL; at++) {
        numeral_recipe **to = &out->recipes[out->n_recipes];
        if ((preset ? numeral_recipe_preset(registry, text, to, &err)
                    : numeral_recipe_parse(registry, text, to, &err)) != NUMERAL_OK) {
            return cli_fail_usage("%s", err.text);
        }
        out->n_recipes++;
    }
    return CLI_DONE;
}

static int read_recipes(const cli_arguments *arguments, const numeral_registry *registry,
                        const char *preset, cli_tuning *out)
{
    numeral_error err;
    out->recipes = calloc(arguments->n_given + 1, sizeof *out->recipes);
    if (!out->recipes) {
        return out_of_memory();
    }
    int status = add_recipes(arguments, registry, "recipe", out);
    if (status == CLI_DONE) {
        status = add_recipes(arguments, registry, "preset", out);
    }
    if (status == CLI_DONE && out->n_recipes == 0) {
        if (numeral_recipe_preset(registry, preset, &out->recipes[0], &err) !=
            NUMERAL_OK) {
            return cli_fail(&err);
        }
        out->n_recipes = 1;
    }
    out->request.recipes = (const numeral_recipe *const *)out->recipes;
    out->request.n_recipes = out->n_recipes;
    return status;
}

static int wrong_ks(const char *text)
{
    return cli_fail_usage("-k %s: expected whole numbers and ranges from 1 to %d, such "
                          "as 1,3,5 or 1..20",
                          text, MAX_K);
}

/* Reads a whole number at *text and moves on; 0 where there is none. */
static size_t take_number(const char **text)
{
    char *end;
    unsigned long value = **text >= '0' && **text <= '9' ? strtoul(*text, &end, 10) : 0;
    if (value >= 1 && value <= MAX_K) {
        *text = end;
        return value;
    }
    return 0;
}

/* "1,3,7..9": marks each k. */
static bool mark_ks(const char *text, bool wanted[MAX_K + 1])
{
    for (;;) {
        size_t low = take_number(&text), high = low;
        if (low && strncmp(text, "..", 2) == 0) {
            text += 2;
            high = take_number(&text);
        }
        if (!low || high < low) {
            return false;
        }
        for (size_t k = low; k <= high; k++) {
            wanted[k] = true;
        }
        if (*text != ',') {
            return *text == '\0';
        }
        text++;
    }
}

static int read_ks(const char *text, cli_tuning *out)
{
    bool *wanted = calloc(MAX_K + 1, sizeof *wanted);
    out->ks = calloc(MAX_K, sizeof *out->ks);
    int status = wanted && out->ks ? CLI_DONE : out_of_memory();
    if (status == CLI_DONE && !mark_ks(text, wanted)) {
        status = wrong_ks(text);
    }
    for (size_t k = 1; k <= MAX_K && status == CLI_DONE; k++) {
        if (wanted[k]) {
            out->ks[out->request.n_ks++] = k;
        }
    }
    out->request.ks = out->ks;
    free(wanted);
    return status;
}

/* Cuts a list at its commas. */
static int cut_list(const char *text, int which, size_t *n, cli_tuning *out)
{
    out->texts[which] = strdup(text);
    out->lists[which] = calloc(strlen(text) + 1, sizeof *out->lists[which]);
    if (!out->texts[which] || !out->lists[which]) {
        return out_of_memory();
    }
    for (char *at = out->texts[which]; at;) {
        char *comma = strchr(at, ',');
        out->lists[which][(*n)++] = at;
        if (comma) {
            *comma++ = '\0';
        }
        at = comma;
    }
    return CLI_DONE;
}

/* Every word must be one that a recipe takes. */
static int check_words(const numeral_registry *registry, const char *option,
                       const char *const *words, size_t n)
{
    numeral_error err;
    numeral_recipe *scratch = NULL;
    if (numeral_recipe_parse(registry, "pixels", &scratch, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    int status = CLI_DONE;
    for (size_t i = 0; i < n && status == CLI_DONE; i++) {
        if (numeral_recipe_set(scratch, option, words[i], &err) != NUMERAL_OK) {
            status = cli_fail_usage("%s", err.text);
        }
    }
    numeral_recipe_destroy(scratch);
    return status;
}

static int list_all(const numeral_registry *registry, cli_tuning *out)
{
    size_t n = numeral_registry_count(registry, NUMERAL_KIND_VOTE);
    out->lists[WEIGHTS] = calloc(n + 1, sizeof *out->lists[WEIGHTS]);
    if (!out->lists[WEIGHTS]) {
        return out_of_memory();
    }
    for (size_t i = 0; i < n; i++) {
        out->lists[WEIGHTS][i] =
            numeral_registry_get(registry, NUMERAL_KIND_VOTE, i)->name;
    }
    out->request.n_weights = n;
    return CLI_DONE;
}

static int read_list(const cli_arguments *arguments, const numeral_registry *registry,
                     const char *option, int which, size_t *n, cli_tuning *out)
{
    const char *text = cli_value(arguments, option);
    int status = text ? cut_list(text, which, n, out) : CLI_DONE;
    return text && status == CLI_DONE
               ? check_words(registry, option, out->lists[which], *n)
               : status;
}

static int read_lists(const cli_arguments *arguments, const numeral_registry *registry,
                      bool sweep, cli_tuning *out)
{
    numeral_tune_request *request = &out->request;
    const char *ks = cli_value(arguments, "k");
    const char *weights = cli_value(arguments, "weights");
    int status = ks || sweep ? read_ks(ks ? ks : "1..20", out) : CLI_DONE;
    if (status == CLI_DONE) {
        status = weights ? strcmp(weights, "all") == 0 : sweep;
        status = status ? list_all(registry, out)
                        : read_list(arguments, registry, "weights", WEIGHTS,
                                    &request->n_weights, out);
    }
    if (status == CLI_DONE) {
        status =
            read_list(arguments, registry, "metric", METRICS, &request->n_metrics, out);
    }
    if (status == CLI_DONE) {
        status = read_list(arguments, registry, "ties", TIES, &request->n_ties, out);
    }
    request->weights = out->lists[WEIGHTS];
    request->metrics = out->lists[METRICS];
    request->ties = out->lists[TIES];
    return status;
}

static int read_method(const cli_arguments *arguments, cli_tuning *out)
{
    numeral_tune_request *request = &out->request;
    double folds;
    int status = cli_integer(arguments, "folds", 2, NUMERAL_MAX_FOLDS, 0, &folds);
    const char *order = cli_value(arguments, "fold-order");
    request->n_folds = (size_t)folds;
    if (status == CLI_DONE && folds > 0 && cli_is_set(arguments, "loo")) {
        return cli_fail_usage("--folds and --loo exclude each other");
    }
    if (folds > 0 || order) {
        request->method = NUMERAL_TUNE_FOLDS;
    }
    if (order && strcmp(order, "file") == 0) {
        request->order = NUMERAL_FOLDS_IN_ORDER;
    } else if (order && strcmp(order, "stratified") != 0) {
        return cli_fail_usage("--fold-order %s: expected stratified or file", order);
    }
    if (cli_is_set(arguments, "loo")) {
        request->method = NUMERAL_TUNE_LEAVE_ONE_OUT;
        for (size_t i = 0; i < out->n_recipes && status == CLI_DONE; i++) {
            const char *learner = numeral_recipe_label_learner(out->recipes[i]);
            if (learner) {
                status = cli_fail_usage("--loo: %s learns from labels, so a digit left "
                                        "out would still have shaped the distances; use "
                                        "--folds",
                                        learner);
            }
        }
    }
    return status;
}

static bool watch(void *context, const numeral_tune_progress *progress)
{
    char note[80] = "";
    (void)context;
    if (progress->recipe) {
        snprintf(note, sizeof note, "best %.2f %%, k %zu %s", 100 * progress->error,
                 progress->k, progress->weights);
    }
    cli_progress_draw("study", progress->doing, progress->done, progress->total, note);
    return true;
}

int cli_tuning_read(const cli_arguments *arguments, const numeral_registry *registry,
                    const cli_setting *setting, const char *preset, bool sweep,
                    cli_tuning *out)
{
    *out = (cli_tuning){.request = {.seed = setting->seed,
                                    .threads = setting->run.threads,
                                    .watch = setting->run.progress ? watch : NULL}};
    int status = read_recipes(arguments, registry, preset, out);
    if (status == CLI_DONE) {
        status = read_lists(arguments, registry, sweep, out);
    }
    if (status == CLI_DONE) {
        status = read_method(arguments, out);
    }
    return status;
}

void cli_tuning_free(cli_tuning *tuning)
{
    for (size_t i = 0; i < tuning->n_recipes; i++) {
        numeral_recipe_destroy(tuning->recipes[i]);
    }
    free(tuning->recipes);
    free(tuning->ks);
    for (size_t i = 0; i < 3; i++) {
        free(tuning->texts[i]);
        free(tuning->lists[i]);
    }
    *tuning = (cli_tuning){0};
}

void cli_tuning_method(const numeral_tune_outcome *outcome, char out[64])
{
    if (outcome->n_folds) {
        snprintf(out, 64, "%zu-fold cross-validation", outcome->n_folds);
    } else {
        snprintf(out, 64, "leave-one-out");
    }
}
