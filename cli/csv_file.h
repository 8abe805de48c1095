/* Answers as CSV. */
#ifndef CLI_CSV_FILE_H
#define CLI_CSV_FILE_H

#include <numeral/tools/output.h>

#include "cli.h"

/* A cell, in quotes where it needs them (RFC 4180). */
numeral_status cli_csv_cell(numeral_output *csv, const char *text, numeral_error *err);

/* Writes what was read of the session's labelled data, whole or not at all: input, true,
 * label, confidence, refused (why, or nothing); the label is the nearest one of refused
 * digits, too. Answers of less confidence than `reject_below` are refused. */
numeral_status cli_csv_answers(const cli_session *session, const numeral_answers *answers,
                               double reject_below, const char *path, numeral_error *err);

#endif
