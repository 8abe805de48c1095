/* CSV on its way out. */
#include "csv_file.h"

#include <string.h>

numeral_status cli_csv_cell(numeral_output *csv, const char *text, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    const char *guard = numeral_name_is_formula(text, strlen(text)) ? "'" : "";
    if (!text[strcspn(text, ",\"\r\n")]) {
        return numeral_output_printf(csv, err, "%s%s", guard, text);
    }
    TRY(numeral_output_printf(csv, err, "\"%s", guard));
    for (; *text; text++) {
        TRY(numeral_output_printf(csv, err, *text == '"' ? "\"\"" : "%c", *text));
    }
    TRY(numeral_output_printf(csv, err, "\""));
done:
    return status;
}

static numeral_status put_row(const cli_session *session, const numeral_answers *answers,
                              size_t at, double reject_below, numeral_output *csv,
                              numeral_error *err)
{
    const numeral_dataset *data = &session->data;
    numeral_model_info info;
    char input[600], number[NUMERAL_LABEL_BYTES], below[40];
    numeral_refused why = (numeral_refused)answers->refused[at];
    bool unsure = !(answers->confidence[at] >= reject_below);
    numeral_status status;
    numeral_model_get_info(session->model, &info);
    numeral_dataset_input(data, at, input, sizeof input);
    snprintf(below, sizeof below, "below %g", reject_below);
    TRY(cli_csv_cell(csv, input, err));
    TRY(numeral_output_printf(csv, err, ","));
    TRY(cli_csv_cell(csv, numeral_dataset_label_name(data, data->labels[at], number),
                     err));
    TRY(numeral_output_printf(csv, err, ","));
    TRY(cli_csv_cell(csv, cli_label_name(&info, answers->labels[at], number), err));
    TRY(numeral_output_printf(csv, err, ",%.6f,%s\n", answers->confidence[at],
                              why      ? numeral_refused_name(why)
                              : unsure ? below
                                       : ""));
done:
    return status;
}

numeral_status cli_csv_answers(const cli_session *session, const numeral_answers *answers,
                               double reject_below, const char *path, numeral_error *err)
{
    numeral_output *csv = NULL;
    numeral_status status;
    TRY(numeral_output_create(path, &csv, err));
    TRY(numeral_output_printf(csv, err, "input,true,label,confidence,refused\n"));
    for (size_t i = 0; i < answers->n; i++) {
        TRY(put_row(session, answers, i, reject_below, csv, err));
    }
    status = numeral_output_commit(csv, err);
    csv = NULL;
    if (status == NUMERAL_OK && session->text) {
        char n[32];
        cli_print("%s: %s answers\n", path, cli_count(answers->n, n));
    }
done:
    numeral_output_destroy(csv);
    return status;
}
