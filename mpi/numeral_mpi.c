/* numeral-mpi: neighbours and answers on many machines, and models in shards. */
#include <stdio.h>
#include <unistd.h>

#include <numeral/tools/command.h>

#include "job.h"

/* The processors of a machine, shared out among its ranks. */
static int share_of_processors(void)
{
    MPI_Comm here;
    int ranks, processors = (int)sysconf(_SC_NPROCESSORS_ONLN);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    MPI_Comm_size(here, &ranks);
    MPI_Comm_free(&here);
    return processors > ranks ? processors / ranks : 1;
}

static numeral_status work(int argc, char **argv, mpi_job *job, numeral_error *err)
{
    int threads = share_of_processors();
    numeral_status status = numeral_cpu_check(err);
    if (status == NUMERAL_OK) {
        status = job_parse(argc, argv, job, err);
    }
    if (status == NUMERAL_ERROR_CANCELLED) {
        return NUMERAL_OK; /* help: the same on all ranks */
    }
    TRY(job_agree(job, status, err));
    job->run.threads = job->run.threads ? job->run.threads : threads;
    status = job->command == JOB_BUILD ? job_build(job, err)
             : job->by_rows            ? job_by_rows(job, err)
                                       : job_by_queries(job, err);
done:
    return status;
}

int main(int argc, char **argv)
{
    int given;
    mpi_job job = {0};
    numeral_error err;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &given);
    MPI_Comm_rank(MPI_COMM_WORLD, &job.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &job.n_ranks);
    numeral_status status = work(argc, argv, &job, &err);
    if (status != NUMERAL_OK && job.rank == 0) {
        fprintf(stderr, "numeral-mpi: %s\n", err.text);
    }
    job_free(&job);
    fflush(stdout);
    MPI_Finalize();
    return status == NUMERAL_OK || job.rank != 0 ? 0 : 1;
}
