/* Databases of taught digits: connecting, the table, and what tells ours from others.
 *
 * A file may come from anywhere. So nothing in it is run: no view, trigger or computed
 * column takes part in reading, and SQLite's own defences are on. SQLite opens files
 * itself, since the newest digits may lie in the log beside the database. */
#include "data/taught_db.h"

#include <stdio.h>
#include <string.h>

#include <numeral/image.h>

#include "base/fail.h"
#include "base/memory.h"

const char numeral_taught_magic[16] = "SQLite format 3";

#ifdef NUMERAL_HAVE_SQLITE

numeral_status numeral_taught_fail(sqlite3 *db, const char *name, const char *verb,
                                   numeral_error *err)
{
    switch (db ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM) {
    case SQLITE_NOMEM:
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "%.300s: out of memory", name);
    case SQLITE_BUSY:
        return numeral_fail(err, NUMERAL_ERROR_IO,
                            "%.300s: cannot %s: another program holds it", name, verb);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%.300s: is a damaged database: %.100s; sqlite3 FILE "
                            ".recover saves what is left",
                            name, sqlite3_errmsg(db));
    default:
        return numeral_fail(err, NUMERAL_ERROR_IO, "%.300s: cannot %s: %.150s", name,
                            verb, sqlite3_errmsg(db));
    }
}

numeral_status numeral_taught_run(sqlite3 *db, const char *sql, const char *name,
                                  numeral_error *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? NUMERAL_OK
               : numeral_taught_fail(db, name, "use", err);
}

numeral_status numeral_taught_ask(sqlite3 *db, const char *sql, const char *name,
                                  int64_t *out, numeral_error *err)
{
    sqlite3_stmt *ask = NULL;
    bool good = sqlite3_prepare_v2(db, sql, -1, &ask, NULL) == SQLITE_OK &&
                sqlite3_step(ask) == SQLITE_ROW;
    if (good) {
        *out = sqlite3_column_int64(ask, 0);
    }
    numeral_status status =
        good ? NUMERAL_OK : numeral_taught_fail(db, name, "read", err);
    sqlite3_finalize(ask);
    return status;
}

numeral_status numeral_taught_connect(const char *path, int flags, sqlite3 **out,
                                      numeral_error *err)
{
    sqlite3 *db = NULL;
    numeral_status status;
    /* "./" keeps SQLite from seeing more than a file in ":memory:" or "file:..." */
    size_t room = strlen(path) + sizeof "./";
    char *plain = numeral_allocate(room, 1, err);
    TRY_ALLOC(plain);
    snprintf(plain, room, "%s%s", path[0] == '/' ? "" : "./", path);
    if (sqlite3_open_v2(plain, &db, flags, NULL) != SQLITE_OK) {
        TRY(numeral_taught_fail(db, path, "open", err));
    }
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_busy_timeout(db, 5000);
    *out = db;
    db = NULL;
done:
    sqlite3_close(db);
    numeral_release(plain);
    return status;
}

numeral_status numeral_taught_make(sqlite3 *db, const char *name, numeral_error *err)
{
    char head[100];
    numeral_status status;
    snprintf(head, sizeof head, "PRAGMA application_id=%d; PRAGMA user_version=%d",
             NUMERAL_TAUGHT_ID, NUMERAL_TAUGHT_VERSION);
    TRY(numeral_taught_run(
        db,
        "BEGIN IMMEDIATE;"
        "CREATE TABLE digits(id INTEGER PRIMARY KEY AUTOINCREMENT, image BLOB NOT NULL,"
        " height INTEGER NOT NULL, width INTEGER NOT NULL, label TEXT NOT NULL,"
        " source TEXT NOT NULL, created TEXT NOT NULL,"
        " CHECK (length(image) = height * width))",
        name, err));
    TRY(numeral_taught_run(db, head, name, err));
    status = numeral_taught_run(db, "COMMIT", name, err);
done:
    if (status != NUMERAL_OK) {
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    return status;
}

numeral_status numeral_taught_check(sqlite3 *db, const char *name, numeral_error *err)
{
    int64_t id = 0, version = 0, columns = 0;
    numeral_status status;
    TRY(numeral_taught_ask(db, "PRAGMA application_id", name, &id, err));
    TRY(numeral_taught_ask(db, "PRAGMA user_version", name, &version, err));
    TRY(numeral_taught_ask(
        db,
        "SELECT (SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND "
        "name = 'digits' AND rootpage > 0) * (SELECT count(*) FROM "
        "pragma_table_xinfo('digits') WHERE hidden = 0 AND name IN ('id', 'image', "
        "'height', 'width', 'label', 'source', 'created'))",
        name, &columns, err));
    if (id != NUMERAL_TAUGHT_ID || columns != 7) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%.300s: is another program's SQLite database, not one of "
                            "taught digits",
                            name);
    }
    if (version != NUMERAL_TAUGHT_VERSION) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%.300s: is a database of version %lld, expected %d", name,
                            (long long)version, NUMERAL_TAUGHT_VERSION);
    }
done:
    return status;
}

bool numeral_taught_insert(sqlite3_stmt *insert, const numeral_taught_digit *digit)
{
    sqlite3_reset(insert);
    sqlite3_bind_blob64(insert, 1, digit->pixels, digit->height * digit->width,
                        SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, (sqlite3_int64)digit->height);
    sqlite3_bind_int64(insert, 3, (sqlite3_int64)digit->width);
    sqlite3_bind_text(insert, 4, digit->label, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 5, digit->source, -1, SQLITE_STATIC);
    return sqlite3_step(insert) == SQLITE_DONE;
}

static const char *text_at(sqlite3_stmt *select, int column)
{
    const unsigned char *text = sqlite3_column_text(select, column);
    return text ? (const char *)text : "";
}

bool numeral_taught_row(sqlite3_stmt *select, numeral_taught_digit *out)
{
    sqlite3_int64 height = sqlite3_column_int64(select, 2);
    sqlite3_int64 width = sqlite3_column_int64(select, 3);
    bool right =
        height > 0 && width > 0 && height <= (1 << 28) && width <= (1 << 28) &&
        (size_t)height * (size_t)width <= NUMERAL_MAX_PIXELS &&
        sqlite3_column_type(select, 1) == SQLITE_BLOB &&
        (size_t)height * (size_t)width == (size_t)sqlite3_column_bytes(select, 1) &&
        sqlite3_column_type(select, 4) == SQLITE_TEXT;
    if (right) {
        *out = (numeral_taught_digit){.id = sqlite3_column_int64(select, 0),
                                      .height = (size_t)height,
                                      .width = (size_t)width,
                                      .pixels = sqlite3_column_blob(select, 1),
                                      .label = text_at(select, 4),
                                      .source = text_at(select, 5),
                                      .created = text_at(select, 6)};
    }
    return right;
}
#endif
