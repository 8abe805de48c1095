/* numeral plot: one picture of a model's results or of the data. */
#include <string.h>

#include <numeral/tools/names.h>
#include <numeral/tools/picture.h>

#include "cli.h"
#include "pictures.h"
#include "plots.h"

static const cli_option options[] = {
    {"output", 'o', "FILE", "write this .png, .svg or .pdf"},
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
};

static const cli_plot *const plots[] = {
    &cli_plot_confusion, &cli_plot_scores,  &cli_plot_calibration,
    &cli_plot_rejection, &cli_plot_means,   &cli_plot_map,
    &cli_plot_features,  &cli_plot_k_curve, &cli_plot_learning_curve,
};
enum { N_PLOTS = sizeof plots / sizeof *plots };

static const cli_plot *find_plot(const char *name)
{
    const char *names[N_PLOTS];
    for (size_t i = 0; i < N_PLOTS; i++) {
        names[i] = plots[i]->name;
        if (strcmp(plots[i]->name, name) == 0) {
            return plots[i];
        }
    }
    const char *near = numeral_name_nearest(name, names, N_PLOTS);
    cli_fail_usage("there is no plot '%s'%s%s%s; see numeral plot --help", name,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return NULL;
}

/* Checks the words before any work, and loads what the plot needs. */
static int open_plot(const cli_arguments *arguments, const cli_plot *plot,
                     numeral_picture_format *format, cli_session *session)
{
    numeral_error err;
    const char *path = cli_value(arguments, "output");
    size_t wanted = plot->needs_model ? 3 : 2;
    if (arguments->n_inputs != wanted) {
        return cli_fail_usage("plot %s needs %s", plot->name,
                              plot->needs_model ? "MODEL and DATA" : "DATA alone");
    }
    if (!path) {
        return cli_fail_usage("plot needs -o FILE, a .png, .svg or .pdf to write");
    }
    if (numeral_picture_format_of(path, format, &err) != NUMERAL_OK) {
        return cli_fail_usage("%s", err.text);
    }
    int status = cli_picture_session(
        arguments, plot->needs_model ? arguments->inputs[1] : NULL, session);
    if (status == CLI_DONE) {
        status = cli_picture_data(session, arguments->inputs[wanted - 1],
                                  plot->needs_model             ? NUMERAL_SPLIT_TEST
                                  : plot->study && !plot->whole ? NUMERAL_SPLIT_TRAIN
                                                                : NUMERAL_SPLIT_ALL,
                                  true);
    }
    return status;
}

/* What the subtitle of a result says: the recipe and how many were right. */
static void describe(const cli_session *session, const numeral_scores *scores, char *out,
                     size_t bytes)
{
    char right[32], all[32];
    numeral_model_info info;
    numeral_model_get_info(session->model, &info);
    snprintf(out, bytes, "%.600s, trained on %.200s\n%s of %s read correctly, %.2f %%",
             info.recipe, info.data, cli_count(scores->n - scores->errors, right),
             cli_count(scores->n, all), 100 * scores->accuracy);
}

static int draw(const cli_arguments *arguments, const cli_plot *plot,
                numeral_picture_format format, cli_session *session)
{
    numeral_error err;
    cli_plot_input input = {.session = session, .format = format};
    int status = CLI_DONE;
    if (plot->needs_model &&
        (numeral_model_predict(session->model, &session->data, &session->setting.run,
                               &input.answers, &err) != NUMERAL_OK ||
         numeral_scores_compute(session->data.labels, input.answers.labels,
                                input.answers.n, &input.scores, &err) != NUMERAL_OK)) {
        status = cli_fail(&err);
    }
    cli_progress_clear();
    if (status == CLI_DONE) {
        const char *names[256];
        numeral_picture picture = {0};
        snprintf(input.title, sizeof input.title, "%s: %.200s", plot->title,
                 session->data.name);
        if (plot->needs_model) {
            describe(session, &input.scores, input.subtitle, sizeof input.subtitle);
        }
        input.names = cli_picture_names(session, names);
        status = plot->draw(&input, &picture, &err) == NUMERAL_OK
                     ? cli_picture_save(&picture, cli_value(arguments, "output"),
                                        input.title, &session->setting)
                     : cli_fail(&err);
    }
    numeral_answers_free(&input.answers);
    numeral_scores_free(&input.scores);
    return status;
}

static int study(const cli_arguments *arguments, const cli_plot *plot,
                 numeral_picture_format format, const cli_session *session)
{
    char title[300];
    numeral_picture picture = {0};
    snprintf(title, sizeof title, "%s: %.200s", plot->title, session->data.name);
    int status = plot->study(arguments, session, title, format, &picture);
    cli_progress_clear();
    return status == CLI_DONE ? cli_picture_save(&picture, cli_value(arguments, "output"),
                                                 title, &session->setting)
                              : status;
}

static int run(const cli_arguments *arguments)
{
    cli_session session = {0};
    numeral_picture_format format;
    const cli_plot *plot = find_plot(arguments->inputs[0]);
    int status = plot ? open_plot(arguments, plot, &format, &session) : CLI_USAGE;
    if (status == CLI_DONE) {
        status = plot->study ? study(arguments, plot, format, &session)
                             : draw(arguments, plot, format, &session);
    }
    cli_session_close(&session);
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
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
