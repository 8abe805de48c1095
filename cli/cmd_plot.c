/* numeral plot: one picture of a model's results or of the data. */
#include <string.h>

#include "cli.h"
#include "pictures.h"
#include "plots.h"

static const cli_option options[] = {
    {"output", 'o', "FILE", "the .png, .svg or .pdf to write"},
    {"n", 'n', "N",
     "map: how many digits, evenly spread (default: 3000); features: how many, the first "
     "ones (1 to 8; default: 1)"},
    {"layout", 0, "LAYOUT",
     "map: neighbours (near digits stay near; default) or components (the two principal "
     "components of the pixels)"},
    {"recipe", 0, "RECIPE",
     "map: by which neighbours are found (default: deskew,pixels); features: what to see "
     "(default: deskew,gradient); curves: a recipe; may be given more than once"},
    {"preset", 0, "NAME", "the same as the name of a preset (curves: default: pixels)"},
    {"folds", 0, "N", "curves: N-fold cross-validation"},
    {"k", 'k', "K", "how many neighbours vote; k-curve: 1,3,5 or 1..20"},
};

static const cli_plot *const plots[] = {
    &cli_plot_confusion, &cli_plot_scores,  &cli_plot_calibration,
    &cli_plot_rejection, &cli_plot_means,   &cli_plot_map,
    &cli_plot_features,  &cli_plot_k_curve, &cli_plot_learning_curve,
};
enum { N_PLOTS = sizeof plots / sizeof *plots };

static numeral_status find_plot(const char *name, const cli_plot **out,
                                numeral_error *err)
{
    const char *names[N_PLOTS];
    for (size_t i = 0; i < N_PLOTS; i++) {
        names[i] = plots[i]->name;
        if (strcmp(plots[i]->name, name) == 0) {
            *out = plots[i];
            return NUMERAL_OK;
        }
    }
    return cli_unknown(err, "there is no plot", name, names, N_PLOTS, "plot --help");
}

/* Reads the digits by the model; says the recipe and how many were right. */
static numeral_status read_digits(cli_plot_input *input, numeral_error *err)
{
    const cli_session *session = input->session;
    const numeral_dataset *data = &session->data;
    const numeral_scores *scores = &input->scores;
    char right[32], all[32];
    numeral_model_info info;
    numeral_status status;
    TRY(numeral_model_predict(session->model, data, &session->run, &input->answers, err));
    TRY(numeral_scores_compute(data->labels, input->answers.labels, input->answers.n,
                               &input->scores, err));
    numeral_model_get_info(session->model, &info);
    snprintf(input->subtitle, sizeof input->subtitle,
             "%.600s, trained on %.200s\n%s of %s read correctly, %.2f %%", info.recipe,
             info.data, cli_count(scores->n - scores->errors, right),
             cli_count(scores->n, all), 100 * scores->accuracy);
done:
    return status;
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *path = cli_value(arguments, "output");
    cli_plot_input input = {.session = session, .format = cli_picture_format(path)};
    numeral_picture picture = {0};
    const cli_plot *plot = NULL;
    numeral_status status;
    TRY(find_plot(arguments->inputs[0], &plot, err));
    size_t wanted = plot->needs_model ? 3 : 2;
    if (arguments->n_inputs != wanted) {
        return cli_usage(err, "plot %s needs %s", plot->name,
                         plot->needs_model ? "MODEL and DATA" : "DATA alone");
    }
    if (plot->needs_model) {
        TRY(cli_session_model(session, 1, err));
    }
    TRY(cli_session_data(session, arguments->inputs[wanted - 1], plot->split, true, err));
    if (plot->needs_model) {
        TRY(read_digits(&input, err));
    }
    input.names = cli_picture_names(session);
    snprintf(input.title, sizeof input.title, "%s: %.200s", plot->title,
             session->data.name);
    TRY(plot->draw(&input, &picture, err));
    cli_progress_clear();
    status = cli_picture_save(&picture, path, input.title, session, err);
done:
    numeral_answers_free(&input.answers);
    numeral_scores_free(&input.scores);
    return status;
}

const cli_command cli_cmd_plot = {
    .name = "plot",
    .arguments = "KIND [MODEL] DATA -o FILE",
    .summary = "Draw a picture of a model's results, or of data.",
    .details =
        "  confusion MODEL DATA     which digits are read as which, counted\n"
        "  scores MODEL DATA        precision, recall and F1 of each label\n"
        "  calibration MODEL DATA   how often answers of each confidence are right\n"
        "  rejection MODEL DATA     the error when doubtful digits are refused\n"
        "  means DATA               the mean digit of each label\n"
        "  map DATA                 the digits as points of a plane\n"
        "  features DATA            what a recipe makes of the first digits\n"
        "  k-curve DATA             the error against k, for each way of voting\n"
        "  learning-curve DATA      the error against how many digits were learnt\n\n"
        "  numeral plot confusion digits.model mnist:test -o confusion.png\n"
        "  numeral plot map mnist:train -o map.pdf\n"
        "  numeral plot map mnist:test -n 5000 --preset fast -o map.png\n"
        "  numeral plot features mnist --recipe deskew,pixels,pca=32 -o features.png\n"
        "  numeral plot k-curve mnist --recipe deskew,pixels -k 1..15 -o k.png\n",
    .min_inputs = 1,
    .max_inputs = 3,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .output = CLI_WRITES_PICTURE,
    .needs_output = true,
    .recipe = CLI_RECIPE_FITTED,
    .no_json = true,
    .run = run,
};
