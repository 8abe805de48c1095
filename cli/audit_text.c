/* An audit as text and as pictures. */
#include <stdlib.h>
#include <string.h>

#include "audit_output.h"
#include "pictures.h"
#include "tables.h"

enum { PRINTED_DIGITS = 8, CAPTION_BYTES = 96 }; /* one line of 80 columns; "row N: X" */

const numeral_dataset *cli_audit_among(const cli_audit *audit)
{
    return audit->against.n_images ? &audit->against : &audit->session->data;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static const char *label_of(const numeral_dataset *data, size_t row,
                            char number[NUMERAL_LABEL_BYTES])
{
    return data->labels ? numeral_dataset_label_name(data, data->labels[row], number)
                        : "-";
}

/* Digits of one set or of two as a grid. */
typedef struct sheet {
    size_t n;
    numeral_grid grid;
    uint8_t *pixels;
    numeral_label *labels, *proposed;
    char (*texts)[CAPTION_BYTES];
    const char **captions;
    char title[600], subtitle[400];
} sheet;

static void free_sheet(sheet *s)
{
    free(s->pixels);
    free(s->labels);
    free(s->proposed);
    free(s->texts);
    free(s->captions);
}

/* Room for n digits of the size and with the names of `data`. */
static numeral_status make_sheet(const numeral_dataset *data, size_t n, sheet *s,
                                 numeral_error *err)
{
    s->pixels = malloc(n * data->height * data->width);
    s->labels = malloc(n * sizeof *s->labels);
    s->proposed = malloc(n * sizeof *s->proposed);
    s->texts = calloc(n, sizeof *s->texts);
    s->captions = calloc(n, sizeof *s->captions);
    s->grid = (numeral_grid){.title = s->title,
                             .subtitle = s->subtitle,
                             .digits = {s->pixels, n, data->height, data->width},
                             .labels = s->labels,
                             .captions = s->captions,
                             .label_names = cli_data_names(data)};
    return s->pixels && s->labels && s->proposed && s->texts && s->captions
               ? NUMERAL_OK
               : cli_no_memory(err);
}

static void add_digit(sheet *s, const numeral_dataset *data, size_t row,
                      numeral_label proposed, const char *more)
{
    size_t size = data->height * data->width, at = s->n++;
    memcpy(s->pixels + at * size, data->pixels + row * size, size);
    s->labels[at] = data->labels ? data->labels[row] : 0;
    s->proposed[at] = proposed;
    snprintf(s->texts[at], CAPTION_BYTES, "row %zu%s", data->rows ? data->rows[row] : row,
             more);
    s->captions[at] = s->texts[at];
}

/* The most doubtful digits, read as what their neighbours say. */
static numeral_status fill_doubts(const cli_audit *audit, size_t n, sheet *s,
                                  numeral_error *err)
{
    const numeral_dataset *data = &audit->session->data;
    char shown[32], all[32];
    numeral_status status = make_sheet(data, n, s, err);
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        const numeral_doubt *doubt = &audit->doubts.doubts[i];
        add_digit(s, data, doubt->row, doubt->proposed, "");
    }
    s->grid.predicted = s->proposed;
    snprintf(s->title, sizeof s->title,
             "%.200s: the %s most doubtful of %s doubtful labels", data->name,
             cli_count(n, shown), cli_count(audit->doubts.n, all));
    snprintf(s->subtitle, sizeof s->subtitle,
             "As labelled, and what the nearest others say, by %.300s", audit->recipe);
    return status;
}

/* Both digits of each pair, side by side. */
static numeral_status fill_twins(const cli_audit *audit, size_t n, sheet *s,
                                 numeral_error *err)
{
    const numeral_dataset *data = &audit->session->data, *among = cli_audit_among(audit);
    char shown[32];
    numeral_status status = make_sheet(data, 2 * n, s, err);
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        const numeral_twin *twin = &audit->twins.twins[i];
        char difference[32];
        snprintf(difference, sizeof difference, ": %.3f", twin->difference);
        add_digit(s, data, twin->row, 0, "");
        add_digit(s, among, twin->other, 0, difference);
    }
    s->grid.labels = among->labels ? s->labels : NULL; /* one set's alone would mislead */
    s->grid.columns = n < 3 ? 2 * n : 6; /* even, so that no pair is parted */
    snprintf(s->title, sizeof s->title, "%.200s%s%.200s: the %s closest pairs",
             data->name, among == data ? "" : " and ", among == data ? "" : among->name,
             cli_count(n, shown));
    snprintf(s->subtitle, sizeof s->subtitle,
             "Left and right: a digit and its twin, and how much they differ");
    return status;
}

static void print_doubts(const cli_audit *audit)
{
    const numeral_dataset *data = &audit->session->data;
    cli_table table = {0};
    cli_table_row(&table, "digit\tlabel\tothers say\tof them\tfarther");
    for (size_t i = 0; i < least(audit->n_shown, audit->doubts.n); i++) {
        const numeral_doubt *doubt = &audit->doubts.doubts[i];
        char input[64], label[NUMERAL_LABEL_BYTES], proposed[NUMERAL_LABEL_BYTES];
        numeral_dataset_input(data, doubt->row, input, sizeof input);
        cli_table_row(&table, "%s\t%.16s\t%.16s\t%zu\t%s%.2f", input,
                      numeral_dataset_label_name(data, doubt->label, label),
                      numeral_dataset_label_name(data, doubt->proposed, proposed),
                      doubt->agreeing, doubt->own_found ? "" : ">", doubt->ratio);
    }
    cli_table_print(&table, 0);
    cli_print("\nfarther: how many times as far the nearest digit of the same label is "
              "as the\nnearest of another one.\n");
}

static void print_twins(const cli_audit *audit)
{
    const numeral_dataset *data = &audit->session->data, *among = cli_audit_among(audit);
    cli_table table = {0};
    cli_table_row(&table, "digit\tlabel\tits twin\tlabel\tdifference");
    for (size_t i = 0; i < least(audit->n_shown, audit->twins.n); i++) {
        const numeral_twin *twin = &audit->twins.twins[i];
        char input[64], other[64], number[NUMERAL_LABEL_BYTES],
            other_number[NUMERAL_LABEL_BYTES];
        numeral_dataset_input(data, twin->row, input, sizeof input);
        numeral_dataset_input(among, twin->other, other, sizeof other);
        cli_table_row(&table, "%.24s\t%.8s\t%.24s\t%.8s\t%.4f", input,
                      label_of(data, twin->row, number), other,
                      label_of(among, twin->other, other_number), twin->difference);
    }
    cli_table_print(&table, 0);
}

/* Pairs whose labels differ. */
static size_t count_disagreeing(const cli_audit *audit)
{
    const numeral_dataset *among = cli_audit_among(audit);
    size_t n = 0;
    for (size_t i = 0; among->labels && i < audit->twins.n; i++) {
        const numeral_twin *twin = &audit->twins.twins[i];
        n += audit->session->data.labels[twin->row] != among->labels[twin->other];
    }
    return n;
}

numeral_status cli_audit_print(const cli_audit *audit, numeral_error *err)
{
    const numeral_dataset *data = &audit->session->data;
    char n[32], found[32], equal[32], text[600];
    sheet s = {0};
    numeral_status status = NUMERAL_OK;
    cli_print("data     %s: %s digits\n", data->name, cli_count(data->n_images, n));
    cli_print("recipe   %s\n\n", audit->recipe);
    cli_print("Doubtful labels: %s, %.2f %%. All nearest others have another label.\n\n",
              cli_count(audit->doubts.n, found),
              100 * (double)audit->doubts.n / (double)data->n_images);
    if (audit->doubts.n) {
        print_doubts(audit);
        putchar('\n');
        TRY(fill_doubts(audit,
                        least(least(audit->n_shown, PRINTED_DIGITS), audit->doubts.n), &s,
                        err));
        s.grid.subtitle = NULL; /* the recipe has been printed above */
        TRY(cli_picture_print(&s.grid, err));
        putchar('\n');
    }
    snprintf(text, sizeof text,
             "Twins %s %.200s: %s pairs differ by at most %g, %s of them by nothing; %zu "
             "have different labels.",
             audit->against.n_images ? "in" : "within", cli_audit_among(audit)->name,
             cli_count(audit->twins.n, found), audit->most,
             cli_count(audit->twins.n_equal, equal), count_disagreeing(audit));
    cli_print_wrapped(text, 0, 0);
    putchar('\n');
    if (audit->twins.n) {
        print_twins(audit);
    }
done:
    free_sheet(&s);
    return status;
}

numeral_status cli_audit_draw(const cli_audit *audit, cli_audit_what what,
                              const char *path, numeral_error *err)
{
    bool doubts = what == CLI_AUDIT_DOUBTS;
    size_t n = least(audit->n_shown, doubts ? audit->doubts.n : audit->twins.n);
    sheet s = {0};
    numeral_status status = NUMERAL_OK;
    if (n == 0) {
        if (audit->session->text) {
            cli_print("%s: not written, there are no %s\n", path,
                      doubts ? "doubtful labels" : "twins");
        }
        return NUMERAL_OK;
    }
    TRY(doubts ? fill_doubts(audit, n, &s, err) : fill_twins(audit, n, &s, err));
    status = cli_picture_grid(&s.grid, path, audit->session, err);
done:
    free_sheet(&s);
    return status;
}
