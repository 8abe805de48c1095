/* There is a header where a column is called what labels are, where two fields or more
 * are no numbers, or one in the middle. A header names the label (label, target, class,
 * y, digit), and a first column that numbers the rows: none, index, id.
 *
 * Without a name it is found by what columns hold. A square number of columns are pixels
 * alone. Ten last columns of zeros and one 1 behind a square are labels, one hot. Else
 * the label is the first or the last column: the one that holds whole numbers, or texts,
 * of which there are several and none is nearly everywhere, as pixels of a corner are.
 * Where both do, it is the one whose largest number is not that of the column beside it.
 */
#include "data/csv_roles.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/memory.h"
#include "data/label_texts.h"

enum { LEAST_SIDE = 7 };   /* a square of fewer columns is as likely something else */
enum { MOST_IN_LIST = 8 }; /* columns of a list of files */
enum { ONE_HOT = 10 };
enum { LEAST_ROWS = 10 };               /* of fewer, what a column holds says little */
static const double most_of_one = 0.98; /* share of a label's most frequent value */

bool numeral_csv_names_label(numeral_field field)
{
    static const char *const names[] = {"label", "labels", "target",
                                        "class", "y",      "digit"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == field.length &&
            strncasecmp(names[i], field.text, field.length) == 0) {
            return true;
        }
    }
    return false;
}

static bool names_index(numeral_field field)
{
    static const char *const names[] = {"", "unnamed: 0", "index", "idx", "id", "row"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == field.length &&
            strncasecmp(names[i], field.text, field.length) == 0) {
            return true;
        }
    }
    return false;
}

static bool starts_like_pixel(numeral_field field)
{
    return field.length >= 5 && strncasecmp(field.text, "pixel", 5) == 0;
}

static bool is_picture_path(numeral_field field)
{
    static const char *const endings[] = {".png", ".jpg", ".jpeg", ".pgm", ".ppm", ".pbm",
                                          ".bmp", ".gif", ".webp", ".tif", ".tiff"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t n = strlen(endings[i]);
        if (field.length > n &&
            strncasecmp(field.text + field.length - n, endings[i], n) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_square(size_t n)
{
    size_t side = (size_t)sqrt((double)n);
    return side >= LEAST_SIDE && side * side == n;
}

static bool is_number(numeral_field field)
{
    double ignored;
    return numeral_csv_number(field, &ignored);
}

/* What the first line shows. */
typedef struct first_line {
    long named;   /* the column that is called a label */
    size_t words; /* fields that are no numbers */
    long word;    /* the last of them */
    bool index;   /* the first field may be an index column's name */
    bool pixels;  /* it is called a pixel */
    long file;    /* a field like a picture's path */
} first_line;

static numeral_status look_at_line(const numeral_source *source, const numeral_csv *csv,
                                   const char *at, const char *end, size_t *n_columns,
                                   first_line *out, numeral_error *err)
{
    *out = (first_line){.named = NUMERAL_NO_COLUMN, .file = NUMERAL_NO_COLUMN};
    for (*n_columns = 0; at; ++*n_columns) {
        long column = (long)*n_columns;
        numeral_field field;
        if (!numeral_csv_field(csv, &at, end, &field)) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: line %zu, column %ld: a quote is not closed",
                                source->name, csv->line, column + 1);
        }
        if (numeral_csv_names_label(field) && out->named == NUMERAL_NO_COLUMN) {
            out->named = column;
        }
        if (!is_number(field)) {
            out->words++;
            out->word = column;
        }
        if (is_picture_path(field) && out->file == NUMERAL_NO_COLUMN) {
            out->file = column;
        }
        out->index = out->index || (column == 0 && names_index(field));
        out->pixels = out->pixels || (column == 0 && starts_like_pixel(field));
    }
    return NUMERAL_OK;
}

static bool is_header(const first_line *line, size_t n_columns)
{
    if (line->named != NUMERAL_NO_COLUMN || line->pixels) {
        return true;
    }
    if (line->file != NUMERAL_NO_COLUMN) {
        return false;
    }
    return line->words >= 2 ||
           (line->words == 1 && line->word != 0 && (size_t)line->word != n_columns - 1);
}

/* What a column holds, as far as it may be a label or number rows. */
typedef struct column {
    bool text, whole; /* texts; whole numbers that labels may be */
    bool small;       /* whole, and none above 255 */
    bool counts;      /* each is one more than the one before */
    double before, largest;
    uint32_t seen[NUMERAL_LABELS];
} column;

static void add(column *c, numeral_field field, size_t row)
{
    double value = 0;
    bool number = numeral_csv_number(field, &value);
    bool whole = number && numeral_label_fits(value);
    c->text = row == 0 ? !number : c->text;
    c->whole = (row == 0 || c->whole) && whole;
    c->small = (row == 0 || c->small) && whole && value <= UINT8_MAX;
    c->counts = number && (row == 0 ? value == 0 || value == 1
                                    : c->counts && value == c->before + 1);
    c->largest = row == 0 || value > c->largest ? value : c->largest;
    c->before = value;
    c->seen[whole ? (size_t)value : 0]++;
}

/* The columns at both ends, and whether the last ten are one hot. */
typedef struct ends {
    column first[3], last[2]; /* 0, 1 and 2; the last but one, and the last */
    bool one_hot;
    size_t n_rows;
} ends;

static void add_row(ends *e, const numeral_csv *csv, size_t n_columns, const char *at,
                    const char *end)
{
    size_t ones = 0, zeros = 0;
    for (size_t i = 0; at && i < n_columns; i++) {
        numeral_field field;
        double value;
        if (!numeral_csv_field(csv, &at, end, &field)) {
            return; /* the survey says where */
        }
        if (i < 3) {
            add(&e->first[i], field, e->n_rows);
        }
        if (i + 2 >= n_columns) {
            add(&e->last[i + 2 - n_columns], field, e->n_rows);
        }
        if (i + ONE_HOT >= n_columns && numeral_csv_number(field, &value)) {
            ones += value == 1;
            zeros += value == 0;
        }
    }
    e->one_hot = (e->n_rows == 0 || e->one_hot) && ones == 1 && zeros == ONE_HOT - 1;
    e->n_rows++;
}

static bool is_like_label(const column *c, size_t n_rows)
{
    size_t different = 0, most = 0;
    if (c->text) {
        return true;
    }
    for (size_t i = 0; i < NUMERAL_LABELS; i++) {
        different += c->seen[i] > 0;
        most = c->seen[i] > most ? c->seen[i] : most;
    }
    /* large numbers that mostly differ count or measure something */
    bool again = c->small || 2 * different <= n_rows;
    return c->whole && again && different > 1 &&
           (double)most <= most_of_one * (double)n_rows;
}

/* Whether columns reach about as high, as neighbouring values do. */
static bool is_alike(const column *a, const column *b)
{
    double low = a->largest < b->largest ? a->largest : b->largest;
    double high = a->largest < b->largest ? b->largest : a->largest;
    return low >= 0.8 * high;
}

/* Whether the label is the last column, where no name tells. */
static bool label_is_last(const ends *e, const numeral_csv_roles *r)
{
    size_t first = r->index != NUMERAL_NO_COLUMN;
    const column *head = &e->first[first], *tail = &e->last[1];
    if (tail->text || head->text || e->n_rows < LEAST_ROWS || r->n_columns < first + 3) {
        return tail->text && !head->text;
    }
    if (!is_like_label(tail, e->n_rows)) {
        return false;
    }
    if (tail->small && !head->small) {
        return true;
    }
    return !is_like_label(head, e->n_rows) ||
           (!is_alike(tail, &e->last[0]) && is_alike(head, &e->first[first + 1]));
}

static numeral_status find_label(const first_line *line, bool header,
                                 numeral_csv_roles *r, numeral_error *err)
{
    numeral_csv csv = r->start;
    const char *at, *end;
    r->label = line->named;
    if ((line->named != NUMERAL_NO_COLUMN || line->pixels) && !line->index) {
        return NUMERAL_OK; /* the header says it all */
    }
    ends *e = numeral_allocate_zero(1, sizeof *e, err);
    if (!e) {
        return NUMERAL_ERROR_MEMORY;
    }
    while (numeral_csv_line(&csv, &at, &end)) {
        add_row(e, &csv, r->n_columns, at, end);
    }
    bool behind = !header && r->n_columns > 2 && is_square(r->n_columns - 2) &&
                  e->n_rows > 1 && line->named == NUMERAL_NO_COLUMN;
    if (e->first[0].counts && r->n_columns > 2 && ((header && line->index) || behind)) {
        r->index = 0;
    }
    size_t left = r->n_columns - (r->index != NUMERAL_NO_COLUMN);
    if (line->named != NUMERAL_NO_COLUMN) {
        r->label = line->named;
    } else if (line->pixels || is_square(left)) {
        r->label = NUMERAL_NO_COLUMN;
    } else if (left > ONE_HOT && is_square(left - ONE_HOT) && e->one_hot) {
        r->one_hot = ONE_HOT;
    } else {
        r->label = label_is_last(e, r) ? (long)r->n_columns - 1
                                       : (long)(r->index != NUMERAL_NO_COLUMN);
    }
    numeral_release(e);
    return NUMERAL_OK;
}

/* The first row behind the header names a picture. */
static numeral_status find_file(const numeral_source *source, const first_line *head,
                                bool header, numeral_csv_roles *r, numeral_error *err)
{
    numeral_csv csv = r->start;
    first_line row = *head;
    const char *at, *end;
    size_t n_columns = r->n_columns;
    numeral_status status = NUMERAL_OK;
    if (header && numeral_csv_line(&csv, &at, &end)) {
        status = look_at_line(source, &csv, at, end, &n_columns, &row, err);
    }
    if (status == NUMERAL_OK && row.file != NUMERAL_NO_COLUMN &&
        n_columns == r->n_columns && n_columns <= MOST_IN_LIST) {
        r->file = row.file;
        r->label = head->named != NUMERAL_NO_COLUMN ? head->named
                   : n_columns == 2                 ? !row.file
                                                    : NUMERAL_NO_COLUMN;
    }
    return status;
}

numeral_status numeral_csv_look(const numeral_source *source, numeral_csv_roles *out,
                                numeral_error *err)
{
    numeral_csv csv = numeral_csv_open(source->bytes, source->n_bytes);
    numeral_csv_roles r = {.start = csv,
                           .label = NUMERAL_NO_COLUMN,
                           .index = NUMERAL_NO_COLUMN,
                           .file = NUMERAL_NO_COLUMN};
    first_line line;
    const char *at, *end;
    numeral_status status = NUMERAL_OK;
    if (!numeral_csv_line(&csv, &at, &end)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: holds no rows", source->name);
    }
    TRY(look_at_line(source, &csv, at, end, &r.n_columns, &line, err));
    bool header = is_header(&line, r.n_columns);
    if (header) {
        r.start.at = csv.at;
        r.start.line = csv.line;
    }
    r.start.separator = csv.separator;
    TRY(find_file(source, &line, header, &r, err));
    if (r.file == NUMERAL_NO_COLUMN) {
        TRY(find_label(&line, header, &r, err));
    }
    *out = r;
done:
    return status;
}
