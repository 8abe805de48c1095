/* Kernels of the exact index: projections, centroid distances, scans of point groups.
 *
 * As in distance.h: the ref version is the definition, every other gives the same
 * integers. Points lie in groups of 16; a group holds 16 starting values (i16) and then,
 * for each of 16 pairs of dimensions, the 16 points' two values (u8): 544 bytes for 32
 * dimensions. A query's pairs are i8 with |a| + |b| <= 128, so that no u8 × i8 pair sum
 * leaves i16.
 */
#ifndef NUMERAL_KERNEL_EXACT_KERNEL_H
#define NUMERAL_KERNEL_EXACT_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

enum {
    NUMERAL_GROUP_POINTS = 16,
    NUMERAL_GROUP_PAIRS = 16,
    NUMERAL_GROUP_BYTES = 2 * NUMERAL_GROUP_POINTS * (NUMERAL_GROUP_PAIRS + 1),
    NUMERAL_QUERY_BYTES = 32 * NUMERAL_GROUP_PAIRS, /* each pair repeated 16 times */
    NUMERAL_SCAN_PADDING = 16, /* entries behind a scan's last that may be read */
    NUMERAL_MAX_BESIDE = 16,   /* scans side by side */
    NUMERAL_MAX_NEAREST = 16,  /* lanes whose least values bound the nearest */
    /* Units that make a bound fit its place: the constant part of a cluster's 16 bits
     * with a sign, being below 2^28; what a group's is less one byte, being mostly below
     * 2^25. */
    NUMERAL_BOUND_SHIFT = 13,
    NUMERAL_LEAF_SHIFT = 17,
    NUMERAL_MOST_LEAF = 255,
    /* Fine queries are in 2^-4 of the rows' unit: with values up to 127 and 2047 a
     * difference stays below 2^12. */
    NUMERAL_FINE_SHIFT = 4,
    NUMERAL_FINE_QUERY = 2047
};

/* The bounds of a query: its squared distances d to the n clusters, two of those clusters
 * with their distances and rows of the table, and the radius. */
typedef struct numeral_bounding {
    const int32_t *d;
    size_t n;
    int32_t d1, d2;
    const uint32_t *table1, *table2;
    int32_t radius;
} numeral_bounding;

/* From which clusters' groups to choose: the `n` of `list`; cluster c's are first[c] to
 * first[c + 1] - 1, of which those with leaves[group] <= most[c] are taken; none where
 * most[c] is negative. Seven bytes behind the last group's leaf may be read. */
typedef struct numeral_choice {
    const uint8_t *leaves;
    const uint32_t *list;
    size_t n;
    const uint32_t *first;
    const int16_t *most, *starts; /* of each cluster */
} numeral_choice;

/* What a scan reads: entry e of `n` is the group `groups[e]`, started with `starts[e]`,
 * of the cluster `owners[e]`. The padding repeats any entry. */
typedef struct numeral_scan {
    const uint8_t *base;
    const uint32_t *groups, *owners;
    const int16_t *starts;
    size_t n;
    const int8_t *query;
    const uint32_t *rows;  /* of each group of the base: the row of its first point */
    const uint16_t *valid; /* and which of its points are rows, as bits */
    /* Of each cluster: the most that the squared distance in the scanned dimensions, and
     * in the whole head, may be. */
    const int32_t *firsts, *thresholds;
} numeral_scan;

/* Groups in which a point passed: its entry, which points (bit p), and the 16 sums. */
typedef struct numeral_hits {
    uint32_t *entries;
    uint16_t *masks;
    int16_t *sums; /* 16 for each, 64-byte aligned */
} numeral_hits;

/* Scans of one base side by side, at most NUMERAL_MAX_BESIDE: entries of each ascend and
 * are among the n_groups from `begin` on; bit i of askers[g] says that scan i has group
 * begin + g. Behind the last one lie NUMERAL_SCAN_PADDING more, of which nobody asks. */
typedef struct numeral_scans {
    const numeral_scan *scans;
    size_t n;
    uint32_t begin;
    size_t n_groups;
    const uint16_t *askers;
} numeral_scans;

/* Points that passed: row, cluster, squared distance in the head so far less the
 * cluster's threshold, and the estimate of it that `tails` gives. */
typedef struct numeral_points {
    uint32_t *rows, *owners;
    int32_t *excess;
    float *estimates;
} numeral_points;

/* What `tails` reads: rows of n_dims i8 (a multiple of 32, at most 128, or none, but
 * never at NULL) and the fine query; of each cluster the head's threshold and the most
 * that the distance may be; what one squared unit of the head and one squared fine unit
 * of the tails are worth. */
typedef struct numeral_tail_scan {
    const int8_t *tails;
    const int16_t *query;
    size_t n_dims;
    const int32_t *thresholds;
    const float *limits;
    float head, tail;
} numeral_tail_scan;

typedef struct numeral_exact_kernels {
    numeral_cpu cpu;

    /* Lists the pairs of `row` (2·n_pairs values) that are not both zero, with their
     * values as i16; returns how many. Room for n_pairs is needed. */
    size_t (*nonzero_u8)(const uint8_t *row, size_t n_pairs, uint16_t *pairs,
                         int16_t *values);
    size_t (*nonzero_i16)(const int16_t *row, size_t n_pairs, uint16_t *pairs,
                          int16_t *values);

    /* out[o] = Σ_i values[2i]·m[p][o][0] + values[2i+1]·m[p][o][1] with p = pairs[i] and
     * m = matrix as [pairs][n_out][2]; n_out is a multiple of 32. The caller's norms keep
     * every partial sum below 2^31, and -32768 does not occur. */
    void (*project)(const uint16_t *pairs, const int16_t *values, size_t n_pairs,
                    const int16_t *matrix, size_t n_out, int32_t *out);

    /* Squared distances to centroids, in blocks of 8 as [n_dims / 2][8][2]:
     * out[c] = query_norm + norms[c] - 2·query·c. n_centroids is a multiple of 8, n_dims
     * of 2; no sum reaches 2^31. */
    void (*centroids)(const int16_t *query, int32_t query_norm, const int16_t *blocks,
                      const int32_t *norms, size_t n_dims, size_t n_centroids,
                      int32_t *out);

    /* The places of the n_wanted (1 .. NUMERAL_MAX_NEAREST, at most n) smallest values,
     * ascending, equal ones by place. n is a multiple of 8. */
    void (*nearest)(const int32_t *values, size_t n, size_t n_wanted, uint32_t *places);

    /* Lists the clusters i with d[i] - d_j <= a·radius + b·2^13 for both references j,
     * where table_j[i] = a (low 16 bits, unsigned) and b (high 16 bits, signed); most[i]
     * is by how much the first's bound holds, in units of 2^17, rounded down, at most
     * 255. n is a multiple of 8; a·radius < 2^30; differences wrap. `list` needs room for
     * n + 8. */
    size_t (*bounds)(const numeral_bounding *bounding, uint32_t *list, int16_t *most);

    /* Lists the groups chosen with their clusters and starts, in order, n of each. Room
     * for 7 more is needed. */
    size_t (*choose)(const numeral_choice *choice, uint32_t *groups, uint32_t *owners,
                     int16_t *starts);
    /* For each entry: sum[p] = starts + group's starting value + Σ pair products, in
     * wrapping i16; point p passes when its sum is negative. Groups with a passing point
     * are appended to `hits` in order. Returns how many. `hits` needs room for n + 4. */
    size_t (*scan)(const numeral_scan *scan, numeral_hits *hits);
    /* What `scan` does, for each of the scans: its hits, and how many into n_hits. A
     * group is read once. NULL where that is not sooner than scan after scan. */
    void (*scan_beside)(const numeral_scans *scans, const numeral_hits *hits,
                        size_t *n_hits);
    /* Lists the valid passing points of the hits in order, with least - thresholds, where
     * least = firsts + 1 + 2·sum; not those of a least below -2, whose sums have wrapped.
     * Returns how many; room for 16 more is needed. */
    size_t (*points)(const numeral_scan *scan, const numeral_hits *hits, size_t n_hits,
                     numeral_points *out);
    /* Adds ⌊Σ (query - 16·x)² / 2^shift⌋ over the 32 values of each point's row to its
     * excess and keeps, in order, the points whose excess is not positive. Returns how
     * many. The query is fine. */
    size_t (*second)(const int16_t *query, const int8_t *rows, int shift, size_t n,
                     numeral_points *points);
    /* estimate = head·max(excess + threshold, 0) + tail·Σ (query - 16·x)² in float32,
     * each number rounded to one before; keeps, in order, the points that are not beyond
     * their cluster's limit. `excess` is left as it was, unordered. Returns how many. */
    size_t (*tails)(const numeral_tail_scan *scan, size_t n, numeral_points *points);
    /* The wanted-th smallest (1 .. n) of n values that are not negative. */
    float (*kth)(const float *values, size_t n, size_t wanted);

    /* Σ (a-b)² over n values, a multiple of 64. Below 2^32 for u8. */
    uint32_t (*l2_u8)(const uint8_t *a, const uint8_t *b, size_t n);
    uint64_t (*l2_i16)(const int16_t *a, const int16_t *b, size_t n);
} numeral_exact_kernels;

/* As numeral_distance_kernels_get and numeral_distance_kernels_fill. */
const numeral_exact_kernels *numeral_exact_kernels_get(void);
void numeral_exact_kernels_fill(numeral_cpu cpu, numeral_exact_kernels *out);

void numeral_exact_kernels_init_ref(numeral_exact_kernels *table);
void numeral_exact_kernels_init_vector(numeral_exact_kernels *table);
void numeral_exact_kernels_init_avx2(numeral_exact_kernels *table);
void numeral_exact_kernels_init_avx512(numeral_exact_kernels *table);
void numeral_exact_kernels_init_wasm(numeral_exact_kernels *table) __attribute__((weak));

#endif
