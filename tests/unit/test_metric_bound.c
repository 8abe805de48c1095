/* The exact index by metrics other than l2 against brute force: every id and every
 * distance, on hostile data, at least 10,000 searches for each metric; the inequalities
 * themselves; forged files. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <numeral/dataset.h>

#include "index/exact/exact.h"
#include "index/index_entries.h"
#include "tests/unit/hostile.h"

enum { INDEXES = 110, SEARCHES = SLOWER > 1 ? 10 : 100 };

/* With the share of INDEXES that each gets. */
static const struct {
    const char *name;
    int share;
} metrics[] = {
    {"l1", 1},        {"linf", 1},   {"lp", 5},         {"lp=4", 5},
    {"lp=2", 5},      {"lp=1.5", 5}, {"lp=0.5", 5},     {"hamming", 1},
    {"jaccard", 1},   {"cosine", 1}, {"braycurtis", 1}, {"correlation", 1},
    {"hellinger", 1}, {"chi2", 1},   {"canberra", 1},
};
enum { N_METRICS = sizeof metrics / sizeof *metrics };

static numeral_index *create(const sample *s, const char *spec, const char *metric)
{
    numeral_rows rows = rows_of(s);
    numeral_run run = {.threads = 1};
    numeral_index *index = NULL;
    numeral_error err;
    if (numeral_index_create(&rows, spec, metric, NULL, &run, &index, &err)) {
        fail_msg("%s", err.text);
    }
    return index;
}

static void check_search(const sample *s, const char *metric, const numeral_index *index,
                         const numeral_index *brute, const numeral_search *search)
{
    static int64_t ids[MAX_ROWS + 8], wanted_ids[MAX_ROWS + 8];
    static double distances[MAX_ROWS + 8], wanted[MAX_ROWS + 8];
    numeral_error err;
    numeral_rows query = query_of(s);
    if (numeral_index_search(index, &query, search, ids, distances, &err) ||
        numeral_index_search(brute, &query, search, wanted_ids, wanted, &err)) {
        fail_msg("%s", err.text);
    }
    for (size_t i = 0; i < search->k; i++) {
        if (ids[i] != wanted_ids[i] || distances[i] != wanted[i]) {
            fail_msg("%s, dtype %d, %zu x %zu, style %d, k %zu, radius %g: place %zu is "
                     "row %lld at %.17g, expected row %lld at %.17g",
                     metric, (int)s->dtype, s->n, s->dims, s->style, search->k,
                     search->radius, i, (long long)ids[i], distances[i],
                     (long long)wanted_ids[i], wanted[i]);
        }
    }
}

static void search_randomly(numeral_random *random, sample *s, const char *metric,
                            const numeral_index *index, const numeral_index *brute)
{
    fill_query(random, s);
    int64_t leave_out = below(random, 3) ? -1 : below(random, (int32_t)s->n);
    size_t most = below(random, 4) ? s->n / 8 + 1 : s->n + 3;
    numeral_search search = {.k = 1 + (size_t)below(random, (int32_t)most),
                             .radius = INFINITY,
                             .leave_out = &leave_out,
                             .run = {.threads = 1}};
    check_search(s, metric, index, brute, &search);
    if (below(random, 4) == 0) { /* some row's distance as the radius */
        int64_t ids[8];
        double distances[8];
        numeral_rows query = query_of(s);
        numeral_search few = {.k = 8, .radius = INFINITY, .run = {.threads = 1}};
        assert_int_equal(numeral_index_search(brute, &query, &few, ids, distances, NULL),
                         0);
        search.radius = distances[below(random, 8)];
        check_search(s, metric, index, brute, &search);
    }
}

static void test_hostile_data(void **state)
{
    (void)state;
    static sample s;
    numeral_random random = numeral_random_seed(11, 1);
    for (size_t m = 0; m < N_METRICS; m++) {
        const char *name = metrics[m].name;
        for (int i = 0; i < cases_of(INDEXES) / metrics[m].share; i++) {
            fill_sample(&random, &s);
            numeral_index *brute = create(&s, "brute", name);
            numeral_index *index =
                create(&s, i % 2 ? "exact=structure=always" : "exact=24:always", name);
            assert_string_equal(numeral_index_kind_label(index), "exact");
            int searches = s.dims > 256 ? SEARCHES / 5 : SEARCHES;
            for (int q = 0; q < searches; q++) {
                search_randomly(&random, &s, name, index, brute);
            }
            numeral_index_destroy(index);
            numeral_index_destroy(brute);
        }
    }
}

/* Digits: the structure is kept by most metrics, and the answers are brute force's. */
static void test_digits(void **state)
{
    (void)state;
    enum { K = 10, QUERIES = SLOWER > 1 ? 6 : 40, ROWS = SLOWER > 1 ? 4000 : 8000 };
    static int64_t ids[2][K * QUERIES];
    static double distances[2][K * QUERIES];
    static const char *const kept[] = {"l1",   "cosine",   "correlation", "hellinger",
                                       "chi2", "canberra", "braycurtis"};
    numeral_dataset train, test;
    assert_int_equal(numeral_dataset_pen(ROWS, 5, NUMERAL_SPLIT_TRAIN, &train, NULL), 0);
    assert_int_equal(numeral_dataset_pen(QUERIES, 5, NUMERAL_SPLIT_TEST, &test, NULL), 0);
    numeral_rows rows = {train.pixels, NUMERAL_U8, ROWS, 784, 784};
    numeral_rows queries = {test.pixels, NUMERAL_U8, QUERIES, 784, 784};
    for (size_t m = 0; m<sizeof kept / sizeof *kept; m += SLOWER> 1 ? 3 : 1) {
        numeral_search search = {.k = K, .radius = INFINITY, .run = {.threads = 2}};
        numeral_index *index[2] = {NULL, NULL};
        static const char *const specs[] = {"auto", "brute"};
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(numeral_index_create(&rows, specs[i], kept[m], NULL, NULL,
                                                  &index[i], NULL),
                             0);
            assert_int_equal(numeral_index_search(index[i], &queries, &search, ids[i],
                                                  distances[i], NULL),
                             0);
        }
        if (strcmp(numeral_index_kind_label(index[0]), "exact") != 0) {
            fail_msg("%s: %s", kept[m], numeral_index_describe(index[0]));
        }
        assert_non_null(strstr(numeral_index_describe(index[0]), " within l2"));
        assert_memory_equal(ids[0], ids[1], sizeof ids[0]);
        assert_memory_equal(distances[0], distances[1], sizeof distances[0]);
        numeral_index_destroy(index[0]);
        numeral_index_destroy(index[1]);
    }
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
}

static void test_brute_force_says_why(void **state)
{
    (void)state;
    static sample s;
    numeral_random random = numeral_random_seed(11, 3);
    s.dtype = NUMERAL_U8;
    s.n = 2000;
    s.dims = 100;
    for (size_t i = 0; i < s.n * s.dims; i++) {
        s.values[i] = below(&random, 256);
        s.bytes[i] = (uint8_t)s.values[i];
    }
    numeral_index *index = create(&s, "exact", "linf");
    assert_string_equal(numeral_index_kind_label(index), "brute");
    assert_non_null(strstr(numeral_index_describe(index), "pruning would leave"));
    numeral_index_destroy(index);
    s.n = 50;
    index = create(&s, "auto", "tangent");
    assert_string_equal(numeral_index_describe(index),
                        "brute (rows); exact does not serve tangent");
    numeral_index_destroy(index);
}

/* Saved and loaded, of each type, for an inequality with derived rows and one without. */
static void test_files(void **state)
{
    (void)state;
    static sample s;
    static numeral_tensors tensors;
    numeral_random random = numeral_random_seed(11, 4);
    static const char *const names[] = {"l1", "cosine", "correlation", "hamming"};
    for (int i = 0; i < (SLOWER > 1 ? 8 : 24); i++) {
        const char *name = names[i % 4];
        fill_sample(&random, &s);
        numeral_index *brute = create(&s, "brute", name), *loaded = NULL;
        numeral_index *index = create(&s, "exact=structure=always", name);
        numeral_part metric =
            numeral_part_default(NUMERAL_KIND_METRIC, &index->metric->entry);
        tensors.n_tensors = 0;
        assert_int_equal(numeral_index_save(index, &tensors, NULL), 0);
        assert_int_equal(numeral_index_load(&tensors, "exact", &metric, s.dtype, s.n,
                                            s.dims, &loaded, NULL),
                         0);
        for (int q = 0; q < (SLOWER > 1 ? 10 : 50); q++) {
            search_randomly(&random, &s, name, loaded, brute);
        }
        numeral_index_destroy(loaded);
        numeral_index_destroy(index);
        numeral_index_destroy(brute);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_data),
        cmocka_unit_test(test_digits),
        cmocka_unit_test(test_brute_force_says_why),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
