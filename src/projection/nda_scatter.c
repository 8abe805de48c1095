/* Scatter as a matrix product: differences are gathered into chunks of rows, whose Gram
 * matrices are added up. */
#include "projection/nda_scatter.h"

#include <string.h>

#include "base/memory.h"
#include "linalg/covariance.h"

enum { SCATTER_ROWS = 1024 }; /* 3 MB of 392 features, far above a call's cost */

typedef struct scatter {
    double *sum;   /* dims × dims */
    double *chunk; /* SCATTER_ROWS × dims */
    size_t filled; /* rows in the chunk */
    size_t n;      /* rows in all */
} scatter;

static void flush(const numeral_fit_rows *rows, scatter *s)
{
    numeral_gram_add(s->chunk, s->filled, rows->n_dims, rows->run.threads, s->sum);
    s->filled = 0;
}

static void add_difference(const numeral_fit_rows *rows, scatter *s, size_t a, size_t b)
{
    size_t d = rows->n_dims;
    const double *x = rows->rows + a * d, *y = rows->rows + b * d;
    double *out = s->chunk + s->filled * d;
    for (size_t j = 0; j < d; j++) {
        out[j] = x[j] - y[j];
    }
    s->n++;
    if (++s->filled == SCATTER_ROWS) {
        flush(rows, s);
    }
}

static void add_anchor(const numeral_fit_rows *rows, const numeral_nda_lists *lists,
                       size_t at, scatter *within, scatter *between)
{
    size_t anchor = lists->anchors[at], own = 0, other = 0;
    const uint32_t *list = lists->neighbours + at * lists->k;
    for (size_t i = 0; i < lists->k && (own < lists->own || other < lists->other); i++) {
        bool same = rows->labels[list[i]] == rows->labels[anchor];
        if (same && own < lists->own) {
            own++;
            add_difference(rows, within, anchor, list[i]);
        } else if (!same && other < lists->other) {
            other++;
            add_difference(rows, between, anchor, list[i]);
        }
    }
}

static void finish(const numeral_fit_rows *rows, scatter *s)
{
    flush(rows, s);
    numeral_mirror(s->sum, rows->n_dims, s->n ? 1 / (double)s->n : 0);
}

numeral_status numeral_nda_scatter(const numeral_fit_rows *rows,
                                   const numeral_nda_lists *lists, double *within,
                                   size_t *n_within, double *between, size_t *n_between,
                                   numeral_error *err)
{
    size_t d = rows->n_dims;
    double *chunks = numeral_allocate(2 * SCATTER_ROWS, d * sizeof *chunks, err);
    if (!chunks) {
        return NUMERAL_ERROR_MEMORY;
    }
    scatter own = {within, chunks, 0, 0};
    scatter other = {between, chunks + SCATTER_ROWS * d, 0, 0};
    memset(within, 0, d * d * sizeof *within);
    memset(between, 0, d * d * sizeof *between);
    for (size_t at = 0; at < lists->n_anchors; at++) {
        add_anchor(rows, lists, at, &own, &other);
    }
    finish(rows, &own);
    finish(rows, &other);
    *n_within = own.n;
    *n_between = other.n;
    numeral_release(chunks);
    return NUMERAL_OK;
}
