/* --shard rows: the rows lie in many ranks, and every query is searched by all of them.
 *
 * Rank 0 reads the queries and sends each rank a block: its home. The ranks turn them
 * into vectors, which go round (ring.c) and come home with their nearest rows; the home
 * answers, of open digits after a second round and with the images of their candidates
 * (sights.c), and rank 0 keeps what it says. Then comes the next round, until all blocks
 * are done. All ranks are always at the same place, and one that has failed goes on to
 * the end of the round without work. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "block_text.h"
#include "sights.h"

enum { TAG_DIGITS = 20, TAG_ANSWER };

/* A rank's part of a round. */
typedef struct part {
    int64_t first, n;
    size_t block;
} part;

/* What a round is worked with. */
typedef struct rows_round {
    const mpi_job *job;
    const pieces *pieces;
    numeral_search_stats stats;
    part *parts; /* of each rank */
    bool over;
    /* rank 0 */
    blocks blocks;
    size_t item;
    bool loaded;
    numeral_dataset data;
} rows_round;

/* Rank 0: the next blocks of the input in memory, or of the next one. */
static numeral_status choose_parts(rows_round *r, numeral_error *err)
{
    const mpi_job *job = r->job;
    numeral_status status = NUMERAL_OK;
    int chosen = 0;
    memset(r->parts, 0, (size_t)job->n_ranks * sizeof *r->parts);
    while (chosen == 0 && r->item < job->n_inputs) {
        if (!r->loaded) {
            numeral_dataset_free(&r->data);
            TRY(pieces_load_data(job, r->pieces, job->inputs[r->item], &r->data, err));
            r->loaded = true;
            TRY(blocks_know(&r->blocks, r->item, (int64_t)r->data.n_images, false, err));
        }
        while (chosen < job->n_ranks) {
            part *is = &r->parts[chosen];
            if (!blocks_next(&r->blocks, r->item, &is->block)) {
                break;
            }
            blocks_range(&r->blocks, r->item, is->block, &is->first, &is->n);
            chosen++;
        }
        if (chosen == 0) {
            r->loaded = false;
            r->item++;
        }
    }
    r->over = chosen == 0;
done:
    return status;
}

/* Tells all ranks what comes, and sends them their digits. */
static numeral_status begin(rows_round *r, uint8_t **images, numeral_error *err)
{
    const mpi_job *job = r->job;
    size_t bytes = r->pieces->info.height * r->pieces->info.width;
    struct {
        int64_t over, n;
    } mine = {0};
    for (int rank = 1; rank < job->n_ranks && job->rank == 0; rank++) {
        const part *is = &r->parts[rank];
        int64_t told[2] = {r->over, is->n};
        MPI_Send(told, 2, MPI_INT64_T, rank, TAG_DIGITS, MPI_COMM_WORLD);
        if (is->n > 0) {
            MPI_Send(r->data.pixels + (size_t)is->first * bytes,
                     (int)((size_t)is->n * bytes), MPI_BYTE, rank, TAG_DIGITS,
                     MPI_COMM_WORLD);
        }
    }
    if (job->rank == 0) {
        *images =
            r->data.pixels ? r->data.pixels + (size_t)r->parts[0].first * bytes : NULL;
        return NUMERAL_OK;
    }
    MPI_Status about;
    job_wait(0, TAG_DIGITS, &about);
    MPI_Recv(&mine, 2, MPI_INT64_T, 0, TAG_DIGITS, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    r->over = mine.over;
    r->parts[job->rank].n = mine.n;
    if (mine.n > 0) {
        size_t n;
        *images = job_receive(0, TAG_DIGITS, &n, err);
    }
    return mine.n == 0 || *images ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

/* Makes the vectors of this rank's block; none after a failure. */
static numeral_status set_out(const rows_round *r, const numeral_dataset *data, size_t k,
                              trip *out, numeral_error *err)
{
    numeral_rows vectors = {0};
    numeral_status status = NUMERAL_OK;
    if (data->n_images > 0) {
        TRY(numeral_model_make_vectors(r->pieces->model, data, &r->job->run, &vectors,
                                       err));
    }
    TRY(trip_make(data->n_images, k, vectors.stride, out, err));
    if (data->n_images > 0) {
        memcpy(out->vectors, vectors.data, data->n_images * vectors.stride);
    }
done:
    numeral_free((void *)(uintptr_t)vectors.data);
    return status;
}

/* The open digits of a trip, for a longer list. */
static numeral_status set_out_again(const trip *nearest, const sights *s, size_t k,
                                    trip *out, numeral_error *err)
{
    size_t n = 0;
    numeral_status status;
    for (size_t i = 0; i < s->candidates.n; i++) {
        n += s->open[i];
    }
    TRY(trip_make(n, k, nearest->stride, out, err));
    n = 0;
    for (size_t i = 0; i < s->candidates.n; i++) {
        if (s->open[i]) {
            memcpy(out->vectors + n++ * out->stride, nearest->vectors + i * out->stride,
                   out->stride);
        }
    }
done:
    return status;
}

/* An empty trip, so that a rank that has failed still takes part. */
static void stay_home(trip *t)
{
    numeral_error err;
    trip_free(t);
    if (trip_make(0, 1, 0, t, &err) != NUMERAL_OK) {
        fprintf(stderr, "numeral-mpi: %s\n", err.text);
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
}

static numeral_status come_home(const trip *t, numeral_error *err)
{
    if (t->err->status != NUMERAL_OK) {
        *err = *t->err;
    }
    return t->err->status;
}

/* The second round: longer lists of open digits, and what is seen of them. */
static numeral_status look_again(rows_round *r, numeral_status status,
                                 const trip *nearest, sights *s, numeral_error *err)
{
    size_t k = r->pieces->wanted.k_open;
    trip more = {0};
    if (k > r->pieces->wanted.k) {
        if (status == NUMERAL_OK) {
            status = set_out_again(nearest, s, k, &more, err);
        }
        if (status != NUMERAL_OK) {
            stay_home(&more);
        }
        ring_round(r->job, r->pieces, &more, &r->stats);
        if (status == NUMERAL_OK) {
            status = come_home(&more, err);
        }
        if (status == NUMERAL_OK) {
            status = sights_lengthen(r->pieces, nearest, &more, s, err);
        }
    }
    if (status != NUMERAL_OK) {
        s->candidates.n = 0;
    }
    numeral_status fetched = k > 0 ? sights_fetch(r->job, r->pieces, s, err) : NUMERAL_OK;
    trip_free(&more);
    return status == NUMERAL_OK ? fetched : status;
}

/* Lists of every digit's nearest rows as answers. */
static numeral_status list_neighbours(const trip *t, numeral_answers *out,
                                      numeral_error *err)
{
    size_t cells = t->n * t->k;
    out->n = t->n;
    out->k = t->k;
    out->ids = job_allocate(cells, sizeof *out->ids, err);
    out->distances = job_allocate(cells, sizeof *out->distances, err);
    if (!out->ids || !out->distances) {
        return NUMERAL_ERROR_MEMORY;
    }
    memcpy(out->ids, t->rows, cells * sizeof *out->ids);
    memcpy(out->distances, t->distances, cells * sizeof *out->distances);
    return NUMERAL_OK;
}

/* All of a round: what this rank's block is answered. `status` is how it begins. */
static numeral_status answer(rows_round *r, const numeral_dataset *data,
                             numeral_status status, numeral_answers *out, bool *ours,
                             numeral_error *err)
{
    const pieces *p = r->pieces;
    bool neighbours = r->job->command == JOB_NEIGHBOURS;
    trip t = {0};
    sights s = {0};
    if (status == NUMERAL_OK) {
        status = set_out(r, data, neighbours ? p->info.k : p->wanted.k, &t, err);
    }
    if (status != NUMERAL_OK) {
        stay_home(&t);
    }
    ring_round(r->job, p, &t, &r->stats);
    if (status == NUMERAL_OK) {
        status = come_home(&t, err);
    }
    *ours = neighbours;
    if (neighbours) {
        status = status == NUMERAL_OK ? list_neighbours(&t, out, err) : status;
    } else {
        if (status == NUMERAL_OK) {
            status = sights_take(p, &t, &s, err);
        }
        status = look_again(r, status, &t, &s, err);
        if (status == NUMERAL_OK && data->n_images > 0) {
            status = numeral_model_predict_candidates(p->model, data, &s.candidates,
                                                      &r->job->run, out, err);
        }
    }
    sights_free(&s);
    trip_free(&t);
    return status;
}

/* What a home says of its block, as one message: a head, then arrays. */
typedef struct said {
    int64_t n, k;
    numeral_error err;
} said;

static size_t said_bytes(bool neighbours, size_t n, size_t k)
{
    return sizeof(said) + (neighbours ? n * k * (sizeof(int64_t) + sizeof(double))
                                      : n * (sizeof(double) + sizeof(numeral_label) + 1));
}

static char *put(char *at, const void *from, size_t bytes)
{
    if (bytes) {
        memcpy(at, from, bytes);
    }
    return at + bytes;
}

static void tell(const rows_round *r, const numeral_answers *a, const numeral_error *err)
{
    bool neighbours = r->job->command == JOB_NEIGHBOURS;
    said head = {(int64_t)a->n, (int64_t)a->k, *err};
    size_t bytes = said_bytes(neighbours, a->n, a->k);
    char *message = malloc(bytes), *at = message;
    if (!message) {
        fprintf(stderr, "numeral-mpi: out of memory for %zu bytes\n", bytes);
        MPI_Abort(MPI_COMM_WORLD, 1);
        return;
    }
    at = put(at, &head, sizeof head);
    if (neighbours) {
        at = put(at, a->ids, a->n * a->k * sizeof *a->ids);
        put(at, a->distances, a->n * a->k * sizeof *a->distances);
    } else {
        at = put(at, a->confidence, a->n * sizeof *a->confidence);
        at = put(at, a->labels, a->n * sizeof *a->labels);
        put(at, a->refused, a->n);
    }
    MPI_Send(message, (int)bytes, MPI_BYTE, 0, TAG_ANSWER, MPI_COMM_WORLD);
    free(message);
}

/* Rank 0: keeps a block's answers. */
static numeral_status keep(rows_round *r, const part *is, const numeral_answers *answers,
                           numeral_error *err)
{
    block_bytes bytes = {0};
    numeral_status status;
    TRY(r->job->command == JOB_NEIGHBOURS
            ? block_of_neighbours(answers, &bytes, err)
            : block_of_answers(r->job, r->pieces->model, &r->data, (size_t)is->first,
                               answers, &bytes, err));
    status = blocks_keep(&r->blocks, r->item, is->block, bytes.bytes, bytes.n, err);
done:
    free(bytes.bytes);
    return status;
}

static numeral_status keep_of(rows_round *r, int rank, numeral_error *err)
{
    size_t n;
    char *message = job_receive(rank, TAG_ANSWER, &n, err);
    said head;
    if (!message) {
        return NUMERAL_ERROR_MEMORY;
    }
    memcpy(&head, message, sizeof head);
    char *at = message + sizeof head;
    numeral_answers a = {.n = (size_t)head.n, .k = (size_t)head.k};
    numeral_status status = head.err.status;
    if (status != NUMERAL_OK) {
        *err = head.err;
    } else if (a.n > 0 && r->job->command == JOB_NEIGHBOURS) {
        a.ids = (int64_t *)(void *)at;
        a.distances = (double *)(void *)(at + a.n * a.k * sizeof *a.ids);
        status = keep(r, &r->parts[rank], &a, err);
    } else if (a.n > 0) {
        a.confidence = (double *)(void *)at;
        a.labels = (numeral_label *)(void *)(at + a.n * sizeof *a.confidence);
        a.refused = (uint8_t *)(a.labels + a.n);
        status = keep(r, &r->parts[rank], &a, err);
    }
    free(message);
    return status;
}

/* Rank 0: its own answers, then those of the others; the first failure is told. */
static numeral_status keep_all(rows_round *r, numeral_status status,
                               const numeral_answers *own, numeral_error *err)
{
    if (status == NUMERAL_OK && own->n > 0) {
        status = keep(r, &r->parts[0], own, err);
    }
    for (int rank = 1; rank < r->job->n_ranks; rank++) {
        numeral_error why;
        numeral_status theirs = keep_of(r, rank, &why);
        if (status == NUMERAL_OK && theirs != NUMERAL_OK) {
            *err = why;
            status = theirs;
        }
    }
    return status;
}

static void free_answers(numeral_answers *answers, bool ours)
{
    if (ours) { /* this program's memory, not the library's */
        free(answers->ids);
        free(answers->distances);
    } else {
        numeral_answers_free(answers);
    }
}

/* Until all is done. A failure of rank 0 ends the next round before it begins. */
static numeral_status work(rows_round *r, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (;;) {
        uint8_t *images = NULL;
        numeral_answers answers = {0};
        bool ours = false;
        if (r->job->rank == 0) {
            if (status == NUMERAL_OK) {
                status = choose_parts(r, err);
            }
            r->over |= status != NUMERAL_OK;
        }
        numeral_error why = {NUMERAL_OK, ""};
        numeral_status done = begin(r, &images, &why);
        if (r->over) {
            return status;
        }
        numeral_dataset data = {.name = (char[]){"queries"},
                                .n_images = (size_t)r->parts[r->job->rank].n,
                                .height = r->pieces->info.height,
                                .width = r->pieces->info.width,
                                .pixels = images};
        done = answer(r, &data, done, &answers, &ours, &why);
        if (r->job->rank != 0) {
            why.status = done;
            tell(r, &answers, &why);
            free(images);
        } else {
            *err = done != NUMERAL_OK ? why : *err;
            status = keep_all(r, done, &answers, err);
        }
        free_answers(&answers, ours);
    }
}

numeral_status job_by_rows(const mpi_job *job, numeral_error *err)
{
    pieces p = {0};
    rows_round r = {.job = job, .pieces = &p};
    numeral_status status;
    double start;
    TRY(pieces_load_parts(job, &p, err));
    r.parts = job_allocate((size_t)job->n_ranks, sizeof *r.parts, err);
    status = r.parts ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    if (status == NUMERAL_OK && job->rank == 0) {
        status = blocks_open(job, p.identity, &r.blocks, err);
    }
    TRY(job_agree(job, status, err));
    start = MPI_Wtime();
    status = work(&r, err);
    if (status == NUMERAL_OK && job->rank == 0) {
        status = block_write_all(&r.blocks, p.model, MPI_Wtime() - start, err);
    }
    TRY(job_agree(job, status, err));
    job_sum_stats(job, &r.stats);
    if (job->rank == 0) {
        blocks_remove(&r.blocks);
        if (job->stats) {
            job_print_stats(&r.stats);
        }
    }
done:
    if (status != NUMERAL_OK) {
        blocks_give_up(&r.blocks, err);
    }
    numeral_dataset_free(&r.data);
    blocks_free(&r.blocks);
    free(r.parts);
    pieces_free(&p);
    return status;
}
