/* JSON on its way out. */
#ifndef CLI_JSON_FILE_H
#define CLI_JSON_FILE_H

#include <jansson.h>

#include <numeral/tools/output.h>

#include "cli.h"

/* A file written whole or not at all, or standard output ("-"). */
typedef struct cli_json_file {
    numeral_output *output;
    bool to_stdout;
    numeral_error err;
} cli_json_file;

/* All report their failure themselves and return an exit status. */
int cli_json_open(const char *path, cli_json_file *out);
/* One value and a newline; takes the reference, NULL stands for a lack of memory. */
int cli_json_put(cli_json_file *file, json_t *value, size_t flags);
/* Puts the file in its place if `status` is CLI_DONE, else gives it up; takes a file that
 * was never opened (all zeros). */
int cli_json_close(cli_json_file *file, int status);

/* Writes one value, pretty. Takes the reference. */
int cli_json_write(json_t *value, const char *path);

/* Text of any bytes: what is not UTF-8, as paths may be, becomes U+FFFD. */
json_t *cli_json_text(const char *text);

#endif
