/* numeral-mpi: what the command line asks of all ranks, and how they come to one end. */
#ifndef MPI_JOB_H
#define MPI_JOB_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/numeral.h>

/* Runs a call; goes to `done` where it fails. Expects numeral_status `status`. */
#define TRY(call)                                                                        \
    do {                                                                                 \
        status = (call);                                                                 \
        if (status != NUMERAL_OK) {                                                      \
            goto done;                                                                   \
        }                                                                                \
    } while (0)

typedef enum job_command { JOB_NEIGHBOURS, JOB_PREDICT, JOB_EVAL, JOB_BUILD } job_command;

typedef struct job_option {
    const char *name, *value;
} job_option;

enum { JOB_MAX_OVERRIDES = 8 };

typedef struct mpi_job {
    int rank, n_ranks;
    job_command command;
    const char *model;   /* or the folder of shards; of `build` NULL */
    const char **inputs; /* QUERIES, or what to build of */
    size_t n_inputs;
    char *list; /* the text of --files-from, cut into inputs */
    const char *output;
    bool by_rows;
    bool resume, stats, no_bounds, quiet, accept_all;
    double reject_below;
    size_t block; /* queries of one */
    numeral_run run;
    job_option overrides[JOB_MAX_OVERRIDES]; /* of the recipe, on a fitted model */
    size_t n_overrides;
    const char *recipe, *stages, *fit; /* of `build` */
    uint64_t seed;
} mpi_job;

/* job_options.c: fills a job from the command line. NUMERAL_ERROR_CANCELLED: help was
 * printed, and nothing is to be done. */
numeral_status job_parse(int argc, char **argv, mpi_job *out, numeral_error *err);
void job_free(mpi_job *job);

/* job_talk.c. */
numeral_status job_fail(numeral_error *err, numeral_status status, const char *format,
                        ...) NUMERAL_PRINTF(3, 4);
/* Memory, or NULL with a sentence. */
void *job_allocate(size_t n, size_t size, numeral_error *err);
/* Comes to one end: where a rank has failed, all fail by the sentence of the first. */
numeral_status job_agree(const mpi_job *job, numeral_status status, numeral_error *err);
/* Waits for a message without taking the processor from ranks that compute; `from` and
 * `tag` may be MPI's ANY. Returns its bytes. */
size_t job_wait(int from, int tag, MPI_Status *about);
/* Sleeps as long as one waits between two looks. */
void job_nap(void);
/* The next message of that tag, in new memory. */
void *job_receive(int from, int tag, size_t *n_bytes, numeral_error *err);
/* Says on rank 0, when the job is ended from outside, what is there. */
void job_watch(const mpi_job *job, size_t done, size_t all);

/* Sums statistics of all ranks on rank 0. */
void job_sum_stats(const mpi_job *job, numeral_search_stats *stats);

void job_print_stats(const numeral_search_stats *stats);

/* deal.c, rounds.c, shard_build.c: the three ways to work. */
numeral_status job_by_queries(const mpi_job *job, numeral_error *err);
numeral_status job_by_rows(const mpi_job *job, numeral_error *err);
numeral_status job_build(const mpi_job *job, numeral_error *err);

#endif
