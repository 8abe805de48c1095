/* Parsing the command line by the tables of options. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/command.h>
#include <numeral/tools/names.h>

#include "cli.h"

static const cli_option common[] = {
    {"threads", 0, "N", "how many threads (default: one for each processor)"},
    {"seed", 0, "N", "seed of everything random (default: 0)"},
    {"json", 0, "FILE", "write JSON to FILE (- is standard output)"},
    {"max-memory", 0, "BYTES", "most bytes that decoding a file may take"},
    {"plugin", 0, "FILE", "a shared object with parts of your own (numeral/extend.h)"},
    {"quiet", 'q', NULL, "print errors only"},
    {"help", 'h', NULL, "print this help"},
};

int cli_fail(const numeral_error *err)
{
    cli_progress_clear();
    fprintf(stderr, "numeral: %s\n", err->text);
    return CLI_FAILED;
}

int cli_fail_usage(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("numeral: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return CLI_USAGE;
}

static void add_option(cli_arguments *arguments, cli_option option)
{
    if (arguments->n_options < CLI_MAX_OPTIONS) {
        arguments->options[arguments->n_options++] = option;
    }
}

static void collect_options(const cli_command *command, cli_arguments *arguments)
{
    for (size_t i = 0; i < command->n_options; i++) {
        add_option(arguments, command->options[i]);
    }
    for (size_t i = 0; i < numeral_recipe_option_count(); i++) {
        const numeral_recipe_option *option = numeral_recipe_option_get(i);
        if (command->recipe == CLI_RECIPE_ALL ||
            (command->recipe == CLI_RECIPE_FITTED && option->after_fitting)) {
            add_option(arguments, (cli_option){option->name, option->letter,
                                               option->argument, option->help});
        }
    }
    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        add_option(arguments, common[i]);
    }
}

static int unknown_option(const cli_arguments *arguments, const char *word)
{
    const char *names[CLI_MAX_OPTIONS];
    for (size_t i = 0; i < arguments->n_options; i++) {
        names[i] = arguments->options[i].name;
    }
    size_t dashes = strspn(word, "-");
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word + dashes, "="), word + dashes);
    const char *near = numeral_name_nearest(name, names, arguments->n_options);
    return cli_fail_usage("%s has no option '%s'%s%s%s; see numeral %s --help",
                          arguments->command->name, word, near ? "; did you mean --" : "",
                          near ? near : "", near ? "?" : "", arguments->command->name);
}

/* The option that `word` names; *value is what stands behind `=` or a letter, or NULL. */
static size_t find_option(const cli_arguments *arguments, const char *word,
                          const char **value)
{
    *value = NULL;
    for (size_t i = 0; i < arguments->n_options; i++) {
        const cli_option *option = &arguments->options[i];
        if (word[1] == '-') {
            size_t length = strlen(option->name);
            if (strncmp(word + 2, option->name, length) == 0 &&
                (word[2 + length] == '\0' || word[2 + length] == '=')) {
                *value = word[2 + length] == '=' ? word + 3 + length : NULL;
                return i;
            }
        } else if (option->letter && word[1] == option->letter &&
                   (word[2] == '\0' || option->argument)) {
            *value = word[2] ? word + 2 : NULL;
            return i;
        }
    }
    return arguments->n_options;
}

static int take_option(cli_arguments *arguments, int argc, char **argv, int *at)
{
    const char *word = argv[*at], *value;
    size_t found = find_option(arguments, word, &value);
    if (found == arguments->n_options) {
        return unknown_option(arguments, word);
    }
    const cli_option *option = &arguments->options[found];
    if (!option->argument) {
        if (value) {
            return cli_fail_usage("--%s takes no value", option->name);
        }
        value = "";
    } else if (!value) {
        if (++*at >= argc) {
            return cli_fail_usage("--%s needs a value: %s", option->name,
                                  option->argument);
        }
        value = argv[*at];
    }
    arguments->values[found] = value;
    arguments->given[arguments->n_given++] = (cli_given){found, value};
    return CLI_DONE;
}

static int check_inputs(const cli_arguments *arguments)
{
    const cli_command *command = arguments->command;
    if (cli_is_set(arguments, "help")) {
        return CLI_DONE;
    }
    if (arguments->n_inputs < command->min_inputs) {
        return cli_fail_usage("%s needs %s; see numeral %s --help", command->name,
                              command->arguments, command->name);
    }
    if (arguments->n_inputs > command->max_inputs) {
        return cli_fail_usage("%s: '%s' is one argument too many; see numeral %s --help",
                              command->name, arguments->inputs[command->max_inputs],
                              command->name);
    }
    return CLI_DONE;
}

int cli_parse(const cli_command *command, int argc, char **argv, cli_arguments *out)
{
    *out = (cli_arguments){.command = command};
    collect_options(command, out);
    out->inputs = calloc((size_t)argc + 1, sizeof *out->inputs);
    out->given = calloc((size_t)argc + 1, sizeof *out->given);
    if (!out->inputs || !out->given) {
        return cli_fail(&(numeral_error){NUMERAL_ERROR_MEMORY, "out of memory"});
    }
    bool only_inputs = false;
    for (int i = 0; i < argc; i++) {
        if (!only_inputs && strcmp(argv[i], "--") == 0) {
            only_inputs = true;
        } else if (!only_inputs && argv[i][0] == '-' && argv[i][1] != '\0') {
            int status = take_option(out, argc, argv, &i);
            if (status != CLI_DONE) {
                return status;
            }
        } else {
            out->inputs[out->n_inputs++] = argv[i];
        }
    }
    return check_inputs(out);
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

int cli_number(const cli_arguments *arguments, const char *name, double minimum,
               double maximum, double standard, double *out)
{
    const char *text = cli_value(arguments, name);
    *out = standard;
    if (!text) {
        return CLI_DONE;
    }
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= minimum && value <= maximum)) {
        return cli_fail_usage("--%s %s: expected a number from %.10g to %.10g", name,
                              text, minimum, maximum);
    }
    *out = value;
    return CLI_DONE;
}

int cli_integer(const cli_arguments *arguments, const char *name, double minimum,
                double maximum, double standard, double *out)
{
    int status = cli_number(arguments, name, minimum, maximum, standard, out);
    if (status == CLI_DONE && *out != floor(*out)) {
        status = cli_fail_usage("--%s %s: expected a whole number", name,
                                cli_value(arguments, name));
    }
    return status;
}
