/* numeral info: what a model is. */
#include <string.h>
#include <sys/stat.h>

#include "json_file.h"

enum { COLUMN = 11, TEXT_BYTES = 2000 };

/* "0, 1, 2 ..." of its labels. */
static const char *list_labels(const numeral_model_info *info, char *text, size_t n_bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t c = 0; c < info->n_classes && used + 100 < n_bytes; c++) {
        char number[NUMERAL_LABEL_BYTES];
        used += (size_t)snprintf(text + used, n_bytes - used, "%s%.60s", c ? ", " : "",
                                 cli_label_name(info, info->classes[c], number));
    }
    return text;
}

static void print_origins(const numeral_model *model)
{
    numeral_model_origin origin;
    char rows[32], text[TEXT_BYTES];
    for (size_t i = 0; numeral_model_get_origin(model, i, &origin); i++) {
        snprintf(text, sizeof text, "%.1500s: %s digits", origin.name,
                 cli_count(origin.n_rows, rows));
        cli_print_field(i ? "taught" : "trained on", COLUMN, text);
    }
}

static void print(const numeral_model *model, const char *path, uint64_t file_bytes)
{
    numeral_model_info info;
    char rows[32], labels[TEXT_BYTES], text[TEXT_BYTES + 100];
    numeral_model_get_info(model, &info);
    cli_print_field("model", COLUMN, path);
    cli_print_field("recipe", COLUMN, info.recipe);
    print_origins(model);
    snprintf(text, sizeof text, "%zu: %s", info.n_classes,
             list_labels(&info, labels, sizeof labels));
    cli_print_field("labels", COLUMN, text);
    snprintf(text, sizeof text, "%s x %zu %s, from images of %zu x %zu",
             cli_count(info.n_rows, rows), info.n_dims, answer_dtype(info.dtype),
             info.height, info.width);
    cli_print_field("rows", COLUMN, text);
    cli_print_field("index", COLUMN, info.index);
    snprintf(text, sizeof text, "the %zu nearest by %s", info.k, info.metric);
    cli_print_field("votes", COLUMN, text);
    cli_print_field("sureness", COLUMN,
                    info.calibration ? info.calibration : "shares of the votes");
    snprintf(text, sizeof text, "%.1f MB, in memory %.1f MB", (double)file_bytes / 1e6,
             (double)info.bytes / 1e6);
    cli_print_field("file", COLUMN, text);
    snprintf(text, sizeof text, "%llu", (unsigned long long)info.seed);
    cli_print_field("seed", COLUMN, text);
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const char *path = session->arguments->inputs[0];
    struct stat about = {0};
    numeral_status status;
    TRY(cli_session_model(session, 0, err));
    stat(path, &about);
    if (session->text) {
        print(session->model, path, (uint64_t)about.st_size);
    }
    if (session->json) {
        TRY(cli_json_write(answer_model(session->model, path, (uint64_t)about.st_size),
                           session->json, err));
    }
done:
    return status;
}

const cli_command cli_cmd_info = {
    .name = "info",
    .arguments = "MODEL",
    .summary = "Describe a model: its recipe, what it was trained on and taught, its "
               "labels, its size.",
    .details = "  numeral info digits.model\n"
               "  numeral info digits.model --json -\n",
    .min_inputs = 1,
    .max_inputs = 1,
    .run = run,
};
