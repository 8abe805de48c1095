/* numeral data: what there is, what is in it, and making other data of it. */
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/output.h>

#include "data_info.h"
#include "json_file.h"

enum { FOLDER_BYTES = 4096 }; /* as numeral_named_set_get wants */

static const cli_option options[] = {
    {"output", 'o', "PATH", "what convert, split and synth write"},
    {"format", 0, "NAME",
     "the format to write (list format; default: by PATH's ending; without one a "
     "folder)"},
    {"holdout", 0, "SHARE", "split: the share of each label for testing (default: 0.2)"},
    {"count", 'n', "N", "synth: how many digits (default: 1000)"},
    {"split", 0, "SPLIT", "synth: train or test, which never share a digit"},
    {"offline", 0, NULL, "never fetch"},
};

static numeral_status load(cli_session *session, numeral_error *err)
{
    numeral_load how = {.offline = cli_is_set(session->arguments, "offline")};
    numeral_status status =
        cli_load(session, session->arguments->inputs[1], how, &session->data, err);
    cli_progress_clear();
    return status;
}

static void print_set(const numeral_named_set *set)
{
    cli_print("%-14s %s\n%-14s %s%s%s\n", set->name, set->help, "",
              set->built_in ? "made here, always at hand"
              : set->found  ? "in "
                            : "not here yet: numeral data fetch ",
              set->built_in ? ""
              : set->found  ? set->found
                            : set->name,
              "");
}

static numeral_status run_list(cli_session *session, numeral_error *err)
{
    json_t *list = json_array();
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < numeral_named_set_count(); i++) {
        numeral_named_set set;
        char folder[FOLDER_BYTES];
        numeral_named_set_get(i, &set, folder);
        if (session->text) {
            print_set(&set);
        }
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:b, s:o?}", "name", set.name, "help",
                                        set.help, "built_in", (int)set.built_in, "found",
                                        set.found ? answer_text(set.found) : NULL));
    }
    if (session->json) {
        status = cli_json_write(json_incref(list), session->json, err);
    }
    json_decref(list);
    return status;
}

static numeral_status run_info(cli_session *session, numeral_error *err)
{
    numeral_status status = load(session, err);
    return status == NUMERAL_OK ? cli_data_info(session, err) : status;
}

static bool find_set(const char *name, numeral_named_set *set, char *folder)
{
    for (size_t i = 0; i < numeral_named_set_count(); i++) {
        numeral_named_set_get(i, set, folder);
        if (strcmp(set->name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Each in turn; a name that is none is told before anything is fetched. What broke off is
 * continued the next time. */
static numeral_status run_fetch(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    numeral_named_set set;
    char folder[FOLDER_BYTES];
    for (size_t i = 1; i < arguments->n_inputs; i++) {
        if (!find_set(arguments->inputs[i], &set, folder)) {
            return numeral_named_set_fetch(arguments->inputs[i], &session->run, err);
        }
    }
    for (size_t i = 1; i < arguments->n_inputs; i++) {
        const char *name = arguments->inputs[i];
        numeral_status status = numeral_named_set_fetch(name, &session->run, err);
        cli_progress_clear();
        if (status != NUMERAL_OK) {
            return status;
        }
        if (session->text && find_set(name, &set, folder)) {
            cli_print("%s: %s%s\n", name,
                      set.found ? "in " : "made here, nothing to fetch",
                      set.found ? set.found : "");
        }
    }
    return NUMERAL_OK;
}

static bool is_idx(const char *format, const char *path)
{
    return format ? strcmp(format, "idx") == 0
                  : strstr(path, ".idx") || strstr(path, "-ubyte");
}

/* IDX holds numbers alone, so that what they stand for is told here. */
static void print_lost_names(const numeral_dataset *data)
{
    cli_print("IDX holds no names of labels:");
    size_t n = 0;
    for (size_t label = 0; label < data->n_label_names; label++) {
        if (data->label_names[label]) {
            cli_print("%s %zu is %s", n++ ? "," : "", label, data->label_names[label]);
        }
    }
    putchar('\n');
}

static numeral_status save(const cli_session *session, const numeral_dataset *data,
                           const char *format, const char *path, numeral_error *err)
{
    char n[32];
    numeral_status status = numeral_dataset_save(data, format, path, err);
    cli_progress_clear();
    if (status == NUMERAL_OK && session->text) {
        cli_print("%s: %s images of %zu x %zu\n", path, cli_count(data->n_images, n),
                  data->height, data->width);
        if (data->label_names && is_idx(format, path)) {
            print_lost_names(data);
        }
    }
    return status;
}

/* Whether -o names a format that is written, and a place for it. */
static numeral_status check_place(const cli_session *session, numeral_error *err)
{
    const char *format = cli_value(session->arguments, "format");
    const char *path = cli_value(session->arguments, "output");
    numeral_status status = numeral_dataset_save_check(format, path, err);
    if (status == NUMERAL_ERROR_UNSUPPORTED) {
        status = err->status = NUMERAL_ERROR_ARGUMENT;
    }
    return cli_as_usage(status, err);
}

static numeral_status run_convert(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    numeral_status status;
    TRY(check_place(session, err));
    TRY(load(session, err));
    status = save(session, &session->data, cli_value(arguments, "format"),
                  cli_value(arguments, "output"), err);
done:
    return status;
}

/* The split's path in the folder -o: the names that a folder of four IDX files has, so
 * that FOLDER:train and FOLDER:test are read again; with named labels, which IDX cannot
 * hold, a folder of images for each split; with --format, a file of that format. */
static numeral_status save_split(const cli_session *session, const numeral_dataset *data,
                                 bool test, numeral_error *err)
{
    char path[FOLDER_BYTES];
    const char *folder = cli_value(session->arguments, "output");
    const char *format = cli_value(session->arguments, "format");
    const char *name = test ? "test" : "train";
    int length;
    if (format && strcmp(format, "idx") != 0 && strcmp(format, "folder") != 0) {
        length = snprintf(path, sizeof path, "%s/%s.%s", folder, name, format);
    } else if (format ? strcmp(format, "folder") == 0 : data->label_names != NULL) {
        length = snprintf(path, sizeof path, "%s/%s", folder, name);
        format = "folder";
    } else {
        length = snprintf(path, sizeof path, "%s/%s-images-idx3-ubyte", folder,
                          test ? "t10k" : "train");
        format = "idx";
    }
    if (length < 0 || (size_t)length >= sizeof path) {
        return cli_usage(err, "-o: the path is too long");
    }
    return save(session, data, format, path, err);
}

static numeral_status run_split(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    numeral_dataset train = {0}, test = {0};
    double share;
    numeral_status status;
    TRY(cli_number(arguments, "holdout", 0.0001, 0.9999, 0.2, &share, err));
    TRY(numeral_folder_check(cli_value(arguments, "output"), err));
    TRY(load(session, err));
    TRY(numeral_dataset_holdout(&session->data, share, session->seed, &train, &test,
                                err));
    numeral_dataset_free(&session->data); /* both splits are copies */
    TRY(numeral_folder_create(cli_value(arguments, "output"), err));
    TRY(save_split(session, &train, false, err));
    status = save_split(session, &test, true, err);
done:
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    return status;
}

static numeral_status run_synth(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *name = cli_value(arguments, "split");
    bool test = name && strcmp(name, "test") == 0;
    size_t count;
    numeral_status status;
    TRY(cli_integer(arguments, "count", 1, 1e8, 1000, &count, err));
    if (name && !test && strcmp(name, "train") != 0) {
        return cli_usage(err, "--split %.100s: expected train or test", name);
    }
    TRY(check_place(session, err));
    TRY(numeral_dataset_pen_threads(count, session->seed,
                                    !name  ? NUMERAL_SPLIT_ALL
                                    : test ? NUMERAL_SPLIT_TEST
                                           : NUMERAL_SPLIT_TRAIN,
                                    session->run.threads, &session->data, err));
    status = save(session, &session->data, cli_value(arguments, "format"),
                  cli_value(arguments, "output"), err);
done:
    return status;
}

typedef struct action {
    const char *name;
    size_t n_inputs; /* behind the name */
    bool more;       /* or more */
    const char *needs;
    bool writes;
    numeral_status (*run)(cli_session *session, numeral_error *err);
} action;

static const action actions[] = {
    {"list", 0, false, "nothing", false, run_list},
    {"info", 1, false, "DATA", false, run_info},
    {"fetch", 1, true, "one NAME or more (data list)", false, run_fetch},
    {"convert", 1, false, "DATA and -o PATH", true, run_convert},
    {"split", 1, false, "DATA and -o FOLDER", true, run_split},
    {"synth", 0, false, "-o PATH alone", true, run_synth},
};
enum { N_ACTIONS = sizeof actions / sizeof *actions };

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *names[N_ACTIONS];
    for (size_t i = 0; i < N_ACTIONS; i++) {
        names[i] = actions[i].name;
        if (strcmp(arguments->inputs[0], names[i]) != 0) {
            continue;
        }
        size_t n = actions[i].n_inputs + 1;
        if (arguments->n_inputs < n || (arguments->n_inputs > n && !actions[i].more) ||
            (actions[i].writes && !cli_is_set(arguments, "output"))) {
            return cli_usage(err, "data %s needs %s; see numeral data --help", names[i],
                             actions[i].needs);
        }
        return actions[i].run(session, err);
    }
    return cli_unknown(err, "data has no", arguments->inputs[0], names, N_ACTIONS,
                       "data --help");
}

const cli_command cli_cmd_data = {
    .name = "data",
    .arguments = "list|info|fetch|convert|split|synth [DATA...]",
    .summary = "List, look into, fetch, convert, split and make data sets.",
    .details =
        "  numeral data list                       the named sets\n"
        "  numeral data info mnist:train[0:1000]   what is in it\n"
        "  numeral data fetch mnist fashion-mnist  into the cache\n"
        "  numeral data convert mnist -o test.npz  or .csv, .csv.gz, .idx, .db, FOLDER/\n"
        "  numeral data split my.csv -o my         then my:train and my:test\n"
        "  numeral data synth -n 5000 -o pen.npz   pen-like digits\n\n"
        "DATA is a path, IMAGES,LABELS or a name, then perhaps :train or :test, then\n"
        "perhaps [start:stop:step] or @start..stop. Names are looked for in\n"
        "$NUMERAL_DATA/NAME, $NUMERAL_DATA and the cache (~/.cache/numeral), and\n"
        "fetched if need be, from $NUMERAL_MIRROR/NAME/ where that is set.\n",
    .min_inputs = 1,
    .max_inputs = (size_t)-1,
    .output = CLI_WRITES_FOLDER,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
