/* numeral train: fit a recipe to data and save the model. */
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/command.h>

#include "cli.h"
#include "results.h"

static const cli_option options[] = {
    {"output", 'o', "MODEL", "the model file to write"},
    {"preset", 0, "NAME",
     "start from a preset (list preset); default: " CLI_DEFAULT_PRESET},
    {"recipe", 0, "STAGES", "the stages, e.g. deskew,pixels (list transform, ...)"},
    {"holdout", 0, "SHARE", "keep this share of each label out and evaluate on it"},
    {"calibrate", 0, "FOLDS",
     "measure how sure answers are by fitting FOLDS times more (2 to 100, e.g. 6)"},
    {"float64", 0, "DATA",
     "also read DATA in float64, without quantisation, and count the "
     "labels that differ (slow)"},
};

static int make_recipe(const cli_arguments *arguments, const numeral_registry *registry,
                       numeral_recipe **out)
{
    numeral_error err;
    const char *text = cli_value(arguments, "recipe");
    const char *preset = cli_value(arguments, "preset");
    if (text && preset) {
        return cli_fail_usage("--recipe and --preset exclude each other");
    }
    numeral_status status =
        text ? numeral_recipe_parse(registry, text, out, &err)
             : numeral_recipe_preset(registry, preset ? preset : CLI_DEFAULT_PRESET, out,
                                     &err);
    return status == NUMERAL_OK ? cli_apply_recipe_options(arguments, *out)
                                : cli_fail_usage("%s", err.text);
}

static void print_summary(const numeral_model *model, const numeral_fit_report *report)
{
    static const char *const dtypes[] = {"u8", "i8", "i16"};
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    char rows[32];
    printf("data     %s: %s digits of %zu x %zu, %zu labels\n", info.data,
           cli_count(info.n_rows, rows), info.height, info.width, info.n_classes);
    printf("recipe   %s\n", info.recipe);
    printf("rows     %zu x %s, %.1f MB\n", info.n_dims, dtypes[info.dtype],
           (double)info.bytes / 1e6);
    printf("index    %s\n", info.index);
    printf("time     %.2f s: features %.2f, fitting %.2f, index %.2f\n", report->total,
           report->features, report->fit, report->index);
}

/* Puts `*held` aside, where --holdout asks for it. */
static int hold_out(const cli_arguments *arguments, uint64_t seed, numeral_dataset *train,
                    numeral_dataset *held)
{
    double share;
    numeral_error err;
    int status = cli_number(arguments, "holdout", 0.001, 0.999, 0, &share);
    if (status != CLI_DONE || share == 0) {
        return status;
    }
    numeral_dataset rest = {0};
    if (numeral_dataset_holdout(train, share, seed, &rest, held, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    numeral_dataset_free(train);
    *train = rest;
    return CLI_DONE;
}

/* Reads the --float64 data by the model and by the same recipe without quantisation. */
static int compare_with_float64(const cli_arguments *arguments,
                                const numeral_recipe *recipe,
                                const numeral_dataset *train, const numeral_model *model,
                                const cli_setting *setting)
{
    numeral_error err = {NUMERAL_ERROR_MEMORY, "out of memory"};
    numeral_dataset data = {0};
    numeral_answers answers = {0};
    numeral_load load = {.split = NUMERAL_SPLIT_TEST,
                         .height = train->height,
                         .width = train->width,
                         .seed = setting->seed,
                         .run = setting->run};
    if (numeral_dataset_load(cli_value(arguments, "float64"), &load, &data, &err) !=
        NUMERAL_OK) {
        return cli_fail(&err);
    }
    uint8_t *labels = malloc(data.n_images + 1);
    int status = CLI_DONE;
    if (!labels ||
        numeral_model_reference(recipe, train, &data, setting->seed, &setting->run,
                                labels, &err) != NUMERAL_OK ||
        numeral_model_predict(model, &data, &setting->run, &answers, &err) !=
            NUMERAL_OK) {
        status = cli_fail(&err);
    } else if (setting->text) {
        size_t differ = 0;
        for (size_t i = 0; i < data.n_images; i++) {
            differ += labels[i] != answers.labels[i];
        }
        cli_progress_clear();
        printf("float64  %zu of %zu labels of %s differ without quantisation\n", differ,
               data.n_images, data.name);
    }
    free(labels);
    numeral_answers_free(&answers);
    numeral_dataset_free(&data);
    return status;
}

/* Measures the model's confidence, where --calibrate asks for it. */
static int calibrate(const cli_arguments *arguments, const numeral_dataset *train,
                     const cli_setting *setting, numeral_model *model)
{
    double folds;
    numeral_error err;
    int status = cli_integer(arguments, "calibrate", 2, 100, 0, &folds);
    if (status == CLI_DONE && folds > 0 &&
        numeral_model_calibrate(model, train, (size_t)folds, &setting->run, &err) !=
            NUMERAL_OK) {
        status = cli_fail(&err);
    }
    return status;
}

static void print_calibration(const numeral_model *model)
{
    static const char *const ways[NUMERAL_DECIDED_COUNT] = {"unanimous", "vote",
                                                            "second look"};
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    printf("sureness ");
    cli_print_wrapped(info.calibration ? info.calibration
                                       : "shares of the votes; --calibrate 6 would "
                                         "measure how often answers are right",
                      9, 9);
    for (size_t way = 0; info.map && way < NUMERAL_DECIDED_COUNT; way++) {
        const double *weights = info.map->weights[way];
        printf("         %-12s z = %.6g + %.6g margin - %.6g distance\n", ways[way],
               weights[0], weights[1], -weights[2]);
    }
}

static int fit_and_save(const cli_arguments *arguments, const numeral_recipe *recipe,
                        const numeral_dataset *train, const numeral_dataset *held,
                        const cli_setting *setting)
{
    numeral_error err;
    numeral_model *model = NULL;
    numeral_fit_report report;
    const char *path = cli_value(arguments, "output");
    int status = CLI_DONE;
    if (numeral_model_fit(recipe, train, setting->seed, &setting->run, &model, &report,
                          &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    status = calibrate(arguments, train, setting, model);
    if (status == CLI_DONE && numeral_model_save(model, path, &err) != NUMERAL_OK) {
        status = cli_fail(&err);
    }
    if (status == CLI_DONE && setting->text) {
        cli_progress_clear();
        print_summary(model, &report);
        print_calibration(model);
        printf("model    %s\n", path);
    }
    if (status == CLI_DONE && cli_value(arguments, "float64")) {
        status = compare_with_float64(arguments, recipe, train, model, setting);
    }
    if (status == CLI_DONE && held->n_images) {
        status = cli_results_evaluate(model, held, setting, NULL);
    }
    numeral_model_destroy(model);
    return status;
}

static int run(const cli_arguments *arguments)
{
    numeral_error err;
    cli_setting setting;
    numeral_registry *registry = NULL;
    numeral_recipe *recipe = NULL;
    numeral_dataset train = {0}, held = {0};
    int status = cli_setting_read(arguments, &setting);
    if (status != CLI_DONE) {
        return status;
    }
    double folds; /* wrong words are said before any work */
    status = cli_integer(arguments, "calibrate", 2, 100, 0, &folds);
    if (status != CLI_DONE) {
        return status;
    }
    if (!cli_value(arguments, "output")) {
        return cli_fail_usage("train needs -o MODEL, the file to write");
    }
    status = cli_registry_create(arguments, &registry);
    if (status != CLI_DONE) {
        return status;
    }
    status = make_recipe(arguments, registry, &recipe);
    if (status == CLI_DONE) {
        const char *frame = cli_value(arguments, "frame");
        numeral_load load = {.split = NUMERAL_SPLIT_TRAIN,
                             .frame = frame && strcmp(frame, "keep") == 0
                                          ? NUMERAL_FRAME_KEEP
                                          : NUMERAL_FRAME_AUTO,
                             .need_labels = true,
                             .seed = setting.seed,
                             .run = setting.run};
        if (numeral_dataset_load(arguments->inputs[0], &load, &train, &err) !=
            NUMERAL_OK) {
            status = cli_fail(&err);
        }
    }
    if (status == CLI_DONE) {
        status = hold_out(arguments, setting.seed, &train, &held);
    }
    if (status == CLI_DONE) {
        status = fit_and_save(arguments, recipe, &train, &held, &setting);
    }
    numeral_dataset_free(&train);
    numeral_dataset_free(&held);
    numeral_recipe_destroy(recipe);
    numeral_registry_destroy(registry);
    return status;
}

const cli_command cli_cmd_train = {
    .name = "train",
    .arguments = "DATA -o MODEL",
    .summary = "Fit a recipe to labelled digits and save the model.",
    .details = "  numeral train mnist -o digits.model\n"
               "  numeral train my-digits/ --recipe deskew,pixels -k 5 -o mine.model\n"
               "  numeral train train.csv --holdout 0.2 -o model\n"
               "  numeral train my-digits/ --calibrate 6 -o mine.model\n",
    .min_inputs = 1,
    .max_inputs = 1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_ALL,
    .run = run,
};
