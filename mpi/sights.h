/* Candidates of a block's digits, with what is seen of those of open digits. */
#ifndef MPI_SIGHTS_H
#define MPI_SIGHTS_H

#include "ring.h"

/* Filled by sights_take; the arrays are its own. */
typedef struct sights {
    numeral_candidates candidates;
    int64_t *starts, *rows, *seen;
    double *distances;
    numeral_label *labels;
    uint8_t *images, *vectors;
    uint8_t *open; /* a flag for each digit */
} sights;

/* The first list of each digit, without its empty places. */
numeral_status sights_take(const pieces *pieces, const trip *nearest, sights *out,
                           numeral_error *err);
/* Puts longer lists in the place of those of the open digits, which `more` is of. */
numeral_status sights_lengthen(const pieces *pieces, const trip *nearest,
                               const trip *more, sights *out, numeral_error *err);
/* All ranks together: fetches images and vectors of the open digits' candidates from the
 * ranks that have them. A rank that has failed takes part with no candidates. */
numeral_status sights_fetch(const mpi_job *job, const pieces *pieces, sights *out,
                            numeral_error *err);
void sights_free(sights *sights);

#endif
