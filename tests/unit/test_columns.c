/* Tables whose columns have scales of their own: read, joined, written, and read by a
 * model as the numbers they stand for. */
#include "tests/unit/data_bytes.h"

#include <math.h>
#include <unistd.h>

#include <numeral/model.h>

#include "base/random.h"
#include "data/columns.h"

enum { ROWS = 200, WIDTH = 7, CLASSES = 4 };

/* Column c is 10^(c - 3) wide and lies far from zero; every second one tells the class.
 */
static double value_of(numeral_random *random, size_t c, size_t class)
{
    double noise = numeral_random_unit(random);
    double share = c % 2 ? noise : (noise * 0.2 + (double)((class >> c / 2) & 1)) / 1.2;
    return pow(10, (double)c - 3) * share + 50 * (double)c;
}

static char *table_of(uint64_t seed, size_t n)
{
    char *text = malloc(n * WIDTH * 32);
    size_t used = 0;
    numeral_random random = numeral_random_seed(seed, 0);
    for (size_t row = 0; row < n; row++) {
        used += (size_t)sprintf(text + used, "%zu", row % CLASSES);
        for (size_t c = 0; c < WIDTH; c++) {
            used += (size_t)sprintf(text + used, ",%.17g",
                                    value_of(&random, c, row % CLASSES));
        }
        used += (size_t)sprintf(text + used, "\n");
    }
    return text;
}

static numeral_dataset read_table(uint64_t seed, size_t n, const numeral_columns *columns)
{
    char *text = table_of(seed, n);
    numeral_load how = {.columns = columns, .need_labels = true};
    numeral_dataset data = decode_ok(text, strlen(text), &how);
    free(text);
    return data;
}

static void keeps_a_scale_for_each_column(void **state)
{
    (void)state;
    numeral_dataset data = read_table(1, ROWS, NULL);
    numeral_random random = numeral_random_seed(1, 0);
    assert_int_equal(data.height, 1);
    assert_int_equal(data.width, WIDTH);
    assert_non_null(data.columns);
    for (size_t i = 0; i < ROWS * WIDTH; i++) {
        size_t c = i % WIDTH;
        double value = value_of(&random, c, i / WIDTH % CLASSES);
        double got = numeral_columns_value(data.columns, WIDTH, c, data.pixels[i]);
        double step = (double)data.columns[WIDTH + c];
        /* half a step, and what float32 rounds an offset of 300 by */
        assert_true(fabs(got - value) <= 0.5001 * step + 2e-5);
    }
    numeral_dataset_free(&data);
}

static void pictures_keep_one_scale(void **state)
{
    (void)state;
    static const char *const others[] = {
        "1,0,0,1,1,0\n0,1,0,1,0,1",     /* yes and no */
        "1,10,20,255,0,3\n0,1,2,3,4,5", /* grey levels */
    };
    for (size_t i = 0; i < 2; i++) {
        numeral_dataset small = decode_ok(others[i], strlen(others[i]), NULL);
        assert_null(small.columns);
        numeral_dataset_free(&small);
    }
    /* 8 × 8 with a ground of -1 and ink up to 1, as networks take digits */
    char text[16384] = "";
    size_t used = 0;
    for (size_t row = 0; row < 20; row++) {
        used += (size_t)sprintf(text + used, "%zu", row % 2);
        for (size_t i = 0; i < 64; i++) {
            bool ink = (i * 7 + row * 5) % 11 < 3;
            used +=
                (size_t)sprintf(text + used, ",%g", ink ? 0.5 + 0.01 * (double)row : -1);
        }
        used += (size_t)sprintf(text + used, "\n");
    }
    numeral_load how = {.need_labels = true};
    numeral_dataset data = decode_ok(text, used, &how);
    assert_null(data.columns);
    assert_int_equal(data.height, 8);
    numeral_dataset_free(&data);
}

static void reads_queries_by_the_models_columns(void **state)
{
    (void)state;
    numeral_dataset train = read_table(1, ROWS, NULL);
    numeral_model *model = NULL, *loaded = NULL;
    numeral_model_info info;
    numeral_answers by_model = {0}, by_own = {0};
    void *bytes = NULL;
    size_t n_bytes = 0, wrong = 0, differ = 0;
    numeral_error err = {0};
    CHECK_OK(numeral_model_train(&train, "pixels,standard -k 3", NULL, &model, &err),
             err);
    CHECK_OK(numeral_model_encode(model, &bytes, &n_bytes, &err), err);
    CHECK_OK(numeral_model_decode(bytes, n_bytes, "m", NULL, &loaded, &err), err);
    numeral_model_get_info(loaded, &info);
    assert_int_equal(info.columns.n, WIDTH);
    assert_memory_equal(info.columns.values, train.columns,
                        2 * WIDTH * sizeof *train.columns);
    /* a few rows, whose own ranges are other ones */
    numeral_dataset few = read_table(7, 40, &info.columns), own = read_table(7, 40, NULL);
    assert_memory_equal(few.columns, train.columns, 2 * WIDTH * sizeof *few.columns);
    assert_memory_not_equal(own.columns, train.columns, 2 * WIDTH * sizeof *few.columns);
    CHECK_OK(numeral_model_predict(loaded, &few, NULL, &by_model, &err), err);
    CHECK_OK(numeral_model_predict(loaded, &own, NULL, &by_own, &err), err);
    for (size_t i = 0; i < 40; i++) {
        wrong += by_model.labels[i] != few.labels[i];
        differ += by_model.labels[i] != by_own.labels[i];
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(differ, 0);
    numeral_answers_free(&by_model);
    numeral_answers_free(&by_own);
    numeral_dataset_free(&few);
    numeral_dataset_free(&own);
    numeral_dataset_free(&train);
    numeral_model_destroy(loaded);
    numeral_model_destroy(model);
    numeral_free(bytes);
}

static void refuses_stages_for_pictures(void **state)
{
    (void)state;
    numeral_dataset train = read_table(1, ROWS, NULL);
    numeral_model *model = NULL;
    numeral_error err = {0};
    assert_int_equal(numeral_model_train(&train, "accurate", NULL, &model, &err),
                     NUMERAL_ERROR_ARGUMENT);
    expect_text(err.text, "pixels,standard");
    numeral_dataset_free(&train);
}

static void joins_columns_of_different_ranges(void **state)
{
    (void)state;
    numeral_dataset sets[2] = {read_table(1, ROWS, NULL), read_table(2, 30, NULL)}, all;
    numeral_error err = {0};
    CHECK_OK(numeral_dataset_join(sets, 2, &all, &err), err);
    for (size_t i = 0; i < all.n_images * WIDTH; i++) {
        const numeral_dataset *from = &sets[i >= ROWS * WIDTH];
        size_t at = i < ROWS * WIDTH ? i : i - ROWS * WIDTH, c = i % WIDTH;
        double step = (double)all.columns[WIDTH + c];
        double value = numeral_columns_value(from->columns, WIDTH, c, from->pixels[at]);
        double got = numeral_columns_value(all.columns, WIDTH, c, all.pixels[i]);
        assert_true(fabs(got - value) <= 0.5001 * step + 2e-5);
    }
    numeral_dataset_free(&all);
    numeral_dataset_free(&sets[0]);
    numeral_dataset_free(&sets[1]);
}

static void writes_what_it_read(void **state)
{
    (void)state;
    numeral_dataset data = read_table(1, ROWS, NULL);
    char folder[] = "/tmp/numeral-columns-XXXXXX", path[128];
    static const char *const names[] = {"t.csv", "t.npz"};
    numeral_error err = {0};
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < 2; i++) {
        numeral_dataset again = {0};
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        numeral_status status = numeral_dataset_save(&data, NULL, path, &err);
        if (status != NUMERAL_ERROR_UNSUPPORTED) { /* NPZ needs libzip */
            CHECK_OK(status, err);
            numeral_columns columns = {WIDTH, data.columns};
            numeral_load how = {.columns = &columns};
            CHECK_OK(numeral_data_read(path, NULL, &how, &again, &err), err);
            assert_memory_equal(again.pixels, data.pixels, ROWS * WIDTH);
            assert_memory_equal(again.labels, data.labels, ROWS * sizeof(numeral_label));
            numeral_dataset_free(&again);
        }
        remove(path);
    }
    snprintf(path, sizeof path, "%s/t.idx", folder);
    assert_int_equal(numeral_dataset_save(&data, NULL, path, &err),
                     NUMERAL_ERROR_UNSUPPORTED);
    expect_text(err.text, ".npz or .csv");
    rmdir(folder);
    numeral_dataset_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_a_scale_for_each_column),
        cmocka_unit_test(pictures_keep_one_scale),
        cmocka_unit_test(reads_queries_by_the_models_columns),
        cmocka_unit_test(refuses_stages_for_pictures),
        cmocka_unit_test(joins_columns_of_different_ranges),
        cmocka_unit_test(writes_what_it_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
