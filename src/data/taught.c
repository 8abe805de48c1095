/* Writing taught digits: one change, one transaction, on the disk when the call returns.
 *
 * The log is written ahead (WAL) and synced with each commit, so that readers in other
 * processes see whole digits and never wait. That one process alone writes is kept by a
 * lock of the whole file (flock), which SQLite's own locks of byte ranges do not meet. */
#include <errno.h>
#include <string.h>

#include <numeral/image.h>
#include <numeral/runtime.h>

#include "base/fail.h"
#include "base/file_lock.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/taught_db.h"

#ifdef NUMERAL_HAVE_SQLITE

struct numeral_taught {
    char *path;
    int file; /* locked; -1: not yet */
    sqlite3 *db;
    sqlite3_stmt *insert, *remove, *select;
    bool full;
};

/* What the database refused, remembering whether it was for want of room: no space, no
 * quota, or the limit of the size of files. errno is the system's of the step that failed
 * (sqlite3_system_errno does not tell of a commit). */
static numeral_status refuse(numeral_taught *taught, const char *verb, numeral_error *err)
{
    int why = errno;
    int code = sqlite3_errcode(taught->db) & 0xff;
    taught->full =
        code == SQLITE_FULL ||
        (code == SQLITE_IOERR && (why == ENOSPC || why == EDQUOT || why == EFBIG));
    return taught->full
               ? numeral_fail(err, NUMERAL_ERROR_IO,
                              "%.300s: cannot %s: the disk is full", taught->path, verb)
               : numeral_taught_fail(taught->db, taught->path, verb, err);
}

static numeral_status lock(numeral_taught *taught, bool *made, numeral_error *err)
{
    bool locked = false;
    numeral_status status =
        numeral_file_lock(taught->path, &taught->file, made, &locked, err);
    return status == NUMERAL_OK && !locked
               ? numeral_fail(err, NUMERAL_ERROR_IO,
                              "%.300s: is in use by another service; one at a time may "
                              "be taught into a file",
                              taught->path)
               : status;
}

static numeral_status prepare(numeral_taught *taught, const char *sql, sqlite3_stmt **out,
                              numeral_error *err)
{
    return sqlite3_prepare_v3(taught->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out,
                              NULL) == SQLITE_OK
               ? NUMERAL_OK
               : numeral_taught_fail(taught->db, taught->path, "use", err);
}

/* The header and the table come before the log: they are in the file from the start. */
static numeral_status open_database(numeral_taught *taught, numeral_error *err)
{
    const char *path = taught->path;
    int64_t n_pages = 0, damage = 0;
    numeral_status status;
    TRY(numeral_taught_connect(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                               &taught->db, err));
    TRY(numeral_taught_ask(taught->db, "PRAGMA page_count", path, &n_pages, err));
    if (n_pages == 0) {
        TRY(numeral_taught_make(taught->db, path, err));
    }
    TRY(numeral_taught_check(taught->db, path, err));
    TRY(numeral_taught_ask(taught->db,
                           "SELECT count(*) FROM pragma_quick_check(1) "
                           "WHERE quick_check <> 'ok'",
                           path, &damage, err));
    if (damage) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "%.300s: is damaged; sqlite3 FILE .recover saves what is left",
                         path));
    }
    TRY(numeral_taught_run(taught->db,
                           "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                           "PRAGMA journal_size_limit=4194304",
                           path, err));
    TRY(prepare(taught, NUMERAL_TAUGHT_INSERT, &taught->insert, err));
    TRY(prepare(taught, "DELETE FROM digits WHERE id = ?", &taught->remove, err));
    status = prepare(taught, NUMERAL_TAUGHT_SELECT, &taught->select, err);
done:
    return status;
}

numeral_status numeral_taught_open(const char *path, numeral_taught **out,
                                   numeral_error *err)
{
    bool made = false;
    numeral_status status;
    numeral_taught *taught = numeral_allocate_zero(1, sizeof *taught, err);
    TRY_ALLOC(taught);
    taught->file = -1;
    TRY_ALLOC(taught->path = numeral_copy_text(path, strlen(path), err));
    TRY(lock(taught, &made, err));
    TRY(open_database(taught, err));
    *out = taught;
    return NUMERAL_OK;
done:
    numeral_taught_close(taught);
    if (made) {
        numeral_get_file_operations()->unlink(path);
    }
    return status;
}

void numeral_taught_close(numeral_taught *taught)
{
    if (!taught) {
        return;
    }
    sqlite3_finalize(taught->insert);
    sqlite3_finalize(taught->remove);
    sqlite3_finalize(taught->select);
    sqlite3_close(taught->db);
    if (taught->file >= 0) {
        numeral_file_unlock(taught->file);
    }
    numeral_release(taught->path);
    numeral_release(taught);
}

static numeral_status check_digit(const numeral_taught *taught,
                                  const numeral_taught_digit *digit, numeral_error *err)
{
    size_t size;
    if (!numeral_size_multiply(digit->height, digit->width, &size) || size == 0 ||
        size > NUMERAL_MAX_PIXELS) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%.300s: a digit of %zu × %zu pixels cannot be kept",
                            taught->path, digit->height, digit->width);
    }
    if (!digit->label[0] || !numeral_text_is_utf8(digit->label) ||
        !numeral_text_is_utf8(digit->source)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%.300s: a digit's label and source must be UTF-8, and the "
                            "label not empty",
                            taught->path);
    }
    return NUMERAL_OK;
}

numeral_status numeral_taught_add(numeral_taught *taught,
                                  const numeral_taught_digit *digit, int64_t *id,
                                  numeral_error *err)
{
    numeral_status status = check_digit(taught, digit, err);
    taught->full = false;
    errno = 0;
    if (status == NUMERAL_OK) {
        /* outside a transaction a statement commits by itself */
        status = numeral_taught_insert(taught->insert, digit)
                     ? NUMERAL_OK
                     : refuse(taught, "add a digit", err);
        sqlite3_reset(taught->insert);
        sqlite3_clear_bindings(taught->insert);
    }
    if (status == NUMERAL_OK) {
        *id = sqlite3_last_insert_rowid(taught->db);
    }
    return status;
}

numeral_status numeral_taught_remove(numeral_taught *taught, int64_t id, bool *found,
                                     numeral_error *err)
{
    taught->full = false;
    sqlite3_bind_int64(taught->remove, 1, id);
    errno = 0;
    numeral_status status = sqlite3_step(taught->remove) == SQLITE_DONE
                                ? NUMERAL_OK
                                : refuse(taught, "take a digit away", err);
    if (status == NUMERAL_OK && found) {
        *found = sqlite3_changes(taught->db) > 0;
    }
    sqlite3_reset(taught->remove);
    return status;
}

numeral_status numeral_taught_each(numeral_taught *taught, int64_t after,
                                   bool (*see)(void *context,
                                               const numeral_taught_digit *digit),
                                   void *context, numeral_error *err)
{
    sqlite3_stmt *select = taught->select;
    numeral_status status = NUMERAL_OK;
    bool more = true;
    sqlite3_bind_int64(select, 1, after);
    while (more) {
        numeral_taught_digit digit;
        errno = 0;
        int step = sqlite3_step(select);
        if (step == SQLITE_DONE) {
            break;
        }
        if (step != SQLITE_ROW) {
            TRY(refuse(taught, "read", err));
        }
        if (!numeral_taught_row(select, &digit)) {
            TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                             "%.300s: row %lld is no digit with a label", taught->path,
                             (long long)sqlite3_column_int64(select, 0)));
        }
        more = see(context, &digit);
    }
done:
    sqlite3_reset(select);
    return status;
}

bool numeral_taught_is_full(const numeral_taught *taught)
{
    return taught->full;
}

#else

static numeral_status fail_missing(numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "taught digits need a build with SQLite");
}

numeral_status numeral_taught_open(const char *path, numeral_taught **out,
                                   numeral_error *err)
{
    (void)path;
    (void)out;
    return fail_missing(err);
}

void numeral_taught_close(numeral_taught *taught)
{
    (void)taught;
}

numeral_status numeral_taught_add(numeral_taught *taught,
                                  const numeral_taught_digit *digit, int64_t *id,
                                  numeral_error *err)
{
    (void)taught;
    (void)digit;
    (void)id;
    return fail_missing(err);
}

numeral_status numeral_taught_remove(numeral_taught *taught, int64_t id, bool *found,
                                     numeral_error *err)
{
    (void)taught;
    (void)id;
    (void)found;
    return fail_missing(err);
}

numeral_status numeral_taught_each(numeral_taught *taught, int64_t after,
                                   bool (*see)(void *context,
                                               const numeral_taught_digit *digit),
                                   void *context, numeral_error *err)
{
    (void)taught;
    (void)after;
    (void)see;
    (void)context;
    return fail_missing(err);
}

bool numeral_taught_is_full(const numeral_taught *taught)
{
    (void)taught;
    return false;
}
#endif
