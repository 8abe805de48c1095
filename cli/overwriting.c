/* What is written must not replace what is read, but for a model that is taught and data
 * that are converted: a slip of the keyboard would take the only copy. */
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

/* Whether an input, with `:test` or a slice behind it or as one of a pair, is that file.
 */
static bool is_input(const char *input, const struct stat *file)
{
    char path[4096];
    struct stat about;
    size_t length = strlen(input);
    if (length >= sizeof path) {
        return false;
    }
    memcpy(path, input, length + 1);
    for (char *from = path; from; from = strchr(from, ',')) {
        from += *from == ',';
        char copy[sizeof path], *end;
        strcpy(copy, from);
        for (const char *ends = ",[:"; *ends; ends++) {
            if (stat(copy, &about) != 0 && (end = strrchr(copy, *ends)) != NULL) {
                *end = '\0';
            }
        }
        if (stat(copy, &about) == 0 && about.st_dev == file->st_dev &&
            about.st_ino == file->st_ino) {
            return true;
        }
    }
    return false;
}

static bool changes_model(const char *command)
{
    return strcmp(command, "teach") == 0 || strcmp(command, "condense") == 0;
}

numeral_status cli_check_overwriting(const cli_arguments *arguments, numeral_error *err)
{
    const char *command = arguments->command->name, *path;
    struct stat file;
    if (strcmp(command, "data") == 0) {
        return NUMERAL_OK;
    }
    for (size_t o = 0; cli_output_options[o]; o++) {
        const char *option = cli_output_options[o];
        for (size_t n = 0; (path = cli_value_at(arguments, option, n)) != NULL; n++) {
            if (stat(path, &file) != 0 || !S_ISREG(file.st_mode)) {
                continue;
            }
            size_t first = o == 0 && changes_model(command);
            for (size_t i = first; i < arguments->n_inputs; i++) {
                if (is_input(arguments->inputs[i], &file)) {
                    return cli_usage(err,
                                     "%.200s: %s reads this file and would write another "
                                     "in its place; name another",
                                     path, command);
                }
            }
        }
    }
    return NUMERAL_OK;
}
