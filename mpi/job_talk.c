/* Ranks among themselves: one end for all, and waiting that leaves the processor to those
 * who compute (MPI's own waiting spins, which ranks of one machine would pay for). */
#include "job.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

numeral_status job_fail(numeral_error *err, numeral_status status, const char *format,
                        ...)
{
    va_list arguments;
    va_start(arguments, format);
    err->status = status;
    vsnprintf(err->text, sizeof err->text, format, arguments);
    va_end(arguments);
    return status;
}

void *job_allocate(size_t n, size_t size, numeral_error *err)
{
    void *made = calloc(n ? n : 1, size ? size : 1);
    if (!made) {
        job_fail(err, NUMERAL_ERROR_MEMORY, "out of memory: %zu x %zu bytes", n, size);
    }
    return made;
}

numeral_status job_agree(const mpi_job *job, numeral_status status, numeral_error *err)
{
    int mine = (int)status, first = job->n_ranks;
    int *all = malloc((size_t)job->n_ranks * sizeof *all);
    if (!all) {
        fprintf(stderr, "numeral-mpi: out of memory\n");
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    MPI_Allgather(&mine, 1, MPI_INT, all, 1, MPI_INT, MPI_COMM_WORLD);
    for (int rank = job->n_ranks - 1; rank >= 0; rank--) {
        first = all[rank] != NUMERAL_OK ? rank : first;
    }
    free(all);
    if (first == job->n_ranks) {
        return NUMERAL_OK;
    }
    MPI_Bcast(err, (int)sizeof *err, MPI_BYTE, first, MPI_COMM_WORLD);
    return err->status;
}

void job_nap(void)
{
    const struct timespec nap = {0, 100000};
    nanosleep(&nap, NULL);
}

enum { QUICK_LOOKS = 64 };

size_t job_wait(int from, int tag, MPI_Status *about)
{
    int there = 0, n_bytes;
    for (size_t look = 0; !there; look++) {
        MPI_Iprobe(from, tag, MPI_COMM_WORLD, &there, about);
        if (!there && look >= QUICK_LOOKS) {
            job_nap();
        }
    }
    MPI_Get_count(about, MPI_BYTE, &n_bytes);
    return (size_t)n_bytes;
}

void *job_receive(int from, int tag, size_t *n_bytes, numeral_error *err)
{
    MPI_Status about;
    *n_bytes = job_wait(from, tag, &about);
    void *bytes = job_allocate(*n_bytes, 1, err);
    if (bytes) {
        MPI_Recv(bytes, (int)*n_bytes, MPI_BYTE, about.MPI_SOURCE, tag, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
    }
    return bytes;
}

/* What the handler says; written before it may be called, or whole in one step. */
static char sentence[200];
static volatile sig_atomic_t watched;

static void say_and_end(int signal)
{
    (void)signal;
    size_t n = 0;
    while (n < sizeof sentence && sentence[n]) {
        n++;
    }
    ssize_t written = watched ? write(STDERR_FILENO, sentence, n) : 0;
    (void)written;
    _exit(1);
}

void job_watch(const mpi_job *job, size_t done, size_t all)
{
    static const struct sigaction act = {.sa_handler = say_and_end};
    if (job->rank != 0) {
        return;
    }
    watched = 0;
    snprintf(sentence, sizeof sentence,
             "numeral-mpi: ended from outside (a rank died, or the job was stopped): "
             "%zu%s blocks are finished, --resume goes on from them\n",
             done, all ? " of those begun" : "");
    watched = 1;
    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGINT, &act, NULL);
}

void job_sum_stats(const mpi_job *job, numeral_search_stats *stats)
{
    numeral_search_stats all;
    _Static_assert(sizeof *stats % sizeof(uint64_t) == 0, "counts alone");
    MPI_Reduce(stats, &all, (int)(sizeof *stats / sizeof(uint64_t)), MPI_UINT64_T,
               MPI_SUM, 0, MPI_COMM_WORLD);
    if (job->rank == 0) {
        *stats = all;
    }
}

void job_print_stats(const numeral_search_stats *stats)
{
    double n = (double)stats->queries;
    if (stats->queries == 0) { /* predicting by a whole model counts nothing */
        return;
    }
    printf("%" PRIu64 " searches; each (mean): %.0f rows compared in 32 dimensions, %.1f "
           "exact distances, %.0f multiply-adds, %.2f %% of brute force's\n",
           stats->queries, (double)stats->scanned / n, (double)stats->distances / n,
           (double)stats->products / n,
           stats->products_of_brute
               ? 100 * (double)stats->products / (double)stats->products_of_brute
               : 0);
}
