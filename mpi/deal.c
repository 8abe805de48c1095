/* --shard queries: every rank has the whole model, and takes the next block of queries
 * when it has answered one, so that slow ranks take fewer. Rank 0 deals blocks out and
 * keeps what was answered; it answers, too, in a thread of its own that takes its blocks
 * without a message.
 *
 * How many queries an input has is known once a rank has read it: an input that nobody
 * has opened is dealt out to be opened, its blocks behind that. A rank gets the blocks of
 * the input that it has in memory first. */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "block_text.h"
#include "pieces.h"

enum { TAG_REPORT = 1, TAG_ORDER };

typedef enum order_kind { ORDER_BLOCK, ORDER_OPEN, ORDER_WAIT, ORDER_STOP } order_kind;

typedef struct order {
    order_kind kind;
    size_t item;
    int64_t first, n; /* of a block */
    size_t block;
} order;

/* What a rank says when it wants an order; the block's bytes or a sentence follow. */
typedef struct report {
    int64_t item;  /* that it has in memory, or -1 */
    int64_t n;     /* queries that it holds */
    int64_t block; /* that is answered, or -1 */
    bool whole, failed;
} report;

/* Rank 0's table, which its two threads share. */
typedef struct dealer {
    pthread_mutex_t lock;
    blocks blocks;
    bool *opened; /* inputs that were dealt out to be opened */
    bool failed;
    numeral_error err; /* the first failure */
} dealer;

/* A block of the input, if one is left. */
static bool deal_of(dealer *d, size_t item, order *out)
{
    size_t block;
    if (!blocks_next(&d->blocks, item, &block)) {
        return false;
    }
    *out = (order){.kind = ORDER_BLOCK, .item = item, .block = block};
    blocks_range(&d->blocks, item, block, &out->first, &out->n);
    return true;
}

static order deal(dealer *d, int64_t held)
{
    order is = {.kind = d->failed ? ORDER_STOP : ORDER_WAIT};
    size_t n = d->blocks.n_items, n_known = 0;
    bool dealt = d->failed || (held >= 0 && deal_of(d, (size_t)held, &is));
    for (size_t i = 0; i < n && !dealt; i++) {
        if (!d->blocks.items[i].known && !d->opened[i]) {
            d->opened[i] = dealt = true;
            is = (order){.kind = ORDER_OPEN, .item = i};
        }
    }
    for (size_t i = 0; i < n && !dealt; i++) {
        dealt = deal_of(d, i, &is);
    }
    for (size_t i = 0; i < n; i++) {
        n_known += d->blocks.items[i].known;
    }
    if (!dealt && n_known == n) {
        is.kind = ORDER_STOP;
    }
    return is;
}

/* Takes a report with its bytes; the lock is held. */
static void take(dealer *d, int rank, const report *is, const char *body, size_t n)
{
    numeral_error err = {0};
    numeral_status status = NUMERAL_OK;
    if (is->failed) {
        memcpy(&err, body, n < sizeof err ? n : sizeof err);
        status = err.status;
    } else if (is->item >= 0) {
        status = blocks_know(&d->blocks, (size_t)is->item, is->n, is->whole, &err);
        if (status == NUMERAL_OK && is->block >= 0) {
            status = blocks_keep(&d->blocks, (size_t)is->item, (size_t)is->block, body, n,
                                 &err);
        }
    }
    (void)rank;
    if (status != NUMERAL_OK && !d->failed) {
        d->failed = true;
        d->err = err;
    }
}

/* One who answers. */
typedef struct worker {
    const mpi_job *job;
    const pieces *pieces;
    dealer *dealer; /* of rank 0 itself; else NULL: by messages */
    int64_t item;   /* whose digits are in `data`, or -1 */
    bool whole;
    numeral_dataset data;
    numeral_search_stats stats;
} worker;

static numeral_status answer_neighbours(worker *w, const numeral_dataset *some,
                                        block_bytes *out, numeral_error *err)
{
    numeral_search search = {.radius = INFINITY, .run = w->job->run, .stats = &w->stats};
    numeral_answers answers = {0};
    numeral_status status;
    TRY(numeral_model_search(w->pieces->model, some, &search, &answers, err));
    status = block_of_neighbours(&answers, out, err);
done:
    numeral_answers_free(&answers);
    return status;
}

static numeral_status answer_block(worker *w, const order *is, block_bytes *out,
                                   numeral_error *err)
{
    numeral_dataset some = pieces_view(&w->data, (size_t)is->first, (size_t)is->n);
    numeral_answers answers = {0};
    numeral_status status;
    if (w->job->command == JOB_NEIGHBOURS) {
        return answer_neighbours(w, &some, out, err);
    }
    TRY(numeral_model_predict(w->pieces->model, &some, &w->job->run, &answers, err));
    status = block_of_answers(w->job, w->pieces->model, &w->data, (size_t)is->first,
                              &answers, out, err);
done:
    numeral_answers_free(&answers);
    return status;
}

/* Has the input in memory. A set that is framed is not cut: what its ink is, is seen by
 * all of it. */
static numeral_status open_item(worker *w, size_t item, numeral_error *err)
{
    if (w->item == (int64_t)item) {
        return NUMERAL_OK;
    }
    numeral_dataset_free(&w->data);
    w->item = -1;
    numeral_status status =
        pieces_load_data(w->job, w->pieces, w->job->inputs[item], &w->data, err);
    if (status == NUMERAL_OK) {
        w->item = (int64_t)item;
        w->whole = !numeral_model_takes_data(w->pieces->model, &w->data);
    }
    return status;
}

/* Does what is ordered, and says what came of it. */
static void obey(worker *w, const order *is, report *said, block_bytes *out)
{
    numeral_error err = {0};
    numeral_status status = open_item(w, is->item, &err);
    *said = (report){
        .item = w->item, .n = (int64_t)w->data.n_images, .block = -1, .whole = w->whole};
    *out = (block_bytes){0};
    if (status == NUMERAL_OK && is->kind == ORDER_BLOCK) {
        if (is->first + is->n > said->n) {
            status = job_fail(&err, NUMERAL_ERROR_ARGUMENT,
                              "%.300s: fewer digits than another rank read; all must "
                              "read the same data",
                              w->job->inputs[is->item]);
        } else {
            status = answer_block(w, is, out, &err);
            said->block = (int64_t)is->block;
        }
    }
    if (status != NUMERAL_OK) {
        free(out->bytes);
        *said = (report){.item = -1, .block = -1, .failed = true};
        out->bytes = malloc(sizeof err);
        out->n = out->bytes ? sizeof err : 0;
        if (out->bytes) {
            memcpy(out->bytes, &err, sizeof err);
        }
    }
}

/* Reports to rank 0 and waits for an order. */
static void ask(const report *said, const block_bytes *body, order *out)
{
    size_t n = sizeof *said + body->n;
    char *message = malloc(n);
    MPI_Status about;
    if (!message) {
        fprintf(stderr, "numeral-mpi: out of memory\n");
        MPI_Abort(MPI_COMM_WORLD, 1);
        return;
    }
    memcpy(message, said, sizeof *said);
    if (body->n) {
        memcpy(message + sizeof *said, body->bytes, body->n);
    }
    MPI_Send(message, (int)n, MPI_BYTE, 0, TAG_REPORT, MPI_COMM_WORLD);
    free(message);
    job_wait(0, TAG_ORDER, &about);
    MPI_Recv(out, sizeof *out, MPI_BYTE, 0, TAG_ORDER, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

/* The same in rank 0 itself. */
static void ask_here(dealer *d, const report *said, const block_bytes *body, order *out)
{
    pthread_mutex_lock(&d->lock);
    take(d, 0, said, body->bytes, body->n);
    *out = deal(d, said->item);
    while (out->kind == ORDER_WAIT) {
        pthread_mutex_unlock(&d->lock);
        job_nap();
        pthread_mutex_lock(&d->lock);
        *out = deal(d, said->item);
    }
    pthread_mutex_unlock(&d->lock);
}

static void *work(void *context)
{
    worker *w = context;
    report said = {.item = -1, .block = -1};
    block_bytes body = {0};
    order next;
    for (;;) {
        if (w->dealer) {
            ask_here(w->dealer, &said, &body, &next);
        } else {
            ask(&said, &body, &next);
        }
        free(body.bytes);
        if (next.kind == ORDER_STOP) {
            break;
        }
        obey(w, &next, &said, &body);
    }
    numeral_dataset_free(&w->data);
    return NULL;
}

/* Rank 0's side of the messages, until all other ranks were told to stop. */
static void serve(dealer *d, int n_ranks)
{
    int n_working = n_ranks - 1;
    int64_t *waiting = calloc((size_t)n_ranks, sizeof *waiting); /* input + 2; 0: not */
    while (waiting && n_working > 0) {
        MPI_Status about;
        int there;
        MPI_Iprobe(MPI_ANY_SOURCE, TAG_REPORT, MPI_COMM_WORLD, &there, &about);
        if (there) {
            size_t n;
            numeral_error err;
            char *message = job_receive(about.MPI_SOURCE, TAG_REPORT, &n, &err);
            report said = {.item = -1, .block = -1, .failed = true};
            if (message) {
                memcpy(&said, message, sizeof said);
            }
            pthread_mutex_lock(&d->lock);
            take(d, about.MPI_SOURCE, &said, message ? message + sizeof said : "",
                 message ? n - sizeof said : 0);
            pthread_mutex_unlock(&d->lock);
            free(message);
            waiting[about.MPI_SOURCE] = said.item + 2;
        }
        for (int rank = 1; rank < n_ranks; rank++) {
            if (!waiting[rank]) {
                continue;
            }
            pthread_mutex_lock(&d->lock);
            order next = deal(d, waiting[rank] - 2);
            pthread_mutex_unlock(&d->lock);
            if (next.kind != ORDER_WAIT) {
                MPI_Send(&next, sizeof next, MPI_BYTE, rank, TAG_ORDER, MPI_COMM_WORLD);
                waiting[rank] = 0;
                n_working -= next.kind == ORDER_STOP;
            }
        }
        if (!there) {
            job_nap();
        }
    }
    free(waiting);
}

static numeral_status open_dealer(const mpi_job *job, const pieces *p, dealer *d,
                                  numeral_error *err)
{
    pthread_mutex_init(&d->lock, NULL);
    d->opened = job_allocate(job->n_inputs, sizeof *d->opened, err);
    return d->opened ? blocks_open(job, p->identity, &d->blocks, err)
                     : NUMERAL_ERROR_MEMORY;
}

/* Rank 0: its own answers in a thread, all others' here. */
static numeral_status lead(worker *w, dealer *d, numeral_error *err)
{
    pthread_t thread;
    w->dealer = d;
    bool alone = pthread_create(&thread, NULL, work, w) != 0;
    serve(d, w->job->n_ranks);
    if (alone) {
        work(w);
    } else {
        pthread_join(thread, NULL);
    }
    if (d->failed) {
        *err = d->err;
    }
    return d->failed ? d->err.status : NUMERAL_OK;
}

numeral_status job_by_queries(const mpi_job *job, numeral_error *err)
{
    pieces p = {0};
    dealer d = {0};
    numeral_status status;
    double start;
    TRY(pieces_load_whole(job, &p, err));
    worker w = {.job = job, .pieces = &p, .item = -1};
    status = job->rank == 0 ? open_dealer(job, &p, &d, err) : NUMERAL_OK;
    TRY(job_agree(job, status, err));
    start = MPI_Wtime();
    if (job->rank == 0) {
        status = lead(&w, &d, err);
        if (status == NUMERAL_OK) {
            status = block_write_all(&d.blocks, p.model, MPI_Wtime() - start, err);
        }
    } else {
        work(&w);
    }
    TRY(job_agree(job, status, err));
    job_sum_stats(job, &w.stats);
    if (job->rank == 0) {
        blocks_remove(&d.blocks);
        if (job->stats) {
            job_print_stats(&w.stats);
        }
    }
done:
    if (status != NUMERAL_OK) {
        blocks_give_up(&d.blocks, err);
    }
    blocks_free(&d.blocks);
    free(d.opened);
    pieces_free(&p);
    return status;
}
