/* Threads for what takes longer than a connection's own thread should be kept from
 * others.
 */
#ifndef SERVE_WORKERS_H
#define SERVE_WORKERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum { SERVE_MOST_JOBS = 64, SERVE_MOST_THREADS = 256 };

typedef struct serve_workers {
    pthread_mutex_t lock;
    pthread_cond_t waiting;
    void *jobs[SERVE_MOST_JOBS]; /* a ring */
    size_t first, n;
    bool ending;
    void (*work)(void *context, void *job);
    void *context;
    pthread_t threads[SERVE_MOST_THREADS];
    size_t n_threads;
} serve_workers;

/* Starts `n` threads; false where the system gives none. */
bool serve_workers_start(serve_workers *workers, size_t n,
                         void (*work)(void *context, void *job), void *context);
/* False: too many wait already. */
bool serve_workers_put(serve_workers *workers, void *job);
/* Ends when all jobs are done. */
void serve_workers_end(serve_workers *workers);

#endif
