/* A ring of jobs, and threads that take them in turn. */
#include "workers.h"

static void *take_jobs(void *context)
{
    serve_workers *w = context;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (w->n == 0 && !w->ending) {
            pthread_cond_wait(&w->waiting, &w->lock);
        }
        if (w->n == 0) {
            break;
        }
        void *job = w->jobs[w->first];
        w->first = (w->first + 1) % SERVE_MOST_JOBS;
        w->n--;
        pthread_mutex_unlock(&w->lock);
        w->work(w->context, job);
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

bool serve_workers_start(serve_workers *workers, size_t n,
                         void (*work)(void *context, void *job), void *context)
{
    *workers = (serve_workers){.work = work, .context = context};
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->waiting, NULL);
    n = n < SERVE_MOST_THREADS ? n : SERVE_MOST_THREADS;
    while (workers->n_threads < n && pthread_create(&workers->threads[workers->n_threads],
                                                    NULL, take_jobs, workers) == 0) {
        workers->n_threads++;
    }
    return workers->n_threads > 0;
}

bool serve_workers_put(serve_workers *workers, void *job)
{
    pthread_mutex_lock(&workers->lock);
    bool room = workers->n < SERVE_MOST_JOBS && !workers->ending;
    if (room) {
        workers->jobs[(workers->first + workers->n++) % SERVE_MOST_JOBS] = job;
        pthread_cond_signal(&workers->waiting);
    }
    pthread_mutex_unlock(&workers->lock);
    return room;
}

void serve_workers_end(serve_workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    workers->ending = true;
    pthread_cond_broadcast(&workers->waiting);
    pthread_mutex_unlock(&workers->lock);
    for (size_t i = 0; i < workers->n_threads; i++) {
        pthread_join(workers->threads[i], NULL);
    }
    workers->n_threads = 0;
}
