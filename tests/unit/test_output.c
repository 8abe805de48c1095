/* Files that appear whole or not at all: under which names they are made, what becomes of
 * links and modes, and what is cleared up. */
#include "tests/unit/check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <numeral/runtime.h>
#include <numeral/tools/output.h>

#include "base/files.h"

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/numeral-output-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    numeral_set_file_operations(NULL);
    numeral_folder_remove(folder);
    return numeral_path_look(folder) == NUMERAL_PATH_NONE ? 0 : -1;
}

/* A path in the folder, in one of four places in turn. */
static const char *in(const char *name)
{
    static char paths[4][200];
    static int turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void save(const char *name, const char *text)
{
    numeral_error err;
    CHECK_OK(numeral_output_save(in(name), text, strlen(text), &err), err);
}

static void expect(const char *name, const char *text)
{
    numeral_error err;
    numeral_bytes bytes;
    CHECK_OK(numeral_bytes_read(in(name), 1000, &bytes, &err), err);
    assert_int_equal(bytes.size, strlen(text));
    assert_memory_equal(bytes.data, text, bytes.size);
    numeral_bytes_free(&bytes);
}

static unsigned mode_of(const char *name)
{
    struct stat about;
    assert_int_equal(stat(in(name), &about), 0);
    return about.st_mode & 0777;
}

static void output_is_whole_or_absent(void **state)
{
    (void)state;
    numeral_error err;
    char path[200];
    snprintf(path, sizeof path, "%s", in("file"));
    numeral_output *output = NULL;
    CHECK_OK(numeral_output_create(path, &output, &err), err);
    CHECK_OK(numeral_output_printf(output, &err, "%d lines\n", 3), err);
    assert_int_equal(numeral_path_look(path), NUMERAL_PATH_NONE);
    CHECK_OK(numeral_output_commit(output, &err), err);
    numeral_bytes bytes;
    CHECK_OK(numeral_bytes_read(path, 100, &bytes, &err), err);
    assert_int_equal(bytes.size, 8);
    assert_memory_equal(bytes.data, "3 lines\n", 8);
    numeral_bytes_free(&bytes);
    CHECK_FAILS(numeral_bytes_read(path, 3, &bytes, &err), NUMERAL_ERROR_LIMIT, err,
                "more than the 3 bytes");
    CHECK_OK(numeral_output_create(path, &output, &err), err);
    CHECK_OK(numeral_output_write(output, "new", 3, &err), err);
    numeral_output_destroy(output); /* gives up: the old file stays, nothing else */
    numeral_names names;
    CHECK_OK(numeral_folder_list(folder, &names, &err), err);
    assert_int_equal(names.n_names, 1);
    numeral_names_free(&names);
    CHECK_FAILS(numeral_output_create(folder, &output, &err), NUMERAL_ERROR_IO, err,
                "is a folder");
    CHECK_FAILS(numeral_output_create("/nonexistent/x", &output, &err), NUMERAL_ERROR_IO,
                err, "there is no folder");
    CHECK_FAILS(numeral_bytes_read("/nonexistent/x", 9, &bytes, &err), NUMERAL_ERROR_IO,
                err, "/nonexistent/x: cannot open: No such file");
    CHECK_FAILS(numeral_bytes_read(folder, 9, &bytes, &err), NUMERAL_ERROR_IO, err,
                "is a folder");
    CHECK_FAILS(numeral_output_create("", &output, &err), NUMERAL_ERROR_ARGUMENT, err,
                "\"\": names no file");
    CHECK_FAILS(numeral_output_create("new/", &output, &err), NUMERAL_ERROR_ARGUMENT, err,
                "\"new/\": names no file");
}

static void long_texts_are_refused(void **state)
{
    (void)state;
    enum { MOST = 1 << 18 };
    numeral_error err;
    numeral_output *output = NULL;
    char *text = malloc(MOST + 1);
    memset(text, 'a', MOST);
    text[MOST] = '\0';
    CHECK_OK(numeral_output_create(in("long"), &output, &err), err);
    CHECK_OK(numeral_output_printf(output, &err, "%s|", text + 2), err);
    CHECK_OK(numeral_output_printf(output, &err, "%s", text + 100), err);
    CHECK_FAILS(numeral_output_printf(output, &err, "%s", text), NUMERAL_ERROR_LIMIT, err,
                "long: a text of 262144 bytes");
    CHECK_OK(numeral_output_commit(output, &err), err);
    numeral_bytes bytes;
    CHECK_OK(numeral_bytes_read(in("long"), SIZE_MAX / 2, &bytes, &err), err);
    assert_int_equal(bytes.size, MOST - 2 + 1 + MOST - 100);
    assert_int_equal(bytes.data[MOST - 2], '|');
    numeral_bytes_free(&bytes);
    free(text);
}

static void modes_are_kept(void **state)
{
    (void)state;
    static const unsigned modes[] = {0600, 0640, 0755, 0666};
    mode_t before = umask(022);
    save("new", "a");
    assert_int_equal(mode_of("new"), 0644);
    umask(077);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        assert_int_equal(chmod(in("new"), modes[i]), 0);
        save("new", "b");
        assert_int_equal(mode_of("new"), modes[i]);
    }
    save("private", "c");
    assert_int_equal(mode_of("private"), 0600);
    umask(before);
}

static bool is_link(const char *name)
{
    struct stat about;
    return lstat(in(name), &about) == 0 && S_ISLNK(about.st_mode);
}

static void links_are_followed(void **state)
{
    (void)state;
    numeral_error err;
    CHECK_OK(numeral_folder_create(in("there"), &err), err);
    save("there/file", "old");
    assert_int_equal(chmod(in("there/file"), 0600), 0);
    assert_int_equal(symlink("there/next", in("link")), 0);
    assert_int_equal(symlink("file", in("there/next")), 0);
    save("link", "new");
    expect("there/file", "new");
    assert_int_equal(mode_of("there/file"), 0600);
    assert_true(is_link("link") && is_link("there/next"));
    assert_int_equal(symlink("there/absent", in("dangling")), 0);
    save("dangling", "made");
    expect("there/absent", "made");
    assert_true(is_link("dangling"));
    assert_int_equal(symlink("round", in("round")), 0);
    CHECK_FAILS(numeral_output_save(in("round"), "", 0, &err), NUMERAL_ERROR_IO, err,
                "round: cannot create: Too many levels");
    save("/../../dev/null", "gone"); /* a device stays one */
    assert_int_equal(symlink("/dev/null", in("null")), 0);
    save("null", "gone");
    assert_true(is_link("null"));
}

/* Places are looked at without making anything there. */
static void places_are_looked_at(void **state)
{
    (void)state;
    numeral_error err;
    CHECK_OK(numeral_output_check(in("new"), &err), err);
    CHECK_OK(numeral_folder_check(in("new/deep/"), &err), err);
    assert_int_equal(numeral_path_look(in("new")), NUMERAL_PATH_NONE);
    save("old", "old");
    assert_int_equal(chmod(in("old"), 0400), 0); /* it would be replaced */
    CHECK_OK(numeral_output_check(in("old"), &err), err);
    expect("old", "old");
    CHECK_OK(numeral_output_check("/dev/null", &err), err);
    CHECK_OK(numeral_folder_check("", &err), err);
    CHECK_OK(numeral_folder_check("/", &err), err);
    CHECK_FAILS(numeral_output_check(in("gone/x"), &err), NUMERAL_ERROR_IO, err,
                "/gone; mkdir -p makes it");
    CHECK_FAILS(numeral_output_check(in("old/x"), &err), NUMERAL_ERROR_IO, err,
                "/old is no folder");
    CHECK_FAILS(numeral_output_check(in(""), &err), NUMERAL_ERROR_ARGUMENT, err,
                "names no file");
    CHECK_FAILS(numeral_folder_check(in("old/x"), &err), NUMERAL_ERROR_IO, err,
                "/old is a file");
    assert_int_equal(symlink("gone/x", in("astray")), 0);
    CHECK_FAILS(numeral_output_check(in("astray"), &err), NUMERAL_ERROR_IO, err,
                "/gone; mkdir -p makes it");
    CHECK_OK(numeral_folder_create(in("shut"), &err), err);
    assert_int_equal(chmod(in("shut"), 0500), 0);
    if (geteuid() != 0) { /* nothing is shut to root */
        CHECK_FAILS(numeral_output_check(in("shut/x"), &err), NUMERAL_ERROR_IO, err,
                    "cannot create: Permission denied");
        CHECK_FAILS(numeral_folder_check(in("shut/x"), &err), NUMERAL_ERROR_IO, err,
                    "cannot create folder: Permission denied");
    }
}

/* What opens for writing look like; where `plant` is set, somebody is faster. */
static char opened[2][200];
static int n_opened, flags_opened;
static bool plant;

static int watch_open(const char *path, int flags, unsigned mode)
{
    if (flags & O_CREAT) {
        snprintf(opened[n_opened++ % 2], sizeof opened[0], "%s", path);
        flags_opened = flags;
        if (plant) {
            assert_int_equal(symlink("victim", path), 0);
        }
    }
    return open(path, flags, (mode_t)mode);
}

static void temporary_names_cannot_be_foreseen(void **state)
{
    (void)state;
    numeral_error err;
    numeral_file_operations watched = *numeral_get_file_operations();
    watched.open = watch_open;
    numeral_set_file_operations(&watched);
    save("victim", "mine");
    save("victim", "mine");
    assert_int_equal(n_opened, 2);
    assert_string_not_equal(opened[0], opened[1]);
    assert_int_equal(flags_opened & (O_EXCL | O_NOFOLLOW), O_EXCL | O_NOFOLLOW);
    for (int i = 0; i < 2; i++) {
        size_t length = strlen(folder);
        assert_memory_equal(opened[i], folder, length);
        assert_memory_equal(opened[i] + length, "/.numeral-", 10);
        assert_int_equal(
            strspn(opened[i] + length + 10, "0123456789abcdefghijklmnopqrstuv"), 16);
    }
    plant = true;
    CHECK_FAILS(numeral_output_save(in("file"), "new", 3, &err), NUMERAL_ERROR_IO, err,
                "file: cannot create: File exists");
    plant = false;
    struct stat about;
    assert_int_equal(lstat(opened[0], &about), 0); /* not ours: it stays */
    numeral_set_file_operations(NULL);
    expect("victim", "mine");
    assert_int_equal(numeral_path_look(in("file")), NUMERAL_PATH_NONE);
}

static void folders_are_removed_without_following(void **state)
{
    (void)state;
    numeral_error err;
    CHECK_OK(numeral_folder_create(in("kept/inner"), &err), err);
    save("kept/file", "kept");
    CHECK_OK(numeral_folder_create(in("gone/inner"), &err), err);
    save("gone/.hidden", "x");
    save("gone/inner/file", "x");
    assert_int_equal(symlink("../kept", in("gone/link")), 0);
    assert_int_equal(symlink("../../kept", in("gone/inner/link")), 0);
    numeral_folder_remove(in("gone"));
    assert_int_equal(numeral_path_look(in("gone")), NUMERAL_PATH_NONE);
    expect("kept/file", "kept");
    assert_int_equal(symlink("kept", in("link")), 0);
    numeral_folder_remove(in("link"));
    assert_false(is_link("link"));
    expect("kept/file", "kept");
    CHECK_FAILS(numeral_folder_create(in("kept/file"), &err), NUMERAL_ERROR_IO, err,
                "cannot create folder: File exists");
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(output_is_whole_or_absent),
        IN_FOLDER(long_texts_are_refused),
        IN_FOLDER(modes_are_kept),
        IN_FOLDER(links_are_followed),
        IN_FOLDER(temporary_names_cannot_be_foreseen),
        IN_FOLDER(places_are_looked_at),
        IN_FOLDER(folders_are_removed_without_following),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
