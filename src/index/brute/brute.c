/* Brute force: the index that serves every metric on every kind of rows.
 *
 * Of its two layouts (layout.c) pixel-major is chosen for u8 rows and dot products where
 * it has less to do, which is where many pairs of values are zeros: four fifths of
 * handwriting are. */
#include "index/brute/brute.h"
#include "base/fail.h"
#include "index/index_entries.h"

enum { LAYOUT_AUTO, LAYOUT_ROWS, LAYOUT_COLUMNS };

/* Pixel-major wins below this share of pairs that are not zero, in batches; at 1 they
 * run level (measured, AVX2). */
static const double COLUMNS_SHARE = 0.8;

static bool serves(const numeral_metric *metric, numeral_dtype dtype)
{
    (void)metric;
    (void)dtype;
    return true;
}

/* The share of pairs of u8 values that are not both zero. */
static double share_of_pairs(const numeral_rows *rows)
{
    size_t n_dims = rows->n_dims, count = 0;
    for (size_t i = 0; i < rows->n_rows; i++) {
        const uint8_t *row = numeral_rows_at(rows, i);
        for (size_t j = 0; j + 1 < n_dims; j += 2) {
            count += (row[j] | row[j + 1]) != 0;
        }
        count += n_dims % 2 && row[n_dims - 1] != 0;
    }
    size_t n_pairs = (n_dims + 1) / 2;
    return (double)count / ((double)rows->n_rows * (double)n_pairs);
}

static numeral_status build(const numeral_rows *rows, const double *parameters,
                            const numeral_index *head, const numeral_run *run,
                            numeral_index **out, numeral_error *err)
{
    int layout = (int)parameters[0];
    bool can = numeral_brute_can_be_columns(head);
    if (layout == LAYOUT_COLUMNS && !can) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "index brute: layout=columns serves u8 rows with l2 or "
                            "cosine only");
    }
    bool columns = layout == LAYOUT_COLUMNS ||
                   (layout == LAYOUT_AUTO && can && share_of_pairs(rows) < COLUMNS_SHARE);
    numeral_brute *brute = numeral_brute_create(head, columns, err);
    if (!brute) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status;
    TRY(numeral_brute_fill(brute, rows, run->threads, err));
    TRY(numeral_brute_finish(brute, err));
    *out = &brute->head;
    return NUMERAL_OK;
done:
    numeral_brute_destroy(&brute->head);
    return status;
}

static const char *const layouts[] = {"auto", "rows", "columns", NULL};
static const numeral_parameter parameters[] = {
    {"layout", NUMERAL_PARAMETER_CHOICE, 0, 2, LAYOUT_AUTO, layouts,
     "how rows lie in memory; columns skips the query's zeros"},
};

const numeral_index_kind numeral_index_brute = {
    .entry = {.name = "brute",
              .help = "every query meets every row; serves every metric",
              .source = "Fix & Hodges 1951",
              .parameters = parameters,
              .n_parameters = 1},
    .serves = serves,
    .build = build,
    .search = numeral_brute_search,
    .get_row = numeral_brute_get_row,
    .save = numeral_brute_save,
    .load = numeral_brute_load,
    .destroy = numeral_brute_destroy,
};
