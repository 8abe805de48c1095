/* What a block's answers look like, and the output that they make together. */
#ifndef MPI_BLOCK_TEXT_H
#define MPI_BLOCK_TEXT_H

#include "blocks.h"

/* The bytes of one block, in new memory. */
typedef struct block_bytes {
    char *bytes;
    size_t n;
} block_bytes;

/* Answers of predict and eval for digits `first` on of `data`: labels, confidences and
 * refusals are read. */
numeral_status block_of_answers(const mpi_job *job, const numeral_model *model,
                                const numeral_dataset *data, size_t first,
                                const numeral_answers *answers, block_bytes *out,
                                numeral_error *err);
/* Neighbours: n × k ids, then distances. */
numeral_status block_of_neighbours(const numeral_answers *answers, block_bytes *out,
                                   numeral_error *err);
/* Writes the output of all blocks, which are done, and says what came of it. */
numeral_status block_write_all(const blocks *blocks, const numeral_model *model,
                               double seconds, numeral_error *err);

#endif
