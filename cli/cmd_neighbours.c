/* numeral neighbours: the nearest training rows of each digit, or of each other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json_file.h"
#include "search_stats.h"

static const cli_option options[] = {
    {"output", 'o', "FILE", "the .npz (ids, distances: n x k) or .csv to write"},
    {"k", 'k', "K", "how many neighbours are listed (default: as many as vote)"},
    {"radius", 0, "R",
     "all rows within distance R (l2: squared); -k limits how many. .npz: "
     "ids, distances and indptr, where each digit's begin"},
    {"self", 0, NULL, "the model's own rows instead of DATA, each among the others"},
    {"stats", 0, NULL, "also say what the searches did"},
};

/* What is searched, and what came of it. */
typedef struct inquiry {
    const cli_session *session;
    const numeral_dataset *data; /* NULL: the model's own rows */
    int64_t *rows; /* the numbers of the model's own rows, where some are gone */
    const char *path;
    numeral_search search; /* a radius of INFINITY: the k nearest */
    numeral_search_stats stats;
    size_t n, n_found;
    size_t k;
    double seconds;
} inquiry;

static numeral_status find_nearest(inquiry *of, numeral_error *err)
{
    const numeral_model *model = of->session->model;
    numeral_answers answers = {0};
    numeral_status status;
    TRY(numeral_model_search(model, of->data, &of->search, &answers, err));
    of->n = answers.n;
    of->k = answers.k;
    of->seconds = answers.seconds.total;
    for (size_t i = 0; i < answers.n * answers.k; i++) {
        of->n_found += answers.ids[i] >= 0;
    }
    status = numeral_answers_save_neighbours(&answers, model, of->rows, of->path, err);
done:
    numeral_answers_free(&answers);
    return status;
}

static numeral_status find_within(inquiry *of, numeral_error *err)
{
    const numeral_model *model = of->session->model;
    numeral_ranges ranges = {0};
    double start = cli_now();
    numeral_status status;
    TRY(numeral_model_search_radius(model, of->data, &of->search, &ranges, err));
    of->seconds = cli_now() - start;
    of->n = ranges.n;
    of->k = of->search.k;
    of->n_found = (size_t)ranges.starts[ranges.n];
    status = numeral_ranges_save(&ranges, model, of->rows, of->path, err);
done:
    numeral_ranges_free(&ranges);
    return status;
}

static void print_summary(const inquiry *of)
{
    double rate = of->seconds > 0 ? (double)of->n / of->seconds : 0;
    if (of->search.radius < INFINITY) {
        cli_print("%s: %zu neighbours of %zu digits in %.3f s (%.0f digits/s)\n",
                  of->path, of->n_found, of->n, of->seconds, rate);
    } else {
        cli_print("%s: %zu x %zu neighbours in %.3f s (%.0f digits/s)\n", of->path, of->n,
                  of->k, of->seconds, rate);
    }
    if (of->search.stats) {
        cli_stats_print(&of->stats);
    }
}

static json_t *summary_json(const inquiry *of)
{
    json_t *all = json_pack("{s:o, s:I, s:I, s:I, s:b, s:f}", "output",
                            answer_text(of->path), "n", (json_int_t)of->n, "k",
                            (json_int_t)of->k, "found", (json_int_t)of->n_found, "self",
                            of->data == NULL, "seconds", of->seconds);
    if (of->search.radius < INFINITY) {
        json_object_set_new(all, "radius", json_real(of->search.radius));
    }
    if (of->search.stats) {
        json_object_set_new(all, "stats", cli_stats_json(&of->stats));
    }
    return all;
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    bool self = cli_is_set(arguments, "self");
    inquiry of = {.session = session, .path = cli_value(arguments, "output")};
    numeral_model_info info;
    numeral_status status;
    TRY(cli_number(arguments, "radius", 0, 1e300, INFINITY, &of.search.radius, err));
    if (self != (arguments->n_inputs == 1)) {
        return cli_usage(err, self ? "neighbours --self takes no DATA"
                                   : "neighbours needs DATA, or --self");
    }
    const char *dot = strrchr(of.path, '.');
    if (!dot || (strcmp(dot, ".npz") != 0 && strcmp(dot, ".csv") != 0)) {
        return cli_usage(err, "-o %.200s: neighbours are written as .npz or .csv",
                         of.path);
    }
    TRY(cli_session_model(session, 0, err));
    if (!self) {
        TRY(cli_session_data(session, arguments->inputs[1], NUMERAL_SPLIT_ALL, false,
                             err));
        of.data = &session->data;
    }
    bool within = of.search.radius < INFINITY;
    /* a radius has no limit but the one asked for; else k is the model's, or -k's */
    numeral_model_get_info(session->model, &info);
    if (self && info.n_rows < info.n_numbers) {
        of.rows = calloc(info.n_rows, sizeof *of.rows);
        TRY(of.rows ? NUMERAL_OK : cli_no_memory(err));
        numeral_model_get_rows(session->model, of.rows, info.n_rows);
    }
    of.search.k = !within || cli_is_set(arguments, "k") ? info.k : 0;
    of.search.run = session->run;
    of.search.stats = cli_is_set(arguments, "stats") ? &of.stats : NULL;
    TRY(within ? find_within(&of, err) : find_nearest(&of, err));
    cli_progress_clear();
    if (session->text) {
        print_summary(&of);
    }
    if (session->json) {
        TRY(cli_json_write(summary_json(&of), session->json, err));
    }
done:
    free(of.rows);
    return status;
}

const cli_command cli_cmd_neighbours = {
    .name = "neighbours",
    .arguments = "MODEL [DATA] -o FILE",
    .summary = "Write the nearest training rows of each digit and their distances.",
    .details =
        "Distances are exact integers where the metric has them (l2: squared).\n\n"
        "  numeral neighbours digits.model mnist:test -k 10 -o neighbours.npz\n"
        "  numeral neighbours digits.model --self --stats -o among.npz\n"
        "  numeral neighbours digits.model mnist:test --radius 9000 -o within.csv\n",
    .min_inputs = 1,
    .max_inputs = 2,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .needs_output = true,
    .recipe = CLI_RECIPE_FITTED,
    .searches_only = true,
    .run = run,
};
