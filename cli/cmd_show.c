/* numeral show: digits with their labels, in the terminal or as a picture. */
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/picture.h>

#include "cli.h"
#include "pictures.h"

static const cli_option options[] = {
    {"model", 'm', "MODEL", "also read the digits, and mark what is misread"},
    {"output", 'o', "FILE", "write a .png, .svg or .pdf (default: show here, as text)"},
    {"n", 'n', "N", "how many digits (default: 100, here 20)"},
    {"columns", 0, "N", "digits in a row (default: what fits)"},
    {"mistakes-only", 0, NULL, "only digits that MODEL misreads"},
};

/* What is shown: the rows of the data that were chosen, as a data set of its own. */
typedef struct selection {
    numeral_dataset digits;
    numeral_answers answers; /* of `digits`; n is 0 without a model */
    size_t n_candidates;     /* of which they were chosen */
    bool random;
    char **captions; /* one for each digit, or NULL */
} selection;

static void free_selection(selection *shown)
{
    for (size_t i = 0; shown->captions && i < shown->digits.n_images; i++) {
        free(shown->captions[i]);
    }
    free(shown->captions);
    numeral_answers_free(&shown->answers);
    numeral_dataset_free(&shown->digits);
}

/* SplitMix64 (Steele, Lea & Flood 2014): enough for choosing what to look at. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Puts n random ones of the ids in front (a partial shuffle by Fisher & Yates). */
static void draw_sample(size_t *ids, size_t n_ids, size_t n, uint64_t seed)
{
    for (size_t i = 0; i < n; i++) {
        size_t j = i + (size_t)(next_random(&seed) % (n_ids - i));
        size_t id = ids[i];
        ids[i] = ids[j];
        ids[j] = id;
    }
}

/* The rows to choose from: all, or those that the model misreads. */
static int list_candidates(const cli_session *session, bool mistakes_only, size_t *ids,
                           size_t *n_ids)
{
    numeral_error err;
    numeral_answers answers = {0};
    const numeral_dataset *data = &session->data;
    *n_ids = 0;
    if (mistakes_only &&
        numeral_model_predict(session->model, data, &session->setting.run, &answers,
                              &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    for (size_t i = 0; i < data->n_images; i++) {
        if (!mistakes_only || answers.labels[i] != data->labels[i]) {
            ids[(*n_ids)++] = i;
        }
    }
    numeral_answers_free(&answers);
    return CLI_DONE;
}

/* Says where each digit comes from: its file, or its row. */
static void write_captions(selection *shown)
{
    const numeral_dataset *digits = &shown->digits;
    shown->captions = calloc(digits->n_images, sizeof *shown->captions);
    for (size_t i = 0; shown->captions && i < digits->n_images; i++) {
        char text[64];
        const char *path = digits->inputs ? digits->inputs[i] : NULL;
        const char *slash = path ? strrchr(path, '/') : NULL;
        snprintf(text, sizeof text, "row %zu", digits->rows ? digits->rows[i] : i);
        shown->captions[i] = strdup(slash ? slash + 1 : path ? path : text);
    }
}

static int choose(const cli_arguments *arguments, const cli_session *session, size_t most,
                  selection *shown)
{
    numeral_error err = {NUMERAL_ERROR_MEMORY, "out of memory"};
    const numeral_dataset *data = &session->data;
    bool mistakes_only = cli_is_set(arguments, "mistakes-only");
    size_t *ids = calloc(data->n_images + 1, sizeof *ids);
    if (!ids) {
        return cli_fail(&err);
    }
    int status = list_candidates(session, mistakes_only, ids, &shown->n_candidates);
    size_t n = shown->n_candidates < most ? shown->n_candidates : most;
    shown->random = cli_is_set(arguments, "seed") && n < shown->n_candidates;
    if (shown->random) {
        draw_sample(ids, shown->n_candidates, n, session->setting.seed);
    }
    if (status == CLI_DONE && n > 0 &&
        (numeral_dataset_select(data, ids, n, &shown->digits, &err) != NUMERAL_OK ||
         (session->model &&
          numeral_model_predict(session->model, &shown->digits, &session->setting.run,
                                &shown->answers, &err) != NUMERAL_OK))) {
        status = cli_fail(&err);
    }
    free(ids);
    if (status == CLI_DONE && (shown->random || mistakes_only || data->inputs)) {
        write_captions(shown);
    }
    return status;
}

static void write_title(const selection *shown, const char *name, bool mistakes_only,
                        uint64_t seed, char *out, size_t bytes)
{
    char n[32], all[32];
    const char *what = mistakes_only ? "misread digits" : "digits";
    cli_count(shown->digits.n_images, n);
    cli_count(shown->n_candidates, all);
    if (shown->digits.n_images == shown->n_candidates) {
        snprintf(out, bytes, "%.200s: %s%s %s", name, mistakes_only ? "the " : "", n,
                 what);
    } else if (shown->random) {
        snprintf(out, bytes, "%.200s: %s of %s %s, drawn by seed %llu", name, n, all,
                 what, (unsigned long long)seed);
    } else {
        snprintf(out, bytes, "%.200s: the first %s of %s %s", name, n, all, what);
    }
}

static int draw(const cli_arguments *arguments, const cli_session *session,
                const selection *shown, size_t columns)
{
    char title[400], subtitle[1200];
    const char *names[256];
    const numeral_dataset *digits = &shown->digits;
    write_title(shown, session->data.name, cli_is_set(arguments, "mistakes-only"),
                session->setting.seed, title, sizeof title);
    numeral_grid grid = {
        .title = title,
        .digits = {digits->pixels, digits->n_images, digits->height, digits->width},
        .labels = digits->labels,
        .predicted = shown->answers.n ? shown->answers.labels : NULL,
        .captions = (const char *const *)shown->captions,
        .label_names = cli_picture_names(session, names),
        .columns = columns,
    };
    if (session->model) {
        numeral_model_info info;
        numeral_model_get_info(session->model, &info);
        snprintf(subtitle, sizeof subtitle, "Read by %.200s: %.800s",
                 cli_value(arguments, "model"), info.recipe);
        grid.subtitle = subtitle;
    }
    const char *path = cli_value(arguments, "output");
    if (!path) {
        return cli_picture_print(&grid);
    }
    numeral_error err;
    numeral_picture picture = {0};
    numeral_picture_format format;
    if (numeral_picture_format_of(path, &format, &err) != NUMERAL_OK ||
        numeral_draw_grid(&grid, format, &picture, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    return cli_picture_save(&picture, path, title, &session->setting);
}

/* Opens what is asked for, before long work: a wrong name must not cost minutes. */
static int open_show(const cli_arguments *arguments, cli_session *session)
{
    numeral_error err;
    numeral_picture_format format;
    const char *path = cli_value(arguments, "output");
    bool mistakes_only = cli_is_set(arguments, "mistakes-only");
    if (mistakes_only && !cli_is_set(arguments, "model")) {
        return cli_fail_usage("--mistakes-only needs --model MODEL");
    }
    if (path && numeral_picture_format_of(path, &format, &err) != NUMERAL_OK) {
        return cli_fail_usage("%s", err.text);
    }
    int status = cli_picture_session(arguments, cli_value(arguments, "model"), session);
    if (status == CLI_DONE) {
        status = cli_picture_data(session, arguments->inputs[0], NUMERAL_SPLIT_ALL,
                                  mistakes_only);
    }
    return status;
}

static int run(const cli_arguments *arguments)
{
    cli_session session = {0};
    selection shown = {0};
    double n, columns;
    int status = cli_integer(arguments, "n", 1, 1e6,
                             cli_is_set(arguments, "output") ? 100 : 20, &n);
    if (status == CLI_DONE) {
        status = cli_integer(arguments, "columns", 1, 1000, 0, &columns);
    }
    if (status == CLI_DONE) {
        status = open_show(arguments, &session);
    }
    if (status == CLI_DONE) {
        status = choose(arguments, &session, (size_t)n, &shown);
    }
    cli_progress_clear();
    if (status == CLI_DONE && shown.digits.n_images > 0) {
        status = draw(arguments, &session, &shown, (size_t)columns);
    } else if (status == CLI_DONE) {
        numeral_error err = {NUMERAL_ERROR_ARGUMENT, ""};
        snprintf(err.text, sizeof err.text, "%.400s: no %s to show", session.data.name,
                 cli_is_set(arguments, "mistakes-only") ? "misread digit" : "digit");
        status = cli_fail(&err);
    }
    free_selection(&shown);
    cli_session_close(&session);
    return status;
}

const cli_command cli_cmd_show = {
    .name = "show",
    .arguments = "DATA",
    .summary = "Show digits with their labels, in the terminal or as a picture; with a "
               "model also what they are read as, mistakes marked.",
    .details =
        "The first N digits are shown, or N random ones where --seed is given.\n\n"
        "  numeral show mnist:test\n"
        "  numeral show mnist:test --seed 1 -n 60 -o digits.png\n"
        "  numeral show mnist:test --model digits.model --mistakes-only -o bad.pdf\n",
    .min_inputs = 1,
    .max_inputs = 1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
