/* Finished blocks of answers: files beside the output until it is whole. */
#ifndef MPI_BLOCKS_H
#define MPI_BLOCKS_H

#include "job.h"

/* The queries of one input, cut into blocks. */
typedef struct block_item {
    bool known; /* how many there are */
    bool whole; /* not to be cut */
    int64_t n;
    size_t n_blocks;
    size_t next; /* no block before it is left */
    bool *done;
} block_item;

/* Rank 0's account of the job. */
typedef struct blocks {
    const mpi_job *job;
    char folder[4096];
    size_t n_items, n_done; /* blocks */
    block_item *items;
} blocks;

/* Makes the folder, or finds what an earlier run left there; `model` tells models apart.
 */
numeral_status blocks_open(const mpi_job *job, const char *model, blocks *out,
                           numeral_error *err);
void blocks_free(blocks *blocks);
/* Says how many queries an input has; at once where that was known. */
numeral_status blocks_know(blocks *blocks, size_t item, int64_t n, bool whole,
                           numeral_error *err);
/* The next block of an input that is not done and not dealt; false where there is none.
 */
bool blocks_next(blocks *blocks, size_t item, size_t *block);
/* Its queries: first to first + n - 1. */
void blocks_range(const blocks *blocks, size_t item, size_t block, int64_t *first,
                  int64_t *n);
/* Keeps what was answered. */
numeral_status blocks_keep(blocks *blocks, size_t item, size_t block, const void *bytes,
                           size_t n_bytes, numeral_error *err);
/* Reads it back, in new memory. */
numeral_status blocks_read(const blocks *blocks, size_t item, size_t block, char **bytes,
                           size_t *n_bytes, numeral_error *err);
/* Removes the folder: the output is whole. */
void blocks_remove(const blocks *blocks);
/* After a failure: what is finished stays, and the sentence says so. */
void blocks_give_up(const blocks *blocks, numeral_error *err);

#endif
