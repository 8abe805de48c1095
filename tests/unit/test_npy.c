/* NPY and NPZ: types, orders, shapes, splits, and bytes that are wrong. */
#include "tests/unit/data_bytes.h"
#include "tests/unit/npz_halves.h"

#include <math.h>
#include <sys/stat.h>

#include "data/npz_names.h"

typedef struct file {
    uint8_t bytes[512];
    size_t n;
} file;

/* An NPY file of this version with a dictionary and values. */
static file make(int version, const char *dictionary, const void *values, size_t n)
{
    file f = {{0x93, 'N', 'U', 'M', 'P', 'Y', (uint8_t)version, 0}, 0};
    size_t length = strlen(dictionary) + 1, start = version == 1 ? 10 : 12;
    f.bytes[8] = (uint8_t)length;
    memcpy(f.bytes + start, dictionary, length - 1);
    f.bytes[start + length - 1] = '\n';
    memcpy(f.bytes + start + length, values, n);
    f.n = start + length + n;
    return f;
}

#define DICTIONARY(type, order, shape)                                                   \
    "{'descr': '" type "', 'fortran_order': " order ", 'shape': " shape ", }"

static void reads_versions_and_types(void **state)
{
    (void)state;
    static const uint8_t u1[] = {1, 2, 3, 4, 5, 6};
    static const uint8_t i2[] = {1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0};
    static const uint8_t u4[] = {0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3,
                                 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 6};
    static const double f8[] = {1, 2, 3, 4, 5, 6};
    static const float f4[] = {1, 2, 3, 4, 5, 6};
    file files[] = {
        make(1, DICTIONARY("|u1", "False", "(2, 3)"), u1, sizeof u1),
        make(2, DICTIONARY("<i2", "False", "(2, 3)"), i2, sizeof i2),
        make(3, DICTIONARY(">u4", "False", "(2, 3)"), u4, sizeof u4),
        make(1, DICTIONARY("<f8", "False", "(2, 3)"), f8, sizeof f8),
        make(1, DICTIONARY("<f4", "False", "(2, 1, 3)"), f4, sizeof f4),
        make(1, DICTIONARY("<f4", "False", "(2, 1, 3, 1)"), f4, sizeof f4),
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        numeral_dataset data = decode_ok(files[i].bytes, files[i].n, NULL);
        assert_int_equal(data.n_images, 2);
        assert_int_equal(data.height, 1);
        assert_int_equal(data.width, 3);
        assert_memory_equal(data.pixels, u1, 6);
        assert_int_equal(data.rescaled, 0);
        numeral_dataset_free(&data);
    }
}

/* np.asfortranarray(np.arange(12).reshape(2, 2, 3)) in memory order */
static void reads_fortran_order(void **state)
{
    (void)state;
    static const uint8_t mixed[] = {0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11};
    file f = make(1, DICTIONARY("|u1", "True", "(2, 2, 3)"), mixed, sizeof mixed);
    numeral_dataset data = decode_ok(f.bytes, f.n, NULL);
    for (int i = 0; i < 12; i++) {
        assert_int_equal(data.pixels[i], i);
    }
    numeral_dataset_free(&data);
}

static void booleans_are_black_and_white(void **state)
{
    (void)state;
    static const uint8_t bits[] = {0, 1, 1, 0};
    file f = make(1, DICTIONARY("|b1", "False", "(1, 4)"), bits, sizeof bits);
    numeral_dataset data = decode_ok(f.bytes, f.n, NULL);
    assert_int_equal(data.height, 2);
    assert_int_equal(data.pixels[1], 255);
    assert_int_equal(data.pixels[3], 0);
    assert_int_equal(data.rescaled, 4);
    numeral_dataset_free(&data);
}

/* Axes of one value and of colours, before or behind the pixels; colours become grey. */
static void axes_of_colours(void **state)
{
    (void)state;
    static const uint8_t last[] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9};
    static const uint8_t planes[] = {255, 0, 0, 9, 0, 255, 0, 9, 0, 0, 255, 9};
    static const uint8_t clear[] = {7, 7, 7, 255, 9, 9, 9, 0, 7, 7, 7, 0, 9, 9, 9, 255};
    static const uint8_t grey[] = {76, 150, 29, 9}, laid[] = {7, 255, 255, 9};
    const struct {
        file f;
        const uint8_t *expected;
    } cases[] = {
        {make(1, DICTIONARY("|u1", "False", "(1, 2, 2, 3)"), last, 12), grey},
        {make(1, DICTIONARY("|u1", "False", "(1, 3, 2, 2)"), planes, 12), grey},
        {make(1, DICTIONARY("|u1", "False", "(1, 1, 2, 2)"), grey, 4), grey},
        {make(1, DICTIONARY("|u1", "False", "(1, 2, 2, 1)"), grey, 4), grey},
        {make(1, DICTIONARY("|u1", "False", "(1, 2, 2, 4)"), clear, 16), laid},
        /* (y, x, c) with y fastest: pixel (0, 0) is red, (1, 0) is blue */
        {make(1, DICTIONARY("|u1", "True", "(1, 2, 2, 3)"),
              (const uint8_t[]){255, 0, 0, 9, 0, 0, 255, 9, 0, 255, 0, 9}, 12),
         (const uint8_t[]){76, 150, 29, 9}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        numeral_dataset data = decode_ok(cases[i].f.bytes, cases[i].f.n, NULL);
        assert_int_equal(data.n_images, 1);
        assert_int_equal(data.height, 2);
        assert_int_equal(data.width, 2);
        assert_memory_equal(data.pixels, cases[i].expected, 4);
        numeral_dataset_free(&data);
    }
    file f = make(1, DICTIONARY("|u1", "False", "(1, 2, 3, 2)"), last, 12);
    decode_fails(f.bytes, f.n, "test: an array of 4 axes, expected images");
}

/* IEEE 754 binary16: 1, 0.5, -2, the least subnormal, and what is not finite. */
static void halves(void **state)
{
    (void)state;
    static const uint8_t values[] = {0, 0x3C, 0, 0x38, 0, 0xC0, 1, 0};
    static const uint8_t infinite[] = {0, 0x7C, 0, 0, 0, 0, 0, 0};
    file f = make(1, DICTIONARY("<f2", "False", "(1, 4)"), values, sizeof values);
    numeral_dataset data = decode_ok(f.bytes, f.n, NULL);
    assert_int_equal(data.pixels[0], 255);
    assert_int_equal(data.pixels[1], 213); /* 2.5 of 3 */
    assert_int_equal(data.pixels[2], 0);
    assert_int_equal(data.pixels[3], 170);
    numeral_dataset_free(&data);
    f = make(1, DICTIONARY("<f2", "False", "(1, 4)"), infinite, sizeof infinite);
    decode_fails(f.bytes, f.n, "test: value 0 is infinite");
}

/* A square array is one image, unless labels say that its rows are. */
static void a_square_is_one_image(void **state)
{
    (void)state;
    static const uint8_t values[100] = {1};
    file f = make(1, DICTIONARY("|u1", "False", "(10, 10)"), values, sizeof values);
    numeral_dataset data = decode_ok(f.bytes, f.n, NULL);
    assert_int_equal(data.n_images, 1);
    assert_int_equal(data.height, 10);
    numeral_dataset_free(&data);
}

static void labels_of(const char *folder, const char *dictionary, const void *values,
                      size_t n, numeral_dataset *out)
{
    static const uint8_t pixels[3] = {1, 2, 3};
    file x = make(1, DICTIONARY("|u1", "False", "(3, 1)"), pixels, 3);
    file y = make(1, dictionary, values, n);
    char *images = write_file_in(folder, "x.npy", x.bytes, x.n);
    char *labels = write_file_in(folder, "y.npy", y.bytes, y.n);
    numeral_error err = {0};
    if (numeral_data_read(images, labels, NULL, out, &err)) {
        fail_msg("%s", err.text);
    }
    free(images);
    free(labels);
}

static void labels_of_every_form(void **state)
{
    const char *folder = *state;
    static const uint8_t one_hot[] = {0, 0, 1, 1, 0, 0, 0, 1, 0};
    static const uint8_t by_column[] = {0, 1, 0, 0, 0, 1, 1, 0, 0};
    static const numeral_label expected[] = {2, 0, 1};
    static const uint32_t digits[] = {'2', 0, '0', 0, '1', 0};
    static const uint32_t words[] = {'b', 0xE4, 'a', 0, 'b', 0xE4};
    static const char bytes[] = "two\0\0zero\0one\0";
    numeral_dataset data;
    labels_of(folder, DICTIONARY("|u1", "False", "(3, 3)"), one_hot, 9, &data);
    assert_memory_equal(data.labels, expected, 3 * sizeof(numeral_label));
    numeral_dataset_free(&data);
    labels_of(folder, DICTIONARY("|b1", "True", "(3, 3)"), by_column, 9, &data);
    assert_memory_equal(data.labels, expected, 3 * sizeof(numeral_label));
    numeral_dataset_free(&data);
    labels_of(folder, DICTIONARY("<U2", "False", "(3,)"), digits, sizeof digits, &data);
    assert_memory_equal(data.labels, expected, 3 * sizeof(numeral_label));
    assert_null(data.label_names);
    numeral_dataset_free(&data);
    labels_of(folder, DICTIONARY("|S5", "False", "(3,)"), bytes, 15, &data);
    assert_memory_equal(data.labels, expected, 3 * sizeof(numeral_label));
    assert_string_equal(data.label_names[2], "two");
    numeral_dataset_free(&data);
    labels_of(folder, DICTIONARY("<U2", "False", "(3,)"), words, sizeof words, &data);
    assert_memory_equal(data.labels, ((const numeral_label[]){1, 0, 1}), 6);
    assert_string_equal(data.label_names[1], "b\xC3\xA4");
    numeral_dataset_free(&data);
}

static void extremes_do_not_overflow(void **state)
{
    (void)state;
    static const double wide[] = {-1.7e308, 0, 1.7e308};
    file f = make(1, DICTIONARY("<f8", "False", "(1, 3)"), wide, sizeof wide);
    numeral_dataset data = decode_ok(f.bytes, f.n, NULL);
    assert_int_equal(data.pixels[0], 0);
    assert_int_equal(data.pixels[1], 128);
    assert_int_equal(data.pixels[2], 255);
    numeral_dataset_free(&data);
}

static void refuses(void **state)
{
    (void)state;
    static const uint8_t u1[16] = {0};
    static const float bad[] = {1, INFINITY};
    file f = make(1, DICTIONARY("|u1", "False", "(9, 3)"), u1, 16);
    decode_fails(f.bytes, f.n,
                 "test: row count 9 does not fit a file of 86 bytes (truncated, or a");
    f = make(1, DICTIONARY("|u1", "False", "(99999999999999999999, 3)"), u1, 16);
    decode_fails(f.bytes, f.n, "test: damaged NPY: its shape is none of 1 to 4 sizes");
    f = make(1, DICTIONARY("|u1", "False", "(4294967296, 4294967296, 16)"), u1, 16);
    decode_fails(f.bytes, f.n, "does not fit a file of");
    f = make(1, DICTIONARY("<c8", "False", "(2,)"), u1, 16);
    decode_fails(f.bytes, f.n, "test: NPY type '<c8', ");
    f = make(1, DICTIONARY("|u1", "False", "(16,)"), u1, 16);
    decode_fails(f.bytes, f.n, "test: an array of 1 axes, expected images");
    f = make(1, DICTIONARY("|u1", "False", "(0, 3)"), u1, 0);
    decode_fails(f.bytes, f.n, "test: holds no images");
    f = make(1, DICTIONARY("<f4", "False", "(1, 2)"), bad, sizeof bad);
    decode_fails(f.bytes, f.n, "test: value 1 is infinite, expected a finite number");
    f = make(4, DICTIONARY("|u1", "False", "(4, 4)"), u1, 16);
    decode_fails(f.bytes, f.n, "test: NPY version 4, expected 1, 2 or 3");
    f = make(1, "{'shape': (1, 2)}", u1, 2);
    decode_fails(f.bytes, f.n, "test: damaged NPY: no descr or fortran_order");
    f = make(1, DICTIONARY("|u1", "False", "(4, 4)"), u1, 16);
    f.bytes[9] = 0xFF;
    decode_fails(f.bytes, f.n, "test: damaged NPY: its header is longer than the file");
    decode_fails(f.bytes, 8, "test: damaged NPY: no NPY header");
}

static void npz_by_split(void **state)
{
    (void)state;
    numeral_load train = {.split = NUMERAL_SPLIT_TRAIN},
                 test = {.split = NUMERAL_SPLIT_TEST};
    numeral_dataset data = decode_ok(npz_halves, sizeof npz_halves, &train);
    assert_int_equal(data.n_images, 1);
    assert_int_equal(data.labels[0], 7);
    assert_int_equal(data.pixels[2], 2);
    numeral_dataset_free(&data);
    data = decode_ok(npz_halves, sizeof npz_halves, &test);
    assert_int_equal(data.n_images, 2);
    assert_int_equal(data.labels[1], 9);
    numeral_dataset_free(&data);
    data = decode_ok(npz_halves, sizeof npz_halves, NULL);
    static const uint8_t pixels[] = {0, 1, 2, 4, 5, 6, 4, 5, 6};
    static const numeral_label labels[] = {7, 8, 9};
    assert_int_equal(data.n_images, 3);
    assert_memory_equal(data.pixels, pixels, 9);
    assert_memory_equal(data.labels, labels, 3 * sizeof(numeral_label));
    numeral_dataset_free(&data);
}

static void npz_damaged(void **state)
{
    (void)state;
    decode_fails(npz_halves, sizeof npz_halves - 30, "test: damaged NPZ: ");
    uint8_t *flipped = malloc(sizeof npz_halves);
    memcpy(flipped, npz_halves, sizeof npz_halves);
    flipped[80] ^= 0x55;
    decode_fails(flipped, sizeof npz_halves, "test: damaged NPZ: ");
    free(flipped);
    numeral_set_max_memory(64);
    decode_fails(npz_halves, sizeof npz_halves,
                 ".npy: would take more than the 64 bytes");
    numeral_set_max_memory(0);
    /* an archive without entries */
    static const uint8_t empty[22] = {'P', 'K', 5, 6};
    decode_fails(empty, sizeof empty, "test: ");
}

static void round_trip(void **state)
{
    const char *folder = *state;
    uint8_t pixels[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255};
    numeral_label labels[] = {0, 255};
    numeral_dataset data = {.n_images = 2, .height = 2, .width = 3, .pixels = pixels};
    round_trip_in(folder, "a.npz", NULL, &data);
    data.labels = labels;
    round_trip_in(folder, "b.npz", NULL, &data);
    numeral_error err;
    assert_int_equal(numeral_dataset_save(&data, "npy", "x", &err),
                     NUMERAL_ERROR_UNSUPPORTED);
    assert_string_equal(err.text, "x: npy is read, but not written, here");
    assert_int_equal(numeral_dataset_save(&data, "xyz", "x", &err),
                     NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "x: xyz is not a data format (numeral list format)");
    assert_int_equal(numeral_dataset_save(&data, "npz", "/nonexistent/x.npz", &err),
                     NUMERAL_ERROR_IO);
    expect_text(err.text, "/nonexistent/x.npz: cannot create: there is no folder");
}

static void labels_must_match_images(void **state)
{
    const char *folder = *state;
    static const uint8_t u1[] = {1, 2, 3, 4, 5, 6};
    static const float halves[] = {1, 1.5F};
    file images = make(1, DICTIONARY("|u1", "False", "(2, 3)"), u1, 6);
    file labels = make(1, DICTIONARY("|u1", "False", "(2, 1)"), u1, 2);
    file wrong = make(1, DICTIONARY("<f4", "False", "(2,)"), halves, sizeof halves);
    char *x = write_file_in(folder, "x.npy", images.bytes, images.n);
    char *y = write_file_in(folder, "y.npy", labels.bytes, labels.n);
    char *z = write_file_in(folder, "z.npy", wrong.bytes, wrong.n);
    numeral_dataset data;
    assert_int_equal(numeral_data_read(x, y, NULL, &data, NULL), NUMERAL_OK);
    assert_int_equal(data.labels[1], 2);
    numeral_dataset_free(&data);
    read_fails(x, z, "z.npy: label 1 is 1.5, expected an integer from 0 to 65535");
    read_fails(x, x, "x.npy: label 0 of 3 columns is not one 1 among zeros");
    free(x);
    free(y);
    free(z);
}

/* Labels above 255 take 16 bits, all others stay bytes. */
static void npz_keeps_wide_labels(void **folder)
{
    uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
    numeral_label labels[] = {0, 300, NUMERAL_MAX_LABEL};
    size_t sizes[2];
    for (int small = 0; small < 2; small++) {
        labels[1] = small ? 30 : 300;
        labels[2] = small ? 255 : NUMERAL_MAX_LABEL;
        numeral_dataset data = {.n_images = 3,
                                .height = 1,
                                .width = 2,
                                .pixels = pixels,
                                .labels = labels},
                        back = {0};
        numeral_error err;
        char path[512];
        struct stat about;
        snprintf(path, sizeof path, "%s/wide%d.npz", (const char *)*folder, small);
        CHECK_OK(numeral_dataset_save(&data, NULL, path, &err), err);
        CHECK_OK(numeral_dataset_load(path, NULL, &back, &err), err);
        assert_memory_equal(back.labels, labels, sizeof labels);
        numeral_dataset_free(&back);
        assert_int_equal(stat(path, &about), 0);
        sizes[small] = (size_t)about.st_size;
    }
    assert_true(sizes[1] < sizes[0]);
}

/* Names of labels, UTF-8 among them, come back from an NPZ; those that cannot be held are
 * refused. */
static void npz_keeps_names(void **folder)
{
    uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
    numeral_label labels[] = {0, 2, 7};
    char three[] = "three", eight[] = "acht \xe2\x82\xac", lengthy[300];
    char *names[256] = {[2] = three, [7] = eight};
    numeral_dataset data = {.n_images = 3,
                            .height = 1,
                            .width = 2,
                            .pixels = pixels,
                            .labels = labels,
                            .label_names = names,
                            .n_label_names = 256},
                    back = {0};
    numeral_error err;
    char path[512];
    snprintf(path, sizeof path, "%s/named.npz", (const char *)*folder);
    assert_int_equal(numeral_dataset_save(&data, NULL, path, &err), NUMERAL_OK);
    assert_int_equal(numeral_dataset_load(path, NULL, &back, &err), NUMERAL_OK);
    assert_memory_equal(back.labels, labels, sizeof labels);
    assert_string_equal(back.label_names[2], three);
    assert_string_equal(back.label_names[7], eight);
    assert_null(back.label_names[0]);
    numeral_dataset_free(&back);
    memset(lengthy, 'x', sizeof lengthy);
    lengthy[sizeof lengthy - 1] = '\0';
    names[2] = lengthy;
    assert_int_equal(numeral_dataset_save(&data, NULL, path, &err),
                     NUMERAL_ERROR_UNSUPPORTED);
    expect_text(err.text, "named.npz: a label's name of 299 bytes, at most 255");
}

static void texts_must_be_texts(void **state)
{
    (void)state;
    static const char texts[] = "ab\0\0\0\0x\0";
    numeral_array npy;
    numeral_error err;
    file good = make(1, DICTIONARY("|S4", "False", "(2,)"), texts, 8);
    assert_int_equal(numeral_npy_parse_texts(good.bytes, good.n, "t", &npy, &err),
                     NUMERAL_OK);
    numeral_dataset data = {0};
    assert_int_equal(numeral_npz_names_read(&npy, "t", &data, &err), NUMERAL_OK);
    assert_string_equal(data.label_names[0], "ab");
    assert_null(data.label_names[2]);
    numeral_dataset_free(&data);
    decode_fails(good.bytes, good.n, "NPY type '|S4', expected integers");
    static const char *const types[] = {
        DICTIONARY("|S0", "False", "(8,)"), DICTIONARY("|S999", "False", "(8,)"),
        DICTIONARY("<U4", "False", "(2,)"), DICTIONARY("|u1", "False", "(8,)")};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        file bad = make(1, types[i], texts, 8);
        assert_int_equal(numeral_npy_parse_texts(bad.bytes, bad.n, "t", &npy, &err),
                         NUMERAL_ERROR_UNSUPPORTED);
        expect_text(err.text, "expected texts, |S1 to |S255");
    }
    file square = make(1, DICTIONARY("|S2", "False", "(2, 2)"), texts, 8);
    assert_int_equal(numeral_npy_parse_texts(square.bytes, square.n, "t", &npy, &err),
                     NUMERAL_OK);
    assert_int_equal(numeral_npz_names_read(&npy, "t", &data, &err),
                     NUMERAL_ERROR_FORMAT);
    expect_text(err.text, "t: names holds 4 texts on 2 axes, expected 1 to 65536 on one");
    numeral_dataset_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_versions_and_types),
        cmocka_unit_test(reads_fortran_order),
        cmocka_unit_test(booleans_are_black_and_white),
        cmocka_unit_test(axes_of_colours),
        cmocka_unit_test(halves),
        cmocka_unit_test(a_square_is_one_image),
        cmocka_unit_test_setup_teardown(labels_of_every_form, folder_make, folder_remove),
        cmocka_unit_test(extremes_do_not_overflow),
        cmocka_unit_test(refuses),
        cmocka_unit_test(npz_by_split),
        cmocka_unit_test(npz_damaged),
        cmocka_unit_test_setup_teardown(npz_keeps_wide_labels, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(npz_keeps_names, folder_make, folder_remove),
        cmocka_unit_test(texts_must_be_texts),
        cmocka_unit_test_setup_teardown(round_trip, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(labels_must_match_images, folder_make,
                                        folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
