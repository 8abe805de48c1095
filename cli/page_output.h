/* Digits of pages on their way out, for lines and for the fields of forms. */
#ifndef CLI_PAGE_OUTPUT_H
#define CLI_PAGE_OUTPUT_H

#include <numeral/form.h>

#include "json_file.h"

/* [top, left, bottom, right]. */
json_t *cli_json_box(numeral_page_box box);
/* The digits of a line: label, confidence, box, alternatives. */
json_t *cli_json_digits(const numeral_model_info *info, const numeral_page_line *line);
/* A page that was read by a form. */
typedef struct cli_filled {
    const char *input;
    size_t number, n_pages; /* from 1; pages of the input */
    const numeral_form *form;
    const numeral_form_page *page;
} cli_filled;

/* One row a page; the first tells the columns. */
numeral_status cli_form_csv_head(numeral_output *csv, const numeral_form *form,
                                 numeral_error *err);
numeral_status cli_form_csv(numeral_output *csv, const cli_filled *filled,
                            numeral_error *err);
/* One line on standard output: text and confidence of each field, then the input. */
void cli_form_print(const cli_filled *filled);
json_t *cli_form_json(const numeral_model_info *info, const cli_filled *filled);

#endif
