/* numeral data: what there is, what is in it, and making other data of it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <numeral/tools/command.h>
#include <numeral/tools/names.h>
#include <numeral/tools/output.h>

#include "cli.h"
#include "data_info.h"
#include "results.h"

enum { FOLDER_BYTES = 4096, MAX_ACTIONS = 8 };

static const cli_option options[] = {
    {"output", 'o', "PATH", "what convert, split and synth write"},
    {"format", 0, "NAME", "the format to write (list format; default: by PATH's ending)"},
    {"test", 0, "SHARE", "split: the share of each label for testing (default: 0.2)"},
    {"count", 'n', "N", "synth: how many digits (default: 1000)"},
    {"part", 0, "PART", "synth: train or test, which never share a digit"},
    {"offline", 0, NULL, "never fetch"},
};

static const char *needed_output(const cli_arguments *arguments)
{
    const char *path = cli_value(arguments, "output");
    if (!path) {
        cli_fail_usage("data %s needs -o PATH, what to write", arguments->inputs[0]);
    }
    return path;
}

static int load(const cli_arguments *arguments, const cli_setting *setting,
                numeral_dataset *out)
{
    numeral_error err;
    numeral_load how = {.offline = cli_is_set(arguments, "offline"),
                        .seed = setting->seed,
                        .run = setting->run};
    return numeral_dataset_load(arguments->inputs[1], &how, out, &err) == NUMERAL_OK
               ? CLI_DONE
               : cli_fail(&err);
}

static void print_set(const numeral_named_set *set)
{
    printf("%-14s %s\n%-14s %s%s%s\n", set->name, set->help, "",
           set->built_in ? "made here, always at hand"
           : set->found  ? "in "
                         : "not here yet: numeral data fetch ",
           set->built_in ? ""
           : set->found  ? set->found
                         : set->name,
           "");
}

static int run_list(const cli_arguments *arguments, const cli_setting *setting)
{
    (void)arguments;
    json_t *list = json_array();
    for (size_t i = 0; i < numeral_named_set_count(); i++) {
        numeral_named_set set;
        char folder[FOLDER_BYTES];
        numeral_named_set_get(i, &set, folder);
        if (setting->text) {
            print_set(&set);
        }
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:b, s:o?}", "name", set.name, "help",
                                        set.help, "built_in", (int)set.built_in, "found",
                                        set.found ? cli_json_text(set.found) : NULL));
    }
    if (setting->json) {
        return cli_json_write(list, setting->json);
    }
    json_decref(list);
    return CLI_DONE;
}

static int run_info(const cli_arguments *arguments, const cli_setting *setting)
{
    numeral_dataset data = {0};
    int status = load(arguments, setting, &data);
    cli_progress_clear();
    if (status == CLI_DONE) {
        status = cli_data_info(&data, setting);
    }
    numeral_dataset_free(&data);
    return status;
}

static int run_fetch(const cli_arguments *arguments, const cli_setting *setting)
{
    numeral_error err;
    const char *name = arguments->inputs[1];
    if (numeral_named_set_fetch(name, &setting->run, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    cli_progress_clear();
    for (size_t i = 0; i < numeral_named_set_count() && setting->text; i++) {
        numeral_named_set set;
        char folder[FOLDER_BYTES];
        numeral_named_set_get(i, &set, folder);
        if (strcmp(set.name, name) == 0) {
            printf("%s: %s%s\n", name, set.found ? "in " : "made here, nothing to fetch",
                   set.found ? set.found : "");
        }
    }
    return CLI_DONE;
}

static bool is_idx(const char *format, const char *path)
{
    return format ? strcmp(format, "idx") == 0
                  : strstr(path, ".idx") || strstr(path, "-ubyte");
}

/* IDX holds numbers alone, so that what they stand for is told here. */
static void print_lost_names(const numeral_dataset *data)
{
    printf("IDX holds no names of labels:");
    for (int label = 0, n = 0; label < 256; label++) {
        if (data->label_names[label]) {
            printf("%s %d is %s", n++ ? "," : "", label, data->label_names[label]);
        }
    }
    putchar('\n');
}

static int save(const numeral_dataset *data, const char *format, const char *path,
                const cli_setting *setting)
{
    numeral_error err;
    char n[32];
    if (numeral_dataset_save(data, format, path, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    cli_progress_clear();
    if (setting->text) {
        printf("%s: %s images of %zu x %zu\n", path, cli_count(data->n_images, n),
               data->height, data->width);
        if (data->label_names && is_idx(format, path)) {
            print_lost_names(data);
        }
    }
    return CLI_DONE;
}

static int run_convert(const cli_arguments *arguments, const cli_setting *setting)
{
    numeral_dataset data = {0};
    const char *path = needed_output(arguments);
    if (!path) {
        return CLI_USAGE;
    }
    int status = load(arguments, setting, &data);
    if (status == CLI_DONE) {
        status = save(&data, cli_value(arguments, "format"), path, setting);
    }
    numeral_dataset_free(&data);
    return status;
}

/* The part's path in the folder -o: the names that a folder of four IDX files has, so
 * that FOLDER:train and FOLDER:test are read again; with named labels, which IDX cannot
 * hold, a folder of images for each part; with --format, a file of that format. */
static int save_part(const cli_arguments *arguments, const numeral_dataset *data,
                     const char *folder, bool test, const cli_setting *setting)
{
    char path[FOLDER_BYTES];
    const char *format = cli_value(arguments, "format");
    const char *part = test ? "test" : "train";
    int length;
    if (format && strcmp(format, "idx") != 0 && strcmp(format, "folder") != 0) {
        length = snprintf(path, sizeof path, "%s/%s.%s", folder, part, format);
    } else if (format ? strcmp(format, "folder") == 0 : data->label_names != NULL) {
        length = snprintf(path, sizeof path, "%s/%s", folder, part);
        format = "folder";
    } else {
        length = snprintf(path, sizeof path, "%s/%s-images-idx3-ubyte", folder,
                          test ? "t10k" : "train");
        format = "idx";
    }
    if (length < 0 || (size_t)length >= sizeof path) {
        return cli_fail_usage("-o: the path is too long");
    }
    return save(data, format, path, setting);
}

static int run_split(const cli_arguments *arguments, const cli_setting *setting)
{
    numeral_error err;
    numeral_dataset data = {0}, train = {0}, test = {0};
    double share = 0;
    const char *folder = needed_output(arguments);
    int status =
        folder ? cli_number(arguments, "test", 0.0001, 0.9999, 0.2, &share) : CLI_USAGE;
    if (status == CLI_DONE) {
        status = load(arguments, setting, &data);
    }
    if (status == CLI_DONE &&
        (numeral_dataset_holdout(&data, share, setting->seed, &train, &test, &err) !=
             NUMERAL_OK ||
         numeral_folder_create(folder, &err) != NUMERAL_OK)) {
        status = cli_fail(&err);
    }
    numeral_dataset_free(&data);
    if (status == CLI_DONE) {
        status = save_part(arguments, &train, folder, false, setting);
    }
    if (status == CLI_DONE) {
        status = save_part(arguments, &test, folder, true, setting);
    }
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    return status;
}

static int read_part(const cli_arguments *arguments, numeral_split *out)
{
    const char *part = cli_value(arguments, "part");
    *out = NUMERAL_SPLIT_ALL;
    if (part && strcmp(part, "train") != 0 && strcmp(part, "test") != 0) {
        return cli_fail_usage("--part %s: expected train or test", part);
    }
    if (part) {
        *out = strcmp(part, "test") == 0 ? NUMERAL_SPLIT_TEST : NUMERAL_SPLIT_TRAIN;
    }
    return CLI_DONE;
}

static int run_synth(const cli_arguments *arguments, const cli_setting *setting)
{
    numeral_error err;
    numeral_dataset data = {0};
    numeral_split part;
    double count = 0;
    const char *path = needed_output(arguments);
    int status = path ? cli_integer(arguments, "count", 1, 1e8, 1000, &count) : CLI_USAGE;
    if (status == CLI_DONE) {
        status = read_part(arguments, &part);
    }
    if (status == CLI_DONE &&
        numeral_dataset_pen_threads((size_t)count, setting->seed, part,
                                    setting->run.threads, &data, &err) != NUMERAL_OK) {
        status = cli_fail(&err);
    }
    if (status == CLI_DONE) {
        status = save(&data, cli_value(arguments, "format"), path, setting);
    }
    numeral_dataset_free(&data);
    return status;
}

typedef struct action {
    const char *name;
    size_t n_inputs; /* behind the name */
    const char *needs;
    int (*run)(const cli_arguments *arguments, const cli_setting *setting);
} action;

static const action actions[] = {
    {"list", 0, "nothing", run_list},
    {"info", 1, "DATA", run_info},
    {"fetch", 1, "a NAME (data list)", run_fetch},
    {"convert", 1, "DATA and -o PATH", run_convert},
    {"split", 1, "DATA and -o FOLDER", run_split},
    {"synth", 0, "-o PATH alone", run_synth},
};

static int run(const cli_arguments *arguments)
{
    const char *names[MAX_ACTIONS];
    size_t n = sizeof actions / sizeof *actions;
    cli_setting setting;
    for (size_t i = 0; i < n; i++) {
        names[i] = actions[i].name;
        if (strcmp(arguments->inputs[0], names[i]) != 0) {
            continue;
        }
        if (arguments->n_inputs != actions[i].n_inputs + 1) {
            return cli_fail_usage("data %s needs %s; see numeral data --help", names[i],
                                  actions[i].needs);
        }
        int status = cli_setting_read(arguments, &setting);
        return status == CLI_DONE ? actions[i].run(arguments, &setting) : status;
    }
    const char *near = numeral_name_nearest(arguments->inputs[0], names, n);
    return cli_fail_usage("data has no '%s'%s%s%s; see numeral data --help",
                          arguments->inputs[0], near ? "; did you mean '" : "",
                          near ? near : "", near ? "'?" : "");
}

const cli_command cli_cmd_data = {
    .name = "data",
    .arguments = "list|info|fetch|convert|split|synth [DATA]",
    .summary = "List, look into, fetch, convert, split and make data sets.",
    .details =
        "  numeral data list                                the named sets\n"
        "  numeral data info mnist:train[0:1000]            what is in it\n"
        "  numeral data fetch mnist                         into the cache\n"
        "  numeral data convert mnist:test -o test.npz      or .csv, .csv.gz, .idx, "
        "FOLDER/\n"
        "  numeral data split digits.csv --test 0.2 -o DIR  then DIR:train and DIR:test\n"
        "  numeral data synth -n 5000 -o pen.npz            pen-like digits\n\n"
        "DATA is a path, IMAGES,LABELS or a name, then perhaps :train or :test, then\n"
        "perhaps [start:stop:step] or @start..stop. Names are looked for in\n"
        "$NUMERAL_DATA/NAME, $NUMERAL_DATA and the cache (~/.cache/numeral), and "
        "fetched\n"
        "if need be, from $NUMERAL_MIRROR/NAME/ where that is set.\n",
    .min_inputs = 1,
    .max_inputs = 2,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
