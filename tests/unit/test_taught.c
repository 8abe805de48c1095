/* Taught digits: a file that is added to digit by digit, read as DATA while it is open
 * and after, and refused where it is damaged, in use or another program's. */
#include "tests/unit/data_bytes.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <numeral/taught.h>

#include <sqlite3.h>

static char folder[] = "/tmp/numeral-taught-XXXXXX";
static char path[64];

static void fresh(void)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < 4; i++) {
        char name[80];
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        unlink(name);
    }
}

static numeral_taught *open_ok(void)
{
    numeral_taught *taught = NULL;
    numeral_error err = {0};
    if (numeral_taught_open(path, &taught, &err)) {
        fail_msg("%s", err.text);
    }
    return taught;
}

static int64_t add_ok(numeral_taught *taught, uint8_t ink, size_t side, const char *label)
{
    uint8_t pixels[64];
    int64_t id = -1;
    numeral_error err = {0};
    memset(pixels, ink, sizeof pixels);
    numeral_taught_digit digit = {.height = side,
                                  .width = side,
                                  .pixels = pixels,
                                  .label = label,
                                  .source = "test"};
    if (numeral_taught_add(taught, &digit, &id, &err)) {
        fail_msg("%s", err.text);
    }
    return id;
}

static numeral_dataset load_ok(void)
{
    numeral_dataset data = {0};
    numeral_error err = {0};
    if (numeral_dataset_load(path, NULL, &data, &err)) {
        fail_msg("%s", err.text);
    }
    return data;
}

static void fails(numeral_status status, const numeral_error *err, numeral_status wanted,
                  const char *words)
{
    expect_text(err->text, words);
    assert_int_equal(status, wanted);
}

static void open_fails(numeral_status wanted, const char *words)
{
    numeral_taught *taught = NULL;
    numeral_error err = {0};
    fails(numeral_taught_open(path, &taught, &err), &err, wanted, words);
    assert_null(taught);
}

static void load_fails(const char *words)
{
    numeral_dataset data = {0};
    numeral_error err = {0};
    fails(numeral_dataset_load(path, NULL, &data, &err), &err, NUMERAL_ERROR_FORMAT,
          words);
}

static bool collect(void *context, const numeral_taught_digit *digit)
{
    char *text = context;
    size_t used = strlen(text);
    snprintf(text + used, 200 - used, "%d:%s:%s:%d ", (int)digit->id, digit->label,
             digit->source, digit->pixels[0]);
    assert_int_equal(strlen(digit->created), strlen("2026-01-31T12:00:00.000Z"));
    return digit->id < 4;
}

static void digits_come_and_go(void **state)
{
    (void)state;
    fresh();
    numeral_taught *taught = open_ok();
    char seen[200] = "";
    bool found;
    assert_int_equal(add_ok(taught, 10, 4, "7"), 1);
    assert_int_equal(add_ok(taught, 20, 4, "1"), 2);
    assert_int_equal(add_ok(taught, 30, 4, "7"), 3);
    assert_int_equal(numeral_taught_remove(taught, 3, &found, NULL), NUMERAL_OK);
    assert_true(found);
    assert_int_equal(numeral_taught_remove(taught, 3, &found, NULL), NUMERAL_OK);
    assert_false(found);
    assert_int_equal(add_ok(taught, 40, 4, "9"), 4); /* 3 is never given again */
    assert_int_equal(add_ok(taught, 50, 4, "8"), 5);
    assert_int_equal(numeral_taught_each(taught, 1, collect, seen, NULL), NUMERAL_OK);
    assert_string_equal(seen, "2:1:test:20 4:9:test:40 ");
    numeral_taught_close(taught);
    taught = open_ok();
    assert_int_equal(numeral_taught_remove(taught, 5, &found, NULL), NUMERAL_OK);
    assert_int_equal(add_ok(taught, 60, 4, "8"), 6); /* nor behind the last one gone */
    numeral_taught_close(taught);
}

static void a_log_is_read_too(void **state)
{
    (void)state;
    fresh();
    numeral_taught *taught = open_ok();
    add_ok(taught, 10, 4, "7");
    add_ok(taught, 255, 4, "0");
    numeral_dataset data = load_ok(); /* the digits are in the log alone */
    assert_int_equal(data.n_images, 2);
    assert_int_equal(data.height, 4);
    assert_int_equal(data.labels[0], 7);
    assert_int_equal(data.pixels[16], 255);
    assert_null(data.label_names);
    assert_false(data.framed);
    numeral_dataset_free(&data);
    numeral_taught_close(taught);
    data = load_ok();
    assert_int_equal(data.n_images, 2);
    numeral_dataset_free(&data);
}

static void labels_are_texts(void **state)
{
    (void)state;
    fresh();
    numeral_taught *taught = open_ok();
    add_ok(taught, 1, 4, "7");
    add_ok(taught, 2, 4, "trouser");
    numeral_taught_close(taught);
    numeral_dataset data = load_ok();
    assert_string_equal(data.label_names[data.labels[0]], "7");
    assert_string_equal(data.label_names[data.labels[1]], "trouser");
    numeral_dataset_free(&data);
}

static void several_sizes_are_framed(void **state)
{
    (void)state;
    fresh();
    numeral_taught *taught = open_ok();
    add_ok(taught, 10, 4, "7");
    add_ok(taught, 20, 8, "1");
    numeral_taught_close(taught);
    numeral_dataset data = load_ok();
    assert_int_equal(data.n_images, 2);
    assert_int_equal(data.height, 28);
    assert_true(data.framed);
    numeral_dataset_free(&data);
    numeral_load keep = {.frame = NUMERAL_FRAME_KEEP};
    numeral_error err = {0};
    fails(numeral_dataset_load(path, &keep, &data, &err), &err, NUMERAL_ERROR_FORMAT,
          "several sizes");
}

static void one_process_writes(void **state)
{
    (void)state;
    fresh();
    numeral_taught *taught = open_ok();
    open_fails(NUMERAL_ERROR_IO, "taught.db: is in use by another service");
    pid_t child = fork();
    if (child == 0) {
        numeral_taught *other = NULL;
        _exit(numeral_taught_open(path, &other, NULL) == NUMERAL_ERROR_IO ? 0 : 1);
    }
    int how = -1;
    waitpid(child, &how, 0);
    assert_int_equal(how, 0);
    numeral_taught_close(taught);
    numeral_taught_close(open_ok());
}

/* A process that dies in the middle leaves what it was told to be kept. */
static void a_killed_writer_loses_nothing(void **state)
{
    (void)state;
    fresh();
    pid_t child = fork();
    if (child == 0) {
        numeral_taught *taught = open_ok();
        add_ok(taught, 10, 4, "3");
        add_ok(taught, 20, 4, "4");
        _exit(0); /* without closing */
    }
    waitpid(child, NULL, 0);
    numeral_dataset data = load_ok();
    assert_int_equal(data.n_images, 2);
    numeral_dataset_free(&data);
    numeral_taught *taught = open_ok();
    assert_int_equal(add_ok(taught, 30, 4, "5"), 3);
    numeral_taught_close(taught);
}

static void sql(const char *statements)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, statements, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s", sqlite3_errmsg(db));
    }
    sqlite3_close(db);
}

static void made(uint8_t ink)
{
    fresh();
    numeral_taught *taught = open_ok();
    add_ok(taught, ink, 4, "7");
    numeral_taught_close(taught);
}

static void other_files_are_left_alone(void **state)
{
    (void)state;
    fresh();
    sql("CREATE TABLE people(name TEXT)");
    open_fails(NUMERAL_ERROR_FORMAT, "another program's SQLite database");
    FILE *file = fopen(path, "wb");
    fputs("not a database at all, but long enough to be looked at as one", file);
    fclose(file);
    open_fails(NUMERAL_ERROR_FORMAT, "taught.db: is a damaged database");
    unlink(path);
    numeral_taught *taught = NULL;
    numeral_error err = {0};
    fails(numeral_taught_open("/nowhere/taught.db", &taught, &err), &err,
          NUMERAL_ERROR_IO, "/nowhere/taught.db: cannot create: there is no folder");
}

static void wrong_tables_are_refused(void **state)
{
    (void)state;
    made(1);
    sql("PRAGMA user_version=2");
    load_fails("version 2, expected 1");
    open_fails(NUMERAL_ERROR_FORMAT, "version 2, expected 1");
    made(1);
    sql("ALTER TABLE digits RENAME TO d; CREATE VIEW digits AS SELECT * FROM d");
    load_fails("another program's");
    made(1);
    sql("DROP TABLE digits; CREATE TABLE digits(id INTEGER PRIMARY KEY, image BLOB AS "
        "(zeroblob(100000000)), height, width, label, source, created)");
    load_fails("another program's");
    made(1);
    sql("PRAGMA ignore_check_constraints=1; UPDATE digits SET height=5");
    load_fails("row 1 is no digit");
    made(1);
    sql("UPDATE digits SET label=x'00'");
    load_fails("row 1 is no digit");
    made(1);
    sql("DELETE FROM digits");
    load_fails("holds no digits yet");
}

static void wrong_digits_are_refused(void **state)
{
    (void)state;
    fresh();
    numeral_taught *taught = open_ok();
    uint8_t pixel = 0;
    int64_t id = -5;
    numeral_error err = {0};
    numeral_taught_digit digit = {.pixels = &pixel, .label = "7", .source = ""};
    fails(numeral_taught_add(taught, &digit, &id, &err), &err, NUMERAL_ERROR_ARGUMENT,
          "0 × 0 pixels");
    digit.height = digit.width = 1;
    digit.label = "";
    fails(numeral_taught_add(taught, &digit, &id, &err), &err, NUMERAL_ERROR_ARGUMENT,
          "label not empty");
    digit.label = "\xff";
    fails(numeral_taught_add(taught, &digit, &id, &err), &err, NUMERAL_ERROR_ARGUMENT,
          "must be UTF-8");
    assert_int_equal(id, -5);
    assert_false(numeral_taught_is_full(taught));
    numeral_taught_close(taught);
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    fresh();
    numeral_taught *taught = open_ok();
    add_ok(taught, 1, 4, "7");
    /* SQLite's own ceiling stands for the disk's */
    char name[80];
    snprintf(name, sizeof name, "%s-wal", path);
    struct stat about;
    assert_int_equal(stat(name, &about), 0);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before, low;
    getrlimit(RLIMIT_FSIZE, &before);
    low = before;
    low.rlim_cur = (rlim_t)about.st_size;
    setrlimit(RLIMIT_FSIZE, &low);
    uint8_t pixel = 9;
    int64_t id;
    numeral_error err = {0};
    numeral_taught_digit digit = {
        .height = 1, .width = 1, .pixels = &pixel, .label = "7", .source = ""};
    numeral_status status = numeral_taught_add(taught, &digit, &id, &err);
    bool full = numeral_taught_is_full(taught);
    setrlimit(RLIMIT_FSIZE, &before);
    fails(status, &err, NUMERAL_ERROR_IO, "the disk is full");
    assert_true(full);
    assert_int_equal(add_ok(taught, 2, 4, "8"), 2); /* and then there is room again */
    numeral_taught_close(taught);
    numeral_dataset data = load_ok();
    assert_int_equal(data.n_images, 2);
    numeral_dataset_free(&data);
}

/* Written as DATA and read again: the same digits. */
static void a_set_becomes_a_file(void **state)
{
    (void)state;
    fresh();
    numeral_dataset data = {0}, back;
    numeral_error err = {0};
    assert_int_equal(numeral_dataset_load("pen:test[0:20]", NULL, &data, &err), 0);
    if (numeral_dataset_save(&data, NULL, path, &err)) {
        fail_msg("%s", err.text);
    }
    back = load_ok();
    assert_int_equal(back.n_images, 20);
    assert_memory_equal(back.pixels, data.pixels, 20 * 28 * 28);
    assert_memory_equal(back.labels, data.labels, 20 * sizeof(numeral_label));
    numeral_dataset_free(&back);
    numeral_taught *taught = open_ok(); /* a service takes it up */
    assert_int_equal(add_ok(taught, 1, 4, "7"), 21);
    numeral_taught_close(taught);
    numeral_release(data.labels);
    data.labels = NULL;
    fails(numeral_dataset_save(&data, "taught", path, &err), &err, NUMERAL_ERROR_ARGUMENT,
          "has none");
    numeral_dataset_free(&data);
}

static int make_folder(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/taught.db", folder);
    return 0;
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
        cmocka_unit_test(digits_come_and_go),
        cmocka_unit_test(a_log_is_read_too),
        cmocka_unit_test(labels_are_texts),
        cmocka_unit_test(several_sizes_are_framed),
        cmocka_unit_test(one_process_writes),
        cmocka_unit_test(a_killed_writer_loses_nothing),
        cmocka_unit_test(other_files_are_left_alone),
        cmocka_unit_test(wrong_tables_are_refused),
        cmocka_unit_test(wrong_digits_are_refused),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(a_set_becomes_a_file),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
