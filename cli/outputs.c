/* What is written must have a place: told before any work, not minutes later. */
#include <string.h>

#include <numeral/tools/output.h>

#include "cli.h"

const char *const cli_output_options[] = {"output", "json",  "plot",
                                          "twins",  "boxes", NULL};

static const char *dashed(const char *name)
{
    return strcmp(name, "output") == 0  ? "-o"
           : strcmp(name, "json") == 0  ? "--json"
           : strcmp(name, "plot") == 0  ? "--plot"
           : strcmp(name, "twins") == 0 ? "--twins"
                                        : "--boxes";
}

static bool is_output(const char *name)
{
    const char *const *at = cli_output_options;
    while (*at && strcmp(*at, name) != 0) {
        at++;
    }
    return *at != NULL;
}

/* One that was given before and names the same file; NULL: none. */
static const char *find_same(const cli_arguments *arguments, size_t n, const char *path)
{
    for (size_t i = 0; i < n; i++) {
        const char *name = arguments->options[arguments->given[i].option].name;
        if (is_output(name) && strcmp(arguments->given[i].value, path) == 0) {
            return name;
        }
    }
    return NULL;
}

static numeral_status check(const cli_arguments *arguments, size_t at, numeral_error *err)
{
    const char *name = arguments->options[arguments->given[at].option].name;
    const char *path = arguments->given[at].value, *same;
    bool json = strcmp(name, "json") == 0;
    if (json && strcmp(path, "-") == 0) {
        return NUMERAL_OK;
    }
    if (strcmp(path, "-") == 0) {
        return cli_usage(err,
                         "%s -: expected a file; --json alone takes - for standard "
                         "output",
                         dashed(name));
    }
    if ((same = find_same(arguments, at, path)) != NULL && strcmp(same, name) != 0) {
        return cli_usage(err, "%.200s: %s and %s would write the same file", path,
                         dashed(same), dashed(name));
    }
    return strcmp(name, "output") == 0 && arguments->command->output == CLI_WRITES_FOLDER
               ? NUMERAL_OK
               : numeral_output_check(path, err);
}

numeral_status cli_check_outputs(const cli_arguments *arguments, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < arguments->n_given && status == NUMERAL_OK; i++) {
        if (is_output(arguments->options[arguments->given[i].option].name)) {
            status = check(arguments, i, err);
        }
    }
    return status;
}
