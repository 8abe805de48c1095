/* Pages that were read by a form, as CSV and as text. */
#include "page_output.h"

#include "csv_file.h"

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
        cli_print("%s\t%.3f\t", field->text, field->confidence);
    }
    cli_print(filled->n_pages > 1 ? "%s:%zu\n" : "%s\n", filled->input, filled->number);
}
