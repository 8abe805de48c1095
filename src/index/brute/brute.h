/* Brute force inside: every query meets every row, a tile of rows at a time. */
#ifndef NUMERAL_INDEX_BRUTE_BRUTE_H
#define NUMERAL_INDEX_BRUTE_BRUTE_H

#include "index/index.h"
#include "index/top.h"
#include "kernel/distance.h"

enum { NUMERAL_QUERY_TILE = 32 }; /* most queries that share a tile of rows */

typedef struct numeral_brute_scratch numeral_brute_scratch;
typedef struct numeral_brute_job numeral_brute_job;

/* How one family of metrics is served on one layout. */
typedef struct numeral_brute_method {
    /* Puts a query, given in stored form, into place `slot`. */
    void (*prepare)(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                    size_t slot, const void *stored);
    /* Offers rows [first, first + n) to the first `n_slots` queries. */
    void (*scan)(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                 size_t n_slots, size_t first, size_t n);
    size_t query_bytes; /* of one prepared query */
    size_t row_bytes;   /* of one row in the scratch, 0 where none is kept */
} numeral_brute_method;

typedef struct numeral_brute {
    numeral_index head;
    bool columns;  /* pixel-major */
    size_t stride; /* values from row to row; pixel-major: 2 × pairs */
    /* [n_rows][stride], rows as rows.h stores them;
     * or, pixel-major, [n_rows / 64, rounded up][stride / 2][64][2] of u8, zero behind
     * the last dimension and row. Owned where `memory` is set, else borrowed. */
    const void *data;
    void *memory;
    /* Made from the data; owned. NULL where the metric needs none. */
    uint32_t *norms;     /* Σx² of u8 and i8 rows as stored */
    int64_t *wide_norms; /* Σx² of i16 rows */
    uint32_t *sums;      /* Σx of i8 rows as stored */
    double *lengths;     /* √Σx² of rows as meant */
} numeral_brute;

/* What one worker needs; made once for a search. */
struct numeral_brute_scratch {
    numeral_top tops[NUMERAL_QUERY_TILE];
    int64_t skip[NUMERAL_QUERY_TILE]; /* the row to leave out, or -1 */
    /* Of the prepared queries. */
    uint32_t norms[NUMERAL_QUERY_TILE], sums[NUMERAL_QUERY_TILE];
    int64_t wide_norms[NUMERAL_QUERY_TILE];
    double lengths[NUMERAL_QUERY_TILE];
    size_t n_pairs[NUMERAL_QUERY_TILE];
    uint8_t *queries;  /* QUERY_TILE × query_bytes */
    void *stored;      /* one query in stored form */
    void *results;     /* QUERY_BLOCK × tile_rows of up to 8 bytes */
    uint32_t *hits;    /* tile_rows */
    uint32_t *nearest; /* tile_rows */
    double *rows;      /* tile_rows × row_bytes */
};

struct numeral_brute_job {
    const numeral_brute *brute;
    const numeral_distance_kernels *kernels;
    numeral_brute_method method;
    const numeral_rows *queries;
    const numeral_search *search;
    size_t tile_rows; /* a multiple of NUMERAL_COLUMN_ROWS */
    int64_t *ids;
    double *distances;
    uint8_t *memory; /* of all workers */
    size_t scratch_bytes;
};

/* The methods; each is told the index that it is for. */
numeral_brute_method numeral_brute_dot(const numeral_brute *brute);
numeral_brute_method numeral_brute_columns(const numeral_brute *brute);
numeral_brute_method numeral_brute_scan(const numeral_brute *brute);
numeral_brute_method numeral_brute_generic(const numeral_brute *brute);

numeral_status numeral_brute_search(const numeral_index *index,
                                    const numeral_rows *queries,
                                    const numeral_search *search, int64_t *ids,
                                    double *distances, numeral_error *err);

/* Adds to `stats` what a search for these queries does. */
void numeral_brute_count(const numeral_brute *brute, const numeral_rows *queries,
                         numeral_search_stats *stats);

/* Norms, sums and lengths of the data, as far as the metric needs them; refuses data that
 * is not zero behind the last dimension, or has -32768. */
numeral_status numeral_brute_measure(numeral_brute *brute, numeral_error *err);
/* Fills query place `slot` with the sums that belong to a stored query. */
void numeral_brute_measure_query(const numeral_brute *brute,
                                 numeral_brute_scratch *scratch, size_t slot,
                                 const void *stored);
/* Offers rows [first, first + n) given their integer dot products with a query. */
void numeral_brute_offer_dots(const numeral_brute_job *job,
                              numeral_brute_scratch *scratch, size_t slot, size_t first,
                              size_t n, const int32_t *dots);
/* Offers rows [first, first + n) given `count` hits among them. */
void numeral_brute_offer(numeral_brute_scratch *scratch, size_t slot, size_t first,
                         size_t count);
/* The bound of a query's list as an integer. */
uint32_t numeral_brute_bound(const numeral_brute_scratch *scratch, size_t slot);

numeral_status numeral_brute_save(const numeral_index *index, numeral_tensors *out,
                                  numeral_error *err);
numeral_status numeral_brute_load(const numeral_tensors *tensors,
                                  const numeral_index *head, numeral_index **out,
                                  numeral_error *err);
numeral_status numeral_brute_create(const numeral_index *head, bool columns,
                                    numeral_brute **out, numeral_error *err);
void numeral_brute_destroy(numeral_index *index);
/* Fills in the description and the bytes, when all else is there. */
void numeral_brute_describe(numeral_brute *brute);

#endif
