/* Parsing the command line by the tables of options. Whatever can be told to be wrong
 * without opening a file is told here, so that no command works for minutes in vain. */
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const cli_option common[] = {
    {"threads", 0, "N", "how many threads (default: one for each processor)"},
    {"seed", 0, "N", "seed of everything random (default: 0)"},
    {"json", 0, "FILE", "write JSON to FILE (- is standard output)"},
    {"max-memory", 0, "BYTES",
     "most bytes that reading a file may take; 500M and 2G are understood"},
    {"map", 0, NULL,
     "map MODEL: others who map it share its memory, nobody may write into it"},
    {"plugin", 0, "FILE", "a shared object with parts of your own (numeral/extend.h)"},
    {"quiet", 'q', NULL, "print errors only"},
    {"help", 'h', NULL, "print this help"},
};

/* Options that are no more, and what serves instead. */
static const struct {
    const char *command, *option, *instead;
} gone[] = {
    {"audit", "csv", "-o FILE.csv writes all doubtful digits"},
    {"audit", "twins-csv", "--twins FILE.csv writes all twins"},
    {"audit", "twins-output", "--twins FILE.png draws them"},
    {"data", "part", "it is --split train or --split test"},
    {"data", "test", "the share for testing is --holdout"},
    {"demo", "data", "DATA stands alone: numeral demo DATA"},
    {"eval", "compare", "the other model comes second: numeral eval MODEL OTHER DATA"},
    {"eval", "report", "-o FILE.html writes the page"},
    {"show", "model", "MODEL comes first: numeral show MODEL DATA"},
    {"show", "m", "MODEL comes first: numeral show MODEL DATA"},
    {"train", "float64", "bench/float64 compares with float64"},
    {"tune", "train", "-o MODEL writes the model of the best setting"},
};

static numeral_status write_error(numeral_error *err, numeral_status status,
                                  const char *format, va_list arguments)
{
    char raw[NUMERAL_ERROR_TEXT_BYTES];
    err->status = status;
    vsnprintf(raw, sizeof raw, format, arguments);
    numeral_name_visible(raw, sizeof raw, err->text, sizeof err->text);
    return status;
}

numeral_status cli_fail(numeral_error *err, numeral_status status, const char *format,
                        ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_error(err, status, format, arguments);
    va_end(arguments);
    return status;
}

numeral_status cli_usage(numeral_error *err, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_error(err, CLI_ERROR_USAGE, format, arguments);
    va_end(arguments);
    return CLI_ERROR_USAGE;
}

numeral_status cli_no_memory(numeral_error *err)
{
    return cli_fail(err, NUMERAL_ERROR_MEMORY, "out of memory");
}

numeral_status cli_as_usage(numeral_status status, numeral_error *err)
{
    return status == NUMERAL_ERROR_ARGUMENT ? err->status = CLI_ERROR_USAGE : status;
}

numeral_status cli_unknown(numeral_error *err, const char *what, const char *word,
                           const char *const *names, size_t n_names, const char *help)
{
    const char *near = numeral_name_nearest(word, names, n_names);
    return cli_usage(err, "%s '%.200s'%s%s%s; see numeral %s", what, word,
                     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "",
                     help);
}

static void add_option(cli_arguments *arguments, cli_option option)
{
    for (size_t i = 0; i < arguments->n_options; i++) {
        if (strcmp(arguments->options[i].name, option.name) == 0) {
            return; /* the command's own words for it came first */
        }
    }
    if (arguments->n_options < CLI_MAX_OPTIONS) {
        arguments->options[arguments->n_options++] = option;
    }
}

/* Whether a recipe's option says how neighbours are found, not what becomes of them. */
static bool is_of_search(const char *name)
{
    static const char *const others[] = {"weights", "ties",   "candidates",
                                         "gate",    "rerank", "combine"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strcmp(name, others[i]) == 0) {
            return false;
        }
    }
    return true;
}

/* Whether MODEL stands among its arguments, not only behind -o. */
static bool reads_model(const cli_command *command)
{
    const char *model = strstr(command->arguments, "MODEL");
    return model && (model - command->arguments < 3 || strncmp(model - 3, "-o ", 3) != 0);
}

static bool takes_common(const cli_command *command, const char *option)
{
    return strcmp(option, "json") == 0  ? !command->no_json
           : strcmp(option, "map") == 0 ? reads_model(command)
                                        : true;
}

void cli_collect_options(const cli_command *command, cli_arguments *out)
{
    for (size_t i = 0; i < command->n_options; i++) {
        add_option(out, command->options[i]);
    }
    for (size_t i = 0; i < numeral_recipe_option_count(); i++) {
        const numeral_recipe_option *option = numeral_recipe_option_get(i);
        if ((command->recipe == CLI_RECIPE_ALL ||
             (command->recipe == CLI_RECIPE_FITTED && option->after_fitting)) &&
            (!command->searches_only || is_of_search(option->name))) {
            add_option(out, (cli_option){option->name, option->letter, option->argument,
                                         option->help});
        }
    }
    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        if (takes_common(command, common[i].name)) {
            add_option(out, common[i]);
        }
    }
}

/* The word is no option of the command: it was one, or looks like one, or neither. */
static numeral_status unknown_option(const cli_arguments *arguments, const char *word,
                                     numeral_error *err)
{
    const char *command = arguments->command->name, *names[CLI_MAX_OPTIONS];
    size_t dashes = strspn(word, "-");
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word + dashes, "="), word + dashes);
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        if (strcmp(gone[i].command, command) == 0 && strcmp(gone[i].option, name) == 0) {
            return cli_usage(err, "%s: %.*s%s is gone; %s", command, (int)dashes, word,
                             name, gone[i].instead);
        }
    }
    for (size_t i = 0; i < arguments->n_options; i++) {
        names[i] = arguments->options[i].name;
    }
    const char *near = numeral_name_nearest(name, names, arguments->n_options);
    return cli_usage(err, "%s has no option '%.200s'%s%s%s; see numeral %s --help",
                     command, word, near ? "; did you mean --" : "", near ? near : "",
                     near ? "?" : "", command);
}

/* The option that `word` names; *value is what stands behind `=` or a letter, or NULL. */
static size_t find_option(const cli_arguments *arguments, const char *word,
                          const char **value)
{
    *value = NULL;
    for (size_t i = 0; i < arguments->n_options; i++) {
        const cli_option *option = &arguments->options[i];
        if (word[1] == '-') { /* --name, --name=value */
            size_t length = strlen(option->name);
            if (strncmp(word + 2, option->name, length) == 0 &&
                (word[2 + length] == '\0' || word[2 + length] == '=')) {
                *value = word[2 + length] == '=' ? word + 3 + length : NULL;
                return i;
            }
        } else if (option->letter && word[1] == option->letter && /* -k 5, -k5 */
                   (word[2] == '\0' || option->argument)) {
            *value = word[2] ? word + 2 : NULL;
            return i;
        }
    }
    return arguments->n_options;
}

/* Looks at the name of a file that will be written. */
static numeral_status check_output(const cli_arguments *arguments,
                                   const cli_option *option, const char *path,
                                   numeral_error *err)
{
    const cli_command *command = arguments->command;
    numeral_picture_format format;
    bool output = strcmp(option->name, "output") == 0;
    bool plot = strcmp(option->name, "plot") == 0 || strcmp(option->name, "boxes") == 0;
    if (plot || (output && command->output == CLI_WRITES_PICTURE)) {
        return cli_as_usage(numeral_picture_format_of(path, &format, err), err);
    }
    if (output && command->output == CLI_WRITES_MODEL &&
        numeral_picture_format_of(path, &format, NULL) == NUMERAL_OK) {
        const char *value;
        bool plots = find_option(arguments, "--plot", &value) < arguments->n_options;
        return cli_usage(err, "-o %.200s: %s writes a model there, no picture%s", path,
                         command->name, plots ? "; that is --plot" : "");
    }
    return NUMERAL_OK;
}

static numeral_status take_option(cli_arguments *arguments, int argc, char **argv,
                                  int *at, numeral_error *err)
{
    const char *word = argv[*at], *value;
    size_t found = find_option(arguments, word, &value);
    if (found == arguments->n_options) {
        return unknown_option(arguments, word, err);
    }
    const cli_option *option = &arguments->options[found];
    if (!option->argument && value) {
        return cli_usage(err, "--%s takes no value", option->name);
    }
    if (option->argument && !value) {
        value = ++*at < argc ? argv[*at] : "";
    }
    if (option->argument && !*value) { /* an empty one is no file, number or name */
        return cli_usage(err, "%s needs a value: %s", word, option->argument);
    }
    value = option->argument ? value : "";
    arguments->values[found] = value;
    arguments->given[arguments->n_given++] = (cli_given){found, value};
    return check_output(arguments, option, value, err);
}

static numeral_status check_inputs(const cli_arguments *arguments, numeral_error *err)
{
    const cli_command *command = arguments->command;
    if (cli_is_set(arguments, "help")) {
        return NUMERAL_OK;
    }
    if (arguments->n_inputs < command->min_inputs) {
        return cli_usage(err, "%s needs %s; see numeral %s --help", command->name,
                         command->arguments, command->name);
    }
    if (arguments->n_inputs > command->max_inputs) {
        return cli_usage(
            err, "%s: '%.200s' is one argument too many; see numeral %s --help",
            command->name, arguments->inputs[command->max_inputs], command->name);
    }
    if (command->needs_output && !cli_is_set(arguments, "output")) {
        const cli_option *option = command->options; /* it stands first */
        return cli_usage(err, "%s needs -o %s: %s", command->name, option->argument,
                         option->help);
    }
    return NUMERAL_OK;
}

numeral_status cli_parse(const cli_command *command, int argc, char **argv,
                         cli_arguments *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    bool only_inputs = false; /* behind "--" */
    *out = (cli_arguments){.command = command};
    cli_collect_options(command, out);
    out->inputs = calloc((size_t)argc + 1, sizeof *out->inputs);
    out->given = calloc((size_t)argc + 1, sizeof *out->given);
    if (!out->inputs || !out->given) {
        return cli_no_memory(err);
    }
    for (int i = 0; i < argc && status == NUMERAL_OK; i++) {
        /* a lone "-" is an input: standard input */
        if (!only_inputs && strcmp(argv[i], "--") == 0) {
            only_inputs = true;
        } else if (!only_inputs && argv[i][0] == '-' && argv[i][1] != '\0') {
            status = take_option(out, argc, argv, &i, err);
        } else {
            out->inputs[out->n_inputs++] = argv[i];
        }
    }
    return status == NUMERAL_OK ? check_inputs(out, err) : status;
}

void cli_arguments_free(cli_arguments *arguments)
{
    free(arguments->inputs);
    free(arguments->given);
    arguments->inputs = NULL;
    arguments->given = NULL;
}

const char *cli_value(const cli_arguments *arguments, const char *name)
{
    for (size_t i = 0; i < arguments->n_options; i++) {
        if (strcmp(arguments->options[i].name, name) == 0) {
            return arguments->values[i];
        }
    }
    return NULL;
}

bool cli_is_set(const cli_arguments *arguments, const char *name)
{
    return cli_value(arguments, name) != NULL;
}

const char *cli_value_at(const cli_arguments *arguments, const char *name, size_t at)
{
    for (size_t i = 0; i < arguments->n_given; i++) {
        const cli_given *given = &arguments->given[i];
        if (strcmp(arguments->options[given->option].name, name) == 0 && at-- == 0) {
            return given->value;
        }
    }
    return NULL;
}

static const char *dashes(const char *name)
{
    return name[1] ? "--" : "-";
}

numeral_status cli_number(const cli_arguments *arguments, const char *name,
                          double minimum, double maximum, double standard, double *out,
                          numeral_error *err)
{
    const char *text = cli_value(arguments, name);
    *out = standard;
    if (!text) {
        return NUMERAL_OK;
    }
    char *end;
    double value = strtod(text, &end); /* "nan" fails both bounds below */
    if (end == text || *end || !(value >= minimum && value <= maximum)) {
        return cli_usage(err, "%s%s %.200s: expected a number from %.10g to %.10g",
                         dashes(name), name, text, minimum, maximum);
    }
    *out = value;
    return NUMERAL_OK;
}

numeral_status cli_integer(const cli_arguments *arguments, const char *name,
                           double minimum, double maximum, double standard, size_t *out,
                           numeral_error *err)
{
    double value;
    numeral_status status =
        cli_number(arguments, name, minimum, maximum, standard, &value, err);
    if (status == NUMERAL_OK && value != floor(value)) {
        return cli_usage(err, "%s%s %.200s: expected a whole number", dashes(name), name,
                         cli_value(arguments, name));
    }
    *out = (size_t)value;
    return status;
}

numeral_status cli_bytes(const cli_arguments *arguments, const char *name, uint64_t *out,
                         numeral_error *err)
{
    static const char units[] = "KMG";
    const char *text = cli_value(arguments, name);
    *out = 0;
    if (!text) {
        return NUMERAL_OK;
    }
    char *end;
    double value = strtod(text, &end);
    const char *unit =
        end > text && *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    for (const char *at = units; unit && at <= unit; at++) {
        value *= 1024;
    }
    if (end == text || end[unit != NULL] || !(value >= 0 && value <= 1e18)) {
        return cli_usage(
            err, "%s%s %.200s: expected a number of bytes, such as 500M (K, M, G)",
            dashes(name), name, text);
    }
    *out = (uint64_t)value;
    return NUMERAL_OK;
}
