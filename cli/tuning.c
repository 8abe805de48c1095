/* What a study is asked for: lists and ranges, checked before any work. */
#include "tuning.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_K = 10000 }; /* a typing error should not cost an hour */
enum { WEIGHTS, METRICS, TIES };

/* All values of one option, recipes or names of presets, in their order. */
static numeral_status add_recipes(const cli_session *session, const char *option,
                                  bool preset, cli_tuning *out, numeral_error *err)
{
    const char *text;
    numeral_status status = NUMERAL_OK;
    for (size_t at = 0; (text = cli_value_at(session->arguments, option, at)); at++) {
        numeral_recipe **to = &out->recipes[out->n_recipes];
        TRY(preset ? numeral_recipe_preset(session->registry, text, to, err)
                   : numeral_recipe_parse(session->registry, text, to, err));
        out->n_recipes++;
    }
done:
    return cli_as_usage(status, err);
}

static numeral_status read_recipes(const cli_session *session, const char *preset,
                                   cli_tuning *out, numeral_error *err)
{
    numeral_status status;
    out->recipes = calloc(session->arguments->n_given + 1, sizeof *out->recipes);
    TRY(out->recipes ? NUMERAL_OK : cli_no_memory(err));
    TRY(add_recipes(session, "recipe", false, out, err));
    TRY(add_recipes(session, "preset", true, out, err));
    if (out->n_recipes == 0) {
        TRY(numeral_recipe_preset(session->registry, preset, &out->recipes[0], err));
        out->n_recipes = 1;
    }
    out->request.recipes = (const numeral_recipe *const *)out->recipes;
    out->request.n_recipes = out->n_recipes;
done:
    return status;
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

static numeral_status read_ks(const char *text, cli_tuning *out, numeral_error *err)
{
    bool wanted[MAX_K + 1] = {false}; /* each k once, in order */
    if (!mark_ks(text, wanted)) {
        return cli_usage(err,
                         "-k %.200s: expected whole numbers and ranges from 1 to %d, "
                         "such as 1,3,5 or 1..20",
                         text, MAX_K);
    }
    out->ks = calloc(MAX_K, sizeof *out->ks);
    for (size_t k = 1; k <= MAX_K && out->ks; k++) {
        if (wanted[k]) {
            out->ks[out->request.n_ks++] = k;
        }
    }
    out->request.ks = out->ks;
    return out->ks ? NUMERAL_OK : cli_no_memory(err);
}

/* Cuts a list at its commas. */
static numeral_status cut_list(const char *text, int which, size_t *n, cli_tuning *out,
                               numeral_error *err)
{
    out->texts[which] = strdup(text);
    out->lists[which] = calloc(strlen(text) + 1, sizeof *out->lists[which]);
    if (!out->texts[which] || !out->lists[which]) {
        return cli_no_memory(err);
    }
    for (char *at = out->texts[which]; at;) {
        char *comma = strchr(at, ',');
        out->lists[which][(*n)++] = at;
        if (comma) {
            *comma++ = '\0';
        }
        at = comma;
    }
    return NUMERAL_OK;
}

/* Every word must be one that a recipe takes. */
static numeral_status check_words(const numeral_registry *registry, const char *option,
                                  const char *const *words, size_t n, numeral_error *err)
{
    numeral_recipe *scratch = NULL;
    numeral_status status;
    TRY(numeral_recipe_parse(registry, "pixels", &scratch, err));
    for (size_t i = 0; i < n; i++) {
        TRY(cli_as_usage(numeral_recipe_set(scratch, option, words[i], err), err));
    }
done:
    numeral_recipe_destroy(scratch);
    return status;
}

static numeral_status list_all(const numeral_registry *registry, cli_tuning *out,
                               numeral_error *err)
{
    size_t n = numeral_registry_count(registry, NUMERAL_KIND_VOTE);
    out->lists[WEIGHTS] = calloc(n + 1, sizeof *out->lists[WEIGHTS]);
    if (!out->lists[WEIGHTS]) {
        return cli_no_memory(err);
    }
    for (size_t i = 0; i < n; i++) {
        out->lists[WEIGHTS][i] =
            numeral_registry_get(registry, NUMERAL_KIND_VOTE, i)->name;
    }
    out->request.n_weights = n;
    return NUMERAL_OK;
}

static numeral_status read_list(const cli_session *session, const char *option, int which,
                                size_t *n, cli_tuning *out, numeral_error *err)
{
    const char *text = cli_value(session->arguments, option);
    numeral_status status = NUMERAL_OK;
    if (text) {
        TRY(cut_list(text, which, n, out, err));
        TRY(check_words(session->registry, option, out->lists[which], *n, err));
    }
done:
    return status;
}

static numeral_status read_lists(const cli_session *session, bool sweep, cli_tuning *out,
                                 numeral_error *err)
{
    numeral_tune_request *request = &out->request;
    const char *ks = cli_value(session->arguments, "k");
    const char *weights = cli_value(session->arguments, "weights");
    numeral_status status;
    if (ks || sweep) {
        TRY(read_ks(ks ? ks : "1..20", out, err));
    }
    if (weights ? strcmp(weights, "all") == 0 : sweep) {
        TRY(list_all(session->registry, out, err));
    } else {
        TRY(read_list(session, "weights", WEIGHTS, &request->n_weights, out, err));
    }
    TRY(read_list(session, "metric", METRICS, &request->n_metrics, out, err));
    TRY(read_list(session, "ties", TIES, &request->n_ties, out, err));
    request->weights = out->lists[WEIGHTS];
    request->metrics = out->lists[METRICS];
    request->ties = out->lists[TIES];
done:
    return status;
}

static numeral_status read_method(const cli_session *session, cli_tuning *out,
                                  numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    numeral_tune_request *request = &out->request;
    const char *order = cli_value(arguments, "fold-order");
    bool loo = cli_is_set(arguments, "loo");
    numeral_status status;
    TRY(cli_integer(arguments, "folds", 2, NUMERAL_MAX_FOLDS, 0, &request->n_folds, err));
    if (request->n_folds > 0 && loo) {
        return cli_usage(err, "--folds and --loo exclude each other");
    }
    if (order && strcmp(order, "file") != 0 && strcmp(order, "stratified") != 0) {
        return cli_usage(err, "--fold-order %.100s: expected stratified or file", order);
    }
    request->order = order && strcmp(order, "file") == 0 ? NUMERAL_FOLDS_IN_ORDER
                                                         : NUMERAL_FOLDS_STRATIFIED;
    request->method = loo                             ? NUMERAL_TUNE_LEAVE_ONE_OUT
                      : request->n_folds > 0 || order ? NUMERAL_TUNE_FOLDS
                                                      : NUMERAL_TUNE_AUTO;
    for (size_t i = 0; i < out->n_recipes && loo; i++) {
        const char *learner = numeral_recipe_label_learner(out->recipes[i]);
        if (learner) {
            return cli_usage(err,
                             "--loo: %s learns from labels, so a digit left out would "
                             "still have shaped the distances; use --folds",
                             learner);
        }
    }
done:
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

numeral_status cli_tuning_read(const cli_session *session, const char *preset, bool sweep,
                               cli_tuning *out, numeral_error *err)
{
    numeral_status status;
    *out = (cli_tuning){.request = {.seed = session->seed,
                                    .threads = session->run.threads,
                                    .watch = session->run.progress ? watch : NULL}};
    TRY(read_recipes(session, preset, out, err));
    TRY(read_lists(session, sweep, out, err));
    status = read_method(session, out, err);
done:
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

numeral_status cli_learning_measure(const cli_session *session, const cli_tuning *tuning,
                                    const numeral_recipe *recipe, cli_learning *out,
                                    numeral_error *err)
{
    out->recipe = numeral_recipe_print(recipe);
    return out->recipe ? numeral_learning_curve(recipe, &tuning->request, &session->data,
                                                out->points, &out->n_points, err)
                       : cli_no_memory(err);
}
