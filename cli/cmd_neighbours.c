/* numeral neighbours: the nearest training rows of each digit, or of each other. */
#include <math.h>
#include <time.h>

#include <numeral/tools/command.h>

#include "cli.h"
#include "json_file.h"
#include "search_stats.h"

static const cli_option options[] = {
    {"output", 'o', "FILE", "write .npz (ids, distances: n x k) or .csv"},
    {"radius", 0, "R",
     "all rows within distance R (l2: squared); -k limits how many. .npz: "
     "ids, distances and indptr, where each digit's begin"},
    {"self", 0, NULL, "the model's own rows instead of DATA, each among the others"},
    {"stats", 0, NULL, "also say what the searches did"},
};

static double now(void)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (double)moment.tv_sec + 1e-9 * (double)moment.tv_nsec;
}

/* What is asked for, and what came of it. */
typedef struct inquiry {
    cli_session session;
    const char *path;
    bool self;
    numeral_search search; /* a radius of INFINITY: the k nearest */
    numeral_search_stats stats;
    size_t n;
    int64_t n_found;
    size_t k;
    double seconds;
} inquiry;

static int read_options(const cli_arguments *arguments, inquiry *ask)
{
    double radius;
    int status = cli_number(arguments, "radius", 0, 1e300, INFINITY, &radius);
    ask->path = cli_value(arguments, "output");
    ask->self = cli_is_set(arguments, "self");
    if (status != CLI_DONE) {
        return status;
    }
    if (!ask->path) {
        return cli_fail_usage("neighbours needs -o FILE, an .npz or .csv to write");
    }
    if (ask->self != (arguments->n_inputs == 1)) {
        return cli_fail_usage(ask->self ? "neighbours --self takes no DATA"
                                        : "neighbours needs DATA, or --self");
    }
    ask->search = (numeral_search){
        .radius = radius, .stats = cli_is_set(arguments, "stats") ? &ask->stats : NULL};
    return CLI_DONE;
}

static numeral_status find_nearest(inquiry *ask, numeral_error *err)
{
    numeral_answers answers = {0};
    const cli_session *session = &ask->session;
    numeral_status status = numeral_model_search(
        session->model, ask->self ? NULL : &session->data, &ask->search, &answers, err);
    ask->n = answers.n;
    ask->k = answers.k;
    ask->seconds = answers.seconds.total;
    for (size_t i = 0; status == NUMERAL_OK && i < answers.n * answers.k; i++) {
        ask->n_found += answers.ids[i] >= 0;
    }
    if (status == NUMERAL_OK) {
        status =
            numeral_answers_save_neighbours(&answers, session->model, ask->path, err);
    }
    numeral_answers_free(&answers);
    return status;
}

static numeral_status find_within(inquiry *ask, numeral_error *err)
{
    numeral_ranges ranges = {0};
    const cli_session *session = &ask->session;
    double start = now();
    numeral_status status = numeral_model_search_radius(
        session->model, ask->self ? NULL : &session->data, &ask->search, &ranges, err);
    ask->seconds = now() - start;
    if (status == NUMERAL_OK) {
        ask->n = ranges.n;
        ask->k = ask->search.k;
        ask->n_found = ranges.starts[ranges.n];
        status = numeral_ranges_save(&ranges, session->model, ask->path, err);
    }
    numeral_ranges_free(&ranges);
    return status;
}

static int report(const inquiry *ask)
{
    double rate = ask->seconds > 0 ? (double)ask->n / ask->seconds : 0;
    bool within = ask->search.radius < INFINITY;
    if (ask->session.setting.text) {
        cli_progress_clear();
        if (within) {
            printf("%s: %lld neighbours of %zu digits in %.3f s (%.0f digits/s)\n",
                   ask->path, (long long)ask->n_found, ask->n, ask->seconds, rate);
        } else {
            printf("%s: %zu x %zu neighbours in %.3f s (%.0f digits/s)\n", ask->path,
                   ask->n, ask->k, ask->seconds, rate);
        }
        if (ask->search.stats) {
            cli_stats_print(&ask->stats);
        }
    }
    if (!ask->session.setting.json) {
        return CLI_DONE;
    }
    json_t *all = json_pack("{s:o, s:I, s:I, s:I, s:b, s:f}", "output",
                            cli_json_text(ask->path), "n", (json_int_t)ask->n, "k",
                            (json_int_t)ask->k, "found", (json_int_t)ask->n_found, "self",
                            (int)ask->self, "seconds", ask->seconds);
    if (within) {
        json_object_set_new(all, "radius", json_real(ask->search.radius));
    }
    if (ask->search.stats) {
        json_object_set_new(all, "stats", cli_stats_json(&ask->stats));
    }
    return cli_json_write(all, ask->session.setting.json);
}

static int run_session(const cli_arguments *arguments, inquiry *ask)
{
    numeral_error err;
    numeral_model_info info;
    cli_session *session = &ask->session;
    if (!ask->self) {
        int status =
            cli_session_data(session, arguments->inputs[1], NUMERAL_SPLIT_ALL, false);
        if (status != CLI_DONE) {
            return status;
        }
    }
    numeral_model_get_info(session->model, &info);
    bool within = ask->search.radius < INFINITY;
    ask->search.run = session->setting.run;
    ask->search.k = !within || cli_value(arguments, "k") ? info.k : 0;
    if ((within ? find_within : find_nearest)(ask, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    return report(ask);
}

static int run(const cli_arguments *arguments)
{
    inquiry ask = {0};
    int status = read_options(arguments, &ask);
    if (status != CLI_DONE) {
        return status;
    }
    status = cli_session_open(arguments, &ask.session);
    if (status == CLI_DONE) {
        status = run_session(arguments, &ask);
    }
    cli_session_close(&ask.session);
    return status;
}

const cli_command cli_cmd_neighbours = {
    .name = "neighbours",
    .arguments = "MODEL [DATA] -o FILE",
    .summary = "Write the nearest training rows of each digit and their distances.",
    .details = "Distances are exact integers where the metric has them (l2: squared).\n\n"
               "  numeral neighbours digits.model mnist:test -k 10 -o neighbours.npz\n"
               "  numeral neighbours digits.model --self --stats -o among.npz\n"
               "  numeral neighbours digits.model mnist:test --radius 9000 -o near.csv\n",
    .min_inputs = 1,
    .max_inputs = 2,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
