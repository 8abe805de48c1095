/* An audit as text and as pictures. */
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/audit.h>
#include <numeral/tools/command.h>
#include <numeral/tools/picture.h>

#include "audit_output.h"
#include "pictures.h"
#include "tables.h"

enum { PRINTED_DIGITS = 8 };

const numeral_dataset *cli_audit_among(const cli_audit *audit)
{
    return audit->against.n_images ? &audit->against : &audit->data;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static const char *label_of(const numeral_dataset *data, size_t row, char number[4])
{
    return data->labels ? numeral_dataset_label_name(data, data->labels[row], number)
                        : "-";
}

/* The rows of the most doubtful digits as a grid: read as what their neighbours say. */
typedef struct sheet {
    numeral_dataset digits;
    uint8_t *proposed;
    char **captions;
    char title[300], subtitle[400];
    numeral_grid grid;
} sheet;

static void free_sheet(sheet *s)
{
    for (size_t i = 0; s->captions && i < s->digits.n_images; i++) {
        free(s->captions[i]);
    }
    free(s->captions);
    free(s->proposed);
    numeral_dataset_free(&s->digits);
}

static void caption(const numeral_dataset *data, size_t row, const char *more, char **out)
{
    char text[96];
    snprintf(text, sizeof text, "row %zu%s", data->rows ? data->rows[row] : row, more);
    *out = strdup(text);
}

static int fill_doubts(const cli_audit *audit, size_t n, sheet *s)
{
    numeral_error err = {NUMERAL_ERROR_MEMORY, "out of memory"};
    size_t *rows = calloc(n + 1, sizeof *rows);
    s->proposed = calloc(n + 1, 1);
    s->captions = calloc(n + 1, sizeof *s->captions);
    bool complete = rows && s->proposed && s->captions;
    for (size_t i = 0; complete && i < n; i++) {
        rows[i] = audit->doubts.doubts[i].row;
        s->proposed[i] = audit->doubts.doubts[i].proposed;
    }
    if (!complete ||
        numeral_dataset_select(&audit->data, rows, n, &s->digits, &err) != NUMERAL_OK) {
        free(rows);
        return cli_fail(&err);
    }
    for (size_t i = 0; i < n; i++) {
        caption(&audit->data, rows[i], "", &s->captions[i]);
    }
    free(rows);
    char shown[32], all[32];
    snprintf(s->title, sizeof s->title,
             "%.200s: the %s most doubtful of %s doubtful labels", audit->data.name,
             cli_count(n, shown), cli_count(audit->doubts.n, all));
    snprintf(s->subtitle, sizeof s->subtitle,
             "As labelled, and what the nearest others say, by %.300s", audit->recipe);
    s->grid = (numeral_grid){
        .title = s->title,
        .subtitle = s->subtitle,
        .digits = {s->digits.pixels, n, s->digits.height, s->digits.width},
        .labels = s->digits.labels,
        .predicted = s->proposed,
        .captions = (const char *const *)s->captions,
        .label_names = (numeral_label_names)s->digits.label_names,
    };
    return CLI_DONE;
}

static void print_doubts(const cli_audit *audit)
{
    cli_table table = {.n_columns = 5};
    cli_table_row(&table);
    cli_table_cell(&table, "digit");
    cli_table_cell(&table, "label");
    cli_table_cell(&table, "others say");
    cli_table_cell(&table, "of them");
    cli_table_cell(&table, "farther");
    for (size_t i = 0; i < least(audit->n_shown, audit->doubts.n); i++) {
        const numeral_doubt *doubt = &audit->doubts.doubts[i];
        char input[64], label[4], proposed[4];
        if (!cli_table_row(&table)) {
            break;
        }
        numeral_dataset_input(&audit->data, doubt->row, input, sizeof input);
        cli_table_cell(&table, "%s", input);
        cli_table_cell(&table, "%.16s",
                       numeral_dataset_label_name(&audit->data, doubt->label, label));
        cli_table_cell(
            &table, "%.16s",
            numeral_dataset_label_name(&audit->data, doubt->proposed, proposed));
        cli_table_cell(&table, "%zu", doubt->agreeing);
        cli_table_cell(&table, "%s%.2f", doubt->own_found ? "" : ">", doubt->ratio);
    }
    cli_table_print(&table, 0);
    printf("\nfarther: how many times as far the nearest digit of the same label is "
           "as the\nnearest of another one.\n");
}

static void print_twins(const cli_audit *audit)
{
    const numeral_dataset *among = cli_audit_among(audit);
    cli_table table = {.n_columns = 5};
    cli_table_row(&table);
    cli_table_cell(&table, "digit");
    cli_table_cell(&table, "label");
    cli_table_cell(&table, "its twin");
    cli_table_cell(&table, "label");
    cli_table_cell(&table, "difference");
    for (size_t i = 0; i < least(audit->n_shown, audit->twins.n); i++) {
        const numeral_twin *twin = &audit->twins.twins[i];
        char input[64], other[64], number[4];
        if (!cli_table_row(&table)) {
            break;
        }
        numeral_dataset_input(&audit->data, twin->row, input, sizeof input);
        numeral_dataset_input(among, twin->other, other, sizeof other);
        cli_table_cell(&table, "%.24s", input);
        cli_table_cell(&table, "%.8s", label_of(&audit->data, twin->row, number));
        cli_table_cell(&table, "%.24s", other);
        cli_table_cell(&table, "%.8s", label_of(among, twin->other, number));
        cli_table_cell(&table, "%.4f", twin->difference);
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
        n += audit->data.labels[twin->row] != among->labels[twin->other];
    }
    return n;
}

int cli_audit_print(const cli_audit *audit)
{
    char n[32], found[32], equal[32];
    int status = CLI_DONE;
    printf("data     %s: %s digits\n", audit->data.name,
           cli_count(audit->data.n_images, n));
    printf("recipe   %s\n\n", audit->recipe);
    printf("Doubtful labels: %s, %.2f %%. All nearest others have another label.\n\n",
           cli_count(audit->doubts.n, found),
           100 * (double)audit->doubts.n / (double)audit->data.n_images);
    if (audit->doubts.n) {
        sheet s = {0};
        print_doubts(audit);
        putchar('\n');
        status = fill_doubts(
            audit, least(least(audit->n_shown, PRINTED_DIGITS), audit->doubts.n), &s);
        if (status == CLI_DONE) {
            s.grid.subtitle = NULL;
            status = cli_picture_print(&s.grid);
        }
        free_sheet(&s);
        putchar('\n');
    }
    char text[600];
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
    return status;
}

static int draw(const numeral_grid *grid, const char *path, const cli_setting *setting)
{
    numeral_error err;
    numeral_picture picture = {0};
    numeral_picture_format format;
    if (numeral_picture_format_of(path, &format, &err) != NUMERAL_OK ||
        numeral_draw_grid(grid, format, &picture, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    return cli_picture_save(&picture, path, grid->title, setting);
}

static int nothing_to_draw(const cli_setting *setting, const char *path, const char *what)
{
    if (setting->text) {
        printf("%s: not written, there are no %s\n", path, what);
    }
    return CLI_DONE;
}

int cli_audit_draw_doubts(const cli_audit *audit, const char *path)
{
    sheet s = {0};
    size_t n = least(audit->n_shown, audit->doubts.n);
    if (n == 0) {
        return nothing_to_draw(&audit->setting, path, "doubtful labels");
    }
    int status = fill_doubts(audit, n, &s);
    if (status == CLI_DONE) {
        status = draw(&s.grid, path, &audit->setting);
    }
    free_sheet(&s);
    return status;
}

/* Both digits of each pair, side by side. */
static int fill_twins(const cli_audit *audit, size_t n, uint8_t *pixels, uint8_t *labels,
                      char **captions)
{
    const numeral_dataset *among = cli_audit_among(audit);
    size_t size = audit->data.height * audit->data.width;
    for (size_t i = 0; i < n; i++) {
        const numeral_twin *twin = &audit->twins.twins[i];
        char difference[32];
        snprintf(difference, sizeof difference, ": %.3f", twin->difference);
        memcpy(pixels + 2 * i * size, audit->data.pixels + twin->row * size, size);
        memcpy(pixels + (2 * i + 1) * size, among->pixels + twin->other * size, size);
        labels[2 * i] = audit->data.labels[twin->row];
        labels[2 * i + 1] = among->labels ? among->labels[twin->other] : 0;
        caption(&audit->data, twin->row, "", &captions[2 * i]);
        caption(among, twin->other, difference, &captions[2 * i + 1]);
    }
    return CLI_DONE;
}

int cli_audit_draw_twins(const cli_audit *audit, const char *path)
{
    numeral_error err = {NUMERAL_ERROR_MEMORY, "out of memory"};
    size_t n = least(audit->n_shown, audit->twins.n);
    size_t size = audit->data.height * audit->data.width;
    if (n == 0) {
        return nothing_to_draw(&audit->setting, path, "twins");
    }
    char title[600], shown[32];
    const numeral_dataset *among = cli_audit_among(audit);
    snprintf(title, sizeof title, "%.200s%s%.200s: the %s closest pairs",
             audit->data.name, among == &audit->data ? "" : " and ",
             among == &audit->data ? "" : among->name, cli_count(n, shown));
    uint8_t *pixels = malloc(2 * n * size), *labels = malloc(2 * n);
    char **captions = calloc(2 * n, sizeof *captions);
    int status = pixels && labels && captions ? CLI_DONE : cli_fail(&err);
    if (status == CLI_DONE) {
        fill_twins(audit, n, pixels, labels, captions);
        numeral_grid grid = {
            .title = title,
            .subtitle = "Left and right: a digit and its twin, and how much they differ",
            .digits = {pixels, 2 * n, audit->data.height, audit->data.width},
            .labels = among->labels ? labels : NULL,
            .captions = (const char *const *)captions,
            .label_names = (numeral_label_names)audit->data.label_names,
            .columns = n < 3 ? 2 * n : 6};
        status = draw(&grid, path, &audit->setting);
    }
    for (size_t i = 0; captions && i < 2 * n; i++) {
        free(captions[i]);
    }
    free(captions);
    free(pixels);
    free(labels);
    return status;
}
