/* Digits of pages as JSON and CSV; pages that were read by a form. */
#include "page_output.h"

#include "csv_file.h"

json_t *cli_json_box(numeral_page_box b)
{
    return json_pack("[I, I, I, I]", (json_int_t)b.top, (json_int_t)b.left,
                     (json_int_t)b.bottom, (json_int_t)b.right);
}

static json_t *json_digit(const numeral_model_info *info, const numeral_page_digit *digit)
{
    char number[4];
    json_t *alternatives = json_array();
    for (size_t i = 0; i < digit->n_alternatives; i++) {
        const char *name = cli_label_name(info, digit->alternatives[i], number);
        json_array_append_new(alternatives, json_pack("[o, f]", cli_json_text(name),
                                                      digit->alternative_confidence[i]));
    }
    json_t *label = digit->refused
                        ? json_null()
                        : cli_json_text(cli_label_name(info, digit->label, number));
    return json_pack("{s:o, s:f, s:o, s:o}", "label", label, "confidence",
                     digit->confidence, "box", cli_json_box(digit->box), "alternatives",
                     alternatives);
}

json_t *cli_json_digits(const numeral_model_info *info, const numeral_page_line *line)
{
    json_t *digits = json_array();
    for (size_t i = 0; i < line->n_digits; i++) {
        json_array_append_new(digits, json_digit(info, &line->digits[i]));
    }
    return digits;
}

numeral_status cli_form_csv_head(numeral_output *csv, const numeral_form *form,
                                 numeral_error *err)
{
    numeral_status status;
    TRY(numeral_output_printf(csv, err, "input,page"));
    for (size_t i = 0; i < form->n_fields; i++) {
        char beside[128]; /* a name has at most 100 bytes */
        snprintf(beside, sizeof beside, "%.100s_confidence", form->fields[i].name);
        TRY(numeral_output_printf(csv, err, ","));
        TRY(cli_csv_cell(csv, form->fields[i].name, err));
        TRY(numeral_output_printf(csv, err, ","));
        TRY(cli_csv_cell(csv, beside, err));
    }
    TRY(numeral_output_printf(csv, err, "\n"));
done:
    return status;
}

numeral_status cli_form_csv(numeral_output *csv, const cli_filled *filled,
                            numeral_error *err)
{
    numeral_status status;
    TRY(cli_csv_cell(csv, filled->input, err));
    TRY(numeral_output_printf(csv, err, ",%zu", filled->number));
    for (size_t i = 0; i < filled->page->n_fields; i++) {
        const numeral_page_line *field = &filled->page->fields[i];
        TRY(numeral_output_printf(csv, err, ","));
        TRY(cli_csv_cell(csv, field->text, err));
        TRY(numeral_output_printf(csv, err, ",%.3f", field->confidence));
    }
    TRY(numeral_output_printf(csv, err, "\n"));
done:
    return status;
}

void cli_form_print(const cli_filled *filled)
{
    for (size_t i = 0; i < filled->page->n_fields; i++) {
        const numeral_page_line *field = &filled->page->fields[i];
        printf("%s\t%.3f\t", field->text, field->confidence);
    }
    printf(filled->n_pages > 1 ? "%s:%zu\n" : "%s\n", filled->input, filled->number);
}

json_t *cli_form_json(const numeral_model_info *info, const cli_filled *filled)
{
    json_t *fields = json_array(), *corners = json_array();
    for (size_t i = 0; i < filled->page->n_fields; i++) {
        const numeral_page_line *field = &filled->page->fields[i];
        json_array_append_new(fields, json_pack("{s:s, s:o, s:f, s:o, s:o}", "name",
                                                filled->form->fields[i].name, "text",
                                                cli_json_text(field->text), "confidence",
                                                field->confidence, "box",
                                                cli_json_box(field->box), "digits",
                                                cli_json_digits(info, field)));
    }
    for (int i = 0; i < 4; i++) {
        json_array_append_new(corners, json_pack("[f, f]", filled->page->corners[i][0],
                                                 filled->page->corners[i][1]));
    }
    return json_pack("{s:o, s:i, s:i, s:o, s:o}", "input", cli_json_text(filled->input),
                     "page", (int)filled->number, "turned", filled->page->turned,
                     "corners", corners, "fields", fields);
}
