/* numeral features: digits as the rows that a model searches. */
#include <string.h>

#include "json_file.h"

static const cli_option options[] = {
    {"output", 'o', "FILE.npz", "the rows to write: x, and y where there are labels"},
};

static json_t *summary_json(const numeral_model_info *info, const numeral_dataset *data,
                            const char *path)
{
    static const char *const dtypes[] = {"u8", "i8", "i16", "f32", "f64"};
    return json_pack("{s:o, s:I, s:I, s:s, s:b, s:s}", "output", answer_text(path), "n",
                     (json_int_t)data->n_images, "dims", (json_int_t)info->n_dims,
                     "dtype", dtypes[info->dtype], "labels", data->labels != NULL,
                     "recipe", info->recipe);
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *path = cli_value(arguments, "output");
    const char *dot = strrchr(path, '.');
    numeral_model_info info;
    numeral_status status;
    char n[32];
    if (!dot || strcmp(dot, ".npz") != 0) {
        return cli_usage(err, "-o %.200s: features are written as .npz", path);
    }
    TRY(cli_session_model(session, 0, err));
    TRY(cli_session_data(session, arguments->inputs[1], NUMERAL_SPLIT_ALL, false, err));
    TRY(numeral_model_save_features(session->model, &session->data, &session->run, path,
                                    err));
    cli_progress_clear();
    numeral_model_get_info(session->model, &info);
    if (session->text) {
        cli_print("%s: x, %s rows of %zu numbers%s\n", path,
                  cli_count(session->data.n_images, n), info.n_dims,
                  session->data.labels ? ", and y, their labels" : "");
    }
    if (session->json) {
        TRY(cli_json_write(summary_json(&info, &session->data, path), session->json,
                           err));
    }
done:
    return status;
}

const cli_command cli_cmd_features = {
    .name = "features",
    .arguments = "MODEL DATA -o FILE.npz",
    .summary = "Write digits as the rows that a model searches, for other programs.",
    .details =
        "x is n x d, of the model's own type: distances of rows are the model's. y are\n"
        "the labels, where there are some, and names what they are called.\n\n"
        "  numeral features digits.model mnist:test -o features.npz\n",
    .min_inputs = 2,
    .max_inputs = 2,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .needs_output = true,
    .run = run,
};
