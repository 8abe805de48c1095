/* A built index that has become dynamic, changed ten thousand times in random order;
 * after each change a search gives what looking at every row gives. */
#include "tests/unit/naive.h"

#include "index/index_entries.h"
#include "tests/unit/stored.h"

#include <numeral/dynamic.h>

enum { DIMS = 12, ROWS = 2400, STEPS = 10000 / SLOWER, K = 6, MOST = 60 };

static naive set;
static int16_t values[ROWS][NAIVE_DIMS];
static uint8_t bytes[ROWS * (DIMS + 1)];
static int64_t next_id;
static stored file; /* what the index was loaded from, if it was */
static const numeral_run one = {.threads = 1};

/* A row near one of sixteen places, or like one that is there. */
static void fill_row(numeral_random *random, int16_t *out)
{
    int place = naive_below(random, 16);
    if (set.n && naive_below(random, 8) == 0) {
        memcpy(out, set.values[naive_below(random, (int)set.n)], sizeof set.values[0]);
        return;
    }
    for (int j = 0; j < DIMS; j++) {
        out[j] = (int16_t)((place >> j % 4 & 1) * 120 + naive_below(random, 40));
    }
}

/* The k nearest of the list by squared distance, by looking at each. */
static void look_at_each(const int16_t *query, int64_t *nearest, double *distances)
{
    numeral_top top;
    numeral_top_init(&top, K, INFINITY, (numeral_skip){0}, distances, nearest);
    for (size_t i = 0; i < set.n; i++) {
        int sum = 0;
        for (int j = 0; j < DIMS; j++) {
            int d = query[j] - set.values[i][j];
            sum += d * d;
        }
        numeral_top_push(&top, sum, set.ids[i]);
    }
    numeral_top_finish(&top);
}

static void check_nearest(numeral_random *random, const numeral_index *index)
{
    numeral_error err = {0};
    int16_t query[1][NAIVE_DIMS];
    uint8_t query_bytes[2 * NAIVE_DIMS];
    int64_t got_ids[K], wanted_ids[K];
    double got[K], wanted[K];
    numeral_search search = {.k = K, .radius = INFINITY, .run = one};
    fill_row(random, query[0]);
    numeral_rows queries = naive_rows(&set, query, 1, query_bytes);
    CHECK_OK(numeral_index_search(index, &queries, &search, got_ids, got, &err), err);
    look_at_each(query[0], wanted_ids, wanted);
    assert_memory_equal(got_ids, wanted_ids, sizeof wanted_ids);
    assert_memory_equal(got, wanted, sizeof wanted);
}

/* Adds n rows, which get the next ids. */
static void add(numeral_random *random, numeral_index *index, size_t n)
{
    numeral_error err = {0};
    int64_t first;
    for (size_t i = 0; i < n; i++) {
        fill_row(random, set.values[set.n]);
        memcpy(values[i], set.values[set.n], sizeof values[0]);
        set.ids[set.n++] = next_id++;
    }
    numeral_rows rows = naive_rows(&set, values, n, bytes);
    CHECK_OK(numeral_index_add(index, &rows, NULL, &one, &first, &err), err);
    assert_int_equal(first, next_id - (int64_t)n);
}

/* Removes n rows from anywhere. */
static void remove_some(numeral_random *random, numeral_index *index, size_t n)
{
    numeral_error err = {0};
    int64_t ids[MOST];
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)naive_below(random, (int)set.n), behind = --set.n - at;
        ids[i] = set.ids[at];
        memmove(set.ids + at, set.ids + at + 1, behind * sizeof *set.ids);
        memmove(set.values + at, set.values + at + 1, behind * sizeof *set.values);
    }
    CHECK_OK(numeral_index_remove(index, ids, n, &one, &err), err);
}

static numeral_index *adopt(numeral_random *random)
{
    numeral_error err = {0};
    numeral_index *base = NULL, *index = NULL;
    numeral_part spec =
        numeral_part_default(NUMERAL_KIND_INDEX, &numeral_index_auto.entry);
    set = (naive){.metric = "l2", .dtype = NUMERAL_U8, .dims = DIMS};
    for (next_id = 0; next_id < ROWS; set.ids[set.n++] = next_id++) {
        fill_row(random, set.values[set.n]);
        memcpy(values[set.n], set.values[set.n], sizeof values[0]);
    }
    numeral_rows rows = naive_rows(&set, values, set.n, bytes);
    CHECK_OK(numeral_index_create(&rows, "auto", "l2", NULL, &one, &base, &err), err);
    assert_string_equal(numeral_index_kind_label(base), "exact");
    CHECK_OK(numeral_index_make_dynamic(base, NULL, base->n_rows, &spec, &index, &err),
             err);
    return index;
}

static void ten_thousand_changes(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(10, 10);
    numeral_index *index = adopt(&random);
    for (int i = 0; i < STEPS; i++) {
        size_t n = naive_below(&random, 16) ? 1 : 1 + (size_t)naive_below(&random, MOST);
        if (naive_below(&random, 2) ? set.n > ROWS / 2 : set.n + n > 2 * ROWS) {
            remove_some(&random, index, n);
        } else {
            add(&random, index, n);
        }
        if (i % 500 == 0) {
            index = stored_again(index, &file);
        }
        assert_int_equal(numeral_index_n_rows(index), set.n);
        check_nearest(&random, index);
    }
    numeral_index_destroy(index);
    stored_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
