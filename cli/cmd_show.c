/* numeral show: digits with their labels, in the terminal or as a picture. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "pictures.h"

static const cli_option options[] = {
    {"output", 'o', "FILE", "write a .png, .svg or .pdf (default: show here, as text)"},
    {"n", 'n', "N", "how many digits (default: 100 in FILE, 20 here)"},
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
static numeral_status list_candidates(const cli_session *session, bool mistakes_only,
                                      size_t *ids, size_t *n_ids, numeral_error *err)
{
    numeral_answers answers = {0};
    const numeral_dataset *data = &session->data;
    numeral_status status = NUMERAL_OK;
    *n_ids = 0;
    if (mistakes_only) {
        TRY(numeral_model_predict(session->model, data, &session->run, &answers, err));
    }
    for (size_t i = 0; i < data->n_images; i++) {
        if (!mistakes_only || answers.labels[i] != data->labels[i]) {
            ids[(*n_ids)++] = i;
        }
    }
done:
    numeral_answers_free(&answers);
    return status;
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

static numeral_status choose(const cli_session *session, size_t most, bool mistakes_only,
                             selection *shown, numeral_error *err)
{
    const numeral_dataset *data = &session->data;
    size_t *ids = calloc(data->n_images + 1, sizeof *ids);
    numeral_status status;
    TRY(ids ? NUMERAL_OK : cli_no_memory(err));
    TRY(list_candidates(session, mistakes_only, ids, &shown->n_candidates, err));
    size_t n = shown->n_candidates < most ? shown->n_candidates : most;
    shown->random = cli_is_set(session->arguments, "seed") && n < shown->n_candidates;
    if (shown->random) {
        draw_sample(ids, shown->n_candidates, n, session->seed);
    }
    if (n > 0) {
        TRY(numeral_dataset_select(data, ids, n, &shown->digits, err));
    }
    /* read again, now only those shown: the first reading may be of all digits */
    if (n > 0 && session->model) {
        TRY(numeral_model_predict(session->model, &shown->digits, &session->run,
                                  &shown->answers, err));
    }
    if (n > 0 && (shown->random || mistakes_only || data->inputs)) {
        write_captions(shown);
    }
done:
    free(ids);
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

static numeral_status draw(const cli_session *session, const selection *shown,
                           bool mistakes_only, size_t columns, numeral_error *err)
{
    const char *path = cli_value(session->arguments, "output");
    char title[400], subtitle[1200];
    const numeral_dataset *digits = &shown->digits;
    write_title(shown, session->data.name, mistakes_only, session->seed, title,
                sizeof title);
    numeral_grid grid = {
        .title = title,
        .digits = {digits->pixels, digits->n_images, digits->height, digits->width},
        .labels = digits->labels,
        .predicted = shown->answers.n ? shown->answers.labels : NULL,
        .captions = (const char *const *)shown->captions,
        .label_names = cli_picture_names(session),
        .columns = columns,
    };
    if (session->model) {
        numeral_model_info info;
        numeral_model_get_info(session->model, &info);
        snprintf(subtitle, sizeof subtitle, "Read by %.200s: %.800s",
                 session->arguments->inputs[0], info.recipe);
        grid.subtitle = subtitle;
    }
    return path ? cli_picture_grid(&grid, path, session, err)
                : cli_picture_print(&grid, err);
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    bool mistakes_only = cli_is_set(arguments, "mistakes-only");
    bool reads = arguments->n_inputs == 2;
    selection shown = {0};
    size_t n, columns;
    numeral_status status;
    TRY(cli_integer(arguments, "n", 1, 1e6, cli_is_set(arguments, "output") ? 100 : 20,
                    &n, err));
    TRY(cli_integer(arguments, "columns", 1, 1000, 0, &columns, err));
    if (mistakes_only && !reads) {
        return cli_usage(err, "show: --mistakes-only needs MODEL before DATA");
    }
    if (reads) {
        TRY(cli_session_model(session, 0, err));
    }
    TRY(cli_session_data(session, arguments->inputs[reads], NUMERAL_SPLIT_ALL,
                         mistakes_only, err));
    TRY(choose(session, n, mistakes_only, &shown, err));
    cli_progress_clear();
    if (shown.digits.n_images == 0) {
        status = cli_fail(err, NUMERAL_ERROR_ARGUMENT, "%.400s: no %s to show",
                          session->data.name, mistakes_only ? "misread digit" : "digit");
        goto done;
    }
    status = draw(session, &shown, mistakes_only, columns, err);
done:
    free_selection(&shown);
    return status;
}

const cli_command cli_cmd_show = {
    .name = "show",
    .arguments = "[MODEL] DATA",
    .summary = "Show digits with their labels, in the terminal or as a picture; with a "
               "model also what they are read as, mistakes marked.",
    .details = "The first N digits are shown, or N random ones where --seed is given.\n\n"
               "  numeral show mnist:test\n"
               "  numeral show mnist:test --seed 1 -n 60 -o digits.png\n"
               "  numeral show digits.model mnist:test --mistakes-only -o bad.pdf\n",
    .min_inputs = 1,
    .max_inputs = 2,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .output = CLI_WRITES_PICTURE,
    .recipe = CLI_RECIPE_FITTED,
    .no_json = true,
    .run = run,
};
