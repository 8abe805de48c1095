/* A peer: one library's nearest-neighbour search, held ready in a process of its own.
 *
 * Each driver is a program `DRIVER ROWS N QUERIES M DIMS K THREADS SPEC`, where ROWS and
 * QUERIES are files of n × dims and m × dims bytes. It builds its index, writes
 *     ready BUILD_SECONDS INDEX_BYTES DESCRIPTION
 * and then answers each line of standard input with one line:
 *     threads N              ok
 *     set NAME VALUE         ok
 *     batch FIRST N          WALL CPU            one call for n queries; in seconds
 *     single FIRST N         WALL CPU P50 P99    n calls for one query each
 *     self N                 WALL CPU            the first n rows among the others
 *     write FILE             ok                  ids, distances of the last search
 * so that one program can time many peers in turn. All drivers share this loop. */
#ifndef NUMERAL_PEERS_DRIVER_H
#define NUMERAL_PEERS_DRIVER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct numeral_peer_task {
    const uint8_t *rows, *queries; /* row-major */
    const float *float_queries;
    size_t n_rows, n_queries, n_dims, k;
    const char *spec;
} numeral_peer_task;

/* What a driver supplies. Functions that fail print a sentence and exit. */
typedef struct numeral_peer {
    void *(*build)(const numeral_peer_task *task, int threads);
    const char *(*describe)(const void *state);
    void (*set_threads)(void *state, int threads);
    void (*set)(void *state, const char *name, double value); /* NULL: nothing to set */
    /* Queries first .. first + n - 1 in one call; ids and distances are n × k. */
    void (*search)(void *state, const numeral_peer_task *task, size_t first, size_t n,
                   int64_t *ids, double *distances);
    /* Rows 0 .. n - 1 in one call, each left out of its own answer; NULL: cannot. */
    void (*search_self)(void *state, const numeral_peer_task *task, size_t n,
                        int64_t *ids, double *distances);
} numeral_peer;

int numeral_peer_drive(int argc, char **argv, const numeral_peer *peer);

/* Prints "DRIVER: text" and exits. */
void numeral_peer_fail(const char *format, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/* n values as float32, from malloc. */
float *numeral_peer_floats(const uint8_t *bytes, size_t n);

#ifdef __cplusplus
}
#endif
#endif
