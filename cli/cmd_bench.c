/* numeral bench: numeral's own speed on this machine. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <numeral/tools/command.h>

#include "cli.h"
#include "results.h"
#include "search_stats.h"

static const cli_option options[] = {
    {"k", 'k', "K", "how many neighbours (default: 10)"},
    {"index", 0, "LIST", "indexes beside brute, by commas (default: exact,near)"},
    {"metric", 0, "METRIC", "distance between rows (default: l2)"},
    {"single", 0, "N", "how many queries are timed one at a time (default: 1000)"},
    {"stats", 0, NULL, "also say what each index does for the batch"},
};

static double now(void)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (double)moment.tv_sec + 1e-9 * (double)moment.tv_nsec;
}

/* What is measured: rows, queries and the answers of brute force to hold others to. */
typedef struct bench {
    const char *data;
    numeral_rows rows, queries;
    size_t k, n_single;
    const char *metric, *indexes;
    const cli_setting *setting;
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
    if (work->setting->text) {
        char rate[32];
        printf("%-8s %-7s %10s/s   p50 %8.1f us   p99 %8.1f us   recall %.4f   %s\n",
               kind, mode, cli_count((uint64_t)per_second, rate), p50, p99, recall, name);
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
    numeral_rows part = work->queries;
    part.data = (const uint8_t *)part.data + first * part.stride;
    part.n_rows = n;
    numeral_search how = {
        .k = work->k, .radius = INFINITY, .run = {.threads = threads}, .stats = stats};
    return numeral_index_search(index, &part, &how, work->ids + first * work->k,
                                work->distances + first * work->k, err);
}

static numeral_status run_batch(bench *work, const numeral_index *index, bool first,
                                double build_seconds, numeral_error *err)
{
    size_t n = work->queries.n_rows;
    double start = now();
    numeral_search_stats stats = {0};
    numeral_status status = search(work, index, 0, n, work->setting->run.threads,
                                   work->want_stats ? &stats : NULL, err);
    double seconds = now() - start;
    if (status != NUMERAL_OK) {
        return status;
    }
    if (first) {
        memcpy(work->expected, work->ids, n * work->k * sizeof *work->ids);
    }
    double mean = 1e6 * seconds / (double)n;
    report(work, index, "batch", (double)n / seconds, mean, mean, recall_of(work, n),
           build_seconds);
    if (work->want_stats) {
        size_t last = json_array_size(work->results) - 1;
        json_object_set_new(json_array_get(work->results, last), "stats",
                            cli_stats_json(&stats));
    }
    if (work->want_stats && work->setting->text) {
        cli_stats_print(&stats);
    }
    return NUMERAL_OK;
}

static numeral_status run_single(bench *work, const numeral_index *index,
                                 double build_seconds, numeral_error *err)
{
    size_t n =
        work->n_single < work->queries.n_rows ? work->n_single : work->queries.n_rows;
    double *latencies = calloc(n, sizeof *latencies);
    if (!latencies) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status = NUMERAL_OK;
    double total = 0;
    for (size_t q = 0; q < n && status == NUMERAL_OK; q++) {
        double start = now();
        status = search(work, index, q, 1, 1, NULL, err);
        latencies[q] = now() - start;
        total += latencies[q];
    }
    if (status == NUMERAL_OK) {
        qsort(latencies, n, sizeof *latencies, compare_doubles);
        report(work, index, "single", (double)n / total, 1e6 * latencies[n / 2],
               1e6 * latencies[n * 99 / 100], recall_of(work, n), build_seconds);
    }
    free(latencies);
    return status;
}

/* One index; `optional` ones are passed over where they do not serve the metric. */
static int bench_index(bench *work, const numeral_registry *registry, const char *spec,
                       bool first, bool optional)
{
    numeral_error err;
    numeral_index *index = NULL;
    double start = now();
    numeral_status status = numeral_index_create(
        &work->rows, spec, work->metric, registry, &work->setting->run, &index, &err);
    double build_seconds = now() - start;
    if (status == NUMERAL_ERROR_UNSUPPORTED && optional) {
        return CLI_DONE;
    }
    if (status == NUMERAL_OK) {
        status = run_batch(work, index, first, build_seconds, &err);
    }
    if (status == NUMERAL_OK) {
        status = run_single(work, index, build_seconds, &err);
    }
    numeral_index_destroy(index);
    return status == NUMERAL_OK ? CLI_DONE : cli_fail(&err);
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
static int check_specs(const bench *work, const numeral_registry *registry,
                       const char *list)
{
    char spec[128];
    numeral_rows few = work->rows;
    few.n_rows = 1;
    while (next_spec(&list, spec)) {
        numeral_error err;
        numeral_index *index = NULL;
        numeral_status status = numeral_index_create(&few, spec, work->metric, registry,
                                                     &work->setting->run, &index, &err);
        numeral_index_destroy(index);
        if (status == NUMERAL_ERROR_ARGUMENT) {
            return cli_fail(&err);
        }
    }
    return CLI_DONE;
}

/* Brute force, then each of the list. */
static int bench_indexes(bench *work, const numeral_registry *registry)
{
    char spec[128];
    const char *list = work->indexes ? work->indexes : "exact,near";
    int status = check_specs(work, registry, list);
    if (status == CLI_DONE) {
        status = bench_index(work, registry, "brute", true, false);
    }
    while (status == CLI_DONE && next_spec(&list, spec)) {
        if (strcmp(spec, "brute") != 0) { /* which came first */
            status = bench_index(work, registry, spec, false, !work->indexes);
        }
    }
    return status;
}

static int run_all(bench *work, const numeral_registry *registry)
{
    size_t cells = work->queries.n_rows * work->k;
    work->ids = calloc(cells, sizeof *work->ids);
    work->expected = calloc(cells, sizeof *work->expected);
    work->distances = calloc(cells, sizeof *work->distances);
    work->results = json_array();
    int status = work->ids && work->expected && work->distances
                     ? bench_indexes(work, registry)
                     : cli_fail(&(numeral_error){NUMERAL_ERROR_MEMORY, "out of memory"});
    if (status == CLI_DONE && work->setting->json) {
        json_t *all = json_pack(
            "{s:o, s:s, s:s, s:i, s:I, s:O}", "data", cli_json_text(work->data), "cpu",
            numeral_processor_name(), "instruction_set", numeral_cpu_name(), "threads",
            cli_threads(work->setting), "queries", (json_int_t)work->queries.n_rows,
            "results", work->results);
        status = cli_json_write(all, work->setting->json);
    }
    json_decref(work->results);
    free(work->ids);
    free(work->expected);
    free(work->distances);
    return status;
}

/* DATA's train and test parts; without DATA mnist where it is found, else pen. */
static int load_parts(const cli_arguments *arguments, const cli_setting *setting,
                      numeral_dataset *train, numeral_dataset *test)
{
    numeral_error err;
    const char *text = arguments->n_inputs ? arguments->inputs[0] : "mnist";
    numeral_load load = {.split = NUMERAL_SPLIT_TRAIN,
                         .offline = arguments->n_inputs == 0,
                         .seed = setting->seed,
                         .run = setting->run};
    numeral_status status = numeral_dataset_load(text, &load, train, &err);
    if (status != NUMERAL_OK && !arguments->n_inputs) {
        text = "pen";
        status = numeral_dataset_load(text, &load, train, &err);
    }
    load.split = NUMERAL_SPLIT_TEST;
    if (status == NUMERAL_OK) {
        status = numeral_dataset_load(text, &load, test, &err);
    }
    return status == NUMERAL_OK ? CLI_DONE : cli_fail(&err);
}

static int run(const cli_arguments *arguments)
{
    cli_setting setting;
    numeral_registry *registry = NULL;
    numeral_dataset train = {0}, test = {0};
    double k, single;
    int status = cli_setting_read(arguments, &setting);
    if (status == CLI_DONE) {
        status = cli_integer(arguments, "k", 1, 10000, 10, &k);
    }
    if (status == CLI_DONE) {
        status = cli_integer(arguments, "single", 1, 1e9, 1000, &single);
    }
    if (status != CLI_DONE) {
        return status;
    }
    status = cli_registry_create(arguments, &registry);
    if (status != CLI_DONE) {
        return status;
    }
    status = load_parts(arguments, &setting, &train, &test);
    if (status == CLI_DONE) {
        const char *metric = cli_value(arguments, "metric");
        const char *indexes = cli_value(arguments, "index");
        size_t dims = train.height * train.width;
        bench work = {
            .data = train.name,
            .rows = {train.pixels, NUMERAL_U8, train.n_images, dims, dims},
            .queries = {test.pixels, NUMERAL_U8, test.n_images, dims, dims},
            .k = (size_t)k,
            .n_single = (size_t)single,
            .metric = metric ? metric : "l2",
            .indexes = indexes,
            .setting = &setting,
            .want_stats = cli_is_set(arguments, "stats"),
        };
        if (setting.text) {
            char rows[32], queries[32];
            printf("%s, %s, %d threads: %s rows x %zu u8 of %s, %s queries, k = %zu\n",
                   numeral_processor_name(), numeral_cpu_name(), cli_threads(&setting),
                   cli_count(train.n_images, rows), dims, train.name,
                   cli_count(test.n_images, queries), work.k);
        }
        status = run_all(&work, registry);
    }
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    numeral_registry_destroy(registry);
    return status;
}

const cli_command cli_cmd_bench = {
    .name = "bench",
    .arguments = "[DATA]",
    .summary = "Measure numeral's own search speed on this machine.",
    .details =
        "Raw pixels, brute force and the indexes named, batch (all queries at once, all\n"
        "threads) and single (one query at a time, one thread); recall is against brute\n"
        "force.\n",
    .min_inputs = 0,
    .max_inputs = 1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
