/* The exact index inside: what is kept, and what its files do for each other.
 *
 * Names of spaces. A row x (i8 rows have 128 added) is projected to y = P·x - t, exact
 * integers. From y come `fine` coordinates (i16, for clusters), `coarse` ones (u8, the
 * head: 32 or 64 dimensions scanned in groups) and `tail` ones (i8, up to 128 more).
 * docs/exact.md has the proofs. */
#ifndef NUMERAL_INDEX_EXACT_EXACT_H
#define NUMERAL_INDEX_EXACT_EXACT_H

#include <stdatomic.h>

#include "index/exact/relation.h"
#include "index/index.h"
#include "kernel/exact_kernel.h"

enum {
    EXACT_HALF = 32,      /* dimensions of one scan */
    EXACT_MAX_HEAD = 64,  /* dimensions scanned in groups */
    EXACT_MAX_TAIL = 128, /* dimensions looked at for survivors */
    EXACT_MAX_OUT = EXACT_MAX_HEAD + EXACT_MAX_TAIL,
    EXACT_MAX_CLUSTERS = 4096,
    EXACT_FINE_NORM = 8000,      /* most a row's fine norm may be */
    EXACT_QUERY_NORM = 15000,    /* most a query's fine norm may be for cluster bounds */
    EXACT_MAX_RADIUS = 16383,    /* most a fine radius may be for cluster bounds */
    EXACT_MAX_THRESHOLD = 65000, /* most a scan's threshold may be in 16 bits */
    EXACT_CENTROID_NORM = 8200,  /* a mean of rows, rounded */
    EXACT_MAX_SECOND_BITS = 8,
    EXACT_MAX_Y = 1 << 29, /* |P·x| of every row and projected query */
    EXACT_MAX_OFFSET = 1 << 30
};

/* The numbers that are not arrays; saved as they are, checked when loaded. */
typedef struct numeral_exact_numbers {
    double sigma_head, sigma_all; /* ‖P‖ of the head's rows and of all */
    double step_head, step_tail;  /* coarse steps of the head's first half and of the
                                   * tails, in units of y */
    double fine_scale;            /* fine units of one y */
    double fine_error;            /* most ‖fine - y·fine_scale‖ of a row */
    double max_norm;              /* queries of a greater norm are not projected */
    double n_clusters, n_groups;
} numeral_exact_numbers;

enum { EXACT_N_NUMBERS = sizeof(numeral_exact_numbers) / sizeof(double) };

/* What each bound is multiplied by; all 1 unless the index may miss neighbours (near). */
typedef struct numeral_exact_shrink {
    double clusters, first, head, all;
} numeral_exact_shrink;

struct numeral_exact_scratch;

typedef struct numeral_exact {
    numeral_index head;
    numeral_exact_numbers numbers;
    numeral_exact_shrink shrink;
    size_t n_clusters, n_groups, n_head, n_tail, n_out, n_pairs;
    uint32_t second_bits; /* the step of the head's second half is step_head / 2^this */
    bool ordered;         /* 8 bits, few dimensions: coarse coordinates are the row */
    bool direct;          /* and distances are l2: no other copy of the rows is kept */
    size_t stride;        /* bytes of a stored row, a multiple of 64 */
    size_t leaf_stride;   /* at least n_groups + 7 */
    size_t max_cluster_rows;
    numeral_related *related; /* what ties the metric to l2; NULL for l2 itself */
    /* Arrays: owned, or borrowed from a model file (`memory` is NULL then). */
    const int16_t *matrix;         /* [n_pairs][n_out][2] */
    const int32_t *offsets;        /* n_out: t */
    const int16_t *centroids;      /* [n_clusters / 8][n_head / 2][8][2], fine */
    const int32_t *centroid_norms; /* n_clusters */
    const uint32_t *table;         /* n_clusters × n_clusters bounds, row = reference */
    const uint8_t *leaves;         /* n_clusters × leaf_stride: by how much the bounds of
                                    * single groups are less, row = reference */
    const float *errors; /* n_clusters × 3: coarse error of the first half and of
                          * the head, error of all dimensions in units of y */
    const uint32_t *cluster_rows; /* n_clusters + 1 positions */
    const uint8_t *first;         /* n_groups × 544 bytes: dimensions 0 .. 31 */
    const int8_t *second;         /* n_rows × 32: dimensions 32 .. 63, if n_head is 64 */
    const int8_t *tails;          /* n_rows × n_tail */
    const uint8_t *rows;          /* n_rows × stride, by position; not if direct */
    const uint32_t *ids;          /* row id at each position */
    /* Made from the above when built or loaded; always owned. */
    uint32_t *cluster_groups; /* n_clusters + 1 */
    uint32_t *group_rows;     /* position of each group's first point */
    uint16_t *group_valid;    /* points of each group that are rows, as bits */
    uint32_t *positions;      /* position of each row id */
    float *spreads;           /* `errors` as 3 × n_clusters */
    /* Only if direct: */
    uint8_t outputs[EXACT_MAX_HEAD]; /* the output that is each dimension */
    uint64_t *odd;    /* a bit for each position: |x|² of the first half is odd */
    float *reaches;   /* of each cluster: the farthest row, in fine units */
    void *memory[16]; /* the owned arrays, to be released */
    size_t n_memory;
    /* One idle scratch, so that single searches need not allocate. */
    struct numeral_exact_scratch *_Atomic spare;
} numeral_exact;

/* How to build; zeros stand for the standard. */
typedef struct numeral_exact_options {
    size_t n_clusters; /* 0: by the number of rows */
    bool always;       /* keep the structure even where brute force would be faster */
} numeral_exact_options;

/* What one or more searches did, for reports and for the decision at build time. */
typedef struct numeral_exact_work {
    uint64_t queries, plain; /* plain: without projection */
    uint64_t clusters, rows; /* clusters and rows scanned in the first half */
    uint64_t wide;           /* rows scanned in 32 bits */
    uint64_t second_rows;    /* rows scanned in the second half */
    uint64_t survivors;      /* rows behind the head */
    uint64_t near;           /* rows behind the tails */
    uint64_t exact;          /* exact distances */
} numeral_exact_work;

/* A query on its way through the index. */
typedef struct numeral_exact_query {
    _Alignas(64) int16_t fine[EXACT_MAX_HEAD];
    _Alignas(64) int8_t first[NUMERAL_QUERY_BYTES]; /* negated pairs, repeated */
    _Alignas(64) int16_t second[EXACT_HALF];        /* fine: in 1/16 of the coarse step */
    _Alignas(64) int16_t tail[EXACT_MAX_TAIL];
    _Alignas(64) int32_t y[EXACT_MAX_OUT];
    bool projected;                 /* false: too long to be projected */
    int32_t fine_norm;              /* squared */
    double fine_error;              /* ‖fine - y·scale‖ */
    double first_error, head_error; /* of the coarse first half, and with the fine second
                                     * one; coarse units */
    double all_error;               /* units of y */
    int32_t first_norm;             /* squared, of the first coarse half */
    int32_t first_sum;              /* of its values */
} numeral_exact_query;

/* exact_basis.c: fills `matrix` ([n_pairs][n_out][2]), offsets, sigmas and max_norm. */
numeral_status numeral_exact_basis(numeral_exact *exact, const numeral_rows *rows,
                                   int16_t *matrix, int32_t *offsets,
                                   const numeral_run *run, numeral_error *err);

/* exact_related.c: numeral_exact_build over the rows that the metric's relation to l2
 * derives; then the rows themselves take their place. For l2 numeral_exact_build. */
numeral_status numeral_exact_build_related(const numeral_rows *rows,
                                           const numeral_exact_options *options,
                                           const numeral_index *head,
                                           const numeral_run *run, numeral_exact **out,
                                           numeral_error *err);
/* The relation as tensor index.relation f64 [3]: scale, offset, error. */
numeral_status numeral_exact_save_related(const numeral_exact *exact,
                                          numeral_tensors *out, numeral_error *err);
numeral_status numeral_exact_load_related(numeral_exact *exact,
                                          const numeral_tensors *tensors,
                                          numeral_error *err);

/* exact_project.c. `row` is a stored row (`stride` bytes, zero behind the last value);
 * pairs and values are scratch of n_pairs and 2·n_pairs. False: too long. */
bool numeral_exact_project(const numeral_exact *exact, const uint8_t *row,
                           uint16_t *pairs, int16_t *values, int32_t *y);
/* Coordinates of a row or query, with the error each makes. */
void numeral_exact_fine(const numeral_exact *exact, const int32_t *y, int16_t *fine,
                        double *error);
void numeral_exact_coarse(const numeral_exact *exact, const int32_t *y, uint8_t *coarse,
                          double errors[2]);
void numeral_exact_tail(const numeral_exact *exact, const int32_t *y, int8_t *tail,
                        double *error);
void numeral_exact_prepare(const numeral_exact *exact, const uint8_t *row,
                           uint16_t *pairs, int16_t *values, numeral_exact_query *query);

static inline double numeral_exact_second_step(const numeral_exact *exact)
{
    return exact->numbers.step_head / (double)(1u << exact->second_bits);
}

/* From squares of the second half's fine unit to squares of step_head. */
static inline int numeral_exact_second_shift(const numeral_exact *exact)
{
    return 2 * (NUMERAL_FINE_SHIFT + (int)exact->second_bits);
}

/* exact_cluster.c: k-means over the fine coordinates (n × n_head) of all rows. Fills
 * centroids and norms, and the cluster of each row. */
numeral_status numeral_exact_cluster(const numeral_exact *exact, const int16_t *fine,
                                     int16_t *centroids, int32_t *norms,
                                     uint32_t *cluster, const numeral_run *run,
                                     numeral_error *err);
/* exact_table.c: the tables of bisector bounds. `ids` lists the rows by position. */
numeral_status numeral_exact_table(const numeral_exact *exact, const int16_t *fine,
                                   const uint32_t *ids, uint32_t *table, uint8_t *leaves,
                                   const numeral_run *run, numeral_error *err);
size_t numeral_exact_leaf_stride(size_t n_groups);

/* exact_order.c: reorders `order`, n numbers of points (dims values each), so that each
 * run of `unit` of them, and each half of the runs, lies close together. keys: n,
 * scratch.
 */
void numeral_exact_order(const int16_t *points, size_t dims, size_t unit, size_t n,
                         uint32_t *order, int64_t *keys);

/* exact_layout.c: the arrays that follow from others (cluster_groups ... positions);
 * false when cluster_rows or ids are not what they should be. */
numeral_status numeral_exact_derive(numeral_exact *exact, numeral_error *err);
/* The arrays of a direct index that follow from the groups; checks its matrix. */
numeral_status numeral_exact_derive_direct(numeral_exact *exact, numeral_error *err);
/* Fills `spreads`, once `errors` are final. */
void numeral_exact_spread(numeral_exact *exact);
/* Fills positions again after ids were moved. */
void numeral_exact_place_ids(numeral_exact *exact);

/* The stored row at a position. */
void numeral_exact_row(const numeral_exact *exact, size_t position, uint8_t *row);

/* exact_batch.c */
numeral_status numeral_exact_search(const numeral_index *index,
                                    const numeral_rows *queries,
                                    const numeral_search *search, int64_t *ids,
                                    double *distances, numeral_error *err);
/* The same where few rows lie within the radius and k is only room for them. */
numeral_status numeral_exact_search_within(const numeral_index *index,
                                           const numeral_rows *queries,
                                           const numeral_search *search, int64_t *ids,
                                           double *distances, numeral_error *err);
numeral_status numeral_exact_measure(const numeral_exact *exact, size_t n_queries,
                                     size_t k, numeral_exact_work *work,
                                     numeral_error *err);
void numeral_exact_scratch_destroy(struct numeral_exact_scratch *scratch);

/* exact.c */
void numeral_exact_describe(numeral_exact *exact);

/* exact_build.c. The shape follows from rows and dimensions alone. */
void numeral_exact_shape(numeral_exact *exact);
numeral_status numeral_exact_build(const numeral_rows *rows,
                                   const numeral_exact_options *options,
                                   const numeral_index *head, const numeral_run *run,
                                   numeral_exact **out, numeral_error *err);
void numeral_exact_destroy(numeral_index *index);

/* exact_file.c */
numeral_status numeral_exact_save(const numeral_index *index, numeral_tensors *out,
                                  numeral_error *err);
numeral_status numeral_exact_load(const numeral_tensors *tensors,
                                  const numeral_index *head, numeral_index **out,
                                  numeral_error *err);

#endif
