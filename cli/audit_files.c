/* An audit as CSV and JSON. */
#include <stdlib.h>
#include <string.h>

#include "audit_output.h"
#include "json_file.h"

enum { INPUT_BYTES = 4096, FIELD_BYTES = 2 * INPUT_BYTES + 4 };

/* A CSV field in `out`: quoted where it must be (RFC 4180), every quote in it twice. */
static const char *field(const char *text, char out[FIELD_BYTES])
{
    const char *quote = strpbrk(text, ",\"\r\n") ? "\"" : "";
    /* room is left for two characters, the closing quote and the end */
    const char *guard = numeral_name_is_formula(text, strlen(text)) ? "'" : "";
    char *to = out + sprintf(out, "%s%s", quote, guard);
    for (; *text && to < out + FIELD_BYTES - 4; text++) {
        *to++ = *text;
        if (*text == '"') {
            *to++ = '"';
        }
    }
    sprintf(to, "%s", quote);
    return out;
}

static const char *input_field(const numeral_dataset *data, size_t row,
                               char out[FIELD_BYTES])
{
    char input[INPUT_BYTES];
    numeral_dataset_input(data, row, input, sizeof input);
    return field(input, out);
}

static const char *label_field(const numeral_dataset *data, numeral_label label,
                               char out[FIELD_BYTES])
{
    char number[NUMERAL_LABEL_BYTES];
    return field(numeral_dataset_label_name(data, label, number), out);
}

/* Room for the texts of one line. */
typedef struct texts {
    char input[FIELD_BYTES], label[FIELD_BYTES], twin[FIELD_BYTES], other[FIELD_BYTES];
} texts;

static numeral_status put_doubt(numeral_output *out, const cli_audit *audit,
                                const numeral_doubt *doubt, texts *room,
                                numeral_error *err)
{
    const numeral_dataset *data = &audit->session->data;
    char own[32] = "";
    if (doubt->own_found) {
        snprintf(own, sizeof own, "%zu", doubt->own);
    }
    return numeral_output_printf(out, err, "%s,%zu,%s,%s,%zu,%.6g,%zu,%s\n",
                                 input_field(data, doubt->row, room->input), doubt->row,
                                 label_field(data, doubt->label, room->label),
                                 label_field(data, doubt->proposed, room->other),
                                 doubt->agreeing, doubt->ratio, doubt->other, own);
}

static numeral_status put_twin(numeral_output *out, const cli_audit *audit,
                               const numeral_twin *twin, texts *room, numeral_error *err)
{
    const numeral_dataset *data = &audit->session->data, *among = cli_audit_among(audit);
    return numeral_output_printf(
        out, err, "%s,%s,%s,%s,%.6g\n", input_field(data, twin->row, room->input),
        label_field(data, data->labels[twin->row], room->label),
        input_field(among, twin->other, room->twin),
        among->labels ? label_field(among, among->labels[twin->other], room->other) : "",
        twin->difference);
}

numeral_status cli_audit_write_csv(const cli_audit *audit, cli_audit_what what,
                                   const char *path, numeral_error *err)
{
    bool doubts = what == CLI_AUDIT_DOUBTS;
    size_t n = doubts ? audit->doubts.n : audit->twins.n;
    numeral_output *out = NULL;
    texts *room = malloc(sizeof *room);
    numeral_status status;
    TRY(room ? NUMERAL_OK : cli_no_memory(err));
    TRY(numeral_output_create(path, &out, err));
    TRY(numeral_output_printf(
        out, err, "%s\n",
        doubts ? "input,row,label,proposed,agreeing,ratio,nearest_other,nearest_own"
               : "input,label,twin,twin_label,difference"));
    for (size_t i = 0; i < n; i++) {
        TRY(doubts ? put_doubt(out, audit, &audit->doubts.doubts[i], room, err)
                   : put_twin(out, audit, &audit->twins.twins[i], room, err));
    }
    status = numeral_output_commit(out, err);
    out = NULL;
    if (status == NUMERAL_OK && audit->session->text) {
        cli_print("%s: %zu %s\n", path, n, doubts ? "doubtful labels" : "twins");
    }
done:
    numeral_output_destroy(out);
    free(room);
    return status;
}

static json_t *input_json(const numeral_dataset *data, size_t row)
{
    char input[4096];
    numeral_dataset_input(data, row, input, sizeof input);
    return answer_text(input);
}

static json_t *doubt_json(const cli_audit *audit, const numeral_doubt *doubt)
{
    /* JSON has no infinity: two digits without any difference */
    json_t *ratio = doubt->ratio < 1e300 ? json_real(doubt->ratio) : json_null();
    json_t *own = doubt->own_found ? answer_integer(doubt->own) : json_null();
    return json_pack("{s:o, s:I, s:i, s:i, s:I, s:o, s:I, s:o}", "input",
                     input_json(&audit->session->data, doubt->row), "row",
                     (json_int_t)doubt->row, "label", (int)doubt->label, "proposed",
                     (int)doubt->proposed, "agreeing", (json_int_t)doubt->agreeing,
                     "ratio", ratio, "nearest_other", (json_int_t)doubt->other,
                     "nearest_own", own);
}

static json_t *twin_json(const cli_audit *audit, const numeral_twin *twin)
{
    const numeral_dataset *among = cli_audit_among(audit);
    json_t *label =
        among->labels ? json_integer(among->labels[twin->other]) : json_null();
    return json_pack("{s:o, s:I, s:i, s:o, s:I, s:o, s:f}", "input",
                     input_json(&audit->session->data, twin->row), "row",
                     (json_int_t)twin->row, "label",
                     (int)audit->session->data.labels[twin->row], "twin",
                     input_json(among, twin->other), "twin_row", (json_int_t)twin->other,
                     "twin_label", label, "difference", twin->difference);
}

numeral_status cli_audit_write_json(const cli_audit *audit, numeral_error *err)
{
    json_t *doubts = json_array(), *twins = json_array();
    for (size_t i = 0; i < audit->doubts.n; i++) {
        json_array_append_new(doubts, doubt_json(audit, &audit->doubts.doubts[i]));
    }
    for (size_t i = 0; i < audit->twins.n; i++) {
        json_array_append_new(twins, twin_json(audit, &audit->twins.twins[i]));
    }
    json_t *against =
        audit->against.n_images ? answer_text(audit->against.name) : json_null();
    return cli_json_write(json_pack("{s:o, s:o, s:s, s:I, s:o, s:o}", "data",
                                    answer_text(audit->session->data.name), "against",
                                    against, "recipe", audit->recipe ? audit->recipe : "",
                                    "n", (json_int_t)audit->session->data.n_images,
                                    "doubts", doubts, "twins", twins),
                          audit->session->json, err);
}
