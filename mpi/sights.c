/* A digit that its nearest rows leave open is looked at again beside its candidates,
 * whose images and vectors lie in many ranks: each rank asks the others for those it
 * needs, once a block, each row once. */
#include "sights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sights_free(sights *s)
{
    free(s->starts);
    free(s->rows);
    free(s->seen);
    free(s->distances);
    free(s->labels);
    free(s->images);
    free(s->vectors);
    free(s->open);
    *s = (sights){0};
}

/* Adds what a trip found for a digit. */
static void add(sights *s, const trip *from, size_t digit, size_t *n)
{
    size_t k = from->k;
    for (size_t i = digit * k; i < (digit + 1) * k && from->rows[i] >= 0; i++, ++*n) {
        s->rows[*n] = from->rows[i];
        s->distances[*n] = from->distances[i];
        s->labels[*n] = from->labels[i];
    }
}

static numeral_status make_room(size_t n_digits, size_t n_places, sights *s,
                                numeral_error *err)
{
    free(s->rows);
    free(s->distances);
    free(s->labels);
    s->starts =
        s->starts ? s->starts : job_allocate(n_digits + 1, sizeof *s->starts, err);
    s->open = s->open ? s->open : job_allocate(n_digits, 1, err);
    s->rows = job_allocate(n_places, sizeof *s->rows, err);
    s->distances = job_allocate(n_places, sizeof *s->distances, err);
    s->labels = job_allocate(n_places, sizeof *s->labels, err);
    return s->starts && s->open && s->rows && s->distances && s->labels
               ? NUMERAL_OK
               : NUMERAL_ERROR_MEMORY;
}

static void point(sights *s, size_t n_digits, size_t n_rows)
{
    s->candidates = (numeral_candidates){.n = n_digits,
                                         .n_rows = n_rows,
                                         .starts = s->starts,
                                         .rows = s->rows,
                                         .distances = s->distances,
                                         .labels = s->labels};
}

numeral_status sights_take(const pieces *p, const trip *nearest, sights *out,
                           numeral_error *err)
{
    size_t n = 0;
    numeral_status status;
    TRY(make_room(nearest->n, nearest->n * nearest->k, out, err));
    for (size_t digit = 0; digit < nearest->n; digit++) {
        add(out, nearest, digit, &n);
        out->starts[digit + 1] = (int64_t)n;
    }
    point(out, nearest->n, p->n_rows);
    status = numeral_model_find_open(p->model, &out->candidates, out->open, err);
done:
    return status;
}

numeral_status sights_lengthen(const pieces *p, const trip *nearest, const trip *more,
                               sights *out, numeral_error *err)
{
    size_t n = 0, at = 0;
    numeral_status status;
    TRY(make_room(nearest->n, nearest->n * nearest->k + more->n * more->k, out, err));
    for (size_t digit = 0; digit < nearest->n; digit++) {
        if (out->open[digit]) {
            add(out, more, at++, &n);
        } else {
            add(out, nearest, digit, &n);
        }
        out->starts[digit + 1] = (int64_t)n;
    }
    point(out, nearest->n, p->n_rows);
done:
    return status;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Lists the rows that open digits name, each once, ascending. */
static numeral_status list_seen(sights *s, size_t *n_seen, numeral_error *err)
{
    size_t n = 0, kept = 0, places = (size_t)s->candidates.starts[s->candidates.n];
    s->seen = job_allocate(places, sizeof *s->seen, err);
    if (!s->seen) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t digit = 0; digit < s->candidates.n; digit++) {
        for (int64_t i = s->starts[digit]; s->open[digit] && i < s->starts[digit + 1];
             i++) {
            s->seen[n++] = s->rows[i];
        }
    }
    qsort(s->seen, n, sizeof *s->seen, by_number);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || s->seen[i] != s->seen[i - 1]) {
            s->seen[kept++] = s->seen[i];
        }
    }
    *n_seen = kept;
    return NUMERAL_OK;
}

/* Who asks whom for how much. */
typedef struct exchange {
    int *asked, *asked_at;   /* rows, of each rank */
    int *wanted, *wanted_at; /* that each rank wants of this one */
    int64_t *rows;           /* those, by rank */
    int64_t *order;          /* mine by rank */
    uint8_t *sent, *come;
    size_t n_asked, n_wanted;
} exchange;

static void exchange_free(exchange *e)
{
    free(e->asked);
    free(e->asked_at);
    free(e->wanted);
    free(e->wanted_at);
    free(e->rows);
    free(e->order);
    free(e->sent);
    free(e->come);
}

/* Memory, or the job's end: the others wait for this rank in the midst of an exchange. */
static void *must_have(size_t n, size_t size)
{
    void *made = calloc(n ? n : 1, size);
    if (!made) {
        fprintf(stderr, "numeral-mpi: out of memory: %zu x %zu bytes\n", n, size);
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    return made;
}

static size_t place(const int *counts, int *at, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++) {
        at[i] = sum;
        sum += counts[i];
    }
    return (size_t)sum;
}

/* Tells each rank which of its rows are wanted. */
static void tell_wanted(const mpi_job *job, const pieces *p, const sights *s,
                        size_t n_seen, exchange *e)
{
    int ranks = job->n_ranks;
    size_t n = (size_t)ranks;
    *e = (exchange){.asked = must_have(n, sizeof(int)),
                    .asked_at = must_have(n, sizeof(int)),
                    .wanted = must_have(n, sizeof(int)),
                    .wanted_at = must_have(n, sizeof(int)),
                    .order = must_have(n_seen, sizeof(int64_t)),
                    .n_asked = n_seen};
    for (size_t i = 0; i < n_seen; i++) {
        e->asked[pieces_find(p, s->seen[i])->rank]++;
    }
    place(e->asked, e->asked_at, ranks);
    int *next = must_have(n, sizeof(int));
    memcpy(next, e->asked_at, n * sizeof *next);
    for (size_t i = 0; i < n_seen; i++) {
        e->order[next[pieces_find(p, s->seen[i])->rank]++] = s->seen[i];
    }
    free(next);
    MPI_Alltoall(e->asked, 1, MPI_INT, e->wanted, 1, MPI_INT, MPI_COMM_WORLD);
    e->n_wanted = place(e->wanted, e->wanted_at, ranks);
    e->rows = must_have(e->n_wanted, sizeof *e->rows);
    MPI_Alltoallv(e->order, e->asked, e->asked_at, MPI_INT64_T, e->rows, e->wanted,
                  e->wanted_at, MPI_INT64_T, MPI_COMM_WORLD);
}

/* One row: its image, then its vector. */
typedef struct row_size {
    size_t image, vector;
} row_size;

static row_size size_of_row(const pieces *p)
{
    size_t item = p->info.dtype == NUMERAL_I16 ? 2 : 1;
    return (row_size){p->info.height * p->info.width, p->info.n_dims * item};
}

/* Sends the rows that others want, and takes those that I asked for. */
static void send_rows(const pieces *p, exchange *e)
{
    row_size size = size_of_row(p);
    size_t bytes = size.image + size.vector;
    MPI_Datatype row;
    MPI_Type_contiguous((int)bytes, MPI_BYTE, &row);
    MPI_Type_commit(&row);
    e->sent = must_have(e->n_wanted, bytes);
    e->come = must_have(e->n_asked, bytes);
    for (size_t i = 0; i < e->n_wanted; i++) {
        const piece *from = pieces_find(p, e->rows[i]);
        size_t number = (size_t)(e->rows[i] - from->offset);
        /* a model that keeps no images has re-rankers that look at none */
        numeral_model_get_image(from->model, number, e->sent + i * bytes);
        numeral_model_get_vector(from->model, number, e->sent + i * bytes + size.image);
    }
    MPI_Alltoallv(e->sent, e->wanted, e->wanted_at, row, e->come, e->asked, e->asked_at,
                  row, MPI_COMM_WORLD);
    MPI_Type_free(&row);
}

/* Puts what came, which is by rank, in the order of the rows. */
static void sort_rows(const mpi_job *job, const pieces *p, const exchange *e, sights *s)
{
    row_size size = size_of_row(p);
    size_t bytes = size.image + size.vector;
    int *next = must_have((size_t)job->n_ranks, sizeof *next);
    memcpy(next, e->asked_at, (size_t)job->n_ranks * sizeof *next);
    for (size_t i = 0; i < e->n_asked; i++) {
        size_t at = (size_t)next[pieces_find(p, s->seen[i])->rank]++;
        memcpy(s->images + i * size.image, e->come + at * bytes, size.image);
        memcpy(s->vectors + i * size.vector, e->come + at * bytes + size.image,
               size.vector);
    }
    free(next);
}

numeral_status sights_fetch(const mpi_job *job, const pieces *p, sights *out,
                            numeral_error *err)
{
    row_size size = size_of_row(p);
    size_t n_seen = 0;
    exchange e = {0};
    numeral_status status = out->candidates.n ? list_seen(out, &n_seen, err) : NUMERAL_OK;
    tell_wanted(job, p, out, n_seen, &e);
    send_rows(p, &e);
    out->images = must_have(n_seen, size.image);
    out->vectors = must_have(n_seen, size.vector);
    sort_rows(job, p, &e, out);
    out->candidates.n_seen = n_seen;
    out->candidates.seen = out->seen;
    out->candidates.images = out->images;
    out->candidates.vectors = out->vectors;
    exchange_free(&e);
    return status;
}
