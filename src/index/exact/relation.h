/* How other metrics are bounded by l2, so that the exact index can search by them.
 *
 * A relation says: a row within `bound` of the query by its metric lies within
 * reach(bound) by l2, of the rows as they are or of rows derived from them. Then all the
 * exact index's bounds hold with that reach, and distances are computed by the metric
 * itself on what is left. docs/exact.md lists the inequalities. */
#ifndef NUMERAL_INDEX_EXACT_RELATION_H
#define NUMERAL_INDEX_EXACT_RELATION_H

#include "index/index.h"

struct numeral_exact;
struct numeral_asked;

typedef struct numeral_relation {
    const numeral_metric *metric;
    /* The values whose l2 distances bound the metric's; NULL: the row's own. */
    void (*derive)(const double *row, size_t n_dims, double *out);
    bool centred; /* derived values may be negative */
    double (*reach)(const struct numeral_asked *asked, double bound);
} numeral_relation;

/* NULL where none is known. */
const numeral_relation *numeral_relation_find(const numeral_metric *metric,
                                              numeral_dtype dtype);

/* Derived values are kept as the index's integers: scale·value + offset, rounded. Saved
 * as they are, checked when loaded. */
typedef struct numeral_related_numbers {
    double scale, offset;
    double error; /* most that rounding moved a derived row, by l2 */
} numeral_related_numbers;

/* What an exact index knows for its relation. */
typedef struct numeral_related {
    const numeral_relation *relation;
    numeral_related_numbers numbers;
    int32_t *least, *widest; /* n_dims: the smallest value, the greatest less that */
    double *lengths;         /* cosine: of the row at each position; else NULL */
} numeral_related;

/* A query by such a metric. */
typedef struct numeral_asked {
    const numeral_related *related;
    const double *parameters;
    size_t n_dims;
    uint8_t *row;          /* as rows are stored */
    double *query, *other; /* the query, and room for a row, in float64 */
    double *derived;       /* room for derived values */
    double *most;          /* n_dims: how far a row can be from the query at most */
    double greatest;       /* of those */
    double squares;        /* the sum of their squares */
    double n_free;         /* how many of them are not 0 */
    double sum, n_ink;     /* Σ|q|; how many values are not 0 */
    double length;         /* √Σq² */
    double error;          /* what rounding moved the derived query, by l2 */
} numeral_asked;

/* relation.c: the related values of a row of `dtype`, as a row of that type; returns what
 * rounding moved it by, an upper bound. `reals` and `derived` hold n_dims values. */
double numeral_related_derive(const numeral_related *related, numeral_dtype dtype,
                              size_t n_dims, const double *reals, double *derived,
                              void *out);

/* relation_build.c: rows as the relation derives them, of the same type, in new memory
 * `*data`; fills scale, offset and error. */
numeral_status numeral_related_rows(numeral_related *related, const numeral_rows *rows,
                                    int threads, void **data, numeral_error *err);
/* Fills least, widest and lengths from the index's stored rows. */
numeral_status numeral_related_measure(struct numeral_exact *exact, numeral_error *err);
numeral_status numeral_related_create(const numeral_relation *relation,
                                      numeral_related **out, numeral_error *err);
void numeral_related_destroy(numeral_related *related);

/* relation_query.c: makes the stored query in the scratch's row an asked one, and that
 * row the one to be projected. */
struct numeral_exact_scratch;
void numeral_asked_prepare(const struct numeral_exact *exact,
                           struct numeral_exact_scratch *scratch);
/* The metric's distance of the row at a position. */
double numeral_asked_distance(const struct numeral_exact *exact,
                              const numeral_asked *asked, uint32_t position);
/* The most that rows within `bound` by the metric can be away in l2 as projected. */
double numeral_asked_reach(const numeral_asked *asked, double bound);

#endif
