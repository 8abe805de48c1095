/* Fetching with libcurl. Bytes go to NAME.part, which the next attempt continues by a
 * range request; only when the whole file is there and its digest is right does it become
 * NAME. A server that knows no ranges, or a partial file that turns out wrong, costs one
 * more attempt from the beginning. Whoever fetches into a folder locks it; another who
 * comes meanwhile fetches under a hidden name, and continues nothing. */
#include "data/fetch.h"

#include "base/fail.h"
#include "numeral_config.h"

#ifdef NUMERAL_HAVE_CURL
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#include "base/files.h"
#include "base/late.h"
#include "base/memory.h"
#include "base/output.h"
#include "base/run.h"
#include "base/text.h"
#include "base/under_way.h"
#include "data/idx_set.h"

#ifdef NUMERAL_LATE
#include "base/late/late_curl.h"
#endif

enum { RANGE_NOT_SATISFIABLE = 416 };
/* A server that answers is waited for, one that gives less than 1 kB/s is not. */
enum { CONNECT_SECONDS = 15, STALL_SECONDS = 20, STALL_RATE = 1000 };

typedef struct transfer {
    const char *url, *name, *partial; /* `partial` is where the bytes go */
    const numeral_progress *progress;
    int file;
    size_t most_bytes; /* unpacked */
    curl_off_t size;   /* of the partial file now */
    bool write_failed, cancelled, too_large, bad_range;
} transfer;

/* Packed it may be larger, by its head and a little. */
static curl_off_t most_sent(const transfer *t)
{
    return (curl_off_t)(t->most_bytes + t->most_bytes / 1000 + 4096);
}

static size_t take_bytes(char *bytes, size_t size, size_t count, void *context)
{
    transfer *t = context;
    size_t n = size * count;
    t->too_large = t->size + (curl_off_t)n > most_sent(t);
    t->write_failed = !t->too_large && !numeral_file_write(t->file, bytes, n);
    if (t->too_large || t->write_failed) {
        return 0; /* ends the transfer */
    }
    t->size += (curl_off_t)n;
    return n;
}

static int tell_progress(void *context, curl_off_t total, curl_off_t now, curl_off_t up,
                         curl_off_t up_now)
{
    (void)up;
    (void)up_now;
    transfer *t = context;
    curl_off_t before = t->size - now; /* what an earlier attempt left */
    uint64_t done = t->size > 0 ? (uint64_t)t->size : 0;
    uint64_t all = total > 0 && before >= 0 ? (uint64_t)(total + before) : 0;
    char what[128];
    snprintf(what, sizeof what, "fetching %.100s", t->name);
    t->cancelled =
        numeral_progress_report(t->progress, what, done, all, NULL) != NUMERAL_OK;
    return t->cancelled;
}

static void set_options(CURL *curl, transfer *t, char *text)
{
    curl_easy_setopt(curl, CURLOPT_URL, t->url);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, text);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https,file");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS,
                     (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS | CURLPROTO_FILE));
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS,
                     (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "numeral/" NUMERAL_VERSION);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_RATE);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
    curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, t->size);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, tell_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
}

static numeral_status explain(const transfer *t, CURLcode code, const char *text,
                              numeral_error *err)
{
    if (t->cancelled) {
        return numeral_fail(err, NUMERAL_ERROR_CANCELLED, "%s: fetching was cancelled",
                            t->url);
    }
    if (t->too_large) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: more than the %ld bytes allowed", t->url,
                            (long)most_sent(t));
    }
    if (t->write_failed) {
        return numeral_fail_system(err, t->partial, "write");
    }
    return numeral_fail(err, NUMERAL_ERROR_NETWORK, "%s: cannot fetch: %.160s", t->url,
                        text[0] ? text : curl_easy_strerror(code));
}

/* Appends what is missing to the open partial file. */
static numeral_status run_transfer(transfer *t, numeral_error *err)
{
    char text[CURL_ERROR_SIZE] = "";
    numeral_status loaded = NUMERAL_LATE_LOAD(err);
    if (loaded != NUMERAL_OK) {
        return loaded;
    }
    CURL *curl = curl_easy_init();
    if (!curl) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "libcurl does not start");
    }
    set_options(curl, t, text);
    CURLcode code = curl_easy_perform(curl);
    long answer = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
    curl_easy_cleanup(curl);
    t->bad_range = code == CURLE_RANGE_ERROR || code == CURLE_BAD_DOWNLOAD_RESUME ||
                   answer == RANGE_NOT_SATISFIABLE;
    return code == CURLE_OK ? NUMERAL_OK : explain(t, code, text, err);
}

static numeral_status open_and_run(transfer *t, numeral_error *err)
{
    const numeral_file_operations *files = numeral_get_file_operations();
    struct stat about;
    numeral_status status = NUMERAL_OK;
    t->file = files->open(t->partial,
                          O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (t->file < 0) {
        return numeral_fail_system(err, t->partial, "create");
    }
    if (files->stat(t->file, &about) != 0) {
        TRY(numeral_fail_system(err, t->partial, "create"));
    }
    t->size = about.st_size;
    status = run_transfer(t, err);
    if (status == NUMERAL_OK && files->sync(t->file) != 0 && errno != EINVAL) {
        status = numeral_fail_system(err, t->partial, "sync");
    }
    if (status != NUMERAL_OK && files->stat(t->file, &about) == 0 && about.st_size == 0) {
        files->unlink(t->partial); /* nothing to continue */
    }
done:
    files->close(t->file);
    return status;
}

/* One mirror: continues a partial file, and begins anew once where that did not do. What
 * a broken connection left is kept for the next attempt. */
static numeral_status fetch_from(transfer *t, const char *path, const char *sha256,
                                 numeral_error *err)
{
    const numeral_file_operations *files = numeral_get_file_operations();
    for (;;) {
        bool continued = numeral_path_look(t->partial) == NUMERAL_PATH_FILE;
        t->bad_range = false;
        t->too_large = false;
        numeral_status status = open_and_run(t, err);
        bool fetched = status == NUMERAL_OK;
        if (fetched) {
            status =
                numeral_idx_file_check(t->partial, t->url, sha256, t->most_bytes, err);
        }
        if (status == NUMERAL_OK) {
            return files->rename(t->partial, path) == 0
                       ? NUMERAL_OK
                       : numeral_fail_system(err, path, "finish");
        }
        if (!fetched && !t->bad_range && !t->too_large) {
            return status;
        }
        files->unlink(t->partial);
        if (!continued) {
            return status;
        }
    }
}

/* What is to be fetched. */
typedef struct wanted {
    const char *const *bases; /* NULL-terminated */
    const char *name, *sha256;
    size_t most_bytes;
    const numeral_run *run;
} wanted;

/* From one mirror after another, to `partial` and then `path`. */
static numeral_status fetch_from_any(const wanted *what, const char *partial,
                                     const char *path, numeral_error *err)
{
    char url[NUMERAL_PATH_BYTES];
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; what->bases[i]; i++) {
        const char *base = what->bases[i];
        const char *slash = numeral_text_ends(base, "/") ? "" : "/";
        TRY(numeral_path_print(url, err, "%s%s%s", base, slash, what->name));
        transfer t = {.url = url,
                      .name = what->name,
                      .partial = partial,
                      .most_bytes = what->most_bytes,
                      .progress = numeral_run_or_default(what->run)->progress};
        status = fetch_from(&t, path, what->sha256, err);
        if (status == NUMERAL_OK || t.cancelled || t.write_failed ||
            status == NUMERAL_ERROR_UNSUPPORTED) {
            break;
        }
    }
done:
    return status;
}

/* Beside another who fetches the same. */
static numeral_status fetch_hidden(const wanted *what, const char *path,
                                   numeral_error *err)
{
    numeral_under_way under_way;
    char *hidden = numeral_path_hidden(path, err);
    if (!hidden) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_under_way_lock();
    numeral_under_way_add(&under_way, hidden, false);
    numeral_under_way_unlock();
    numeral_status status = fetch_from_any(what, hidden, path, err);
    numeral_under_way_lock();
    numeral_get_file_operations()->unlink(hidden); /* where it did not become `path` */
    numeral_under_way_remove(&under_way);
    numeral_under_way_unlock();
    numeral_release(hidden);
    return status;
}

numeral_status numeral_fetch(const char *const *bases, const char *folder,
                             const char *name, const char *sha256, size_t most_bytes,
                             const numeral_run *run, numeral_error *err)
{
    const wanted what = {bases, name, sha256, most_bytes, run};
    const numeral_file_operations *files = numeral_get_file_operations();
    char path[NUMERAL_PATH_BYTES];
    char partial[NUMERAL_PATH_BYTES];
    int lock = -1;
    numeral_status status = NUMERAL_OK;
    TRY(numeral_path_print(path, err, "%s/%s", folder, name));
    TRY(numeral_path_print(partial, err, "%s.part", path));
    TRY(numeral_folder_create(folder, err));
    lock = files->open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (lock < 0) {
        TRY(numeral_fail_system(err, folder, "open folder"));
    }
    status = flock(lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
                 ? fetch_from_any(&what, partial, path, err)
                 : fetch_hidden(&what, path, err);
done:
    if (lock >= 0) {
        files->close(lock);
    }
    return status;
}
#else
numeral_status numeral_fetch(const char *const *bases, const char *folder,
                             const char *name, const char *sha256, size_t most_bytes,
                             const numeral_run *run, numeral_error *err)
{
    (void)bases;
    (void)folder;
    (void)sha256;
    (void)most_bytes;
    (void)run;
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "%s: this build of numeral cannot fetch (libcurl)", name);
}
#endif
