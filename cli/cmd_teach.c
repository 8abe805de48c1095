/* numeral teach: digits join a fitted model or leave it. */
#include <stdlib.h>
#include <string.h>

#include "json_file.h"

static const cli_option options[] = {
    {"output", 'o', "MODEL", "the model file to write; it may be the one that is read"},
    {"remove", 0, "ROWS", "first take these rows away, by number: 17,60000-60119"},
};

enum { COLUMN = 9 }; /* where the words of the summary begin */

/* One number, and what stands behind it. */
static bool take_row(const char **at, int64_t most, int64_t *out)
{
    char *end;
    if (**at < '0' || **at > '9') {
        return false;
    }
    long long row = strtoll(*at, &end, 10);
    *at = end;
    *out = row;
    return row <= most;
}

/* Reads "3,17-19" into *rows, which is to be freed. */
static numeral_status parse_rows(const char *text, size_t n_numbers, int64_t **rows,
                                 size_t *n, numeral_error *err)
{
    const int64_t most = (int64_t)n_numbers - 1;
    const char *at = text;
    int64_t first, last;
    *n = 0;
    *rows = calloc(n_numbers, sizeof **rows);
    if (!*rows) {
        return cli_no_memory(err);
    }
    do {
        bool valid = take_row(&at, most, &first);
        last = first;
        if (valid && *at == '-') {
            at++;
            valid = take_row(&at, most, &last);
        }
        size_t count = valid && last >= first ? (size_t)(last - first) + 1 : 0;
        if (count == 0 || count > n_numbers - *n || (*at && *at != ',')) {
            return cli_usage(err,
                             "--remove '%.100s': expected row numbers up to %lld, each "
                             "once, as in 3,17-19",
                             text, (long long)most);
        }
        for (; first <= last; first++) {
            (*rows)[(*n)++] = first;
        }
    } while (*at++ == ',');
    return NUMERAL_OK;
}

static numeral_status remove_rows(const cli_session *session, numeral_error *err)
{
    const char *text = cli_value(session->arguments, "remove");
    numeral_model_info info;
    int64_t *rows = NULL;
    size_t n;
    char count[32];
    numeral_status status;
    numeral_model_get_info(session->model, &info);
    TRY(parse_rows(text, info.n_numbers, &rows, &n, err));
    TRY(cli_as_usage(numeral_model_remove(session->model, rows, n, err), err));
    if (session->text) {
        cli_print("removed  %s row%s\n", cli_count(n, count), n == 1 ? "" : "s");
    }
done:
    free(rows);
    return status;
}

/* Adds one set, and to `taught` what came of it. */
static numeral_status add_data(const cli_session *session, const char *text,
                               json_t *taught, numeral_error *err)
{
    numeral_dataset data = {0};
    int64_t first;
    char n[32], line[1000];
    numeral_status status;
    TRY(cli_load(session, text,
                 (numeral_load){.split = NUMERAL_SPLIT_TRAIN, .need_labels = true}, &data,
                 err));
    TRY(numeral_model_add(session->model, &data, &session->run, &first, err));
    cli_progress_clear();
    json_array_append_new(
        taught, json_pack("{s:o, s:I, s:I}", "data", answer_text(data.name), "n",
                          (json_int_t)data.n_images, "first_row", (json_int_t)first));
    if (session->text) {
        snprintf(line, sizeof line, "%.800s: %s digits, rows %lld to %lld", data.name,
                 cli_count(data.n_images, n), (long long)first,
                 (long long)first + (long long)data.n_images - 1);
        cli_print_field("taught", COLUMN, line);
    }
done:
    numeral_dataset_free(&data);
    return status;
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *path = cli_value(arguments, "output");
    numeral_model_info info;
    char rows[32], text[2000];
    json_t *taught = json_array();
    numeral_status status;
    if (arguments->n_inputs == 1 && !cli_value(arguments, "remove")) {
        TRY(cli_usage(err, "teach: nothing to do: expected DATA or --remove"));
    }
    TRY(cli_session_model(session, 0, err));
    if (cli_value(arguments, "remove")) {
        TRY(remove_rows(session, err));
    }
    for (size_t i = 1; i < arguments->n_inputs; i++) {
        TRY(add_data(session, arguments->inputs[i], taught, err));
    }
    TRY(numeral_model_save(session->model, path, err));
    numeral_model_get_info(session->model, &info);
    cli_origins(session->model, text, sizeof text);
    if (session->text) {
        cli_print_field("data", COLUMN, text);
        cli_print("rows     %s, %zu labels\n", cli_count(info.n_rows, rows),
                  info.n_classes);
        cli_print("model    %s\n", path);
    }
    if (session->json) {
        TRY(cli_json_write(json_pack("{s:o, s:I, s:I, s:I, s:O}", "trained_on",
                                     answer_text(text), "n_rows", (json_int_t)info.n_rows,
                                     "n_numbers", (json_int_t)info.n_numbers, "n_labels",
                                     (json_int_t)info.n_classes, "taught", taught),
                           session->json, err));
    }
done:
    json_decref(taught);
    return status;
}

const cli_command cli_cmd_teach = {
    .name = "teach",
    .arguments = "MODEL [DATA...] -o MODEL",
    .summary = "Add labelled digits to a model, or take rows away.",
    .details =
        "What was fitted stays: digits join the rows that answers come from, at once, "
        "and\n"
        "answers are exact. A label that the model has not is one from then on; labels "
        "of\n"
        "data that name them are joined by name. A row keeps its number for the model's\n"
        "life; neighbours, why and predict --json show it.\n\n"
        "  numeral teach digits.model my-digits/ -o digits.model\n"
        "  numeral teach digits.model --remove 60017,60020-60029 -o digits.model\n",
    .min_inputs = 1,
    .max_inputs = (size_t)-1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .output = CLI_WRITES_MODEL,
    .needs_output = true,
    .recipe = CLI_RECIPE_NONE,
    .run = run,
};
