/* Reading a form from its file and a page by it, with each allocation and each file
 * operation refused in turn. */
#include "tests/fault/fault.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <numeral/form.h>

enum { HEIGHT = 150, WIDTH = 210 };

static const numeral_run one = {.threads = 1};
static numeral_model *model;
static numeral_image page;
static char paths[2][32] = {"/tmp/numeral-form-XXXXXX", "/tmp/numeral-form-XXXXXX"};

/* Loads a form and reads the page by it; frees all, whatever comes. */
static numeral_status job(size_t number, numeral_error *err)
{
    numeral_form form = {0};
    numeral_form_page read = {0};
    numeral_status status = numeral_form_load(paths[number], &form, err);
    if (status == NUMERAL_OK) {
        status = numeral_form_read(model, &page, &form, NULL, &one, &read, err);
    }
    if (status == NUMERAL_OK) {
        assert_int_equal(read.n_fields, 2);
        assert_true(strlen(read.fields[0].text) > 0);
        assert_string_equal(read.fields[1].text, "");
    }
    numeral_form_free(&form);
    numeral_form_page_free(&read);
    return status;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    for (size_t number = 0; number < 2; number++) {
        numeral_error err = {0};
        CHECK_OK(job(number, &err), err);
        long blocks = atomic_load(&memory_live), n_failed = 0;
        fault_memory_begin(0);
        CHECK_OK(job(number, &err), err);
        long total = atomic_load(&memory_calls);
        for (long n = 1; n <= total; n = fault_next(n, total, 120 / SLOWER)) {
            err = (numeral_error){0};
            fault_memory_begin(n);
            numeral_status status = job(number, &err);
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
    bool done = false;
    for (long n = 1; !done; n++) {
        numeral_error err = {0};
        fault_files_begin(n, EIO, false);
        numeral_status status = job(0, &err);
        done = file_calls < n;
        fault_files_end();
        assert_int_equal(files_open, 0);
        assert_true(status == NUMERAL_OK || status == NUMERAL_ERROR_IO);
    }
}

static void fill(size_t top, size_t left, size_t bottom, size_t right)
{
    for (size_t y = top; y < bottom; y++) {
        memset(page.pixels + y * WIDTH + left, 30, right - left);
    }
}

/* A frame, four marks, and a one in the first of two fields. */
static bool draw(numeral_error *err)
{
    if (numeral_image_create(HEIGHT, WIDTH, &page, err) != NUMERAL_OK) {
        return false;
    }
    memset(page.pixels, 245, HEIGHT * WIDTH);
    for (size_t i = 0; i < 4; i++) {
        size_t top = i & 1 ? HEIGHT - 15 : 3, left = i & 2 ? WIDTH - 15 : 3;
        fill(top, left, top + 12, left + 12);
    }
    fill(20, 20, 22, WIDTH - 20);
    fill(HEIGHT - 22, 20, HEIGHT - 20, WIDTH - 20);
    fill(20, 20, HEIGHT - 20, 22);
    fill(20, WIDTH - 22, HEIGHT - 20, WIDTH - 20);
    fill(50, 58, 85, 63);
    return true;
}

static bool write_form(char *path, const char *registration)
{
    int file = mkstemp(path);
    FILE *out = file < 0 ? NULL : fdopen(file, "w");
    if (!out) {
        return false;
    }
    fprintf(
        out,
        "{\"registration\": \"%s\", \"fields\": [{\"name\": \"a\", \"box\": [0.2, 0.1, "
        "0.7, 0.5], \"digits\": 1}, {\"name\": \"b\", \"box\": [0.2, 0.6, 0.7, 0.9]}]}",
        registration);
    return fclose(out) == 0;
}

static int prepare(void **state)
{
    static const numeral_allocator table = {fault_allocate, fault_release};
    numeral_dataset digits;
    numeral_error err = {0};
    (void)state;
    numeral_set_allocator(&table);
    bool made =
        numeral_dataset_load("pen:train[0:200]", NULL, &digits, &err) == NUMERAL_OK;
    made = made &&
           numeral_model_train(&digits, "pixels -k 3", NULL, &model, &err) == NUMERAL_OK;
    numeral_dataset_free(&digits);
    return made && draw(&err) && write_form(paths[0], "frame") &&
                   write_form(paths[1], "marks")
               ? 0
               : -1;
}

static int clear(void **state)
{
    (void)state;
    numeral_model_destroy(model);
    numeral_image_free(&page);
    return unlink(paths[0]) | unlink(paths[1]);
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
