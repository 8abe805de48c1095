/* Digits on their way round the ranks, each of which searches its rows for them. */
#ifndef MPI_RING_H
#define MPI_RING_H

#include "pieces.h"

/* Digits as vectors, and the k nearest rows found so far, ordered by (distance, row):
 * row -1 and INFINITY where there are not so many. One block of memory, which travels. */
typedef struct trip {
    uint8_t *memory;
    size_t bytes;
    size_t n, k, stride; /* digits; places; bytes of a vector */
    numeral_error *err;  /* status NUMERAL_OK, or what went wrong on the way */
    uint8_t *vectors;
    int64_t *rows;
    double *distances;
    numeral_label *labels;
} trip;

/* Room for n digits, nothing found; the vectors are to be filled in. */
numeral_status trip_make(size_t n, size_t k, size_t stride, trip *out,
                         numeral_error *err);
void trip_free(trip *trip);
/* Sends every rank's trip round: it comes home with the nearest of all rows. A rank
 * tells the next how far the k-th row is, beyond which that looks no more. */
void ring_round(const mpi_job *job, const pieces *pieces, trip *mine,
                numeral_search_stats *stats);

#endif
