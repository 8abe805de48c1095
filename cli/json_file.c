/* JSON on its way out: to standard output, or to a file that appears whole or not at all.
 */
#include "json_file.h"

#include <errno.h>
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
    int failed = !value || json_dump_callback(value, append, file, flags) != 0 ||
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
    return cli_json_close(&file, cli_json_put(&file, value, ANSWER_PRETTY, err), err);
}
