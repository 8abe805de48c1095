/* DATA: paths, slices, splits, pairs and names, in that order. */
#include "tests/unit/named_files.h"

#include <unistd.h>

#include <numeral/tools/command.h>
#include <numeral/tools/output.h>

#include "data/slice.h"

/* Loads folder/`text` (or `text` where it is a name) and compares first pixels. */
static void expect_rows(const char *text, const char *name, size_t n, uint8_t first,
                        uint8_t last, size_t first_row)
{
    numeral_dataset data = load_ok(text, NULL);
    assert_string_equal(data.name, name);
    assert_int_equal(data.n_images, n);
    assert_int_equal(data.pixels[0], first);
    assert_int_equal(data.pixels[4 * n - 1], last);
    assert_int_equal(data.rows ? data.rows[0] : 0, first_row);
    numeral_dataset_free(&data);
}

static int enter_folder(void **state)
{
    if (folder_make(state) != 0 || chdir(*state) != 0) {
        return -1;
    }
    isolate(*state);
    write_idx_set("digits");
    return 0;
}

static int leave_folder(void **state)
{
    return chdir("/") == 0 ? folder_remove(state) : -1;
}

static void folder_of_four_files_has_splits(void **state)
{
    (void)state;
    expect_rows("digits:train", "digits:train", 20, 0, 19, 0);
    expect_rows("digits:test", "digits:test", 5, 100, 104, 0);
    expect_rows("digits", "digits", 25, 0, 104, 0);
    expect_rows("digits:all", "digits", 25, 0, 104, 0);
    write_idx_split("named", "test", 3, 30); /* as EMNIST calls the test digits */
    expect_rows("named", "named:test", 3, 30, 32, 0);
    numeral_load test = {.split = NUMERAL_SPLIT_TEST};
    numeral_dataset data = load_ok("digits", &test);
    assert_int_equal(data.n_images, 5);
    assert_string_equal(data.name, "digits:test");
    numeral_dataset_free(&data);
}

static void slices_follow_numpy(void **state)
{
    (void)state;
    expect_rows("digits:train[3:7]", "digits:train[3:7]", 4, 3, 6, 3);
    expect_rows("digits:train@3..7", "digits:train@3..7", 4, 3, 6, 3);
    expect_rows("digits:train@..-15", "digits:train@..-15", 5, 0, 4, 0);
    expect_rows("digits:train[-2:]", "digits:train[-2:]", 2, 18, 19, 18);
    expect_rows("digits:train[::-1]", "digits:train[::-1]", 20, 19, 0, 19);
    expect_rows("digits:train[4]", "digits:train[4]", 1, 4, 4, 4);
    expect_rows("digits:train[-1]", "digits:train[-1]", 1, 19, 19, 19);
    expect_rows("digits:train[10:][2:4]", "digits:train[10:][2:4]", 2, 12, 13, 12);
    expect_rows("digits[18:22]", "digits[18:22]", 4, 18, 101, 18);
}

/* Only the digits that a slice takes are drawn: they are those of the whole. */
static void slices_of_what_is_drawn(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t first;
        int step;
    } cases[] = {{"pen[19998:20003]", 19998, 1}, {"pen:test[7:1:-2]", 20007, -2},
                 {"pen:train[-1]", 19999, 1},    {"pen@23990..[2:5]", 23992, 1},
                 {"pen:test[-3:]", 23997, 1},    {"pen:train[0:2]", 0, 1}};
    numeral_dataset whole = load_ok("pen", NULL);
    size_t n_bytes = whole.height * whole.width;
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        numeral_dataset some = load_ok(cases[c].text, NULL);
        assert_true(some.n_images > 0);
        for (size_t i = 0; i < some.n_images; i++) {
            size_t row = (size_t)((int)cases[c].first + (int)i * cases[c].step);
            assert_memory_equal(some.pixels + i * n_bytes, whole.pixels + row * n_bytes,
                                n_bytes);
            assert_int_equal(some.labels[i], whole.labels[row]);
        }
        numeral_dataset_free(&some);
    }
    numeral_dataset_free(&whole);
}

static void inputs_are_called_by_their_own_row(void **state)
{
    (void)state;
    char text[100];
    numeral_dataset data = load_ok("digits:train[10:][2:4]", NULL);
    numeral_dataset_input(&data, 1, text, sizeof text);
    assert_string_equal(text, "digits:train[13]");
    numeral_dataset_input(&data, 1, text, 8);
    assert_string_equal(text, "digits:");
    numeral_dataset_free(&data);
    data = load_ok("digits:test@1..", NULL);
    numeral_dataset_input(&data, 0, text, sizeof text);
    assert_string_equal(text, "digits:test[1]");
    static char file[] = "a.png";
    char *inputs[] = {file};
    numeral_dataset one = {.n_images = 1, .inputs = inputs};
    numeral_dataset_input(&one, 0, text, sizeof text);
    assert_string_equal(text, "a.png");
    numeral_dataset_free(&data);
}

/* Every start, stop and step from -7 to 7 of five rows, worked out as Python defines it
 * (PySlice_AdjustIndices). */
static void slice_arithmetic(void **state)
{
    (void)state;
    for (int64_t a = -7; a <= 7; a++) {
        for (int64_t b = -7; b <= 7; b++) {
            for (int64_t step = -3; step <= 3; step++) {
                if (step == 0) {
                    continue;
                }
                numeral_slice slice = {true, true, false, a, b, step};
                size_t first = 99;
                size_t count = 99;
                assert_true(numeral_slice_apply(&slice, 5, &first, &count));
                size_t expected = 0;
                int64_t start = a < 0 ? a + 5 : a;
                int64_t stop = b < 0 ? b + 5 : b;
                start = start < 0 ? (step < 0 ? -1 : 0) : start;
                start = start > 4 ? (step < 0 ? 4 : 5) : start;
                stop = stop < 0 ? -1 : stop;
                for (int64_t i = start; step > 0 ? i < stop && i < 5 : i > stop;
                     i += step) {
                    if (expected == 0) {
                        assert_int_equal(first, i);
                    }
                    expected++;
                }
                assert_int_equal(count, expected);
            }
        }
    }
}

static void an_existing_path_wins(void **state)
{
    (void)state;
    write_idx_split("mnist", "t10k", 3, 7);
    write_idx_split("odd[0:1]", "t10k", 3, 50);
    write_idx_split("odd:test", "t10k", 2, 60);
    expect_rows("mnist", "mnist:test", 3, 7, 9, 0);
    expect_rows("odd[0:1]", "odd[0:1]:test", 3, 50, 52, 0);
    expect_rows("odd:test", "odd:test:test", 2, 60, 61, 0);
    load_fails("mnist:train", NULL, NUMERAL_ERROR_IO,
               "mnist: holds no train-images-idx3-ubyte (or .gz)");
    assert_int_equal(system("rm -r mnist"), 0);
}

static void two_paths_around_a_comma(void **state)
{
    (void)state;
    expect_rows("digits/t10k-images-idx3-ubyte,digits/t10k-labels-idx1-ubyte",
                "digits/t10k-images-idx3-ubyte", 5, 100, 104, 0);
    expect_rows("digits/t10k-images-idx3-ubyte,digits/t10k-labels-idx1-ubyte[1:3]",
                "digits/t10k-images-idx3-ubyte[1:3]", 2, 101, 102, 1);
}

static void a_sub_folder_of_the_data_folder_is_a_name(void **state)
{
    (void)state;
    char *folder = getcwd(NULL, 0);
    setenv("NUMERAL_DATA", folder, 1);
    free(folder);
    assert_int_equal(mkdir("elsewhere", 0777), 0);
    assert_int_equal(chdir("elsewhere"), 0);
    expect_rows("digits:test[1:]", "digits:test[1:]", 4, 101, 104, 1);
    load_fails("./digits:test", NULL, NUMERAL_ERROR_IO,
               "./digits: no such file or folder");
    assert_int_equal(chdir(".."), 0);
    unsetenv("NUMERAL_DATA");
}

static void wrong_texts(void **state)
{
    (void)state;
    const numeral_status bad = NUMERAL_ERROR_ARGUMENT;
    load_fails("digits[x]", NULL, bad,
               "digits[x]: [x] is no slice, expected [start:stop:step], [row] or "
               "@start..stop");
    load_fails("digits[]", NULL, bad, "[] is no slice");
    load_fails("digits[1:2:3:4]", NULL, bad, "is no slice");
    load_fails("digits[1:-]", NULL, bad, "is no slice");
    load_fails("digits@1..2x", NULL, bad, "@1..2x is no slice");
    load_fails("digits[::0]", NULL, bad, "digits[::0]: a slice's step cannot be 0");
    load_fails("digits[5:5]", NULL, bad,
               "digits[5:5]: the slice holds none of the 25 rows");
    load_fails("digits[25]", NULL, bad,
               "digits[25]: row 25 does not exist, there are 25");
    load_fails("digits[-26]", NULL, bad, "row -26 does not exist, there are 25");
    load_fails("digits[:][:][:][:][:][:][:][:][:]", NULL, bad,
               "more than 8 slices after one another");
    load_fails("digits[99999999999999999999]", NULL, bad, "does not exist");
    load_fails(
        "digits:tain", NULL, bad,
        "digits:tain: unknown split \"tain\", expected train, test or all; did you "
        "mean train?");
    load_fails("digits:train:test", NULL, bad, "digits:train:test: names two splits");
    load_fails("digits/t10k-images-idx3-ubyte:test", NULL, bad,
               "digits/t10k-images-idx3-ubyte: has no splits, so that :test cannot be "
               "taken");
    load_fails("", NULL, bad, "\"\": names no data, expected a file, a folder or a name");
    load_fails("[1:2]", NULL, bad, "[1:2]: names no data");
    load_fails("./mnist", NULL, NUMERAL_ERROR_IO, "./mnist: no such file or folder");
    load_fails("no/where", NULL, NUMERAL_ERROR_IO, "no/where: no such file or folder");
    char expected[512];
    snprintf(
        expected, sizeof expected,
        "mnst: no such file or data set (did you mean mnist?); looked in this folder "
        "and %s/.cache/numeral/mnst",
        getenv("HOME"));
    load_fails("mnst", NULL, bad, expected);
    unsetenv("HOME");
    load_fails(
        "qqqqqq", NULL, bad,
        "qqqqqq: no such file or data set; looked in this folder and nowhere else");
    isolate(*state);
}

static void labels_may_be_demanded(void **state)
{
    (void)state;
    numeral_load need = {.need_labels = true};
    assert_int_equal(rename("digits/t10k-labels-idx1-ubyte", "digits/gone"), 0);
    load_fails("digits/t10k-images-idx3-ubyte", &need, NUMERAL_ERROR_FORMAT,
               "holds no labels");
    load_fails("digits:test", NULL, NUMERAL_ERROR_IO,
               "digits: holds no t10k-labels-idx1-ubyte (or .gz)");
    assert_int_equal(rename("digits/gone", "digits/t10k-labels-idx1-ubyte"), 0);
}

static void splits_must_fit_together(void **state)
{
    (void)state;
    static const uint8_t other[16 + 30] = {0, 0, 8, 3, 0, 0, 0, 5,
                                           0, 0, 0, 2, 0, 0, 0, 3};
    write_idx_set("unlike");
    free(write_file_in("unlike", "t10k-images-idx3-ubyte", other, sizeof other));
    load_fails("unlike", NULL, NUMERAL_ERROR_FORMAT,
               "unlike: test: its images are 2 × 3, but those of train are 2 × 2");
    write_idx_set("short");
    free(write_file_in("short", "t10k-labels-idx1-ubyte", "\0\0\10\1\0\0\0\1\1", 9));
    load_fails("short", NULL, NUMERAL_ERROR_FORMAT,
               "short/t10k-labels-idx1-ubyte: 1 labels for the 5 images of short/t10k-");
}

static void dotted_and_packed_names(void **state)
{
    (void)state;
    write_idx_set("dotted");
    assert_int_equal(system("cd dotted && for f in *; do mv $f $(echo $f | sed "
                            "s/-idx/.idx/); done; gzip *"),
                     0);
    expect_rows("dotted:train", "dotted:train", 20, 0, 19, 0);
    expect_rows("dotted:test", "dotted:test", 5, 100, 104, 0);
}

/* What `data split --format` makes: a file for each split. */
static void files_named_by_split(void **state)
{
    (void)state;
    static const char *const endings[] = {"npz", "csv", "csv.gz"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char folder[32], path[64], text[64];
        snprintf(folder, sizeof folder, "by-%s", endings[i]);
        assert_int_equal(numeral_folder_create(folder, NULL), NUMERAL_OK);
        for (int test = 0; test < 2; test++) {
            numeral_dataset half = load_ok(test ? "digits:test" : "digits:train", NULL);
            snprintf(path, sizeof path, "%s/%s.%s", folder, test ? "test" : "train",
                     endings[i]);
            assert_int_equal(numeral_dataset_save(&half, NULL, path, NULL), NUMERAL_OK);
            numeral_dataset_free(&half);
        }
        snprintf(text, sizeof text, "%s:train", folder);
        expect_rows(text, text, 20, 0, 19, 0);
        snprintf(text, sizeof text, "%s:test", folder);
        expect_rows(text, text, 5, 100, 104, 0);
        expect_rows(folder, folder, 25, 0, 104, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folder_of_four_files_has_splits),
        cmocka_unit_test(slices_follow_numpy),
        cmocka_unit_test(slices_of_what_is_drawn),
        cmocka_unit_test(slice_arithmetic),
        cmocka_unit_test(inputs_are_called_by_their_own_row),
        cmocka_unit_test(an_existing_path_wins),
        cmocka_unit_test(two_paths_around_a_comma),
        cmocka_unit_test(a_sub_folder_of_the_data_folder_is_a_name),
        cmocka_unit_test(wrong_texts),
        cmocka_unit_test(labels_may_be_demanded),
        cmocka_unit_test(splits_must_fit_together),
        cmocka_unit_test(dotted_and_packed_names),
        cmocka_unit_test(files_named_by_split),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
