/* The near index: its recall on digits it was not built of, true distances on hostile
 * data, the same index for any number of threads, forged files. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <numeral/dataset.h>

#include "index/index_entries.h"
#include "index/near/near.h"
#include "tests/unit/hostile.h"

static numeral_index *create(const numeral_rows *rows, const char *spec,
                             const char *metric, int threads)
{
    numeral_run run = {.threads = threads};
    numeral_index *index = NULL;
    numeral_error err;
    if (numeral_index_create(rows, spec, metric, NULL, &run, &index, &err)) {
        fail_msg("%s: %s", spec, err.text);
    }
    return index;
}

static void search(const numeral_index *index, const numeral_rows *queries, size_t k,
                   int threads, int64_t *ids, double *distances)
{
    numeral_search search = {.k = k, .radius = INFINITY, .run = {.threads = threads}};
    numeral_error err;
    if (numeral_index_search(index, queries, &search, ids, distances, &err)) {
        fail_msg("%s", err.text);
    }
}

/* The share of true neighbours found; each distance must be the one that brute force
 * gives for that rank at least, and the same where the row is the same. */
static double recall_of(const numeral_index *near, const numeral_index *brute,
                        const numeral_rows *queries, size_t k)
{
    size_t n = queries->n_rows, hits = 0;
    int64_t *ids = calloc(2 * n * k, sizeof *ids), *wanted_ids = ids + n * k;
    double *distances = calloc(2 * n * k, sizeof *distances);
    double *wanted = distances + n * k;
    assert_true(ids && distances);
    search(near, queries, k, 2, ids, distances);
    search(brute, queries, k, 2, wanted_ids, wanted);
    for (size_t q = 0; q < n; q++) {
        for (size_t i = q * k; i < (q + 1) * k; i++) {
            assert_true(distances[i] >= wanted[i]);
            for (size_t j = q * k; j < (q + 1) * k; j++) {
                if (ids[i] == wanted_ids[j]) {
                    assert_true(distances[i] == wanted[j]);
                    hits++;
                }
            }
        }
    }
    free(ids);
    free(distances);
    return (double)hits / (double)(n * k);
}

/* Misses are rare events: four standard deviations of a Poisson number, which comes in
 * clumps of about three neighbours. */
static void check_recall(const numeral_rows *rows, const numeral_rows *queries,
                         const char *spec, const char *metric, double wished)
{
    numeral_index *near = create(rows, spec, metric, 2);
    numeral_index *brute = create(rows, "brute", metric, 2);
    assert_string_equal(numeral_index_kind_label(near), "near");
    const numeral_near_numbers *numbers = &((const numeral_near *)near)->numbers;
    assert_true(numbers->recall >= wished && numbers->recall <= 1);
    assert_true(numbers->low <= numbers->recall && numbers->recall <= numbers->high);
    assert_true(numbers->low < numbers->high);
    static const size_t ks[] = {1, 4, 10};
    for (size_t i = 0; i < 3; i++) {
        double n = (double)(queries->n_rows * ks[i]);
        double allowance = 4 * sqrt(3 * (1 - wished) / n);
        double recall = recall_of(near, brute, queries, ks[i]);
        if (recall < wished - allowance) {
            fail_msg("%s: recall %.5f of %zu neighbours, wished %.5f", spec, recall,
                     ks[i], wished);
        }
    }
    numeral_index_destroy(near);
    numeral_index_destroy(brute);
}

static numeral_rows rows_of_digits(const numeral_dataset *data)
{
    size_t dims = data->height * data->width;
    return (numeral_rows){data->pixels, NUMERAL_U8, data->n_images, dims, dims};
}

static void take_pen(size_t n, numeral_split split, numeral_dataset *out)
{
    numeral_error err;
    if (numeral_dataset_pen(n, 3, split, out, &err)) {
        fail_msg("%s", err.text);
    }
}

static void test_recall_of_pen_digits(void **state)
{
    (void)state;
    numeral_dataset train, test;
    take_pen(is_thorough() ? 6000
             : SLOWER > 1  ? 1200
                           : 3000,
             NUMERAL_SPLIT_TRAIN, &train);
    take_pen(SLOWER > 1 ? 200 : 1000, NUMERAL_SPLIT_TEST, &test);
    numeral_rows rows = rows_of_digits(&train), queries = rows_of_digits(&test);
    if (SLOWER == 1) { /* sanitizers see one, by a metric that l2 bounds */
        check_recall(&rows, &queries, "near", "l2", 0.999);
        check_recall(&rows, &queries, "near=0.95", "l2", 0.95);
        check_recall(&rows, &queries, "near=0.99:structure=always", "cosine", 0.99);
    }
    check_recall(&rows, &queries, "near=0.99:structure=always", "l1", 0.99);
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
}

static void test_recall_of_mnist(void **state)
{
    (void)state;
    numeral_dataset train, test;
    numeral_load load = {.split = NUMERAL_SPLIT_TRAIN, .offline = true};
    if (!is_thorough() || !getenv("NUMERAL_DATA") ||
        numeral_dataset_load("mnist:train", &load, &train, NULL)) {
        skip();
    }
    numeral_error err;
    if (numeral_dataset_load("mnist:test[0:10000:10]", &load, &test, &err)) {
        fail_msg("%s", err.text);
    }
    numeral_rows rows = rows_of_digits(&train), queries = rows_of_digits(&test);
    check_recall(&rows, &queries, "near", "l2", 0.999);
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
}

/* With recall=1 nothing may be missed on the sample; more neighbours than the recall is
 * of are found too. */
static void test_wishes_differ(void **state)
{
    (void)state;
    numeral_dataset train, test;
    take_pen(SLOWER > 1 ? 1200 : 3000, NUMERAL_SPLIT_TRAIN, &train);
    take_pen(SLOWER > 1 ? 100 : 300, NUMERAL_SPLIT_TEST, &test);
    numeral_rows rows = rows_of_digits(&train), queries = rows_of_digits(&test);
    numeral_index *brute = create(&rows, "brute", "l2", 2);
    numeral_index *all = create(&rows, "near=1", "l2", 2);
    numeral_index *many = create(&rows, "near=0.99:k=50", "l2", 2);
    numeral_index *half = create(&rows, "near=0.5", "l2", 2);
    const numeral_near_numbers *numbers = &((const numeral_near *)all)->numbers;
    assert_true(numbers->recall == 1 && numbers->hits == numbers->neighbours);
    assert_true(recall_of(all, brute, &queries, 10) > 0.999);
    assert_true(recall_of(many, brute, &queries, 50) > 0.98);
    assert_true(((const numeral_near *)half)->numbers.clusters < numbers->clusters);
    assert_non_null(strstr(numeral_index_describe(many), "recall@50 0.99"));
    numeral_index_destroy(half);
    numeral_index_destroy(many);
    numeral_index_destroy(all);
    numeral_index_destroy(brute);
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
}

static void test_threads_do_not_matter(void **state)
{
    (void)state;
    enum { K = 7, QUERIES = 100 };
    static int64_t ids[2][K * QUERIES];
    static double distances[2][K * QUERIES];
    numeral_dataset train, test;
    take_pen(SLOWER > 1 ? 1200 : 3000, NUMERAL_SPLIT_TRAIN, &train);
    take_pen(QUERIES, NUMERAL_SPLIT_TEST, &test);
    numeral_rows rows = rows_of_digits(&train), queries = rows_of_digits(&test);
    numeral_index *one = create(&rows, "near=0.98", "l2", 1);
    numeral_index *three = create(&rows, "near=0.98", "l2", 3);
    assert_memory_equal(&((numeral_near *)one)->numbers,
                        &((numeral_near *)three)->numbers, sizeof(numeral_near_numbers));
    search(one, &queries, K, 1, ids[0], distances[0]);
    search(three, &queries, K, 3, ids[1], distances[1]);
    assert_memory_equal(ids[0], ids[1], sizeof ids[0]);
    assert_memory_equal(distances[0], distances[1], sizeof distances[0]);
    numeral_index_destroy(three);
    numeral_index_destroy(one);
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
}

UNWATCHED static double distance(const sample *s, int64_t row)
{
    int64_t sum = 0;
    for (size_t j = 0; j < s->dims; j++) {
        int64_t d = s->values[(size_t)row * s->dims + j] - s->query[j];
        sum += d * d;
    }
    return (double)sum;
}

/* Whatever is missed, what comes back is true: rows that are there, once, in order, not
 * the one left out, none beyond the radius, each at its distance; and as many as there
 * can be, when there is no radius. */
static void check_answer(const sample *s, const numeral_index *index,
                         const numeral_search *search)
{
    static int64_t ids[MAX_ROWS + 8];
    static double distances[MAX_ROWS + 8];
    static bool seen[MAX_ROWS];
    numeral_rows query = query_of(s);
    assert_int_equal(numeral_index_search(index, &query, search, ids, distances, NULL),
                     0);
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < search->k; i++) {
        if (ids[i] < 0) {
            assert_true(distances[i] == INFINITY);
            continue;
        }
        assert_true((size_t)ids[i] < s->n && !seen[ids[i]]);
        seen[ids[i]] = true;
        assert_true(ids[i] != search->leave_out[0]);
        assert_true(distances[i] == distance(s, ids[i]));
        assert_true(distances[i] <= numeral_search_radius(search, 0));
        if (i > 0) {
            assert_true(distances[i - 1] < distances[i] ||
                        (distances[i - 1] == distances[i] && ids[i - 1] < ids[i]));
        }
    }
    size_t there = s->n - (search->leave_out[0] >= 0);
    if (numeral_search_radius(search, 0) == INFINITY) {
        size_t most = search->k < there ? search->k : there;
        assert_true(ids[most - 1 < search->k ? most - 1 : 0] >= 0 || most == 0);
    }
}

static void test_hostile_data(void **state)
{
    (void)state;
    static sample s;
    numeral_random random = numeral_random_seed(17, 1);
    for (int i = 0; i < (SLOWER > 1 ? 50 : 300); i++) {
        fill_sample(&random, &s);
        numeral_rows rows = rows_of(&s);
        numeral_index *index = create(
            &rows, i % 2 ? "near=0.6:structure=always" : "near=0.9:3:24:always", "l2", 1);
        assert_string_equal(numeral_index_kind_label(index), "near");
        for (int q = 0; q < 20; q++) {
            fill_query(&random, &s);
            int64_t leave_out = below(&random, 3) ? -1 : below(&random, (int32_t)s.n);
            double radius, own = INFINITY;
            numeral_search wish = {.k = 1 + (size_t)below(&random, (int32_t)s.n + 3),
                                   .radius = INFINITY,
                                   .leave_out = &leave_out,
                                   .run = {.threads = 1}};
            if (below(&random, 4) == 0) {
                radius = distance(&s, below(&random, (int32_t)s.n));
                *(below(&random, 2) ? &wish.radius : &own) = radius;
                wish.radii = own == INFINITY ? NULL : &own;
            }
            check_answer(&s, index, &wish);
        }
        numeral_index_destroy(index);
    }
}

static void test_brute_force_without_structure(void **state)
{
    (void)state;
    static sample s;
    numeral_random random = numeral_random_seed(17, 2);
    s.dtype = NUMERAL_U8;
    s.n = 3000;
    s.dims = 100;
    for (size_t i = 0; i < s.n * s.dims; i++) {
        s.bytes[i] = (uint8_t)below(&random, 256);
    }
    numeral_rows rows = rows_of(&s);
    numeral_index *index = create(&rows, "near", "l2", 1);
    assert_string_equal(numeral_index_kind_label(index), "brute");
    assert_non_null(strstr(numeral_index_describe(index), "pruning would leave"));
    numeral_index_destroy(index);
    rows.n_rows = 100;
    index = create(&rows, "near", "l2", 1);
    assert_string_equal(numeral_index_kind_label(index), "brute");
    assert_non_null(strstr(numeral_index_describe(index), "fewer than 1024 rows"));
    numeral_index_destroy(index);
    numeral_index *none = NULL;
    numeral_error err;
    assert_int_equal(
        numeral_index_create(&rows, "near", "tangent", NULL, NULL, &none, &err),
        NUMERAL_ERROR_UNSUPPORTED);
    assert_string_equal(err.text,
                        "index near: it cannot search u8 rows by tangent; index brute "
                        "can");
}

static numeral_status load(const numeral_index *like, const numeral_tensors *tensors,
                           numeral_index **out, numeral_error *err)
{
    numeral_part metric = numeral_part_default(NUMERAL_KIND_METRIC, &like->metric->entry);
    return numeral_index_load(tensors, "near", &metric, like->dtype, like->n_rows,
                              like->n_dims, out, err);
}

static void test_files(void **state)
{
    (void)state;
    enum { K = 5, QUERIES = 50 };
    static numeral_tensors tensors;
    static int64_t ids[2][K * QUERIES];
    static double distances[2][K * QUERIES];
    numeral_dataset train, test;
    take_pen(SLOWER > 1 ? 1200 : 2000, NUMERAL_SPLIT_TRAIN, &train);
    take_pen(QUERIES, NUMERAL_SPLIT_TEST, &test);
    numeral_rows rows = rows_of_digits(&train), queries = rows_of_digits(&test);
    numeral_index *index = create(&rows, "near=0.9:structure=always", "l1", 2),
                  *loaded = NULL;
    tensors.n_tensors = 0;
    assert_int_equal(numeral_index_save(index, &tensors, NULL), 0);
    assert_int_equal(load(index, &tensors, &loaded, NULL), 0);
    assert_string_equal(numeral_index_describe(index), numeral_index_describe(loaded));
    search(index, &queries, K, 1, ids[0], distances[0]);
    search(loaded, &queries, K, 1, ids[1], distances[1]);
    assert_memory_equal(ids[0], ids[1], sizeof ids[0]);
    assert_memory_equal(distances[0], distances[1], sizeof distances[0]);
    uint8_t row[784], again[784];
    assert_int_equal(numeral_index_get_row(loaded, 7, row, NULL), 0);
    assert_memory_equal(row, train.pixels + 7 * 784, 784);
    assert_int_equal(numeral_index_get_row(index, 7, again, NULL), 0);
    assert_memory_equal(row, again, 784);
    numeral_index_destroy(loaded);
    static const char *const forged[] = {"index.near", "index.relation"};
    static const size_t counts[] = {NEAR_N_NUMBERS, 3};
    for (size_t f = 0; f < 2; f++) {
        for (size_t i = 0; i < tensors.n_tensors; i++) {
            numeral_tensor *tensor = &tensors.tensors[i];
            if (strcmp(tensor->name, forged[f]) != 0) {
                continue;
            }
            double numbers[16];
            const void *kept = tensor->data;
            for (size_t at = 0; at < 2 * counts[f]; at++) {
                numeral_error err;
                memcpy(numbers, kept, numeral_tensor_bytes(tensor));
                numbers[at / 2] = at % 2 ? NAN : -1;
                tensor->data = numbers;
                loaded = NULL;
                assert_int_equal(load(index, &tensors, &loaded, &err),
                                 NUMERAL_ERROR_FORMAT);
                assert_null(loaded);
                assert_non_null(strstr(err.text, forged[f]));
                assert_non_null(strstr(err.text, "a value is out of its range"));
            }
            tensor->data = kept;
            numeral_error err;
            tensor->name[0] = 'x';
            assert_int_equal(load(index, &tensors, &loaded, &err), NUMERAL_ERROR_FORMAT);
            assert_non_null(strstr(err.text, forged[f]));
            tensor->name[0] = 'i';
        }
    }
    numeral_index_destroy(index);
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recall_of_pen_digits),
        cmocka_unit_test(test_recall_of_mnist),
        cmocka_unit_test(test_wishes_differ),
        cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_hostile_data),
        cmocka_unit_test(test_brute_force_without_structure),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
