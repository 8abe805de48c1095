/* Pages that were read, on their way out: by a form as CSV and text; as a picture. */
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

/* A page and what was found on it. */
typedef struct cli_marked {
    const char *input;
    const numeral_image *image;
    const numeral_page_line *lines;
    size_t n_lines;
    const char *what; /* "lines", "fields" */
} cli_marked;

/* Draws the page with a mark at each digit. */
numeral_status cli_page_draw(const cli_session *session, const char *path,
                             const cli_marked *page, const numeral_model_info *info,
                             numeral_error *err);

#endif
