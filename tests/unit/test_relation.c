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

#include "index/exact.h"
#include "index/index_entries.h"
#include "tests/unit/hostile.h"

enum { INDEXES = 220, SEARCHES = 50 };

static const char *const metrics[] = {
    "l1",         "linf",        "lp",        "lp=4",    "lp=2",
    "lp=1.5",     "lp=0.5",      "hamming",   "jaccard", "cosine",
    "braycurtis", "correlation", "hellinger", "chi2",    "canberra",
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
        for (int i = 0; i < INDEXES; i++) {
            fill_sample(&random, &s);
            numeral_index *brute = create(&s, "brute", metrics[m]);
            numeral_index *index = create(
                &s, i % 2 ? "exact=structure=always" : "exact=24:always", metrics[m]);
            assert_string_equal(numeral_index_kind_label(index), "exact");
            int searches = s.dims > 256 ? SEARCHES / 5 : SEARCHES;
            for (int q = 0; q < searches; q++) {
                search_randomly(&random, &s, metrics[m], index, brute);
            }
            numeral_index_destroy(index);
            numeral_index_destroy(brute);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
