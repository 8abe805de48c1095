/* Metrics other than l2, searched through l2.
 *
 * An inequality says: a row within `bound` of the query by its metric lies within
 * reach(bound) by l2, of the rows as they are or of rows derived from them. Then all the
 * exact index's bounds hold with that reach, and distances are computed by the metric
 * itself on what is left. docs/exact.md lists the inequalities. */
#ifndef NUMERAL_INDEX_EXACT_METRIC_BOUND_H
#define NUMERAL_INDEX_EXACT_METRIC_BOUND_H

#include "index/index.h"

struct numeral_exact;
typedef struct numeral_query_context numeral_query_context;

typedef struct numeral_inequality {
    const numeral_metric *metric;
    /* The values whose l2 distances bound the metric's; NULL: the row's own. */
    void (*derive)(const double *row, size_t n_dims, double *out);
    bool centred; /* derived values may be negative */
    double (*reach)(const numeral_query_context *context, double bound);
} numeral_inequality;

/* inequality.c: NULL where none is known. */
const numeral_inequality *numeral_inequality_find(const numeral_metric *metric,
                                                  numeral_dtype dtype);

/* Derived values are kept as the index's integers: scale·value + offset, rounded. Saved
 * as they are, checked when loaded. */
typedef struct numeral_metric_bound_numbers {
    double scale, offset;
    double error; /* most that rounding moved a derived row, by l2 */
} numeral_metric_bound_numbers;

/* What an index knows of its rows for the inequality of its metric. */
typedef struct numeral_metric_bound {
    const numeral_inequality *inequality;
    numeral_metric_bound_numbers numbers;
    int32_t *least, *widest; /* n_dims: the smallest value, the greatest less that */
    double *lengths;         /* cosine: of the row at each position; else NULL */
} numeral_metric_bound;

/* What is known of one query by such a metric. */
struct numeral_query_context {
    const numeral_metric_bound *bound;
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
};

/* metric_bound.c. For an index that is built or loaded: the bound of its metric, NULL for
 * l2; rows as the inequality derives them, of the same type, in new memory `*data`, which
 * fills the numbers; and the ranges and lengths of the index's stored rows. */
numeral_status numeral_metric_bound_create(const numeral_index *head,
                                           numeral_metric_bound **out,
                                           numeral_error *err);
numeral_status numeral_metric_bound_rows(numeral_metric_bound *bound,
                                         const numeral_rows *rows, int threads,
                                         void **data, numeral_error *err);
numeral_status numeral_metric_bound_measure(struct numeral_exact *exact,
                                            numeral_error *err);
void numeral_metric_bound_destroy(numeral_metric_bound *bound);

/* For a search: makes the stored query the context's, and puts in its place what is to be
 * projected; the metric's distance of the row at a position; and the most that rows
 * within `bound` by the metric can be away in l2 as projected. */
void numeral_query_context_set(const struct numeral_exact *exact,
                               numeral_query_context *context, uint8_t *row);
double numeral_query_context_distance(const struct numeral_exact *exact,
                                      const numeral_query_context *context,
                                      uint32_t position);
double numeral_query_context_reach(const numeral_query_context *context, double bound);

#endif
