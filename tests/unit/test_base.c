#include "tests/unit/check.h"

#include <stdlib.h>
#include <unistd.h>

#include <numeral/runtime.h>
#include <numeral/tools/command.h>
#include <numeral/tools/names.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/cpu.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/run.h"
#include "base/tensors.h"
#include "base/threads.h"

static void sizes_are_checked(void **state)
{
    (void)state;
    numeral_error err;
    size_t out = 7;
    assert_false(numeral_size_multiply(SIZE_MAX / 2, 3, &out));
    assert_false(numeral_size_add(SIZE_MAX, 1, &out));
    assert_int_equal(out, 7);
    assert_null(numeral_allocate(SIZE_MAX / 4, 8, &err));
    assert_non_null(strstr(err.text, "overflow"));
    void *empty = numeral_allocate(0, 8, &err);
    assert_non_null(empty);
    assert_int_equal((uintptr_t)empty % 64, 0);
    numeral_release(empty);
    numeral_release(NULL);
}

static void buffers_keep_their_ceiling(void **state)
{
    (void)state;
    numeral_error err;
    numeral_buffer buffer = {.max_bytes = 10};
    CHECK_OK(numeral_buffer_append(&buffer, "12345678", 8, &err), err);
    CHECK_FAILS(numeral_buffer_append(&buffer, "123", 3, &err), NUMERAL_ERROR_LIMIT, err,
                "more than the 10 bytes");
    assert_int_equal(buffer.size, 8);
    CHECK_OK(numeral_buffer_append(&buffer, "90", 2, &err), err);
    assert_memory_equal(buffer.data, "1234567890", 10);
    numeral_buffer_free(&buffer);
}

static void arenas_free_all_they_hold(void **state)
{
    (void)state;
    numeral_error err;
    numeral_arena arena = {0};
    int *numbers[100];
    for (int i = 0; i < 100; i++) {
        numbers[i] = numeral_arena_take(&arena, 3, sizeof *numbers[i], &err);
        assert_non_null(numbers[i]);
        assert_int_equal(numbers[i][2], 0);
        numbers[i][2] = i;
    }
    assert_string_equal(numeral_arena_printf(&arena, &err, "%d × %s", 28, "a"), "28 × a");
    assert_string_equal(numeral_arena_printf(&arena, &err, "%s", ""), "");
    assert_null(numeral_arena_own(&arena, NULL, &err));
    assert_int_equal(numbers[99][2], 99);
    assert_int_equal(arena.n, 102);
    numeral_arena_free(&arena);
    assert_int_equal(arena.n, 0);
    numeral_arena_free(&arena);
}

static void budgets_follow_the_file(void **state)
{
    (void)state;
    assert_int_equal(numeral_memory_budget(1), (uint64_t)64 << 20);
    assert_int_equal(numeral_memory_budget(1 << 20), (uint64_t)1100 << 20);
    assert_true(numeral_memory_budget(UINT64_MAX) == UINT64_MAX);
    numeral_set_max_memory(5);
    assert_int_equal(numeral_memory_budget(1 << 20), 5);
    numeral_set_max_memory(0);
}

/* The first numbers of xoshiro256** after SplitMix64(0), computed with the authors' C
 * (https://prng.di.unimi.it): seed 0, stream 0 feeds SplitMix64 with its own first
 * output. */
static void random_numbers_are_portable(void **state)
{
    (void)state;
    numeral_random a = numeral_random_seed(1, 0), b = numeral_random_seed(1, 0);
    numeral_random other = numeral_random_seed(1, 1);
    int same = 0;
    for (int i = 0; i < 100; i++) {
        uint64_t x = numeral_random_next(&a);
        assert_true(x == numeral_random_next(&b));
        same += x == numeral_random_next(&other);
    }
    assert_int_equal(same, 0);
    /* xoshiro256** from state {1, 2, 3, 4}, worked by hand: 2·5 = 10, rotl 7 = 1280, ·9
     */
    numeral_random known = {{1, 2, 3, 4}};
    assert_true(numeral_random_next(&known) == 11520);
    assert_true(numeral_random_next(&known) == 0);
    assert_true(numeral_random_next(&known) == 1509978240);
    uint32_t order[100];
    bool seen[100] = {false};
    numeral_random_permutation(&a, order, 100);
    for (int i = 0; i < 100; i++) {
        assert_false(seen[order[i]]);
        seen[order[i]] = true;
    }
    double sum = 0, squares = 0;
    for (int i = 0; i < 20000; i++) {
        double z = numeral_random_normal(&a);
        sum += z;
        squares += z * z;
        assert_true(numeral_random_below(&a, 7) < 7);
    }
    assert_true(sum / 20000 < 0.03 && sum / 20000 > -0.03);
    assert_true(squares / 20000 < 1.05 && squares / 20000 > 0.95);
}

static void mark(void *context, size_t begin, size_t end, int worker)
{
    (void)worker;
    for (size_t i = begin; i < end; i++) {
        ((uint8_t *)context)[i]++;
    }
}

static void every_item_is_done_once(void **state)
{
    (void)state;
    for (size_t n = 0; n < 70; n += 23) {
        for (int threads = 1; threads < 9; threads++) {
            uint8_t done[70] = {0};
            numeral_parallel_for(n, 3, threads, mark, done);
            for (size_t i = 0; i < 70; i++) {
                assert_int_equal(done[i], i < n);
            }
        }
    }
}

static void mistyped_names_find_the_nearest(void **state)
{
    (void)state;
    const char *names[] = {"deskew", "blur", "pixels", "standard"};
    assert_string_equal(numeral_name_nearest("deskw", names, 4), "deskew");
    assert_string_equal(numeral_name_nearest("pixles", names, 4), "pixels");
    assert_string_equal(numeral_name_nearest("blr", names, 4), "blur");
    assert_null(numeral_name_nearest("gradient", names, 4));
    assert_null(numeral_name_nearest("", names, 0));
}

static void tensors_are_found_and_required(void **state)
{
    (void)state;
    numeral_error err;
    static numeral_tensors tensors;
    static const uint16_t data[12];
    const numeral_tensor *found = NULL;
    CHECK_OK(numeral_tensors_add(&tensors, "a", NUMERAL_TENSOR_U16, 3, 4, data, &err),
             err);
    assert_int_equal(numeral_tensor_bytes(&tensors.tensors[0]), 24);
    CHECK_OK(numeral_tensors_require(&tensors, "a", NUMERAL_TENSOR_U16, SIZE_MAX, 4,
                                     &found, &err),
             err);
    assert_ptr_equal(found->data, data);
    CHECK_FAILS(
        numeral_tensors_require(&tensors, "b", NUMERAL_TENSOR_U16, 3, 4, &found, &err),
        NUMERAL_ERROR_FORMAT, err, "tensor b is missing");
    CHECK_FAILS(
        numeral_tensors_require(&tensors, "a", NUMERAL_TENSOR_I16, 3, 4, &found, &err),
        NUMERAL_ERROR_FORMAT, err, "wrong type or shape");
    CHECK_FAILS(
        numeral_tensors_require(&tensors, "a", NUMERAL_TENSOR_U16, 12, 0, &found, &err),
        NUMERAL_ERROR_FORMAT, err, "wrong type or shape");
}

static void numbers_are_turned_round(void **state)
{
    (void)state;
    static const uint8_t from[16] = {1, 2,  3,  4,  5,  6,  7,  8,
                                     9, 10, 11, 12, 13, 14, 15, 16};
    for (int type = 0; type < NUMERAL_TENSOR_TYPE_COUNT; type++) {
        size_t size = numeral_tensor_item_bytes((numeral_tensor_type)type);
        uint8_t to[17] = {0}, own[16];
        numeral_tensor_turn((numeral_tensor_type)type, sizeof from, from, to);
        for (size_t i = 0; i < sizeof from; i++) {
            assert_int_equal(to[i], from[i / size * size + size - 1 - i % size]);
        }
        assert_int_equal(to[16], 0);
        memcpy(own, from, sizeof own);
        numeral_tensor_turn((numeral_tensor_type)type, sizeof own, own, own);
        assert_memory_equal(own, to, sizeof own);
    }
}

static void processor_is_checked(void **state)
{
    (void)state;
    numeral_error err;
    const char *before = getenv("NUMERAL_CPU");
    char *kept = before ? strdup(before) : NULL, *best = NULL;
    setenv("NUMERAL_CPU", "ref", 1);
    CHECK_OK(numeral_cpu_check(&err), err);
    assert_string_equal(numeral_cpu_name(), "ref");
    setenv("NUMERAL_CPU", "z80", 1);
    CHECK_FAILS(numeral_cpu_check(&err), NUMERAL_ERROR_ARGUMENT, err,
                "expected ref, sse41");
#if defined(__x86_64__)
    setenv("NUMERAL_CPU", "neon", 1);
    CHECK_FAILS(numeral_cpu_check(&err), NUMERAL_ERROR_UNSUPPORTED, err, "does not have");
#endif
    unsetenv("NUMERAL_CPU");
    CHECK_OK(numeral_cpu_check(&err), err);
#if defined(__x86_64__)
    for (int cpu = NUMERAL_CPU_REF; cpu <= NUMERAL_CPU_AVX512; cpu++) {
        if (numeral_cpu_available((numeral_cpu)cpu)) { /* the last of them is the best */
            free(best);
            best = strdup(numeral_cpu_label((numeral_cpu)cpu));
        }
    }
    assert_string_equal(numeral_cpu_name(), best);
    free(best);
#endif
    if (kept) {
        setenv("NUMERAL_CPU", kept, 1);
    }
    free(kept);
}

static bool stop_at_half(void *context, const char *what, uint64_t done, uint64_t total)
{
    *(const char **)context = what;
    return 2 * done < total;
}

static void runs_have_defaults_and_can_be_stopped(void **state)
{
    (void)state;
    numeral_error err;
    const char *told = NULL;
    const numeral_progress progress = {stop_at_half, &told};
    const numeral_run two = {.threads = 2};
    assert_ptr_equal(numeral_run_or_default(&two), &two);
    assert_int_equal(numeral_run_or_default(NULL)->threads, 0);
    assert_null(numeral_run_or_default(NULL)->progress);
    CHECK_OK(numeral_progress_report(NULL, "counting", 9, 9, &err), err);
    CHECK_OK(numeral_progress_report(&progress, "counting", 4, 9, &err), err);
    assert_string_equal(told, "counting");
    CHECK_FAILS(numeral_progress_report(&progress, "counting", 5, 9, &err),
                NUMERAL_ERROR_CANCELLED, err, "counting was cancelled");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_checked),
        cmocka_unit_test(buffers_keep_their_ceiling),
        cmocka_unit_test(arenas_free_all_they_hold),
        cmocka_unit_test(budgets_follow_the_file),
        cmocka_unit_test(random_numbers_are_portable),
        cmocka_unit_test(every_item_is_done_once),
        cmocka_unit_test(mistyped_names_find_the_nearest),
        cmocka_unit_test(tensors_are_found_and_required),
        cmocka_unit_test(numbers_are_turned_round),
        cmocka_unit_test(processor_is_checked),
        cmocka_unit_test(runs_have_defaults_and_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
