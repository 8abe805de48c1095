/* Every kernel of every instruction set this machine has, against the plain C reference,
 * bit for bit (the manner of dav1d's checkasm): dimensions 1 to 130, 784 and 4096; random
 * and extreme values; outputs poisoned; every buffer touches an unreadable page, once at
 * its front and once at its end. `--bench` prints timings instead.
 *
 * It needs the C library alone, so that it also builds for another machine. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "guard.h"

#include "kernel/distance.h"

enum { MAX_ROWS = 19, MAX_SELECT = 150 };

typedef enum pattern { RANDOM, LOWEST, HIGHEST, OPPOSITE, SPARSE, PATTERNS } pattern;

static size_t round_up(size_t n, size_t step)
{
    return (n + step - 1) / step * step;
}

/* One value of a pattern between two extremes; `side` is the half of a pair of buffers.
 */
static int32_t make_value(pattern kind, int side, int32_t low, int32_t high)
{
    uint32_t r = random_bits();
    switch (kind) {
    case LOWEST:
        return low;
    case HIGHEST:
        return high;
    case OPPOSITE:
        return side ? high : low;
    case SPARSE:
        return r % 5 ? 0 : r % 3 ? high : low;
    default:
        return low + (int32_t)(random_bits() % (uint32_t)(high - low + 1));
    }
}

static void fill_u8(uint8_t *out, size_t n, size_t dims, size_t stride, pattern kind,
                    int side)
{
    for (size_t i = 0; i < n * stride; i++) {
        out[i] = i % stride < dims ? (uint8_t)make_value(kind, side, 0, 255) : 0;
    }
}

static void fill_i16(int16_t *out, size_t n, size_t dims, size_t stride, pattern kind,
                     int side, int32_t low, int32_t high)
{
    for (size_t i = 0; i < n * stride; i++) {
        out[i] = i % stride < dims ? (int16_t)make_value(kind, side, low, high) : 0;
    }
}

typedef struct context {
    const numeral_distance_kernels *ref, *set;
    size_t dims, n_rows, n_queries;
    pattern kind;
    place where;
    bool failed;
} context;

static void compare(context *c, const char *name, const guarded *wanted,
                    const guarded *got)
{
    if (memcmp(wanted->data, got->data, got->bytes) != 0) {
        printf("%s %s: differs from ref (%zu dimensions, %zu rows, %zu queries, pattern "
               "%d)\n",
               numeral_cpu_label(c->set->cpu), name, c->dims, c->n_rows, c->n_queries,
               (int)c->kind);
        c->failed = true;
    }
}

static void test_dot_u8(context *c)
{
    size_t stride = round_up(c->dims, 64), out_stride = c->n_rows + 3;
    guarded q = guard(c->n_queries * stride * 2, c->where);
    guarded x = guard(c->n_rows * stride, c->where);
    guarded a = guard(c->n_queries * out_stride * 4, c->where);
    guarded b = guard(a.bytes, c->where);
    fill_i16((void *)q.data, c->n_queries, c->dims, stride, c->kind, 0, 0, 255);
    fill_u8(x.data, c->n_rows, c->dims, stride, c->kind, 1);
    c->ref->dot_u8((void *)q.data, stride, c->n_queries, x.data, stride, c->n_rows,
                   c->dims, (void *)a.data, out_stride);
    c->set->dot_u8((void *)q.data, stride, c->n_queries, x.data, stride, c->n_rows,
                   c->dims, (void *)b.data, out_stride);
    compare(c, "dot_u8", &a, &b);
    unguard(&q), unguard(&x), unguard(&a), unguard(&b);
}

static void test_dot_i16(context *c)
{
    size_t stride = round_up(c->dims, 32), out_stride = c->n_rows + 1;
    guarded q = guard(c->n_queries * stride * 2, c->where);
    guarded x = guard(c->n_rows * stride * 2, c->where);
    guarded a = guard(c->n_queries * out_stride * 8, c->where);
    guarded b = guard(a.bytes, c->where);
    fill_i16((void *)q.data, c->n_queries, c->dims, stride, c->kind, 0, -32767, 32767);
    fill_i16((void *)x.data, c->n_rows, c->dims, stride, c->kind, 1, -32767, 32767);
    c->ref->dot_i16((void *)q.data, stride, c->n_queries, (void *)x.data, stride,
                    c->n_rows, c->dims, (void *)a.data, out_stride);
    c->set->dot_i16((void *)q.data, stride, c->n_queries, (void *)x.data, stride,
                    c->n_rows, c->dims, (void *)b.data, out_stride);
    compare(c, "dot_i16", &a, &b);
    unguard(&q), unguard(&x), unguard(&a), unguard(&b);
}

#define TEST_ONE_U8(name)                                                                \
    static void test_##name(context *c)                                                  \
    {                                                                                    \
        size_t stride = round_up(c->dims, 64);                                           \
        guarded q = guard(stride, c->where);                                             \
        guarded x = guard(c->n_rows * stride, c->where);                                 \
        guarded a = guard(c->n_rows * 4, c->where), b = guard(a.bytes, c->where);        \
        fill_u8(q.data, 1, c->dims, stride, c->kind, 0);                                 \
        fill_u8(x.data, c->n_rows, c->dims, stride, c->kind, 1);                         \
        c->ref->name(q.data, x.data, stride, c->n_rows, c->dims, (void *)a.data);        \
        c->set->name(q.data, x.data, stride, c->n_rows, c->dims, (void *)b.data);        \
        compare(c, #name, &a, &b);                                                       \
        unguard(&q), unguard(&x), unguard(&a), unguard(&b);                              \
    }

#define TEST_ONE_I16(name)                                                               \
    static void test_##name(context *c)                                                  \
    {                                                                                    \
        size_t stride = round_up(c->dims, 32);                                           \
        guarded q = guard(stride * 2, c->where);                                         \
        guarded x = guard(c->n_rows * stride * 2, c->where);                             \
        guarded a = guard(c->n_rows * 4, c->where), b = guard(a.bytes, c->where);        \
        fill_i16((void *)q.data, 1, c->dims, stride, c->kind, 0, -32767, 32767);         \
        fill_i16((void *)x.data, c->n_rows, c->dims, stride, c->kind, 1, -32767, 32767); \
        c->ref->name((void *)q.data, (void *)x.data, stride, c->n_rows, c->dims,         \
                     (void *)a.data);                                                    \
        c->set->name((void *)q.data, (void *)x.data, stride, c->n_rows, c->dims,         \
                     (void *)b.data);                                                    \
        compare(c, #name, &a, &b);                                                       \
        unguard(&q), unguard(&x), unguard(&a), unguard(&b);                              \
    }

TEST_ONE_U8(l1_u8)
TEST_ONE_U8(linf_u8)
TEST_ONE_U8(hamming_u8)
TEST_ONE_I16(l1_i16)
TEST_ONE_I16(linf_i16)
TEST_ONE_I16(hamming_i16)

static void test_columns_dot_u8(context *c)
{
    size_t n_pairs = (c->dims + 1) / 2, listed = 0;
    guarded x = guard(n_pairs * NUMERAL_COLUMN_ROWS * 2, c->where);
    guarded a = guard(NUMERAL_COLUMN_ROWS * 4, c->where), b = guard(a.bytes, c->where);
    fill_u8(x.data, 1, x.bytes, x.bytes, c->kind, 1);
    /* The lists hold exactly what is listed, so that a read behind them is seen. */
    for (size_t p = 0; p < n_pairs; p++) {
        listed += p % 3 != 1;
    }
    guarded pairs = guard(listed * 2, c->where), values = guard(listed * 4, c->where);
    for (size_t p = 0, i = 0; p < n_pairs; p++) {
        if (p % 3 != 1) {
            memcpy(pairs.data + 2 * i++, &(uint16_t){(uint16_t)p}, 2);
        }
    }
    fill_i16((void *)values.data, 1, 2 * listed, 2 * listed, c->kind, 0, 0, 255);
    c->ref->columns_dot_u8((void *)pairs.data, (void *)values.data, listed, x.data,
                           (void *)a.data);
    c->set->columns_dot_u8((void *)pairs.data, (void *)values.data, listed, x.data,
                           (void *)b.data);
    compare(c, "columns_dot_u8", &a, &b);
    unguard(&x), unguard(&a), unguard(&b), unguard(&pairs), unguard(&values);
}

typedef struct selection {
    guarded hits, distances;
    size_t count;
} selection;

/* Runs select_l2 or, without norms, select_u32. */
static selection run_select(const context *c, const numeral_distance_kernels *set,
                            const guarded *values, const guarded *norms, uint32_t norm,
                            size_t n, uint32_t bound)
{
    selection s = {.hits = guard(n * 4, c->where), .distances = guard(n * 4, c->where)};
    s.count = norms ? set->select_l2((void *)values->data, (void *)norms->data, norm, n,
                                     bound, (void *)s.hits.data, (void *)s.distances.data)
                    : set->select_u32((void *)values->data, n, bound, (void *)s.hits.data,
                                      (void *)s.distances.data);
    /* What lies behind the count may hold anything. */
    memset(s.hits.data + s.count * 4, POISON, (n - s.count) * 4);
    memset(s.distances.data + s.count * 4, POISON, (n - s.count) * 4);
    return s;
}

static void test_select(context *c, bool l2)
{
    static const uint32_t bounds[] = {0, 1000, 0x7fffffff, 0x80000000, 0xffffffff};
    size_t n = c->dims % MAX_SELECT;
    guarded values = guard(n * 4, c->where), norms = guard(n * 4, c->where);
    for (size_t i = 0; i < n; i++) {
        uint32_t big = random_bits(), small = random_bits() % 2000;
        uint32_t norm = random_bits() % 1000;
        memcpy(values.data + 4 * i, c->kind == RANDOM ? &big : &small, 4);
        memcpy(norms.data + 4 * i, &norm, 4);
    }
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        const guarded *used = l2 ? &norms : NULL;
        selection a = run_select(c, c->ref, &values, used, 77, n, bounds[i]);
        selection b = run_select(c, c->set, &values, used, 77, n, bounds[i]);
        c->failed |= a.count != b.count;
        compare(c, l2 ? "select_l2 hits" : "select_u32 hits", &a.hits, &b.hits);
        compare(c, l2 ? "select_l2" : "select_u32", &a.distances, &b.distances);
        unguard(&a.hits), unguard(&a.distances), unguard(&b.hits), unguard(&b.distances);
    }
    unguard(&values), unguard(&norms);
}

static void test_select_l2(context *c)
{
    test_select(c, true);
}

static void test_select_u32(context *c)
{
    test_select(c, false);
}

typedef void (*test_function)(context *c);
static const test_function tests[] = {test_dot_u8,     test_dot_i16,       test_l1_u8,
                                      test_linf_u8,    test_hamming_u8,    test_l1_i16,
                                      test_linf_i16,   test_hamming_i16,   test_select_l2,
                                      test_select_u32, test_columns_dot_u8};
enum { N_TESTS = sizeof tests / sizeof *tests };

static void test_dims(context *c, size_t dims)
{
    c->dims = dims;
    for (int where = 0; where < PLACES; where++) {
        for (int kind = 0; kind < PATTERNS; kind++) {
            c->where = (place)where;
            c->kind = (pattern)kind;
            c->n_rows = 1 + random_bits() % MAX_ROWS;
            c->n_queries = 1 + random_bits() % NUMERAL_QUERY_BLOCK;
            for (size_t t = 0; t < N_TESTS && !c->failed; t++) {
                tests[t](c);
            }
        }
    }
}

static bool test_set(const numeral_distance_kernels *ref,
                     const numeral_distance_kernels *set)
{
    context c = {.ref = ref, .set = set};
    for (size_t dims = 1; dims <= 130; dims++) {
        test_dims(&c, dims);
    }
    test_dims(&c, 784);
    test_dims(&c, 4096);
    printf("%s: %s\n", numeral_cpu_label(set->cpu), c.failed ? "FAILED" : "as ref");
    return !c.failed;
}

/* Timings: the best of many short runs, on data that fits the second-level cache. */
enum { BENCH_ROWS = 128, BENCH_RUNS = 60 };

typedef struct bench {
    size_t dims, stride;
    int16_t *queries;
    uint8_t *rows;
    uint16_t pairs[2048];
    uint32_t *norms, *hits;
    int64_t *out;
} bench;

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void bench_dot_u8(const numeral_distance_kernels *k, bench *b)
{
    k->dot_u8(b->queries, b->stride, NUMERAL_QUERY_BLOCK, b->rows, b->stride, BENCH_ROWS,
              b->dims, (void *)b->out, BENCH_ROWS);
}

static void bench_dot_u8_single(const numeral_distance_kernels *k, bench *b)
{
    k->dot_u8(b->queries, b->stride, 1, b->rows, b->stride, BENCH_ROWS, b->dims,
              (void *)b->out, BENCH_ROWS);
}

static void bench_dot_i16(const numeral_distance_kernels *k, bench *b)
{
    k->dot_i16(b->queries, b->stride, NUMERAL_QUERY_BLOCK, (void *)b->rows, b->stride,
               BENCH_ROWS / 2, b->dims, b->out, BENCH_ROWS);
}

static void bench_l1_u8(const numeral_distance_kernels *k, bench *b)
{
    k->l1_u8(b->rows, b->rows, b->stride, BENCH_ROWS, b->dims, (void *)b->out);
}

static void bench_linf_u8(const numeral_distance_kernels *k, bench *b)
{
    k->linf_u8(b->rows, b->rows, b->stride, BENCH_ROWS, b->dims, (void *)b->out);
}

static void bench_hamming_u8(const numeral_distance_kernels *k, bench *b)
{
    k->hamming_u8(b->rows, b->rows, b->stride, BENCH_ROWS, b->dims, (void *)b->out);
}

static void bench_columns(const numeral_distance_kernels *k, bench *b)
{
    for (size_t r = 0; r < BENCH_ROWS; r += NUMERAL_COLUMN_ROWS) {
        k->columns_dot_u8(b->pairs, b->queries, b->dims / 2, b->rows + r * b->dims,
                          (int32_t *)(void *)b->out + r);
    }
}

static void bench_select(const numeral_distance_kernels *k, bench *b)
{
    k->select_l2((void *)b->out, b->norms, 1 << 20, BENCH_ROWS, 1, b->hits,
                 b->hits + BENCH_ROWS);
}

static const struct {
    const char *name;
    void (*run)(const numeral_distance_kernels *k, bench *b);
    double work; /* in rows × dimensions × this */
} benches[] = {{"dot_u8, 8 queries", bench_dot_u8, 8 * BENCH_ROWS},
               {"dot_u8, 1 query", bench_dot_u8_single, BENCH_ROWS},
               {"dot_i16, 8 queries", bench_dot_i16, 4 * BENCH_ROWS},
               {"l1_u8", bench_l1_u8, BENCH_ROWS},
               {"linf_u8", bench_linf_u8, BENCH_ROWS},
               {"hamming_u8", bench_hamming_u8, BENCH_ROWS},
               {"columns_dot_u8", bench_columns, BENCH_ROWS},
               {"select_l2", bench_select, 0}};

static void bench_one(const numeral_distance_kernels *k, size_t which, bench *b)
{
    double best = 1;
    for (int run = 0; run < BENCH_RUNS; run++) {
        double start = seconds();
        for (int i = 0; i < 10; i++) {
            benches[which].run(k, b);
        }
        double taken = (seconds() - start) / 10;
        best = taken < best ? taken : best;
    }
    printf("%-7s %-20s %5zu dims %9.2f us", numeral_cpu_label(k->cpu),
           benches[which].name, b->dims, best * 1e6);
    if (benches[which].work > 0) {
        printf(" %7.1f G values/s", benches[which].work * (double)b->dims / best * 1e-9);
    }
    printf("\n");
}

static void bench_set(const numeral_distance_kernels *k, size_t dims)
{
    bench b = {.dims = dims, .stride = round_up(dims, 64)};
    guarded queries = guard(NUMERAL_QUERY_BLOCK * b.stride * 2, AT_FRONT);
    guarded rows = guard(BENCH_ROWS * b.stride, AT_FRONT);
    guarded out = guard(NUMERAL_QUERY_BLOCK * BENCH_ROWS * 8, AT_FRONT);
    guarded norms = guard(BENCH_ROWS * 4, AT_FRONT),
            hits = guard(BENCH_ROWS * 8, AT_FRONT);
    b.queries = (void *)queries.data;
    b.rows = rows.data;
    b.out = (void *)out.data;
    b.norms = (void *)norms.data;
    b.hits = (void *)hits.data;
    fill_i16(b.queries, NUMERAL_QUERY_BLOCK, dims, b.stride, RANDOM, 0, 0, 255);
    fill_u8(b.rows, BENCH_ROWS, dims, b.stride, RANDOM, 1);
    for (size_t p = 0; p < dims / 2; p++) {
        b.pairs[p] = (uint16_t)p;
    }
    for (size_t which = 0; which < sizeof benches / sizeof *benches; which++) {
        bench_one(k, which, &b);
    }
    unguard(&queries), unguard(&rows), unguard(&out), unguard(&norms), unguard(&hits);
}

int main(int argc, char **argv)
{
    bool timing = argc > 1 && strcmp(argv[1], "--bench") == 0, good = true;
    numeral_distance_kernels ref;
    numeral_distance_kernels_fill(NUMERAL_CPU_REF, &ref);
    for (int cpu = 0; cpu < NUMERAL_CPU_COUNT; cpu++) {
        numeral_distance_kernels set;
        if (!numeral_cpu_available((numeral_cpu)cpu)) {
            continue;
        }
        numeral_distance_kernels_fill((numeral_cpu)cpu, &set);
        if (timing) {
            bench_set(&set, 64);
            bench_set(&set, 784);
        } else if (cpu != NUMERAL_CPU_REF) {
            good = good && test_set(&ref, &set);
        }
    }
    return good ? 0 : 1;
}
