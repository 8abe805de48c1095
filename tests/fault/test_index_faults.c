/* Indexes of floats and files of indexes, with each allocation and each file operation
 * refused in turn: one sentence, nothing leaked, no half file. */
#include "tests/fault/fault.h"

#include <math.h>
#include <unistd.h>

#include <numeral/dynamic.h>

#include "base/random.h"

enum { ROWS = 1200, DIMS = 9, K = 4, QUERIES = 5 };

static float values[ROWS][DIMS];
static char path[] = "/tmp/numeral-index-fault-XXXXXX";
static const numeral_run one = {.threads = 1};

typedef struct found {
    int64_t ids[QUERIES * K];
    double distances[QUERIES * K];
} found;

static numeral_rows rows_of(size_t first, size_t n)
{
    return (numeral_rows){values[first], NUMERAL_F32, n, DIMS, sizeof *values};
}

static numeral_status search(const numeral_index *index, found *out, numeral_error *err)
{
    numeral_rows queries = rows_of(0, QUERIES);
    numeral_search how = {.k = K, .radius = INFINITY, .run = one};
    return numeral_index_search(index, &queries, &how, out->ids, out->distances, err);
}

/* Both ask for the same rows at the end. */
static void check_same(const numeral_index *a, const numeral_index *b)
{
    found one_answer, other;
    numeral_error err = {0};
    if (search(a, &one_answer, &err) == NUMERAL_OK &&
        search(b, &other, &err) == NUMERAL_OK) {
        assert_memory_equal(&one_answer, &other, sizeof other);
    }
}

/* Built, searched, written to memory and read, made dynamic, changed, searched. */
static numeral_status live(const char *metric, numeral_error *err)
{
    numeral_index *index = NULL, *again = NULL, *dynamic = NULL;
    numeral_rows rows = rows_of(0, ROWS - 20), more = rows_of(ROWS - 20, 20);
    void *bytes = NULL;
    size_t n_bytes;
    int64_t gone = 7;
    found answer;
    numeral_status status =
        numeral_index_create(&rows, "auto", metric, NULL, &one, &index, err);
    status = status ? status : search(index, &answer, err);
    status = status ? status : numeral_index_encode(index, &bytes, &n_bytes, err);
    status =
        status ? status : numeral_index_decode(bytes, n_bytes, "b", NULL, &again, err);
    if (status == NUMERAL_OK) {
        check_same(index, again);
        status = numeral_index_convert_dynamic(again, "auto", NULL, &dynamic, err);
        again = status == NUMERAL_OK ? NULL : again;
    }
    status = status ? status : numeral_index_add(dynamic, &more, NULL, &one, NULL, err);
    status = status ? status : numeral_index_remove(dynamic, &gone, 1, &one, err);
    status = status ? status : search(dynamic, &answer, err);
    numeral_free(bytes);
    numeral_index_destroy(dynamic);
    numeral_index_destroy(again);
    numeral_index_destroy(index);
    return status;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    static const char *const metrics[] = {"l2", "cosine"};
    for (int m = 0; m < 2; m++) {
        numeral_error err = {0};
        CHECK_OK(live(metrics[m], &err), err);
        long blocks = atomic_load(&memory_live), n_failed = 0;
        fault_memory_begin(0);
        CHECK_OK(live(metrics[m], &err), err);
        long total = atomic_load(&memory_calls);
        for (long n = 1; n <= total; n = fault_next(n, total, 300 / SLOWER)) {
            err = (numeral_error){0};
            fault_memory_begin(n);
            numeral_status status = live(metrics[m], &err);
            fault_memory_begin(0);
            assert_int_equal(atomic_load(&memory_live), blocks);
            if (status != NUMERAL_OK) {
                assert_int_equal(status, NUMERAL_ERROR_MEMORY);
                assert_true(err.text[0]);
                n_failed++;
            }
        }
        assert_true(n_failed > 10);
    }
}

static void files_may_fail(void **state)
{
    (void)state;
    numeral_error err = {0};
    numeral_index *index = NULL, *read = NULL;
    numeral_rows rows = rows_of(0, ROWS);
    CHECK_OK(numeral_index_create(&rows, "auto", "l2", NULL, &one, &index, &err), err);
    CHECK_OK(numeral_index_write(index, path, &err), err);
    bool done = false;
    for (long n = 1; !done; n++) { /* writing; what was there stays whole */
        fault_files_begin(n, ENOSPC, false);
        numeral_status status = numeral_index_write(index, path, &err);
        done = file_calls < n;
        fault_files_end();
        assert_int_equal(files_open, 0);
        assert_true(status == NUMERAL_OK || status == NUMERAL_ERROR_IO);
        CHECK_OK(numeral_index_read(path, NULL, &read, &err), err);
        check_same(index, read);
        numeral_index_destroy(read);
    }
    done = false;
    for (long n = 1; !done; n++) { /* reading */
        fault_files_begin(n, EIO, false);
        numeral_status status = numeral_index_read(path, NULL, &read, &err);
        done = file_calls < n;
        if (status == NUMERAL_OK) {
            check_same(index, read);
        }
        numeral_index_destroy(read);
        fault_files_end();
        assert_int_equal(files_open, 0);
        assert_int_equal(maps_open, 0);
        assert_true(status == NUMERAL_OK || status == NUMERAL_ERROR_IO);
    }
    numeral_index_destroy(index);
}

static int prepare(void **state)
{
    static const numeral_allocator table = {fault_allocate, fault_release};
    (void)state;
    numeral_random random = numeral_random_seed(4, 4);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < DIMS; j++) {
            values[i][j] = (float)numeral_random_normal(&random) + (float)(i % 7);
        }
    }
    numeral_set_allocator(&table);
    int file = mkstemp(path);
    return file < 0 ? -1 : close(file);
}

static int clear(void **state)
{
    (void)state;
    return unlink(path);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_may_run_out),
        cmocka_unit_test(files_may_fail),
    };
    fault_begin(argc, argv);
    return fault_end(cmocka_run_group_tests(tests, prepare, clear));
}
