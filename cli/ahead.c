/* A ring of places; each input passes from waiting to under way to done. */
#include "ahead.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef enum stage { WAITING, UNDER_WAY, DONE } stage;

typedef struct place {
    char *input;
    void *made;
    stage stage;
} place;

struct cli_ahead {
    cli_ahead_work work;
    const void *context;
    pthread_mutex_t lock;
    pthread_cond_t put, done;
    bool ends;
    size_t room, first, n;
    place *places;
    size_t n_threads;
    pthread_t threads[];
};

static place *place_at(const cli_ahead *line, size_t i)
{
    return &line->places[(line->first + i) % line->room];
}

/* The first input that nobody works on; NULL: there is none. */
static place *first_waiting(const cli_ahead *line)
{
    for (size_t i = 0; i < line->n; i++) {
        if (place_at(line, i)->stage == WAITING) {
            return place_at(line, i);
        }
    }
    return NULL;
}

static void *work_on(void *context)
{
    cli_ahead *line = context;
    pthread_mutex_lock(&line->lock);
    while (!line->ends) {
        place *next = first_waiting(line);
        if (!next) {
            pthread_cond_wait(&line->put, &line->lock);
            continue;
        }
        next->stage = UNDER_WAY;
        pthread_mutex_unlock(&line->lock);
        void *made = line->work(line->context, next->input);
        pthread_mutex_lock(&line->lock);
        next->made = made;
        next->stage = DONE;
        pthread_cond_broadcast(&line->done);
    }
    pthread_mutex_unlock(&line->lock);
    return NULL;
}

cli_ahead *cli_ahead_create(size_t threads, cli_ahead_work work, const void *context)
{
    cli_ahead *line = calloc(1, sizeof *line + threads * sizeof *line->threads);
    place *places = calloc(2 * threads, sizeof *places);
    if (!line || !places || threads == 0) {
        free(line);
        free(places);
        return NULL;
    }
    line->work = work;
    line->context = context;
    line->room = 2 * threads;
    line->places = places;
    pthread_mutex_init(&line->lock, NULL);
    pthread_cond_init(&line->put, NULL);
    pthread_cond_init(&line->done, NULL);
    while (line->n_threads < threads &&
           pthread_create(&line->threads[line->n_threads], NULL, work_on, line) == 0) {
        line->n_threads++;
    }
    if (line->n_threads == 0) {
        cli_ahead_destroy(line, NULL);
        return NULL;
    }
    return line;
}

void cli_ahead_destroy(cli_ahead *line, void (*forget)(void *made))
{
    if (!line) {
        return;
    }
    pthread_mutex_lock(&line->lock);
    line->ends = true;
    pthread_cond_broadcast(&line->put);
    pthread_mutex_unlock(&line->lock);
    for (size_t i = 0; i < line->n_threads; i++) {
        pthread_join(line->threads[i], NULL);
    }
    for (size_t i = 0; i < line->n; i++) {
        free(place_at(line, i)->input);
        if (place_at(line, i)->made) {
            forget(place_at(line, i)->made);
        }
    }
    pthread_cond_destroy(&line->done);
    pthread_cond_destroy(&line->put);
    pthread_mutex_destroy(&line->lock);
    free(line->places);
    free(line);
}

/* Only the thread that puts and takes changes how many there are. */
bool cli_ahead_is_empty(const cli_ahead *line)
{
    return !line || line->n == 0;
}

bool cli_ahead_is_full(const cli_ahead *line)
{
    return line->n == line->room;
}

bool cli_ahead_put(cli_ahead *line, const char *input)
{
    char *own = strdup(input);
    if (!own) {
        return false;
    }
    pthread_mutex_lock(&line->lock);
    *place_at(line, line->n) = (place){.input = own, .stage = WAITING};
    line->n++;
    pthread_cond_signal(&line->put);
    pthread_mutex_unlock(&line->lock);
    return true;
}

char *cli_ahead_take(cli_ahead *line, void **made)
{
    pthread_mutex_lock(&line->lock);
    place *first = place_at(line, 0);
    while (first->stage != DONE) {
        pthread_cond_wait(&line->done, &line->lock);
    }
    char *input = first->input;
    *made = first->made;
    *first = (place){0};
    line->first = (line->first + 1) % line->room;
    line->n--;
    pthread_mutex_unlock(&line->lock);
    return input;
}
