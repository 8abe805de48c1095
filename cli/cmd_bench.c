/* numeral bench: numeral's own speed on this machine. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json_file.h"
#include "search_stats.h"

static const cli_option options[] = {
    {"k", 'k', "K", "how many neighbours are looked for (default: 10)"},
    {"index", 0, "LIST", "indexes beside brute, by commas (default: exact,near)"},
    {"metric", 0, "METRIC", "distance between rows (default: l2)"},
    {"single", 0, "N", "how many queries are timed one at a time (default: 1000)"},
    {"stats", 0, NULL, "also say what each index does for the batch"},
};

/* What is measured: rows, queries and the answers of brute force to hold others to. */
typedef struct bench {
    const cli_session *session;
    numeral_rows rows, queries;
    size_t k, n_single;
    const char *metric, *indexes;
    int64_t *ids, *expected;
    double *distances;
    json_t *results;
    bool want_stats;
} bench;

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(bench *work, const numeral_index *index, const char *mode,
                   double per_second, double p50, double p99, double recall,
                   double build_seconds)
{
    const char *name = numeral_index_describe(index);
    char kind[32];
    snprintf(kind, sizeof kind, "%.*s", (int)strcspn(name, " ("), name);
    if (work->session->text) {
        char rate[32];
        cli_print("%-8s %-7s %10s/s   p50 %8.1f us   p99 %8.1f us   recall %.4f   %s\n",
                  kind, mode, cli_count((uint64_t)per_second, rate), p50, p99, recall,
                  name);
        fflush(stdout);
    }
    json_t *latency = json_pack("{s:f, s:f}", "p50", p50, "p99", p99);
    json_array_append_new(
        work->results,
        json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:I, s:f, s:o, s:f, s:f, s:I}", "index",
                  kind, "layout", name, "mode", mode, "n", (json_int_t)work->rows.n_rows,
                  "dims", (json_int_t)work->rows.n_dims, "dtype", "u8", "k",
                  (json_int_t)work->k, "queries_per_second", per_second, "latency_us",
                  latency, "recall", recall, "build_seconds", build_seconds, "bytes",
                  (json_int_t)numeral_index_bytes(index)));
}

/* The share of the first n queries' neighbours that brute force found too. */
static double recall_of(const bench *work, size_t n)
{
    size_t hits = 0;
    for (size_t q = 0; q < n; q++) {
        for (size_t i = 0; i < work->k; i++) {
            int64_t id = work->expected[q * work->k + i];
            for (size_t j = 0; j < work->k; j++) {
                if (work->ids[q * work->k + j] == id) {
                    hits++;
                    break;
                }
            }
        }
    }
    return (double)hits / (double)(n * work->k);
}

static numeral_status search(const bench *work, const numeral_index *index, size_t first,
                             size_t n, int threads, numeral_search_stats *stats,
                             numeral_error *err)
{
    numeral_rows some = work->queries;
    some.data = (const uint8_t *)some.data + first * some.stride;
    some.n_rows = n;
    numeral_search how = {
        .k = work->k, .radius = INFINITY, .run = {.threads = threads}, .stats = stats};
    return numeral_index_search(index, &some, &how, work->ids + first * work->k,
                                work->distances + first * work->k, err);
}

static numeral_status run_batch(bench *work, const numeral_index *index, bool first,
                                double build_seconds, numeral_error *err)
{
    size_t n = work->queries.n_rows;
    double start = cli_now();
    numeral_search_stats stats = {0};
    numeral_status status = search(work, index, 0, n, work->session->run.threads,
                                   work->want_stats ? &stats : NULL, err);
    double seconds = cli_now() - start;
    if (status != NUMERAL_OK) {
        return status;
    }
    if (first) { /* brute force: what the others are held to */
        memcpy(work->expected, work->ids, n * work->k * sizeof *work->ids);
    }
    /* within a batch no query has a time of its own */
    double mean = 1e6 * seconds / (double)n;
    report(work, index, "batch", (double)n / seconds, mean, mean, recall_of(work, n),
           build_seconds);
    if (work->want_stats) {
        size_t last = json_array_size(work->results) - 1;
        json_object_set_new(json_array_get(work->results, last), "stats",
                            cli_stats_json(&stats));
    }
    if (work->want_stats && work->session->text) {
        cli_stats_print(&stats);
    }
    return NUMERAL_OK;
}

static numeral_status run_single(bench *work, const numeral_index *index,
                                 double build_seconds, numeral_error *err)
{
    size_t n =
        work->n_single < work->queries.n_rows ? work->n_single : work->queries.n_rows;
    double *latencies = calloc(n, sizeof *latencies), total = 0;
    numeral_status status;
    TRY(latencies ? NUMERAL_OK : cli_no_memory(err));
    for (size_t q = 0; q < n; q++) {
        double start = cli_now();
        TRY(search(work, index, q, 1, 1, NULL, err));
        latencies[q] = cli_now() - start;
        total += latencies[q];
    }
    qsort(latencies, n, sizeof *latencies, compare_doubles);
    report(work, index, "single", (double)n / total, 1e6 * latencies[n / 2],
           1e6 * latencies[n * 99 / 100], recall_of(work, n), build_seconds);
done:
    free(latencies);
    return status;
}

static numeral_status create(const bench *work, const numeral_rows *rows,
                             const char *spec, numeral_index **out, numeral_error *err)
{
    return numeral_index_create(rows, spec, work->metric, work->session->registry,
                                &work->session->run, out, err);
}

/* One index; `optional` ones are passed over where they do not serve the metric. */
static numeral_status bench_index(bench *work, const char *spec, bool first,
                                  bool optional, numeral_error *err)
{
    numeral_index *index = NULL;
    double start = cli_now();
    numeral_status status = create(work, &work->rows, spec, &index, err);
    double build_seconds = cli_now() - start;
    if (status == NUMERAL_ERROR_UNSUPPORTED && optional) {
        return NUMERAL_OK; /* nobody has asked for it by name */
    }
    if (status == NUMERAL_OK) {
        TRY(run_batch(work, index, first, build_seconds, err));
        TRY(run_single(work, index, build_seconds, err));
    }
done:
    numeral_index_destroy(index);
    return status;
}

/* Takes the next name off a list by commas; false at its end. */
static bool next_spec(const char **at, char spec[128])
{
    size_t length = strcspn(*at, ",");
    snprintf(spec, 128, "%.*s", (int)length, *at);
    bool any = **at != '\0';
    *at += length + ((*at)[length] == ',');
    return any;
}

/* Wrong names are told before anything is measured: each is tried on a single row. */
static numeral_status check_specs(const bench *work, const char *list, numeral_error *err)
{
    char spec[128];
    numeral_rows few = work->rows;
    few.n_rows = 1;
    while (next_spec(&list, spec)) {
        numeral_index *index = NULL;
        numeral_status status = create(work, &few, spec, &index, err);
        numeral_index_destroy(index);
        if (status == NUMERAL_ERROR_ARGUMENT) {
            return status;
        }
    }
    return NUMERAL_OK;
}

/* Brute force, then each of the list. */
static numeral_status bench_indexes(bench *work, numeral_error *err)
{
    char spec[128];
    const char *list = work->indexes ? work->indexes : "exact,near";
    size_t cells = work->queries.n_rows * work->k;
    numeral_status status;
    work->ids = calloc(cells, sizeof *work->ids);
    work->expected = calloc(cells, sizeof *work->expected);
    work->distances = calloc(cells, sizeof *work->distances);
    TRY(work->ids && work->expected && work->distances ? NUMERAL_OK : cli_no_memory(err));
    TRY(check_specs(work, list, err));
    TRY(bench_index(work, "brute", true, false, err));
    while (next_spec(&list, spec)) {
        if (strcmp(spec, "brute") != 0) { /* which came first */
            TRY(bench_index(work, spec, false, !work->indexes, err));
        }
    }
done:
    free(work->ids);
    free(work->expected);
    free(work->distances);
    return status;
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *metric = cli_value(arguments, "metric");
    numeral_dataset train = {0}, *test = &session->data;
    numeral_error why;
    numeral_status status;
    bench work = {.session = session,
                  .metric = metric ? metric : "l2",
                  .indexes = cli_value(arguments, "index"),
                  .want_stats = cli_is_set(arguments, "stats")};
    TRY(cli_integer(arguments, "k", 1, 10000, 10, &work.k, err));
    TRY(cli_integer(arguments, "single", 1, 1e9, 1000, &work.n_single, err));
    TRY(cli_load_splits(session, arguments->n_inputs ? arguments->inputs[0] : NULL,
                        (numeral_load){.offline = arguments->n_inputs == 0}, &train, test,
                        &why, err));
    size_t dims = train.height * train.width;
    work.rows = (numeral_rows){train.pixels, NUMERAL_U8, train.n_images, dims, dims};
    work.queries = (numeral_rows){test->pixels, NUMERAL_U8, test->n_images, dims, dims};
    if (session->text) {
        char rows[32], queries[32];
        cli_print("%s, %s, %d threads: %s rows x %zu u8 of %s, %s queries, k = %zu\n",
                  numeral_processor_name(), numeral_cpu_name(), cli_threads(session),
                  cli_count(train.n_images, rows), dims, train.name,
                  cli_count(test->n_images, queries), work.k);
    }
    work.results = json_array();
    TRY(bench_indexes(&work, err));
    if (session->json) {
        json_t *all =
            json_pack("{s:o, s:s, s:s, s:i, s:I, s:O}", "data", answer_text(train.name),
                      "cpu", numeral_processor_name(), "instruction_set",
                      numeral_cpu_name(), "threads", cli_threads(session), "queries",
                      (json_int_t)test->n_images, "results", work.results);
        status = cli_json_write(all, session->json, err);
    }
done:
    json_decref(work.results);
    numeral_dataset_free(&train);
    return status;
}

const cli_command cli_cmd_bench = {
    .name = "bench",
    .arguments = "[DATA]",
    .summary = "Measure numeral's own search speed on this machine.",
    .details =
        "Raw pixels of DATA (default: mnist where it is found, else pen), brute force "
        "and\n"
        "the indexes named: batch (all queries at once, all threads) and single (one at\n"
        "a time, one thread). Recall is against brute force.\n",
    .min_inputs = 0,
    .max_inputs = 1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
