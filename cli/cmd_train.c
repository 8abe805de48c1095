/* numeral train: fit a recipe to data and save the model. */
#include <stdlib.h>
#include <string.h>

#include "results.h"

static const cli_option options[] = {
    {"output", 'o', "MODEL", "the model file to write"},
    {"preset", 0, "NAME",
     "start from a preset (list preset); default: " CLI_DEFAULT_PRESET},
    {"recipe", 0, "RECIPE", "the stages, e.g. deskew,pixels (list transform, ...)"},
    {"holdout", 0, "SHARE", "keep this share of each label out and evaluate on it"},
    {"calibrate", 0, "FOLDS",
     "measure how sure answers are by fitting FOLDS times more (2 to 100, e.g. 6)"},
};

enum { COLUMN = 9 }; /* where the words of the summary begin */

static void print_summary(const numeral_model_info *info,
                          const numeral_fit_report *report)
{
    static const char *const dtypes[] = {"u8", "i8", "i16"};
    char rows[32], text[1000];
    snprintf(text, sizeof text, "%.800s: %s digits of %zu x %zu, %zu labels", info->data,
             cli_count(info->n_rows, rows), info->height, info->width, info->n_classes);
    cli_print_field("data", COLUMN, text);
    cli_print("recipe   %s\n", info->recipe);
    cli_print("rows     %zu x %s, %.1f MB\n", info->n_dims, dtypes[info->dtype],
              (double)info->bytes / 1e6);
    cli_print("index    %s\n", info->index);
    cli_print("time     %.2f s: features %.2f, fitting %.2f, index %.2f\n", report->total,
              report->features, report->fit, report->index);
}

static void print_calibration(const numeral_model_info *info)
{
    static const char *const ways[NUMERAL_DECIDED_COUNT] = {"unanimous", "vote",
                                                            "second look"};
    cli_print_field("sureness", COLUMN,
                    info->calibration ? info->calibration
                                      : "shares of the votes; --calibrate 6 would "
                                        "measure how often answers are right");
    for (size_t way = 0; info->map && way < NUMERAL_DECIDED_COUNT; way++) {
        const double *weights = info->map->weights[way];
        cli_print("         %-12s z = %.6g + %.6g margin - %.6g distance\n", ways[way],
                  weights[0], weights[1], 0 - weights[2]); /* no "-0" */
    }
}

static numeral_status fit_and_save(cli_session *session, const numeral_recipe *recipe,
                                   const numeral_dataset *train, size_t folds,
                                   numeral_error *err)
{
    const char *path = cli_value(session->arguments, "output");
    numeral_fit_report report;
    numeral_model_info info;
    numeral_status status;
    TRY(numeral_model_fit(recipe, train, session->seed, &session->run, &session->model,
                          &report, err));
    if (folds > 0) {
        TRY(numeral_model_calibrate(session->model, train, folds, &session->run, err));
    }
    TRY(numeral_model_save(session->model, path, err));
    cli_progress_clear();
    if (session->text) {
        numeral_model_get_info(session->model, &info);
        print_summary(&info, &report);
        print_calibration(&info);
        cli_print("model    %s\n", path);
    }
done:
    return status;
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const char *frame = cli_value(session->arguments, "frame");
    bool keep = frame && strcmp(frame, "keep") == 0;
    numeral_recipe *recipe = NULL;
    numeral_dataset train = {0};
    size_t folds;
    numeral_status status;
    TRY(cli_integer(session->arguments, "calibrate", 2, 100, 0, &folds, err));
    TRY(cli_recipe_read(session, CLI_DEFAULT_PRESET, NULL, &recipe, err));
    TRY(cli_load_all(
        session, 0,
        (numeral_load){.split = NUMERAL_SPLIT_TRAIN,
                       .frame = keep ? NUMERAL_FRAME_KEEP : NUMERAL_FRAME_AUTO,
                       .need_labels = true},
        &train, err));
    /* the session's data are what the model is evaluated on */
    TRY(cli_hold_out(session, &train, &session->data, err));
    TRY(fit_and_save(session, recipe, &train, folds, err));
    if (session->data.n_images) {
        status = cli_evaluate(session, &(cli_evaluation_request){0}, NULL, err);
    }
done:
    numeral_dataset_free(&train);
    numeral_recipe_destroy(recipe);
    return status;
}

const cli_command cli_cmd_train = {
    .name = "train",
    .arguments = "DATA... -o MODEL",
    .summary = "Fit a recipe to labelled digits and save the model.",
    .details = "Several sets are joined: images of one size, labels by their names.\n\n"
               "  numeral train mnist -o digits.model\n"
               "  numeral train my-digits/ --recipe deskew,pixels -k 5 -o mine.model\n"
               "  numeral train mnist my-digits/ -o both.model\n"
               "  numeral train train.csv --holdout 0.2 -o my.model\n"
               "  numeral train my-digits/ --calibrate 6 -o mine.model\n",
    .min_inputs = 1,
    .max_inputs = (size_t)-1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .output = CLI_WRITES_MODEL,
    .needs_output = true,
    .recipe = CLI_RECIPE_ALL,
    .run = run,
};
