/* IDX: every type and rank, labels beside images, gzip, and bytes that are wrong. */
#include "tests/unit/data_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "data/idx.h"

/* Two images of 2 × 3, values 0..11. */
static const uint8_t IMAGES[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0,  0,
                                 0, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
static const uint8_t LABELS[] = {0, 0, 8, 1, 0, 0, 0, 2, 7, 255};

static void reads_images(void **state)
{
    (void)state;
    numeral_dataset data = decode_ok(IMAGES, sizeof IMAGES, NULL);
    assert_int_equal(data.n_images, 2);
    assert_int_equal(data.height, 2);
    assert_int_equal(data.width, 3);
    assert_memory_equal(data.pixels, IMAGES + 16, 12);
    assert_null(data.labels);
    assert_string_equal(data.name, "test");
    numeral_dataset_free(&data);
}

/* One row of two values of each type: -1 (or the bytes given) and 3 -> 0 and 255. */
static void reads_every_type(void **state)
{
    (void)state;
    static const struct {
        uint8_t type, size, values[16];
    } cases[] = {
        {0x09, 1, {0xFF, 3}},
        {0x0B, 2, {0xFF, 0xFF, 0, 3}},
        {0x0C, 4, {0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 3}},
        {0x0D, 4, {0xBF, 0x80, 0, 0, 0x40, 0x40, 0, 0}},
        {0x0E, 8, {0xBF, 0xF0, 0, 0, 0, 0, 0, 0, 0x40, 0x08, 0, 0, 0, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t bytes[12 + 16] = {0, 0, cases[i].type, 2, 0, 0, 0, 1, 0, 0, 0, 2};
        memcpy(bytes + 12, cases[i].values, 16);
        numeral_dataset data = decode_ok(bytes, 12 + (size_t)cases[i].size * 2, NULL);
        assert_int_equal(data.height, 1);
        assert_int_equal(data.width, 2);
        assert_int_equal(data.pixels[0], 0);
        assert_int_equal(data.pixels[1], 255);
        assert_int_equal(data.rescaled, 2);
        numeral_dataset_free(&data);
    }
}

static void square_vectors_are_images(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 4, 9, 8, 7, 6};
    numeral_dataset data = decode_ok(bytes, sizeof bytes, NULL);
    assert_int_equal(data.height, 2);
    assert_int_equal(data.width, 2);
    numeral_dataset_free(&data);
}

static void unit_reals_are_times_255(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0, 0, 0x0D, 2, 0, 0, 0,    1, 0, 0,
                                    0, 2, 0,    0, 0, 0, 0x3F, 0, 0, 0}; /* 0, 0.5 */
    numeral_dataset data = decode_ok(bytes, sizeof bytes, NULL);
    assert_int_equal(data.pixels[0], 0);
    assert_int_equal(data.pixels[1], 128);
    numeral_dataset_free(&data);
}

static void refuses(void **state)
{
    (void)state;
    static const uint8_t nan[] = {0, 0, 0x0D, 2, 0,    0,    0, 1,
                                  0, 0, 0,    1, 0x7F, 0xC0, 0, 0};
    static const uint8_t rank4[] = {0, 0, 8, 4, 0, 0, 0, 1};
    static const uint8_t none[] = {0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2};
    static const uint8_t flat[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2};
    static const uint8_t huge[] = {0,    0,    8,    3,    0xFF, 0xFF, 0xFF, 0xFF,
                                   0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    static const uint8_t magic[] = {0, 0, 7, 3, 0, 0, 0, 2, 0, 0, 0, 2};
    uint8_t longer[sizeof IMAGES + 1] = {0};
    memcpy(longer, IMAGES, sizeof IMAGES);
    decode_fails(IMAGES, 0, "test: is empty");
    decode_fails(IMAGES, 27, "test: row count 2 does not fit a file of 27 bytes (trunc");
    decode_fails(longer, sizeof longer, "(bytes follow the last row)");
    decode_fails(IMAGES, 9, "test: IDX header ends after 9 of 16 bytes");
    decode_fails(nan, sizeof nan, "test: value 0 is NaN, expected a finite number");
    decode_fails(rank4, sizeof rank4, "test: IDX rank 4, expected 1");
    decode_fails(none, sizeof none, "test: holds no images");
    decode_fails(flat, sizeof flat, "test: images of 0 × 2 pixels");
    decode_fails(huge, sizeof huge, "test: row count 4294967295 does not fit");
    decode_fails(magic, sizeof magic, "test: not recognised, expected IDX");
    decode_fails(LABELS, sizeof LABELS, "test: holds labels (IDX rank 1)");
}

static void names_of_labels_files(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"},
        {"t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"},
        {"images", "labels"},
        {"a.idx", "a-labels.idx"},
        {"a.idx.gz", "a-labels.idx.gz"},
        {"digits-idx3-ubyte", "digits-labels-idx1-ubyte"}};
    char name[NUMERAL_NAME_BYTES];
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_true(numeral_idx_labels_name(pairs[i][0], name));
        assert_string_equal(name, pairs[i][1]);
    }
    assert_false(numeral_idx_labels_name("digits.bin", name));
}

static void finds_labels_beside(void **state)
{
    const char *folder = *state;
    char *images = write_file_in(folder, "x-images-idx3-ubyte", IMAGES, sizeof IMAGES);
    numeral_load labelled = {.need_labels = true};
    numeral_dataset data;
    numeral_error err;
    assert_int_equal(numeral_data_read(images, NULL, &labelled, &data, &err),
                     NUMERAL_ERROR_FORMAT);
    assert_non_null(strstr(err.text, "holds no labels, and beside it there is no "
                                     "x-labels-idx1-ubyte"));
    assert_int_equal(numeral_data_read(images, NULL, NULL, &data, &err), NUMERAL_OK);
    assert_null(data.labels);
    numeral_dataset_free(&data);
    /* packed labels beside unpacked images */
    numeral_buffer packed = {.max_bytes = 1 << 20};
    assert_int_equal(numeral_gzip_deflate(LABELS, sizeof LABELS, &packed, NULL), 0);
    char *labels =
        write_file_in(folder, "x-labels-idx1-ubyte.gz", packed.data, packed.size);
    numeral_buffer_free(&packed);
    assert_int_equal(numeral_data_read(images, NULL, &labelled, &data, &err), NUMERAL_OK);
    assert_int_equal(data.labels[0], 7);
    assert_int_equal(data.labels[1], 255);
    assert_string_equal(data.name, images);
    numeral_dataset_free(&data);
    free(labels);
    free(images);
}

/* Labels of 16 bits are read; more than a byte is not written. */
static void wide_labels(void **state)
{
    const char *folder = *state;
    static const uint8_t wide[] = {0, 0, 0x0B, 1, 0, 0, 0, 2, 0, 7, 1, 44};
    char *images = write_file_in(folder, "w.idx", IMAGES, sizeof IMAGES);
    char *labels = write_file_in(folder, "w", wide, sizeof wide);
    char path[512];
    numeral_dataset data;
    numeral_error err;
    CHECK_OK(numeral_data_read(images, labels, NULL, &data, &err), err);
    assert_int_equal(data.labels[0], 7);
    assert_int_equal(data.labels[1], 300);
    snprintf(path, sizeof path, "%s/out.idx", folder);
    CHECK_FAILS(numeral_dataset_save(&data, NULL, path, &err), NUMERAL_ERROR_UNSUPPORTED,
                err, "IDX holds labels of one byte, and some here are above 255: write");
    assert_int_not_equal(access(path, F_OK), 0);
    data.labels[1] = 255;
    CHECK_OK(numeral_dataset_save(&data, NULL, path, &err), err);
    numeral_dataset_free(&data);
    free(images);
    free(labels);
}

static void pairs_must_match(void **state)
{
    const char *folder = *state;
    static const uint8_t one[] = {0, 0, 8, 1, 0, 0, 0, 1, 7};
    static const uint8_t far[] = {0, 0, 0x0B, 1, 0, 0, 0, 2, 0, 7, 255, 255};
    char *images = write_file_in(folder, "p.idx", IMAGES, sizeof IMAGES);
    char *few = write_file_in(folder, "few", one, sizeof one);
    char *wide = write_file_in(folder, "wide", far, sizeof far);
    read_fails(images, few, "few: 1 labels for the 2 images of ");
    read_fails(images, wide, "wide: label 1 is -1, expected an integer from 0 to 65535");
    read_fails(images, images, "p.idx: holds images (IDX rank 3), expected labels");
    read_fails(images, "/nonexistent/x", "/nonexistent/x: cannot open: No such file");
    read_fails("/nonexistent/x", NULL, "/nonexistent/x: cannot open: No such file");
    free(wide);
    free(few);
    free(images);
}

static void gzip_members_and_damage(void **state)
{
    (void)state;
    numeral_buffer packed = {.max_bytes = 1 << 20}, second = packed;
    assert_int_equal(numeral_gzip_deflate(IMAGES, 10, &packed, NULL), 0);
    assert_int_equal(numeral_gzip_deflate(IMAGES + 10, sizeof IMAGES - 10, &second, NULL),
                     0);
    assert_int_equal(numeral_buffer_append(&packed, second.data, second.size, NULL), 0);
    numeral_dataset data = decode_ok(packed.data, packed.size, NULL);
    assert_memory_equal(data.pixels, IMAGES + 16, 12);
    numeral_dataset_free(&data);
    decode_fails(packed.data, packed.size - 1, "test: gzip data ends too early");
    decode_fails(packed.data, 5, "test: gzip data ends too early");
    packed.data[packed.size - 6] ^= 1;
    decode_fails(packed.data, packed.size, "test: damaged gzip data (");
    numeral_buffer_free(&second);
    numeral_buffer_free(&packed);
}

static void budget_holds(void **state)
{
    (void)state;
    size_t n = 1 << 20;
    uint8_t *zeros = calloc(n, 1);
    memcpy(zeros, "\0\0\10\1", 4); /* else they are not unpacked at all */
    numeral_buffer packed = {.max_bytes = 1 << 20};
    assert_int_equal(numeral_gzip_deflate(zeros, n, &packed, NULL), 0);
    numeral_set_max_memory(n / 2);
    decode_fails(packed.data, packed.size, "test: gzip holds more than the 524288 bytes");
    numeral_set_max_memory(8);
    decode_fails(IMAGES, sizeof IMAGES, "test: 2 images of 6 bytes are more than the 8");
    numeral_set_max_memory(0);
    numeral_buffer_free(&packed);
    free(zeros);
}

static void round_trip(void **state)
{
    const char *folder = *state;
    numeral_dataset data = decode_ok(IMAGES, sizeof IMAGES, NULL);
    numeral_label labels[] = {3, 250};
    static const char *const names[] = {"r-images-idx3-ubyte", "r.idx", "r2.idx.gz"};
    data.labels = labels;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        round_trip_in(folder, names[i], NULL, &data);
    }
    data.labels = NULL;
    numeral_dataset_free(&data);
}

/* Two sets of as many images: image i of set 7 and its label are 7. */
static numeral_dataset pair_of(uint8_t value)
{
    static uint8_t pixels[2][8];
    static numeral_label labels[2][2];
    int at = value == 7;
    memset(pixels[at], value, sizeof pixels[at]);
    labels[at][0] = labels[at][1] = value;
    return (numeral_dataset){.n_images = 2,
                             .height = 2,
                             .width = 2,
                             .pixels = pixels[at],
                             .labels = labels[at]};
}

static char pair_path[200];

static void write_pair(uint8_t value)
{
    numeral_dataset data = pair_of(value);
    numeral_error err;
    CHECK_OK(numeral_dataset_save(&data, NULL, pair_path, &err), err);
}

/* What is read there: 0 where it is refused. */
static uint8_t read_pair(numeral_error *err)
{
    numeral_dataset data;
    uint8_t value = 0;
    if (numeral_data_read(pair_path, NULL, &(numeral_load){.need_labels = true}, &data,
                          err) == NUMERAL_OK) {
        value = data.pixels[0];
        assert_int_equal(data.labels[1], value);
        numeral_dataset_free(&data);
    }
    return value;
}

static int renames_left;
static char stopped_at[200];

static int stop_renaming(const char *from, const char *to)
{
    if (renames_left-- == 0) {
        errno = EIO;
        return -1;
    }
    /* whoever reads between two steps gets two that belong together, or none */
    int done = rename(from, to);
    read_pair(NULL);
    return done;
}

/* Each rename fails in turn: all is as it was, and nothing is left over. */
static void pairs_are_replaced_together(void **state)
{
    const char *folder = *state;
    numeral_error err;
    numeral_file_operations broken = *numeral_get_file_operations();
    broken.rename = stop_renaming;
    snprintf(pair_path, sizeof pair_path, "%s/p.idx", folder);
    numeral_dataset seven = pair_of(7);
    for (int old = 0; old < 2; old++) {
        for (int n = 0; n < (old ? 4 : 2); n++) {
            if (old) {
                write_pair(3);
            }
            /* without an old pair, what is put away is not there */
            renames_left = old ? n : n + 2;
            numeral_set_file_operations(&broken);
            numeral_status status = numeral_dataset_save(&seven, NULL, pair_path, &err);
            numeral_set_file_operations(NULL);
            assert_int_equal(status, NUMERAL_ERROR_IO);
            assert_int_equal(read_pair(&err), old ? 3 : 0);
            numeral_names names;
            CHECK_OK(numeral_folder_list(folder, &names, &err), err);
            assert_int_equal(names.n_names, old ? 2 : 0);
            numeral_names_free(&names);
        }
    }
    renames_left = 100;
    numeral_set_file_operations(&broken);
    CHECK_OK(numeral_dataset_save(&seven, NULL, pair_path, &err), err);
    numeral_set_file_operations(NULL);
    assert_int_equal(read_pair(&err), 7);
    snprintf(stopped_at, sizeof stopped_at, "ls -A %s | wc -l | grep -qx 2", folder);
    assert_int_equal(system(stopped_at), 0);
}

static bool write_between;

/* Somebody writes both files anew when the labels are about to be opened. */
static int open_late(const char *path, int flags, unsigned mode)
{
    if (write_between && strstr(path, "-labels")) {
        write_between = false;
        write_pair(7);
    }
    return open(path, flags, (mode_t)mode);
}

static void new_labels_beside_old_images_are_refused(void **state)
{
    const char *folder = *state;
    numeral_error err;
    numeral_file_operations late = *numeral_get_file_operations();
    late.open = open_late;
    numeral_set_file_operations(&late);
    snprintf(pair_path, sizeof pair_path, "%s/p.idx", folder);
    write_pair(3);
    write_between = true;
    assert_int_equal(read_pair(&err), 0);
    expect_text(err.text, "p.idx: was replaced while it was read; read it again");
    assert_int_equal(read_pair(&err), 7);
    /* the same for the files of a set in a folder */
    snprintf(pair_path, sizeof pair_path, "%s/t10k-images-idx3-ubyte", folder);
    write_pair(3);
    write_between = true;
    numeral_dataset data;
    CHECK_FAILS(numeral_dataset_load(folder, NULL, &data, &err), NUMERAL_ERROR_IO, err,
                "t10k-images-idx3-ubyte: was replaced while it was read");
    numeral_set_file_operations(NULL);
}

static void images_alone_do_not_take_old_labels(void **state)
{
    const char *folder = *state;
    numeral_error err;
    numeral_dataset data = pair_of(7);
    snprintf(pair_path, sizeof pair_path, "%s/p.idx", folder);
    write_pair(3);
    data.labels = NULL;
    CHECK_FAILS(numeral_dataset_save(&data, NULL, pair_path, &err),
                NUMERAL_ERROR_ARGUMENT, err, "p-labels.idx beside it has some of other");
    assert_int_equal(read_pair(&err), 3);
}

static void selects_rows(void **state)
{
    (void)state;
    numeral_dataset data = decode_ok(IMAGES, sizeof IMAGES, NULL), out;
    numeral_error err;
    size_t ids[] = {1, 0, 1}, beyond[] = {2};
    assert_int_equal(numeral_dataset_select(&data, ids, 3, &out, &err), NUMERAL_OK);
    assert_int_equal(out.n_images, 3);
    assert_memory_equal(out.pixels, IMAGES + 22, 6);
    assert_memory_equal(out.pixels + 6, IMAGES + 16, 6);
    assert_int_equal(out.rows[0], 1);
    numeral_dataset again;
    size_t middle[] = {1};
    assert_int_equal(numeral_dataset_select(&out, middle, 1, &again, &err), NUMERAL_OK);
    assert_int_equal(again.rows[0], 0);
    numeral_dataset_free(&again);
    numeral_dataset_free(&out);
    assert_int_equal(numeral_dataset_select(&data, beyond, 1, &out, &err),
                     NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, "test: row 2 of 2 rows does not exist");
    char number[NUMERAL_LABEL_BYTES];
    assert_string_equal(numeral_dataset_label_name(&data, 255, number), "255");
    numeral_dataset_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_images),
        cmocka_unit_test(reads_every_type),
        cmocka_unit_test(square_vectors_are_images),
        cmocka_unit_test(unit_reals_are_times_255),
        cmocka_unit_test(refuses),
        cmocka_unit_test(names_of_labels_files),
        cmocka_unit_test_setup_teardown(finds_labels_beside, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(pairs_must_match, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(wide_labels, folder_make, folder_remove),
        cmocka_unit_test(gzip_members_and_damage),
        cmocka_unit_test(budget_holds),
        cmocka_unit_test_setup_teardown(round_trip, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(pairs_are_replaced_together, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(new_labels_beside_old_images_are_refused,
                                        folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(images_alone_do_not_take_old_labels, folder_make,
                                        folder_remove),
        cmocka_unit_test(selects_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
