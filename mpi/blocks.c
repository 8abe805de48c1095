/* A finished block is a file, written whole or not at all, whose name says which queries
 * it answers: INPUT-BLOCK-OF-N. The file `job` says whose blocks they are. So whatever
 * ends a job, the next one finds what is done by looking. */
#include "blocks.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <numeral/tools/output.h>

enum { PATH_ROOM = 4096 + 300 };

static void path_of(const blocks *b, const char *name, char out[PATH_ROOM])
{
    snprintf(out, PATH_ROOM, "%s/%s", b->folder, name);
}

static void block_path(const blocks *b, size_t item, size_t block, char out[PATH_ROOM])
{
    char name[100];
    snprintf(name, sizeof name, "%zu-%zu-%" PRId64 "%s", item, block, b->items[item].n,
             b->items[item].whole ? "w" : "");
    path_of(b, name, out);
}

static numeral_status read_file(const char *path, char **bytes, size_t *n_bytes,
                                numeral_error *err)
{
    FILE *file = fopen(path, "rb");
    struct stat about;
    char *made = NULL;
    if (file && fstat(fileno(file), &about) == 0) {
        made = malloc((size_t)about.st_size + 1);
    }
    size_t n = file && made ? fread(made, 1, (size_t)about.st_size, file) : 0;
    bool read = made && n == (size_t)about.st_size;
    if (file) {
        fclose(file);
    }
    if (!read) {
        free(made);
        return job_fail(err, NUMERAL_ERROR_IO, "%.400s: cannot read: %s", path,
                        strerror(errno));
    }
    made[n] = '\0';
    *bytes = made;
    *n_bytes = n;
    return NUMERAL_OK;
}

static numeral_status check_identity(const blocks *b, const char *identity,
                                     numeral_error *err)
{
    char path[PATH_ROOM], *found = NULL;
    size_t n;
    path_of(b, "job", path);
    numeral_status status = read_file(path, &found, &n, err);
    if (status == NUMERAL_OK && strcmp(found, identity) != 0) {
        status =
            job_fail(err, NUMERAL_ERROR_ARGUMENT,
                     "--resume: %.300s holds blocks of another job (model, queries or "
                     "options differ); delete the folder to begin anew",
                     b->folder);
    }
    free(found);
    return status;
}

/* Marks the blocks that are there. */
static numeral_status find_done(blocks *b, numeral_error *err)
{
    DIR *folder = opendir(b->folder);
    numeral_status status = NUMERAL_OK;
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        size_t item, block;
        int64_t n;
        char whole = 0, more = 0;
        int found = sscanf(entry->d_name, "%zu-%zu-%" SCNd64 "%c%c", &item, &block, &n,
                           &whole, &more);
        if (found < 3 || found > 4 || (found == 4 && whole != 'w') || n < 1 ||
            item >= b->n_items) {
            continue;
        }
        TRY(blocks_know(b, item, n, found == 4, err));
        if (b->items[item].n == n && block < b->items[item].n_blocks &&
            !b->items[item].done[block]) {
            b->items[item].done[block] = true;
            b->n_done++;
        }
    }
done:
    if (folder) {
        closedir(folder);
    }
    return status;
}

/* What must be the same for blocks to be of use: all that an answer depends on. Inputs
 * are told apart by a hash (FNV-1a), since they may be a million. */
static void identify(const mpi_job *job, const char *model, char out[400])
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < job->n_inputs; i++) {
        for (const char *c = job->inputs[i];; c++) {
            hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
            if (!*c) {
                break;
            }
        }
    }
    snprintf(out, 400,
             "command %d\nmodel %s\nblock %zu\ninputs %zu %016" PRIx64
             "\nreject-below %.17g\naccept-all %d\n",
             (int)job->command, model, job->block, job->n_inputs, hash, job->reject_below,
             job->accept_all);
}

numeral_status blocks_open(const mpi_job *job, const char *model, blocks *out,
                           numeral_error *err)
{
    char path[PATH_ROOM], identity[400];
    struct stat about;
    blocks b = {.job = job, .n_items = job->n_inputs};
    numeral_status status = NUMERAL_OK;
    identify(job, model, identity);
    snprintf(b.folder, sizeof b.folder, "%s.blocks", job->output);
    b.items = job_allocate(b.n_items, sizeof *b.items, err);
    TRY(b.items ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    if (stat(b.folder, &about) == 0) {
        if (!job->resume) {
            TRY(job_fail(err, NUMERAL_ERROR_ARGUMENT,
                         "%.300s: an earlier run left its finished blocks: --resume goes "
                         "on from them; delete the folder to begin anew",
                         b.folder));
        }
        TRY(check_identity(&b, identity, err));
        TRY(find_done(&b, err));
    } else {
        TRY(numeral_folder_create(b.folder, err));
        path_of(&b, "job", path);
        TRY(numeral_output_save(path, identity, strlen(identity), err));
    }
    *out = b;
    job_watch(job, b.n_done, 0);
    return NUMERAL_OK;
done:
    blocks_free(&b);
    return status;
}

void blocks_free(blocks *b)
{
    for (size_t i = 0; b->items && i < b->n_items; i++) {
        free(b->items[i].done);
    }
    free(b->items);
    b->items = NULL;
}

numeral_status blocks_know(blocks *b, size_t item, int64_t n, bool whole,
                           numeral_error *err)
{
    block_item *is = &b->items[item];
    if (is->known && (is->n != n || is->whole != whole)) {
        return job_fail(err, NUMERAL_ERROR_ARGUMENT,
                        "%.300s: %" PRId64 " digits, but %" PRId64
                        " in another rank or run; all must read the same data",
                        b->job->inputs[item], n, is->n);
    }
    if (!is->known) {
        size_t block = whole ? (size_t)n : b->job->block;
        is->n_blocks = n > 0 ? ((size_t)n + block - 1) / block : 0;
        is->done = job_allocate(is->n_blocks, sizeof *is->done, err);
        if (!is->done) {
            return NUMERAL_ERROR_MEMORY;
        }
        is->n = n;
        is->whole = whole;
        is->known = true;
    }
    return NUMERAL_OK;
}

bool blocks_next(blocks *b, size_t item, size_t *block)
{
    block_item *is = &b->items[item];
    while (is->known && is->next < is->n_blocks && is->done[is->next]) {
        is->next++;
    }
    if (!is->known || is->next >= is->n_blocks) {
        return false;
    }
    *block = is->next++;
    return true;
}

void blocks_range(const blocks *b, size_t item, size_t block, int64_t *first, int64_t *n)
{
    const block_item *is = &b->items[item];
    int64_t size = is->whole ? is->n : (int64_t)b->job->block;
    *first = (int64_t)block * size;
    *n = is->n - *first < size ? is->n - *first : size;
}

numeral_status blocks_keep(blocks *b, size_t item, size_t block, const void *bytes,
                           size_t n_bytes, numeral_error *err)
{
    char path[PATH_ROOM];
    block_path(b, item, block, path);
    numeral_status status = numeral_output_save(path, bytes, n_bytes, err);
    if (status == NUMERAL_OK) {
        b->items[item].done[block] = true;
        b->n_done++;
        job_watch(b->job, b->n_done, 0);
    }
    return status;
}

numeral_status blocks_read(const blocks *b, size_t item, size_t block, char **bytes,
                           size_t *n_bytes, numeral_error *err)
{
    char path[PATH_ROOM];
    block_path(b, item, block, path);
    return read_file(path, bytes, n_bytes, err);
}

/* What a killed run was just writing. */
static void remove_scraps(const blocks *b)
{
    char path[PATH_ROOM];
    DIR *folder = opendir(b->folder);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (strncmp(entry->d_name, ".numeral-", 9) == 0) {
            path_of(b, entry->d_name, path);
            unlink(path);
        }
    }
    if (folder) {
        closedir(folder);
    }
}

void blocks_remove(const blocks *b)
{
    char path[PATH_ROOM];
    for (size_t item = 0; item < b->n_items; item++) {
        for (size_t block = 0; block < b->items[item].n_blocks; block++) {
            block_path(b, item, block, path);
            unlink(path);
        }
    }
    path_of(b, "job", path);
    unlink(path);
    remove_scraps(b);
    rmdir(b->folder);
}

void blocks_give_up(const blocks *b, numeral_error *err)
{
    size_t used = strlen(err->text);
    if (b->items && b->n_done == 0) {
        blocks_remove(b);
    } else if (b->items) {
        snprintf(err->text + used, sizeof err->text - used,
                 " (%zu finished blocks are kept: --resume goes on from them)",
                 b->n_done);
    }
}
