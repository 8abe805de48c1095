/* One search by brute force: blocks of queries against tiles of rows, by the method that
 * suits the metric and the layout. */
#ifndef NUMERAL_INDEX_BRUTE_TASK_H
#define NUMERAL_INDEX_BRUTE_TASK_H

#include "index/brute/brute.h"
#include "index/top.h"
#include "kernel/distance.h"

/* Most queries that share a tile of rows: more of them read it from the cache more often
 * before the next one comes, and take more memory for each worker. */
enum { NUMERAL_QUERY_TILE = 32 };

typedef struct numeral_brute_scratch numeral_brute_scratch;
typedef struct numeral_brute_job numeral_brute_job;

/* How one family of metrics is served on one layout. */
typedef struct numeral_brute_method {
    /* Puts a query, given in stored form, into place `slot`. */
    void (*prepare)(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                    size_t slot, const void *stored);
    /* Pushes rows [first, first + n) to the lists of the first `n_slots` queries. */
    void (*scan)(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                 size_t n_slots, size_t first, size_t n);
    size_t query_bytes; /* of one prepared query */
    size_t row_bytes;   /* of one row in the scratch, 0 where none is kept */
} numeral_brute_method;

/* What one worker needs; made once for a search. */
struct numeral_brute_scratch {
    numeral_top tops[NUMERAL_QUERY_TILE];
    int64_t leave_out[NUMERAL_QUERY_TILE]; /* the row to leave out, or -1 */
    /* Of the prepared queries. */
    numeral_row_sums sums[NUMERAL_QUERY_TILE];
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

/* Where the prepared query of a slot lies. */
static inline void *numeral_brute_query(const numeral_brute_job *job,
                                        const numeral_brute_scratch *scratch, size_t slot)
{
    return scratch->queries + slot * job->method.query_bytes;
}

/* push.c */
/* The sums that belong to a stored query, for the functions below that take dots. */
void numeral_brute_measure_query(const numeral_brute_job *job,
                                 numeral_brute_scratch *scratch, size_t slot,
                                 const void *stored);
/* The bound of a query's list as an integer. */
uint32_t numeral_brute_bound(const numeral_brute_scratch *scratch, size_t slot);
/* Pushes `count` hits among the rows from `first` on. */
void numeral_brute_push_hits(numeral_brute_scratch *scratch, size_t slot, size_t first,
                             size_t count);
/* Pushes rows [first, first + n) given their integer dot products with a query, for l2
 * and cosine; `wide` ones are those of i16 rows. */
void numeral_brute_push_dots(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                             size_t slot, size_t first, size_t n, const int32_t *dots);
void numeral_brute_push_wide(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                             size_t slot, size_t first, size_t n, const int64_t *dots);

/* The methods, each in a file of its name and told the index that it is for. */
numeral_brute_method numeral_brute_dot(const numeral_brute *brute);
numeral_brute_method numeral_brute_columns(const numeral_brute *brute);
numeral_brute_method numeral_brute_scan(const numeral_brute *brute);
numeral_brute_method numeral_brute_generic(const numeral_brute *brute);

#endif
