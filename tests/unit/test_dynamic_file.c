/* Dynamic indexes made of others, saved and loaded again: answers stay the same bytes,
 * nothing is built, ids are never given again; forged files are refused with a sentence.
 */
#include "tests/unit/naive.h"

#include <numeral/dataset.h>

#include "index/dynamic/dynamic.h"
#include "tests/unit/stored.h"

enum { N_ROWS = 3000, DIMS = 16, K = 9, N_QUERIES = 12 };

static naive set;
static int16_t values[NAIVE_ROWS][NAIVE_DIMS];
static uint8_t bytes[NAIVE_ROWS * (2 * NAIVE_DIMS + 1)];
static naive_hit hits[NAIVE_ROWS];
static stored file;
static const numeral_run one = {.threads = 1};

/* Rows around ten centres, where pruning pays. */
static void fill(numeral_random *random, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int centre = 20 * naive_below(random, 10);
        for (size_t j = 0; j < set.dims; j++) {
            values[i][j] = (int16_t)(centre + naive_below(random, 30) * (int)(j % 3));
        }
    }
}

/* Adds n rows to the list, the ids following. */
static numeral_rows more_rows(numeral_random *random, size_t n, int64_t first)
{
    fill(random, n);
    if (set.dtype == NUMERAL_I16 && n == 200) { /* longer than any before it */
        values[3][0] = INT16_MAX;
    }
    for (size_t i = 0; i < n; i++) {
        memcpy(set.values[set.n], values[i], sizeof values[i]);
        set.ids[set.n++] = first + (int64_t)i;
    }
    return naive_rows(&set, values, n, bytes);
}

static numeral_part parse(const char *spec)
{
    numeral_part part, metric;
    numeral_error err = {0};
    CHECK_OK(numeral_index_parse(spec, "l2", NULL, &part, &metric, &err), err);
    return part;
}

/* A built index of N_ROWS rows that has become dynamic. */
static numeral_index *adopt(numeral_random *random, const char *spec, const char *metric,
                            numeral_dtype dtype)
{
    numeral_index *base = NULL, *index = NULL;
    numeral_error err = {0};
    numeral_part part = parse(spec);
    set = (naive){.metric = metric, .dtype = dtype, .dims = DIMS};
    numeral_rows rows = more_rows(random, N_ROWS, 0);
    CHECK_OK(numeral_index_create(&rows, spec, metric, NULL, &one, &base, &err), err);
    CHECK_OK(numeral_index_make_dynamic(base, NULL, base->n_rows, &part, &index, &err),
             err);
    assert_string_equal(numeral_index_kind_label(index), "dynamic");
    return index;
}

static void add(numeral_random *random, numeral_index *index, size_t n)
{
    numeral_error err = {0};
    numeral_dynamic_state now;
    int64_t first = -1;
    CHECK_OK(numeral_index_get_state(index, &now, &err), err);
    numeral_rows rows = more_rows(random, n, now.next_id);
    CHECK_OK(numeral_index_add(index, &rows, NULL, &one, &first, &err), err);
    assert_int_equal(first, now.next_id);
}

/* Removes the row of place `at` and every seventh behind it, n in all. */
static void remove_some(numeral_index *index, size_t at, size_t n)
{
    numeral_error err = {0};
    for (size_t i = 0; i < n; i++, at += 6) {
        CHECK_OK(numeral_index_remove(index, &set.ids[at], 1, &one, &err), err);
        size_t behind = --set.n - at;
        memmove(set.ids + at, set.ids + at + 1, behind * sizeof *set.ids);
        memmove(set.values + at, set.values + at + 1, behind * sizeof *set.values);
    }
}

typedef struct answers {
    int64_t ids[N_QUERIES * K];
    double distances[N_QUERIES * K];
} answers;

static void ask(const numeral_index *index, answers *out)
{
    numeral_error err = {0};
    numeral_random random = numeral_random_seed(1, 1);
    numeral_search search = {.k = K, .radius = INFINITY, .run = one};
    fill(&random, N_QUERIES);
    numeral_rows queries = naive_rows(&set, values, N_QUERIES, bytes);
    memset(out, 0, sizeof *out);
    CHECK_OK(
        numeral_index_search(index, &queries, &search, out->ids, out->distances, &err),
        err);
}

static void check_truth(const answers *got)
{
    for (size_t q = 0; q < N_QUERIES; q++) {
        naive_search(&set, values[q], INFINITY, -1, (numeral_skip){0}, hits);
        for (size_t i = 0; i < K; i++) {
            assert_int_equal(got->ids[q * K + i], hits[i].id);
            assert_true(got->distances[q * K + i] == hits[i].distance);
        }
    }
}

/* The same before and after, and the truth unless the index may miss some. */
static numeral_index *again(numeral_index *index, bool exact)
{
    answers before, after;
    numeral_dynamic_state was, is;
    static int64_t ids[2][NAIVE_ROWS];
    numeral_error err = {0};
    char text[128];
    snprintf(text, sizeof text, "%s", numeral_index_describe(index));
    CHECK_OK(numeral_index_get_state(index, &was, &err), err);
    ask(index, &before);
    size_t n = numeral_index_get_ids(index, ids[0], NAIVE_ROWS);
    index = stored_again(index, &file);
    ask(index, &after);
    assert_memory_equal(&before, &after, sizeof before);
    assert_string_equal(numeral_index_describe(index), text);
    CHECK_OK(numeral_index_get_state(index, &is, &err), err);
    assert_memory_equal(&was, &is, sizeof was);
    assert_int_equal(numeral_index_get_ids(index, ids[1], NAIVE_ROWS), n);
    assert_memory_equal(ids[0], ids[1], n * sizeof *ids[0]);
    if (exact) {
        check_truth(&after);
    }
    return index;
}

/* What rows beside the base are kept as. */
static const char *side_of(const numeral_index *index)
{
    const numeral_snapshot *now = ((const numeral_dynamic *)index)->now;
    assert_int_equal(now->n_segments, 2);
    return numeral_index_kind_label(now->segments[1].rows->index);
}

static void taught_and_loaded(const char *spec, const char *metric, numeral_dtype dtype,
                              const char *side)
{
    numeral_random random = numeral_random_seed(2, 2);
    numeral_error err = {0};
    numeral_dynamic_state now;
    bool exact = strncmp(spec, "near", 4) != 0;
    numeral_index *index = again(adopt(&random, spec, metric, dtype), exact);
    add(&random, index, 3);
    index = again(index, exact);
    remove_some(index, 5, 40);
    index = again(index, exact);
    add(&random, index, 90);
    remove_some(index, set.n - 1, 1); /* the last id is gone for ever */
    index = again(index, exact);
    CHECK_OK(numeral_index_get_state(index, &now, &err), err);
    assert_int_equal(now.next_id, N_ROWS + 93);
    assert_true(now.n_segments > 1 && now.n_tombstones > 0);
    int16_t row[DIMS];
    CHECK_OK(numeral_index_get_row(index, set.ids[7], row, &err), err);
    for (size_t j = 0; j < DIMS; j++) {
        assert_int_equal(dtype == NUMERAL_I16 ? row[j] : ((uint8_t *)row)[j],
                         set.values[7][j]);
    }
    CHECK_FAILS(numeral_index_get_row(index, N_ROWS + 92, row, &err),
                NUMERAL_ERROR_ARGUMENT, err, "there is none of that id");
    assert_string_equal(side_of(index), "brute");
    add(&random, index, 200);
    assert_string_equal(side_of(index), side); /* 292 rows now */
    index = again(index, exact);
    add(&random, index, 100); /* the side is merged into the base */
    index = again(index, exact);
    CHECK_OK(numeral_index_compact(index, &one, &err), err);
    index = again(index, exact);
    numeral_index_destroy(index);
    stored_free(&file);
}

static void every_kind_is_taught_and_loaded(void **state)
{
    (void)state;
    taught_and_loaded("auto", "l2", NUMERAL_U8, "exact");
    taught_and_loaded("brute", "l2", NUMERAL_U8, "brute");
    taught_and_loaded("brute=rows", "l1", NUMERAL_U8, "brute");
    taught_and_loaded("exact=structure=always", "l2", NUMERAL_U8, "exact");
    taught_and_loaded("exact=structure=always", "l2", NUMERAL_I16, "exact");
    taught_and_loaded("exact=structure=always", "cosine", NUMERAL_U8, "exact");
    taught_and_loaded("near=0.8:structure=always", "l2", NUMERAL_U8, "exact");
    taught_and_loaded("near=0.8:structure=always", "cosine", NUMERAL_I16, "exact");
}

/* Digits beside digits share their projection, whatever the metric: the answers are those
 * of brute force over all of them. */
static void digits_lie_beside_digits(void **state)
{
    (void)state;
    enum { ALL = 4000, BASE = 3600, ASKED = 50 };
    static const char *const metrics[] = {"l2", "l1", "cosine"};
    static int64_t ids[2][ASKED * K];
    static double distances[2][ASKED * K];
    numeral_dataset digits;
    numeral_error err = {0};
    CHECK_OK(numeral_dataset_pen(ALL, 3, NUMERAL_SPLIT_TRAIN, &digits, &err), err);
    numeral_rows all = {digits.pixels, NUMERAL_U8, ALL, 784, 784}, base = all, side = all,
                 asked = all;
    base.n_rows = BASE;
    side.n_rows = (ALL - BASE) / 2;
    asked.n_rows = ASKED;
    asked.stride *= ALL / ASKED;
    numeral_part spec = parse("exact=structure=always");
    numeral_search search = {.k = K, .radius = INFINITY, .run = one};
    for (size_t m = 0; m < (SLOWER > 1 ? 1 : 3); m++) {
        numeral_index *index = NULL, *brute = NULL;
        CHECK_OK(
            numeral_index_create(&all, "brute", metrics[m], NULL, &one, &brute, &err),
            err);
        CHECK_OK(numeral_index_create(&base, "exact=structure=always", metrics[m], NULL,
                                      &one, &index, &err),
                 err);
        CHECK_OK(
            numeral_index_make_dynamic(index, NULL, index->n_rows, &spec, &index, &err),
            err);
        for (size_t at = BASE; at < ALL; at += side.n_rows) {
            side.data = numeral_rows_at(&all, at);
            CHECK_OK(numeral_index_add(index, &side, NULL, &one, NULL, &err), err);
        }
        index = stored_again(index, &file);
        assert_string_equal(side_of(index), "exact");
        CHECK_OK(numeral_index_search(brute, &asked, &search, ids[0], distances[0], &err),
                 err);
        CHECK_OK(numeral_index_search(index, &asked, &search, ids[1], distances[1], &err),
                 err);
        assert_memory_equal(ids[0], ids[1], sizeof ids[0]);
        assert_memory_equal(distances[0], distances[1], sizeof distances[0]);
        numeral_index_destroy(index);
        numeral_index_destroy(brute);
        stored_free(&file);
    }
    numeral_dataset_free(&digits);
}

static void nothing_at_all_is_loaded(void **state)
{
    (void)state;
    numeral_error err = {0};
    numeral_random random = numeral_random_seed(3, 3);
    numeral_index *index = NULL;
    set = (naive){.metric = "l2", .dtype = NUMERAL_I16, .dims = DIMS};
    CHECK_OK(
        numeral_index_create_dynamic(set.dtype, DIMS, "brute", "l2", NULL, &index, &err),
        err);
    index = stored_again(index, &file);
    assert_int_equal(numeral_index_n_rows(index), 0);
    add(&random, index, 20);
    remove_some(index, 0, 1);
    index = again(index, true);
    int64_t all[20];
    size_t n = numeral_index_get_ids(index, all, 20);
    CHECK_OK(numeral_index_remove(index, all, n, &one, &err), err);
    index = stored_again(index, &file);
    set.n = 0;
    add(&random, index, 12);
    assert_int_equal(set.ids[0], 20);
    index = again(index, true);
    numeral_index_destroy(index);
    stored_free(&file);
}

static numeral_tensor *find(stored *s, const char *name)
{
    for (size_t i = 0; i < s->tensors.n_tensors; i++) {
        if (strcmp(s->tensors.tensors[i].name, name) == 0) {
            return &s->tensors.tensors[i];
        }
    }
    fail_msg("there is no tensor %s", name);
    return NULL;
}

static void check_refused(stored *s, const numeral_index *like, const char *words)
{
    numeral_error err = {0};
    numeral_index *loaded = NULL;
    CHECK_FAILS(stored_load(s, like, &loaded, &err), NUMERAL_ERROR_FORMAT, err, words);
    assert_null(loaded);
}

/* Loads with other data in a tensor, of `length` items if not 0. */
static void refuse(stored *s, const numeral_index *like, const char *name,
                   const void *data, size_t length, const char *words)
{
    numeral_tensor *tensor = find(s, name), kept = *tensor;
    tensor->data = data;
    tensor->shape[0] = length ? length : kept.shape[0];
    check_refused(s, like, words);
    *tensor = kept;
}

/* Loads with one id or word changed. */
static void refuse_at(stored *s, const numeral_index *like, const char *name, size_t at,
                      int64_t value, const char *words)
{
    int64_t *items = (int64_t *)(uintptr_t)find(s, name)->data, kept = items[at];
    items[at] = value;
    check_refused(s, like, words);
    items[at] = kept;
}

static void forged_files_are_refused(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(4, 4);
    numeral_error err = {0};
    numeral_index *index = adopt(&random, "exact=structure=always", "l2", NUMERAL_U8),
                  *loaded = NULL;
    add(&random, index, 70);
    remove_some(index, 1, 10);
    remove_some(index, set.n - 1, 1);
    static stored s;
    stored_save(index, &s);
    for (size_t i = 0; i < s.tensors.n_tensors; i++) { /* one is missing */
        char *name = s.tensors.tensors[i].name, kept = name[0];
        char words[128];
        bool bits = strstr(name, "tombstones") != NULL;
        if (strstr(name, ".index.")) { /* each kind's own test looks at those */
            continue;
        }
        snprintf(words, sizeof words, "tensor %s is missing",
                 strncmp(name, "segment.", 8) ? name : name + 10);
        name[0] = 'x';
        check_refused(&s, index, bits ? "rows and the next id" : words);
        name[0] = kept;
    }
    refuse(&s, index, "index.spec", "exat", 4, "'exat' is no kind of index");
    refuse(&s, index, "index.spec", "exact=1:2:3", 11, "'exact=1:2:3' is no kind");
    refuse(&s, index, "segment.0.kind", "exacd", 5, "segment.0: index exacd: not known");
    refuse(&s, index, "segment.0.kind", "dynamic", 7,
           "segment.0: a segment cannot have segments");
    refuse(&s, index, "segment.0.kind", "brute", 5,
           "segment.0: tensor index.rows is missing");
    refuse_at(&s, index, "index.next_id", 0, -1, "expected 0 to -2");
    refuse_at(&s, index, "index.next_id", 0, N_ROWS, "segment.1: tensor ids: 3000");
    refuse_at(&s, index, "segment.0.ids", 0, -1, "segment.0: tensor ids: -1 in place 0");
    refuse_at(&s, index, "segment.0.ids", 9, 8, "tensor ids: 8 in place 9, expected 9");
    refuse_at(&s, index, "segment.0.ids", 9, INT64_MAX, "in place 9, expected 9 to 3069");
    refuse_at(&s, index, "segment.1.ids", 0, N_ROWS - 1, "segment.1: tensor ids: 2999");
    refuse_at(&s, index, "segment.0.tombstones", 0, 0, "rows and the next id");
    refuse_at(&s, index, "segment.1.tombstones", 1, 0, "tombstones: 0 of 70 rows");
    refuse_at(&s, index, "segment.1.tombstones", 1, 1 << 6, "or one that there is not");
    const uint64_t all[] = {UINT64_MAX, 63};
    refuse(&s, index, "segment.1.tombstones", all, 0, "tombstones: 70 of 70 rows");
    refuse(&s, index, "segment.1.tombstones", all, 1, "wrong type or shape");
    refuse(&s, index, "segment.1.ids", find(&s, "segment.1.ids")->data, 69,
           "segment.1: ");
    find(&s, "segment.0.ids")->type = NUMERAL_TENSOR_U64;
    check_refused(&s, index, "segment.0: tensor ids has the wrong type or shape");
    find(&s, "segment.0.ids")->type = NUMERAL_TENSOR_I64;
    CHECK_OK(stored_load(&s, index, &loaded, &err), err); /* all is as it was */
    numeral_index_destroy(loaded);
    stored_free(&s);
    numeral_index_destroy(index);
}

/* Any byte changed, in what a dynamic index adds to its segments: refused, or searched.
 */
static void damaged_files_do_no_harm(void **state)
{
    (void)state;
    static stored s;
    numeral_random random = numeral_random_seed(6, 6);
    numeral_index *index = adopt(&random, "brute", "l2", NUMERAL_U8);
    add(&random, index, 70);
    remove_some(index, 1, 10);
    remove_some(index, set.n - 1, 1);
    stored_save(index, &s);
    size_t n_loaded = 0;
    for (int i = 0; i < 2000; i++) {
        numeral_tensor *tensor =
            &s.tensors.tensors[naive_below(&random, (int)s.tensors.n_tensors)];
        if (strstr(tensor->name, ".index.")) {
            continue;
        }
        size_t n = numeral_tensor_bytes(tensor);
        uint8_t *byte = (uint8_t *)(uintptr_t)tensor->data + naive_below(&random, (int)n);
        uint8_t kept = *byte;
        numeral_index *loaded = NULL;
        numeral_error err = {0};
        *byte ^= (uint8_t)(1 << naive_below(&random, 8));
        if (stored_load(&s, index, &loaded, &err) == NUMERAL_OK) {
            static answers got;
            ask(loaded, &got);
            numeral_index_destroy(loaded);
            n_loaded++;
        } else {
            assert_true(err.status == NUMERAL_ERROR_FORMAT && err.text[0]);
        }
        *byte = kept;
    }
    assert_true(n_loaded > 0 && n_loaded < 1000);
    stored_free(&s);
    numeral_index_destroy(index);
}

/* A file may have as many segments as there is room for: rows are added all the same. */
static void the_most_segments_leave_room(void **state)
{
    (void)state;
    static int64_t ids[NUMERAL_MAX_SEGMENTS][2];
    static stored s;
    numeral_random random = numeral_random_seed(5, 5);
    numeral_error err = {0};
    numeral_index *index = adopt(&random, "brute", "l2", NUMERAL_U8), *loaded = NULL;
    numeral_part metric = numeral_index_metric(index);
    add(&random, index, 2);
    stored_save(index, &s);
    size_t n_tensors = s.tensors.n_tensors;
    for (int i = 2; i < NUMERAL_MAX_SEGMENTS; i++) { /* like the second */
        for (size_t t = 0; t < n_tensors; t++) {
            numeral_tensor copy = s.tensors.tensors[t];
            char rest[NUMERAL_TENSOR_NAME_BYTES];
            if (sscanf(copy.name, "segment.1.%s", rest) != 1) {
                continue;
            }
            snprintf(copy.name, sizeof copy.name, "segment.%d.%.40s", i, rest);
            if (strcmp(rest, "ids") == 0) {
                ids[i][0] = N_ROWS + 2 * i;
                ids[i][1] = ids[i][0] + 1;
                copy.data = ids[i];
            }
            s.tensors.tensors[s.tensors.n_tensors++] = copy;
        }
    }
    *(int64_t *)(uintptr_t)find(&s, "index.next_id")->data = INT64_MAX - 2;
    CHECK_OK(numeral_index_load(&s.tensors, "dynamic", &metric, NUMERAL_U8,
                                N_ROWS + 2 * (NUMERAL_MAX_SEGMENTS - 1), DIMS, &loaded,
                                &err),
             err);
    numeral_index_destroy(index);
    add(&random, loaded, 1);
    numeral_dynamic_state now;
    CHECK_OK(numeral_index_get_state(loaded, &now, &err), err);
    assert_int_equal(now.n_segments, NUMERAL_MAX_SEGMENTS);
    assert_int_equal(now.next_id, INT64_MAX - 1);
    numeral_index_destroy(loaded);
    s.tensors.n_tensors = n_tensors;
    stored_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_taught_and_loaded),
        cmocka_unit_test(digits_lie_beside_digits),
        cmocka_unit_test(nothing_at_all_is_loaded),
        cmocka_unit_test(forged_files_are_refused),
        cmocka_unit_test(damaged_files_do_no_harm),
        cmocka_unit_test(the_most_segments_leave_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
