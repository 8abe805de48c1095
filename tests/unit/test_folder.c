/* Folders of images: labels from names, halves, framing, and files that are wrong. */
#include "tests/unit/data_bytes.h"

#include "image/image_codec.h"

/* A PNG of one grey level with a pixel of another. */
static void put_png(const char *folder, const char *name, size_t side, uint8_t mark)
{
    uint8_t pixels[32 * 32] = {0};
    numeral_buffer png = {.max_bytes = 1 << 20};
    pixels[side + 1] = mark;
    assert_int_equal(numeral_png_encode(pixels, side, side, &png, NULL), NUMERAL_OK);
    free(write_file_in(folder, name, png.data, png.size));
    numeral_buffer_free(&png);
}

static const numeral_load keep = {.frame = NUMERAL_FRAME_KEEP};

static numeral_dataset read_ok(const char *path, const numeral_load *options)
{
    numeral_dataset data = {0};
    numeral_error err = {0};
    if (numeral_data_read(path, NULL, options, &data, &err)) {
        fail_msg("%s", err.text);
    }
    return data;
}

static void numbers_are_labels(void **state)
{
    const char *folder = *state;
    put_png(folder, "7/b.png", 4, 2);
    put_png(folder, "7/a.png", 4, 1);
    put_png(folder, "10/c.png", 4, 3);
    put_png(folder, "10/.hidden", 4, 9);
    numeral_dataset data = read_ok(folder, &keep);
    assert_int_equal(data.n_images, 3);
    assert_int_equal(data.labels[0], 10); /* byte order: "10" before "7" */
    assert_int_equal(data.labels[1], 7);
    assert_int_equal(data.pixels[5], 3);
    assert_int_equal(data.pixels[16 + 5], 1);
    assert_null(data.label_names);
    assert_false(data.framed);
    expect_text(data.inputs[2], "/7/b.png");
    numeral_dataset_free(&data);
}

static void names_are_kept(void **state)
{
    const char *folder = *state;
    put_png(folder, "zwei/a.png", 4, 2);
    put_png(folder, "eins/a.png", 4, 1);
    put_png(folder, "03/a.png", 4, 1);
    numeral_dataset data = read_ok(folder, &keep);
    assert_int_equal(data.labels[2], 2);
    assert_string_equal(data.label_names[0], "03");
    assert_string_equal(data.label_names[2], "zwei");
    numeral_dataset_free(&data);
}

static void number_words_mean_digits(void **state)
{
    const char *folder = *state;
    put_png(folder, "Two/a.png", 4, 2);
    put_png(folder, "nine/a.png", 4, 1);
    numeral_dataset data = read_ok(folder, &keep);
    assert_int_equal(data.labels[0], 2);
    assert_int_equal(data.labels[1], 9);
    assert_string_equal(data.label_names[9], "nine");
    numeral_dataset_free(&data);
}

typedef struct heard {
    size_t n[3];
    char last[NUMERAL_ERROR_TEXT_BYTES];
} heard;

static void hear(void *context, numeral_note_kind kind, const char *text)
{
    heard *h = context;
    h->n[kind]++;
    snprintf(h->last, sizeof h->last, "%s", text);
}

/* Own pictures beside sub-folders, what file managers leave, files that are bad, folders
 * that lie deeper. */
static void strays_are_told(void **state)
{
    const char *folder = *state;
    heard h = {0};
    numeral_notes notes = {hear, &h, true};
    numeral_load load = keep;
    load.notes = &notes;
    put_png(folder, "b.png", 4, 1);
    put_png(folder, "3/a.png", 4, 2);
    put_png(folder, "3/deep/c.png", 4, 9);
    free(write_file_in(folder, "3/Thumbs.db", "x", 1));
    free(write_file_in(folder, "3/bad.png", "x", 1));
    free(write_file_in(folder, "notes.txt", "x", 1));
    numeral_dataset data = read_ok(folder, &load);
    assert_int_equal(data.n_images, 2);
    assert_null(data.labels);
    assert_int_equal(data.pixels[5], 1);
    assert_int_equal(data.pixels[16 + 5], 2);
    expect_text(data.inputs[1], "/3/a.png");
    assert_int_equal(h.n[NUMERAL_NOTE_PASSED], 2);
    assert_int_equal(h.n[NUMERAL_NOTE_BAD], 1);
    assert_int_equal(h.n[NUMERAL_NOTE_DOUBT], 1);
    expect_text(h.last, "/3/bad.png: not an image");
    numeral_dataset_free(&data);
    load.need_labels = true;
    h = (heard){0};
    data = read_ok(folder, &load);
    assert_int_equal(data.n_images, 1);
    assert_int_equal(data.labels[0], 3);
    assert_int_equal(h.n[NUMERAL_NOTE_DOUBT], 2);
    numeral_dataset_free(&data);
    notes.go_on = false;
    numeral_error err = {0};
    assert_int_equal(numeral_data_read(folder, NULL, &load, &data, &err),
                     NUMERAL_ERROR_FORMAT);
    expect_text(err.text, "/3/bad.png: not an image");
}

static void flat_folders_have_no_labels(void **state)
{
    const char *folder = *state;
    put_png(folder, "b.png", 4, 2);
    put_png(folder, "a.png", 4, 1);
    numeral_dataset data = read_ok(folder, &keep);
    assert_int_equal(data.n_images, 2);
    assert_int_equal(data.pixels[5], 1);
    assert_null(data.labels);
    numeral_dataset_free(&data);
    numeral_load labelled = {.need_labels = true};
    numeral_error err;
    assert_int_equal(numeral_data_read(folder, NULL, &labelled, &data, &err),
                     NUMERAL_ERROR_FORMAT);
    expect_text(err.text, ": holds no labels, expected one sub-folder for each");
    data = read_ok(folder, NULL);
    assert_int_equal(data.height, 28);
    assert_true(data.framed);
    numeral_dataset_free(&data);
}

static numeral_dataset load_split(const char *folder, numeral_split split)
{
    numeral_load options = keep;
    numeral_error err;
    numeral_dataset data;
    options.split = split;
    CHECK_OK(numeral_dataset_load(folder, &options, &data, &err), err);
    return data;
}

static void halves_by_split(void **state)
{
    const char *folder = *state;
    put_png(folder, "train/1/a.png", 4, 1);
    put_png(folder, "train/2/a.png", 4, 2);
    put_png(folder, "test/1/a.png", 4, 3);
    numeral_dataset data = load_split(folder, NUMERAL_SPLIT_ALL);
    assert_int_equal(data.n_images, 3);
    numeral_dataset_free(&data);
    data = load_split(folder, NUMERAL_SPLIT_TRAIN);
    assert_int_equal(data.n_images, 2);
    numeral_dataset_free(&data);
    data = load_split(folder, NUMERAL_SPLIT_TEST);
    assert_int_equal(data.n_images, 1);
    assert_int_equal(data.pixels[5], 3);
    numeral_dataset_free(&data);
    /* a name among numbers: labels are joined by what they are called */
    put_png(folder, "test/x/a.png", 4, 4);
    data = load_split(folder, NUMERAL_SPLIT_ALL);
    assert_int_equal(data.n_images, 4);
    assert_int_equal(data.labels[0], data.labels[2]);
    assert_string_equal(data.label_names[data.labels[3]], "x");
    numeral_dataset_free(&data);
}

static void bad_files_are_named(void **state)
{
    const char *folder = *state;
    read_fails(folder, NULL, ": holds no images");
    put_png(folder, "1/a.png", 4, 1);
    free(write_file_in(folder, "1/b.png", "no image", 8));
    free(write_file_in(folder, "1/c.png", "", 0));
    read_fails(folder, NULL, "/1/b.png: not an image, expected PNG");
    put_png(folder, "1/b.png", 4, 1);
    read_fails(folder, NULL, "/1/c.png: is empty");
    put_png(folder, "1/c.png", 5, 1);
    numeral_dataset data = read_ok(folder, NULL); /* framed: any size will do */
    numeral_dataset_free(&data);
    numeral_error err;
    assert_int_equal(numeral_data_read(folder, NULL, &keep, &data, &err),
                     NUMERAL_ERROR_FORMAT);
    expect_text(err.text, "/1/c.png: 5 × 5 pixels, expected 4 × 4 as in ");
}

static bool stop(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)what;
    *(uint64_t *)context = done * 100 + total;
    return false;
}

static void progress_may_stop(void **state)
{
    const char *folder = *state;
    uint64_t seen = 0;
    numeral_progress progress = {stop, &seen};
    numeral_load options = {.run = {.progress = &progress}};
    numeral_dataset data;
    put_png(folder, "1/a.png", 4, 1);
    assert_int_equal(numeral_data_read(folder, NULL, &options, &data, NULL),
                     NUMERAL_ERROR_CANCELLED);
    assert_int_equal(seen, 101);
}

static void one_image_is_a_set(void **state)
{
    const char *folder = *state;
    put_png(folder, "a.png", 6, 255);
    char path[256];
    snprintf(path, sizeof path, "%s/a.png", folder);
    numeral_dataset data = read_ok(path, &keep);
    assert_int_equal(data.n_images, 1);
    assert_int_equal(data.height, 6);
    assert_string_equal(data.inputs[0], path);
    numeral_dataset_free(&data);
    numeral_load wide = {.height = 40, .width = 30};
    data = read_ok(path, &wide);
    assert_int_equal(data.height, 40);
    assert_int_equal(data.width, 30);
    assert_true(data.framed);
    numeral_dataset_free(&data);
}

static void round_trip(void **state)
{
    const char *folder = *state;
    uint8_t pixels[] = {1, 2, 3, 100, 5, 60, 70, 255};
    numeral_label labels[] = {3, 25};
    numeral_dataset data = {.n_images = 2, .height = 2, .width = 2, .pixels = pixels};
    round_trip_in(folder, "flat", NULL, &data);
    data.labels = labels;
    labels[0] = 25;
    labels[1] = 3;
    char path[256];
    numeral_error err;
    snprintf(path, sizeof path, "%s/labelled/", folder);
    assert_int_equal(numeral_dataset_save(&data, NULL, path, &err), NUMERAL_OK);
    numeral_dataset again = read_ok(path, &keep);
    assert_int_equal(again.labels[0], 25);
    assert_memory_equal(again.pixels, pixels, 8);
    numeral_dataset_free(&again);
    assert_int_equal(numeral_dataset_save(&data, NULL, path, &err), NUMERAL_ERROR_IO);
    expect_text(err.text, "/labelled/: exists already");
    char *names[256] = {[3] = "../x"};
    data.label_names = names;
    data.n_label_names = sizeof names / sizeof *names;
    snprintf(path, sizeof path, "%s/bad", folder);
    assert_int_equal(numeral_dataset_save(&data, NULL, path, &err),
                     NUMERAL_ERROR_ARGUMENT);
    expect_text(err.text, "label \"../x\" is no name for a folder");
    assert_int_equal(numeral_path_look(path), NUMERAL_PATH_NONE);
    numeral_names left = {0};
    assert_int_equal(numeral_folder_list(folder, &left, NULL), NUMERAL_OK);
    assert_int_equal(left.n_names, 2); /* nothing half-made stays */
    numeral_names_free(&left);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(numbers_are_labels),       IN_FOLDER(names_are_kept),
        IN_FOLDER(number_words_mean_digits), IN_FOLDER(strays_are_told),
        IN_FOLDER(halves_by_split),          IN_FOLDER(flat_folders_have_no_labels),
        IN_FOLDER(bad_files_are_named),      IN_FOLDER(progress_may_stop),
        IN_FOLDER(one_image_is_a_set),       IN_FOLDER(round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
