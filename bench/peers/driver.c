/* The loop that every driver shares: see driver.h for the protocol. */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct session {
    const numeral_peer *peer;
    numeral_peer_task task;
    void *state;
    int64_t *ids;      /* room × k */
    double *distances; /* room × k */
    size_t room;
    double *latencies; /* n_queries */
    size_t n_answered; /* queries in the last search */
} session;

void numeral_peer_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "driver: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    exit(1);
}

static void *need(size_t bytes)
{
    void *memory = malloc(bytes > 0 ? bytes : 1);
    if (!memory)
        numeral_peer_fail("no memory for %zu bytes", bytes);
    return memory;
}

float *numeral_peer_floats(const uint8_t *bytes, size_t n)
{
    float *floats = need(n * sizeof *floats);
    for (size_t i = 0; i < n; i++)
        floats[i] = bytes[i];
    return floats;
}

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static const uint8_t *map_file(const char *path, size_t bytes)
{
    int file = open(path, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0)
        numeral_peer_fail("%s: %s", path, strerror(errno));
    if ((size_t)status.st_size != bytes)
        numeral_peer_fail("%s: %zu bytes expected, %lld found", path, bytes,
                          (long long)status.st_size);
    void *memory = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (memory == MAP_FAILED)
        numeral_peer_fail("%s: %s", path, strerror(errno));
    close(file);
    return memory;
}

/* Bytes of memory that belong to this process alone (not to mapped files). */
static double own_bytes(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    double kib = 0;
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "RssAnon: %lf", &kib) == 1)
            break;
    if (file)
        fclose(file);
    return kib * 1024;
}

/* Room for n answers, touched so that the first search does not pay for its pages. */
static void make_room(session *s, size_t n)
{
    size_t values = n * s->task.k;
    if (n <= s->room)
        return;
    free(s->ids);
    free(s->distances);
    s->ids = need(values * sizeof *s->ids);
    s->distances = need(values * sizeof *s->distances);
    memset(s->ids, 0, values * sizeof *s->ids);
    memset(s->distances, 0, values * sizeof *s->distances);
    s->room = n;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void run_search(session *s, size_t first, size_t n)
{
    s->peer->search(s->state, &s->task, first, n, s->ids, s->distances);
}

static void run_singles(session *s, size_t first, size_t n)
{
    size_t k = s->task.k;
    for (size_t i = 0; i < n; i++) {
        double start = seconds(CLOCK_MONOTONIC);
        s->peer->search(s->state, &s->task, first + i, 1, s->ids + i * k,
                        s->distances + i * k);
        s->latencies[i] = seconds(CLOCK_MONOTONIC) - start;
    }
}

static void answer_self(session *s, size_t n)
{
    if (n == 0 || n > s->task.n_rows)
        numeral_peer_fail("%zu of %zu rows", n, s->task.n_rows);
    make_room(s, n);
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    double wall = seconds(CLOCK_MONOTONIC);
    s->peer->search_self(s->state, &s->task, n, s->ids, s->distances);
    wall = seconds(CLOCK_MONOTONIC) - wall;
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    s->n_answered = n;
    printf("%.9f %.9f\n", wall, cpu);
}

static void answer_search(session *s, bool single, size_t first, size_t n)
{
    if (n == 0 || first > s->task.n_queries || n > s->task.n_queries - first)
        numeral_peer_fail("queries %zu + %zu of %zu", first, n, s->task.n_queries);
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    double wall = seconds(CLOCK_MONOTONIC);
    (single ? run_singles : run_search)(s, first, n);
    wall = seconds(CLOCK_MONOTONIC) - wall;
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    s->n_answered = n;
    printf("%.9f %.9f", wall, cpu);
    if (single) {
        qsort(s->latencies, n, sizeof *s->latencies, by_value);
        printf(" %.9f %.9f", s->latencies[n / 2], s->latencies[(n * 99) / 100]);
    }
    printf("\n");
}

static void answer_write(const session *s, const char *path)
{
    FILE *file = fopen(path, "wb");
    size_t n = s->n_answered * s->task.k;
    if (!file || fwrite(s->ids, sizeof *s->ids, n, file) != n ||
        fwrite(s->distances, sizeof *s->distances, n, file) != n || fclose(file) != 0)
        numeral_peer_fail("%s: %s", path, strerror(errno));
    printf("ok\n");
}

static void answer(session *s, const char *line)
{
    char name[256];
    double value;
    size_t first, n;
    int threads;
    if (sscanf(line, "batch %zu %zu", &first, &n) == 2) {
        answer_search(s, false, first, n);
    } else if (sscanf(line, "single %zu %zu", &first, &n) == 2) {
        answer_search(s, true, first, n);
    } else if (s->peer->search_self && sscanf(line, "self %zu", &n) == 1) {
        answer_self(s, n);
    } else if (sscanf(line, "write %255s", name) == 1) {
        answer_write(s, name);
    } else if (sscanf(line, "threads %d", &threads) == 1) {
        s->peer->set_threads(s->state, threads);
        printf("ok\n");
    } else if (s->peer->set && sscanf(line, "set %255s %lf", name, &value) == 2) {
        s->peer->set(s->state, name, value);
        printf("ok\n");
    } else {
        numeral_peer_fail("cannot read the line: %s", line);
    }
    fflush(stdout);
}

static size_t number(const char *text)
{
    return (size_t)strtoull(text, NULL, 10);
}

static session open_session(char **argv, const numeral_peer *peer)
{
    numeral_peer_task task = {.n_rows = number(argv[2]),
                              .n_queries = number(argv[4]),
                              .n_dims = number(argv[5]),
                              .k = number(argv[6]),
                              .spec = argv[8]};
    task.rows = map_file(argv[1], task.n_rows * task.n_dims);
    task.queries = map_file(argv[3], task.n_queries * task.n_dims);
    task.float_queries = numeral_peer_floats(task.queries, task.n_queries * task.n_dims);
    session s = {.peer = peer, .task = task};
    make_room(&s, task.n_queries);
    s.latencies = need(task.n_queries * sizeof *s.latencies);
    return s;
}

int numeral_peer_drive(int argc, char **argv, const numeral_peer *peer)
{
    if (argc != 9)
        numeral_peer_fail("usage: %s ROWS N QUERIES M DIMS K THREADS SPEC", argv[0]);
    session s = open_session(argv, peer);
    double before = own_bytes(), start = seconds(CLOCK_MONOTONIC);
    s.state = peer->build(&s.task, (int)number(argv[7]));
    printf("ready %.6f %.0f %s\n", seconds(CLOCK_MONOTONIC) - start, own_bytes() - before,
           peer->describe(s.state));
    fflush(stdout);
    char line[512];
    while (fgets(line, sizeof line, stdin))
        answer(&s, line);
    return 0;
}
