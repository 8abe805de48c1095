/* numeral demo: the main job, from data to pictures. */
#include <string.h>

#include <numeral/tools/command.h>
#include <numeral/tools/output.h>
#include <numeral/tools/picture.h>

#include "cli.h"
#include "demo_mistakes.h"
#include "demo_pictures.h"
#include "pictures.h"
#include "results.h"

static const cli_option options[] = {
    {"output", 'o', "FOLDER", "where the model and the pictures go (default: out)"},
    {"data", 0, "DATA", "the data to use (default: mnist; pen where it cannot be had)"},
    {"preset", 0, "NAME", "the recipe (list preset); default: " CLI_DEFAULT_PRESET},
};

/* Both parts of a set; falls back to pen, and says so, where mnist is neither here nor to
 * be had. */
static int load_parts(const cli_arguments *arguments, const cli_session *session,
                      numeral_dataset *train, numeral_dataset *test)
{
    numeral_error err;
    const char *wanted = cli_value(arguments, "data");
    const char *text = wanted ? wanted : "mnist";
    numeral_load load = {.split = NUMERAL_SPLIT_TRAIN,
                         .need_labels = true,
                         .seed = session->setting.seed,
                         .run = session->setting.run};
    numeral_status status = numeral_dataset_load(text, &load, train, &err);
    if (status != NUMERAL_OK && !wanted) {
        cli_progress_clear();
        if (session->setting.text) {
            printf("MNIST is not here and could not be fetched, so this runs on `pen`: "
                   "digits drawn\nby the built-in generator.\n(%s)\n\n",
                   err.text);
        }
        text = "pen";
        status = numeral_dataset_load(text, &load, train, &err);
    }
    load.split = NUMERAL_SPLIT_TEST;
    if (status == NUMERAL_OK) {
        status = numeral_dataset_load(text, &load, test, &err);
    }
    return status == NUMERAL_OK ? CLI_DONE : cli_fail(&err);
}

static void print_data(const numeral_dataset *data, const char *purpose)
{
    char n[32];
    printf("%s digits of %zu x %zu to %s: %.60s\n", cli_count(data->n_images, n),
           data->height, data->width, purpose, data->name);
}

/* What there is to learn from, and what it looks like. */
static int show_data(const numeral_dataset *train, const numeral_dataset *test)
{
    print_data(train, "learn from");
    print_data(test, "be judged by");
    putchar('\n');
    numeral_digits digits = {test->pixels, test->n_images < 8 ? test->n_images : 8,
                             test->height, test->width};
    numeral_grid grid = {.title = "The first test digits",
                         .digits = digits,
                         .labels = test->labels,
                         .label_names = (numeral_label_names)test->label_names};
    return cli_picture_print(&grid);
}

static int fit(const cli_arguments *arguments, const numeral_dataset *train,
               cli_session *session)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_fit_report report;
    const char *preset = cli_value(arguments, "preset");
    int status = CLI_DONE;
    if (numeral_recipe_preset(session->registry, preset ? preset : CLI_DEFAULT_PRESET,
                              &recipe, &err) != NUMERAL_OK) {
        return cli_fail_usage("%s", err.text);
    }
    if (numeral_model_fit(recipe, train, session->setting.seed, &session->setting.run,
                          &session->model, &report, &err) != NUMERAL_OK) {
        status = cli_fail(&err);
    } else if (session->setting.text) {
        char rows[32];
        cli_progress_clear();
        printf("\nTrained on %s digits of %s in %.2f s.\n\n",
               cli_count(train->n_images, rows), train->name, report.total);
    }
    numeral_recipe_destroy(recipe);
    return status;
}

static int save(const cli_session *session, const char *folder)
{
    numeral_error err;
    char path[4200];
    snprintf(path, sizeof path, "%.4000s/digits.model", folder);
    return numeral_folder_create(folder, &err) == NUMERAL_OK &&
                   numeral_model_save(session->model, path, &err) == NUMERAL_OK
               ? CLI_DONE
               : cli_fail(&err);
}

static void print_next_steps(const char *folder, const numeral_dataset *test,
                             const numeral_answers *answers)
{
    int name = (int)strcspn(test->name, ":");
    char input[600];
    size_t puzzle = 0; /* a misread digit, where there is one */
    for (size_t i = answers->n; i-- > 0;) {
        puzzle = answers->labels[i] != test->labels[i] ? i : puzzle;
    }
    numeral_dataset_input(test, puzzle, input, sizeof input);
    printf("%s/digits.model: the model\n\n", folder);
    if (cli_demo_can_draw()) {
        printf("All figures, and every mistake beside its neighbours: open\n"
               "%s/report.html in a browser.\n\n",
               folder);
    }
    printf(
        "Next, read your own digit; if it is misread, ask why; see the reasons of any\n"
        "answer; look at all mistakes; learn from images of your own, a folder a label:\n"
        "  build/numeral predict %s/digits.model photo.jpg\n"
        "  build/numeral doctor %s/digits.model photo.jpg\n"
        "  build/numeral why %s/digits.model '%s'\n"
        "  build/numeral show %.*s:test --model %s/digits.model --mistakes-only\n"
        "  build/numeral train FOLDER -o own.model\n"
        "All of it, step by step: docs/tutorial.md\n",
        folder, folder, folder, input, name, test->name, folder);
}

/* Prints the figures; the report says more, where this build can draw it. */
static int evaluate(const cli_session *session, const numeral_dataset *test,
                    const char *folder, numeral_answers *answers)
{
    char model[4200], report[4200];
    snprintf(model, sizeof model, "%.4000s/digits.model", folder);
    snprintf(report, sizeof report, "%.4000s/report.html", folder);
    cli_evaluation_request request = {.report = cli_demo_can_draw() ? report : NULL,
                                      .model_name = model};
    return cli_results_evaluate_more(session->model, test, &request, &session->setting,
                                     answers);
}

static int run_on(const cli_arguments *arguments, cli_session *session,
                  const numeral_dataset *train, const numeral_dataset *test)
{
    const char *output = cli_value(arguments, "output");
    const char *folder = output ? output : "out";
    int status = session->setting.text ? show_data(train, test) : CLI_DONE;
    if (status == CLI_DONE) {
        status = fit(arguments, train, session);
    }
    if (status == CLI_DONE) {
        status = save(session, folder);
    }
    numeral_answers answers = {0};
    if (status == CLI_DONE) {
        status = evaluate(session, test, folder, &answers);
    }
    if (status == CLI_DONE && session->setting.text) {
        status = cli_demo_mistakes(train, test, &answers);
    }
    if (status == CLI_DONE) {
        status = cli_demo_pictures(session, test, &answers, folder);
    }
    if (status == CLI_DONE && session->setting.text) {
        print_next_steps(folder, test, &answers);
    }
    numeral_answers_free(&answers);
    return status;
}

static int run(const cli_arguments *arguments)
{
    cli_session session = {0};
    numeral_dataset train = {0}, test = {0};
    int status = cli_setting_read(arguments, &session.setting);
    if (status == CLI_DONE) {
        status = cli_registry_create(arguments, &session.registry);
    }
    if (status == CLI_DONE) {
        status = load_parts(arguments, &session, &train, &test);
    }
    if (status == CLI_DONE) {
        status = run_on(arguments, &session, &train, &test);
    }
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    cli_session_close(&session);
    return status;
}

const cli_command cli_cmd_demo = {
    .name = "demo",
    .arguments = "",
    .summary = "The main job: data, training, evaluation, pictures, summary.",
    .details =
        "The best of it in a minute. The model and the pictures stay in FOLDER.\n\n"
        "  numeral demo\n"
        "  numeral demo --data fashion-mnist -o fashion\n",
    .min_inputs = 0,
    .max_inputs = 0,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
