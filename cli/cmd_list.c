/* numeral list: what recipes can be made of. */
#include <string.h>

#include "cli.h"

static void print_parameter(const numeral_parameter *parameter)
{
    printf("      %-12s ", parameter->name);
    if (parameter->type == NUMERAL_PARAMETER_CHOICE) {
        for (int i = 0; parameter->choices[i]; i++) {
            printf("%s%s", i ? "|" : "", parameter->choices[i]);
        }
        printf(" (%s)", parameter->choices[(int)parameter->standard]);
    } else {
        printf("%.6g to %.6g (%.6g)", parameter->minimum, parameter->maximum,
               parameter->standard);
    }
    printf("  %s\n", parameter->help);
}

static void print_entry(const numeral_entry *entry)
{
    printf("  %-14s %s%s%s%s\n", entry->name, entry->help, *entry->source ? " [" : "",
           entry->source, *entry->source ? "]" : "");
    const char *preset = numeral_preset_text(entry);
    if (preset) {
        printf("      %s\n", preset);
    }
    for (size_t i = 0; i < entry->n_parameters; i++) {
        print_parameter(&entry->parameters[i]);
    }
}

static void print_table(const numeral_registry *registry, numeral_kind kind)
{
    printf("%s:\n", numeral_kind_name(kind));
    for (size_t i = 0; i < numeral_registry_count(registry, kind); i++) {
        print_entry(numeral_registry_get(registry, kind, i));
    }
}

static int find_kind(const char *name, numeral_kind *out)
{
    const char *names[NUMERAL_KIND_COUNT];
    for (int kind = 0; kind < NUMERAL_KIND_COUNT; kind++) {
        names[kind] = numeral_kind_name((numeral_kind)kind);
        size_t length = strlen(names[kind]);
        if (strncmp(name, names[kind], length) == 0 &&
            (name[length] == '\0' || strcmp(name + length, "s") == 0)) {
            *out = (numeral_kind)kind;
            return CLI_DONE;
        }
    }
    const char *near = numeral_name_nearest(name, names, NUMERAL_KIND_COUNT);
    return cli_fail_usage("list: there is no table '%s'%s%s%s", name,
                          near ? "; did you mean '" : "", near ? near : "",
                          near ? "'?" : "");
}

static int run(const cli_arguments *arguments)
{
    numeral_error err;
    numeral_registry *registry = NULL;
    numeral_kind kind = NUMERAL_KIND_TRANSFORM;
    int status = arguments->n_inputs ? find_kind(arguments->inputs[0], &kind) : CLI_DONE;
    if (status != CLI_DONE) {
        return status;
    }
    if (numeral_registry_create(&registry, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    if (arguments->n_inputs) {
        print_table(registry, kind);
    }
    for (int all = 0; all < NUMERAL_KIND_COUNT && !arguments->n_inputs; all++) {
        if (numeral_registry_count(registry, (numeral_kind)all)) {
            printf("%s", all ? "\n" : "");
            print_table(registry, (numeral_kind)all);
        }
    }
    numeral_registry_destroy(registry);
    return CLI_DONE;
}

const cli_command cli_cmd_list = {
    .name = "list",
    .arguments = "[TABLE]",
    .summary = "Show what recipes can be made of.",
    .details =
        "TABLE is one of transform, feature, projection, metric, index, rerank, vote,\n"
        "format, chart, preset.\n",
    .min_inputs = 0,
    .max_inputs = 1,
    .run = run,
};
