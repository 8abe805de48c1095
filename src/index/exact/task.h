/* One query's way through the exact index: what it works in, its state, and what the
 * files of a search do for each other. */
#ifndef NUMERAL_INDEX_EXACT_TASK_H
#define NUMERAL_INDEX_EXACT_TASK_H

#include "index/exact/exact.h"
#include "index/top.h"

/* More than any D: 64·255². */
enum { EXACT_NO_THRESHOLD = 1 << 23 };

/* The groups of one scan, and which of them have points that pass. */
typedef struct numeral_exact_passing {
    uint32_t *groups, *owners;
    int16_t *starts;
    numeral_hits hits;
} numeral_exact_passing;

/* Queries side by side, and the most groups of one step of theirs: 256 KiB. */
enum { EXACT_TILE = 16, EXACT_STEP_GROUPS = 480 };

/* What a worker searches in: one block of memory, made once (batch.c). */
struct numeral_exact_scratch {
    numeral_exact_query query;
    uint8_t *row;                  /* the query as rows are stored */
    numeral_query_context context; /* of metrics other than l2 */
    uint16_t *pairs;               /* of values that are not both zero */
    int16_t *values;
    int32_t *centroid_distances;
    uint32_t *list; /* clusters: the nearest first, then others that may matter */
    /* Of each cluster: */
    int32_t *firsts, *thresholds; /* most D of the first half and of the head */
    bool *whole;                  /* scans give whole distances; of the ending by scans */
    float *limits;                /* most squared distance, in squared units of y */
    int16_t *most_leaves;         /* of groups that may matter */
    int16_t *cluster_starts;      /* of scans */
    numeral_exact_passing passing; /* of any scan, shared by a tile */
    numeral_exact_passing step;    /* of a step of a tile */
    /* Rows that may be neighbours. In the ending by scans `excess` is the distance. */
    numeral_points points;
    numeral_points best; /* ending by rows: the best guesses in the nearest clusters */
    uint64_t *keys;      /* ending by scans: distance, id */
    /* Ending by rows: whose distance was computed, a bit for each position and a list. */
    uint64_t *measured;
    uint32_t *measured_rows;
    size_t n_measured;
    numeral_exact_work work;
};

/* One query's search. */
struct numeral_exact_task {
    const numeral_exact *exact;
    const numeral_exact_kernels *kernels;
    numeral_exact_scratch *s;
    size_t k;
    double radius;
    bool within; /* the radius is bound enough: look for none */
    int64_t leave_out;
    double bound;       /* a distance that no neighbour exceeds */
    uint32_t reference; /* the nearest cluster: whose bounds of groups hold */
    numeral_top top;
    /* Between the search's beginning and its end: clusters that are to be scanned,
     * ascending, and how many points there are. */
    const uint32_t *left;
    size_t n_left, n_points;
};

/* Whether the row may be an answer at all. */
static inline bool numeral_exact_allows(const numeral_exact_task *t, uint32_t position)
{
    if (t->leave_out < 0 && !t->top.skip.n_bits) {
        return true; /* without a look at its id, which lies elsewhere */
    }
    int64_t id = t->exact->ids[position];
    return id != t->leave_out && !numeral_skip_has(&t->top.skip, id);
}

/* search.c: searches for the query in s->row into the task's list. It begins with what
 * leads to a list of clusters (false: it has ended already), scans those, in any portions
 * of the list, and ends. And the cluster whose centroid is nearest to that query. */
void numeral_exact_search_stored(numeral_exact_task *t);
bool numeral_exact_begin(numeral_exact_task *t);
void numeral_exact_scan_left(numeral_exact_task *t, size_t n);
void numeral_exact_end(numeral_exact_task *t);
uint32_t numeral_exact_nearest_cluster(numeral_exact_task *t);

/* tile.c: goes over the clusters once for n tasks, at most EXACT_TILE, that were begun,
 * scanning what each lists. */
void numeral_exact_scan_tile(const numeral_exact *e, numeral_exact_task *tasks, size_t n);

/* scan.c: how far in l2 a row within the bound can be away, as it is, and seen in all
 * dimensions that are kept; thresholds and limits of the n listed clusters, perhaps of
 * all, for the bound in force. */
double numeral_exact_reach(const numeral_exact_task *t);
float numeral_exact_whole_reach(const numeral_exact_task *t);
void numeral_exact_set_thresholds(numeral_exact_task *t, size_t n_listed);
/* Whether a cluster's threshold, as set, is beyond what 16 bits can tell. */
static inline bool numeral_exact_is_far(const numeral_exact_task *t, uint32_t cluster)
{
    return t->s->firsts[cluster] > EXACT_MAX_THRESHOLD;
}
/* The points of the n listed clusters are added behind the first `at`, unless their
 * coarse distance exceeds the threshold. No cluster may be far. Returns how many there
 * are. In two halves, between which the kernel scans: */
size_t numeral_exact_scan(numeral_exact_task *t, const uint32_t *list, size_t n,
                          size_t at);
numeral_scan numeral_exact_list_groups(numeral_exact_task *t, const uint32_t *list,
                                       size_t n_listed,
                                       const numeral_exact_passing *into);
size_t numeral_exact_take_points(numeral_exact_task *t, const numeral_scan *scan,
                                 const numeral_hits *hits, size_t n_hits, size_t at);
/* All points of a cluster, in 32 bits, whatever its thresholds: `query` holds the coarse
 * values of the first half and fine ones of the second, excess is D less `threshold`. */
size_t numeral_exact_scan_wide(numeral_exact_task *t, uint32_t cluster,
                               const int16_t *query, int32_t threshold, size_t at);

/* The most that a row's squared distance may be in all dimensions seen; a little more
 * allows for the roundings of float32: `all` is what the distance may be by the bound and
 * the query's error, `error` what its cluster adds. */
static inline float numeral_exact_limit(float all, float error, float shrink)
{
    float limit = (all + error) * shrink;
    return limit * limit * (1.0F + 4e-6F);
}

#endif
