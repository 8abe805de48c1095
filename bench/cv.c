/* Cross-validation: how recipes fare on digits that they were not fitted to.
 *
 * Fold f queries rows floor(n·f/F) .. floor(n·(f+1)/F) - 1 in file order; everything that
 * is fitted (projections, quantiser, index, constants) is fitted on the other rows alone.
 * Each digit is thus read once, by a model that never saw it (Stone 1974). Only the
 * public interface is used. */
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <numeral/numeral.h>
#include <numeral/tools/command.h>
#include <numeral/tools/output.h>
#include <numeral/tools/study.h>

enum { MAX_CHANGES = 64, MAX_CHANGE_BYTES = 512 };

/* A call that fails ends the work at the function's `done:`. */
#define TRY(call)                                                                        \
    do {                                                                                 \
        status = (call);                                                                 \
        if (status != NUMERAL_OK) {                                                      \
            goto done;                                                                   \
        }                                                                                \
    } while (0)

/* What the command line asks for. */
typedef struct cv_request {
    const char *data, *json, *confidence;
    const char **recipes;
    size_t n_recipes;
    const char *changes[MAX_CHANGES]; /* options set on the fitted model, one by one */
    size_t n_changes;
    size_t n_folds;
    int threads;
} cv_request;

/* One configuration, over all folds: a row of the table. */
typedef struct result {
    char *recipe; /* canonical */
    size_t errors[NUMERAL_MAX_FOLDS];
    double fit_seconds, predict_seconds;
    double
        predict_cpu_seconds; /* of all threads; other work on the machine slows it less */
    numeral_label *predicted; /* one for each digit of the data */
    double *confidence;
} result;

typedef struct bench {
    const cv_request *request;
    numeral_dataset data;
    uint16_t *folds;                 /* of each row */
    result results[1 + MAX_CHANGES]; /* the recipe, then it with each change */
    json_t *table;
} bench;

static void print_usage(FILE *file)
{
    fputs("Usage: cv DATA [OPTIONS] RECIPE-OR-PRESET...\n\n"
          "Cross-validates recipes: errors of each fold, in all, and how fast they are.\n"
          "DATA is what numeral train takes; a set with two splits stands for its train "
          "split.\n\n"
          "      --folds F            how many folds, in file order (default: 6)\n"
          "      --threads N          how many threads (default: one for each "
          "processor)\n"
          "      --also CHANGES       one more configuration for each recipe, without "
          "fitting\n"
          "                           again: options such as '-k 7 --weights rank'; "
          "changes\n"
          "                           stay for the next --also\n"
          "      --json FILE          write the table as JSON\n"
          "      --confidence FILE    write row,label,predicted,confidence of every "
          "digit as\n"
          "                           CSV; for one recipe without --also\n\n"
          "  cv mnist fast accurate --json cv.json\n"
          "  cv mnist 'deskew,gradient,nda --dtype i8 -k 5' --also '-k 3' "
          "--also '--weights rank'\n",
          file);
}

static bool read_count(const char *text, size_t low, size_t high, size_t *out)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || value < low || value > high) {
        fprintf(stderr, "cv: %s: expected a whole number from %zu to %zu\n", text, low,
                high);
        return false;
    }
    *out = value;
    return true;
}

static bool read_option(const char *name, const char *value, cv_request *out)
{
    size_t threads;
    if (strcmp(name, "--folds") == 0) {
        return read_count(value, 2, NUMERAL_MAX_FOLDS, &out->n_folds);
    }
    if (strcmp(name, "--threads") == 0) {
        if (!read_count(value, 1, 1024, &threads)) {
            return false;
        }
        out->threads = (int)threads;
    } else if (strcmp(name, "--json") == 0) {
        out->json = value;
    } else if (strcmp(name, "--confidence") == 0) {
        out->confidence = value;
    } else if (strcmp(name, "--also") == 0 && out->n_changes < MAX_CHANGES) {
        out->changes[out->n_changes++] = value;
    } else {
        fprintf(stderr, "cv: %s: no such option, or given too often\n", name);
        return false;
    }
    return true;
}

/* The arguments; recipes are kept in argv's own place. */
static bool read_request(int argc, char **argv, cv_request *out)
{
    *out = (cv_request){.n_folds = 6, .recipes = (const char **)argv};
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) == 0) {
            if (i + 1 == argc) {
                fprintf(stderr, "cv: %s: expected a value behind it\n", argv[i]);
                return false;
            }
            i++;
            if (!read_option(argv[i - 1], argv[i], out)) {
                return false;
            }
        } else if (!out->data) {
            out->data = argv[i];
        } else {
            out->recipes[out->n_recipes++] = argv[i];
        }
    }
    if (out->n_recipes == 0) {
        print_usage(stderr);
        return false;
    }
    if (out->confidence && (out->n_recipes > 1 || out->n_changes > 0)) {
        fputs("cv: --confidence: expected one recipe without --also\n", stderr);
        return false;
    }
    return true;
}

static numeral_status fail(numeral_error *err, numeral_status status, const char *what,
                           const char *why)
{
    err->status = status;
    snprintf(err->text, sizeof err->text, "%s: %s", what, why);
    return status;
}

static numeral_status out_of_memory(numeral_error *err)
{
    return fail(err, NUMERAL_ERROR_MEMORY, "cv", "out of memory");
}

/* "-k", "--weights" -> "k", "weights"; NULL for anything else. */
static const char *option_name(const char *word)
{
    if (strncmp(word, "--", 2) == 0) {
        return word + 2;
    }
    for (size_t i = 0; word[0] == '-' && i < numeral_recipe_option_count(); i++) {
        const numeral_recipe_option *option = numeral_recipe_option_get(i);
        if (option->letter && option->letter == word[1] && !word[2]) {
            return option->name;
        }
    }
    return NULL;
}

/* Sets "-k 7 --weights rank" on the model, word by word. */
static numeral_status apply_changes(const char *text, const numeral_run *run,
                                    numeral_model *model, numeral_error *err)
{
    char words[MAX_CHANGE_BYTES], *rest = words;
    if (strlen(text) >= sizeof words) {
        return fail(err, NUMERAL_ERROR_ARGUMENT, "--also", "longer than 511 bytes");
    }
    strcpy(words, text);
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        const char *name = option_name(word);
        const char *value = strtok_r(rest, " ", &rest);
        if (!name || !value) {
            return fail(err, NUMERAL_ERROR_ARGUMENT, text,
                        "expected options with values, such as '-k 7 --weights rank'");
        }
        numeral_status status = numeral_model_set(model, name, value, run, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    return NUMERAL_OK;
}

static double cpu_seconds(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

/* Reads the held-out digits with the model as it stands. */
static numeral_status score_fold(bench *work, size_t fold, const numeral_model *model,
                                 const numeral_dataset *held, double fit_seconds,
                                 result *out, numeral_error *err)
{
    numeral_run run = {.threads = work->request->threads};
    numeral_answers answers = {0};
    double start = cpu_seconds();
    numeral_status status = numeral_model_predict(model, held, &run, &answers, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    size_t i = 0;
    out->errors[fold] = 0;
    for (size_t row = 0; row < work->data.n_images; row++) {
        if (work->folds[row] == fold) {
            out->predicted[row] = answers.labels[i];
            out->confidence[row] = answers.confidence[i++];
            out->errors[fold] += out->predicted[row] != work->data.labels[row];
        }
    }
    out->predict_cpu_seconds += cpu_seconds() - start;
    out->fit_seconds += fit_seconds;
    out->predict_seconds += answers.seconds.total;
    numeral_answers_free(&answers);
    return NUMERAL_OK;
}

static numeral_status note_recipe(const numeral_model *model, result *out,
                                  numeral_error *err)
{
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    free(out->recipe);
    out->recipe = strdup(info.recipe);
    return out->recipe ? NUMERAL_OK : out_of_memory(err);
}

/* Scores the fitted model, then again after each change. */
static numeral_status score_changes(bench *work, size_t fold, numeral_model *model,
                                    const numeral_dataset *held, double fit_seconds,
                                    numeral_error *err)
{
    numeral_run run = {.threads = work->request->threads};
    numeral_status status = NUMERAL_OK;
    for (size_t at = 0; at <= work->request->n_changes; at++) {
        if (at > 0) {
            TRY(apply_changes(work->request->changes[at - 1], &run, model, err));
        }
        TRY(note_recipe(model, &work->results[at], err));
        TRY(score_fold(work, fold, model, held, fit_seconds, &work->results[at], err));
    }
done:
    return status;
}

static numeral_status run_fold(bench *work, size_t fold, const numeral_recipe *recipe,
                               numeral_error *err)
{
    numeral_run run = {.threads = work->request->threads};
    numeral_dataset held = {0}, rest = {0};
    numeral_model *model = NULL;
    numeral_fit_report report = {0};
    numeral_status status = NUMERAL_OK;
    TRY(numeral_folds_split(&work->data, work->folds, fold, &held, &rest, err));
    TRY(numeral_model_fit(recipe, &rest, 0, &run, &model, &report, err));
    TRY(score_changes(work, fold, model, &held, report.total, err));
done:
    numeral_model_destroy(model);
    numeral_dataset_free(&held);
    numeral_dataset_free(&rest);
    return status;
}

/* The standard error of a share of n digits, as if they were drawn independently. */
static double standard_error(size_t errors, size_t n)
{
    double share = (double)errors / (double)n;
    return sqrt(share * (1 - share) / (double)n);
}

static numeral_status report_result(bench *work, const result *row, numeral_error *err)
{
    size_t n = work->data.n_images, total = 0;
    double per_second = (double)n / row->predict_seconds;
    double per_cpu_second = (double)n / row->predict_cpu_seconds;
    json_t *folds = json_array();
    printf("%s\n   errors", row->recipe);
    for (size_t f = 0; f < work->request->n_folds; f++) {
        printf(" %zu", row->errors[f]);
        json_array_append_new(folds, json_integer((json_int_t)row->errors[f]));
        total += row->errors[f];
    }
    double percent = 100 * (double)total / (double)n;
    printf(" = %zu of %zu, %.3f %% (standard error %.3f); fitting %.1f s, %.0f "
           "digits/s, %.0f by processor time\n",
           total, n, percent, 100 * standard_error(total, n), row->fit_seconds,
           per_second, per_cpu_second);
    fflush(stdout);
    json_t *entry =
        json_pack("{s:s, s:o, s:I, s:f, s:f, s:f, s:f, s:f}", "recipe", row->recipe,
                  "fold_errors", folds, "errors", (json_int_t)total, "error_percent",
                  percent, "standard_error_percent", 100 * standard_error(total, n),
                  "fit_seconds", row->fit_seconds, "digits_per_second", per_second,
                  "digits_per_cpu_second", per_cpu_second);
    return json_array_append_new(work->table, entry) == 0 ? NUMERAL_OK
                                                          : out_of_memory(err);
}

/* The recipe of a preset's name, else of the text itself. */
static numeral_status find_recipe(const char *text, numeral_recipe **out,
                                  numeral_error *err)
{
    return numeral_registry_find(NULL, NUMERAL_KIND_PRESET, text)
               ? numeral_recipe_preset(NULL, text, out, err)
               : numeral_recipe_parse(NULL, text, out, err);
}

static numeral_status run_recipe(bench *work, const char *text, numeral_error *err)
{
    size_t n_results = 1 + work->request->n_changes;
    numeral_recipe *recipe = NULL;
    numeral_status status = NUMERAL_OK;
    TRY(find_recipe(text, &recipe, err));
    for (size_t at = 0; at < n_results; at++) {
        work->results[at].fit_seconds = 0;
        work->results[at].predict_seconds = 0;
        work->results[at].predict_cpu_seconds = 0;
    }
    for (size_t f = 0; f < work->request->n_folds; f++) {
        TRY(run_fold(work, f, recipe, err));
    }
    for (size_t at = 0; at < n_results; at++) {
        TRY(report_result(work, &work->results[at], err));
    }
done:
    numeral_recipe_destroy(recipe);
    return status;
}

static numeral_status make_results(bench *work, numeral_error *err)
{
    work->table = json_array();
    work->folds = calloc(work->data.n_images + 1, sizeof *work->folds);
    bool made = work->table && work->folds;
    for (size_t at = 0; at <= work->request->n_changes; at++) {
        result *row = &work->results[at];
        row->predicted = calloc(work->data.n_images, 1);
        row->confidence = calloc(work->data.n_images, sizeof *row->confidence);
        made = made && row->predicted && row->confidence;
    }
    return made ? NUMERAL_OK : out_of_memory(err);
}

static void free_results(bench *work)
{
    for (size_t at = 0; at <= work->request->n_changes; at++) {
        free(work->results[at].recipe);
        free(work->results[at].predicted);
        free(work->results[at].confidence);
    }
    json_decref(work->table);
    free(work->folds);
}

static numeral_status write_json(const bench *work, numeral_error *err)
{
    json_t *all = json_pack(
        "{s:s, s:I, s:I, s:s, s:s, s:s, s:O}", "data", work->data.name, "n",
        (json_int_t)work->data.n_images, "folds", (json_int_t)work->request->n_folds,
        "version", numeral_version(), "cpu", numeral_processor_name(), "instruction_set",
        numeral_cpu_name(), "results", work->table);
    char *text = json_dumps(all, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    numeral_status status =
        text ? numeral_output_save(work->request->json, text, strlen(text), err)
             : out_of_memory(err);
    free(text);
    json_decref(all);
    return status;
}

static numeral_status write_confidence(const bench *work, numeral_error *err)
{
    const result *row = &work->results[0];
    numeral_output *output = NULL;
    numeral_status status = NUMERAL_OK;
    TRY(numeral_output_create(work->request->confidence, &output, err));
    TRY(numeral_output_printf(output, err, "row,label,predicted,confidence\n"));
    for (size_t i = 0; i < work->data.n_images; i++) {
        TRY(numeral_output_printf(output, err, "%zu,%u,%u,%.17g\n", i,
                                  (unsigned)work->data.labels[i],
                                  (unsigned)row->predicted[i], row->confidence[i]));
    }
    return numeral_output_commit(output, err);
done:
    numeral_output_destroy(output);
    return status;
}

static numeral_status run_all(bench *work, numeral_error *err)
{
    const cv_request *request = work->request;
    numeral_load load = {.split = NUMERAL_SPLIT_TRAIN,
                         .need_labels = true,
                         .run = {.threads = request->threads}};
    numeral_status status = NUMERAL_OK;
    TRY(numeral_dataset_load(request->data, &load, &work->data, err));
    TRY(make_results(work, err));
    TRY(numeral_folds_deal(&work->data, request->n_folds, NUMERAL_FOLDS_IN_ORDER, 0,
                           work->folds, err));
    printf("%s: %zu digits, %zu folds; %s, %s\n", work->data.name, work->data.n_images,
           request->n_folds, numeral_processor_name(), numeral_cpu_name());
    fflush(stdout);
    for (size_t i = 0; i < request->n_recipes; i++) {
        TRY(run_recipe(work, request->recipes[i], err));
    }
    if (request->json) {
        TRY(write_json(work, err));
    }
    if (request->confidence) {
        TRY(write_confidence(work, err));
    }
done:
    free_results(work);
    numeral_dataset_free(&work->data);
    return status;
}

int main(int argc, char **argv)
{
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        print_usage(stdout);
        return 0;
    }
    static bench work; /* too large for a small stack */
    cv_request request;
    numeral_error err;
    if (!read_request(argc, argv, &request)) {
        return 2;
    }
    work.request = &request;
    if (numeral_cpu_check(&err) != NUMERAL_OK || run_all(&work, &err) != NUMERAL_OK) {
        fprintf(stderr, "cv: %s\n", err.text);
        return 1;
    }
    return 0;
}
