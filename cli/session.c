/* What a command line names, opened: the common options, the registry, models, data and
 * recipes. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doubts.h"

/* What reading data tells. A bad file is an error, which --quiet leaves. */
static void tell_note(void *context, numeral_note_kind kind, const char *text)
{
    const cli_session *session = context;
    if (kind == NUMERAL_NOTE_BAD && session->notes_bad) {
        ++*session->notes_bad;
    }
    if (kind == NUMERAL_NOTE_BAD || !cli_is_set(session->arguments, "quiet")) {
        cli_progress_clear();
        cli_print_error("numeral: %s\n", text);
    }
}

numeral_status cli_session_open(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *plugin = cli_value(arguments, "plugin");
    bool quiet = cli_is_set(arguments, "quiet");
    size_t threads, seed;
    uint64_t max_memory;
    numeral_status status;
    TRY(cli_integer(arguments, "threads", 1, 256, 0, &threads, err));
    /* doubles hold whole numbers exactly up to 9e15 */
    TRY(cli_integer(arguments, "seed", 0, 1e15, 0, &seed, err));
    TRY(cli_bytes(arguments, "max-memory", &max_memory, err));
    numeral_set_max_memory(max_memory);
    session->progress = (numeral_progress){cli_progress_report, NULL};
    session->notes = (numeral_notes){tell_note, session, false};
    session->run.threads = (int)threads;
    session->run.progress = isatty(STDERR_FILENO) && !quiet ? &session->progress : NULL;
    session->seed = seed;
    session->json = cli_value(arguments, "json");
    session->text = !quiet && !(session->json && strcmp(session->json, "-") == 0);
    TRY(numeral_registry_create(&session->registry, err));
    if (plugin) {
        TRY(numeral_registry_load_plugin(session->registry, plugin, err));
    }
done:
    return status;
}

void cli_session_close(cli_session *session)
{
    numeral_dataset_free(&session->data);
    numeral_model_destroy(session->model);
    numeral_registry_destroy(session->registry);
}

int cli_threads(const cli_session *session)
{
    return session->run.threads ? session->run.threads
                                : (int)sysconf(_SC_NPROCESSORS_ONLN);
}

bool cli_is_model(const char *path)
{
    const char *dot = strrchr(path, '.');
    struct stat about;
    if (dot && (strcmp(dot, ".model") == 0 || strcmp(dot, ".safetensors") == 0)) {
        return true;
    }
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode)) {
        return false; /* a pipe must not lose its first bytes */
    }
    /* safetensors: the header's length as a little-endian u64, then a JSON object */
    unsigned char head[9] = {0};
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(head, 1, sizeof head, file) : 0;
    if (file) {
        fclose(file);
    }
    return n == sizeof head && head[8] == '{' && !head[5] && !head[6] && !head[7];
}

numeral_status cli_load_model(const cli_session *session, size_t at, numeral_model **out,
                              numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *path = arguments->inputs[at], *command = arguments->command->name;
    if (!cli_is_model(path) && at + 1 < arguments->n_inputs &&
        cli_is_model(arguments->inputs[at + 1])) {
        return cli_usage(err, "%s: MODEL comes first, '%.200s' before '%.200s'", command,
                         arguments->inputs[at + 1], path);
    }
    if (!cli_is_model(path) && access(path, F_OK) != 0) {
        return cli_fail(err, NUMERAL_ERROR_IO,
                        "%s: MODEL comes first, and there is no file '%.300s'", command,
                        path);
    }
    return cli_is_set(arguments, "map")
               ? numeral_model_map(path, session->registry, out, err)
               : numeral_model_load(path, session->registry, out, err);
}

numeral_status cli_session_options(cli_session *session, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < numeral_recipe_option_count(); i++) {
        const numeral_recipe_option *option = numeral_recipe_option_get(i);
        const char *value = cli_value(session->arguments, option->name);
        if (value && option->after_fitting) {
            TRY(cli_as_usage(numeral_model_set(session->model, option->name, value,
                                               &session->run, err),
                             err));
        }
    }
done:
    return status;
}

numeral_status cli_session_model(cli_session *session, size_t at, numeral_error *err)
{
    numeral_status status = cli_load_model(session, at, &session->model, err);
    return status == NUMERAL_OK ? cli_session_options(session, err) : status;
}

numeral_status cli_load(const cli_session *session, const char *text, numeral_load how,
                        numeral_dataset *out, numeral_error *err)
{
    numeral_framer framer;
    numeral_columns columns;
    how.seed = session->seed;
    how.run = session->run;
    how.notes = &session->notes;
    if (session->model) {
        numeral_model_info info;
        numeral_model_get_info(session->model, &info);
        how.height = info.height;
        how.width = info.width;
        framer = numeral_model_framer(session->model);
        how.framer = &framer;
        columns = info.columns;
        how.columns = &columns;
    }
    if (cli_is_model(text)) {
        return cli_usage(err, "%s: '%.200s' is a model, expected DATA",
                         session->arguments->command->name, text);
    }
    numeral_dataset_free(out);
    numeral_status status = numeral_dataset_load(text, &how, out, err);
    if (status == NUMERAL_OK) {
        cli_doubt_ground(session, out);
    }
    return status == NUMERAL_OK && how.need_labels
               ? cli_doubt_labels(session, session->model, out, err)
               : status;
}

numeral_status cli_load_all(const cli_session *session, size_t first, numeral_load how,
                            numeral_dataset *out, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    size_t n = arguments->n_inputs - first;
    numeral_status status = NUMERAL_OK;
    if (n == 1) {
        return cli_load(session, arguments->inputs[first], how, out, err);
    }
    numeral_dataset *sets = calloc(n + 1, sizeof *sets);
    TRY(sets ? NUMERAL_OK : cli_no_memory(err));
    for (size_t i = 0; i < n; i++) {
        TRY(cli_load(session, arguments->inputs[first + i], how, &sets[i], err));
    }
    status = numeral_dataset_join(sets, n, out, err);
done:
    for (size_t i = 0; sets && i < n; i++) {
        numeral_dataset_free(&sets[i]);
    }
    free(sets);
    return status;
}

numeral_status cli_session_data(cli_session *session, const char *text,
                                numeral_split split, bool need_labels, numeral_error *err)
{
    return cli_load(session, text,
                    (numeral_load){.split = split, .need_labels = need_labels},
                    &session->data, err);
}

numeral_status cli_load_splits(const cli_session *session, const char *text,
                               numeral_load how, numeral_dataset *train,
                               numeral_dataset *test, numeral_error *why,
                               numeral_error *err)
{
    const char *name = text ? text : "mnist";
    how.split = NUMERAL_SPLIT_TRAIN;
    *why = (numeral_error){NUMERAL_OK, ""};
    numeral_status status = cli_load(session, name, how, train, err);
    if (status != NUMERAL_OK && !text) {
        *why = *err;
        name = "pen";
        status = cli_load(session, name, how, train, err);
    }
    how.split = NUMERAL_SPLIT_TEST;
    return status == NUMERAL_OK ? cli_load(session, name, how, test, err) : status;
}

numeral_status cli_hold_out(const cli_session *session, numeral_dataset *data,
                            numeral_dataset *held, numeral_error *err)
{
    double share;
    numeral_dataset rest = {0};
    numeral_status status;
    TRY(cli_number(session->arguments, "holdout", 0.001, 0.999, 0, &share, err));
    if (share > 0) {
        TRY(numeral_dataset_holdout(data, share, session->seed, &rest, held, err));
        numeral_dataset_free(data);
        *data = rest;
    }
done:
    return status;
}

numeral_status cli_recipe_read(const cli_session *session, const char *preset,
                               const char *stages, numeral_recipe **out,
                               numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *wanted = cli_value(arguments, "preset");
    const char *text = cli_value(arguments, "recipe");
    numeral_status status;
    if (text && wanted) {
        return cli_usage(err, "--recipe and --preset exclude each other");
    }
    preset = text ? NULL : wanted ? wanted : preset;
    TRY(preset ? numeral_recipe_preset(session->registry, preset, out, err)
               : numeral_recipe_parse(session->registry, text ? text : stages, out, err));
    for (size_t i = 0; i < numeral_recipe_option_count(); i++) {
        const char *name = numeral_recipe_option_get(i)->name;
        const char *value = cli_value(arguments, name);
        if (value && arguments->command->recipe == CLI_RECIPE_ALL) {
            TRY(numeral_recipe_set(*out, name, value, err));
        }
    }
done:
    return cli_as_usage(status, err);
}
