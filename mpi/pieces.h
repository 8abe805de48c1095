/* The rows: a model in each rank, whole or a part. */
#ifndef MPI_PIECES_H
#define MPI_PIECES_H

#include "job.h"

/* Rows begin to end - 1 of all, which lie in one rank's model. */
typedef struct piece {
    int64_t begin, end;
    int64_t offset; /* number in all less number in the model */
    int rank;
    numeral_model *model; /* in its own rank; else NULL */
} piece;

typedef struct pieces {
    numeral_model *model; /* has the stages, in every rank */
    bool borrowed;        /* it is a piece's */
    size_t n_pieces, n_rows;
    piece *pieces; /* ascending */
    numeral_model_info info;
    numeral_wanted wanted;
    char identity[80]; /* tells models apart: fingerprints */
} pieces;

/* Loads the model as a whole in every rank, where all must have the same one. */
numeral_status pieces_load_whole(const mpi_job *job, pieces *out, numeral_error *err);
/* Cuts the model into a part for each rank, or takes the shards of a folder in turn. */
numeral_status pieces_load_parts(const mpi_job *job, pieces *out, numeral_error *err);
void pieces_free(pieces *pieces);
/* The piece of a row. */
const piece *pieces_find(const pieces *pieces, int64_t row);

/* Reads QUERIES; pictures are framed by the whole model, or not at all. */
numeral_status pieces_load_data(const mpi_job *job, const pieces *pieces,
                                const char *text, numeral_dataset *out,
                                numeral_error *err);
/* Digits first to first + n - 1 of a set, borrowed. */
numeral_dataset pieces_view(const numeral_dataset *data, size_t first, size_t n);

/* The shards of a folder, by name; in new memory. */
numeral_status pieces_list(const char *folder, char ***paths, size_t *n,
                           numeral_error *err);
void pieces_list_free(char **paths, size_t n);

#endif
