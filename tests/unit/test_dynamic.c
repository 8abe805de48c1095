/* The dynamic index against a plain list: after every step of random additions, removals,
 * merges and restarts, searches of each kind give what the list gives. */
#include "tests/unit/naive.h"

#include <pthread.h>

#include "index/dynamic/dynamic.h"
#include "tests/unit/stored.h"

enum { STEPS = 400, MAX_ADD = 200, K_MOST = 300 };

static naive set;
static naive_hit hits[NAIVE_ROWS];
static int16_t values[NAIVE_ROWS][NAIVE_DIMS];
static uint8_t bytes[NAIVE_ROWS * (2 * NAIVE_DIMS + 1)];
static int64_t ids[NAIVE_ROWS], next_id;
static size_t n_steps;
static stored file; /* what the index at hand was loaded from, if it was */
static const numeral_run one = {.threads = 1};

static numeral_index *create(const char *spec)
{
    numeral_index *index = NULL;
    numeral_error err = {0};
    CHECK_OK(numeral_index_create_dynamic(set.dtype, set.dims, spec, set.metric, NULL,
                                          &index, &err),
             err);
    set.n = 0;
    next_id = 0;
    return index;
}

/* Adds n rows to both; some with ids of their own, gaps between. */
static void add(numeral_random *random, numeral_index *index, size_t n)
{
    numeral_error err = {0};
    bool own = naive_below(random, 4) == 0;
    int64_t first = -1;
    for (size_t i = 0; i < n; i++) {
        next_id += own ? naive_below(random, 3) : 0;
        naive_fill(random, &set, set.values[set.n]);
        memcpy(values[i], set.values[set.n], sizeof values[i]);
        ids[i] = set.ids[set.n++] = next_id++;
    }
    numeral_rows rows = naive_rows(&set, values, n, bytes);
    CHECK_OK(numeral_index_add(index, &rows, own ? ids : NULL, &one, &first, &err), err);
    assert_int_equal(first, n ? ids[0] : -1);
}

/* Removes n random rows from both: anywhere, or neighbours in the order of ids. */
static void remove_some(numeral_random *random, numeral_index *index, size_t n)
{
    numeral_error err = {0};
    bool together = naive_below(random, 2);
    size_t at = (size_t)naive_below(random, (int)(set.n - n) + 1);
    for (size_t i = 0; i < n; i++) {
        at = together ? at : (size_t)naive_below(random, (int)set.n);
        ids[i] = set.ids[at];
        size_t behind = --set.n - at;
        memmove(set.ids + at, set.ids + at + 1, behind * sizeof *set.ids);
        memmove(set.values + at, set.values + at + 1, behind * sizeof *set.values);
    }
    for (size_t i = n; i-- > 1;) {
        size_t j = (size_t)naive_below(random, (int)i + 1);
        int64_t id = ids[i];
        ids[i] = ids[j];
        ids[j] = id;
    }
    CHECK_OK(numeral_index_remove(index, ids, n, &one, &err), err);
}

static void check_state(const numeral_index *index)
{
    numeral_error err = {0};
    numeral_dynamic_state state;
    CHECK_OK(numeral_index_get_state(index, &state, &err), err);
    assert_int_equal(state.n_rows, set.n);
    assert_int_equal(state.next_id, next_id);
    assert_true(state.n_side <= state.n_rows && state.n_segments <= 14);
    assert_true(state.n_tombstones <= (state.n_rows + state.n_tombstones) / 4);
    assert_int_equal(numeral_index_n_rows(index), set.n);
    assert_int_equal(numeral_index_get_ids(index, ids, NAIVE_ROWS), set.n);
    assert_memory_equal(ids, set.ids, set.n * sizeof *ids);
    assert_int_equal(numeral_index_get_ids(index, NULL, 0), set.n);
}

static void check_rows(numeral_random *random, const numeral_index *index)
{
    numeral_error err = {0};
    int64_t id = naive_below(random, (int)next_id + 2);
    size_t at = 0;
    while (at < set.n && set.ids[at] != id) {
        at++;
    }
    int16_t row[NAIVE_DIMS] = {0};
    numeral_status status = numeral_index_get_row(index, id, row, &err);
    assert_int_equal(status, at < set.n ? NUMERAL_OK : NUMERAL_ERROR_ARGUMENT);
    for (size_t j = 0; at < set.n && j < set.dims; j++) {
        int value = set.dtype == NUMERAL_U8   ? ((uint8_t *)row)[j]
                    : set.dtype == NUMERAL_I8 ? ((int8_t *)row)[j]
                                              : row[j];
        assert_int_equal(value, set.values[at][j]);
    }
}

static void expect(const int64_t *got_ids, const double *got, size_t k, size_t n)
{
    for (size_t i = 0; i < k; i++) {
        int64_t id = i < n ? hits[i].id : -1;
        double distance = i < n ? hits[i].distance : INFINITY;
        if (got_ids[i] != id || got[i] != distance) {
            fail_msg("step %zu, %zu rows, style %d, k %zu: place %zu is row %lld at %g, "
                     "expected row %lld at %g",
                     n_steps, set.n, set.style, k, i, (long long)got_ids[i], got[i],
                     (long long)id, distance);
        }
    }
}

/* One or two queries, with all that a search may ask for. */
static void check_search(numeral_random *random, const numeral_index *index)
{
    static int64_t got_ids[2 * K_MOST];
    static double got[2 * K_MOST];
    static uint64_t bits[NAIVE_ROWS];
    int16_t query[2][NAIVE_DIMS];
    uint8_t query_bytes[2 * (2 * NAIVE_DIMS + 1)];
    numeral_error err = {0};
    int64_t leave_out[2];
    double radii[2];
    size_t n = 1 + (size_t)naive_below(random, 2);
    for (size_t q = 0; q < n; q++) {
        naive_fill(random, &set, query[q]);
        leave_out[q] = naive_below(random, (int)next_id + 1) - 1;
    }
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
        bits[i] = numeral_random_next(random) & numeral_random_next(random);
    }
    numeral_search search = {
        .k = 1 + (size_t)naive_below(random, naive_below(random, 8) ? 12 : K_MOST),
        .radius = INFINITY,
        .leave_out = naive_below(random, 2) ? leave_out : NULL,
        .run = one};
    if (naive_below(random, 3) == 0) {
        search.skip = bits;
        search.n_skip = (size_t)naive_below(random, (int)next_id + 100);
    }
    if (naive_below(random, 3) == 0 && set.n) {
        search.radius =
            naive_distance(&set, query[0], set.values[naive_below(random, (int)set.n)]);
    }
    if (naive_below(random, 3) == 0) {
        radii[0] = search.radius;
        radii[1] = naive_below(random, 2) ? 100 : INFINITY;
        search.radii = radii;
    }
    numeral_skip skip = {search.skip, search.n_skip};
    numeral_rows queries = naive_rows(&set, query, n, query_bytes);
    numeral_ranges ranges = {0};
    CHECK_OK(numeral_index_search(index, &queries, &search, got_ids, got, &err), err);
    for (size_t q = 0; q < n; q++) {
        size_t n_hits = naive_search(&set, query[q], numeral_search_radius(&search, q),
                                     search.leave_out ? leave_out[q] : -1, skip, hits);
        expect(got_ids + q * search.k, got + q * search.k, search.k, n_hits);
    }
    search.k = naive_below(random, 2) ? 0 : search.k;
    CHECK_OK(numeral_index_search_radius(index, &queries, &search, &ranges, &err), err);
    for (size_t q = 0; q < n; q++) {
        size_t n_hits = naive_search(&set, query[q], numeral_search_radius(&search, q),
                                     search.leave_out ? leave_out[q] : -1, skip, hits);
        n_hits = search.k && search.k < n_hits ? search.k : n_hits;
        size_t at = (size_t)ranges.starts[q];
        assert_int_equal((size_t)ranges.starts[q + 1] - at, n_hits);
        expect(ranges.ids + at, ranges.distances + at, n_hits, n_hits);
    }
    numeral_ranges_free(&ranges);
}

/* One step; small sets are filled and emptied often. Returns the index, or what took its
 * place by saving and loading. */
static numeral_index *change(numeral_random *random, numeral_index *index, size_t most)
{
    numeral_error err = {0};
    int what = naive_below(random, 12);
    size_t n = 1 + (size_t)naive_below(random, naive_below(random, 6) ? 3 : MAX_ADD);
    if (what < 6 && set.n + n <= most) {
        add(random, index, n);
    } else if (what < 10) {
        remove_some(random, index, n < set.n ? n : set.n);
    } else if (what == 10 && naive_below(random, 10) == 0) {
        remove_some(random, index, set.n); /* everything */
    } else if (naive_below(random, 10) == 0) {
        CHECK_OK(numeral_index_compact(index, &one, &err), err);
    } else if (naive_below(random, 4) == 0) {
        index = stored_again(index, &file);
    } else {
        add(random, index, 0);
    }
    n_steps++;
    return index;
}

typedef struct choice {
    const char *spec, *metric;
} choice;

static const choice choices[] = {
    {"exact=structure=always", "l2"},
    {"auto", "l2"},
    {"brute", "l2"},
    {"brute=layout=rows", "l2"},
    {"brute", "l1"},
    {"exact=structure=always", "l2"},
    {"brute", "cosine"},
    {"brute", "hamming"},
    {"auto", "chi2"},
};

static void run_random(uint64_t seed)
{
    numeral_random random = numeral_random_seed(seed, 3);
    const choice *how = &choices[seed % (sizeof choices / sizeof *choices)];
    set.metric = how->metric;
    set.dtype = (numeral_dtype)naive_below(&random, strcmp(how->metric, "chi2") ? 3 : 1);
    set.dims = 1 + (size_t)naive_below(&random, NAIVE_DIMS);
    set.style = naive_below(&random, 5);
    size_t most = naive_below(&random, 3) ? 60 : 700;
    numeral_index *index = create(how->spec);
    for (int i = 0; i < STEPS; i++) {
        index = change(&random, index, most);
        check_search(&random, index);
        check_rows(&random, index);
        if (i % 8 == 0) {
            check_state(index);
        }
    }
    numeral_index_destroy(index);
    stored_free(&file);
}

static void random_steps_agree_with_a_list(void **state)
{
    (void)state;
    n_steps = 0;
    for (uint64_t seed = 0; seed < 72; seed++) {
        run_random(seed);
    }
    assert_true(n_steps >= 28000);
}

/* Beyond 1,024 rows the exact index prunes in the segments; the side is merged into the
 * base. */
static void many_rows_are_merged(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(5, 5);
    numeral_error err = {0};
    numeral_dynamic_state now;
    set = (naive){.metric = "l2", .dtype = NUMERAL_U8, .dims = 24, .style = 4};
    numeral_index *index = create("auto");
    add(&random, index, 4000);
    size_t most_side = 0, n_merges = 0, side = 0;
    for (int i = 0; i < 150; i++) {
        add(&random, index, 1 + (size_t)naive_below(&random, 40));
        remove_some(&random, index, (size_t)naive_below(&random, 10));
        check_search(&random, index);
        CHECK_OK(numeral_index_get_state(index, &now, &err), err);
        n_merges += now.n_side < side;
        side = now.n_side;
        most_side = side > most_side ? side : most_side;
    }
    assert_true(n_merges > 2);
    assert_true(most_side > 300 && most_side <= set.n / 8 + 41);
    check_state(index);
    CHECK_OK(numeral_index_compact(index, &one, &err), err);
    CHECK_OK(numeral_index_get_state(index, &now, &err), err);
    assert_int_equal(now.n_segments, 1);
    assert_int_equal(now.n_tombstones, 0);
    assert_true(numeral_index_bytes(index) > set.n * 24);
    check_search(&random, index);
    numeral_index_destroy(index);
}

/* A kind of rows that is removed as a whole leaves queries among tombstones only. */
static void a_removed_cluster_is_searched_past(void **state)
{
    (void)state;
    numeral_error err = {0};
    numeral_random random = numeral_random_seed(6, 6);
    set = (naive){.metric = "l2", .dtype = NUMERAL_U8, .dims = 16, .style = 4};
    numeral_index *index = create("exact=structure=always");
    for (size_t i = 0; i < 3000; i++) {
        for (size_t j = 0; j < set.dims; j++) {
            int value = (i < 600 ? 200 : 20) + naive_below(&random, 20);
            set.values[i][j] = (int16_t)value;
        }
        memcpy(values[i], set.values[i], sizeof values[i]);
        set.ids[i] = ids[i] = (int64_t)i;
    }
    next_id = (int64_t)(set.n = 3000);
    numeral_rows rows = naive_rows(&set, values, set.n, bytes);
    CHECK_OK(numeral_index_add(index, &rows, NULL, &one, NULL, &err), err);
    CHECK_OK(numeral_index_remove(index, ids, 600, &one, &err), err);
    memcpy(values, set.values, 5 * sizeof *values);
    set.n -= 600;
    memmove(set.ids, set.ids + 600, set.n * sizeof *set.ids);
    memmove(set.values, set.values + 600, set.n * sizeof *set.values);
    numeral_rows queries = naive_rows(&set, values, 5, bytes);
    int64_t got_ids[50];
    double got[50];
    numeral_search search = {.k = 10, .radius = INFINITY, .run = one};
    CHECK_OK(numeral_index_search(index, &queries, &search, got_ids, got, &err), err);
    for (size_t q = 0; q < 5; q++) {
        size_t n = naive_search(&set, values[q], INFINITY, -1, (numeral_skip){0}, hits);
        expect(got_ids + 10 * q, got + 10 * q, 10, n);
    }
    numeral_index_destroy(index);
}

static void own_rows_are_searched(void **state)
{
    (void)state;
    numeral_error err = {0};
    numeral_random random = numeral_random_seed(8, 8);
    set = (naive){.metric = "l2", .dtype = NUMERAL_I8, .dims = 9, .style = 1};
    numeral_index *index = create("auto");
    add(&random, index, 90);
    remove_some(&random, index, 13);
    int64_t own[90], got_ids[90 * 4];
    double got[90 * 4];
    size_t n = numeral_index_get_ids(index, own, 90);
    numeral_search search = {.k = 4, .radius = INFINITY, .run = one};
    CHECK_OK(numeral_index_search_self(index, own, n, &search, got_ids, got, &err), err);
    for (size_t i = 0; i < n; i++) {
        size_t n_hits =
            naive_search(&set, set.values[i], INFINITY, own[i], (numeral_skip){0}, hits);
        expect(got_ids + 4 * i, got + 4 * i, 4, n_hits);
    }
    numeral_ranges ranges = {0};
    search = (numeral_search){.radius = 3, .run = one};
    CHECK_OK(numeral_index_search_radius_self(index, own, n, &search, &ranges, &err),
             err);
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)ranges.starts[i];
        size_t n_hits =
            naive_search(&set, set.values[i], 3, own[i], (numeral_skip){0}, hits);
        assert_int_equal((size_t)ranges.starts[i + 1] - at, n_hits);
        expect(ranges.ids + at, ranges.distances + at, n_hits, n_hits);
    }
    numeral_ranges_free(&ranges);
    search.k = 4;
    own[0] = 1000;
    CHECK_FAILS(numeral_index_search_self(index, own, n, &search, got_ids, got, &err),
                NUMERAL_ERROR_ARGUMENT, err, "row 1000: there is none of that id");
    numeral_index_destroy(index);
}

static void wrong_calls_change_nothing(void **state)
{
    (void)state;
    numeral_error err = {0};
    numeral_random random = numeral_random_seed(9, 9);
    numeral_index *index = NULL;
    CHECK_FAILS(
        numeral_index_create_dynamic(NUMERAL_U8, 0, NULL, NULL, NULL, &index, &err),
        NUMERAL_ERROR_ARGUMENT, err, "0 dimensions");
    CHECK_FAILS(
        numeral_index_create_dynamic(NUMERAL_U8, 4, "exat", NULL, NULL, &index, &err),
        NUMERAL_ERROR_ARGUMENT, err, "exat");
    CHECK_FAILS(numeral_index_create_dynamic(NUMERAL_U8, 4, "exact", "tangent", NULL,
                                             &index, &err),
                NUMERAL_ERROR_UNSUPPORTED, err, "cannot search");
    assert_null(index);
    set = (naive){.metric = "l2", .dtype = NUMERAL_U8, .dims = 4, .style = 0};
    index = create(NULL);
    add(&random, index, 20);
    numeral_rows rows = naive_rows(&set, values, 2, bytes);
    int64_t back[] = {next_id, next_id}, early[] = {0, 1}, twice[] = {3, 3};
    CHECK_FAILS(numeral_index_add(index, &rows, back, &one, NULL, &err),
                NUMERAL_ERROR_ARGUMENT, err, "of row 1, expected");
    CHECK_FAILS(numeral_index_add(index, &rows, early, &one, NULL, &err),
                NUMERAL_ERROR_ARGUMENT, err, "id 0 of row 0, expected");
    int64_t last[] = {INT64_MAX - 1, INT64_MAX};
    CHECK_FAILS(numeral_index_add(index, &rows, last, &one, NULL, &err),
                NUMERAL_ERROR_ARGUMENT, err, "of row 1, expected");
    CHECK_FAILS(numeral_index_remove(index, twice, 2, &one, &err), NUMERAL_ERROR_ARGUMENT,
                err, "row 3: there is none of that id to remove");
    int64_t absent[] = {5, -1};
    CHECK_FAILS(numeral_index_remove(index, absent, 2, &one, &err),
                NUMERAL_ERROR_ARGUMENT, err, "row -1: there is none");
    rows.n_dims = 3;
    CHECK_FAILS(numeral_index_add(index, &rows, NULL, &one, NULL, &err),
                NUMERAL_ERROR_ARGUMENT, err, "3 dimensions, expected 4");
    rows.n_dims = 4;
    rows.dtype = NUMERAL_I8;
    CHECK_FAILS(numeral_index_add(index, &rows, NULL, &one, NULL, &err),
                NUMERAL_ERROR_ARGUMENT, err, "their type of values");
    check_state(index);
    check_search(&random, index);
    assert_string_equal(numeral_index_describe(index), "dynamic (auto)");
    rows.dtype = NUMERAL_U8;
    last[0] = INT64_MAX - 1;
    rows.n_rows = 1;
    CHECK_OK(numeral_index_add(index, &rows, last, &one, NULL, &err), err);
    CHECK_FAILS(numeral_index_add(index, &rows, NULL, &one, NULL, &err),
                NUMERAL_ERROR_ARGUMENT, err, "no ids are left");
    numeral_index_destroy(index);
}

static void other_indexes_refuse(void **state)
{
    (void)state;
    numeral_error err = {0};
    numeral_index *index = NULL;
    numeral_dynamic_state now;
    uint8_t data[4] = {1, 2, 3, 4};
    int64_t got[4];
    numeral_rows rows = {data, NUMERAL_U8, 4, 1, 1};
    CHECK_OK(numeral_index_create(&rows, "brute", "l2", NULL, &one, &index, &err), err);
    CHECK_FAILS(numeral_index_add(index, &rows, NULL, &one, NULL, &err),
                NUMERAL_ERROR_UNSUPPORTED, err, "index brute: its rows stay");
    CHECK_FAILS(numeral_index_remove(index, got, 1, &one, &err),
                NUMERAL_ERROR_UNSUPPORTED, err, "its rows stay");
    CHECK_FAILS(numeral_index_compact(index, &one, &err), NUMERAL_ERROR_UNSUPPORTED, err,
                "its rows stay");
    CHECK_FAILS(numeral_index_get_state(index, &now, &err), NUMERAL_ERROR_UNSUPPORTED,
                err, "its rows stay");
    assert_int_equal(numeral_index_get_ids(index, got, 3), 4);
    assert_int_equal(got[2], 2);
    numeral_index_destroy(index);
}

/* Readers while a writer adds and removes: row id always holds the value id % 250, so
 * that any answer can be checked against itself. */
typedef struct reading {
    const numeral_index *index;
    atomic_bool *done;
    size_t n_searches, n_wrong;
} reading;

static void *read_on(void *context)
{
    reading *r = context;
    numeral_error err;
    while (!atomic_load(r->done) || r->n_searches < 100) {
        uint8_t query[4];
        memset(query, (int)(r->n_searches * 7 % 250), sizeof query);
        numeral_rows queries = {query, NUMERAL_U8, 1, 4, 4};
        numeral_search search = {.k = 5, .radius = INFINITY, .run = one};
        int64_t found[5];
        double distances[5];
        numeral_ranges ranges = {0};
        r->n_wrong += numeral_index_search(r->index, &queries, &search, found, distances,
                                           &err) != NUMERAL_OK;
        for (size_t i = 0; i < 5; i++) {
            double d = (double)(found[i] % 250) - query[0];
            r->n_wrong += found[i] < 0 || distances[i] != 4 * d * d;
            r->n_wrong += i > 0 && distances[i] < distances[i - 1];
        }
        search.radius = 4;
        search.k = 0;
        r->n_wrong += numeral_index_search_radius(r->index, &queries, &search, &ranges,
                                                  &err) != NUMERAL_OK;
        numeral_ranges_free(&ranges);
        r->n_wrong += numeral_index_n_rows(r->index) < 300;
        r->n_searches++;
    }
    return NULL;
}

static void add_numbers(numeral_index *index, size_t n)
{
    numeral_error err = {0};
    numeral_dynamic_state now;
    uint8_t data[4000];
    CHECK_OK(numeral_index_get_state(index, &now, &err), err);
    for (size_t i = 0; i < n; i++) {
        memset(data + 4 * i, (int)((now.next_id + (int64_t)i) % 250), 4);
    }
    numeral_rows rows = {data, NUMERAL_U8, n, 4, 4};
    CHECK_OK(numeral_index_add(index, &rows, NULL, &one, NULL, &err), err);
}

static void readers_and_a_writer(void **state)
{
    (void)state;
    numeral_error err = {0};
    atomic_bool done = false;
    set = (naive){.metric = "l2", .dtype = NUMERAL_U8, .dims = 4};
    numeral_index *index = create("auto");
    add_numbers(index, 1000);
    reading readings[3];
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        readings[i] = (reading){.index = index, .done = &done};
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &readings[i]), 0);
    }
    for (int i = 0; i < 300; i++) {
        add_numbers(index, (size_t)(1 + i % 9));
        size_t n = numeral_index_get_ids(index, ids, NAIVE_ROWS);
        int64_t some[] = {ids[i % 7], ids[n / 2], ids[n - 1]};
        CHECK_OK(numeral_index_remove(index, some, 3, &one, &err), err);
    }
    atomic_store(&done, true);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(readings[i].n_wrong, 0);
    }
    numeral_index_destroy(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_steps_agree_with_a_list),
        cmocka_unit_test(many_rows_are_merged),
        cmocka_unit_test(a_removed_cluster_is_searched_past),
        cmocka_unit_test(own_rows_are_searched),
        cmocka_unit_test(wrong_calls_change_nothing),
        cmocka_unit_test(other_indexes_refuse),
        cmocka_unit_test(readers_and_a_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
