/* numeral demo: the main job, from data to pictures. */
#include <errno.h>
#include <string.h>

#include <numeral/tools/output.h>

#include "demo.h"
#include "pictures.h"
#include "results.h"

static const cli_option options[] = {
    {"output", 'o', "FOLDER", "where the model and the pictures go (default: out)"},
    {"preset", 0, "NAME", "the recipe (list preset); default: " CLI_DEFAULT_PRESET},
};

enum { PATH_BYTES = 4200, FIRST_DIGITS = 8 }; /* a line of 80 columns */

static void print_data(const numeral_dataset *data, const char *purpose)
{
    char n[32];
    cli_print("%s digits of %zu x %zu to %s: %.60s\n", cli_count(data->n_images, n),
              data->height, data->width, purpose, data->name);
}

/* What there is to learn from, and what it looks like. */
static numeral_status show_data(const numeral_dataset *train, const numeral_dataset *test,
                                numeral_error *err)
{
    print_data(train, "learn from");
    print_data(test, "be judged by");
    putchar('\n');
    size_t n = test->n_images < FIRST_DIGITS ? test->n_images : FIRST_DIGITS;
    numeral_grid grid = {.title = "The first test digits",
                         .digits = {test->pixels, n, test->height, test->width},
                         .labels = test->labels,
                         .label_names = cli_data_names(test)};
    return cli_picture_print(&grid, err);
}

static numeral_status fit_and_save(cli_session *session, const numeral_recipe *recipe,
                                   const numeral_dataset *train, const char *folder,
                                   const char *path, numeral_error *err)
{
    char rows[32];
    numeral_fit_report report;
    numeral_status status;
    TRY(numeral_model_fit(recipe, train, session->seed, &session->run, &session->model,
                          &report, err));
    cli_progress_clear();
    if (session->text) {
        cli_print("\nTrained on %s digits of %s in %.2f s.\n\n",
                  cli_count(train->n_images, rows), train->name, report.total);
    }
    TRY(numeral_folder_create(folder, err));
    status = numeral_model_save(session->model, path, err);
done:
    return status;
}

static void print_next_steps(const char *folder, const numeral_dataset *test,
                             const numeral_answers *answers)
{
    const char *program =
        program_invocation_name; /* build/numeral, or an installed one */
    int name = (int)strcspn(test->name, ":");
    char input[600];
    size_t puzzle = 0;                      /* a misread digit, where there is one */
    for (size_t i = answers->n; i-- > 0;) { /* the first of them is the last found */
        puzzle = answers->labels[i] != test->labels[i] ? i : puzzle;
    }
    numeral_dataset_input(test, puzzle, input, sizeof input);
    cli_print("%s/digits.model: the model\n\n", folder);
    if (cli_demo_can_draw()) {
        cli_print("All figures, and every mistake beside its neighbours: open\n"
                  "%s/report.html in a browser.\n\n",
                  folder);
    }
    cli_print(
        "Next, read your own digit; if it is misread, ask why; see the reasons of any\n"
        "answer; look at all mistakes; learn from images of your own, a folder a label:\n"
        "  %s predict %s/digits.model photo.jpg\n"
        "  %s doctor %s/digits.model photo.jpg\n"
        "  %s why %s/digits.model '%s'\n"
        "  %s show %s/digits.model %.*s:test --mistakes-only\n"
        "  %s train FOLDER -o own.model\n"
        "All of it, step by step: docs/tutorial.md (Debian's numeral-doc has it)\n",
        program, folder, program, folder, program, folder, input, program, folder, name,
        test->name, program);
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *output = cli_value(arguments, "output");
    const char *folder = output ? output : "out";
    char model[PATH_BYTES], page[PATH_BYTES];
    numeral_dataset train = {0}, *test = &session->data;
    numeral_answers answers = {0};
    numeral_recipe *recipe = NULL;
    numeral_error why;
    numeral_status status;
    snprintf(model, sizeof model, "%.4000s/digits.model", folder);
    snprintf(page, sizeof page, "%.4000s/report.html", folder);
    cli_evaluation_request request = {.page = cli_demo_can_draw() ? page : NULL,
                                      .model_name = model};
    TRY(numeral_folder_check(folder, err));
    TRY(cli_recipe_read(session, CLI_DEFAULT_PRESET, NULL, &recipe, err));
    TRY(cli_load_splits(session, arguments->n_inputs ? arguments->inputs[0] : NULL,
                        (numeral_load){.need_labels = true}, &train, test, &why, err));
    cli_progress_clear();
    if (session->text && why.status != NUMERAL_OK) {
        cli_print("MNIST is not here and could not be fetched, so this runs on `pen`: "
                  "digits drawn\nby the built-in generator.\n(%s)\n\n",
                  why.text);
    }
    if (session->text) {
        TRY(show_data(&train, test, err));
    }
    TRY(fit_and_save(session, recipe, &train, folder, model, err));
    TRY(cli_evaluate(session, &request, &answers, err));
    if (session->text) {
        TRY(cli_demo_mistakes(&train, test, &answers, err));
    }
    TRY(cli_demo_pictures(session, &answers, folder, err));
    if (session->text) {
        print_next_steps(folder, test, &answers);
    }
done:
    numeral_answers_free(&answers);
    numeral_dataset_free(&train);
    numeral_recipe_destroy(recipe);
    return status;
}

const cli_command cli_cmd_demo = {
    .name = "demo",
    .arguments = "[DATA]",
    .summary = "The main job: data, training, evaluation, pictures, summary.",
    .details =
        "The best of it in a minute. The model and the pictures stay in FOLDER. DATA is\n"
        "mnist where none is named, or pen where that cannot be had.\n\n"
        "  numeral demo\n"
        "  numeral demo fashion-mnist -o fashion\n",
    .min_inputs = 0,
    .max_inputs = 1,
    .output = CLI_WRITES_FOLDER,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
