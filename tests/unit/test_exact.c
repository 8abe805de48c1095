/* The exact index against the definition: every id and every distance, on hostile data.
 *
 * 100,000 searches over 2,000 small indexes of every type, shape and kind of values that
 * could break a bound: equal rows, duplicates, constant dimensions, extremes, outliers,
 * queries far from all rows, radii, rows left out, more neighbours than rows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "index/exact/exact.h"
#include "index/index_entries.h"
#include "tests/unit/hostile.h"

enum { INDEXES = 2000, SEARCHES = SLOWER > 1 ? 25 : 50 };

UNWATCHED static double distance(const sample *s, size_t row)
{
    int64_t sum = 0;
    for (size_t j = 0; j < s->dims; j++) {
        int64_t d = s->values[row * s->dims + j] - s->query[j];
        sum += d * d;
    }
    return (double)sum;
}

/* The definition: the k least by (distance, id) of those allowed. */
UNWATCHED static void define(const sample *s, const numeral_search *search, int64_t *ids,
                             double *distances)
{
    size_t size = 0;
    for (size_t i = 0; i < search->k; i++) {
        ids[i] = -1;
        distances[i] = INFINITY;
    }
    for (size_t row = 0; row < s->n; row++) {
        double d = distance(s, row);
        if (d > search->radius || (int64_t)row == search->leave_out[0]) {
            continue;
        }
        size_t at = size < search->k ? size++ : search->k;
        for (; at > 0 && distances[at - 1] > d; at--) {
            if (at < search->k) {
                distances[at] = distances[at - 1];
                ids[at] = ids[at - 1];
            }
        }
        if (at < search->k) {
            distances[at] = d;
            ids[at] = (int64_t)row;
        }
    }
}

static numeral_index *create(const sample *s, const char *spec)
{
    numeral_rows rows = rows_of(s);
    numeral_run run = {.threads = 1};
    numeral_index *index = NULL;
    numeral_error err;
    if (numeral_index_create(&rows, spec, "l2", NULL, &run, &index, &err)) {
        fail_msg("%s", err.text);
    }
    return index;
}

static void check_search(const sample *s, const numeral_index *index,
                         const numeral_search *search)
{
    static int64_t ids[MAX_ROWS + 8], wanted_ids[MAX_ROWS + 8];
    static double distances[MAX_ROWS + 8], wanted[MAX_ROWS + 8];
    numeral_error err;
    numeral_rows query = query_of(s);
    if (numeral_index_search(index, &query, search, ids, distances, &err)) {
        fail_msg("%s", err.text);
    }
    define(s, search, wanted_ids, wanted);
    for (size_t i = 0; i < search->k; i++) {
        if (ids[i] != wanted_ids[i] || distances[i] != wanted[i]) {
            fail_msg("dtype %d, %zu × %zu, style %d, k %zu, radius %g: place %zu is row "
                     "%lld at %.0f, expected row %lld at %.0f",
                     (int)s->dtype, s->n, s->dims, s->style, search->k, search->radius, i,
                     (long long)ids[i], distances[i], (long long)wanted_ids[i],
                     wanted[i]);
        }
    }
}

static void search_randomly(numeral_random *random, sample *s, const numeral_index *index)
{
    fill_query(random, s);
    int64_t leave_out = below(random, 3) ? -1 : below(random, (int32_t)s->n);
    size_t most = below(random, 4) ? s->n / 8 + 1 : s->n + 3;
    numeral_search search = {.k = 1 + (size_t)below(random, (int32_t)most),
                             .radius = INFINITY,
                             .leave_out = &leave_out,
                             .run = {.threads = 1}};
    if (below(random, 4) == 0) {
        search.radius =
            distance(s, (size_t)below(random, (int32_t)s->n)) - below(random, 2);
        search.radius = search.radius < 0 ? 0 : search.radius;
    }
    check_search(s, index, &search);
}

static void test_hostile_data(void **state)
{
    (void)state;
    static sample s;
    numeral_random random = numeral_random_seed(7, 1);
    for (int i = 0; i < cases_of(INDEXES) / (SLOWER > 1 ? 2 : 1); i++) {
        fill_sample(&random, &s);
        numeral_index *index = create(&s, i % 2 ? "exact=structure=always"
                                                : "exact=clusters=24:structure=always");
        int searches = s.dims > 256 ? SEARCHES / 5 : SEARCHES;
        for (int q = 0; q < searches; q++) {
            search_randomly(&random, &s, index);
        }
        numeral_index_destroy(index);
    }
}

/* The largest shapes: 4,096 dimensions of extremes, where sums come closest to 2^31. */
static void test_largest_rows(void **state)
{
    (void)state;
    static sample s;
    numeral_random random = numeral_random_seed(7, 2);
    /* sanitizers see the widest alone: what takes long is the fit to so many dimensions
     */
    for (int dtype = SLOWER > 1 ? NUMERAL_I16 : NUMERAL_U8; dtype <= NUMERAL_I16;
         dtype++) {
        s.dtype = (numeral_dtype)dtype;
        s.n = 40;
        s.dims = NUMERAL_MAX_DIMS;
        s.style = 3;
        for (size_t i = 0; i < s.n; i++) {
            fill_row(&random, &s, i, s.values + i * s.dims);
        }
        for (size_t i = 0; i < s.n * s.dims; i++) {
            s.wide[i] = (int16_t)s.values[i];
            s.bytes[i] = (uint8_t)s.values[i];
        }
        numeral_index *index = create(&s, "exact=structure=always");
        for (int q = 0; q < 20; q++) {
            search_randomly(&random, &s, index);
        }
        numeral_index_destroy(index);
    }
}

static void fill_clusters(numeral_random *random, sample *s, numeral_dtype dtype,
                          size_t n, size_t dims)
{
    s->dtype = dtype;
    s->n = n;
    s->dims = dims;
    s->style = 4;
    for (size_t i = 0; i < n; i++) {
        fill_row(random, s, i, s->values + i * dims);
    }
    for (size_t i = 0; i < n * dims; i++) {
        s->wide[i] = (int16_t)s->values[i];
        s->bytes[i] = (uint8_t)s->values[i];
    }
}

static void test_rows_are_given_back(void **state)
{
    (void)state;
    static sample s;
    numeral_random random = numeral_random_seed(7, 3);
    for (int dtype = 0; dtype < 3; dtype++) {
        fill_clusters(&random, &s, (numeral_dtype)dtype, 100, dtype ? 70 : 50);
        numeral_index *index = create(&s, "exact=structure=always");
        size_t bytes = s.dims * numeral_dtype_bytes(s.dtype);
        for (size_t i = 0; i < s.n; i++) {
            uint8_t row[140];
            assert_int_equal(numeral_index_get_row(index, (int64_t)i, row, NULL), 0);
            const uint8_t *given = (const uint8_t *)rows_of(&s).data + i * bytes;
            assert_memory_equal(row, given, bytes);
        }
        numeral_index_destroy(index);
    }
}

static void fill_uniform(sample *s, size_t n, size_t dims)
{
    numeral_random random = numeral_random_seed(7, 4);
    s->dtype = NUMERAL_U8;
    s->n = n;
    s->dims = dims;
    for (size_t i = 0; i < n * dims; i++) {
        s->values[i] = below(&random, 256);
        s->bytes[i] = (uint8_t)s->values[i];
    }
}

static void test_brute_force_without_structure(void **state)
{
    (void)state;
    static sample s;
    fill_uniform(&s, 4000, 100);
    numeral_index *index = create(&s, "exact");
    assert_string_equal(numeral_index_kind_label(index), "brute");
    assert_non_null(strstr(numeral_index_describe(index), "pruning would leave"));
    numeral_index_destroy(index);
    s.n = 100;
    index = create(&s, "exact");
    assert_string_equal(numeral_index_kind_label(index), "brute");
    assert_non_null(strstr(numeral_index_describe(index), "fewer than 1024 rows"));
    numeral_index_destroy(index);
}

/* Rows in a plane, as images of a thing that turns would be. */
static void fill_plane(sample *s, size_t n, size_t dims)
{
    numeral_random random = numeral_random_seed(7, 5);
    s->dtype = NUMERAL_U8;
    s->n = n;
    s->dims = dims;
    for (size_t i = 0; i < n; i++) {
        int32_t a = below(&random, 128), b = below(&random, 128);
        for (size_t j = 0; j < dims; j++) {
            int32_t u = (int32_t)(j * 37 % 64), v = (int32_t)(j * 53 % 64);
            s->values[i * dims + j] = (a * u + b * v) / 64;
            s->bytes[i * dims + j] = (uint8_t)s->values[i * dims + j];
        }
    }
}

static void test_structure_is_kept(void **state)
{
    (void)state;
    static sample s;
    numeral_random random = numeral_random_seed(7, 5);
    fill_plane(&s, 4000, 100);
    numeral_index *index = create(&s, "auto");
    assert_string_equal(numeral_index_kind_label(index), "exact");
    assert_non_null(strstr(numeral_index_describe(index), "of the work"));
    for (int q = 0; q < 20; q++) {
        int64_t leave_out = -1;
        fill_query(&random, &s);
        numeral_search search = {.k = 10, .radius = INFINITY, .leave_out = &leave_out};
        check_search(&s, index, &search);
    }
    numeral_index_destroy(index);
}

/* A new sample for files: tensors of an index, with a tail beyond 64 dimensions. */
static numeral_index *index_of_dims(sample *s, size_t dims, numeral_tensors *tensors)
{
    numeral_random random = numeral_random_seed(7, 6);
    fill_clusters(&random, s, NUMERAL_U8, 300, dims);
    numeral_index *index = create(s, "exact=structure=always");
    tensors->n_tensors = 0;
    assert_int_equal(numeral_index_save(index, tensors, NULL), 0);
    return index;
}

static numeral_index *index_for_files(sample *s, numeral_tensors *tensors)
{
    return index_of_dims(s, 100, tensors);
}

static numeral_status load(const sample *s, const numeral_tensors *tensors,
                           numeral_index **out, numeral_error *err)
{
    const numeral_entry *l2 = NULL;
    for (size_t i = 0; i < numeral_n_metrics; i++) {
        l2 = strcmp(numeral_metrics[i]->name, "l2") ? l2 : numeral_metrics[i];
    }
    numeral_part metric = numeral_part_default(NUMERAL_KIND_METRIC, l2);
    return numeral_index_load(tensors, "exact", &metric, s->dtype, s->n, s->dims, out,
                              err);
}

static void test_loaded_is_the_same(void **state)
{
    (void)state;
    static sample s;
    static numeral_tensors tensors;
    numeral_random random = numeral_random_seed(7, 7);
    for (size_t dims = 20; dims <= 100; dims += 40) {
        numeral_index *index = index_of_dims(&s, dims, &tensors), *loaded = NULL;
        assert_int_equal(load(&s, &tensors, &loaded, NULL), 0);
        for (int q = 0; q < 200; q++) {
            search_randomly(&random, &s, loaded);
        }
        numeral_index_destroy(loaded);
        numeral_index_destroy(index);
    }
}

/* Loads with the tensor `name` replaced by a changed copy; expects the message. */
static void expect_refusal_of(size_t dims, const char *name, size_t at, uint64_t bits,
                              size_t width, const char *message)
{
    static sample s;
    static numeral_tensors tensors;
    numeral_index *index = index_of_dims(&s, dims, &tensors), *loaded = NULL;
    uint8_t *copy = NULL;
    for (size_t i = 0; i < tensors.n_tensors; i++) {
        numeral_tensor *tensor = &tensors.tensors[i];
        if (strcmp(tensor->name, name) == 0) {
            size_t bytes = numeral_tensor_bytes(tensor);
            copy = aligned_alloc(64, (bytes + 63) / 64 * 64);
            assert_non_null(copy);
            memcpy(copy, tensor->data, bytes);
            memcpy(copy + at * width, &bits, width);
            tensor->data = copy;
        }
    }
    assert_non_null(copy);
    numeral_error err = {0};
    assert_int_equal(load(&s, &tensors, &loaded, &err), NUMERAL_ERROR_FORMAT);
    assert_null(loaded);
    assert_non_null(strstr(err.text, message));
    free(copy);
    numeral_index_destroy(index);
}

static void expect_refusal(const char *name, size_t at, uint64_t bits, size_t width,
                           const char *message)
{
    expect_refusal_of(100, name, at, bits, width, message);
}

static void test_forged_files_are_refused(void **state)
{
    (void)state;
    expect_refusal_of(50, "index.matrix", 66, 1, 2, "not a permutation of 50");
    expect_refusal_of(50, "index.offsets", 2, 384, 4, "384, expected -128 to 383");
    uint64_t nan = UINT64_C(0x7ff8000000000000), huge = UINT64_C(0x7fe0000000000000);
    for (size_t i = 0; i < EXACT_N_NUMBERS; i++) {
        expect_refusal("index.numbers", i, nan, 8, "out of its range");
        expect_refusal("index.numbers", i, huge, 8, "out of its range");
    }
    expect_refusal("index.matrix", 3, 32767, 2, "longer than index.numbers says");
    expect_refusal("index.offsets", 3, 0x7fffffff, 4, "longer than index.numbers says");
    expect_refusal("index.centroids", 0, 32767, 2, "too far out");
    expect_refusal("index.second_bits", 0, 9, 4, "out of its range");
    expect_refusal("index.errors", 2, 0xbf800000, 4, "negative or not a number");
    expect_refusal("index.errors", 2, 0x7fc00000, 4, "negative or not a number");
    expect_refusal("index.cluster_rows", 0, 1, 4, "do not cover");
    expect_refusal("index.cluster_rows", 1, 4000000000u, 4, "do not cover");
    expect_refusal("index.ids", 0, 300, 4, "row ids");
    expect_refusal("index.rows", 100, 1, 1, "values that cannot be");
}

static void check_loaded(sample *s, const numeral_index *index)
{
    numeral_random random = numeral_random_seed(7, 10);
    for (int q = 0; q < 50; q++) {
        search_randomly(&random, s, index);
    }
}

static void test_missing_tensors_are_named(void **state)
{
    (void)state;
    static sample s;
    static numeral_tensors tensors;
    numeral_index *index = index_for_files(&s, &tensors), *loaded = NULL;
    size_t n = tensors.n_tensors;
    for (size_t i = 0; i < n; i++) {
        numeral_error err = {0};
        char name[NUMERAL_TENSOR_NAME_BYTES];
        memcpy(name, tensors.tensors[i].name, sizeof name);
        tensors.tensors[i].name[0] = 'x';
        if (strcmp(name, "index.leaves") == 0) { /* models of 0.1.0 have none */
            assert_int_equal(load(&s, &tensors, &loaded, &err), 0);
            check_loaded(&s, loaded);
            numeral_index_destroy(loaded);
            loaded = NULL;
        } else {
            assert_int_equal(load(&s, &tensors, &loaded, &err), NUMERAL_ERROR_FORMAT);
            assert_non_null(strstr(err.text, name));
        }
        tensors.tensors[i].name[0] = 'i';
    }
    numeral_index_destroy(index);
}

/* Whatever is in tensors that only prune, loading and searching must not read astray. */
static void test_noise_does_not_crash(void **state)
{
    (void)state;
    static sample samples[2];
    static numeral_tensors lists[2];
    static int64_t ids[8];
    static double distances[8];
    numeral_random random = numeral_random_seed(7, 8);
    numeral_index *indexes[2] = {index_of_dims(&samples[0], 100, &lists[0]),
                                 index_of_dims(&samples[1], 60, &lists[1])};
    for (int round = 0; round < 300; round++) {
        sample *s = &samples[round % 3 == 0];
        numeral_tensors *tensors = &lists[round % 3 == 0];
        numeral_index *loaded = NULL;
        size_t which = (size_t)below(&random, (int32_t)tensors->n_tensors);
        numeral_tensor *tensor = &tensors->tensors[which];
        const void *kept = tensor->data;
        size_t bytes = numeral_tensor_bytes(tensor);
        uint8_t *copy = aligned_alloc(64, (bytes + 63) / 64 * 64);
        assert_non_null(copy);
        memcpy(copy, kept, bytes);
        for (int i = 0; i < 20; i++) {
            copy[numeral_random_below(&random, bytes)] = (uint8_t)below(&random, 256);
        }
        tensor->data = copy;
        if (load(s, tensors, &loaded, NULL) == NUMERAL_OK) {
            numeral_search search = {.k = 5, .radius = INFINITY, .run = {.threads = 1}};
            fill_query(&random, s);
            numeral_rows query = query_of(s);
            assert_int_equal(
                numeral_index_search(loaded, &query, &search, ids, distances, NULL), 0);
        }
        numeral_index_destroy(loaded);
        tensor->data = kept;
        free(copy);
    }
    numeral_index_destroy(indexes[0]);
    numeral_index_destroy(indexes[1]);
}

static numeral_index *build_with(const sample *s, int threads, numeral_tensors *tensors)
{
    numeral_rows rows = rows_of(s);
    numeral_run run = {.threads = threads};
    numeral_index *index = NULL;
    assert_int_equal(numeral_index_create(&rows, "exact=structure=always", "l2", NULL,
                                          &run, &index, NULL),
                     0);
    tensors->n_tensors = 0;
    assert_int_equal(numeral_index_save(index, tensors, NULL), 0);
    return index;
}

static void test_threads_build_the_same_bytes(void **state)
{
    (void)state;
    static sample s;
    static numeral_tensors one, three;
    numeral_random random = numeral_random_seed(7, 9);
    fill_clusters(&random, &s, NUMERAL_I16, 1500, 90);
    numeral_index *a = build_with(&s, 1, &one), *b = build_with(&s, 3, &three);
    assert_int_equal(one.n_tensors, three.n_tensors);
    for (size_t i = 0; i < one.n_tensors; i++) {
        assert_memory_equal(one.tensors[i].data, three.tensors[i].data,
                            numeral_tensor_bytes(&one.tensors[i]));
    }
    numeral_index_destroy(a);
    numeral_index_destroy(b);
}

/* Rows that three numbers make, so that bounds exclude most of them. */
static void fill_thick(numeral_random *random, uint8_t *out, size_t n, size_t dims)
{
    for (size_t i = 0; i < n; i++) {
        int x[3];
        for (size_t j = 0; j < 3; j++) {
            x[j] = (int)below(random, 81);
        }
        for (size_t j = 0; j < dims; j++) {
            out[i * dims + j] = (uint8_t)(x[j % 3] * (int)(1 + j % 5) / 5 +
                                          x[(j + 1) % 3] + (int)below(random, 9));
        }
    }
}

/* So many rows that a batch is searched in an order of its own, some queries side by
 * side: each gets its own answer, whatever its neighbours in the batch are, by as much
 * work. */
static void check_large_batch(size_t dims)
{
    enum { ROWS = 140000, MOST_DIMS = 70, QUERIES = 300, K = 4 };
    static uint8_t rows[ROWS * MOST_DIMS], queries[QUERIES * MOST_DIMS];
    static int64_t ids[QUERIES * K], own_ids[K];
    static double distances[QUERIES * K], own[K];
    numeral_random random = numeral_random_seed(7, 12);
    fill_thick(&random, rows, ROWS, dims);
    fill_thick(&random, queries, QUERIES, dims);
    numeral_rows all = {rows, NUMERAL_U8, ROWS, dims, dims};
    numeral_rows batch = {queries, NUMERAL_U8, QUERIES, dims, dims};
    numeral_run run = {.threads = 2};
    numeral_search_stats together = {0}, alone = {0};
    numeral_search search = {.k = K, .radius = INFINITY, .run = run, .stats = &together};
    numeral_index *index;
    numeral_error err;
    assert_int_equal(numeral_index_create(&all, "exact=structure=always", "l2", NULL,
                                          &run, &index, &err),
                     0);
    assert_int_equal(numeral_index_search(index, &batch, &search, ids, distances, &err),
                     0);
    search.stats = &alone;
    for (size_t q = 0; q < QUERIES; q++) {
        numeral_rows one = {queries + q * dims, NUMERAL_U8, 1, dims, dims};
        assert_int_equal(numeral_index_search(index, &one, &search, own_ids, own, &err),
                         0);
        assert_memory_equal(own_ids, ids + q * K, sizeof own_ids);
        assert_memory_equal(own, distances + q * K, sizeof own);
    }
    assert_memory_equal(&together, &alone, sizeof alone);
    numeral_index_destroy(index);
}

static void test_large_batches_are_in_order(void **state)
{
    (void)state;
    check_large_batch(3);
    if (SLOWER == 1) {
        check_large_batch(70);
    }
}

/* More own rows than are copied at a time. */
static void test_own_rows_in_blocks(void **state)
{
    (void)state;
    enum { ROWS = 9000, DIMS = 5, K = 3 };
    static uint8_t rows[ROWS * DIMS];
    static int64_t ids[2][ROWS * K];
    static double distances[2][ROWS * K];
    static const char *const specs[] = {"exact=structure=always", "brute"};
    numeral_random random = numeral_random_seed(7, 13);
    for (size_t i = 0; i < sizeof rows; i++) {
        rows[i] = (uint8_t)below(&random, 256);
    }
    numeral_rows all = {rows, NUMERAL_U8, ROWS, DIMS, DIMS};
    numeral_run run = {.threads = 2};
    numeral_search search = {.k = K, .radius = INFINITY, .run = run};
    numeral_ranges near[2];
    for (size_t i = 0; i < 2; i++) {
        numeral_index *index;
        numeral_error err;
        search.radius = INFINITY;
        assert_int_equal(
            numeral_index_create(&all, specs[i], "l2", NULL, &run, &index, &err), 0);
        assert_int_equal(numeral_index_search_self(index, NULL, ROWS, &search, ids[i],
                                                   distances[i], &err),
                         0);
        search.radius = 600;
        assert_int_equal(
            numeral_index_search_radius_self(index, NULL, ROWS, &search, &near[i], &err),
            0);
        numeral_index_destroy(index);
    }
    assert_memory_equal(ids[0], ids[1], sizeof ids[0]);
    assert_memory_equal(distances[0], distances[1], sizeof distances[0]);
    assert_memory_equal(near[0].starts, near[1].starts, (ROWS + 1) * sizeof(int64_t));
    size_t n = (size_t)near[0].starts[ROWS];
    assert_true(n > ROWS / 10);
    assert_memory_equal(near[0].ids, near[1].ids, n * sizeof(int64_t));
    numeral_ranges_free(&near[0]);
    numeral_ranges_free(&near[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_data),
        cmocka_unit_test(test_largest_rows),
        cmocka_unit_test(test_rows_are_given_back),
        cmocka_unit_test(test_brute_force_without_structure),
        cmocka_unit_test(test_structure_is_kept),
        cmocka_unit_test(test_loaded_is_the_same),
        cmocka_unit_test(test_forged_files_are_refused),
        cmocka_unit_test(test_missing_tensors_are_named),
        cmocka_unit_test(test_noise_does_not_crash),
        cmocka_unit_test(test_threads_build_the_same_bytes),
        cmocka_unit_test(test_large_batches_are_in_order),
        cmocka_unit_test(test_own_rows_in_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
