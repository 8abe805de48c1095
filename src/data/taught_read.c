/* Taught digits as DATA: the rows of the table by ascending id.
 *
 * Bytes in memory are opened where they lie. A file is opened by SQLite itself where a
 * log lies beside it, which has what the file has not: digits of a service that runs, or
 * was killed. Digits of several sizes, as models of several frames leave them, are framed
 * anew, all of them. */
#include <stdio.h>
#include <string.h>

#include <numeral/tools/command.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/format.h"
#include "data/label_texts.h"
#include "data/set.h"
#include "data/taught_db.h"

static bool recognise(const uint8_t *bytes, size_t n_bytes)
{
    const uint8_t *id = bytes + NUMERAL_TAUGHT_ID_AT;
    return n_bytes >= NUMERAL_TAUGHT_HEAD_BYTES &&
           memcmp(bytes, numeral_taught_magic, sizeof numeral_taught_magic) == 0 &&
           ((uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 |
            id[3]) == NUMERAL_TAUGHT_ID;
}

#ifdef NUMERAL_HAVE_SQLITE

typedef struct reader {
    const numeral_source *source;
    uint8_t *copy; /* of the bytes, where they had to be changed */
    sqlite3 *db;
    sqlite3_stmt *select;
} reader;

static bool lies_beside(const char *path, const char *tail)
{
    char beside[NUMERAL_PATH_BYTES];
    return numeral_path_print(beside, NULL, "%s%s", path, tail) == NUMERAL_OK &&
           numeral_path_look(beside) == NUMERAL_PATH_FILE;
}

/* A database in memory has no log: the bytes that say that it is kept ahead go. */
static numeral_status open_bytes(reader *r, numeral_error *err)
{
    enum { WRITE_AT = 18, READ_AT = 19, LOG_AHEAD = 2, PLAIN = 1 };
    const numeral_source *source = r->source;
    uint8_t *bytes = (uint8_t *)(uintptr_t)source->bytes; /* only read */
    numeral_status status = NUMERAL_OK;
    if (bytes[WRITE_AT] == LOG_AHEAD || bytes[READ_AT] == LOG_AHEAD) {
        TRY(numeral_source_allows(source, 1, source->n_bytes, err));
        TRY_ALLOC(r->copy = numeral_allocate(1, source->n_bytes, err));
        memcpy(r->copy, bytes, source->n_bytes);
        bytes = r->copy;
        bytes[WRITE_AT] = bytes[READ_AT] = PLAIN;
    }
    if (sqlite3_open_v2(":memory:", &r->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK ||
        sqlite3_deserialize(r->db, "main", bytes, (sqlite3_int64)source->n_bytes,
                            (sqlite3_int64)source->n_bytes,
                            SQLITE_DESERIALIZE_READONLY) != SQLITE_OK) {
        TRY(numeral_taught_fail(r->db, source->name, "read", err));
    }
done:
    return status;
}

/* What the rows of one file may ask for: no value larger than it, no endless query. */
static int too_long(void *context)
{
    uint64_t *left = context;
    return --*left == 0;
}

static numeral_status open_source(reader *r, numeral_error *err)
{
    const numeral_source *source = r->source;
    bool log =
        source->opens && !source->stream &&
        (lies_beside(source->name, "-wal") || lies_beside(source->name, "-journal"));
    numeral_status status;
    TRY(log ? numeral_taught_connect(
                  source->name, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, &r->db, err)
            : open_bytes(r, err));
    TRY(numeral_taught_run(r->db, "PRAGMA cell_size_check=1; BEGIN", source->name, err));
    status = numeral_taught_check(r->db, source->name, err);
done:
    return status;
}

static numeral_status fail_row(const reader *r, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                        "%.300s: row %lld is no digit with a label", r->source->name,
                        (long long)sqlite3_column_int64(r->select, 0));
}

/* One of the sizes that digits have; frame: there are several. */
typedef struct sizes {
    size_t n, height, width;
    bool several;
} sizes;

/* The first way through all digits: how many, how large, what they are called. */
static numeral_status look(reader *r, sizes *out, numeral_label_texts *texts,
                           numeral_error *err)
{
    numeral_taught_digit digit;
    numeral_status status = NUMERAL_OK;
    int step;
    for (; (step = sqlite3_step(r->select)) == SQLITE_ROW; out->n++) {
        if (!numeral_taught_row(r->select, &digit) || strlen(digit.label) > 1000) {
            TRY(fail_row(r, err));
        }
        if (out->n == 0) {
            out->height = digit.height;
            out->width = digit.width;
        }
        out->several |= digit.height != out->height || digit.width != out->width;
        numeral_field text = {.text = digit.label, .length = strlen(digit.label)};
        status = numeral_label_texts_add(texts, text, err);
        TRY(status == NUMERAL_ERROR_LIMIT
                ? numeral_fail(err, NUMERAL_ERROR_FORMAT,
                               "%.300s: row %lld: more than 65,536 different labels",
                               r->source->name, (long long)digit.id)
                : status);
    }
    if (step != SQLITE_DONE) {
        TRY(numeral_taught_fail(r->db, r->source->name, "read", err));
    }
    status = numeral_label_texts_settle(texts, err);
done:
    sqlite3_reset(r->select);
    return status;
}

/* The second way: images and labels. */
static numeral_status fill(reader *r, const sizes *s, const numeral_label_texts *texts,
                           numeral_dataset *out, numeral_error *err)
{
    size_t size = out->height * out->width, at = 0;
    numeral_taught_digit digit;
    numeral_status status = NUMERAL_OK;
    for (; at < s->n && sqlite3_step(r->select) == SQLITE_ROW; at++) {
        if (!numeral_taught_row(r->select, &digit)) {
            TRY(fail_row(r, err));
        }
        /* libraries do not write through this: it is const only for readers */
        numeral_image image = {digit.height, digit.width,
                               (uint8_t *)(uintptr_t)digit.pixels};
        if (s->several) {
            TRY(numeral_load_frame(r->source->options, &image, out->height, out->width,
                                   out->pixels + at * size, err));
        } else {
            memcpy(out->pixels + at * size, digit.pixels, size);
        }
        numeral_field text = {.text = digit.label, .length = strlen(digit.label)};
        out->labels[at] = numeral_label_texts_number(texts, text);
    }
    if (at < s->n) {
        TRY(numeral_taught_fail(r->db, r->source->name, "read", err));
    }
done:
    return status;
}

static numeral_status make(reader *r, sizes *s, numeral_dataset *out, numeral_error *err)
{
    const numeral_load *options = r->source->options;
    if (s->n == 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%.300s: holds no digits yet",
                            r->source->name);
    }
    if (s->several && options->frame == NUMERAL_FRAME_KEEP) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%.300s: holds digits of several sizes, expected one size",
                            r->source->name);
    }
    out->framed = s->several;
    return numeral_source_make(r->source, s->n,
                               !s->several       ? s->height
                               : options->height ? options->height
                                                 : 28,
                               !s->several      ? s->width
                               : options->width ? options->width
                                                : 28,
                               out, err);
}

static numeral_status read(const numeral_source *source, numeral_dataset *out,
                           numeral_error *err)
{
    reader r = {.source = source};
    numeral_label_texts texts = {0};
    sizes s = {0};
    /* a thousand steps of SQLite's machine each: far more than two ways through take */
    uint64_t left = 1000 + source->n_bytes / 100;
    numeral_status status;
    TRY(open_source(&r, err));
    sqlite3_progress_handler(r.db, 1000, too_long, &left);
    if (sqlite3_prepare_v2(r.db, NUMERAL_TAUGHT_SELECT, -1, &r.select, NULL) !=
            SQLITE_OK ||
        sqlite3_bind_int64(r.select, 1, INT64_MIN) != SQLITE_OK) {
        TRY(numeral_taught_fail(r.db, source->name, "read", err));
    }
    TRY(look(&r, &s, &texts, err));
    TRY(make(&r, &s, out, err));
    TRY_ALLOC(out->labels = numeral_allocate(s.n, sizeof *out->labels, err));
    TRY(fill(&r, &s, &texts, out, err));
    status = numeral_label_texts_name(&texts, out, err);
done:
    numeral_label_texts_free(&texts);
    sqlite3_finalize(r.select);
    sqlite3_close(r.db);
    numeral_release(r.copy);
    return status;
}

/* Puts all digits into a new database in memory. */
static numeral_status insert_all(sqlite3 *db, const numeral_dataset *data,
                                 const char *path, numeral_error *err)
{
    sqlite3_stmt *insert = NULL;
    size_t size = data->height * data->width;
    char input[600], number[NUMERAL_LABEL_BYTES];
    numeral_status status;
    TRY(numeral_taught_run(db, "BEGIN", path, err));
    if (sqlite3_prepare_v2(db, NUMERAL_TAUGHT_INSERT, -1, &insert, NULL) != SQLITE_OK) {
        TRY(numeral_taught_fail(db, path, "make", err));
    }
    for (size_t i = 0; i < data->n_images; i++) {
        numeral_dataset_input(data, i, input, sizeof input);
        numeral_taught_digit digit = {
            .height = data->height,
            .width = data->width,
            .pixels = data->pixels + i * size,
            .label = numeral_dataset_label_name(data, data->labels[i], number),
            .source = numeral_text_is_utf8(input) ? input : "a file"};
        if (!numeral_text_is_utf8(digit.label)) {
            TRY(numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                             "%.300s: label %u is not called in UTF-8", path,
                             data->labels[i]));
        }
        if (!numeral_taught_insert(insert, &digit)) {
            TRY(numeral_taught_fail(db, path, "make", err));
        }
    }
    status = numeral_taught_run(db, "COMMIT", path, err);
done:
    sqlite3_finalize(insert);
    return status;
}

static numeral_status write(const numeral_dataset *data, const char *path,
                            numeral_error *err)
{
    sqlite3 *db = NULL;
    sqlite3_int64 n_bytes = 0;
    unsigned char *bytes = NULL;
    numeral_status status;
    if (!data->labels) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%.300s: taught digits have labels, and %.100s has none",
                            path, data->name);
    }
    if (sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        TRY(numeral_taught_fail(db, path, "make", err));
    }
    TRY(numeral_taught_make(db, path, err));
    TRY(insert_all(db, data, path, err));
    bytes = sqlite3_serialize(db, "main", &n_bytes, 0);
    TRY(bytes ? numeral_output_save(path, bytes, (size_t)n_bytes, err)
              : numeral_taught_fail(NULL, path, "make", err));
done:
    sqlite3_free(bytes);
    sqlite3_close(db);
    return status;
}

#else
static numeral_status read(const numeral_source *source, numeral_dataset *out,
                           numeral_error *err)
{
    (void)out;
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "%.300s: taught digits need a build with SQLite", source->name);
}
#endif

const numeral_format numeral_format_taught = {
    .entry = {.name = "taught",
              .help = "digits taught to a service: an SQLite database (docs/service.md)",
              .source = ""},
    .recognise = recognise,
    .read = read,
#ifdef NUMERAL_HAVE_SQLITE
    .write = write,
#endif
};
