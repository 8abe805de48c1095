/* A part is parsed by its entry alone: names, positions, types and ranges stand there. */
#include "base/spec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/names.h>

#include "base/fail.h"

numeral_part numeral_part_default(numeral_kind kind, const numeral_entry *entry)
{
    numeral_part part = {.kind = kind, .entry = entry};
    for (size_t i = 0; i < entry->n_parameters; i++) {
        part.values[i] = entry->parameters[i].standard;
    }
    return part;
}

numeral_status numeral_number_print(double value, numeral_buffer *out, numeral_error *err)
{
    char text[40];
    int length = 0;
    /* 17 digits tell any two numbers apart (IEEE 754); most need fewer */
    for (int digits = 1; digits <= 17; digits++) {
        length = numeral_text_format(text, sizeof text, "%.*g", digits, value);
        if (!strchr(text, 'e') && numeral_text_number(text, NULL) == value) {
            break;
        }
    }
    /* `+` joins features, so an exponent may not have one */
    char *plus = strchr(text, '+');
    if (plus) {
        memmove(plus, plus + 1, strlen(plus));
        length--;
    }
    return numeral_buffer_append(out, text, (size_t)length, err);
}

static numeral_status unknown_parameter(const char *name, size_t length,
                                        const numeral_entry *entry, numeral_error *err)
{
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)(length < 63 ? length : 63), name);
    const char *names[NUMERAL_MAX_PARAMETERS];
    for (size_t i = 0; i < entry->n_parameters; i++) {
        names[i] = entry->parameters[i].name;
    }
    const char *near = numeral_name_nearest(word, names, entry->n_parameters);
    return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%s has no parameter '%s'%s%s%s",
                        entry->name, word, near ? "; did you mean '" : "",
                        near ? near : "", near ? "'?" : "");
}

static numeral_status bad_value(const char *text, size_t length,
                                const numeral_entry *entry,
                                const numeral_parameter *parameter, numeral_error *err)
{
    const char *what =
        parameter->type == NUMERAL_PARAMETER_INTEGER ? "a whole number" : "a number";
    return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                        "%s: %s=%.*s: expected %s from %.10g to %.10g", entry->name,
                        parameter->name, (int)(length < 60 ? length : 60), text, what,
                        parameter->minimum, parameter->maximum);
}

static numeral_status bad_choice(const char *text, size_t length,
                                 const numeral_entry *entry,
                                 const numeral_parameter *parameter, numeral_error *err)
{
    char list[200] = "";
    for (const char *const *choice = parameter->choices; *choice; choice++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", *choice);
    }
    return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%s: %s=%.*s: expected one of %s",
                        entry->name, parameter->name, (int)(length < 60 ? length : 60),
                        text, list);
}

static numeral_status parse_value(const char *text, size_t length,
                                  const numeral_entry *entry, size_t at, double *out,
                                  numeral_error *err)
{
    const numeral_parameter *parameter = &entry->parameters[at];
    if (parameter->type == NUMERAL_PARAMETER_CHOICE) {
        for (int i = 0; parameter->choices[i]; i++) {
            if (strlen(parameter->choices[i]) == length &&
                memcmp(parameter->choices[i], text, length) == 0) {
                *out = i;
                return NUMERAL_OK;
            }
        }
        return bad_choice(text, length, entry, parameter, err);
    }
    double value;
    if (!numeral_number_parse(text, length, &value) || value < parameter->minimum ||
        value > parameter->maximum ||
        (parameter->type == NUMERAL_PARAMETER_INTEGER && value != floor(value))) {
        return bad_value(text, length, entry, parameter, err);
    }
    *out = value;
    return NUMERAL_OK;
}

numeral_status numeral_part_arguments(const char *text, size_t length, numeral_part *part,
                                      numeral_error *err)
{
    const numeral_entry *entry = part->entry;
    const char *end = text + length;
    for (size_t position = 0; text <= end; position++) {
        const char *colon = memchr(text, ':', (size_t)(end - text));
        const char *stop = colon ? colon : end;
        const char *equals = memchr(text, '=', (size_t)(stop - text));
        size_t at = position;
        const char *value = text;
        if (equals) {
            size_t name_length = (size_t)(equals - text);
            for (at = 0; at < entry->n_parameters; at++) {
                if (strlen(entry->parameters[at].name) == name_length &&
                    memcmp(entry->parameters[at].name, text, name_length) == 0) {
                    break;
                }
            }
            if (at == entry->n_parameters) {
                return unknown_parameter(text, name_length, entry, err);
            }
            value = equals + 1;
        } else if (at >= entry->n_parameters) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "%s takes %zu arguments; '%.*s' is one too many",
                                entry->name, entry->n_parameters, (int)(stop - text),
                                text);
        }
        numeral_status status =
            parse_value(value, (size_t)(stop - value), entry, at, &part->values[at], err);
        if (status != NUMERAL_OK) {
            return status;
        }
        text = stop + 1;
    }
    return NUMERAL_OK;
}

static bool is_called(const char *known, const char *name, size_t length)
{
    return known && strlen(known) == length && memcmp(known, name, length) == 0;
}

static const numeral_entry *find_entry(const char *name, size_t length,
                                       const numeral_table *tables, size_t n_tables,
                                       numeral_kind *kind)
{
    for (size_t t = 0; t < n_tables; t++) {
        for (size_t i = 0; i < tables[t].n_entries; i++) {
            const numeral_entry *entry = tables[t].entries[i];
            if (is_called(entry->name, name, length) ||
                is_called(entry->alias, name, length)) {
                *kind = tables[t].kind;
                return entry;
            }
        }
    }
    return NULL;
}

static numeral_status unknown_entry(const char *name, size_t length,
                                    const numeral_table *tables, size_t n_tables,
                                    numeral_error *err)
{
    enum { MAX_NAMES = 256 };
    const char *names[MAX_NAMES];
    size_t n_names = 0;
    for (size_t t = 0; t < n_tables; t++) {
        for (size_t i = 0; i < tables[t].n_entries && n_names < MAX_NAMES; i++) {
            names[n_names++] = tables[t].entries[i]->name;
        }
    }
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)(length < 63 ? length : 63), name);
    const char *near = numeral_name_nearest(word, names, n_names);
    const char *kind = tables[0].kind <= NUMERAL_KIND_PROJECTION
                           ? "stage"
                           : numeral_kind_name(tables[0].kind);
    return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "unknown %s '%s'; %s%s%s", kind,
                        word, near ? "did you mean '" : "numeral list", near ? near : "",
                        near ? "'?" : " names them");
}

numeral_status numeral_part_parse(const char *text, size_t length,
                                  const numeral_table *tables, size_t n_tables,
                                  numeral_part *out, numeral_error *err)
{
    const char *equals = memchr(text, '=', length);
    size_t name_length = equals ? (size_t)(equals - text) : length;
    numeral_kind kind = tables[0].kind;
    const numeral_entry *entry = find_entry(text, name_length, tables, n_tables, &kind);
    if (!entry) {
        return unknown_entry(text, name_length, tables, n_tables, err);
    }
    numeral_part part = numeral_part_default(kind, entry);
    if (equals) {
        numeral_status status =
            numeral_part_arguments(equals + 1, length - name_length - 1, &part, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    *out = part;
    return NUMERAL_OK;
}

static numeral_status print_value(const numeral_parameter *parameter, double value,
                                  numeral_buffer *out, numeral_error *err)
{
    if (parameter->type == NUMERAL_PARAMETER_CHOICE) {
        return numeral_buffer_printf(out, err, "%s", parameter->choices[(int)value]);
    }
    return numeral_number_print(value, out, err);
}

numeral_status numeral_part_print_arguments(const numeral_part *part, numeral_buffer *out,
                                            numeral_error *err)
{
    bool positional = true, first = true;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < part->entry->n_parameters && status == NUMERAL_OK; i++) {
        const numeral_parameter *parameter = &part->entry->parameters[i];
        if (part->values[i] == parameter->standard) {
            positional = false;
            continue;
        }
        status = numeral_buffer_printf(out, err, "%s%s%s", first ? "" : ":",
                                       positional ? "" : parameter->name,
                                       positional ? "" : "=");
        if (status == NUMERAL_OK) {
            status = print_value(parameter, part->values[i], out, err);
        }
        first = false;
    }
    return status;
}

numeral_status numeral_part_print(const numeral_part *part, numeral_buffer *out,
                                  numeral_error *err)
{
    numeral_status status = numeral_buffer_printf(out, err, "%s", part->entry->name);
    bool differs = false;
    for (size_t i = 0; i < part->entry->n_parameters; i++) {
        differs |= part->values[i] != part->entry->parameters[i].standard;
    }
    if (status == NUMERAL_OK && differs) {
        status = numeral_buffer_append(out, "=", 1, err);
    }
    return status == NUMERAL_OK ? numeral_part_print_arguments(part, out, err) : status;
}

char *numeral_part_text(const numeral_part *part, numeral_error *err)
{
    enum { MAX_PART_BYTES = 1 << 12 }; /* far above a name and 8 named numbers */
    numeral_buffer text = {.max_bytes = MAX_PART_BYTES};
    char *copy = NULL;
    if (numeral_part_print(part, &text, err) == NUMERAL_OK) {
        copy = numeral_copy_text((const char *)text.data, text.size, err);
    }
    numeral_buffer_free(&text);
    return copy;
}
