/* JSON on its way out. */
#ifndef CLI_JSON_FILE_H
#define CLI_JSON_FILE_H

#include <numeral/tools/output.h>

#include "answers.h"
#include "cli.h"

/* A file written whole or not at all, or standard output ("-"). */
typedef struct cli_json_file {
    numeral_output *output;
    bool to_stdout;
    numeral_error *err; /* of the value that is being written */
} cli_json_file;

numeral_status cli_json_open(const char *path, cli_json_file *out, numeral_error *err);
/* One value and a newline, by ANSWER_LINE or ANSWER_PRETTY; takes the reference, NULL
 * stands for a lack of memory. */
numeral_status cli_json_put(cli_json_file *file, json_t *value, size_t flags,
                            numeral_error *err);
/* Puts the file in its place if `status` is NUMERAL_OK, else gives it up; takes a file
 * that was never opened (all zeros). */
numeral_status cli_json_close(cli_json_file *file, numeral_status status,
                              numeral_error *err);

/* Writes one value, pretty. Takes the reference. */
numeral_status cli_json_write(json_t *value, const char *path, numeral_error *err);

#endif
