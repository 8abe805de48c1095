/* Named sets: where they are looked for, what is never taken for them, and fetching from
 * files and from a small web server in this process. */
#include "tests/unit/named_files.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sha256.h"
#include "data/fetch.h"
#include "data/idx_set.h"
#include "data/named.h"
#include "data/verified.h"
#include "numeral_config.h"

static int enter_folder(void **state)
{
    if (folder_make(state) != 0 || chdir(*state) != 0) {
        return -1;
    }
    isolate(*state);
    return 0;
}

static int leave_folder(void **state)
{
    return chdir("/") == 0 ? folder_remove(state) : -1;
}

static void sha256_of_known_texts(void **state)
{
    (void)state;
    char text[NUMERAL_SHA256_TEXT];
    char letters[120];
    memset(letters, 'a', sizeof letters);
    assert_int_equal(numeral_sha256("abc", 3, text, NULL), NUMERAL_OK);
    assert_string_equal(
        text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(numeral_sha256("", 0, text, NULL), NUMERAL_OK);
    assert_string_equal(
        text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_int_equal(numeral_sha256(letters, 55, text, NULL), NUMERAL_OK);
    assert_string_equal(
        text, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    assert_int_equal(numeral_sha256(letters, 119, text, NULL), NUMERAL_OK);
    assert_string_equal(
        text, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb");
}

#ifndef NUMERAL_HAVE_CURL
static void fetching_may_be_missing(void **state)
{
    (void)state;
    numeral_error err = {0};
    assert_int_equal(numeral_named_set_fetch("mnist", NULL, &err),
                     NUMERAL_ERROR_UNSUPPORTED);
    assert_string_equal(err.text, "train-images-idx3-ubyte.gz: this build of numeral "
                                  "cannot fetch (libcurl)");
}
#endif

static void the_table_is_whole(void **state)
{
    (void)state;
    size_t n = numeral_named_set_count();
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++) {
        const numeral_named *set = &numeral_named_sets[i];
        for (int file = 0; file < NUMERAL_IDX_FILES && !set->built_in; file++) {
            assert_int_equal(strspn(set->sha256[file], "0123456789abcdef"), 64);
            assert_int_equal(strlen(set->sha256[file]), 64);
        }
        assert_ptr_equal(numeral_named_find(set->name), set);
    }
    assert_null(numeral_named_find("nist"));
    assert_string_equal(numeral_named_nearest("nist"), "mnist");
}

static void pen_is_always_there(void **state)
{
    (void)state;
    numeral_load offline = {.offline = true};
    numeral_dataset data = load_ok("pen:test", &offline);
    assert_int_equal(data.n_images, 4000);
    assert_string_equal(data.name, "pen:test");
    numeral_dataset_free(&data);
    numeral_named_set set;
    char folder[4096];
    numeral_named_set_get(2, &set, folder);
    assert_string_equal(set.name, "pen");
    assert_true(set.built_in);
    assert_null(set.found);
    assert_int_equal(numeral_named_set_fetch("pen", NULL, NULL), NUMERAL_OK);
}

/* In a folder of the set's own name, too, only its files are it; the sentence says which
 * place was looked at, in their order. */
static void names_vouch_for_nothing(void **state)
{
    char folder[300];
    char found[4096];
    numeral_named_set set;
    numeral_load offline = {.offline = true};
    snprintf(folder, sizeof folder, "%s/.cache/numeral/mnist", (char *)*state);
    write_idx_set(folder);
    load_fails(
        "mnist:test", &offline, NUMERAL_ERROR_FORMAT,
        ".cache/numeral/mnist/t10k-labels-idx1-ubyte: is not mnist's, its SHA-256 is "
        "another; to read it give the path, not the name: ");
    numeral_named_set_get(0, &set, found);
    assert_null(set.found);
    numeral_dataset data = load_ok(folder, &offline);
    assert_int_equal(data.n_images, 25);
    numeral_dataset_free(&data);

    snprintf(folder, sizeof folder, "%s/data/mnist", (char *)*state);
    write_idx_split(folder, "t10k", 5, 50);
    snprintf(folder, sizeof folder, "%s/data", (char *)*state);
    setenv("NUMERAL_DATA", folder, 1); /* before the cache */
    load_fails("mnist:test", &offline, NUMERAL_ERROR_FORMAT, "data/mnist/t10k-labels");
    load_fails("mnist:train", &offline, NUMERAL_ERROR_FORMAT, "mnist/train-labels");

    snprintf(folder, sizeof folder, "%s/xdg", (char *)*state);
    setenv("XDG_CACHE_HOME", folder, 1);
    load_fails("mnist:train", &offline, NUMERAL_ERROR_NETWORK, "xdg/numeral/mnist");
    setenv("XDG_CACHE_HOME", "relative", 1);
    load_fails("mnist:train", &offline, NUMERAL_ERROR_FORMAT, "mnist/train-labels");
    assert_int_equal(system("rm -r .cache data"), 0);
    isolate(*state);
}

/* Files of MNIST's names that are something else must never be taken for it. */
static void other_files_are_not_taken_for_mnist(void **state)
{
    write_idx_set("data");
    char folder[300];
    char expected[1200];
    char found[4096];
    numeral_named_set set;
    snprintf(folder, sizeof folder, "%s/data", (char *)*state);
    setenv("NUMERAL_DATA", folder, 1);
    numeral_load offline = {.offline = true};
    snprintf(expected, sizeof expected,
             "mnist: not in %s/mnist, %s, %s/.cache/numeral/mnist; put "
             "its four files into a folder and name that in NUMERAL_DATA, or take pen, "
             "digits made here (fetching is off)",
             folder, folder, (char *)*state);
    load_fails("mnist:test", &offline, NUMERAL_ERROR_NETWORK, expected);
    load_fails("mnist", &offline, NUMERAL_ERROR_NETWORK, "fetching is off");
    numeral_named_set_get(0, &set, found);
    assert_null(set.found);
    isolate(*state);
}

/* $NUMERAL_DATA as it was, if it holds such files. */
static char real_data[4096];

/* Where this machine has the real files, they are known by their digests. */
static void mnist_is_not_taken_for_fashion(void **state)
{
    if (!real_data[0]) {
        skip();
    }
    setenv("NUMERAL_DATA", real_data, 1);
    numeral_load offline = {.offline = true};
    numeral_dataset data = load_ok("mnist:test", &offline);
    assert_int_equal(data.n_images, 10000);
    assert_int_equal(data.labels[0], 7);
    numeral_dataset_free(&data);
    numeral_dataset other = {0};
    numeral_error err = {0};
    if (numeral_dataset_load("fashion-mnist:test", &offline, &other, &err) ==
        NUMERAL_OK) {
        assert_int_equal(other.labels[0], 9); /* the system's own, an ankle boot */
        numeral_dataset_free(&other);
    } else {
        expect_text(err.text, "fetching is off");
    }
    isolate(*state);
}

#ifdef NUMERAL_HAVE_CURL
/* The digest of a string's bytes, and its file in `folder`. */
static void write_mirror(const char *folder, const char *name, const char *text,
                         char digest[NUMERAL_SHA256_TEXT])
{
    free(write_file_in(folder, name, text, strlen(text)));
    assert_int_equal(numeral_sha256(text, strlen(text), digest, NULL), NUMERAL_OK);
}

static void expect_file(const char *path, const char *text)
{
    numeral_bytes bytes;
    assert_int_equal(numeral_bytes_read(path, 1 << 20, &bytes, NULL), NUMERAL_OK);
    assert_int_equal(bytes.size, strlen(text));
    assert_memory_equal(bytes.data, text, bytes.size);
    numeral_bytes_free(&bytes);
}

static numeral_status fetch(const char *const *bases, const char *name,
                            const char *digest, const numeral_progress *progress,
                            numeral_error *err)
{
    numeral_run run = {.progress = progress};
    return numeral_fetch(bases, "got", name, digest, 1 << 16, &run, err);
}

static bool count_reports(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    expect_text(what, "fetching ");
    return --*(int *)context > 0;
}

static void fetches_from_the_first_good_mirror(void **state)
{
    char good[400];
    char bad[400];
    char digest[NUMERAL_SHA256_TEXT];
    write_mirror("wrong", "file", "something else", digest);
    write_mirror("right", "file", "what is wanted", digest);
    snprintf(good, sizeof good, "file://%s/right", (char *)*state);
    snprintf(bad, sizeof bad, "file://%s/wrong/", (char *)*state);
    const char *const bases[] = {"file:///nowhere/", bad, good, NULL};
    int reports = 1000;
    numeral_progress progress = {count_reports, &reports};
    assert_int_equal(fetch(bases, "file", digest, &progress, NULL), NUMERAL_OK);
    assert_true(reports < 1000);
    expect_file("got/file", "what is wanted");
    assert_int_equal(numeral_path_look("got/file.part"), NUMERAL_PATH_NONE);
}

static void fetch_failures(void **state)
{
    char base[400];
    char digest[NUMERAL_SHA256_TEXT];
    numeral_error err = {0};
    write_mirror("right", "thing", "never to be seen", digest);
    snprintf(base, sizeof base, "file://%s/right/", (char *)*state);
    const char *const bases[] = {base, NULL};
    char zeros[NUMERAL_SHA256_TEXT];
    memset(zeros, '0', 64);
    zeros[64] = '\0';
    assert_int_equal(fetch(bases, "thing", zeros, NULL, &err), NUMERAL_ERROR_FORMAT);
    expect_text(err.text, "right/thing: SHA-256 of the unpacked bytes is ");
    expect_text(err.text, digest);
    assert_int_equal(numeral_path_look("got/thing"), NUMERAL_PATH_NONE);
    assert_int_equal(numeral_path_look("got/thing.part"), NUMERAL_PATH_NONE);

    int reports = 1;
    numeral_progress stop = {count_reports, &reports};
    assert_int_equal(fetch(bases, "thing", digest, &stop, &err), NUMERAL_ERROR_CANCELLED);
    expect_text(err.text, "right/thing: fetching was cancelled");

    const char *const nowhere[] = {"file:///nowhere", NULL};
    assert_int_equal(fetch(nowhere, "thing", digest, NULL, &err), NUMERAL_ERROR_NETWORK);
    expect_text(err.text, "file:///nowhere/thing: cannot fetch: ");
    const char *const gopher[] = {"gopher://localhost", NULL};
    assert_int_equal(fetch(gopher, "thing", digest, NULL, &err), NUMERAL_ERROR_NETWORK);

    assert_int_equal(truncate("right/thing", (1 << 16) + (1 << 13)), 0);
    assert_int_equal(fetch(bases, "thing", digest, NULL, &err), NUMERAL_ERROR_LIMIT);
    expect_text(err.text, "right/thing: more than the 69697 bytes allowed");
    assert_int_equal(numeral_path_look("got/thing.part"), NUMERAL_PATH_NONE);

    free(write_file_in("taken", "file", "", 0));
    assert_int_equal(numeral_fetch(bases, "taken/file", "x", digest, 1 << 16, NULL, &err),
                     NUMERAL_ERROR_IO);
    expect_text(err.text, "taken/file");
}

/* While another fetches into the folder, its half of a file is left alone. */
static void two_may_fetch_at_once(void **state)
{
    char base[400];
    char digest[NUMERAL_SHA256_TEXT];
    numeral_error err = {0};
    write_mirror("right", "both", "what is wanted", digest);
    free(write_file_in("got", "both.part", "another's ha", 12));
    snprintf(base, sizeof base, "file://%s/right/", (char *)*state);
    const char *const bases[] = {base, NULL}, *const nowhere[] = {"file:///nowhere",
                                                                  NULL};
    int other = open("got", O_RDONLY | O_DIRECTORY);
    assert_int_equal(flock(other, LOCK_EX), 0);
    assert_int_equal(fetch(nowhere, "both", digest, NULL, &err), NUMERAL_ERROR_NETWORK);
    if (fetch(bases, "both", digest, NULL, &err)) {
        fail_msg("%s", err.text);
    }
    expect_file("got/both", "what is wanted");
    expect_file("got/both.part", "another's ha");
    close(other);
    assert_int_equal(system("test -z \"$(ls -A got | grep numeral-)\""), 0);
    assert_int_equal(fetch(bases, "both", digest, NULL, &err), NUMERAL_OK);
    assert_int_equal(numeral_path_look("got/both.part"), NUMERAL_PATH_NONE);
}

/* A web server for a few requests: each is answered by `answers[i]`, with TAIL standing
 * for the bytes from the Range header's start on. */
typedef struct server {
    int listener;
    const char *const *answers;
    int n_answers;
    char requests[4][2048];
    pthread_t thread;
    char base[64];
} server;

static void *serve(void *context)
{
    server *s = context;
    for (int i = 0; i < s->n_answers; i++) {
        int client = accept(s->listener, NULL, NULL);
        long got = recv(client, s->requests[i], sizeof s->requests[i] - 1, 0);
        s->requests[i][got > 0 ? got : 0] = '\0';
        send(client, s->answers[i], strlen(s->answers[i]), MSG_NOSIGNAL);
        shutdown(client, SHUT_RDWR);
        close(client);
    }
    return NULL;
}

static void start_server(server *s, const char *const *answers, int n_answers)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    *s = (server){.answers = answers, .n_answers = n_answers};
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(s->listener, 4), 0);
    getsockname(s->listener, (struct sockaddr *)&address, &length);
    snprintf(s->base, sizeof s->base, "http://127.0.0.1:%d", ntohs(address.sin_port));
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop_server(server *s)
{
    pthread_join(s->thread, NULL);
    close(s->listener);
}

static void goes_on_where_a_transfer_broke(void **state)
{
    (void)state;
    char digest[NUMERAL_SHA256_TEXT];
    numeral_error err = {0};
    write_mirror("right", "long", "one two three", digest);
    static const char *const answers[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\none two",
        "HTTP/1.1 206 Partial\r\nContent-Length: 6\r\nContent-Range: bytes "
        "7-12/13\r\n\r\n"
        " three"};
    server s;
    start_server(&s, answers, 2);
    const char *const bases[] = {s.base, NULL};
    assert_int_equal(fetch(bases, "long", digest, NULL, &err), NUMERAL_ERROR_NETWORK);
    expect_text(err.text, "/long: cannot fetch: ");
    expect_file("got/long.part", "one two");
    assert_int_equal(fetch(bases, "long", digest, NULL, &err), NUMERAL_OK);
    stop_server(&s);
    expect_text(s.requests[1], "Range: bytes=7-");
    expect_text(s.requests[1], "User-Agent: numeral/");
    expect_file("got/long", "one two three");
}

static void begins_anew_where_ranges_are_unknown(void **state)
{
    (void)state;
    char digest[NUMERAL_SHA256_TEXT];
    write_mirror("right", "anew", "one two three", digest);
    static const char *const whole =
        "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\none two three";
    const char *const unknown[] = {whole, whole};
    const char *const refused[] = {"HTTP/1.1 416 Range\r\nContent-Length: 0\r\n\r\n",
                                   whole};
    for (int i = 0; i < 2; i++) {
        server s;
        free(write_file_in("got", "anew.part", "stale bytes here", 16));
        start_server(&s, i ? refused : unknown, 2);
        const char *const bases[] = {s.base, NULL};
        numeral_error err = {0};
        if (fetch(bases, "anew", digest, NULL, &err)) {
            fail_msg("%s", err.text);
        }
        stop_server(&s);
        expect_file("got/anew", "one two three");
        assert_int_equal(remove("got/anew"), 0);
    }
}

static void redirections_leave_no_local_files(void **state)
{
    char answer[600];
    char digest[NUMERAL_SHA256_TEXT];
    numeral_error err = {0};
    write_mirror("right", "secret", "a local file", digest);
    snprintf(answer, sizeof answer,
             "HTTP/1.1 302 Found\r\nLocation: file://%s/right/secret\r\n"
             "Content-Length: 0\r\n\r\n",
             (char *)*state);
    const char *const answers[] = {answer};
    server s;
    start_server(&s, answers, 1);
    const char *const bases[] = {s.base, NULL};
    assert_int_equal(fetch(bases, "secret", digest, NULL, &err), NUMERAL_ERROR_NETWORK);
    stop_server(&s);
    assert_int_equal(numeral_path_look("got/secret"), NUMERAL_PATH_NONE);
}

static void sets_are_fetched_from_ones_own_mirror(void **state)
{
    char mirror[400];
    numeral_error err = {0};
    write_idx_set("mirror/mnist");
    assert_int_equal(system("gzip mirror/mnist/*"), 0);
    snprintf(mirror, sizeof mirror, "file://%s/mirror", (char *)*state);
    setenv("NUMERAL_MIRROR", mirror, 1);
    assert_int_equal(numeral_named_set_fetch("mnist", NULL, &err), NUMERAL_ERROR_FORMAT);
    expect_text(err.text, "mirror/mnist/train-images-idx3-ubyte.gz: SHA-256 of the");
    load_fails("mnist", NULL, NUMERAL_ERROR_FORMAT, "SHA-256 of the");
    assert_int_equal(numeral_named_set_fetch("mnst", NULL, &err), NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text,
                        "mnst: no data set of that name is known; did you mean mnist?");
    unsetenv("HOME");
    assert_int_equal(numeral_named_set_fetch("mnist", NULL, &err), NUMERAL_ERROR_IO);
    assert_string_equal(err.text,
                        "mnist: no place to fetch it to: set HOME or XDG_CACHE_HOME");
    isolate(*state);
}
#endif

/* The digests of the files in `folder`. */
static void digests_of(const char *folder,
                       char digests[NUMERAL_IDX_FILES][NUMERAL_SHA256_TEXT])
{
    for (unsigned i = 0; i < NUMERAL_IDX_FILES; i++) {
        char path[100];
        numeral_bytes bytes;
        snprintf(path, sizeof path, "%s/%s", folder, numeral_idx_file_name(i));
        assert_int_equal(numeral_bytes_read(path, 1 << 20, &bytes, NULL), NUMERAL_OK);
        numeral_sha256(bytes.data, bytes.size, digests[i], NULL);
        numeral_bytes_free(&bytes);
    }
}

static numeral_status load_own(char digests[NUMERAL_IDX_FILES][NUMERAL_SHA256_TEXT],
                               numeral_error *err)
{
    const char *list[NUMERAL_IDX_FILES];
    numeral_dataset data = {0};
    for (unsigned i = 0; i < NUMERAL_IDX_FILES; i++) {
        list[i] = digests[i];
    }
    numeral_status status =
        numeral_idx_set_load("own", "mine", list, NUMERAL_SPLIT_ALL, &data, err);
    numeral_dataset_free(&data);
    return status;
}

static void digests_decide(void **state)
{
    (void)state;
    char digests[NUMERAL_IDX_FILES][NUMERAL_SHA256_TEXT];
    numeral_error err;
    write_idx_set("own");
    digests_of("own", digests);
    for (int time = 0; time < 2; time++) { /* looked at, and remembered */
        assert_int_equal(load_own(digests, &err), NUMERAL_OK);
        for (unsigned i = 0; i < NUMERAL_IDX_FILES; i++) {
            digests[i][0] ^= 1;
            assert_int_equal(load_own(digests, &err), NUMERAL_ERROR_FORMAT);
            expect_text(err.text, ": is not mine's, its SHA-256 is another; ");
            digests[i][0] ^= 1;
        }
    }
}

/* What was found once is believed until the file changes, and no longer. */
static void digests_are_remembered(void **state)
{
    (void)state;
    char digests[NUMERAL_IDX_FILES][NUMERAL_SHA256_TEXT];
    char labels[] = "own/t10k-labels-idx1-ubyte";
    struct stat about;
    numeral_error err;
    assert_int_equal(system("rm -rf own .cache"), 0);
    write_idx_set("own");
    digests_of("own", digests);
    digests[NUMERAL_IDX_TEST_LABELS][0] ^= 1;
    assert_int_equal(load_own(digests, &err), NUMERAL_ERROR_FORMAT);
    assert_int_equal(stat(labels, &about), 0);
    assert_false(numeral_verified_before(&about, digests[NUMERAL_IDX_TEST_LABELS]));
    numeral_verified_remember(&about, digests[NUMERAL_IDX_TEST_LABELS]);
    assert_true(numeral_verified_before(&about, digests[NUMERAL_IDX_TEST_LABELS]));
    assert_int_equal(load_own(digests, &err), NUMERAL_OK);
    digests[NUMERAL_IDX_TEST_LABELS][0] ^= 1;

    assert_int_equal(load_own(digests, &err), NUMERAL_OK);
    int file = open(labels, O_WRONLY);
    assert_int_equal(pwrite(file, "\7", 1, 9), 1); /* another label, the same size */
    const struct timespec times[] = {about.st_atim, about.st_mtim};
    assert_int_equal(futimens(file, times), 0);
    close(file);
    assert_int_equal(load_own(digests, &err), NUMERAL_ERROR_FORMAT);

    write_idx_set("own");
    setenv("HOME", "/proc/nowhere", 1); /* nothing can be remembered there */
    assert_int_equal(load_own(digests, &err), NUMERAL_OK);
    isolate(*state);
}

int main(void)
{
    const char *data = getenv("NUMERAL_DATA");
    snprintf(real_data, sizeof real_data, "%s", data ? data : "");
    if (!numeral_idx_set_present(real_data, NUMERAL_SPLIT_ALL)) {
        real_data[0] = '\0';
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_whole),
        cmocka_unit_test(pen_is_always_there),
        cmocka_unit_test(names_vouch_for_nothing),
        cmocka_unit_test(other_files_are_not_taken_for_mnist),
        cmocka_unit_test(sha256_of_known_texts),
        cmocka_unit_test(mnist_is_not_taken_for_fashion),
        cmocka_unit_test(digests_decide),
        cmocka_unit_test(digests_are_remembered),
#ifndef NUMERAL_HAVE_CURL
        cmocka_unit_test(fetching_may_be_missing),
#endif
#ifdef NUMERAL_HAVE_CURL
        cmocka_unit_test(fetches_from_the_first_good_mirror),
        cmocka_unit_test(fetch_failures),
        cmocka_unit_test(two_may_fetch_at_once),
        cmocka_unit_test(goes_on_where_a_transfer_broke),
        cmocka_unit_test(begins_anew_where_ranges_are_unknown),
        cmocka_unit_test(redirections_leave_no_local_files),
        cmocka_unit_test(sets_are_fetched_from_ones_own_mirror),
#endif
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
