/* One query's way through the exact index: its scratch and its state. */
#ifndef NUMERAL_INDEX_EXACT_TASK_H
#define NUMERAL_INDEX_EXACT_TASK_H

#include "index/exact/exact.h"
#include "index/top.h"

/* More than any D: 64·255². */
enum { EXACT_NO_THRESHOLD = 1 << 23 };

typedef struct numeral_exact_scratch {
    numeral_exact_query query;
    uint8_t *row;
    numeral_asked asked; /* of metrics other than l2 */
    uint16_t *pairs;
    int16_t *values;
    int32_t *centroid_distances;
    uint32_t *list; /* clusters: the nearest first, then others that may matter */
    /* Of each cluster: */
    int32_t *firsts, *thresholds; /* most D of the first half and of the head */
    bool *whole;                  /* scans give whole distances; only if direct */
    float *limits;                /* most squared distance, in squared units of y */
    int16_t *most_leaves;         /* of groups that may matter */
    int16_t *cluster_starts;      /* of scans */
    /* Of each scanned group: */
    uint32_t *groups, *owners;
    int16_t *starts;
    numeral_hits hits;
    /* Rows that may be neighbours. Of a direct index `excess` is the distance itself once
     * it is known. */
    numeral_points points;
    numeral_points best; /* the best guesses in the nearest clusters; not if direct */
    uint64_t *keys;      /* distance, id; only if direct */
    /* Rows offered already: a bit for each position, and which they are. */
    uint64_t *offered;
    uint32_t *offers;
    size_t n_offers;
    numeral_exact_work work;
    void *memory;
} numeral_exact_scratch;

/* One query's search. */
typedef struct numeral_exact_task {
    const numeral_exact *exact;
    const numeral_exact_kernels *kernels;
    numeral_exact_scratch *s;
    size_t k;
    double radius;
    bool within; /* the radius is bound enough: look for none */
    int64_t leave_out;
    double bound;       /* squared distance that a neighbour cannot exceed */
    uint32_t reference; /* the nearest cluster: whose bounds of groups hold */
    numeral_top top;
} numeral_exact_task;

/* exact_scratch.c: one scratch for each of n workers; the first is the index's idle one,
 * if there is one. Give them back even after a failure. */
numeral_status numeral_exact_take_scratch(const numeral_exact *exact, size_t n,
                                          numeral_exact_scratch **out,
                                          numeral_error *err);
void numeral_exact_give_scratch(const numeral_exact *exact, size_t n,
                                numeral_exact_scratch **scratch);

/* exact_stats.c: what n workers do in between is added to `stats`, unless it is NULL. */
void numeral_exact_count_begin(const numeral_search_stats *stats,
                               numeral_exact_scratch **scratch, size_t n);
void numeral_exact_count_end(const numeral_exact *exact, numeral_search_stats *stats,
                             numeral_exact_scratch *const *scratch, size_t n);

/* exact_offer.c: how far in l2 a row within the bound can be away. */
double numeral_exact_reach(const numeral_exact_task *t);

/* The most that a row's squared distance may be in all dimensions seen; a little more
 * allows for the roundings of float32: `all` is what the distance may be by the bound and
 * the query's error, `error` what its cluster adds. */
static inline float numeral_exact_limit(float all, float error, float shrink)
{
    float limit = (all + error) * shrink;
    return limit * limit * (1.0F + 4e-6F);
}

/* exact_scan.c: `all`, and thresholds and limits of all clusters, for the bound in force.
 */
float numeral_exact_whole_reach(const numeral_exact_task *t);
void numeral_exact_set_thresholds(numeral_exact_task *t);
/* The points of the n listed clusters that 16 bits can serve are added behind the first
 * `at` points, unless their coarse distance exceeds the threshold. Returns how many there
 * are. */
size_t numeral_exact_scan(numeral_exact_task *t, const uint32_t *list, size_t n,
                          size_t at);

/* exact_wide.c: the same for one cluster, in 32 bits, whatever its thresholds; a direct
 * index's distances are whole. */
size_t numeral_exact_add_cluster(numeral_exact_task *t, uint32_t cluster, size_t at);

/* exact_offer.c: exact distances, each row's once, into the list of neighbours. */
void numeral_exact_offer_row(numeral_exact_task *t, uint32_t position);
void numeral_exact_offer_cluster(numeral_exact_task *t, uint32_t cluster);
void numeral_exact_offer_all(numeral_exact_task *t);
void numeral_exact_offer_rows(numeral_exact_task *t, const uint32_t *rows, size_t n);
/* exact_direct.c, for a direct index; points' distances are whole behind `settle`. */
/* Readies the n listed clusters, whose thresholds are set, to be scanned. */
void numeral_exact_direct_prepare(numeral_exact_task *t, const uint32_t *list, size_t n);
/* Makes the distances of points first .. n - 1 whole and drops rows that are not wanted.
 * Returns how many points there are. */
size_t numeral_exact_direct_settle(numeral_exact_task *t, size_t first, size_t n);
/* Whether the row may be an answer at all. */
bool numeral_exact_allows(const numeral_exact_task *t, uint32_t position);
/* A squared distance within which k of the n points lie, or the radius. */
double numeral_exact_direct_bound(const numeral_exact_task *t, size_t n);
/* Writes the nearest of n points, or of all rows, into the list of neighbours. */
void numeral_exact_direct_finish(numeral_exact_task *t, size_t n);
void numeral_exact_direct_all(numeral_exact_task *t);
void numeral_exact_direct_row(const numeral_exact *e, size_t position, uint8_t *row);

/* exact_search.c: searches for the query in s->row into the task's list; and the cluster
 * whose centroid is nearest to that query. */
uint32_t numeral_exact_nearest_cluster(numeral_exact_task *t);
void numeral_exact_search_stored(numeral_exact_task *t);

/* Forgets which rows were offered: the next query may begin. */
void numeral_exact_forget_offers(numeral_exact_scratch *s);

#endif
