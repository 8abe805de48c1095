/* Indexes of float rows: neighbours are those of float64 distances, whatever the values;
 * rows come and go, lie in files, and forged ones are refused. */
#include "tests/unit/check.h"

#include <math.h>
#include <stdlib.h>

#include <numeral/dynamic.h>

#include "base/random.h"
#include "index/floats/real.h"
#include "tests/unit/stored.h"

enum { N = 1100, DIMS = 19, K = 6, QUERIES = 8, SHAPES = 7 };

static double values[N + QUERIES][DIMS];
static float narrow[N + QUERIES][DIMS];
static numeral_run run = {.threads = 1};

/* Rows of many kinds; queries are drawn alike. */
static void fill(int shape, numeral_random *random)
{
    for (size_t i = 0; i < N + QUERIES; i++) {
        double stretch = shape == 2 && i % 97 == 0 ? 1e6 : 1;
        for (size_t j = 0; j < DIMS; j++) {
            double drawn = numeral_random_normal(random) + (double)(i % 11);
            values[i][j] = shape == 0   ? numeral_random_unit(random)
                           : shape == 1 ? 1e7 + drawn * 1e-2   /* far from 0 */
                           : shape == 2 ? drawn * stretch      /* heavy tails */
                           : shape == 3 ? floor(drawn * 2) / 3 /* few values, many ties */
                           : shape == 4 ? floor(drawn * 9)     /* whole numbers */
                           : shape == 5 ? floor(drawn * 900)
                                        : drawn * 1e-120;
            narrow[i][j] = (float)values[i][j];
            values[i][j] = shape == 6 ? values[i][j] : narrow[i][j];
        }
    }
    if (shape == 4) { /* queries that are not whole, and beyond what rows hold */
        narrow[N][0] = 0.25F;
        values[N][0] = 0.25;
        narrow[N + 1][3] = 70000;
        values[N + 1][3] = 70000;
    }
}

static numeral_rows rows_of(numeral_dtype dtype, size_t first, size_t n)
{
    const void *data = dtype == NUMERAL_F32 ? (const void *)narrow[first] : values[first];
    return (numeral_rows){data, dtype, n, DIMS, DIMS * numeral_dtype_bytes(dtype)};
}

/* A distance in long double. */
static double truth(const char *metric, const double *a, const double *b)
{
    long double sum = 0, most = 0, aa = 0, bb = 0, ab = 0;
    bool l2 = strcmp(metric, "l2") == 0;
    for (size_t j = 0; j < DIMS; j++) {
        long double d = fabsl((long double)a[j] - b[j]);
        sum += l2 ? d * d : d;
        most = d > most ? d : most;
        aa += (long double)a[j] * a[j];
        bb += (long double)b[j] * b[j];
        ab += (long double)a[j] * b[j];
    }
    return (double)(strcmp(metric, "linf") == 0     ? most
                    : strcmp(metric, "cosine") == 0 ? 1 - ab / sqrtl(aa * bb)
                                                    : sum);
}

/* Checks one query's list: its distances are true, in order, ties by row, and no row that
 * is nearer than the last is missing. */
static void check_list(const char *metric, const double *query, const int64_t *ids,
                       const double *distances, size_t k, int64_t left, double radius)
{
    bool taken[N] = {false};
    double slack = strcmp(metric, "cosine") == 0 ? 1e-12 : 0;
    size_t n = 0;
    for (; n < k && ids[n] >= 0; n++) {
        double true_one = truth(metric, query, values[ids[n]]);
        assert_false(taken[ids[n]]);
        taken[ids[n]] = true;
        assert_true(ids[n] != left && distances[n] <= radius);
        assert_true(fabs(distances[n] - true_one) <= 1e-13 * true_one + slack);
        assert_true(n == 0 || distances[n] > distances[n - 1] ||
                    (distances[n] == distances[n - 1] && ids[n] > ids[n - 1]));
    }
    double last = n == k ? distances[k - 1] : radius;
    for (int64_t i = 0; i < N; i++) {
        if (!taken[i] && i != left) {
            double other = truth(metric, query, values[i]);
            assert_true(other >= last - 1e-12 * last - slack);
        }
    }
}

static void check_index(const numeral_index *index, const char *metric,
                        numeral_dtype dtype)
{
    static int64_t ids[QUERIES * K], left[QUERIES];
    static double distances[QUERIES * K], radii[QUERIES];
    numeral_error err = {0};
    numeral_rows queries = rows_of(dtype, N, QUERIES);
    numeral_search search = {.k = K, .radius = INFINITY, .run = run};
    CHECK_OK(numeral_index_search(index, &queries, &search, ids, distances, &err), err);
    for (size_t q = 0; q < QUERIES; q++) {
        check_list(metric, values[N + q], ids + q * K, distances + q * K, K, -1,
                   INFINITY);
        left[q] = ids[q * K];
        radii[q] = distances[q * K + 3]; /* itself included */
    }
    search.leave_out = left;
    search.radii = radii;
    CHECK_OK(numeral_index_search(index, &queries, &search, ids, distances, &err), err);
    for (size_t q = 0; q < QUERIES; q++) {
        assert_true(ids[q * K + 2] >= 0);
        check_list(metric, values[N + q], ids + q * K, distances + q * K, K, left[q],
                   radii[q]);
    }
}

static void neighbours_are_those_of_float64(void **state)
{
    (void)state;
    static const char *const metrics[] = {"l2", "l1", "linf", "cosine"};
    static const char *const kinds[] = {"auto", "brute"};
    numeral_random random = numeral_random_seed(5, 5);
    for (int shape = 0; shape < SHAPES; shape++) {
        fill(shape, &random);
        run.threads = shape == 0 ? 2 : 1;
        for (int i = 0; i < 8; i++) {
            const char *metric = metrics[i % 4], *kind = kinds[(shape + i) % 2];
            numeral_dtype dtype = i / 4 || shape == 6 ? NUMERAL_F64 : NUMERAL_F32;
            numeral_rows rows = rows_of(dtype, 0, N);
            numeral_index *index = NULL;
            numeral_error err = {0};
            CHECK_OK(numeral_index_create(&rows, kind, metric, NULL, &run, &index, &err),
                     err);
            check_index(index, metric, dtype);
            double row[DIMS];
            CHECK_OK(numeral_index_get_row(index, 7, row, &err), err);
            assert_memory_equal(row, (const uint8_t *)rows.data + 7 * rows.stride,
                                rows.stride);
            numeral_index_destroy(index);
        }
    }
}

/* Whole numbers give the very distances that an index of such rows gives. */
static void whole_numbers_are_exact(void **state)
{
    (void)state;
    static uint8_t bytes[N][DIMS];
    static int64_t ids[2][K];
    static double distances[2][K];
    numeral_random random = numeral_random_seed(6, 6);
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < DIMS; j++) {
            bytes[i][j] = (uint8_t)(numeral_random_next(&random) % 256);
            narrow[i][j] = bytes[i][j];
        }
    }
    numeral_rows given[] = {rows_of(NUMERAL_F32, 0, N),
                            {bytes, NUMERAL_U8, N, DIMS, DIMS}};
    numeral_search search = {.k = K, .radius = INFINITY, .run = run};
    numeral_error err = {0};
    for (int i = 0; i < 2; i++) {
        numeral_index *index = NULL;
        numeral_rows query = given[i];
        query.n_rows = 1;
        CHECK_OK(numeral_index_create(&given[i], "auto", "l2", NULL, &run, &index, &err),
                 err);
        CHECK_OK(numeral_index_search(index, &query, &search, ids[i], distances[i], &err),
                 err);
        assert_true(numeral_index_integer_distances(index) == (i == 1));
        assert_true(i == 1 || strstr(numeral_index_describe(index), "whole numbers"));
        numeral_index_destroy(index);
    }
    assert_memory_equal(ids[0], ids[1], sizeof ids[0]);
    assert_memory_equal(distances[0], distances[1], sizeof distances[0]);
}

/* Added in parts, with rows that leave; saved and loaded. */
static void rows_come_and_go(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(7, 7);
    for (int shape = 0; shape < 6; shape++) {
        numeral_index *index = NULL;
        numeral_error err = {0};
        int64_t first = 0, gone = N;
        static stored file;
        fill(shape, &random);
        CHECK_OK(numeral_index_create_dynamic(NUMERAL_F64, DIMS, "auto", "l2", NULL,
                                              &index, &err),
                 err);
        for (size_t at = 0; at < N; at += 220) {
            numeral_rows some = rows_of(NUMERAL_F64, at, 220);
            CHECK_OK(numeral_index_add(index, &some, NULL, &run, &first, &err), err);
        }
        numeral_rows more = rows_of(NUMERAL_F64, N, 1);
        CHECK_OK(numeral_index_add(index, &more, NULL, &run, &first, &err), err);
        CHECK_OK(numeral_index_remove(index, &gone, 1, &run, &err), err);
        check_index(index, "l2", NUMERAL_F64);
        index = stored_again(index, &file);
        check_index(index, "l2", NUMERAL_F64);
        CHECK_OK(numeral_index_compact(index, &run, &err), err);
        check_index(index, "l2", NUMERAL_F64);
        index = stored_again(index, &file);
        check_index(index, "l2", NUMERAL_F64);
        numeral_index_destroy(index);
        stored_free(&file);
    }
}

static void forged_files_are_refused(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(8, 8);
    numeral_error err = {0};
    numeral_index *index = NULL, *loaded = NULL;
    static stored file;
    fill(0, &random);
    numeral_rows rows = rows_of(NUMERAL_F32, 0, N);
    CHECK_OK(numeral_index_create(&rows, "brute", "l2", NULL, &run, &index, &err), err);
    stored_save(index, &file);
    for (size_t t = 0; t < file.tensors.n_tensors; t++) {
        double *number = (double *)(uintptr_t)file.tensors.tensors[t].data;
        double kept = *number;
        const char *name = file.tensors.tensors[t].name;
        if (strcmp(name, "index.numbers") == 0) {
            for (int i = 0; i < 4; i++) {
                kept = number[i];
                number[i] = NAN;
                CHECK_FAILS(stored_load(&file, index, &loaded, &err),
                            NUMERAL_ERROR_FORMAT, err, "out of its range");
                number[i] = kept;
            }
        } else if (strcmp(name, "index.centre") == 0 || strcmp(name, "index.rows") == 0) {
            *number = NAN;
            assert_true(stored_load(&file, index, &loaded, &err) != NUMERAL_OK);
            *number = kept;
        } else if (strcmp(name, "index.kind") == 0) {
            char *kind = (char *)number;
            kind[0] = 'x';
            CHECK_FAILS(stored_load(&file, index, &loaded, &err), NUMERAL_ERROR_FORMAT,
                        err, "not known");
            kind[0] = 'b';
        }
    }
    CHECK_OK(stored_load(&file, index, &loaded, &err), err);
    numeral_index_destroy(loaded);
    numeral_index_destroy(index);
    stored_free(&file);
}

static void wrong_values_are_refused(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(9, 9);
    numeral_error err = {0};
    numeral_index *index = NULL;
    fill(0, &random);
    values[3][2] = NAN;
    narrow[4][0] = INFINITY;
    numeral_rows rows = rows_of(NUMERAL_F64, 0, N);
    CHECK_FAILS(numeral_index_create(&rows, "auto", "l2", NULL, &run, &index, &err),
                NUMERAL_ERROR_ARGUMENT, err, "row 3");
    rows = rows_of(NUMERAL_F32, 0, N);
    CHECK_FAILS(numeral_index_create(&rows, "auto", "l2", NULL, &run, &index, &err),
                NUMERAL_ERROR_ARGUMENT, err, "row 4");
    values[3][2] = 1e200;
    rows = rows_of(NUMERAL_F64, 0, N);
    CHECK_FAILS(numeral_index_create(&rows, "auto", "l2", NULL, &run, &index, &err),
                NUMERAL_ERROR_ARGUMENT, err, "beyond 1e150");
}

/* One value among zeros, in the first and in the last block of a row. */
static bool is_whole(float value, numeral_dtype as, size_t at, int *out)
{
    enum { WIDTH = 600 };
    float row[WIDTH] = {0};
    uint8_t small[WIDTH];
    int16_t wide[WIDTH];
    row[at] = value;
    void *to = as == NUMERAL_I16 ? (void *)wide : small;
    bool whole = numeral_real_as_whole(NUMERAL_F32, row, WIDTH, as, to);
    *out = as == NUMERAL_I16  ? wide[at]
           : as == NUMERAL_I8 ? (int8_t)small[at]
                              : small[at];
    return whole;
}

static void whole_values_are_told_from_others(void **state)
{
    (void)state;
    const numeral_dtype types[] = {NUMERAL_U8, NUMERAL_I8, NUMERAL_I16};
    const float low[] = {0, -128, -32767}, high[] = {255, 127, 32767};
    const float cases[] = {0,         -0.0F,      1,        -1,       127,       128,
                           255,       256,        -128,     -129,     32767,     32768,
                           -32767,    -32768,     0.5F,     254.99F,  1e-30F,    -1e-30F,
                           4194304,   4194303.5F, 12582912, 16777216, -12582912, 1e30F,
                           -INFINITY, INFINITY,   NAN};
    for (size_t t = 0; t < 3; t++) {
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            for (size_t at = 0; at < 600; at += 599) {
                float v = cases[i];
                int got = 0;
                bool wanted = v >= low[t] && v <= high[t] && floorf(v) == v;
                assert_int_equal(is_whole(v, types[t], at, &got), wanted);
                assert_int_equal(got, wanted ? (int)v : got);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_those_of_float64),
        cmocka_unit_test(whole_numbers_are_exact),
        cmocka_unit_test(whole_values_are_told_from_others),
        cmocka_unit_test(rows_come_and_go),
        cmocka_unit_test(forged_files_are_refused),
        cmocka_unit_test(wrong_values_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
