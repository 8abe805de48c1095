/* Every instruction set's kernels of the exact index against the plain C ones, bit for
 * bit, in the manner of dav1d's checkasm: outputs are poisoned, inputs random or extreme
 * and laid against the end of a page that may not be touched beyond. It needs the C
 * library alone, so that it also builds for another machine. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"

#include "kernel/exact_kernel.h"

enum { ROUNDS = 300, MAX_GROUPS = 40, MAX_CLUSTERS = 64 };

#define MUST(condition) must((condition), #condition, __LINE__)

static void must(int condition, const char *text, int line)
{
    if (!condition) {
        printf("line %d: not so: %s\n", line, text);
        exit(1);
    }
}

static size_t below(size_t bound)
{
    return random_bits() % bound;
}

/* Random bytes; every third time extremes only. */
static void fill(uint8_t *out, size_t bytes)
{
    size_t style = below(3);
    for (size_t i = 0; i < bytes; i++) {
        uint8_t any = (uint8_t)below(256);
        out[i] = style == 0 ? (uint8_t)(any & 1 ? 255 : 0) : style == 1 ? any & 3 : any;
    }
}

static void fill_i16(int16_t *out, size_t n, int most)
{
    size_t style = below(3);
    for (size_t i = 0; i < n; i++) {
        int any = (int)below(2 * (size_t)most + 1) - most;
        out[i] = (int16_t)(style == 0 ? (any < 0 ? -most : most) : any);
    }
}

/* On a limit, or one or two beside it. */
static int32_t beside(int32_t limit)
{
    return limit + (int32_t)below(5) - 2;
}

static void check_project(const numeral_exact_kernels *ref,
                          const numeral_exact_kernels *k)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t n_pairs = 1 + below(40), n_out = 32 * (1 + below(6));
        guarded matrix = guard(n_pairs * n_out * 4, AT_END),
                row = guard(n_pairs * 2, AT_END);
        uint16_t pairs[2][41];
        int16_t values[2][82], *m = (int16_t *)(void *)matrix.data;
        int32_t out[2][192];
        fill_i16(m, n_pairs * n_out * 2, 16384);
        fill(row.data, n_pairs * 2);
        size_t n = ref->nonzero_u8(row.data, n_pairs, pairs[0], values[0]);
        MUST(k->nonzero_u8(row.data, n_pairs, pairs[1], values[1]) == n);
        MUST(memcmp(pairs[0], pairs[1], n * sizeof **pairs) == 0);
        MUST(memcmp(values[0], values[1], 2 * n * sizeof **values) == 0);
        memset(out, 0xa5, sizeof out);
        ref->project(pairs[0], values[0], n, m, n_out, out[0]);
        k->project(pairs[1], values[1], n, m, n_out, out[1]);
        MUST(memcmp(out[0], out[1], sizeof out[0]) == 0);
        unguard(&matrix);
        unguard(&row);
    }
}

static void check_nonzero_i16(const numeral_exact_kernels *ref,
                              const numeral_exact_kernels *k)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t n_pairs = 1 + below(200);
        guarded row = guard(n_pairs * 4, AT_END);
        uint16_t pairs[2][201];
        int16_t values[2][402], *x = (int16_t *)(void *)row.data;
        fill_i16(x, n_pairs * 2, round % 3 ? 1 : 32767);
        size_t n = ref->nonzero_i16(x, n_pairs, pairs[0], values[0]);
        MUST(k->nonzero_i16(x, n_pairs, pairs[1], values[1]) == n);
        MUST(memcmp(pairs[0], pairs[1], n * sizeof **pairs) == 0);
        MUST(memcmp(values[0], values[1], 2 * n * sizeof **values) == 0);
        unguard(&row);
    }
}

static void check_centroids(const numeral_exact_kernels *ref,
                            const numeral_exact_kernels *k)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = 8 * (1 + below(MAX_CLUSTERS / 8)), dims = 32 * (1 + below(2));
        guarded blocks = guard(n * dims * 2, AT_END), query = guard(dims * 2, AT_END);
        int32_t norms[MAX_CLUSTERS], out[2][MAX_CLUSTERS];
        fill_i16((int16_t *)(void *)blocks.data, n * dims, 1000);
        fill_i16((int16_t *)(void *)query.data, dims, 1800);
        for (size_t i = 0; i < n; i++) {
            norms[i] = (int32_t)below(1 << 26);
        }
        memset(out, 0xa5, sizeof out);
        const int16_t *q = (const int16_t *)(const void *)query.data;
        const int16_t *b = (const int16_t *)(const void *)blocks.data;
        ref->centroids(q, 12345678, b, norms, dims, n, out[0]);
        k->centroids(q, 12345678, b, norms, dims, n, out[1]);
        MUST(memcmp(out[0], out[1], sizeof out[0]) == 0);
        unguard(&blocks);
        unguard(&query);
    }
}

static void check_bounds(const numeral_exact_kernels *ref, const numeral_exact_kernels *k)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = 8 * (1 + below(MAX_CLUSTERS / 8));
        int32_t d[MAX_CLUSTERS];
        uint32_t tables[2][MAX_CLUSTERS], list[2][MAX_CLUSTERS + 8];
        int16_t most[2][MAX_CLUSTERS];
        fill((uint8_t *)tables, sizeof tables);
        for (size_t i = 0; i < n; i++) {
            d[i] = (int32_t)below(530000000);
        }
        numeral_bounding bounding = {.d = d,
                                     .n = n,
                                     .d1 = d[0],
                                     .d2 = d[n - 1],
                                     .table1 = tables[0],
                                     .table2 = tables[1],
                                     .radius = round % 2 ? 16383 : (int32_t)below(16384)};
        /* as far as a bound allows, or where its margin is the most that a byte holds */
        for (size_t i = 0; i < n; i++) {
            const uint32_t *table = tables[below(2)];
            int32_t a = (int32_t)(table[i] & 0xffff), b = (int16_t)(table[i] >> 16);
            int32_t limit = (table == tables[0] ? bounding.d1 : bounding.d2) +
                            a * bounding.radius + b * (1 << NUMERAL_BOUND_SHIFT);
            int32_t margin =
                (NUMERAL_MOST_LEAF + (int32_t)below(2)) * (1 << NUMERAL_LEAF_SHIFT);
            size_t how = below(4);
            d[i] = how == 0 ? beside(limit) : how == 1 ? beside(limit - margin) : d[i];
        }
        d[below(n)] = INT32_MAX; /* listed already */
        memset(list, 0xa5, sizeof list);
        memset(most, 0xa5, sizeof most);
        size_t count = ref->bounds(&bounding, list[0], most[0]);
        MUST(k->bounds(&bounding, list[1], most[1]) == count);
        MUST(memcmp(list[0], list[1], count * sizeof **list) == 0);
        MUST(memcmp(most[0], most[1], sizeof most[0]) == 0);
    }
}

static void check_nearest(const numeral_exact_kernels *ref,
                          const numeral_exact_kernels *k)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = 8 * (1 + below(MAX_CLUSTERS / 8)), range = 1 + below(1000);
        size_t most = n < NUMERAL_MAX_NEAREST ? n : NUMERAL_MAX_NEAREST;
        size_t wanted = 1 + below(most);
        guarded values = guard(n * 4, AT_END);
        int32_t *v = (int32_t *)(void *)values.data;
        uint32_t places[2][NUMERAL_MAX_NEAREST];
        for (size_t i = 0; i < n; i++) {
            v[i] = (int32_t)below(range);
        }
        memset(places, 0xa5, sizeof places);
        ref->nearest(v, n, wanted, places[0]);
        k->nearest(v, n, wanted, places[1]);
        MUST(memcmp(places[0], places[1], sizeof places[0]) == 0);
        unguard(&values);
    }
}

/* Query pairs with |a| + |b| <= 128, repeated as the scans want them. */
static void fill_query(int8_t *out)
{
    for (size_t p = 0; p < NUMERAL_GROUP_PAIRS; p++) {
        int a = (int)below(255) - 127, room = 128 - abs(a);
        int b = below(2) ? room : (int)below((size_t)room + 1);
        b = b > 127 ? 127 : b;
        b = below(2) ? -b : b;
        for (size_t i = 0; i < 16; i++) {
            out[32 * p + 2 * i] = (int8_t)a;
            out[32 * p + 2 * i + 1] = (int8_t)b;
        }
    }
}

typedef struct hit_room {
    uint32_t entries[MAX_GROUPS + 4];
    uint16_t masks[MAX_GROUPS + 4];
    _Alignas(64) int16_t sums[16 * (MAX_GROUPS + 4)];
} hit_room;

static void expect_equal_hits(const hit_room *a, const hit_room *b, size_t n)
{
    MUST(memcmp(a->entries, b->entries, n * sizeof *a->entries) == 0);
    MUST(memcmp(a->masks, b->masks, n * sizeof *a->masks) == 0);
    MUST(memcmp(a->sums, b->sums, n * 32) == 0);
}

static void check_scans(const numeral_exact_kernels *ref, const numeral_exact_kernels *k)
{
    static hit_room room[2];
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = below(MAX_GROUPS + 1);
        guarded base = guard(MAX_GROUPS * NUMERAL_GROUP_BYTES, AT_END);
        uint32_t groups[MAX_GROUPS + NUMERAL_SCAN_PADDING] = {0};
        int16_t starts[MAX_GROUPS + NUMERAL_SCAN_PADDING] = {0};
        _Alignas(64) int8_t query[NUMERAL_QUERY_BYTES];
        fill(base.data, MAX_GROUPS * NUMERAL_GROUP_BYTES);
        fill_query(query);
        for (size_t i = 0; i < n; i++) {
            groups[i] = (uint32_t)below(MAX_GROUPS);
            starts[i] = (int16_t)((int)below(65536) - 32768);
        }
        memset(room, 0xa5, sizeof room);
        numeral_scan scan = {.base = base.data,
                             .groups = groups,
                             .starts = starts,
                             .n = n,
                             .query = query};
        numeral_hits a = {room[0].entries, room[0].masks, room[0].sums};
        numeral_hits b = {room[1].entries, room[1].masks, room[1].sums};
        size_t count = ref->scan(&scan, &a);
        MUST(k->scan(&scan, &b) == count);
        expect_equal_hits(&room[0], &room[1], count);
        unguard(&base);
    }
}

/* Scans side by side, each of some of the base's groups in order, as many as there may
 * be; against one scan after the other. */
typedef struct beside_room {
    uint32_t groups[MAX_GROUPS + NUMERAL_SCAN_PADDING];
    int16_t starts[MAX_GROUPS + NUMERAL_SCAN_PADDING];
    _Alignas(64) int8_t query[NUMERAL_QUERY_BYTES];
    hit_room expected, found;
} beside_room;

static void fill_beside(beside_room *room, numeral_scan *scan, const uint8_t *base,
                        uint32_t begin, size_t n_groups, uint16_t *askers, uint16_t bit)
{
    size_t n = 0, share = 1 + below(4);
    memset(room, 0xa5, sizeof *room);
    fill_query(room->query);
    for (size_t g = 0; g < n_groups; g++) {
        if (below(share) == 0) {
            room->groups[n] = begin + (uint32_t)g;
            room->starts[n++] = (int16_t)((int)below(65536) - 32768);
            askers[g] |= bit;
        }
    }
    for (size_t j = 0; j < NUMERAL_SCAN_PADDING; j++) {
        room->groups[n + j] = n ? room->groups[n - 1] : begin;
        room->starts[n + j] = 0;
    }
    *scan = (numeral_scan){.base = base,
                           .groups = room->groups,
                           .starts = room->starts,
                           .n = n,
                           .query = room->query};
}

static void check_scans_beside(const numeral_exact_kernels *ref,
                               const numeral_exact_kernels *k)
{
    static beside_room rooms[NUMERAL_MAX_BESIDE];
    for (int round = 0; k->scan_beside && round < ROUNDS; round++) {
        size_t n = 1 + below(NUMERAL_MAX_BESIDE), n_hits[NUMERAL_MAX_BESIDE];
        uint32_t begin = (uint32_t)below(MAX_GROUPS);
        size_t n_groups = 1 + below(MAX_GROUPS - begin);
        uint16_t askers[MAX_GROUPS + NUMERAL_SCAN_PADDING] = {0};
        numeral_scan scans[NUMERAL_MAX_BESIDE];
        numeral_hits hits[NUMERAL_MAX_BESIDE];
        guarded base = guard((begin + n_groups) * NUMERAL_GROUP_BYTES, AT_END);
        fill(base.data, (begin + n_groups) * NUMERAL_GROUP_BYTES);
        for (size_t i = 0; i < n; i++) {
            hit_room *found = &rooms[i].found;
            fill_beside(&rooms[i], &scans[i], base.data, begin, n_groups, askers,
                        (uint16_t)(1u << i));
            hits[i] = (numeral_hits){found->entries, found->masks, found->sums};
        }
        numeral_scans beside = {scans, n, begin, n_groups, askers};
        k->scan_beside(&beside, hits, n_hits);
        for (size_t i = 0; i < n; i++) {
            hit_room *expected = &rooms[i].expected;
            numeral_hits h = {expected->entries, expected->masks, expected->sums};
            MUST(ref->scan(&scans[i], &h) == n_hits[i]);
            expect_equal_hits(expected, &rooms[i].found, n_hits[i]);
        }
        unguard(&base);
    }
}

static void check_l2(const numeral_exact_kernels *ref, const numeral_exact_kernels *k)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t bytes = 64 * (1 + below(round % 10 ? 14 : 64));
        guarded a = guard(bytes, AT_END), b = guard(bytes, AT_END);
        fill(a.data, bytes);
        fill(b.data, bytes);
        MUST(k->l2_u8(a.data, b.data, bytes) == ref->l2_u8(a.data, b.data, bytes));
        int16_t *u = (int16_t *)(void *)a.data, *v = (int16_t *)(void *)b.data;
        fill_i16(u, bytes / 2, 32767);
        fill_i16(v, bytes / 2, 32767);
        MUST(k->l2_i16(u, v, bytes / 2) == ref->l2_i16(u, v, bytes / 2));
        unguard(&a);
        unguard(&b);
    }
}

static void check_choose(const numeral_exact_kernels *ref, const numeral_exact_kernels *k)
{
    enum { CLUSTERS = 12, MOST_GROUPS = 40, ROOM = MOST_GROUPS * CLUSTERS };
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t first[CLUSTERS + 1] = {0}, list[CLUSTERS];
        int16_t most[CLUSTERS], begin[CLUSTERS];
        static uint32_t groups[2][ROOM + 7], owners[2][ROOM + 7];
        static int16_t starts[2][ROOM + 7];
        for (size_t c = 0; c < CLUSTERS; c++) {
            first[c + 1] = first[c] + (uint32_t)below(round % 2 ? MOST_GROUPS : 12);
            most[c] = (int16_t)(below(4) ? (int)below(300) - 20 : beside(0));
            begin[c] = (int16_t)((int)below(65536) - 32768);
            list[c] = (uint32_t)below(CLUSTERS);
        }
        guarded leaves = guard(first[CLUSTERS] + 7, AT_END);
        fill(leaves.data, first[CLUSTERS] + 7);
        numeral_choice choice = {.leaves = leaves.data,
                                 .list = list,
                                 .n = below(CLUSTERS + 1),
                                 .first = first,
                                 .most = most,
                                 .starts = begin};
        size_t n = ref->choose(&choice, groups[0], owners[0], starts[0]);
        MUST(k->choose(&choice, groups[1], owners[1], starts[1]) == n);
        MUST(memcmp(groups[0], groups[1], n * sizeof **groups) == 0);
        MUST(memcmp(owners[0], owners[1], n * sizeof **owners) == 0);
        MUST(memcmp(starts[0], starts[1], n * sizeof **starts) == 0);
        unguard(&leaves);
    }
}

enum { MAX_POINTS = 16 * MAX_GROUPS };

typedef struct point_room {
    uint32_t rows[MAX_POINTS + 16], owners[MAX_POINTS + 16];
    int32_t excess[MAX_POINTS + 16];
    float estimates[MAX_POINTS + 16];
} point_room;

static numeral_points points_in(point_room *room)
{
    return (numeral_points){room->rows, room->owners, room->excess, room->estimates};
}

static void expect_equal_points(const point_room *a, const point_room *b, size_t n)
{
    MUST(memcmp(a->rows, b->rows, n * sizeof *a->rows) == 0);
    MUST(memcmp(a->owners, b->owners, n * sizeof *a->owners) == 0);
    MUST(memcmp(a->excess, b->excess, n * sizeof *a->excess) == 0);
}

static void check_points(const numeral_exact_kernels *ref, const numeral_exact_kernels *k)
{
    static hit_room hits;
    static point_room room[2];
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t groups[MAX_GROUPS], owners[MAX_GROUPS], rows[MAX_GROUPS];
        uint16_t valid[MAX_GROUPS];
        int32_t firsts[MAX_GROUPS], thresholds[MAX_GROUPS];
        size_t n = below(MAX_GROUPS + 1);
        for (size_t i = 0; i < MAX_GROUPS; i++) {
            groups[i] = (uint32_t)below(MAX_GROUPS);
            owners[i] = (uint32_t)below(MAX_GROUPS);
            rows[i] = (uint32_t)(16 * i);
            valid[i] = below(3) ? 0xffff : (uint16_t)below(65536);
            firsts[i] = (int32_t)below(65001);
            thresholds[i] = (int32_t)below(1 << 23);
            hits.entries[i] = (uint32_t)below(MAX_GROUPS);
            hits.masks[i] = (uint16_t)(below(2) ? below(65536) : (size_t)1 << below(16));
        }
        fill_i16(hits.sums, (size_t)16 * MAX_GROUPS, 32767);
        for (size_t i = 0; i < MAX_GROUPS; i++) { /* sums about to wrap */
            int32_t first = beside(-3 - 2 * hits.sums[16 * i + below(16)]);
            if (first >= 0 && below(2)) {
                firsts[owners[hits.entries[i]]] = first;
            }
        }
        memset(room, 0xa5, sizeof room);
        numeral_scan scan = {.groups = groups,
                             .owners = owners,
                             .rows = rows,
                             .valid = valid,
                             .firsts = firsts,
                             .thresholds = thresholds};
        numeral_hits in = {hits.entries, hits.masks, hits.sums};
        numeral_points a = points_in(&room[0]), b = points_in(&room[1]);
        size_t count = ref->points(&scan, &in, n, &a);
        MUST(k->points(&scan, &in, n, &b) == count);
        expect_equal_points(&room[0], &room[1], count);
    }
}

/* The next number below one that is positive; without the mathematics library. */
static float next_below(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits -= bits > 0;
    memcpy(&value, &bits, sizeof bits);
    return value;
}

static int32_t fine_sum(const int16_t *query, const int8_t *row, size_t n)
{
    int32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t d = query[i] - row[i] * (1 << NUMERAL_FINE_SHIFT);
        sum += d * d;
    }
    return sum;
}

static void check_second(const numeral_exact_kernels *ref, const numeral_exact_kernels *k)
{
    static point_room room[2];
    for (int round = 0; round < ROUNDS; round++) {
        size_t n_rows = 1 + below(60), n = below(80);
        guarded rows = guard(32 * n_rows, AT_END), query = guard(64, AT_END);
        int shift = 8 + 2 * (int)below(9);
        int16_t *q = (int16_t *)(void *)query.data;
        fill(rows.data, 32 * n_rows);
        fill_i16(q, 32, NUMERAL_FINE_QUERY);
        for (size_t i = 0; i < n; i++) {
            room[0].rows[i] = (uint32_t)below(n_rows);
            room[0].owners[i] = (uint32_t)i;
            room[0].excess[i] = -(int32_t)below(round % 2 ? 1000000 : 2000);
        }
        const int8_t *x = (const int8_t *)rows.data;
        for (size_t i = 0; i < n; i++) { /* every other one on the edge */
            if (below(2)) {
                room[0].excess[i] =
                    beside(-(fine_sum(q, x + 32 * room[0].rows[i], 32) >> shift));
            }
        }
        room[1] = room[0];
        numeral_points a = points_in(&room[0]), b = points_in(&room[1]);
        size_t count = ref->second(q, x, shift, n, &a);
        MUST(k->second(q, x, shift, n, &b) == count);
        expect_equal_points(&room[0], &room[1], count);
        unguard(&rows);
        unguard(&query);
    }
}

static void check_tails(const numeral_exact_kernels *ref, const numeral_exact_kernels *k)
{
    enum { CLUSTERS = 9 };
    static point_room room[2];
    for (int round = 0; round < ROUNDS; round++) {
        size_t n_rows = 1 + below(60), n = below(80), dims = 32 * below(5);
        guarded rows = guard(dims * n_rows, AT_END), query = guard(2 * dims, AT_END);
        int32_t thresholds[CLUSTERS];
        float limits[CLUSTERS];
        fill(rows.data, dims * n_rows);
        fill_i16((int16_t *)(void *)query.data, dims, NUMERAL_FINE_QUERY);
        for (size_t c = 0; c < CLUSTERS; c++) {
            thresholds[c] = (int32_t)below(1 << 23);
            limits[c] = below(4) ? (float)below(1 << 30) : INFINITY;
        }
        for (size_t i = 0; i < n; i++) {
            room[0].rows[i] = (uint32_t)below(n_rows);
            room[0].owners[i] = (uint32_t)below(CLUSTERS);
            int32_t least = -thresholds[room[0].owners[i]];
            room[0].excess[i] = below(2) ? -(int32_t)below(1 << 23) : beside(least);
        }
        numeral_tail_scan scan = {.tails = (const int8_t *)rows.data,
                                  .query = (const int16_t *)(const void *)query.data,
                                  .n_dims = dims,
                                  .thresholds = thresholds,
                                  .limits = limits,
                                  .head = (float)(1 + below(3000)) / 7,
                                  .tail = (float)(1 + below(300)) / 13};
        /* some clusters' limits are the very estimate of a row, or the next number */
        for (size_t i = 0; i < n; i += 3) {
            uint32_t owner = room[0].owners[i];
            int32_t d = room[0].excess[i] + thresholds[owner];
            int32_t sum = fine_sum(scan.query, scan.tails + room[0].rows[i] * dims, dims);
            float estimate = (float)(d > 0 ? d : 0) * scan.head + (float)sum * scan.tail;
            limits[owner] = below(3) ? estimate : next_below(estimate);
        }
        room[1] = room[0];
        numeral_points a = points_in(&room[0]), b = points_in(&room[1]);
        size_t count = ref->tails(&scan, n, &a);
        MUST(k->tails(&scan, n, &b) == count);
        MUST(memcmp(room[0].rows, room[1].rows, count * sizeof *a.rows) == 0);
        MUST(memcmp(room[0].owners, room[1].owners, count * sizeof *a.owners) == 0);
        MUST(memcmp(room[0].estimates, room[1].estimates, count * sizeof *a.estimates) ==
             0);
        unguard(&rows);
        unguard(&query);
    }
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void check_kth(const numeral_exact_kernels *k)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = 1 + below(100), wanted = 1 + below(n);
        guarded values = guard(4 * n, AT_END);
        float *v = (float *)(void *)values.data, sorted[100];
        for (size_t i = 0; i < n; i++) {
            v[i] = round % 3 ? (float)below(round % 2 ? 30 : 100000000) : 1e30F / 3;
        }
        for (size_t i = 0; round % 5 == 0 && i < n;
             i++) { /* a bit or a few beside others */
            uint32_t bits = 0x3f800000U + (uint32_t)below(1 + n / 4);
            memcpy(&v[i], &bits, sizeof bits);
        }
        memcpy(sorted, v, 4 * n);
        qsort(sorted, n, sizeof *sorted, compare_floats);
        MUST(k->kth(v, n, wanted) == sorted[wanted - 1]);
        unguard(&values);
    }
}

/* Worked by hand: 3² + 4² and the largest there are. */
static void test_reference_values(void)
{
    numeral_exact_kernels ref;
    numeral_exact_kernels_fill(NUMERAL_CPU_REF, &ref);
    static uint8_t zero[4096], full[4096];
    static int16_t low[4096], high[4096];
    memset(full, 255, sizeof full);
    for (size_t i = 0; i < 4096; i++) {
        low[i] = -32767;
        high[i] = 32767;
    }
    MUST(ref.l2_u8(zero, full, 4096) == 266342400u);
    MUST(ref.l2_i16(low, high, 4096) == UINT64_C(17591112318976));
    /* As far as 3·7 + 2·8,192, -8,192, 65,535·7 and 32,767·8,192 allow, or one more; what
     * is left in units of 131,072, at most 255. */
    const uint32_t table[8] = {0x20003, 0x20003, 0xffff0000, 0xffff0000,
                               0xffff,  0xffff,  0x7fff0000, 0x7fff0000};
    const int32_t far[8] = {17405,  17406,  -7192,     -7191,
                            328673, 328674, 235004904, 234873832};
    const uint32_t kept[6] = {0, 2, 4, 5, 6, 7};
    const int16_t left[8] = {0, -1, 0, -1, 1, 0, 255, 255};
    const numeral_bounding bounding = {far, 8, 1000, 1000, table, table, 7};
    uint32_t list[16];
    int16_t most[8];
    MUST(ref.bounds(&bounding, list, most) == 6);
    MUST(memcmp(list, kept, sizeof kept) == 0);
    MUST(memcmp(most, left, sizeof left) == 0);
    /* 16·3 and 16·4 against 0, in squares of 1/16: 3² + 4². */
    const int16_t query[32] = {0};
    const int8_t x[32] = {3, 4};
    uint32_t row = 0, owner = 0;
    int32_t excess = -25;
    numeral_points point = {&row, &owner, &excess, NULL};
    MUST(ref.second(query, x, 2 * NUMERAL_FINE_SHIFT, 1, &point) == 1);
    MUST(excess == 0);
}

static void test_all_sets(void)
{
    numeral_exact_kernels ref, other;
    numeral_exact_kernels_fill(NUMERAL_CPU_REF, &ref);
    for (int cpu = 0; cpu < NUMERAL_CPU_COUNT; cpu++) {
        if (!numeral_cpu_available((numeral_cpu)cpu)) {
            continue;
        }
        numeral_exact_kernels_fill((numeral_cpu)cpu, &other);
        check_project(&ref, &other);
        check_nonzero_i16(&ref, &other);
        check_centroids(&ref, &other);
        check_bounds(&ref, &other);
        check_nearest(&ref, &other);
        check_scans(&ref, &other);
        check_scans_beside(&ref, &other);
        check_l2(&ref, &other);
        check_choose(&ref, &other);
        check_points(&ref, &other);
        check_second(&ref, &other);
        check_tails(&ref, &other);
        check_kth(&other);
        printf("%s: compared\n", numeral_cpu_label((numeral_cpu)cpu));
    }
}

int main(void)
{
    test_reference_values();
    test_all_sets();
    return 0;
}
