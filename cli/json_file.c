/* JSON on its way out: to standard output, or to a file that appears whole or not at all.
 */
#include "json_file.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

numeral_status cli_json_open(const char *path, cli_json_file *out, numeral_error *err)
{
    *out = (cli_json_file){.to_stdout = strcmp(path, "-") == 0};
    return out->to_stdout ? NUMERAL_OK : numeral_output_create(path, &out->output, err);
}

static int append(const char *text, size_t length, void *context)
{
    cli_json_file *file = context;
    if (!file->to_stdout) {
        return numeral_output_write(file->output, text, length, file->err) == NUMERAL_OK
                   ? 0
                   : -1;
    }
    if (fwrite(text, 1, length, stdout) == length) {
        return 0;
    }
    cli_fail(file->err, NUMERAL_ERROR_IO, "standard output: cannot write: %s",
             strerror(errno));
    return -1;
}

numeral_status cli_json_put(cli_json_file *file, json_t *value, size_t flags,
                            numeral_error *err)
{
    file->err = err;
    cli_no_memory(err); /* unless `append` finds another fault */
    int failed =
        !value ||
        json_dump_callback(value, append, file, flags | JSON_REAL_PRECISION(15)) != 0 ||
        append("\n", 1, file) != 0;
    json_decref(value);
    return failed ? err->status : NUMERAL_OK;
}

numeral_status cli_json_close(cli_json_file *file, numeral_status status,
                              numeral_error *err)
{
    numeral_output *output = file->output;
    file->output = NULL;
    if (output && status == NUMERAL_OK) {
        return numeral_output_commit(output, err);
    }
    numeral_output_destroy(output);
    return status;
}

numeral_status cli_json_write(json_t *value, const char *path, numeral_error *err)
{
    cli_json_file file;
    numeral_status status = cli_json_open(path, &file, err);
    if (status != NUMERAL_OK) {
        json_decref(value);
        return status;
    }
    return cli_json_close(&file, cli_json_put(&file, value, JSON_INDENT(2), err), err);
}

json_t *cli_json_integer(size_t value)
{
    return json_integer((json_int_t)value);
}

json_t *cli_json_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* The bytes of the character at `at`, or 0 where it is not UTF-8 (RFC 3629). */
static size_t character(const unsigned char *at)
{
    /* 0xc0 and 0xc1 would only begin overlong forms */
    size_t n = at[0] < 0x80   ? 1
               : at[0] < 0xc2 ? 0
               : at[0] < 0xe0 ? 2
               : at[0] < 0xf0 ? 3
                              : 4;
    /* beyond U+10FFFF, overlong, or half of a UTF-16 pair */
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
