/* Every instruction set's kernels of the exact index against the plain C ones, bit for
 * bit, in the manner of dav1d's checkasm: outputs are poisoned, inputs random or extreme
 * and laid against the end of a page that may not be touched beyond. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "base/random.h"
#include "kernel/kernel_exact.h"

enum { PAGE = 4096, ROUNDS = 300, MAX_GROUPS = 40, MAX_CLUSTERS = 64 };

static numeral_random rng;

static size_t below(size_t bound)
{
    return (size_t)numeral_random_below(&rng, bound);
}

/* `bytes` bytes that end where a forbidden page begins. */
typedef struct guarded {
    uint8_t *map, *data;
    size_t mapped;
} guarded;

static guarded guard(size_t bytes)
{
    guarded g;
    size_t pages = (bytes + PAGE - 1) / PAGE;
    g.mapped = (pages + 1) * PAGE;
    g.map =
        mmap(NULL, g.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(g.map != MAP_FAILED);
    assert_int_equal(mprotect(g.map + pages * PAGE, PAGE, PROT_NONE), 0);
    g.data = g.map + pages * PAGE - bytes;
    return g;
}

static void drop(guarded *g)
{
    munmap(g->map, g->mapped);
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

static void check_project(const numeral_exact_kernels *ref,
                          const numeral_exact_kernels *k)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t n_pairs = 1 + below(40), n_out = 32 * (1 + below(6));
        guarded matrix = guard(n_pairs * n_out * 4), row = guard(n_pairs * 2);
        uint16_t pairs[2][41];
        int16_t values[2][82], *m = (int16_t *)(void *)matrix.data;
        int32_t out[2][192];
        fill_i16(m, n_pairs * n_out * 2, 16384);
        fill(row.data, n_pairs * 2);
        size_t n = ref->nonzero_u8(row.data, n_pairs, pairs[0], values[0]);
        assert_int_equal(k->nonzero_u8(row.data, n_pairs, pairs[1], values[1]), n);
        assert_memory_equal(pairs[0], pairs[1], n * sizeof **pairs);
        assert_memory_equal(values[0], values[1], 2 * n * sizeof **values);
        memset(out, 0xa5, sizeof out);
        ref->project(pairs[0], values[0], n, m, n_out, out[0]);
        k->project(pairs[1], values[1], n, m, n_out, out[1]);
        assert_memory_equal(out[0], out[1], sizeof out[0]);
        drop(&matrix);
        drop(&row);
    }
}

static void check_nonzero_i16(const numeral_exact_kernels *ref,
                              const numeral_exact_kernels *k)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t n_pairs = 1 + below(200);
        guarded row = guard(n_pairs * 4);
        uint16_t pairs[2][201];
        int16_t values[2][402], *x = (int16_t *)(void *)row.data;
        fill_i16(x, n_pairs * 2, round % 3 ? 1 : 32767);
        size_t n = ref->nonzero_i16(x, n_pairs, pairs[0], values[0]);
        assert_int_equal(k->nonzero_i16(x, n_pairs, pairs[1], values[1]), n);
        assert_memory_equal(pairs[0], pairs[1], n * sizeof **pairs);
        assert_memory_equal(values[0], values[1], 2 * n * sizeof **values);
        drop(&row);
    }
}

static void check_centroids(const numeral_exact_kernels *ref,
                            const numeral_exact_kernels *k)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = 8 * (1 + below(MAX_CLUSTERS / 8)), dims = 32 * (1 + below(2));
        guarded blocks = guard(n * dims * 2), query = guard(dims * 2);
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
        assert_memory_equal(out[0], out[1], sizeof out[0]);
        drop(&blocks);
        drop(&query);
    }
}

static void check_bounds(const numeral_exact_kernels *ref, const numeral_exact_kernels *k)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = 8 * (1 + below(MAX_CLUSTERS / 8));
        int32_t d[MAX_CLUSTERS];
        uint32_t tables[2][MAX_CLUSTERS], list[2][MAX_CLUSTERS + 8];
        fill((uint8_t *)tables, sizeof tables);
        for (size_t i = 0; i < n; i++) {
            d[i] = (int32_t)below(530000000);
        }
        int32_t radius = round % 2 ? 16383 : (int32_t)below(16384);
        memset(list, 0xa5, sizeof list);
        size_t count =
            ref->bounds(d, n, d[0], tables[0], d[n - 1], tables[1], radius, list[0]);
        assert_int_equal(
            k->bounds(d, n, d[0], tables[0], d[n - 1], tables[1], radius, list[1]),
            count);
        assert_memory_equal(list[0], list[1], count * sizeof **list);
    }
}

static void check_nearest(const numeral_exact_kernels *ref,
                          const numeral_exact_kernels *k)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = 8 * (1 + below(MAX_CLUSTERS / 8)), range = 1 + below(1000);
        size_t most = n < NUMERAL_MAX_NEAREST ? n : NUMERAL_MAX_NEAREST;
        size_t wanted = 1 + below(most);
        guarded values = guard(n * 4);
        int32_t *v = (int32_t *)(void *)values.data;
        uint32_t places[2][NUMERAL_MAX_NEAREST];
        for (size_t i = 0; i < n; i++) {
            v[i] = (int32_t)below(range);
        }
        memset(places, 0xa5, sizeof places);
        ref->nearest(v, n, wanted, places[0]);
        k->nearest(v, n, wanted, places[1]);
        assert_memory_equal(places[0], places[1], sizeof places[0]);
        drop(&values);
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
    assert_memory_equal(a->entries, b->entries, n * sizeof *a->entries);
    assert_memory_equal(a->masks, b->masks, n * sizeof *a->masks);
    assert_memory_equal(a->sums, b->sums, n * 32);
}

static void check_scans(const numeral_exact_kernels *ref, const numeral_exact_kernels *k)
{
    static hit_room room[2];
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = below(MAX_GROUPS + 1);
        guarded base = guard(MAX_GROUPS * NUMERAL_GROUP_BYTES);
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
        assert_int_equal(k->scan(&scan, &b), count);
        expect_equal_hits(&room[0], &room[1], count);
        drop(&base);
    }
}

static void check_l2(const numeral_exact_kernels *ref, const numeral_exact_kernels *k)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t bytes = 64 * (1 + below(round % 10 ? 14 : 64));
        guarded a = guard(bytes), b = guard(bytes);
        fill(a.data, bytes);
        fill(b.data, bytes);
        assert_true(k->l2_u8(a.data, b.data, bytes) == ref->l2_u8(a.data, b.data, bytes));
        const int8_t *x = (const int8_t *)a.data, *y = (const int8_t *)b.data;
        assert_true(k->l2_i8(x, y, bytes) == ref->l2_i8(x, y, bytes));
        assert_true(k->l2_i8(x + 32, y + 32, bytes - 32) ==
                    ref->l2_i8(x + 32, y + 32, bytes - 32));
        int16_t *u = (int16_t *)(void *)a.data, *v = (int16_t *)(void *)b.data;
        fill_i16(u, bytes / 2, 32767);
        fill_i16(v, bytes / 2, 32767);
        assert_true(k->l2_i16(u, v, bytes / 2) == ref->l2_i16(u, v, bytes / 2));
        drop(&a);
        drop(&b);
    }
}

static void check_choose(const numeral_exact_kernels *ref, const numeral_exact_kernels *k)
{
    enum { OWNERS = 12, ROOM = 20 * OWNERS };
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t first[OWNERS], end[OWNERS], at = 0;
        int16_t most[OWNERS], begin[OWNERS];
        static uint32_t groups[2][ROOM + 7], owners[2][ROOM + 7];
        static int16_t starts[2][ROOM + 7];
        for (size_t o = 0; o < OWNERS; o++) {
            first[o] = at;
            end[o] = at += (uint32_t)below(20);
            most[o] = (int16_t)((int)below(300) - 20);
            begin[o] = (int16_t)((int)below(65536) - 32768);
        }
        guarded leaves = guard(at + 7);
        fill(leaves.data, at + 7);
        numeral_choice choice = {leaves.data,       first, end, most, begin,
                                 below(OWNERS + 1), 7};
        size_t n = ref->choose(&choice, groups[0], owners[0], starts[0]);
        assert_int_equal(k->choose(&choice, groups[1], owners[1], starts[1]), n);
        assert_memory_equal(groups[0], groups[1], n * sizeof **groups);
        assert_memory_equal(owners[0], owners[1], n * sizeof **owners);
        assert_memory_equal(starts[0], starts[1], n * sizeof **starts);
        drop(&leaves);
    }
}

enum { MAX_POINTS = 16 * MAX_GROUPS };

typedef struct point_room {
    uint32_t rows[MAX_POINTS + 16], owners[MAX_POINTS + 16];
    int32_t excess[MAX_POINTS + 16];
} point_room;

static numeral_points points_in(point_room *room)
{
    return (numeral_points){room->rows, room->owners, room->excess};
}

static void expect_equal_points(const point_room *a, const point_room *b, size_t n)
{
    assert_memory_equal(a->rows, b->rows, n * sizeof *a->rows);
    assert_memory_equal(a->owners, b->owners, n * sizeof *a->owners);
    assert_memory_equal(a->excess, b->excess, n * sizeof *a->excess);
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
        assert_int_equal(k->points(&scan, &in, n, &b), count);
        expect_equal_points(&room[0], &room[1], count);
    }
}

static void check_second(const numeral_exact_kernels *ref, const numeral_exact_kernels *k)
{
    static point_room room[2];
    for (int round = 0; round < ROUNDS; round++) {
        size_t n_rows = 1 + below(60), n = below(80);
        guarded rows = guard(32 * n_rows), query = guard(32);
        fill(rows.data, 32 * n_rows);
        fill(query.data, 32);
        for (size_t i = 0; i < n; i++) {
            room[0].rows[i] = (uint32_t)below(n_rows);
            room[0].owners[i] = (uint32_t)i;
            room[0].excess[i] = -(int32_t)below(round % 2 ? 1000000 : 2000);
        }
        room[1] = room[0];
        const int8_t *x = (const int8_t *)rows.data, *q = (const int8_t *)query.data;
        numeral_points a = points_in(&room[0]), b = points_in(&room[1]);
        size_t count = ref->second(q, x, n, &a);
        assert_int_equal(k->second(q, x, n, &b), count);
        expect_equal_points(&room[0], &room[1], count);
        drop(&rows);
        drop(&query);
    }
}

/* Worked by hand: 3² + 4² and the largest there are. */
static void test_reference_values(void **state)
{
    (void)state;
    numeral_exact_kernels ref;
    numeral_exact_kernels_fill(NUMERAL_CPU_REF, &ref);
    static uint8_t zero[4096], full[4096];
    static int16_t low[4096], high[4096];
    memset(full, 255, sizeof full);
    for (size_t i = 0; i < 4096; i++) {
        low[i] = -32767;
        high[i] = 32767;
    }
    assert_true(ref.l2_u8(zero, full, 4096) == 266342400u);
    assert_true(ref.l2_i16(low, high, 4096) == UINT64_C(17591112318976));
    const int8_t a[32] = {3, 0}, b[32] = {0, 4};
    assert_true(ref.l2_i8(a, b, 32) == 25);
}

static void test_all_sets(void **state)
{
    (void)state;
    numeral_exact_kernels ref, other;
    numeral_exact_kernels_fill(NUMERAL_CPU_REF, &ref);
    rng = numeral_random_seed(11, 1);
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
        check_l2(&ref, &other);
        check_choose(&ref, &other);
        check_points(&ref, &other);
        check_second(&ref, &other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference_values),
        cmocka_unit_test(test_all_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
