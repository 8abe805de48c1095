/* Brute force against a naive double loop, for every metric, type and layout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "index/index.h"
#include "metric/metric.h"

enum { MAX_N = 400, MAX_DIMS = 200, MAX_K = 450 };

typedef struct fixture {
    int16_t values[2][MAX_N][MAX_DIMS]; /* rows, queries; as meant */
    uint8_t bytes[2][MAX_N * MAX_DIMS * 2];
    numeral_rows rows, queries;
    double a[MAX_DIMS], b[MAX_DIMS];
    int64_t ids[4][MAX_N * 16], wanted_ids[MAX_K];
    double distances[4][MAX_N * 16], wanted[MAX_K];
} fixture;

static fixture f;

typedef enum pattern { RANDOM, SPARSE, TIES, EQUAL, EXTREME, PATTERNS } pattern;

static const int lowest[] = {0, -128, -32767}, highest[] = {255, 127, 32767};

static int16_t make_value(numeral_random *random, pattern kind, numeral_dtype dtype)
{
    int low = lowest[dtype], high = highest[dtype];
    uint64_t r = numeral_random_below(random, (uint64_t)(high - low) + 1);
    switch (kind) {
    case SPARSE:
        return (int16_t)(r % 5 ? 0 : low + (int)r);
    case TIES:
        return (int16_t)(r % 2);
    case EQUAL:
        return (int16_t)high;
    case EXTREME:
        return (int16_t)(r % 2 ? low : high);
    default:
        return (int16_t)(low + (int)r);
    }
}

/* Fills rows or queries with a stride that is not a multiple of anything. */
static numeral_rows make_rows(int which, numeral_dtype dtype, size_t n, size_t dims,
                              pattern kind)
{
    numeral_random random = numeral_random_seed(n * 1000 + dims, (uint64_t)which);
    size_t bytes = numeral_dtype_bytes(dtype), stride = dims * bytes + 1;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < dims; j++) {
            int16_t value = make_value(&random, kind, dtype);
            f.values[which][i][j] = value;
            memcpy(f.bytes[which] + i * stride + j * bytes, &value, bytes);
        }
    }
    return (numeral_rows){f.bytes[which], dtype, n, dims, stride};
}

static void make(numeral_dtype dtype, size_t n, size_t n_queries, size_t dims,
                 pattern kind)
{
    f.rows = make_rows(0, dtype, n, dims, kind);
    f.queries = make_rows(1, dtype, n_queries, dims, kind);
}

static numeral_index *create(const char *spec, const char *metric)
{
    numeral_index *index = NULL;
    numeral_error err = {0};
    if (numeral_index_create(&f.rows, spec, metric, NULL, NULL, &index, &err) !=
        NUMERAL_OK) {
        fail_msg("%s %s: %s", spec, metric, err.text);
    }
    return index;
}

/* The definition: every distance in float64, insertion by (distance, id). */
static void search_naively(const numeral_index *index, size_t query,
                           const numeral_search *search)
{
    size_t dims = f.rows.n_dims, size = 0;
    int64_t skip = search->leave_out ? search->leave_out[query] : -1;
    for (size_t j = 0; j < dims; j++) {
        f.a[j] = f.values[1][query][j];
    }
    for (size_t i = 0; i < f.rows.n_rows; i++) {
        for (size_t j = 0; j < dims; j++) {
            f.b[j] = f.values[0][i][j];
        }
        double d = index->metric->distance(index->metric_parameters, f.a, f.b, dims);
        if ((int64_t)i == skip || !(d <= numeral_search_radius(search, query))) {
            continue;
        }
        size_t at = size < search->k ? size++ : search->k;
        for (; at > 0 && f.wanted[at - 1] > d; at--) {
            if (at < search->k) {
                f.wanted[at] = f.wanted[at - 1];
                f.wanted_ids[at] = f.wanted_ids[at - 1];
            }
        }
        if (at < search->k) {
            f.wanted[at] = d;
            f.wanted_ids[at] = (int64_t)i;
        }
    }
    for (; size < search->k; size++) {
        f.wanted[size] = INFINITY;
        f.wanted_ids[size] = -1;
    }
}

static void run(const numeral_index *index, const numeral_search *search, int place)
{
    numeral_error err = {0};
    if (numeral_index_search(index, &f.queries, search, f.ids[place], f.distances[place],
                             &err) != NUMERAL_OK) {
        fail_msg("%s", err.text);
    }
}

static void check(const numeral_index *index, const numeral_search *search)
{
    run(index, search, 0);
    for (size_t q = 0; q < f.queries.n_rows; q++) {
        search_naively(index, q, search);
        assert_memory_equal(f.ids[0] + q * search->k, f.wanted_ids, search->k * 8);
        assert_memory_equal(f.distances[0] + q * search->k, f.wanted, search->k * 8);
    }
}

static const char *const dtype_metrics[] = {"l2", "l1", "linf", "hamming", "cosine"};
enum { N_METRICS = sizeof dtype_metrics / sizeof *dtype_metrics };

/* Whether brute force keeps such rows pixel-major. */
static bool has_columns(numeral_dtype dtype, const char *metric)
{
    return dtype == NUMERAL_U8 && (!strcmp(metric, "l2") || !strcmp(metric, "cosine"));
}

static void check_specs(numeral_dtype dtype, const char *metric,
                        const numeral_search *search)
{
    static const char *const specs[] = {"brute", "brute=rows", "brute=columns"};
    for (size_t s = 0; s < (has_columns(dtype, metric) ? 3 : 2); s++) {
        numeral_index *index = create(specs[s], metric);
        check(index, search);
        numeral_index_destroy(index);
    }
}

static void test_integer_metrics(void **unused)
{
    static const size_t sizes[][3] = {/* rows, queries, dims */
                                      {1, 1, 1},   {1, 3, 64},    {5, 9, 3},
                                      {65, 8, 33}, {130, 33, 65}, {300, 2, 130}};
    (void)unused;
    for (int dtype = NUMERAL_U8; dtype <= NUMERAL_I16; dtype++) {
        for (int kind = 0; kind < PATTERNS; kind++) {
            for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
                make((numeral_dtype)dtype, sizes[s][0], sizes[s][1], sizes[s][2],
                     (pattern)kind);
                numeral_search search = {.k = 1 + s * 2, .radius = INFINITY};
                for (size_t m = 0; m < N_METRICS; m++) {
                    check_specs((numeral_dtype)dtype, dtype_metrics[m], &search);
                }
            }
        }
    }
}

static void test_more_neighbours_than_rows(void **unused)
{
    (void)unused;
    make(NUMERAL_U8, 7, 3, 10, TIES);
    numeral_search search = {.k = 12, .radius = INFINITY};
    for (size_t m = 0; m < N_METRICS; m++) {
        check_specs(NUMERAL_U8, dtype_metrics[m], &search);
    }
    assert_int_equal(f.ids[0][7], -1);
    assert_true(isinf(f.distances[0][7]));
}

static void test_radius_and_leave_out(void **unused)
{
    (void)unused;
    int64_t leave_out[40];
    double radii[40];
    for (int64_t q = 0; q < 40; q++) {
        leave_out[q] = q % 3 ? q * 3 : -1;
        radii[q] = q % 4 ? (double)q / 3 : INFINITY;
    }
    for (int dtype = NUMERAL_U8; dtype <= NUMERAL_I16; dtype++) {
        make((numeral_dtype)dtype, 200, 40, 20, TIES);
        for (size_t m = 0; m < N_METRICS; m++) {
            numeral_search search = {.k = 5, .radius = 8.5, .leave_out = leave_out};
            check_specs((numeral_dtype)dtype, dtype_metrics[m], &search);
            search.radius = 0;
            check_specs((numeral_dtype)dtype, dtype_metrics[m], &search);
            search.radius = 0.3;
            check_specs((numeral_dtype)dtype, dtype_metrics[m], &search);
            search.radii = radii;
            check_specs((numeral_dtype)dtype, dtype_metrics[m], &search);
        }
    }
}

static void test_threads_and_batches(void **unused)
{
    static const int threads[] = {1, 2, 3, 8};
    (void)unused;
    make(NUMERAL_U8, 390, 150, 50, SPARSE);
    for (size_t m = 0; m < N_METRICS; m++) {
        numeral_index *index = create("brute", dtype_metrics[m]);
        numeral_search search = {.k = 7, .radius = INFINITY};
        for (int t = 0; t < 4; t++) {
            search.run.threads = threads[t];
            run(index, &search, t);
            assert_memory_equal(f.ids[t], f.ids[0], 150 * 7 * 8);
            assert_memory_equal(f.distances[t], f.distances[0], 150 * 7 * 8);
        }
        numeral_rows all = f.queries;
        for (size_t q = 0, step = 1; q < 150; q += step, step = step % 41 + 1) {
            step = step < 150 - q ? step : 150 - q;
            f.queries.data = (const uint8_t *)all.data + q * all.stride;
            f.queries.n_rows = step;
            run(index, &search, 1);
            assert_memory_equal(f.ids[1], f.ids[0] + q * 7, step * 7 * 8);
        }
        f.queries = all;
        numeral_index_destroy(index);
    }
}

/* The bounds of the kernels: 4,096 dimensions as far apart as they can be. */
static void test_extreme_sums(void **unused)
{
    (void)unused;
    static int16_t low[4096], high[4096];
    static uint8_t bytes[4096];
    memset(bytes, 255, sizeof bytes);
    for (size_t j = 0; j < 4096; j++) {
        low[j] = -32767;
        high[j] = 32767;
    }
    const struct {
        numeral_rows row, query;
        double l2, l1;
    } cases[] = {
        {{low, NUMERAL_I16, 1, 4096, 8192},
         {high, NUMERAL_I16, 1, 4096, 8192},
         4096.0 * 65534 * 65534,
         4096.0 * 65534},
        {{bytes, NUMERAL_U8, 1, 4096, 4096},
         {f.bytes[0], NUMERAL_U8, 1, 4096, 4096},
         4096.0 * 255 * 255,
         4096.0 * 255},
        {{bytes, NUMERAL_U8, 1, 4096, 4096}, {bytes, NUMERAL_U8, 1, 4096, 4096}, 0, 0}};
    memset(f.bytes[0], 0, 4096);
    for (size_t i = 0; i < 3; i++) {
        numeral_search search = {.k = 1, .radius = INFINITY};
        f.rows = cases[i].row;
        f.queries = cases[i].query;
        numeral_index *l2 = create("brute=rows", "l2"), *l1 = create("brute", "l1");
        run(l2, &search, 0);
        assert_true(f.distances[0][0] == cases[i].l2);
        run(l1, &search, 0);
        assert_true(f.distances[0][0] == cases[i].l1);
        numeral_index_destroy(l2);
        numeral_index_destroy(l1);
    }
}

static void test_get_row(void **unused)
{
    (void)unused;
    for (int dtype = NUMERAL_U8; dtype <= NUMERAL_I16; dtype++) {
        make((numeral_dtype)dtype, 70, 1, 9, RANDOM);
        for (size_t s = 0; s < (dtype == NUMERAL_U8 ? 2 : 1); s++) {
            numeral_index *index = create(s ? "brute=columns" : "brute=rows", "l2");
            size_t bytes = 9 * numeral_dtype_bytes((numeral_dtype)dtype);
            for (int64_t i = 0; i < 70; i++) {
                uint8_t out[18];
                assert_int_equal(numeral_index_get_row(index, i, out, NULL), NUMERAL_OK);
                assert_memory_equal(out, f.bytes[0] + (size_t)i * f.rows.stride, bytes);
            }
            numeral_error err;
            assert_int_equal(numeral_index_get_row(index, 70, NULL, &err),
                             NUMERAL_ERROR_ARGUMENT);
            assert_string_equal(err.text, "row 70: expected 0 to 69");
            numeral_index_destroy(index);
        }
    }
}

/* The layout follows the zeros. */
static void test_layout_choice(void **unused)
{
    (void)unused;
    make(NUMERAL_U8, 100, 1, 100, SPARSE);
    numeral_index *index = create("brute", "l2");
    assert_non_null(strstr(numeral_index_describe(index), "pixel-major"));
    numeral_index_destroy(index);
    make(NUMERAL_U8, 100, 1, 100, RANDOM);
    index = create("brute", "l2");
    assert_non_null(strstr(numeral_index_describe(index), "rows"));
    assert_true(numeral_index_bytes(index) >= 100 * 128);
    numeral_index_destroy(index);
}

static void expect_create(numeral_status status, const char *spec, const char *metric,
                          const char *text)
{
    numeral_error err = {0};
    numeral_index *index = NULL;
    assert_int_equal(
        numeral_index_create(&f.rows, spec, metric, NULL, NULL, &index, &err), status);
    assert_null(index);
    assert_string_equal(err.text, text);
}

static void test_bad_rows(void **unused)
{
    (void)unused;
    make(NUMERAL_I16, 4, 1, 5, RANDOM);
    numeral_rows good = f.rows;
    int16_t least = INT16_MIN;
    memcpy(f.bytes[0] + 2 * f.rows.stride + 8, &least, 2);
    expect_create(NUMERAL_ERROR_ARGUMENT, "brute", "l2",
                  "rows: row 2 has the value -32768, expected -32767 to 32767");
    f.rows.n_dims = 4097;
    expect_create(NUMERAL_ERROR_ARGUMENT, "brute", "l2",
                  "rows: 4097 dimensions, expected 1 to 4096");
    f.rows = good;
    f.rows.stride = 9;
    expect_create(NUMERAL_ERROR_ARGUMENT, "brute", "l2",
                  "rows: a stride of 9 bytes, expected at least 10");
    f.rows = good;
    f.rows.n_rows = SIZE_MAX / 4;
    expect_create(NUMERAL_ERROR_ARGUMENT, "brute", "l2",
                  "rows: 4611686018427387903 rows of 11 bytes are more than memory can "
                  "hold");
    f.rows = good;
    f.rows.n_rows = 0;
    expect_create(NUMERAL_ERROR_ARGUMENT, "brute", "l2",
                  "rows: there are none, expected at least 1");
    f.rows = good;
    f.rows.data = NULL;
    expect_create(NUMERAL_ERROR_ARGUMENT, "brute", "l2", "rows: the data is missing");
    f.rows.dtype = (numeral_dtype)7;
    expect_create(NUMERAL_ERROR_ARGUMENT, "brute", "l2",
                  "rows: unknown type of values 7, expected u8, i8, i16, f32 or f64");
    make(NUMERAL_I8, 4, 1, 5, RANDOM);
    expect_create(NUMERAL_ERROR_UNSUPPORTED, "brute=columns", "l2",
                  "index brute: layout=columns serves u8 rows with l2 or cosine only");
    numeral_index *none = NULL;
    assert_int_equal(
        numeral_index_create(&f.rows, "bruet", "l2", NULL, NULL, &none, NULL),
        NUMERAL_ERROR_ARGUMENT);
    assert_null(none);
}

static void expect_search(const numeral_index *index, numeral_search search,
                          const char *text)
{
    numeral_error err = {0};
    assert_int_equal(
        numeral_index_search(index, &f.queries, &search, f.ids[0], f.distances[0], &err),
        NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, text);
}

static void test_bad_searches(void **unused)
{
    (void)unused;
    make(NUMERAL_U8, 10, 2, 5, RANDOM);
    numeral_index *index = create("brute", "l2");
    numeral_search search = {.k = 3, .radius = INFINITY};
    expect_search(index, (numeral_search){.k = 0, .radius = INFINITY},
                  "k: 0, expected at least 1 and what memory can hold");
    expect_search(index, (numeral_search){.k = 3, .radius = -1},
                  "radius: -1, expected 0 or more");
    expect_search(index, (numeral_search){.k = 3, .radius = NAN},
                  "radius: nan, expected 0 or more");
    expect_search(index, (numeral_search){.k = 3, .radii = (double[]){1, -2}},
                  "radius: -2, expected 0 or more");
    f.queries.n_dims = 4;
    expect_search(index, search, "queries: 4 dimensions, expected 5");
    f.queries.n_dims = 5;
    f.queries.dtype = NUMERAL_I8;
    expect_search(index, search, "queries: their type of values is not that of the rows");
    f.queries.n_rows = 0;
    f.queries.dtype = NUMERAL_U8;
    assert_int_equal(numeral_index_search(index, &f.queries, &search, NULL, NULL, NULL),
                     NUMERAL_OK);
    numeral_index_destroy(index);
}

static bool stop(void *context, const char *what, uint64_t done, uint64_t total)
{
    assert_string_equal(what, "searching");
    assert_true(done <= total);
    return ++*(int *)context < 2;
}

static void test_progress(void **unused)
{
    (void)unused;
    int calls = 0;
    numeral_progress progress = {stop, &calls};
    numeral_error err;
    make(NUMERAL_U8, 10, 1, 5, RANDOM);
    numeral_index *index = create("brute", "l2");
    numeral_search search = {.k = 1, .radius = INFINITY, .run = {1, &progress}};
    run(index, &search, 0);
    assert_int_equal(calls, 1);
    static uint8_t many[6000];
    static int64_t ids[6000];
    static double distances[6000];
    numeral_rows queries = {many, NUMERAL_U8, 5990, 5, 1};
    queries.stride = 5;
    queries.n_rows = 1200;
    assert_int_equal(numeral_index_search(index, &queries, &search, ids, distances, &err),
                     NUMERAL_ERROR_CANCELLED);
    assert_string_equal(err.text, "searching was cancelled");
    numeral_index_destroy(index);
}

/* A program's own metric goes the same way. */
static double weighted(const double *parameters, const double *a, const double *b,
                       size_t n_dims)
{
    double sum = 0;
    for (size_t i = 0; i < n_dims; i++) {
        sum += parameters[0] * (double)(i + 1) * fabs(a[i] - b[i]);
    }
    return sum;
}

static const numeral_parameter weighted_parameters[] = {
    {"scale", NUMERAL_PARAMETER_REAL, 0, 10, 1, NULL, "factor"}};
static const numeral_metric weighted_metric = {
    .entry = {.name = "weighted",
              .help = "a test's metric",
              .source = "",
              .parameters = weighted_parameters,
              .n_parameters = 1},
    .family = NUMERAL_METRIC_GENERIC,
    .distance = weighted,
};

static void test_own_metric(void **unused)
{
    (void)unused;
    numeral_registry *registry = NULL;
    numeral_index *index = NULL;
    assert_int_equal(numeral_registry_create(&registry, NULL), NUMERAL_OK);
    assert_int_equal(
        numeral_registry_add(registry, NUMERAL_KIND_METRIC, &weighted_metric.entry, NULL),
        NUMERAL_OK);
    for (int dtype = NUMERAL_U8; dtype <= NUMERAL_I16; dtype++) {
        make((numeral_dtype)dtype, 150, 35, 20, RANDOM);
        assert_int_equal(numeral_index_create(&f.rows, "auto", "weighted=2.5", registry,
                                              NULL, &index, NULL),
                         NUMERAL_OK);
        check(index, &(numeral_search){.k = 4, .radius = INFINITY});
        numeral_index_destroy(index);
    }
    numeral_registry_destroy(registry);
}

/* Loads what was saved; on failure compares the sentence. */
static void load(const numeral_tensors *tensors, const char *metric, numeral_dtype dtype,
                 size_t n_rows, size_t n_dims, const char *text)
{
    numeral_table metrics = {NUMERAL_KIND_METRIC, numeral_metrics, numeral_n_metrics};
    numeral_part part;
    numeral_index *index = NULL;
    numeral_error err = {0};
    assert_int_equal(numeral_part_parse(metric, strlen(metric), &metrics, 1, &part, &err),
                     NUMERAL_OK);
    numeral_status status =
        numeral_index_load(tensors, "brute", &part, dtype, n_rows, n_dims, &index, &err);
    if (text) {
        assert_int_equal(status, NUMERAL_ERROR_FORMAT);
        assert_string_equal(err.text, text);
        assert_null(index);
        return;
    }
    assert_int_equal(status, NUMERAL_OK);
    check(index, &(numeral_search){.k = 3, .radius = INFINITY});
    numeral_index_destroy(index);
}

static void test_save_and_load(void **unused)
{
    (void)unused;
    for (int dtype = NUMERAL_U8; dtype <= NUMERAL_I16; dtype++) {
        for (size_t m = 0; m < N_METRICS; m++) {
            static numeral_tensors tensors;
            tensors.n_tensors = 0;
            make((numeral_dtype)dtype, 70, 5, 9, SPARSE);
            numeral_index *index = create("brute", dtype_metrics[m]);
            assert_string_equal(numeral_index_kind_label(index), "brute");
            assert_int_equal(numeral_index_save(index, &tensors, NULL), NUMERAL_OK);
            load(&tensors, dtype_metrics[m], (numeral_dtype)dtype, 70, 9, NULL);
            numeral_index_destroy(index);
        }
    }
}

static void test_hostile_tensors(void **unused)
{
    (void)unused;
    static _Alignas(64) uint8_t rows[2][64];
    static _Alignas(64) int16_t wide[2][32];
    static _Alignas(64) uint8_t columns[2][128];
    static numeral_tensors t;
    make(NUMERAL_U8, 2, 1, 3, EQUAL);
    load(&t, "l2", NUMERAL_U8, 2, 3, "tensor index.rows is missing");
    load(&t, "l2", NUMERAL_U8, 0, 3, "index brute: 0 rows of 3 dimensions cannot be");
    load(&t, "l2", NUMERAL_U8, 2, 5000,
         "index brute: 2 rows of 5000 dimensions cannot be");
    load(&t, "l2", (numeral_dtype)9, 2, 3,
         "index brute: 2 rows of 3 dimensions cannot be");
    numeral_tensors_add(&t, "index.rows", NUMERAL_TENSOR_U8, 2, 64, rows, NULL);
    load(&t, "l2", NUMERAL_U8, 3, 3, "tensor index.rows has the wrong type or shape");
    load(&t, "l2", NUMERAL_U8, 2, 65, "tensor index.rows has the wrong type or shape");
    load(&t, "l2", NUMERAL_I16, 2, 3, "tensor index.rows has the wrong type or shape");
    load(&t, "l2", NUMERAL_U8, SIZE_MAX, 3,
         "index brute: 18446744073709551615 rows of 3 dimensions cannot be");
    rows[1][3] = 1;
    load(&t, "l1", NUMERAL_U8, 2, 3,
         "tensor index.rows: row 1 holds values that cannot be");
    t.n_tensors = 0;
    wide[1][2] = INT16_MIN;
    numeral_tensors_add(&t, "index.rows", NUMERAL_TENSOR_I16, 2, 32, wide, NULL);
    load(&t, "l2", NUMERAL_I16, 2, 3,
         "tensor index.rows: row 1 holds values that cannot be");
    t.n_tensors = 0;
    numeral_tensors_add(&t, "index.columns", NUMERAL_TENSOR_U8, 2, 128, columns, NULL);
    load(&t, "l1", NUMERAL_U8, 2, 3,
         "tensor index.columns: only u8 rows with l2 or cosine can have it");
    load(&t, "l2", NUMERAL_U8, SIZE_MAX, 3,
         "index brute: 18446744073709551615 rows of 3 dimensions cannot be");
    columns[1][1] = 1;
    load(&t, "l2", NUMERAL_U8, 2, 3,
         "tensor index.columns: values behind the last row or dimension, expected zeros");
    columns[1][1] = 0;
    columns[0][127] = 1;
    load(&t, "l2", NUMERAL_U8, 2, 3,
         "tensor index.columns: values behind the last row or dimension, expected zeros");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integer_metrics),
        cmocka_unit_test(test_more_neighbours_than_rows),
        cmocka_unit_test(test_radius_and_leave_out),
        cmocka_unit_test(test_threads_and_batches),
        cmocka_unit_test(test_extreme_sums),
        cmocka_unit_test(test_get_row),
        cmocka_unit_test(test_layout_choice),
        cmocka_unit_test(test_bad_rows),
        cmocka_unit_test(test_bad_searches),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_own_metric),
        cmocka_unit_test(test_save_and_load),
        cmocka_unit_test(test_hostile_tensors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
