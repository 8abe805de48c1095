/* What a batch gains: the same queries one call each, in batches of 1,000 and of 10,000,
 * and by two threads, side by side in one process, round after round.
 *
 *     big_batch MODEL QUERIES [K [ROUNDS]]
 *     big_batch million.model mnist:test
 *
 * Prints the microseconds of a query, best and median of the rounds, by the clock and by
 * the processor's time (of one thread: on a busy machine that is what to look at); then
 * the ratios that docs/scale.md gives. Fails where two ways differ in an answer. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <numeral/numeral.h>
#include <numeral/shards.h>

enum { MAX_ROUNDS = 99, N_WAYS = 6, SMALL = 1000, LARGE = 10000 };

static const struct way {
    const char *name;
    size_t batch;
    int threads;
} ways[N_WAYS] = {{"single, 1 thread", 1, 1},      {"1,000, 1 thread", SMALL, 1},
                  {"10,000, 1 thread", LARGE, 1},  {"1,000, 2 threads", SMALL, 2},
                  {"10,000, 2 threads", LARGE, 2}, {"10,000, all threads", LARGE, 0}};

typedef struct timing {
    double wall[MAX_ROUNDS], cpu[MAX_ROUNDS]; /* µs a query */
} timing;

static void must(numeral_status status, const numeral_error *err)
{
    if (status != NUMERAL_OK) {
        fprintf(stderr, "big_batch: %s\n", err->text);
        exit(1);
    }
}

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void *room(size_t n, size_t size)
{
    void *memory = calloc(n, size);
    if (!memory) {
        fprintf(stderr, "big_batch: out of memory\n");
        exit(1);
    }
    return memory;
}

static void search(const numeral_model *model, const numeral_rows *queries,
                   const struct way *way, size_t k, int64_t *ids, double *distances)
{
    numeral_error err;
    numeral_search search = {
        .k = k, .radius = INFINITY, .run = {.threads = way->threads}};
    for (size_t at = 0; at < queries->n_rows; at += way->batch) {
        numeral_rows some = *queries;
        some.data = (const uint8_t *)queries->data + at * queries->stride;
        some.n_rows =
            queries->n_rows - at < way->batch ? queries->n_rows - at : way->batch;
        must(numeral_model_search_vectors(model, &some, &search, ids + at * k,
                                          distances + at * k, &err),
             &err);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 5) {
        fprintf(stderr, "usage: big_batch MODEL QUERIES [K [ROUNDS]]\n");
        return 2;
    }
    size_t k = argc > 3 ? strtoul(argv[3], NULL, 10) : 10;
    size_t rounds = argc > 4 ? strtoul(argv[4], NULL, 10) : 5;
    rounds = rounds < 1 ? 1 : rounds < MAX_ROUNDS ? rounds : MAX_ROUNDS;
    numeral_error err;
    numeral_model *model;
    numeral_dataset data;
    numeral_rows queries;
    numeral_load load = {0};
    must(numeral_model_load(argv[1], NULL, &model, &err), &err);
    must(numeral_dataset_load(argv[2], &load, &data, &err), &err);
    must(numeral_model_make_vectors(model, &data, &(numeral_run){0}, &queries, &err),
         &err);
    size_t n = queries.n_rows;
    int64_t *ids = room(n * k, sizeof *ids), *first_ids = room(n * k, sizeof *ids);
    double *distances = room(n * k, sizeof *distances);
    double *first_distances = room(n * k, sizeof *distances);
    timing *timings = room(N_WAYS, sizeof *timings);
    search(model, &queries, &ways[2], k, first_ids, first_distances); /* all awake */
    for (size_t r = 0; r < rounds; r++) {
        for (size_t w = 0; w < N_WAYS; w++) {
            double wall = seconds(CLOCK_MONOTONIC);
            double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
            search(model, &queries, &ways[w], k, ids, distances);
            timings[w].wall[r] = 1e6 * (seconds(CLOCK_MONOTONIC) - wall) / (double)n;
            timings[w].cpu[r] =
                1e6 * (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (double)n;
            if (memcmp(ids, first_ids, n * k * sizeof *ids) != 0 ||
                memcmp(distances, first_distances, n * k * sizeof *distances) != 0) {
                fprintf(stderr, "big_batch: %s gives other answers\n", ways[w].name);
                return 1;
            }
        }
    }
    printf("%zu queries, k = %zu, %zu rounds; microseconds a query\n", n, k, rounds);
    printf("%-20s %10s %10s %10s %10s\n", "", "best", "median", "best cpu", "median cpu");
    for (size_t w = 0; w < N_WAYS; w++) {
        timing *t = &timings[w];
        qsort(t->wall, rounds, sizeof *t->wall, compare);
        qsort(t->cpu, rounds, sizeof *t->cpu, compare);
        printf("%-20s %10.1f %10.1f %10.1f %10.1f\n", ways[w].name, t->wall[0],
               t->wall[rounds / 2], t->cpu[0], t->cpu[rounds / 2]);
    }
    const timing *t = timings;
    printf("10,000 a batch, times the rate of single ones: best %.2f, median %.2f, cpu "
           "%.2f\n",
           t[0].wall[0] / t[2].wall[0], t[0].wall[rounds / 2] / t[2].wall[rounds / 2],
           t[0].cpu[rounds / 2] / t[2].cpu[rounds / 2]);
    printf("two threads, times the rate of one, 1,000 a batch: best %.2f, median %.2f\n",
           t[1].wall[0] / t[3].wall[0], t[1].wall[rounds / 2] / t[3].wall[rounds / 2]);
    free(timings);
    free(first_distances);
    free(distances);
    free(first_ids);
    free(ids);
    numeral_free((void *)(uintptr_t)queries.data);
    numeral_dataset_free(&data);
    numeral_model_destroy(model);
    return 0;
}
