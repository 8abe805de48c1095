/* All ranks work at once, each on another rank's digits, and pass them on: with N ranks a
 * block is home after N steps. Its list only gets better on the way, so that each rank
 * begins with the bound that those before it have found. Rows exactly as far as the k-th
 * are let in, since the smaller number goes first. */
#include "ring.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 64, TAG_TRIP = 10 };

typedef struct trip_head {
    int64_t n, k, stride;
    numeral_error err;
} trip_head;

static size_t lines(size_t bytes)
{
    return (bytes + LINE - 1) / LINE * LINE;
}

/* Where things lie, by the head at the front; returns the bytes of all. */
static size_t lay(trip *t, size_t n, size_t k, size_t stride)
{
    size_t vectors = lines(sizeof(trip_head)), rows = vectors + lines(n * stride);
    size_t distances = rows + lines(n * k * sizeof *t->rows);
    size_t labels = distances + lines(n * k * sizeof *t->distances);
    if (t->memory) {
        t->n = n;
        t->k = k;
        t->stride = stride;
        t->err = &((trip_head *)(void *)t->memory)->err;
        t->vectors = t->memory + vectors;
        t->rows = (int64_t *)(void *)(t->memory + rows);
        t->distances = (double *)(void *)(t->memory + distances);
        t->labels = (numeral_label *)(void *)(t->memory + labels);
    }
    return labels + lines(n * k * sizeof *t->labels);
}

static bool allocate(trip *t, size_t bytes)
{
    t->bytes = bytes;
    t->memory = aligned_alloc(LINE, bytes);
    return t->memory != NULL;
}

numeral_status trip_make(size_t n, size_t k, size_t stride, trip *out, numeral_error *err)
{
    trip t = {0};
    if (!allocate(&t, lay(&t, n, k, stride))) {
        return job_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for %zu digits", n);
    }
    memset(t.memory, 0, t.bytes);
    *(trip_head *)(void *)t.memory =
        (trip_head){(int64_t)n, (int64_t)k, (int64_t)stride, {NUMERAL_OK, ""}};
    lay(&t, n, k, stride);
    for (size_t i = 0; i < n * k; i++) {
        t.rows[i] = -1;
        t.distances[i] = INFINITY;
    }
    *out = t;
    return NUMERAL_OK;
}

void trip_free(trip *t)
{
    free(t->memory);
    *t = (trip){0};
}

/* One piece's list of a digit, to be merged into the trip's. */
typedef struct found {
    int64_t *ids;
    double *distances;
    /* room for the merged list */
    int64_t *rows;
    double *merged;
    numeral_label *labels;
    double *radii;
} found;

static void found_free(found *f)
{
    free(f->ids);
    free(f->distances);
    free(f->rows);
    free(f->merged);
    free(f->labels);
    free(f->radii);
}

static bool found_make(size_t n, size_t k, found *f)
{
    *f = (found){malloc(n * k * sizeof *f->ids), malloc(n * k * sizeof *f->distances),
                 malloc(k * sizeof *f->rows),    malloc(k * sizeof *f->merged),
                 malloc(k * sizeof *f->labels),  malloc(n * sizeof *f->radii)};
    return f->ids && f->distances && f->rows && f->merged && f->labels && f->radii;
}

static void merge(trip *t, size_t digit, const piece *from, const numeral_label *labels,
                  found *f)
{
    size_t k = t->k, a = digit * k, b = a, end = a + k;
    for (size_t i = 0; i < k; i++) {
        int64_t row = b < end && f->ids[b] >= 0 ? f->ids[b] + from->offset : -1;
        bool theirs =
            t->rows[a] >= 0 && (row < 0 || t->distances[a] < f->distances[b] ||
                                (t->distances[a] == f->distances[b] && t->rows[a] < row));
        if (theirs) {
            f->rows[i] = t->rows[a];
            f->merged[i] = t->distances[a];
            f->labels[i] = t->labels[a++];
        } else {
            f->rows[i] = row;
            f->merged[i] = row >= 0 ? f->distances[b] : INFINITY;
            f->labels[i] = row >= 0 ? labels[f->ids[b]] : 0;
            b += row >= 0;
        }
    }
    memcpy(t->rows + digit * k, f->rows, k * sizeof *f->rows);
    memcpy(t->distances + digit * k, f->merged, k * sizeof *f->merged);
    memcpy(t->labels + digit * k, f->labels, k * sizeof *f->labels);
}

static numeral_status search_piece(const mpi_job *job, const pieces *p, const piece *at,
                                   trip *t, found *f, numeral_search_stats *stats)
{
    numeral_rows vectors = {t->vectors, p->info.dtype, t->n, p->info.n_dims, t->stride};
    numeral_search search = {.k = t->k,
                             .radius = INFINITY,
                             .radii = job->no_bounds ? NULL : f->radii,
                             .bounded = true,
                             .run = job->run,
                             .stats = stats};
    numeral_model_info info;
    for (size_t i = 0; i < t->n; i++) {
        f->radii[i] = t->distances[(i + 1) * t->k - 1];
    }
    numeral_status status = numeral_model_search_vectors(at->model, &vectors, &search,
                                                         f->ids, f->distances, t->err);
    numeral_model_get_info(at->model, &info);
    for (size_t i = 0; i < t->n && status == NUMERAL_OK; i++) {
        merge(t, i, at, info.labels, f);
    }
    return status;
}

static void search_here(const mpi_job *job, const pieces *p, trip *t,
                        numeral_search_stats *stats)
{
    found f = {0};
    if (t->n == 0 || t->err->status != NUMERAL_OK) {
        return;
    }
    if (!found_make(t->n, t->k, &f)) {
        job_fail(t->err, NUMERAL_ERROR_MEMORY, "out of memory for %zu digits", t->n);
    }
    for (size_t i = 0; i < p->n_pieces && t->err->status == NUMERAL_OK; i++) {
        if (p->pieces[i].model) {
            t->err->status = search_piece(job, p, &p->pieces[i], t, &f, stats);
        }
    }
    found_free(&f);
}

/* Sends one trip to the next rank and takes that of the one before. */
static void pass_on(const mpi_job *job, trip *t)
{
    int next = (job->rank + 1) % job->n_ranks;
    int before = (job->rank + job->n_ranks - 1) % job->n_ranks;
    MPI_Request sending;
    MPI_Status about;
    trip come = {0};
    MPI_Isend(t->memory, (int)t->bytes, MPI_BYTE, next, TAG_TRIP, MPI_COMM_WORLD,
              &sending);
    size_t bytes = job_wait(before, TAG_TRIP, &about);
    if (!allocate(&come, bytes)) {
        fprintf(stderr, "numeral-mpi: out of memory for %zu bytes\n", bytes);
        MPI_Abort(MPI_COMM_WORLD, 1);
        return;
    }
    MPI_Recv(come.memory, (int)bytes, MPI_BYTE, before, TAG_TRIP, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    MPI_Wait(&sending, MPI_STATUS_IGNORE);
    const trip_head *head = (const trip_head *)(const void *)come.memory;
    lay(&come, (size_t)head->n, (size_t)head->k, (size_t)head->stride);
    trip_free(t);
    *t = come;
}

void ring_round(const mpi_job *job, const pieces *p, trip *mine,
                numeral_search_stats *stats)
{
    for (int step = 0; step < job->n_ranks; step++) {
        search_here(job, p, mine, stats);
        if (job->n_ranks > 1) {
            pass_on(job, mine);
        }
    }
}
