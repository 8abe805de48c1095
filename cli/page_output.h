/* Pages that were read by a form, on their way out. */
#ifndef CLI_PAGE_OUTPUT_H
#define CLI_PAGE_OUTPUT_H

#include <numeral/form.h>
#include <numeral/tools/output.h>

#include "cli.h"

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

#endif
