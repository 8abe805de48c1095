/* numeral list: what recipes can be made of, as text or as JSON. */
#include <string.h>

#include "json_file.h"

enum { NAME_COLUMN = 17, TEXT_BYTES = 1024 };

/* "0.1 to 10, default 0.7" or "mass|box, default mass". */
static void describe_range(const numeral_parameter *parameter, char *out, size_t n_bytes)
{
    size_t used = 0;
    if (parameter->type != NUMERAL_PARAMETER_CHOICE) {
        snprintf(out, n_bytes, "%.9g to %.9g, default %.9g", parameter->minimum,
                 parameter->maximum, parameter->standard);
        return;
    }
    for (int i = 0; parameter->choices[i] && used < n_bytes; i++) {
        used += (size_t)snprintf(out + used, n_bytes - used, "%s%s", i ? "|" : "",
                                 parameter->choices[i]);
    }
    if (used < n_bytes) {
        snprintf(out + used, n_bytes - used, ", default %s",
                 parameter->choices[(int)parameter->standard]);
    }
}

static void print_parameter(const numeral_parameter *parameter)
{
    char range[TEXT_BYTES / 4], text[TEXT_BYTES];
    describe_range(parameter, range, sizeof range);
    snprintf(text, sizeof text, "%s (%s)", parameter->help, range);
    cli_print("    %-*s", NAME_COLUMN - 4, parameter->name);
    cli_print_wrapped(text, NAME_COLUMN, NAME_COLUMN + 2);
}

static void print_entry(const numeral_entry *entry)
{
    char text[TEXT_BYTES];
    const char *preset = numeral_preset_text(entry);
    snprintf(text, sizeof text, "%s%s%s%s", entry->help, *entry->source ? " [" : "",
             entry->source, *entry->source ? "]" : "");
    cli_print("  %-*s", NAME_COLUMN - 2, entry->name);
    cli_print_wrapped(text, NAME_COLUMN, NAME_COLUMN);
    if (preset) {
        cli_print("%*s", NAME_COLUMN, "");
        cli_print_wrapped(preset, NAME_COLUMN, NAME_COLUMN + 2);
    }
    for (size_t i = 0; i < entry->n_parameters; i++) {
        print_parameter(&entry->parameters[i]);
    }
}

static void print_table(const numeral_registry *registry, numeral_kind kind)
{
    cli_print("%s:\n", numeral_kind_name(kind));
    for (size_t i = 0; i < numeral_registry_count(registry, kind); i++) {
        print_entry(numeral_registry_get(registry, kind, i));
    }
}

static json_t *json_entry(const numeral_entry *entry)
{
    json_t *parameters = json_array();
    for (size_t i = 0; i < entry->n_parameters; i++) {
        const numeral_parameter *parameter = &entry->parameters[i];
        char range[TEXT_BYTES / 4];
        describe_range(parameter, range, sizeof range);
        json_array_append_new(parameters,
                              json_pack("{s:s, s:s, s:s}", "name", parameter->name,
                                        "help", parameter->help, "range", range));
    }
    return json_pack("{s:s, s:s, s:s, s:s?, s:o}", "name", entry->name, "help",
                     entry->help, "source", entry->source, "recipe",
                     numeral_preset_text(entry), "parameters", parameters);
}

static json_t *json_table(const numeral_registry *registry, numeral_kind kind)
{
    json_t *list = json_array();
    for (size_t i = 0; i < numeral_registry_count(registry, kind); i++) {
        json_array_append_new(list, json_entry(numeral_registry_get(registry, kind, i)));
    }
    return json_pack("{s:s, s:o}", "table", numeral_kind_name(kind), "entries", list);
}

static numeral_status find_kind(const char *name, numeral_kind *out, numeral_error *err)
{
    const char *names[NUMERAL_KIND_COUNT];
    for (int kind = 0; kind < NUMERAL_KIND_COUNT; kind++) {
        names[kind] = numeral_kind_name((numeral_kind)kind);
        size_t length = strlen(names[kind]);
        if (strncmp(name, names[kind], length) == 0 &&
            (name[length] == '\0' || strcmp(name + length, "s") == 0)) {
            *out = (numeral_kind)kind;
            return NUMERAL_OK;
        }
    }
    return cli_unknown(err, "list: there is no table", name, names, NUMERAL_KIND_COUNT,
                       "list --help");
}

/* Every table that is not empty, or the one named. */
static numeral_status run(cli_session *session, numeral_error *err)
{
    const numeral_registry *registry = session->registry;
    const char *name =
        session->arguments->n_inputs ? session->arguments->inputs[0] : NULL;
    numeral_kind only = NUMERAL_KIND_TRANSFORM;
    numeral_status status;
    json_t *all = json_array();
    TRY(name ? find_kind(name, &only, err) : NUMERAL_OK);
    for (int at = 0, n = 0; at < NUMERAL_KIND_COUNT; at++) {
        numeral_kind kind = (numeral_kind)at;
        if (name ? kind != only : numeral_registry_count(registry, kind) == 0) {
            continue;
        }
        json_array_append_new(all, json_table(registry, kind));
        if (session->text) {
            cli_print("%s", n++ ? "\n" : "");
            print_table(registry, kind);
        }
    }
    if (session->json) {
        status = cli_json_write(json_incref(all), session->json, err);
    }
done:
    json_decref(all);
    return status;
}

const cli_command cli_cmd_list = {
    .name = "list",
    .arguments = "[TABLE]",
    .summary = "Show what recipes can be made of.",
    .details =
        "TABLE is one of transform, feature, projection, metric, index, rerank, vote,\n"
        "format, chart, preset; without it every table is shown.\n",
    .min_inputs = 0,
    .max_inputs = 1,
    .run = run,
};
