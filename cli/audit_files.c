/* An audit as CSV and JSON. */
#include <string.h>

#include <numeral/tools/audit.h>
#include <numeral/tools/command.h>
#include <numeral/tools/output.h>

#include "audit_output.h"
#include "json_file.h"

/* A CSV field: quoted where it must be (RFC 4180). */
static numeral_status put_field(numeral_output *out, const char *text, const char *end,
                                numeral_error *err)
{
    bool quoted = strpbrk(text, ",\"\r\n");
    numeral_status status = NUMERAL_OK;
    if (quoted) {
        status = numeral_output_write(out, "\"", 1, err);
    }
    for (const char *at = text; *at && status == NUMERAL_OK; at++) {
        status = numeral_output_write(out, at, 1, err);
        if (quoted && *at == '"' && status == NUMERAL_OK) {
            status = numeral_output_write(out, at, 1, err);
        }
    }
    return status == NUMERAL_OK
               ? numeral_output_printf(out, err, "%s%s", quoted ? "\"" : "", end)
               : status;
}

static numeral_status put_input(numeral_output *out, const numeral_dataset *data,
                                size_t row, numeral_error *err)
{
    char input[4096];
    numeral_dataset_input(data, row, input, sizeof input);
    return put_field(out, input, ",", err);
}

static numeral_status put_label(numeral_output *out, const numeral_dataset *data,
                                uint8_t label, const char *end, numeral_error *err)
{
    char number[4];
    return put_field(out, numeral_dataset_label_name(data, label, number), end, err);
}

static int finish(numeral_output *out, numeral_status status, const char *path, size_t n,
                  const char *what, const cli_audit *audit, numeral_error *err)
{
    if (status == NUMERAL_OK) {
        status = numeral_output_commit(out, err);
    } else {
        numeral_output_destroy(out);
    }
    if (status != NUMERAL_OK) {
        return cli_fail(err);
    }
    if (audit->setting.text) {
        printf("%s: %zu %s\n", path, n, what);
    }
    return CLI_DONE;
}

int cli_audit_write_doubts(const cli_audit *audit, const char *path)
{
    numeral_error err;
    numeral_output *out = NULL;
    const numeral_dataset *data = &audit->data;
    if (numeral_output_create(path, &out, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    numeral_status status = numeral_output_printf(
        out, &err, "input,row,label,proposed,agreeing,ratio,nearest_other,nearest_own\n");
    for (size_t i = 0; i < audit->doubts.n && status == NUMERAL_OK; i++) {
        const numeral_doubt *doubt = &audit->doubts.doubts[i];
        char own[32] = "";
        if (doubt->own_found) {
            snprintf(own, sizeof own, "%zu", doubt->own);
        }
        status = put_input(out, data, doubt->row, &err);
        if (status == NUMERAL_OK) {
            status = numeral_output_printf(out, &err, "%zu,", doubt->row);
        }
        if (status == NUMERAL_OK) {
            status = put_label(out, data, doubt->label, ",", &err);
        }
        if (status == NUMERAL_OK) {
            status = put_label(out, data, doubt->proposed, ",", &err);
        }
        if (status == NUMERAL_OK) {
            status =
                numeral_output_printf(out, &err, "%zu,%.6g,%zu,%s\n", doubt->agreeing,
                                      doubt->ratio, doubt->other, own);
        }
    }
    return finish(out, status, path, audit->doubts.n, "doubtful labels", audit, &err);
}

static numeral_status put_twin(numeral_output *out, const cli_audit *audit,
                               const numeral_twin *twin, numeral_error *err)
{
    const numeral_dataset *data = &audit->data, *among = cli_audit_among(audit);
    numeral_status status = put_input(out, data, twin->row, err);
    if (status == NUMERAL_OK) {
        status = put_label(out, data, data->labels[twin->row], ",", err);
    }
    if (status == NUMERAL_OK) {
        status = put_input(out, among, twin->other, err);
    }
    if (status == NUMERAL_OK) {
        status = among->labels
                     ? put_label(out, among, among->labels[twin->other], ",", err)
                     : numeral_output_printf(out, err, ",");
    }
    return status == NUMERAL_OK
               ? numeral_output_printf(out, err, "%.6g\n", twin->difference)
               : status;
}

int cli_audit_write_twins(const cli_audit *audit, const char *path)
{
    numeral_error err;
    numeral_output *out = NULL;
    if (numeral_output_create(path, &out, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    numeral_status status =
        numeral_output_printf(out, &err, "input,label,twin,twin_label,difference\n");
    for (size_t i = 0; i < audit->twins.n && status == NUMERAL_OK; i++) {
        status = put_twin(out, audit, &audit->twins.twins[i], &err);
    }
    return finish(out, status, path, audit->twins.n, "twins", audit, &err);
}

static json_t *input_json(const numeral_dataset *data, size_t row)
{
    char input[4096];
    numeral_dataset_input(data, row, input, sizeof input);
    return cli_json_text(input);
}

static json_t *doubt_json(const cli_audit *audit, const numeral_doubt *doubt)
{
    json_t *ratio = doubt->ratio < 1e300 ? json_real(doubt->ratio) : json_null();
    json_t *own = doubt->own_found ? json_integer((json_int_t)doubt->own) : json_null();
    return json_pack("{s:o, s:I, s:i, s:i, s:I, s:o, s:I, s:o}", "input",
                     input_json(&audit->data, doubt->row), "row", (json_int_t)doubt->row,
                     "label", (int)doubt->label, "proposed", (int)doubt->proposed,
                     "agreeing", (json_int_t)doubt->agreeing, "ratio", ratio,
                     "nearest_other", (json_int_t)doubt->other, "nearest_own", own);
}

static json_t *twin_json(const cli_audit *audit, const numeral_twin *twin)
{
    const numeral_dataset *among = cli_audit_among(audit);
    json_t *label =
        among->labels ? json_integer(among->labels[twin->other]) : json_null();
    return json_pack("{s:o, s:I, s:i, s:o, s:I, s:o, s:f}", "input",
                     input_json(&audit->data, twin->row), "row", (json_int_t)twin->row,
                     "label", (int)audit->data.labels[twin->row], "twin",
                     input_json(among, twin->other), "twin_row", (json_int_t)twin->other,
                     "twin_label", label, "difference", twin->difference);
}

int cli_audit_write_json(const cli_audit *audit)
{
    json_t *doubts = json_array(), *twins = json_array();
    for (size_t i = 0; i < audit->doubts.n; i++) {
        json_array_append_new(doubts, doubt_json(audit, &audit->doubts.doubts[i]));
    }
    for (size_t i = 0; i < audit->twins.n; i++) {
        json_array_append_new(twins, twin_json(audit, &audit->twins.twins[i]));
    }
    json_t *against =
        audit->against.n_images ? cli_json_text(audit->against.name) : json_null();
    return cli_json_write(json_pack("{s:o, s:o, s:s, s:I, s:o, s:o}", "data",
                                    cli_json_text(audit->data.name), "against", against,
                                    "recipe", audit->recipe ? audit->recipe : "", "n",
                                    (json_int_t)audit->data.n_images, "doubts", doubts,
                                    "twins", twins),
                          audit->setting.json);
}
