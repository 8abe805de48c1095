/* Pages that were read by a form, as CSV and as text; marked pages. */
#include "page_output.h"

#include <stdlib.h>

#include "csv_file.h"
#include "pictures.h"

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

numeral_status cli_page_draw(const cli_session *session, const char *path,
                             const cli_marked *page, const numeral_model_info *info,
                             numeral_error *err)
{
    const numeral_image *image = page->image;
    numeral_status status = NUMERAL_OK;
    numeral_picture picture = {0};
    size_t n = 0, at = 0;
    char subtitle[80];
    for (size_t i = 0; i < page->n_lines; i++) {
        n += page->lines[i].n_digits;
    }
    numeral_mark *marks = calloc(n + 1, sizeof *marks);
    char(*texts)[2][8] = calloc(n + 1, sizeof *texts);
    TRY(marks && texts ? NUMERAL_OK : cli_no_memory(err));
    for (size_t i = 0; i < page->n_lines; i++) {
        for (size_t j = 0; j < page->lines[i].n_digits; j++, at++) {
            const numeral_page_digit *digit = &page->lines[i].digits[j];
            char number[NUMERAL_LABEL_BYTES];
            const char *name =
                digit->refused ? "?" : cli_label_name(info, digit->label, number);
            snprintf(texts[at][0], sizeof texts[at][0], "%.7s", name);
            snprintf(texts[at][1], sizeof texts[at][1], "%.2f", digit->confidence);
            marks[at] = (numeral_mark){
                digit->box.top, digit->box.left, digit->box.bottom, digit->box.right,
                texts[at][0],   texts[at][1],    digit->refused};
        }
    }
    snprintf(subtitle, sizeof subtitle, "%zu %s, %zu digits", page->n_lines, page->what,
             n);
    numeral_marked_page drawn = {
        page->input, subtitle, image->height, image->width, image->pixels, marks, n};
    TRY(numeral_draw_page(&drawn, cli_picture_format(path), &picture, err));
    status = cli_picture_save(&picture, path, "what was found", session, err);
done:
    free(marks);
    free(texts);
    return status;
}
