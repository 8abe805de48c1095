/* The two scatter matrices of nonparametric discriminant analysis. */
#ifndef NUMERAL_PROJECTION_NDA_SCATTER_H
#define NUMERAL_PROJECTION_NDA_SCATTER_H

#include "projection/projection.h"

/* Which neighbours count. */
typedef struct numeral_nda_lists {
    const uint32_t *anchors;
    size_t n_anchors;
    const uint32_t *neighbours; /* n_anchors × k, nearest first */
    size_t k;
    size_t own, other; /* of each list, at most these first ones */
} numeral_nda_lists;

/* within, between (n_dims × n_dims): the mean outer product of each anchor's differences
 * to its first neighbours of its own class and of other classes. n_within and n_between:
 * how many differences there were; with 0 the matrix is zero. NUMERAL_ERROR_MEMORY. */
numeral_status numeral_nda_scatter(const numeral_fit_rows *rows,
                                   const numeral_nda_lists *lists, double *within,
                                   size_t *n_within, double *between, size_t *n_between,
                                   numeral_error *err);

#endif
