/* Models, whole and in parts. Ranks must have the same one, or shards of the same stages:
 * they compare fingerprints before any work. A model that is cut is mapped by every rank,
 * which keeps its part of the rows, with an index of its own. */
#include "pieces.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static numeral_status load_model(const mpi_job *job, const char *path,
                                 numeral_model **out, numeral_error *err)
{
    numeral_model *model = NULL;
    numeral_status status;
    TRY(numeral_model_map(path, NULL, &model, err)); /* ranks of a machine share it */
    for (size_t i = 0; i < job->n_overrides; i++) {
        TRY(numeral_model_set(model, job->overrides[i].name, job->overrides[i].value,
                              &job->run, err));
    }
    *out = model;
    return NUMERAL_OK;
done:
    numeral_model_destroy(model);
    return status;
}

/* All ranks must show the same text of `n` bytes. */
static numeral_status compare(const mpi_job *job, const char *mine, size_t n,
                              const char *what, numeral_error *err)
{
    char *all = malloc(n * (size_t)job->n_ranks);
    if (!all) {
        return job_fail(err, NUMERAL_ERROR_MEMORY, "out of memory");
    }
    numeral_status status = NUMERAL_OK;
    MPI_Allgather(mine, (int)n, MPI_BYTE, all, (int)n, MPI_BYTE, MPI_COMM_WORLD);
    for (int rank = 1; rank < job->n_ranks && status == NUMERAL_OK; rank++) {
        if (memcmp(all, all + (size_t)rank * n, n) != 0) {
            status = job_fail(err, NUMERAL_ERROR_ARGUMENT,
                              "%.300s: rank %d has %s than rank 0; give all ranks the "
                              "same",
                              job->model, rank, what);
        }
    }
    free(all);
    return status;
}

static numeral_status take_about(pieces *p, size_t n_rows, numeral_error *err)
{
    numeral_model_get_info(p->model, &p->info);
    numeral_model_get_wanted(p->model, n_rows, &p->wanted);
    p->n_rows = n_rows;
    return p->info.k <= n_rows
               ? NUMERAL_OK
               : job_fail(err, NUMERAL_ERROR_ARGUMENT, "-k %zu: there are only %zu rows",
                          p->info.k, n_rows);
}

numeral_status pieces_load_whole(const mpi_job *job, pieces *out, numeral_error *err)
{
    numeral_fingerprint print = {0};
    pieces p = {0};
    numeral_status status = load_model(job, job->model, &p.model, err);
    if (status == NUMERAL_OK) {
        status = numeral_model_get_fingerprint(p.model, &print, err);
    }
    TRY(job_agree(job, status, err));
    TRY(compare(job, (const char *)&print, sizeof print, "another model", err));
    snprintf(p.identity, sizeof p.identity, "%s %s", print.stages, print.rows);
    numeral_model_get_info(p.model, &p.info);
    TRY(take_about(&p, p.info.n_rows, err));
    *out = p;
    return NUMERAL_OK;
done:
    pieces_free(&p);
    return status;
}

/* Keeps rows begin to end - 1 of those listed, which are all; the list is used up. So
 * many go that the index is built anew without them. */
static numeral_status keep_part(numeral_model *model, int64_t *rows, size_t n,
                                size_t begin, size_t end, numeral_error *err)
{
    memmove(rows + begin, rows + end, (n - end) * sizeof *rows);
    return numeral_model_remove(model, rows, n - (end - begin), err);
}

/* How many parts a model has: one for each rank, if each is to have k rows. */
static size_t count_parts(const mpi_job *job, const numeral_model_info *info)
{
    size_t most = info->n_rows / (info->k ? info->k : 1);
    most = most ? most : 1;
    return most < (size_t)job->n_ranks ? most : (size_t)job->n_ranks;
}

/* The parts of rows that are listed ascending. */
static numeral_status cut(const mpi_job *job, pieces *p, int64_t *rows, size_t n,
                          numeral_error *err)
{
    size_t mine = (size_t)job->rank;
    p->pieces = job_allocate(p->n_pieces, sizeof *p->pieces, err);
    if (!p->pieces) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < p->n_pieces; i++) {
        size_t begin = n * i / p->n_pieces, end = n * (i + 1) / p->n_pieces;
        p->pieces[i] = (piece){.begin = rows[begin],
                               .end = end < n ? rows[end] : rows[n - 1] + 1,
                               .rank = (int)i,
                               .model = i == mine ? p->model : NULL};
    }
    return mine < p->n_pieces && p->n_pieces > 1
               ? keep_part(p->model, rows, n, n * mine / p->n_pieces,
                           n * (mine + 1) / p->n_pieces, err)
               : NUMERAL_OK;
}

static numeral_status load_cut(const mpi_job *job, pieces *p, numeral_error *err)
{
    numeral_status status;
    int64_t *rows = NULL;
    TRY(pieces_load_whole(job, p, err));
    p->n_pieces = count_parts(job, &p->info);
    p->borrowed = (size_t)job->rank < p->n_pieces;
    rows = job_allocate(p->n_rows, sizeof *rows, err);
    status = rows ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    if (status == NUMERAL_OK) {
        numeral_model_get_rows(p->model, rows, p->n_rows);
        status = cut(job, p, rows, p->n_rows, err);
    }
    TRY(job_agree(job, status, err));
    numeral_model_get_info(p->model, &p->info);
done:
    free(rows);
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void pieces_list_free(char **paths, size_t n)
{
    for (size_t i = 0; paths && i < n; i++) {
        free(paths[i]);
    }
    free(paths);
}

numeral_status pieces_list(const char *folder, char ***paths, size_t *n,
                           numeral_error *err)
{
    DIR *open = opendir(folder);
    char **found = NULL;
    size_t count = 0;
    if (!open) {
        return job_fail(err, NUMERAL_ERROR_IO, "%.400s: cannot be listed: %s", folder,
                        strerror(errno));
    }
    bool failed = false;
    for (struct dirent *entry; !failed && (entry = readdir(open));) {
        const char *dot = strrchr(entry->d_name, '.');
        if (strncmp(entry->d_name, "shard-", 6) != 0 || !dot ||
            strcmp(dot, ".model") != 0) {
            continue;
        }
        char **more = realloc(found, (count + 1) * sizeof *more), *path = NULL;
        found = more ? more : found;
        failed = !more || asprintf(&path, "%s/%s", folder, entry->d_name) < 0;
        if (!failed) {
            found[count++] = path;
        }
    }
    closedir(open);
    if (failed || count == 0) {
        pieces_list_free(found, count);
        return failed ? job_fail(err, NUMERAL_ERROR_MEMORY, "out of memory")
                      : job_fail(err, NUMERAL_ERROR_ARGUMENT,
                                 "%.400s: no shards (shard-*.model); numeral-mpi build "
                                 "makes them",
                                 folder);
    }
    qsort(found, count, sizeof *found, by_name);
    *paths = found;
    *n = count;
    return NUMERAL_OK;
}

/* Rank r has shards r, r + ranks, ... */
static numeral_status load_own(const mpi_job *job, pieces *p, char *const *paths,
                               int64_t *counts, numeral_fingerprint *prints,
                               numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < p->n_pieces; i++) {
        numeral_model_info info;
        piece *is = &p->pieces[i];
        is->rank = (int)(i % (size_t)job->n_ranks);
        if (is->rank != job->rank) {
            continue;
        }
        TRY(load_model(job, paths[i], &is->model, err));
        TRY(numeral_model_get_fingerprint(is->model, &prints[i], err));
        numeral_model_get_info(is->model, &info);
        counts[2 * i] = (int64_t)info.n_numbers;
        counts[2 * i + 1] = (int64_t)info.n_rows;
    }
    if ((size_t)job->rank < p->n_pieces) {
        p->model = p->pieces[job->rank].model;
        p->borrowed = true;
    } else {
        TRY(load_model(job, paths[0], &p->model, err));
    }
done:
    return status;
}

/* Where the shards' rows begin, and whether all have the same stages. */
static numeral_status join(const mpi_job *job, pieces *p, char *const *paths,
                           const int64_t *counts, const numeral_fingerprint *prints,
                           numeral_error *err)
{
    int64_t begin = 0, n_rows = 0;
    for (size_t i = 0; i < p->n_pieces; i++) {
        if (strcmp(prints[i].stages, prints[0].stages) != 0) {
            return job_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%.300s: other stages than those of %.100s; shards are built "
                            "together, or by --stages",
                            paths[i], paths[0]);
        }
        p->pieces[i].begin = p->pieces[i].offset = begin;
        p->pieces[i].end = begin += counts[2 * i];
        n_rows += counts[2 * i + 1];
    }
    (void)job;
    snprintf(p->identity, sizeof p->identity, "%s %zu %lld", prints[0].stages,
             p->n_pieces, (long long)n_rows);
    return take_about(p, (size_t)n_rows, err);
}

static numeral_status load_folder(const mpi_job *job, pieces *p, numeral_error *err)
{
    char **paths = NULL;
    size_t n = 0;
    int64_t *counts = NULL;
    numeral_fingerprint *prints = NULL;
    numeral_status status = pieces_list(job->model, &paths, &n, err);
    char count[32] = {0};
    snprintf(count, sizeof count, "%zu", n);
    TRY(job_agree(job, status, err));
    TRY(compare(job, count, sizeof count, "another number of shards", err));
    p->n_pieces = n;
    p->pieces = job_allocate(n, sizeof *p->pieces, err);
    counts = job_allocate(n, 2 * sizeof *counts, err);
    prints = job_allocate(n, sizeof *prints, err);
    status = p->pieces && counts && prints ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    if (status == NUMERAL_OK) {
        status = load_own(job, p, paths, counts, prints, err);
    }
    TRY(job_agree(job, status, err));
    MPI_Allreduce(MPI_IN_PLACE, counts, (int)(2 * n), MPI_INT64_T, MPI_SUM,
                  MPI_COMM_WORLD);
    MPI_Allreduce(MPI_IN_PLACE, prints, (int)(n * sizeof *prints), MPI_BYTE, MPI_BOR,
                  MPI_COMM_WORLD);
    status = join(job, p, paths, counts, prints, err);
done:
    free(counts);
    free(prints);
    pieces_list_free(paths, n);
    return status;
}

numeral_status pieces_load_parts(const mpi_job *job, pieces *out, numeral_error *err)
{
    DIR *folder = opendir(job->model);
    pieces p = {0};
    numeral_status status;
    if (folder) {
        closedir(folder);
    }
    TRY(folder ? load_folder(job, &p, err) : load_cut(job, &p, err));
    if (p.wanted.misses) {
        TRY(job_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                     "%.200s: index near may miss other neighbours in parts than in the "
                     "whole, so the answers would not be the same; use --shard queries, "
                     "or another index",
                     job->model));
    }
    *out = p;
    return NUMERAL_OK;
done:
    pieces_free(&p);
    return status;
}

void pieces_free(pieces *p)
{
    if (!p->borrowed) {
        numeral_model_destroy(p->model);
    }
    for (size_t i = 0; p->pieces && i < p->n_pieces; i++) {
        numeral_model_destroy(p->pieces[i].model);
    }
    free(p->pieces);
    *p = (pieces){0};
}

const piece *pieces_find(const pieces *p, int64_t row)
{
    size_t low = 0, high = p->n_pieces;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (p->pieces[middle].begin <= row) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &p->pieces[low];
}

numeral_status pieces_load_data(const mpi_job *job, const pieces *p, const char *text,
                                numeral_dataset *out, numeral_error *err)
{
    numeral_framer framer = numeral_model_framer(p->model);
    numeral_load how = {.split = job->command == JOB_EVAL ? NUMERAL_SPLIT_TEST
                                                          : NUMERAL_SPLIT_ALL,
                        .need_labels = job->command == JOB_EVAL,
                        .height = p->info.height,
                        .width = p->info.width,
                        .run = job->run,
                        .framer = job->by_rows ? NULL : &framer};
    numeral_status status = numeral_dataset_load(text, &how, out, err);
    if (status == NUMERAL_OK && job->by_rows &&
        (out->framed || !numeral_model_takes_data(p->model, out))) {
        status = job_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                          "%.200s: its digits have to be framed, which takes all rows in "
                          "one place; use --shard queries, or give digits of %zu x %zu "
                          "as the model has them",
                          text, p->info.height, p->info.width);
        numeral_dataset_free(out);
    }
    return status;
}

numeral_dataset pieces_view(const numeral_dataset *data, size_t first, size_t n)
{
    numeral_dataset some = *data;
    some.n_images = n;
    some.pixels += first * data->height * data->width;
    some.labels = data->labels ? data->labels + first : NULL;
    some.inputs = data->inputs ? data->inputs + first : NULL;
    some.rows = data->rows ? data->rows + first : NULL;
    return some;
}
