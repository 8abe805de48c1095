/* A program that calls setlocale gets what others get: texts are read and written with a
 * point in their numbers, and models, pictures and messages are the same bytes. */
#include "tests/unit/check.h"

#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include <numeral/numeral.h>
#include <numeral/tools/picture.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/spec.h"

static char folder[] = "/tmp/numeral-locale-XXXXXX";

static bool has_comma(void)
{
    return strcmp(localeconv()->decimal_point, ",") == 0;
}

/* A locale with a comma: one that is installed, or one made for this test. */
static bool enter_comma_locale(void)
{
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "da_DK.UTF-8",
                                        "numeral.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (i == 3) {
            char command[200];
            snprintf(command, sizeof command,
                     "localedef -i de_DE -f UTF-8 %s/numeral.UTF-8 >%s/log 2>&1", folder,
                     folder);
            setenv("LOCPATH", folder, 1);
            if (system(command) != 0) {
                return false;
            }
        }
        if (setlocale(LC_ALL, names[i]) && has_comma()) {
            return true;
        }
    }
    return false;
}

static void add(numeral_buffer *out, const void *bytes, size_t n)
{
    assert_int_equal(numeral_buffer_append(out, bytes, n, NULL), NUMERAL_OK);
}

static void add_file(numeral_buffer *out, const char *path)
{
    numeral_bytes bytes;
    assert_int_equal(numeral_bytes_read(path, SIZE_MAX / 2, &bytes, NULL), NUMERAL_OK);
    add(out, bytes.data, bytes.size);
    numeral_bytes_free(&bytes);
}

static void add_model(numeral_buffer *out)
{
    static const char csv[] = "0,0.25,0.5\n1,0.75,1e-1\n0,.5,0.25\n1,1,0\n";
    numeral_error err;
    numeral_dataset data;
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    char path[64];
    snprintf(path, sizeof path, "%s/m.model", folder);
    CHECK_OK(numeral_dataset_decode(csv, sizeof csv - 1, "csv", NULL, &data, &err), err);
    add(out, data.pixels, data.n_images * data.width);
    CHECK_OK(numeral_recipe_parse(NULL, "pixels,power=0.25 -k 1", &recipe, &err), err);
    char *text = numeral_recipe_print(recipe);
    assert_string_equal(text, "pixels,power=0.25 -k 1");
    numeral_free(text);
    CHECK_OK(numeral_model_fit(recipe, &data, 0, &(numeral_run){0}, &model, NULL, &err),
             err);
    CHECK_OK(numeral_model_save(model, path, &err), err);
    add_file(out, path);
    numeral_model_destroy(model);
    CHECK_OK(numeral_model_load(path, NULL, &model, &err), err);
    numeral_model_destroy(model);
    numeral_recipe_destroy(recipe);
    numeral_dataset_free(&data);
}

static void add_picture(numeral_buffer *out)
{
    static const double confidence[] = {0.25, 0.5}, accuracy[] = {0.2, 0.625};
    static const uint64_t counts[] = {3, 4};
    numeral_error err;
    numeral_picture picture;
    numeral_calibration chart = {.title = "calibration",
                                 .n_bins = 2,
                                 .confidence = confidence,
                                 .accuracy = accuracy,
                                 .counts = counts,
                                 .ece = 0.0375};
    numeral_status status =
        numeral_draw_calibration(&chart, NUMERAL_PICTURE_SVG, &picture, &err);
    if (status != NUMERAL_ERROR_UNSUPPORTED) { /* a build without cairo */
        CHECK_OK(status, err);
        add(out, picture.bytes, picture.n_bytes);
        numeral_picture_free(&picture);
    }
}

static void add_messages(numeral_buffer *out)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    CHECK_FAILS(numeral_recipe_parse(NULL, "pixels,blur=0.0001", &recipe, &err),
                NUMERAL_ERROR_ARGUMENT, err, "expected a number from 0.");
    add(out, err.text, strlen(err.text));
    CHECK_OK(numeral_buffer_printf(out, &err, "%.3f %g", 1.5, 1e-3), err);
    CHECK_OK(numeral_number_print(0.1, out, &err), err);
    assert_memory_equal(out->data + out->size - 14, "1.500 0.0010.1", 14);
}

static void results_do_not_depend_on_the_locale(void **state)
{
    (void)state;
    numeral_buffer made[2] = {{.max_bytes = SIZE_MAX / 2}, {.max_bytes = SIZE_MAX / 2}};
    double value;
    for (int comma = 0; comma < 2; comma++) {
        if (comma && !enter_comma_locale()) {
            numeral_buffer_free(&made[0]);
            skip();
        }
        assert_true(numeral_number_parse("0.5", 3, &value) && value == 0.5);
        assert_false(numeral_number_parse("0,5", 3, &value));
        add_model(&made[comma]);
        add_picture(&made[comma]);
        add_messages(&made[comma]);
        assert_int_equal(has_comma(), comma); /* the program's own locale stays */
    }
    assert_int_equal(made[0].size, made[1].size);
    assert_memory_equal(made[0].data, made[1].data, made[0].size);
    numeral_buffer_free(&made[0]);
    numeral_buffer_free(&made[1]);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    numeral_folder_remove(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_do_not_depend_on_the_locale)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
