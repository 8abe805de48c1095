/* A check-up in plain words. */
#ifndef CLI_DOCTOR_WORDS_H
#define CLI_DOCTOR_WORDS_H

#include "one_digit.h"
#include "tables.h"

enum { CLI_VERDICT_BYTES = 1200 };

typedef struct cli_doctor_words {
    char headline[CLI_VERDICT_BYTES]; /* what it is read as, and how much looks wrong */
    char notes[NUMERAL_CHECK_COUNT][CLI_CELL_BYTES]; /* "1.2, usual: 1.6 to 5.2" */
    cli_table table;                                 /* all measures */
} cli_doctor_words;

void cli_doctor_write(const cli_digit *digit, const numeral_checkup *checkup,
                      cli_doctor_words *out);

#endif
