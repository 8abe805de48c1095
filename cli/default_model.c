/* The model where none is named: the default preset on MNIST, trained at its first use
 * and kept in the cache, under the number of the library's fitting. It is made anew when
 * that or its recipe is not what this numeral would make, or its file is not to be read.
 * Two first uses at once make it twice and leave one file, whole. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <numeral/tools/output.h>

#include "cli.h"

enum { PATH_BYTES = 4096 };
static const char trained_on[] = "mnist:train";

/* Whether the model in the cache is the one that would be made now. */
static bool is_current(const numeral_model *model, const numeral_recipe *recipe)
{
    numeral_model_info info;
    char *wanted = numeral_recipe_print(recipe);
    numeral_model_get_info(model, &info);
    bool current =
        wanted && strcmp(info.recipe, wanted) == 0 && strcmp(info.data, trained_on) == 0;
    numeral_free(wanted);
    return current;
}

/* Takes it from the cache; *out stays NULL where it is not there, or is an old one. */
static void find(const cli_session *session, const char *path,
                 const numeral_recipe *recipe, numeral_model **out)
{
    numeral_model *model = NULL;
    if (access(path, R_OK) == 0 &&
        numeral_model_load(path, session->registry, &model, NULL) == NUMERAL_OK &&
        is_current(model, recipe)) {
        *out = model;
    } else {
        numeral_model_destroy(model);
    }
}

static numeral_status load_digits(const cli_session *session, numeral_dataset *out,
                                  numeral_error *err)
{
    numeral_error why;
    numeral_status status = cli_load(
        session, "mnist", (numeral_load){.split = NUMERAL_SPLIT_TRAIN}, out, &why);
    if (status == NUMERAL_OK || status == NUMERAL_ERROR_CANCELLED) {
        *err = why;
        return status;
    }
    return cli_fail(err, status,
                    "no MODEL is given (numeral train makes one), and the default one is "
                    "trained on %.400s",
                    why.text);
}

static void tell(const cli_session *session, const char *text, const char *path)
{
    if (!cli_is_set(session->arguments, "quiet")) {
        cli_progress_clear();
        cli_print_error("numeral: %s%s\n", text, path);
    }
}

/* Where the one of a number of fitting lies; false where there is no home. */
static bool find_place(unsigned fitting, char *path)
{
    char name[64];
    snprintf(name, sizeof name, "models/" CLI_DEFAULT_PRESET "-%u.model", fitting);
    return numeral_cache_path(name, path);
}

/* Those of older fitting, which nobody asks for again. */
static void remove_older(void)
{
    char path[PATH_BYTES];
    for (unsigned fitting = 0; fitting < numeral_fitting_version(); fitting++) {
        if (find_place(fitting, path)) {
            unlink(path);
        }
    }
}

/* Keeps it; a cache that cannot be written is told, and no reason to fail. */
static void keep(const cli_session *session, const numeral_model *model, char *path)
{
    numeral_error why;
    char *slash = strrchr(path, '/');
    *slash = '\0';
    numeral_status status = numeral_folder_create(path, &why);
    *slash = '/';
    if (status == NUMERAL_OK) {
        status = numeral_model_save(model, path, &why);
    }
    if (status != NUMERAL_OK) {
        tell(session, "the default model cannot be kept: ", why.text);
    } else {
        remove_older();
    }
}

static numeral_status make(const cli_session *session, const numeral_recipe *recipe,
                           char *path, numeral_model **out, numeral_error *err)
{
    numeral_dataset digits = {0};
    numeral_status status;
    TRY(load_digits(session, &digits, err));
    tell(session,
         "no MODEL is given: the default one, " CLI_DEFAULT_PRESET
         " on MNIST, is trained once and kept in ",
         path[0] ? path : "memory");
    TRY(numeral_model_fit(recipe, &digits, 0, &session->run, out, NULL, err));
    if (path[0]) {
        keep(session, *out, path);
    }
    cli_progress_clear();
done:
    numeral_dataset_free(&digits);
    return status;
}

/* The default model, from the cache or trained now. */
static numeral_status default_model(const cli_session *session, numeral_model **out,
                                    numeral_error *err)
{
    char path[PATH_BYTES];
    numeral_recipe *recipe = NULL;
    numeral_status status;
    *out = NULL;
    TRY(numeral_recipe_preset(session->registry, CLI_DEFAULT_PRESET, &recipe, err));
    if (!find_place(numeral_fitting_version(), path)) {
        path[0] = '\0';
    }
    find(session, path, recipe, out);
    if (!*out) {
        status = make(session, recipe, path, out, err);
    }
done:
    numeral_recipe_destroy(recipe);
    return status;
}

numeral_status cli_session_model_first(cli_session *session, size_t *first,
                                       numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const cli_command *command = arguments->command;
    size_t n = arguments->n_inputs;
    bool named = n > 0 && cli_is_model(arguments->inputs[0]);
    bool single = command->max_inputs == 2; /* MODEL and one INPUT */
    *first = named;
    if (n == *first && !cli_value(arguments, "files-from")) {
        return cli_usage(err, "%s needs %s; see numeral %s --help", command->name,
                         command->arguments, command->name);
    }
    for (size_t i = 1; i < n && !named; i++) {
        if (single || cli_is_model(arguments->inputs[i])) {
            return cli_load_model(session, 0, &session->model, err);
        }
    }
    numeral_status status = named ? cli_load_model(session, 0, &session->model, err)
                                  : default_model(session, &session->model, err);
    return status == NUMERAL_OK ? cli_session_options(session, err) : status;
}

numeral_status cli_session_default_model(cli_session *session, numeral_error *err)
{
    numeral_status status = default_model(session, &session->model, err);
    return status == NUMERAL_OK ? cli_session_options(session, err) : status;
}
