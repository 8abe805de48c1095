/* numeral's own driver; SPEC is an entry of the index table: brute, exact, near=... */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <numeral/index.h>

#include "driver.h"

typedef struct state {
    numeral_index *index;
    int threads;
    char description[256];
} state;

static numeral_rows rows_of(const numeral_peer_task *task, const uint8_t *data, size_t n)
{
    return (numeral_rows){.data = data,
                          .dtype = NUMERAL_U8,
                          .n_rows = n,
                          .n_dims = task->n_dims,
                          .stride = task->n_dims};
}

static void *build(const numeral_peer_task *task, int threads)
{
    state *s = calloc(1, sizeof *s);
    numeral_rows rows = rows_of(task, task->rows, task->n_rows);
    numeral_run run = {.threads = threads};
    numeral_error err;
    if (!s)
        numeral_peer_fail("no memory");
    s->threads = threads;
    if (numeral_index_create(&rows, task->spec, "l2", NULL, &run, &s->index, &err) != 0)
        numeral_peer_fail("%s", err.text);
    snprintf(s->description, sizeof s->description, "numeral %s, %s, %s",
             numeral_version(), numeral_index_describe(s->index), numeral_cpu_name());
    return s;
}

static const char *describe(const void *opaque)
{
    return ((const state *)opaque)->description;
}

static void set_threads(void *opaque, int threads)
{
    ((state *)opaque)->threads = threads;
}

static void search(void *opaque, const numeral_peer_task *task, size_t first, size_t n,
                   int64_t *ids, double *distances)
{
    state *s = opaque;
    numeral_rows queries = rows_of(task, task->queries + first * task->n_dims, n);
    numeral_search wish = {
        .k = task->k, .radius = INFINITY, .run = {.threads = s->threads}};
    numeral_error err;
    if (numeral_index_search(s->index, &queries, &wish, ids, distances, &err) != 0)
        numeral_peer_fail("%s", err.text);
}

static void search_self(void *opaque, const numeral_peer_task *task, size_t n,
                        int64_t *ids, double *distances)
{
    state *s = opaque;
    numeral_search wish = {
        .k = task->k, .radius = INFINITY, .run = {.threads = s->threads}};
    numeral_error err;
    if (numeral_index_search_self(s->index, NULL, n, &wish, ids, distances, &err) != 0)
        numeral_peer_fail("%s", err.text);
}

int main(int argc, char **argv)
{
    static const numeral_peer peer = {build, describe, set_threads,
                                      NULL,  search,   search_self};
    return numeral_peer_drive(argc, argv, &peer);
}
