/* Every re-ranker there is; rerank_table.c lists them. */
#ifndef NUMERAL_RERANK_RERANK_ENTRIES_H
#define NUMERAL_RERANK_RERANK_ENTRIES_H

#include "rerank/rerank.h"

extern const numeral_rerank numeral_rerank_ridge;
extern const numeral_rerank numeral_rerank_idm;
extern const numeral_rerank numeral_rerank_tangent;

/* The parameters that every re-ranker has, by these names, for the cascade. */
#define NUMERAL_RERANK_COMMON                                                            \
    {"weight",                                                                           \
     NUMERAL_PARAMETER_REAL,                                                             \
     0.001,                                                                              \
     1000,                                                                               \
     1,                                                                                  \
     NULL,                                                                               \
     "exponent in a product, factor in a sum"},                                          \
    {                                                                                    \
        "stop", NUMERAL_PARAMETER_REAL, 0, 1000, 0, NULL,                                \
            "a lead of the best class, all scores so far combined (in a product: in "    \
            "logarithms), that spares the parts behind; 0: never"                        \
    }

/* Replaces each score that is INFINITY (a class without candidates) by `factor` times
 * the largest finite one or 1, whichever is more. */
void numeral_scores_fill_absent(double *scores, size_t n_classes, double factor);

#endif
