/* Indexes as files: what is read answers as what was written, and may become dynamic;
 * anything else is refused with a sentence. */
#include "tests/unit/check.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include <numeral/dynamic.h>
#include <numeral/model.h>

#include "base/random.h"

enum { N = 2000, DIMS = 24, K = 7, QUERIES = 20 };

static uint8_t values[N][DIMS];
static const numeral_rows rows = {values, NUMERAL_U8, N, DIMS, DIMS};
static const numeral_run one = {.threads = 1};
static char path[] = "/tmp/numeral-index-XXXXXX";

static int prepare(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(3, 3);
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < DIMS; j++) {
            values[i][j] =
                (uint8_t)(20 * (i % 9) + numeral_random_next(&random) % (j + 3));
        }
    }
    int file = mkstemp(path);
    return file < 0 ? -1 : close(file);
}

static int clear(void **state)
{
    (void)state;
    return unlink(path);
}

typedef struct answers {
    int64_t ids[QUERIES * K];
    double distances[QUERIES * K];
} answers;

static answers ask(const numeral_index *index)
{
    answers out = {{0}, {0}};
    numeral_error err = {0};
    numeral_rows queries = rows;
    numeral_search search = {.k = K, .radius = INFINITY, .run = one};
    queries.n_rows = QUERIES;
    CHECK_OK(numeral_index_search(index, &queries, &search, out.ids, out.distances, &err),
             err);
    return out;
}

static numeral_index *create(const char *spec, const char *metric)
{
    numeral_index *index = NULL;
    numeral_error err = {0};
    CHECK_OK(numeral_index_create(&rows, spec, metric, NULL, &one, &index, &err), err);
    return index;
}

static void answers_stay(void **state)
{
    (void)state;
    static const char *const kinds[][2] = {{"brute", "l2"},       {"exact", "l2"},
                                           {"brute", "lp=p=2.5"}, {"exact", "l1"},
                                           {"brute", "cosine"},   {"near", "l2"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        numeral_error err = {0};
        numeral_index *index = create(kinds[i][0], kinds[i][1]), *again = NULL;
        answers wanted = ask(index), got;
        void *bytes;
        size_t n_bytes;
        CHECK_OK(numeral_index_write(index, path, &err), err);
        CHECK_OK(numeral_index_read(path, NULL, &again, &err), err);
        got = ask(again);
        assert_memory_equal(&got, &wanted, sizeof got);
        assert_memory_equal(numeral_index_describe(again), numeral_index_describe(index),
                            4);
        numeral_index_destroy(again);
        CHECK_OK(numeral_index_encode(index, &bytes, &n_bytes, &err), err);
        CHECK_OK(numeral_index_decode(bytes, n_bytes, "b", NULL, &again, &err), err);
        numeral_free(bytes);
        got = ask(again);
        assert_memory_equal(&got, &wanted, sizeof got);
        numeral_index_destroy(again);
        numeral_index_destroy(index);
    }
}

/* Read, converted, changed, written and read again. */
static void rows_come_and_go(void **state)
{
    (void)state;
    numeral_error err = {0};
    numeral_index *index = create("exact", "l2"), *read = NULL, *changed = NULL;
    numeral_rows more = {values, NUMERAL_U8, 5, DIMS, DIMS};
    int64_t first = 0, gone[] = {0, 3};
    CHECK_OK(numeral_index_write(index, path, &err), err);
    numeral_index_destroy(index);
    CHECK_OK(numeral_index_read(path, NULL, &read, &err), err);
    CHECK_OK(numeral_index_convert_dynamic(read, "exact", NULL, &changed, &err), err);
    CHECK_OK(numeral_index_convert_dynamic(changed, "exact", NULL, &read, &err), err);
    assert_ptr_equal(read, changed);
    CHECK_OK(numeral_index_add(changed, &more, NULL, &one, &first, &err), err);
    assert_int_equal(first, N);
    CHECK_OK(numeral_index_remove(changed, gone, 2, &one, &err), err);
    answers wanted = ask(changed);
    assert_int_equal(wanted.ids[0], N); /* the copy of row 0, which is gone */
    assert_true(wanted.distances[0] == 0);
    CHECK_OK(numeral_index_write(changed, path, &err), err);
    numeral_index_destroy(changed);
    CHECK_OK(numeral_index_read(path, NULL, &read, &err), err);
    answers got = ask(read);
    assert_memory_equal(&got, &wanted, sizeof got);
    assert_int_equal(numeral_index_n_rows(read), N + 3);
    CHECK_OK(numeral_index_add(read, &more, NULL, &one, &first, &err), err);
    assert_int_equal(first, N + 5);
    numeral_index_destroy(read);
}

static void others_are_refused(void **state)
{
    (void)state;
    numeral_error err = {0};
    numeral_index *index = create("brute", "l2"), *again = NULL;
    numeral_dataset data;
    numeral_model *model = NULL;
    void *bytes;
    size_t n_bytes;
    CHECK_OK(numeral_index_encode(index, &bytes, &n_bytes, &err), err);
    for (size_t at = 0; at < n_bytes; at += at < 2000 ? 7 : 997) {
        ((uint8_t *)bytes)[at] ^= 8;
        if (numeral_index_decode(bytes, n_bytes, "b", NULL, &again, &err) == NUMERAL_OK) {
            ask(again); /* between two tensors, which has no meaning */
            numeral_index_destroy(again);
        } else {
            assert_true(err.text[0]);
        }
        ((uint8_t *)bytes)[at] ^= 8;
    }
    CHECK_FAILS(numeral_index_decode(bytes, n_bytes - 1, "b", NULL, &again, &err),
                NUMERAL_ERROR_FORMAT, err, "b: ");
    numeral_free(bytes);
    numeral_index_destroy(index);
    CHECK_OK(numeral_dataset_load("pen:train[0:100]", NULL, &data, &err), err);
    CHECK_OK(numeral_model_train(&data, "pixels", &one, &model, &err), err);
    CHECK_OK(numeral_model_save(model, path, &err), err);
    CHECK_FAILS(numeral_index_read(path, NULL, &again, &err), NUMERAL_ERROR_FORMAT, err,
                "not an index of numeral");
    assert_null(again);
    CHECK_FAILS(numeral_index_read("/nowhere", NULL, &again, &err), NUMERAL_ERROR_IO, err,
                "/nowhere");
    numeral_model_destroy(model);
    numeral_dataset_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_stay),
        cmocka_unit_test(rows_come_and_go),
        cmocka_unit_test(others_are_refused),
    };
    return cmocka_run_group_tests(tests, prepare, clear);
}
