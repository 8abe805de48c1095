/* The exact index inside: the neighbours of brute force, with most rows proved too far
 * without being looked at. docs/exact.md has the proofs. The folder in the order of a
 * search, each file using only those below it:
 *
 *   exact.c         the kind, and whether the structure is worth keeping
 *   file.c          the index as tensors, and back
 *   build.c         building it: coordinates, clusters, rows in their places
 *   batch.c         many queries: threads, their scratch, an order that shares caches
 *   tile.c          several queries side by side over what they share
 *   search.c        one query: bounds list clusters, scans leave points, an ending ends
 *   layout.c        the index as an object: its shape, which ending, its owned arrays
 *   ending_rows.c   what is left is measured from rows kept beside their coordinates
 *   ending_scans.c  scans give whole distances, coordinates being the rows
 *   scan.c          coarse distances of groups of 16 rows, in 16 bits and in 32
 *   metric_bound.c, inequality.c  metrics other than l2, through what l2 says of them
 *   basis.c, cluster.c, bisector.c  for building: projection, k-means, bounds of clusters
 *   project.c       rows and queries as coordinates, with what rounding took away
 *
 * Names of spaces. A row x (i8 rows have 128 added) is projected to y = P·x - t, exact
 * integers. From y come `fine` coordinates (i16, for clusters), `coarse` ones (u8, the
 * head: 32 or 64 dimensions scanned in groups) and `tail` ones (i8, up to 128 more). */
#ifndef NUMERAL_INDEX_EXACT_EXACT_H
#define NUMERAL_INDEX_EXACT_EXACT_H

#include <stdatomic.h>

#include "index/exact/metric_bound.h"
#include "index/index.h"
#include "kernel/exact_kernel.h"

/* Norms of fine coordinates are as large as 32 bits permit: the squared distance of a
 * query and a row is at most (15,000 + 8,000)² < 2^29; twice the distance of two
 * centroids fits the 16 bits of the table, and times a radius it stays below 2^30. */
enum {
    EXACT_HALF = 32,      /* dimensions of one scan: 16 pairs, as kernels are made for */
    EXACT_MAX_HEAD = 64,  /* dimensions scanned in groups */
    EXACT_MAX_TAIL = 128, /* more, for what the head leaves: of 60,000 MNIST rows 64
                           * principal components leave 145, 128 leave 41, 256 leave 16 */
    EXACT_MAX_OUT = EXACT_MAX_HEAD + EXACT_MAX_TAIL,
    EXACT_MAX_CLUSTERS = 4096,   /* 64 MiB of bounds */
    EXACT_FINE_NORM = 8000,      /* most a row's fine norm may be */
    EXACT_QUERY_NORM = 15000,    /* most a query's fine norm may be for cluster bounds */
    EXACT_MAX_RADIUS = 16383,    /* most a fine radius may be for cluster bounds */
    EXACT_MAX_THRESHOLD = 65000, /* most a scan's threshold may be in 16 bits: half of it,
                                  * one more and one for parity stay below 2^15 */
    EXACT_CENTROID_NORM = 8200,  /* a mean of rows, rounded */
    EXACT_MAX_SECOND_BITS = 8,   /* a finer step adds nothing beside the first half's */
    EXACT_MAX_Y = 1 << 29,       /* |P·x| of every row and projected query */
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

typedef struct numeral_exact numeral_exact;
typedef struct numeral_exact_scratch numeral_exact_scratch;
typedef struct numeral_exact_task numeral_exact_task;

/* How a search ends: what becomes of the points that scans leave. Chosen when the index
 * is built or loaded; one struct in each ending_*.c. Points lie in the scratch. */
typedef struct numeral_exact_ending {
    bool keeps_rows;         /* beside their coordinates */
    size_t rows_per_cluster; /* that clusters should hold */
    /* Makes what the ending needs of the finished arrays, after checking those; NULL
     * where that is nothing. */
    numeral_status (*derive)(numeral_exact *exact, numeral_error *err);
    /* Copies the stored row at a position, without the zeros behind it. */
    void (*row)(const numeral_exact *exact, size_t position, uint8_t *out);

    /* What is to be done before the n listed clusters, whose thresholds are set, are
     * scanned, and with the points behind the first `at` of n that this gave, returning
     * how many are left in all; NULL where that is nothing. */
    void (*before_scan)(numeral_exact_task *t, const uint32_t *list, size_t n);
    size_t (*after_scan)(numeral_exact_task *t, size_t at, size_t n);
    /* The same for one cluster that 16 bits cannot serve. */
    size_t (*scan_far)(numeral_exact_task *t, uint32_t cluster, size_t at);
    /* A distance within which k rows lie, from n points of the n_seeds first clusters of
     * the list; else the radius. */
    double (*bound)(numeral_exact_task *t, size_t n_seeds, size_t n);
    /* Of those n points, keeps what the bound in force does not exclude, and of no
     * cluster that scan_far will take as a whole. Returns how many. */
    size_t (*keep)(numeral_exact_task *t, size_t n);
    /* Writes the list of neighbours, from n points or from all rows. */
    void (*finish)(numeral_exact_task *t, size_t n);
    void (*all)(numeral_exact_task *t);
} numeral_exact_ending;

extern const numeral_exact_ending numeral_exact_by_rows, numeral_exact_by_scans;

struct numeral_exact {
    numeral_index head;
    numeral_exact_numbers numbers;
    numeral_exact_shrink shrink;
    size_t n_clusters, n_groups, n_head, n_tail, n_out, n_pairs;
    uint32_t second_bits; /* the step of the head's second half is step_head / 2^this */
    bool ordered;         /* 8 bits, few dimensions: coarse coordinates are the row */
    const numeral_exact_ending *ending;
    size_t stride;      /* bytes of a stored row */
    size_t leaf_stride; /* at least n_groups + 7 */
    size_t max_cluster_rows;
    numeral_metric_bound *metric_bound; /* what l2 says of the metric; NULL for l2 */
    /* Arrays: owned, or borrowed from a model file. */
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
    const uint8_t *rows;          /* n_rows × stride, by position; if the ending keeps
                                   * them */
    const uint32_t *ids;          /* row id at each position */
    /* Made from the above when built or loaded; owned. */
    uint32_t *cluster_groups; /* n_clusters + 1 */
    uint32_t *group_rows;     /* position of each group's first point */
    uint16_t *group_valid;    /* points of each group that are rows, as bits */
    uint32_t *positions;      /* position of each row id */
    float *spreads;           /* `errors` as 3 × n_clusters */
    /* Of the ending by scans: */
    uint8_t outputs[EXACT_MAX_HEAD]; /* the output that is each dimension */
    uint64_t *odd;    /* a bit for each position: |x|² of the first half is odd */
    float *reaches;   /* of each cluster: the farthest row, in fine units */
    void *memory[24]; /* the owned arrays, to be released */
    size_t n_memory;
    numeral_exact_scratch *_Atomic spare; /* so that single searches need not allocate */
};

/* How to build; zeros stand for the standard. */
typedef struct numeral_exact_options {
    size_t n_clusters; /* 0: by the number of rows */
    bool always;       /* keep the structure even where brute force would be faster */
    const numeral_exact *like; /* whose projection serves these rows, too; NULL: none */
} numeral_exact_options;

/* What one or more searches did, for reports and for the decision at build time. */
typedef struct numeral_exact_work {
    uint64_t queries, plain; /* plain: without projection */
    uint64_t clusters, rows; /* clusters and rows scanned in the first half */
    uint64_t wide;           /* rows scanned in 32 bits */
    uint64_t second_rows;    /* rows scanned in the second half */
    uint64_t survivors;      /* rows behind the head */
    uint64_t left;           /* rows behind the tails */
    uint64_t exact;          /* exact distances */
} numeral_exact_work;

/* A query's coordinates, with what rounding took away. */
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

static inline double numeral_exact_second_step(const numeral_exact *exact)
{
    return exact->numbers.step_head / (double)(1u << exact->second_bits);
}

/* From squares of the second half's fine unit to squares of step_head. */
static inline int numeral_exact_second_shift(const numeral_exact *exact)
{
    return 2 * (NUMERAL_FINE_SHIFT + (int)exact->second_bits);
}

/* An array of zeros that the index owns and counts in its bytes. */
static inline void *numeral_exact_own(numeral_exact *exact, size_t count, size_t size,
                                      numeral_error *err)
{
    void *memory = numeral_allocate_zero(count, size, err);
    if (memory) {
        exact->memory[exact->n_memory++] = memory;
        exact->head.bytes += count * size;
    }
    return memory;
}

/* Where values lie: of centroid c dimension j; of output o dimension j in the matrix; of
 * a group's point dimension i < 32. */
static inline size_t numeral_exact_centroid_at(size_t n_head, size_t c, size_t j)
{
    return (c - c % 8) * n_head + (j / 2 * 8 + c % 8) * 2 + j % 2;
}

static inline size_t numeral_exact_matrix_at(size_t n_out, size_t o, size_t j)
{
    return (j / 2 * n_out + o) * 2 + j % 2;
}

static inline size_t numeral_exact_group_at(size_t point, size_t i)
{
    return 32 * (i / 2 + 1) + 2 * point + i % 2;
}

/* Squared norm of a fine point. */
static inline int32_t numeral_exact_norm(const int16_t *values, size_t n)
{
    int32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i] * values[i];
    }
    return sum;
}

/* project.c. `row` is a stored row; pairs and values are scratch of n_pairs and
 * 2·n_pairs. False: too long. */
bool numeral_exact_project(const numeral_exact *exact, const uint8_t *row,
                           uint16_t *pairs, int16_t *values, int32_t *y);
/* Coordinates of a row, with the error each makes; and all of a query. */
void numeral_exact_fine(const numeral_exact *exact, const int32_t *y, int16_t *fine,
                        double *error);
void numeral_exact_coarse(const numeral_exact *exact, const int32_t *y, uint8_t *coarse,
                          double errors[2]);
void numeral_exact_tail(const numeral_exact *exact, const int32_t *y, int8_t *tail,
                        double *error);
void numeral_exact_prepare(const numeral_exact *exact, const uint8_t *row,
                           uint16_t *pairs, int16_t *values, numeral_exact_query *query);

/* Squared distances of a fine point to all centroids. */
void numeral_exact_to_centroids(const numeral_exact *exact, const int16_t *fine,
                                int32_t *distances);

/* basis.c: fills `matrix` ([n_pairs][n_out][2]), offsets, sigmas and max_norm. */
numeral_status numeral_exact_basis(numeral_exact *exact, const numeral_rows *rows,
                                   int16_t *matrix, int32_t *offsets,
                                   const numeral_run *run, numeral_error *err);
/* Fills the same from another index over rows of the same sort; false where that cannot
 * serve these. */
bool numeral_exact_basis_like(numeral_exact *exact, const numeral_exact *like,
                              const numeral_rows *rows, int16_t *matrix,
                              int32_t *offsets);
/* cluster.c: k-means over the fine coordinates (n × n_head) of all rows. Fills
 * centroids and norms, and the cluster of each row. */
numeral_status numeral_exact_cluster(const numeral_exact *exact, const int16_t *fine,
                                     int16_t *centroids, int32_t *norms,
                                     uint32_t *cluster, const numeral_run *run,
                                     numeral_error *err);
/* Reorders `order`, n numbers of points (dims values each), so that each run of `unit` of
 * them, and each half of the runs, lies close together. keys: n, scratch. */
void numeral_exact_order(const int16_t *points, size_t dims, size_t unit, size_t n,
                         uint32_t *order, int64_t *keys);
/* bisector.c: the tables of bisector bounds. `ids` lists the rows by position. */
numeral_status numeral_exact_bisectors(const numeral_exact *exact, const int16_t *fine,
                                       const uint32_t *ids, uint32_t *table,
                                       uint8_t *leaves, const numeral_run *run,
                                       numeral_error *err);

/* layout.c: an index over the head's rows without arrays yet: its shape and ending follow
 * from rows and dimensions alone. */
numeral_status numeral_exact_create(const numeral_index *head, numeral_exact **out,
                                    numeral_error *err);
void numeral_exact_destroy(numeral_index *index);
void numeral_exact_describe(numeral_exact *exact);
size_t numeral_exact_leaf_stride(size_t n_groups);
/* The arrays that follow from cluster_rows and ids (cluster_groups ... positions); false
 * when those are not what they should be. Then positions again, after ids were moved. */
numeral_status numeral_exact_derive(numeral_exact *exact, numeral_error *err);
void numeral_exact_place_ids(numeral_exact *exact);
/* What is left to be made once all arrays are final: `spreads`, and the ending's own. */
numeral_status numeral_exact_complete(numeral_exact *exact, numeral_error *err);

/* build.c */
numeral_status numeral_exact_build(const numeral_rows *rows,
                                   const numeral_exact_options *options,
                                   const numeral_index *head, const numeral_run *run,
                                   numeral_exact **out, numeral_error *err);

/* batch.c */
numeral_status numeral_exact_search(const numeral_index *index,
                                    const numeral_rows *queries,
                                    const numeral_search *search, int64_t *ids,
                                    double *distances, numeral_error *err);
/* The same where few rows lie within the radius and k is only room for them. */
numeral_status numeral_exact_search_within(const numeral_index *index,
                                           const numeral_rows *queries,
                                           const numeral_search *search, int64_t *ids,
                                           double *distances, numeral_error *err);
/* What searches for n_queries of the index's own rows do. */
numeral_status numeral_exact_measure(const numeral_exact *exact, size_t n_queries,
                                     size_t k, numeral_exact_work *work,
                                     numeral_error *err);

/* file.c */
numeral_status numeral_exact_save(const numeral_index *index, numeral_tensors *out,
                                  numeral_error *err);
numeral_status numeral_exact_load(const numeral_tensors *tensors,
                                  const numeral_index *head, numeral_index **out,
                                  numeral_error *err);

#endif
