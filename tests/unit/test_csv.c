/* CSV: headers, separators, quotes, labels, and text that is wrong, named by its line. */
#include "tests/unit/data_bytes.h"

static numeral_dataset csv_ok(const char *text)
{
    return decode_ok(text, strlen(text), NULL);
}

static void csv_fails(const char *text, const char *words)
{
    decode_fails(text, strlen(text), words);
}

static void reads_every_shape(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "label,pixel0,pixel1,pixel2,pixel3\n7,1,2,3,4\n9,5,6,7,255\n",
        "7,1,2,3,4\n9,5,6,7,255",
        "7;1;2;3;4\r\n9;5;6;7;255\r\n",
        "7\t1\t2\t3\t4\n\n9\t5\t6\t7\t255\n",
        "a,b,c,d,class\n1,2,3,4,7\n5,6,7,255,9\n",
        "\"a\",\"y\",\"c\",\"d\",\"e\"\n\"1\",\"7\",2,3,4\n5,\"9\",6,7,255\n",
        "\xEF\xBB\xBF# a comment\nTarget, 0, 1, 2, 3\n7.0, 1, 2, 3, 4\n9, 5, 6, 7, 255\n",
    };
    static const uint8_t pixels[] = {1, 2, 3, 4, 5, 6, 7, 255};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        numeral_dataset data = csv_ok(texts[i]);
        assert_int_equal(data.n_images, 2);
        assert_int_equal(data.height, 2);
        assert_int_equal(data.width, 2);
        assert_memory_equal(data.pixels, pixels, 8);
        assert_int_equal(data.labels[0], 7);
        assert_int_equal(data.labels[1], 9);
        assert_int_equal(data.rescaled, 0);
        numeral_dataset_free(&data);
    }
}

static void names_become_labels(void **state)
{
    (void)state;
    numeral_dataset data = csv_ok("label,a,b\ntwo,1,2\none,3,4\n\"two\",5,6\n");
    assert_int_equal(data.labels[0], 2); /* number words mean what they say */
    assert_int_equal(data.labels[1], 1);
    assert_int_equal(data.labels[2], 2);
    char number[NUMERAL_LABEL_BYTES];
    assert_string_equal(numeral_dataset_label_name(&data, 1, number), "one");
    assert_string_equal(numeral_dataset_label_name(&data, 2, number), "two");
    assert_string_equal(numeral_dataset_label_name(&data, 0, number), "0");
    numeral_dataset_free(&data);
    data = csv_ok("label,a,b\ntwo,1,2\nmany,3,4\n");
    assert_int_equal(data.labels[0], 1); /* others their place in byte order */
    assert_int_equal(data.labels[1], 0);
    assert_string_equal(numeral_dataset_label_name(&data, 0, number), "many");
    numeral_dataset_free(&data);
}

/* 12 rows of `n` pixels, of which the first is always 0; row i has the label i % 3.
 * Before and behind them stand what the formats give for the row number and the label. */
static numeral_dataset table_of(size_t n, const char *before, const char *between,
                                const char *behind)
{
    static char text[8192];
    size_t used = 0;
    for (int i = 0; i < 12; i++) {
        const char *forms[] = {before, behind};
        for (int side = 0; side < 2; side++) {
            for (const char *at = forms[side]; *at; at++) {
                used += (size_t)snprintf(text + used, sizeof text - used, "%d%s",
                                         *at == 'i'   ? i
                                         : *at == 'l' ? i % 3
                                                      : i % 3 == *at - '0',
                                         at[1] || side == 0 ? between : "");
            }
            for (size_t x = 0; side == 0 && x < n; x++) {
                used += (size_t)snprintf(text + used, sizeof text - used, "%d%s",
                                         x ? (int)x * 3 + i % 2 : 0,
                                         x + 1 < n || *behind ? between : "");
            }
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "\n");
    }
    numeral_dataset data = csv_ok(text);
    assert_int_equal(data.n_images, 12);
    assert_int_equal(data.height * data.width, n);
    assert_int_equal(data.pixels[n + 0], 0);
    assert_int_equal(data.pixels[n + 2], 7);
    for (int i = 0; i < 12; i++) {
        assert_int_equal(data.labels[i], i % 3);
    }
    return data;
}

/* The label is where its values are those of labels. */
static void label_by_what_it_holds(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        const char *before, *between, *behind;
    } tables[] = {
        {49, "l", ",", ""}, {49, "", ",", "l"},           {20, "l", ",", ""},
        {20, "", ",", "l"}, {49, "il", ",", ""},          {49, "i", ";", "l"},
        {49, "l", " ", ""}, {49, "", "  ", "0123456789"}, {49, "l", "\t", ""},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        numeral_dataset data =
            table_of(tables[i].n, tables[i].before, tables[i].between, tables[i].behind);
        numeral_dataset_free(&data);
    }
    /* values like labels at both ends: labels do not reach as high as the others */
    char text[2048];
    size_t used = 0;
    for (int i = 0; i < 12; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%d,%d,%d,%d\n",
                                 40 + 4 * i, 90 - i, 88 - 2 * i, i % 3);
    }
    numeral_dataset data = csv_ok(text);
    assert_int_equal(data.labels[2], 2);
    assert_int_equal(data.pixels[0], 40);
    numeral_dataset_free(&data);
    data = csv_ok(",label,a,b\n0,7,1,2\n1,8,3,4\n");
    assert_int_equal(data.width, 2);
    assert_int_equal(data.labels[1], 8);
    assert_int_equal(data.pixels[3], 4);
    numeral_dataset_free(&data);
    data = csv_ok("id,label,a\n0,7,1\n5,8,3\n"); /* it does not count */
    assert_int_equal(data.width, 2);
    assert_int_equal(data.pixels[2], 5);
    numeral_dataset_free(&data);
    data = csv_ok("1,2,low\n3,4,high\n");
    assert_int_equal(data.width, 2);
    assert_string_equal(data.label_names[1], "low");
    assert_int_equal(data.labels[0], 1);
    numeral_dataset_free(&data);
}

/* Paths and labels: relative to the list, by a header's names or the other column. */
static void lists_of_files(void **state)
{
    const char *folder = *state;
    static const char one[] = "P5 1 1 255 \x05", two[] = "P5 1 1 255 \x06";
    static const char *const lists[] = {
        "file,label\nsub/a.pgm,3\nb.pgm,4\n", "sub/a.pgm;3\nb.pgm;4\n",
        "3\tsub/a.pgm\n4\tb.pgm\n",
        "id,label,path\n9,three,\"sub/a.pgm\"\n8,four,b.pgm\n"};
    numeral_load keep = {.frame = NUMERAL_FRAME_KEEP};
    free(write_file_in(folder, "sub/a.pgm", one, sizeof one - 1));
    free(write_file_in(folder, "b.pgm", two, sizeof two - 1));
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char *path = write_file_in(folder, "list.csv", lists[i], strlen(lists[i]));
        numeral_dataset data;
        numeral_error err = {0};
        if (numeral_data_read(path, NULL, &keep, &data, &err)) {
            fail_msg("%s", err.text);
        }
        assert_int_equal(data.n_images, 2);
        assert_memory_equal(data.pixels, "\5\6", 2);
        assert_int_equal(data.labels[0], 3);
        assert_int_equal(data.labels[1], 4);
        expect_text(data.inputs[0], "/sub/a.pgm");
        numeral_dataset_free(&data);
        free(path);
    }
    csv_fails("b.pgm,1\n", "test: a list of pictures, which is read from a file");
    char *path = write_file_in(folder, "list.csv", "c.pgm,1\n", 8);
    numeral_dataset data;
    numeral_error err = {0};
    assert_int_equal(numeral_data_read(path, NULL, &keep, &data, &err), NUMERAL_ERROR_IO);
    expect_text(err.text, "/c.pgm: cannot open");
    free(path);
    path = write_file_in(folder, "list.csv", "b.pgm,1\nb.pgm,x\n", 16);
    assert_int_equal(numeral_data_read(path, NULL, &keep, &data, &err),
                     NUMERAL_ERROR_FORMAT);
    expect_text(err.text,
                "line 2: expected an integer from 0 to 65535 as the label, not \"x\"");
    free(path);
}

static void scales_values(void **state)
{
    (void)state;
    numeral_dataset data = csv_ok("1,0.0,0.5\n2,1.0,0.25\n");
    static const uint8_t unit[] = {0, 128, 255, 64}, range[] = {0, 128, 255};
    assert_memory_equal(data.pixels, unit, 4);
    assert_int_equal(data.rescaled, 4);
    numeral_dataset_free(&data);
    data = csv_ok("1,-2,0,2\n");
    assert_memory_equal(data.pixels, range, 3);
    numeral_dataset_free(&data);
    data = csv_ok("1,0,1,1\n"); /* integers stay what they are */
    assert_int_equal(data.pixels[1], 1);
    numeral_dataset_free(&data);
}

static void pixels_alone(void **state)
{
    (void)state;
    numeral_dataset data = csv_ok("pixel0,pixel1\n1,2\n");
    assert_null(data.labels);
    assert_int_equal(data.width, 2);
    numeral_dataset_free(&data);
    char text[512] = "1";
    for (int i = 1; i < 49; i++) {
        strcat(text, ",2");
    }
    data = csv_ok(text);
    assert_null(data.labels);
    assert_int_equal(data.height, 7);
    numeral_dataset_free(&data);
    numeral_load labelled = {.need_labels = true};
    numeral_error err;
    assert_int_equal(
        numeral_dataset_decode(text, strlen(text), "test", &labelled, &data, &err),
        NUMERAL_ERROR_FORMAT);
    assert_string_equal(err.text, "test: holds no labels");
}

static void refuses(void **state)
{
    (void)state;
    csv_fails("1,2,3\n4,5\n", "test: line 2 has 2 columns, expected 3 as above");
    csv_fails("1,2,3\n4,5,6,7\n", "test: line 2 has 4 columns, expected 3 as above");
    csv_fails("label,a,b\n1,2,3\n\n4,NaN,6\n",
              "test: line 4, column 2: NaN, expected a finite number");
    csv_fails("1,2,3\n4,-inf,6\n", "test: line 2, column 2: -inf, expected a finite");
    csv_fails("1,2,3\n4,,6\n", "test: line 2, column 2: the field is empty");
    csv_fails("1,2,3\n4,x,6\n", "test: line 2, column 2: \"x\" is no number");
    csv_fails("1,2,3\n65536,5,6\n",
              "test: line 2, column 1: label 65536, expected an integer from 0 to 65535");
    csv_fails("1,2,3\n1.5,5,6\n", "label 1.5, expected an integer");
    csv_fails("1,2,3\nNaN,5,6\n", "label NaN, expected an integer");
    csv_fails("1,2,3\none,5,6\n", "label one, expected an integer");
    csv_fails("1,2,3\n\"1,5,6\n", "test: line 2, column 1: a quote is not closed");
    csv_fails("label,a,b\n", "test: holds no images");
    csv_fails("# nothing,at,all\n", "test: not recognised");
    csv_fails("1\n2\n", "test: one column, expected a label and its pixels");
    csv_fails("hello world\n", "test: not recognised, expected IDX");
    csv_fails("1,2\x01,3\n", "test: not recognised, expected IDX");
}

static void too_many_names(void **state)
{
    (void)state;
    static char text[65537 * 16 + 16];
    size_t used = (size_t)sprintf(text, "label,a\n");
    for (int i = 0; i < 65537; i++) {
        used += (size_t)snprintf(text + used, 16, "n%d,1\n", i);
    }
    csv_fails(text, "test: line 65538, column 1: more than 65,536 different labels");
}

static void labels_in_a_file_of_their_own(void **state)
{
    const char *folder = *state;
    static const uint8_t idx[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2};
    static const char good[] = "label\n3\n4\n", wide[] = "1,2\n",
                      text[] = "label\na\nb\n", pixels[] = "\"pixel,\"\n3\n4\n";
    char *x = write_file_in(folder, "x", idx, sizeof idx);
    char *y = write_file_in(folder, "y", good, sizeof good - 1);
    char *two = write_file_in(folder, "two", wide, sizeof wide - 1);
    char *names = write_file_in(folder, "names", text, sizeof text - 1);
    char *other = write_file_in(folder, "other", pixels, sizeof pixels - 1);
    numeral_dataset data;
    assert_int_equal(numeral_data_read(x, y, NULL, &data, NULL), NUMERAL_OK);
    assert_int_equal(data.labels[0], 3);
    assert_int_equal(data.labels[1], 4);
    numeral_dataset_free(&data);
    read_fails(x, two, "two: 2 columns, expected one label a line");
    assert_int_equal(numeral_data_read(x, names, NULL, &data, NULL), NUMERAL_OK);
    assert_int_equal(data.labels[1], 1);
    assert_string_equal(data.label_names[1], "b");
    numeral_dataset_free(&data);
    read_fails(x, other, "other: 1 columns, expected one label a line");
    free(other);
    free(names);
    free(two);
    free(y);
    free(x);
}

static void round_trip(void **state)
{
    const char *folder = *state;
    uint8_t pixels[] = {1, 2, 3, 100, 5, 60, 70, 255};
    numeral_label labels[] = {0, 255};
    numeral_dataset data = {.n_images = 2, .height = 2, .width = 2, .pixels = pixels};
    round_trip_in(folder, "a.csv", NULL, &data);
    data.labels = labels;
    round_trip_in(folder, "b.csv", NULL, &data);
    round_trip_in(folder, "c.csv.gz", NULL, &data);
    char *names[256] = {"a", "b \"c\""};
    data.label_names = names;
    data.n_label_names = sizeof names / sizeof *names;
    labels[1] = 1;
    round_trip_in(folder, "d.csv", NULL, &data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_shape),
        cmocka_unit_test(names_become_labels),
        cmocka_unit_test(label_by_what_it_holds),
        cmocka_unit_test_setup_teardown(lists_of_files, folder_make, folder_remove),
        cmocka_unit_test(scales_values),
        cmocka_unit_test(pixels_alone),
        cmocka_unit_test(refuses),
        cmocka_unit_test(too_many_names),
        cmocka_unit_test_setup_teardown(labels_in_a_file_of_their_own, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(round_trip, folder_make, folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
