/* JSON on its way out: to standard output, or to a file that appears whole or not at all.
 */
#include "json_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/output.h>

int cli_json_open(const char *path, cli_json_file *out)
{
    *out = (cli_json_file){.to_stdout = strcmp(path, "-") == 0};
    if (!out->to_stdout &&
        numeral_output_create(path, &out->output, &out->err) != NUMERAL_OK) {
        return cli_fail(&out->err);
    }
    return CLI_DONE;
}

static int append(const char *text, size_t length, void *context)
{
    cli_json_file *file = context;
    if (!file->to_stdout) {
        return numeral_output_write(file->output, text, length, &file->err) == NUMERAL_OK
                   ? 0
                   : -1;
    }
    if (fwrite(text, 1, length, stdout) == length) {
        return 0;
    }
    snprintf(file->err.text, sizeof file->err.text, "standard output: cannot write: %s",
             strerror(errno));
    return -1;
}

int cli_json_put(cli_json_file *file, json_t *value, size_t flags)
{
    file->err = (numeral_error){NUMERAL_ERROR_MEMORY, "out of memory for JSON"};
    int failed =
        !value ||
        json_dump_callback(value, append, file, flags | JSON_REAL_PRECISION(15)) != 0 ||
        append("\n", 1, file) != 0;
    json_decref(value);
    return failed ? cli_fail(&file->err) : CLI_DONE;
}

int cli_json_close(cli_json_file *file, int status)
{
    numeral_output *output = file->output;
    file->output = NULL;
    if (output && status == CLI_DONE) {
        return numeral_output_commit(output, &file->err) == NUMERAL_OK
                   ? CLI_DONE
                   : cli_fail(&file->err);
    }
    numeral_output_destroy(output);
    return status;
}

int cli_json_write(json_t *value, const char *path)
{
    cli_json_file file;
    int status = cli_json_open(path, &file);
    if (status != CLI_DONE) {
        json_decref(value);
        return status;
    }
    return cli_json_close(&file, cli_json_put(&file, value, JSON_INDENT(2)));
}

/* The bytes of the character at `at`, or 0 where it is not UTF-8 (RFC 3629). */
static size_t character(const unsigned char *at)
{
    size_t n = at[0] < 0x80   ? 1
               : at[0] < 0xc2 ? 0
               : at[0] < 0xe0 ? 2
               : at[0] < 0xf0 ? 3
                              : 4;
    if (at[0] > 0xf4 || (at[0] == 0xe0 && at[1] < 0xa0) ||
        (at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf0 && at[1] < 0x90) ||
        (at[0] == 0xf4 && at[1] > 0x8f)) {
        return 0;
    }
    for (size_t i = 1; i < n; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return n;
}

json_t *cli_json_text(const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    char *clean = malloc(3 * strlen(text) + 1), *to = clean;
    if (!clean) {
        return NULL;
    }
    while (*text) {
        size_t n = character((const unsigned char *)text);
        memcpy(to, n ? text : replacement, n ? n : 3);
        to += n ? n : 3;
        text += n ? n : 1;
    }
    *to = '\0';
    json_t *out = json_string(clean);
    free(clean);
    return out;
}
