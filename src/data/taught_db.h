/* What the reader and the writer of taught digits share. */
#ifndef NUMERAL_DATA_TAUGHT_DB_H
#define NUMERAL_DATA_TAUGHT_DB_H

#include <numeral/taught.h>

#include "numeral_config.h"

/* What the header of a database of ours says, at these places. */
enum {
    NUMERAL_TAUGHT_ID = 0x6e756d6c, /* "numl", the application_id */
    NUMERAL_TAUGHT_VERSION = 1,     /* the user_version */
    NUMERAL_TAUGHT_ID_AT = 68,
    NUMERAL_TAUGHT_HEAD_BYTES = 100
};

extern const char numeral_taught_magic[16]; /* of any SQLite database */

#ifdef NUMERAL_HAVE_SQLITE
#include <sqlite3.h>

/* What SQLite refused, as a sentence that begins with `name`. */
numeral_status numeral_taught_fail(sqlite3 *db, const char *name, const char *verb,
                                   numeral_error *err);
/* Runs statements that give nothing. */
numeral_status numeral_taught_run(sqlite3 *db, const char *sql, const char *name,
                                  numeral_error *err);
/* One number that a query gives. */
numeral_status numeral_taught_ask(sqlite3 *db, const char *sql, const char *name,
                                  int64_t *out, numeral_error *err);
/* Opens a file as `flags` of SQLite say; a name is never taken for anything else. */
numeral_status numeral_taught_connect(const char *path, int flags, sqlite3 **out,
                                      numeral_error *err);
/* Makes the table in an empty database, and the header of ours. */
numeral_status numeral_taught_make(sqlite3 *db, const char *name, numeral_error *err);
/* Whether it is a database of ours, with a plain table: no view, nothing computed. */
numeral_status numeral_taught_check(sqlite3 *db, const char *name, numeral_error *err);

/* The statement that adds a digit, and adding one by it. */
#define NUMERAL_TAUGHT_INSERT                                                            \
    "INSERT INTO digits(image, height, width, label, source, created) "                  \
    "VALUES (?, ?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
bool numeral_taught_insert(sqlite3_stmt *insert, const numeral_taught_digit *digit);

/* The statement that shows digits from an id on, and the digit of its row; false where
 * the row is not what a digit is. */
#define NUMERAL_TAUGHT_SELECT                                                            \
    "SELECT id, image, height, width, label, source, created FROM digits "               \
    "WHERE id > ? ORDER BY id"
bool numeral_taught_row(sqlite3_stmt *select, numeral_taught_digit *out);
#endif

#endif
