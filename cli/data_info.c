/* numeral data info: what a data set holds. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <numeral/tools/picture.h>

#include "data_info.h"
#include "json_file.h"

enum { SHOWN = 8, TEXT_BYTES = 24 }; /* a line of 80 columns */
enum { MOST_BARS = 256 };

typedef struct facts {
    size_t *counts; /* of each label */
    size_t n_labels, n_doubles;
    unsigned lowest, highest;
    double mean, zero;
} facts;

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* FNV-1a (Fowler, Noll & Vo 1991): only equality matters here. Two of 70,000 different
 * images have the same 64 bits with a chance of 1 in 7 billion. */
static uint64_t hash(const uint8_t *bytes, size_t n)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++) {
        h = (h ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
    return h;
}

/* How many images are the same as an earlier one. */
static bool count_doubles(const numeral_dataset *data, size_t *out)
{
    size_t bytes = data->height * data->width;
    uint64_t *hashes = malloc(data->n_images * sizeof *hashes);
    if (!hashes) {
        return false;
    }
    for (size_t i = 0; i < data->n_images; i++) {
        hashes[i] = hash(data->pixels + i * bytes, bytes);
    }
    qsort(hashes, data->n_images, sizeof *hashes, compare_hashes);
    *out = 0;
    for (size_t i = 1; i < data->n_images; i++) {
        *out += hashes[i] == hashes[i - 1];
    }
    free(hashes);
    return true;
}

static bool gather(const numeral_dataset *data, facts *out)
{
    uint64_t values[256] = {0}; /* how often each occurs */
    size_t n = data->n_images * data->height * data->width;
    *out = (facts){.lowest = 255, .counts = cli_count_labels(data)};
    for (size_t i = 0; i < n; i++) {
        values[data->pixels[i]]++;
    }
    uint64_t sum = 0;
    for (unsigned value = 0; value < 256; value++) {
        sum += values[value] * value;
        if (values[value]) {
            out->lowest = value < out->lowest ? value : out->lowest;
            out->highest = value;
        }
    }
    out->mean = n ? (double)sum / (double)n : 0;
    out->zero = n ? (double)values[0] / (double)n : 0;
    for (size_t label = 0; out->counts && label < CLI_LABELS; label++) {
        out->n_labels += out->counts[label] > 0;
    }
    return out->counts && count_doubles(data, &out->n_doubles);
}

static numeral_status print_labels(const numeral_dataset *data, const facts *f,
                                   const numeral_text_options *options,
                                   numeral_error *err)
{
    numeral_bar bars[MOST_BARS];
    char numbers[MOST_BARS][NUMERAL_LABEL_BYTES];
    char texts[MOST_BARS][32];
    size_t n = 0;
    for (size_t label = 0; label < CLI_LABELS && n < MOST_BARS; label++) {
        if (f->counts[label]) {
            bars[n] = (numeral_bar){
                numeral_dataset_label_name(data, (numeral_label)label, numbers[n]),
                (double)f->counts[label], cli_count(f->counts[label], texts[n])};
            n++;
        }
    }
    char *text = NULL;
    numeral_status status = numeral_text_bars(bars, n, 0, options, &text, err);
    if (status == NUMERAL_OK) {
        putchar('\n');
        fputs(text, stdout);
        if (f->n_labels > n) {
            cli_print("... and %zu more, which are in --json\n", f->n_labels - n);
        }
    }
    numeral_free(text);
    return status;
}

/* The first digit of each of the first labels, or the first digits. */
static size_t choose(const numeral_dataset *data, size_t *rows)
{
    size_t n = 0;
    for (size_t i = 0; i < data->n_images && n < SHOWN; i++) {
        bool seen = false;
        for (size_t j = 0; data->labels && j < n; j++) {
            seen = seen || data->labels[rows[j]] == data->labels[i];
        }
        if (!seen) {
            rows[n++] = i;
        }
    }
    return n;
}

static numeral_status print_digits(const numeral_dataset *data,
                                   const numeral_text_options *options,
                                   numeral_error *err)
{
    size_t rows[SHOWN];
    numeral_dataset some = {0};
    char *text = NULL;
    numeral_status status;
    TRY(numeral_dataset_select(data, rows, choose(data, rows), &some, err));
    numeral_grid grid = {.title = data->labels ? "the first of each label" : "the first",
                         .digits = {some.pixels, some.n_images, some.height, some.width},
                         .labels = some.labels,
                         .label_names = cli_data_names(&some)};
    TRY(numeral_text_grid(&grid, options, &text, err));
    putchar('\n');
    fputs(text, stdout);
done:
    numeral_free(text);
    numeral_dataset_free(&some);
    return status;
}

static numeral_status print_text(const numeral_dataset *data, const facts *f,
                                 numeral_error *err)
{
    char n[TEXT_BYTES + 8];
    bool terminal = isatty(STDOUT_FILENO);
    numeral_text_options options = {.mode = terminal ? NUMERAL_TEXT_UNICODE
                                                     : NUMERAL_TEXT_PLAIN};
    numeral_status status = NUMERAL_OK;
    cli_print("data     %s\n", data->name);
    if (data->columns) {
        cli_print("rows     %s of %zu numbers\n", cli_count(data->n_images, n),
                  data->width);
        cli_print("values   each column by its own range, in 256 steps\n");
    } else {
        cli_print("images   %s of %zu x %zu%s\n", cli_count(data->n_images, n),
                  data->height, data->width,
                  data->framed ? ", framed as MNIST's are" : "");
        cli_print("values   %u to %u, mean %.1f, %.1f %% zero\n", f->lowest, f->highest,
                  f->mean, 100 * f->zero);
    }
    if (data->rescaled && !data->columns) {
        cli_print("         %s of them scaled or rounded to fit 0 to 255\n",
                  cli_count(data->rescaled, n));
    }
    cli_print("doubles  %s images are the same as an earlier one\n",
              f->n_doubles ? cli_count(f->n_doubles, n) : "no");
    if (data->labels) {
        cli_print("labels   %zu\n", f->n_labels);
        TRY(print_labels(data, f, &options, err));
    } else {
        cli_print("labels   none\n");
    }
    status = data->columns ? NUMERAL_OK : print_digits(data, &options, err);
done:
    return status;
}

static json_t *json_facts(const numeral_dataset *data, const facts *f)
{
    json_t *labels = json_array();
    for (size_t label = 0; label < CLI_LABELS; label++) {
        char number[NUMERAL_LABEL_BYTES];
        if (f->counts[label]) {
            json_array_append_new(
                labels, json_pack("{s:i, s:o, s:I}", "label", (int)label, "name",
                                  answer_text(numeral_dataset_label_name(
                                      data, (numeral_label)label, number)),
                                  "n", (json_int_t)f->counts[label]));
        }
    }
    return json_pack("{s:o, s:I, s:I, s:I, s:b, s:b, s:I, s:i, s:i, s:f, s:f, s:I, s:o}",
                     "data", answer_text(data->name), "n", (json_int_t)data->n_images,
                     "height", (json_int_t)data->height, "width", (json_int_t)data->width,
                     "framed", (int)data->framed, "columns", data->columns != NULL,
                     "rescaled", (json_int_t)data->rescaled, "lowest", (int)f->lowest,
                     "highest", (int)f->highest, "mean", f->mean, "zero_share", f->zero,
                     "doubles", (json_int_t)f->n_doubles, "labels", labels);
}

numeral_status cli_data_info(const cli_session *session, numeral_error *err)
{
    const numeral_dataset *data = &session->data;
    facts f;
    numeral_status status;
    TRY(gather(data, &f) ? NUMERAL_OK : cli_no_memory(err));
    if (session->text) {
        TRY(print_text(data, &f, err));
    }
    if (session->json) {
        TRY(cli_json_write(json_facts(data, &f), session->json, err));
    }
done:
    free(f.counts);
    return status;
}
