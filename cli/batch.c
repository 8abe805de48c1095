/* Many inputs: arguments, folders, lists; bad ones told and counted; answers that leave
 * at once where somebody waits for them. */
#include "batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ahead.h"

numeral_status cli_batch_bad(cli_batch *batch, const char *input,
                             const numeral_error *why, numeral_error *err)
{
    if (batch->stops || why->status == NUMERAL_ERROR_CANCELLED) {
        *err = *why;
        return why->status;
    }
    cli_progress_clear();
    cli_print_error("numeral: %s\n", why->text);
    batch->n_bad++;
    return batch->asks ? batch->answer_bad(batch, input, why->text, err) : NUMERAL_OK;
}

bool cli_batch_is_lost(const cli_batch *batch)
{
    return batch->n_bad > 0 && batch->n_answered == 0 && !batch->asks;
}

numeral_status cli_batch_end(const cli_batch *batch, numeral_status status,
                             numeral_error *err)
{
    if (status != NUMERAL_OK || batch->n_bad == 0) {
        return status;
    }
    if (batch->n_bad == 1 || batch->n_answered == 0) {
        return cli_fail(err, NUMERAL_ERROR_FORMAT, "%s", "");
    }
    return cli_fail(err, NUMERAL_ERROR_FORMAT,
                    "%zu inputs could not be read; the others were", batch->n_bad);
}

/* Where somebody waits for each answer. */
static bool is_awaited(void)
{
    struct stat about;
    return isatty(STDOUT_FILENO) ||
           (fstat(STDOUT_FILENO, &about) == 0 &&
            (S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode)));
}

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static numeral_status answer_now(cli_batch *batch, const char *input, void *begun,
                                 numeral_error *err)
{
    batch->begun = begun;
    numeral_status status = batch->answer(batch, input, err);
    batch->n_done++;
    if (is_awaited()) {
        fflush(stdout);
    }
    return status;
}

/* Answers the first of those begun. */
static numeral_status answer_first(cli_batch *batch, numeral_error *err)
{
    void *begun;
    char *input = cli_ahead_take(batch->ahead, &begun);
    numeral_status status = answer_now(batch, input, begun, err);
    free(input);
    return status;
}

static void *begin_one(const void *batch, const char *input)
{
    return ((const cli_batch *)batch)->begin(batch, input);
}

/* Answers all that was begun. */
static numeral_status answer_begun(cli_batch *batch, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    while (status == NUMERAL_OK && !cli_ahead_is_empty(batch->ahead)) {
        status = answer_first(batch, err);
    }
    return status;
}

/* Whether an input is better begun ahead of its turn: where there are several, several
 * threads, and nobody waits for its answer before the next. One alone has all threads. */
static bool is_begun_ahead(cli_batch *batch, const char *input)
{
    int threads = cli_threads(batch->session);
    if (!batch->begin || batch->asks || batch->n_known < 2 || threads < 2 ||
        strcmp(input, "-") == 0) {
        return false;
    }
    if (!batch->ahead) {
        batch->ahead = cli_ahead_create((size_t)threads, begin_one, batch);
    }
    return batch->ahead != NULL;
}

static numeral_status answer_one(cli_batch *batch, const char *input, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    if (!is_begun_ahead(batch, input)) {
        TRY(answer_begun(batch, err));
        return answer_now(batch, input, NULL, err);
    }
    if (cli_ahead_is_full(batch->ahead)) {
        TRY(answer_first(batch, err));
    }
    status = cli_ahead_put(batch->ahead, input) ? NUMERAL_OK : cli_no_memory(err);
done:
    return status;
}

static numeral_status answer_folder(cli_batch *batch, const char *path,
                                    numeral_error *err)
{
    numeral_load how = {.notes = &batch->session->notes};
    char **paths = NULL;
    size_t n = 0;
    numeral_error why;
    numeral_status status = numeral_folder_pictures(path, &how, &paths, &n, &why);
    if (status != NUMERAL_OK) {
        status = answer_begun(batch, err);
        return status == NUMERAL_OK ? cli_batch_bad(batch, path, &why, err) : status;
    }
    batch->n_known = batch->n_known - 1 + n; /* the folder itself is none */
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        status = answer_one(batch, paths[i], err);
    }
    numeral_folder_pictures_free(paths, n);
    return status;
}

static numeral_status answer(cli_batch *batch, const char *input, numeral_error *err)
{
    if (numeral_name_is_clutter(input) && access(input, F_OK) == 0) {
        char text[NUMERAL_ERROR_TEXT_BYTES];
        snprintf(text, sizeof text, "%.400s: passed over (no picture)", input);
        batch->session->notes.tell(batch->session, NUMERAL_NOTE_PASSED, text);
        return batch->asks ? batch->answer_bad(batch, input, text, err) : NUMERAL_OK;
    }
    return batch->folders && is_folder(input) ? answer_folder(batch, input, err)
                                              : answer_one(batch, input, err);
}

static numeral_status fail_list(const char *path, numeral_error *err)
{
    return cli_fail(err, NUMERAL_ERROR_IO, "%.400s: cannot read the list: %s", path,
                    strerror(errno));
}

enum { LINE_BYTES = 4096 }; /* as long as a path may be */

/* Reads a line without its end; *more is false behind the last one. */
static numeral_status read_line(FILE *list, const char *path, size_t number, char *line,
                                bool *more, numeral_error *err)
{
    size_t length = 0;
    int c = getc(list);
    *more = c != EOF;
    for (; c != EOF && c != '\n'; c = getc(list)) {
        if (c == '\0' || length == LINE_BYTES - 1) {
            return cli_fail(err, NUMERAL_ERROR_FORMAT,
                            "%.300s: line %zu %s: not a list of inputs, one a line", path,
                            number,
                            c ? "is longer than 4,095 bytes" : "holds a zero byte");
        }
        line[length++] = (char)c;
    }
    if (length && line[length - 1] == '\r') {
        length--;
    }
    line[length] = '\0';
    return ferror(list) ? fail_list(path, err) : NUMERAL_OK;
}

static numeral_status answer_list(cli_batch *batch, const char *path, numeral_error *err)
{
    batch->asks = strcmp(path, "-") == 0;
    FILE *list = batch->asks ? stdin : fopen(path, "r");
    const char *name = batch->asks ? "standard input" : path;
    char line[LINE_BYTES];
    bool more = true;
    numeral_status status = list ? NUMERAL_OK : fail_list(name, err);
    for (size_t number = 1; status == NUMERAL_OK && more; number++) {
        status = read_line(list, name, number, line, &more, err);
        if (status == NUMERAL_OK && *line) {
            batch->n_known++;
            status = answer(batch, line, err);
        }
    }
    if (list && list != stdin) {
        fclose(list);
    }
    return status;
}

numeral_status cli_batch_run(cli_batch *batch, size_t first, numeral_error *err)
{
    const cli_arguments *arguments = batch->session->arguments;
    const char *list = cli_value(arguments, "files-from");
    bool stop = cli_is_set(arguments, "stop-on-error");
    bool one = arguments->n_inputs == first + 1 && !list;
    numeral_status status = NUMERAL_OK;
    batch->stops = stop || (one && !is_folder(arguments->inputs[first]));
    batch->session->notes.go_on = !stop;
    batch->session->notes_bad = &batch->n_bad;
    batch->n_known = arguments->n_inputs - first;
    for (size_t i = first; i < arguments->n_inputs; i++) {
        TRY(answer(batch, arguments->inputs[i], err));
    }
    if (list) {
        TRY(answer_list(batch, list, err));
    }
    TRY(answer_begun(batch, err));
done:
    cli_ahead_destroy(batch->ahead, batch->forget);
    batch->ahead = NULL;
    return status;
}
