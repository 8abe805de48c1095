/* A page that was given to numeral doctor: what is found on it, and what is doubtful. */
#ifndef CLI_DOCTOR_PAGE_H
#define CLI_DOCTOR_PAGE_H

#include <numeral/page.h>

#include "one_digit.h"

/* Whether the picture, examined as one digit, is a page of several; if so, `page` is what
 * is read on it, the caller's to free. */
numeral_status cli_doctor_find_page(const cli_session *session, const cli_digit *digit,
                                    const numeral_checkup *checkup, numeral_page *page,
                                    bool *is_page, numeral_error *err);

void cli_doctor_print_page(const cli_digit *digit, const numeral_page *page);

#endif
