/* Sets put one behind the other: rows in order, labels by what they are called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <numeral/dataset.h>

static uint8_t pixels[2 * 65536]; /* of all sets here */

static numeral_dataset make(char *name, numeral_label *labels, char **names, size_t n)
{
    return (numeral_dataset){.name = name,
                             .n_images = n,
                             .height = 1,
                             .width = 2,
                             .pixels = pixels,
                             .labels = labels,
                             .label_names = names,
                             .n_label_names = names ? 256 : 0};
}

static void check_label(const numeral_dataset *data, size_t row, int label,
                        const char *name)
{
    char number[NUMERAL_LABEL_BYTES];
    assert_int_equal(data->labels[row], label);
    assert_string_equal(numeral_dataset_label_name(data, data->labels[row], number),
                        name);
}

static void test_numbers_stay(void **state)
{
    (void)state;
    char a_name[] = "a", b_name[] = "b.csv";
    numeral_label a_labels[] = {3, 1}, b_labels[] = {1, 9, 200};
    numeral_dataset sets[] = {make(a_name, a_labels, NULL, 2),
                              make(b_name, b_labels, NULL, 3)};
    numeral_dataset out = {0};
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i] = (uint8_t)i;
    }
    assert_int_equal(numeral_dataset_join(sets, 2, &out, NULL), NUMERAL_OK);
    assert_string_equal(out.name, "a + b.csv");
    assert_int_equal(out.n_images, 5);
    assert_memory_equal(out.labels, ((numeral_label[]){3, 1, 1, 9, 200}), 10);
    assert_memory_equal(out.pixels, ((uint8_t[]){0, 1, 2, 3, 0, 1, 2, 3, 4, 5}), 10);
    assert_null(out.label_names);
    numeral_dataset_free(&out);
}

static void test_names_decide(void **state)
{
    (void)state;
    char a_name[] = "a", b_name[] = "b", c_name[] = "c";
    char left[] = "left", right[] = "right", up[] = "up";
    char *a_names[256] = {left, right}, *b_names[256] = {right, up, left};
    numeral_label a_labels[] = {0, 1}, b_labels[] = {0, 1, 2}, c_labels[] = {0, 7};
    numeral_dataset sets[] = {make(a_name, a_labels, a_names, 2),
                              make(b_name, b_labels, b_names, 3),
                              make(c_name, c_labels, NULL, 2)};
    numeral_dataset out = {0};
    assert_int_equal(numeral_dataset_join(sets, 3, &out, NULL), NUMERAL_OK);
    check_label(&out, 0, 0, "left");
    check_label(&out, 1, 1, "right");
    check_label(&out, 2, 1, "right");
    check_label(&out, 3, 2, "up"); /* its own number is taken: the first free one */
    check_label(&out, 4, 0, "left");
    check_label(&out, 5, 3, "0"); /* a digit is called by its number */
    check_label(&out, 6, 7, "7");
    numeral_dataset_free(&out);
}

static void test_what_does_not_fit(void **state)
{
    (void)state;
    char a_name[] = "a", b_name[] = "b";
    static numeral_label labels[65536];
    for (size_t i = 0; i < 65536; i++) {
        labels[i] = (numeral_label)i;
    }
    numeral_dataset sets[] = {make(a_name, labels, NULL, 2),
                              make(b_name, labels, NULL, 1)};
    numeral_dataset out = {0};
    numeral_error err = {0};
    sets[1].width = 3;
    assert_int_equal(numeral_dataset_join(sets, 2, &out, &err), NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "b: its images are 1 × 3, but those of a are 1 × 2");
    sets[1].width = 2;
    sets[1].labels = NULL;
    assert_int_equal(numeral_dataset_join(sets, 2, &out, &err), NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "b: has no labels, but a has some");
    char up[] = "up", *names[256] = {up};
    sets[0] = make(a_name, labels, NULL, 65536);
    sets[1] = make(b_name, labels, names, 1);
    assert_int_equal(numeral_dataset_join(sets, 2, &out, &err), NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "b: no room for label 'up' beside those of the sets "
                                  "before it: 65536 labels at most");
    assert_null(out.pixels);
}

static void test_image_files_keep_their_paths(void **state)
{
    (void)state;
    char a_name[] = "a", b_name[] = "b", one[] = "a/1.png", two[] = "b/2.png";
    char *a_inputs[] = {one}, *b_inputs[] = {two};
    numeral_dataset sets[] = {make(a_name, NULL, NULL, 1), make(b_name, NULL, NULL, 1)};
    numeral_dataset out = {0};
    sets[0].inputs = a_inputs;
    sets[0].framed = true;
    sets[1].inputs = b_inputs;
    assert_int_equal(numeral_dataset_join(sets, 2, &out, NULL), NUMERAL_OK);
    assert_string_equal(out.inputs[1], "b/2.png");
    assert_false(out.framed);
    assert_null(out.labels);
    numeral_dataset_free(&out);
    sets[1].inputs = NULL;
    assert_int_equal(numeral_dataset_join(sets, 2, &out, NULL), NUMERAL_OK);
    assert_null(out.inputs);
    numeral_dataset_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_stay),
        cmocka_unit_test(test_names_decide),
        cmocka_unit_test(test_what_does_not_fit),
        cmocka_unit_test(test_image_files_keep_their_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
