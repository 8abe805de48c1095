/* The page's parts, from the headline to the misread digits. The body is written first:
 * only then is it known which digits the style has to carry. */
#include <numeral/tools/report.h>

#include <stdio.h>
#include <string.h>

#include <numeral/runtime.h>
#include <numeral/tools/command.h>

#include "base/fail.h"
#include "plot/words.h"
#include "report/digit_sheet.h"
#include "report_assets.h"

/* Pixels of the screen for one of a digit. */
static const double LARGE = 2.5, SMALL = 1.4, CELL = 1.6;

typedef struct page {
    const numeral_report *report;
    numeral_html body;
    numeral_digit_sheet sheet;
    numeral_model_info info;
    uint8_t *image; /* of the model's frame */
} page;

/* The label's name, or its number, between two pieces of markup. */
static void write_label(page *p, const char *before, numeral_label label,
                        const char *after)
{
    char number[NUMERAL_NUMBER_BYTES];
    numeral_html_element(&p->body, before,
                         numeral_label_text(p->report->label_names, label, number),
                         after);
}

/* Shows row `at` of the data. */
static void show_digit(page *p, size_t at, double scale, const char *what)
{
    const numeral_dataset *data = p->report->data;
    numeral_digit_sheet_show(&p->sheet, data->pixels + at * data->height * data->width,
                             data->height, data->width, scale, what, &p->body);
}

static void write_facts(page *p)
{
    const numeral_report *report = p->report;
    numeral_html_put(&p->body, "<dl class=\"facts\">\n");
    for (size_t i = 0; i < report->n_headline; i++) {
        const numeral_fact *fact = &report->headline[i];
        numeral_html_element(&p->body, "<div><dt>", fact->name, "</dt><dd>");
        numeral_html_text(&p->body, fact->value);
        if (fact->note) {
            numeral_html_element(&p->body, "<small>", fact->note, "</small>");
        }
        numeral_html_put(&p->body, "</dd></div>\n");
    }
    numeral_html_put(&p->body, "</dl>\n");
}

/* The confusion matrix: each cell that has digits is a button. -------------------- */

static double heat_of(size_t count, size_t most)
{
    return count == 0 ? 0 : 0.15 + 0.6 * (double)count / (double)(most ? most : 1);
}

static void write_cell(page *p, size_t row, size_t column, size_t most_on,
                       size_t most_off)
{
    const numeral_scores *scores = p->report->scores;
    size_t count = numeral_scores_cell(scores, row, column);
    bool off = row != column;
    if (count == 0) {
        numeral_html_put(&p->body, "<td class=\"none\">·</td>");
        return;
    }
    numeral_html_printf(
        &p->body,
        "<td%s><button type=\"button\" aria-pressed=\"false\" "
        "data-cell=\"cell-%zu-%zu\" style=\"--heat:%.2f\">%zu</button></td>",
        off ? " class=\"off\"" : "", row, column,
        heat_of(count, off ? most_off : most_on), count);
}

/* Of more labels than these no matrix can be looked at. */
enum { MATRIX_LABELS = 128, LISTED = 20 };

/* What is read for what most often, in the matrix's stead. */
static void write_confusions(page *p)
{
    numeral_confusion most[LISTED];
    size_t n = numeral_scores_confusions(p->report->scores, most, LISTED);
    numeral_html_printf(&p->body,
                        "<h2 id=\"confusion\">Confusion</h2>\n<p class=\"soft\">The "
                        "matrix of %zu labels is too large to show; most often are "
                        "read:</p>\n<ul>\n",
                        p->report->scores->n_labels);
    for (size_t i = 0; i < n; i++) {
        write_label(p, "<li>", most[i].truth, " as ");
        write_label(p, "", most[i].predicted, "");
        numeral_html_printf(&p->body, ": %zu</li>\n", most[i].count);
    }
    numeral_html_put(&p->body, "</ul>\n");
}

static void write_matrix(page *p)
{
    const numeral_scores *scores = p->report->scores;
    size_t n = scores->n_labels, most_on = 0, most_off = 0;
    if (n > MATRIX_LABELS) {
        write_confusions(p);
        return;
    }
    /* Right and wrong counts have a scale each: mistakes are few beside hits. */
    for (size_t i = 0; i < scores->n_cells; i++) {
        const numeral_confusion *cell = &scores->confusion[i];
        size_t *most = cell->truth == cell->predicted ? &most_on : &most_off;
        *most = cell->count > *most ? cell->count : *most;
    }
    numeral_html_put(&p->body,
                     "<h2 id=\"confusion\">Confusion</h2>\n<p class=\"soft\">Rows: the "
                     "true label. Columns: what was read. Choose a cell to see its "
                     "digits.</p>\n<div class=\"scroll\"><table class=\"matrix\">"
                     "<thead><tr><th scope=\"col\">true \\ read</th>");
    for (size_t i = 0; i < n; i++) {
        write_label(p, "<th scope=\"col\">", scores->per_label[i].label, "</th>");
    }
    numeral_html_put(&p->body, "</tr></thead>\n<tbody>\n");
    for (size_t row = 0; row < n; row++) {
        write_label(p, "<tr><th scope=\"row\">", scores->per_label[row].label, "</th>");
        for (size_t column = 0; column < n; column++) {
            write_cell(p, row, column, most_on, most_off);
        }
        numeral_html_put(&p->body, "</tr>\n");
    }
    numeral_html_put(&p->body, "</tbody></table></div>\n");
}

/* The digits of one cell, hidden until it is chosen. */
static void write_cell_digits(page *p, size_t row, size_t column)
{
    const numeral_report *report = p->report;
    const numeral_scores *scores = report->scores;
    numeral_label truth = scores->per_label[row].label;
    numeral_label read = scores->per_label[column].label;
    size_t count = numeral_scores_cell(scores, row, column), shown = 0;
    char input[300];
    numeral_html_printf(&p->body, "<div class=\"cellbox\" id=\"cell-%zu-%zu\"><p>", row,
                        column);
    write_label(p, "", truth, " read as ");
    write_label(p, "", read, "");
    numeral_html_printf(&p->body, ": %zu", count);
    if (count > NUMERAL_REPORT_CELL) {
        numeral_html_printf(&p->body, ", the first %d of them", NUMERAL_REPORT_CELL);
    }
    numeral_html_put(&p->body, "</p><div class=\"row\">\n");
    for (size_t i = 0; i < report->answers->n && shown < count &&
                       shown < NUMERAL_REPORT_CELL && p->body.status == NUMERAL_OK;
         i++) {
        if (report->data->labels[i] == truth && report->answers->labels[i] == read) {
            numeral_dataset_input(report->data, i, input, sizeof input);
            show_digit(p, i, CELL, input);
            shown++;
        }
    }
    numeral_html_put(&p->body, "</div></div>\n");
}

static void write_cells(page *p)
{
    const numeral_scores *scores = p->report->scores;
    if (scores->n_labels > MATRIX_LABELS) {
        return;
    }
    numeral_html_put(&p->body,
                     "<div id=\"cell\"><p id=\"hint\" class=\"soft\">No cell is "
                     "chosen.</p>\n");
    for (size_t row = 0; row < scores->n_labels; row++) {
        for (size_t column = 0; column < scores->n_labels; column++) {
            if (numeral_scores_cell(scores, row, column)) {
                write_cell_digits(p, row, column);
            }
        }
    }
    numeral_html_put(&p->body, "</div>\n");
}

/* Charts -------------------------------------------------------------------------- */

static void write_charts(page *p)
{
    const numeral_report *report = p->report;
    numeral_html_put(&p->body, "<h2 id=\"charts\">Charts</h2>\n<div class=\"charts\">\n");
    for (size_t i = 0; i < report->n_charts; i++) {
        const numeral_picture *chart = &report->charts[i];
        const char *text = (const char *)chart->bytes;
        const char *end = text + chart->n_bytes;
        const char *svg = text; /* HTML takes it without <?xml ...?> */
        while (svg < end && (end - svg < 4 || memcmp(svg, "<svg", 4) != 0)) {
            svg++;
        }
        numeral_html_element(&p->body, "<figure role=\"img\" aria-label=\"",
                             report->chart_names[i], "\">\n");
        numeral_html_bytes(&p->body, svg, (size_t)(end - svg));
        numeral_html_put(&p->body, "</figure>\n");
    }
    numeral_html_put(&p->body, "</div>\n");
}

/* Misread digits ------------------------------------------------------------------ */

static void write_neighbours(page *p, size_t at)
{
    const numeral_answers *answers = p->report->answers;
    for (size_t i = 0; i < answers->k && i < NUMERAL_REPORT_NEIGHBOURS; i++) {
        int64_t id = answers->ids[at * answers->k + i];
        if (id < 0 || p->body.status != NUMERAL_OK) {
            return;
        }
        char number[NUMERAL_NUMBER_BYTES], what[80];
        numeral_label label = p->info.labels[id];
        bool right = label == p->report->data->labels[at];
        snprintf(what, sizeof what, "training row %lld, %.40s", (long long)id,
                 numeral_label_text(p->report->label_names, label, number));
        numeral_html_put(&p->body, "<div class=\"near\">");
        if (numeral_model_get_image(p->report->model, (size_t)id, p->image)) {
            numeral_digit_sheet_show(&p->sheet, p->image, p->info.height, p->info.width,
                                     SMALL, what, &p->body);
            numeral_html_put(&p->body, "<br>");
        }
        numeral_html_printf(&p->body, "<span class=\"%s\">", right ? "right" : "wrong");
        write_label(p, "", label, "</span></div>\n");
    }
}

static void write_mistake(page *p, size_t at)
{
    const numeral_answers *answers = p->report->answers;
    char input[300];
    numeral_dataset_input(p->report->data, at, input, sizeof input);
    numeral_html_put(&p->body, "<div class=\"mistake\"><div class=\"row\">"
                               "<span class=\"given\">");
    show_digit(p, at, LARGE, input);
    numeral_html_put(&p->body, "</span>\n");
    write_neighbours(p, at);
    numeral_html_element(&p->body, "</div><p class=\"says\">", input, "<br>true ");
    write_label(p, "<span class=\"right\">", p->report->data->labels[at], "</span>");
    write_label(p, ", read <span class=\"wrong\">", answers->labels[at], "</span>");
    numeral_html_printf(&p->body, ", confidence %.3f</p></div>\n",
                        answers->confidence[at]);
}

static void write_mistakes(page *p)
{
    const numeral_report *report = p->report;
    size_t errors = report->scores->errors, shown = 0;
    numeral_html_put(&p->body, "<h2 id=\"mistakes\">Misread digits</h2>\n");
    if (errors == 0) {
        numeral_html_put(&p->body, "<p>There is none.</p>\n");
        return;
    }
    numeral_html_printf(&p->body,
                        "<p class=\"soft\">%s%zu, each with the training digits nearest "
                        "to it and their labels.",
                        errors > NUMERAL_REPORT_MISTAKES ? "The first 500 of " : "All ",
                        errors);
    numeral_html_put(&p->body, " Digits that are hard are looked at again by other "
                               "measures, so that the nearest ones need not decide.</p>\n"
                               "<div class=\"mistakes\">\n");
    for (size_t i = 0; i < report->answers->n && shown < NUMERAL_REPORT_MISTAKES &&
                       p->body.status == NUMERAL_OK;
         i++) {
        if (report->answers->labels[i] != report->data->labels[i]) {
            write_mistake(p, i);
            shown++;
        }
    }
    numeral_html_put(&p->body, "</div>\n");
}

/* How to repeat it ---------------------------------------------------------------- */

static void write_details(page *p)
{
    const numeral_report *report = p->report;
    numeral_html_put(&p->body, "<h2 id=\"details\">How it was made</h2>\n"
                               "<table class=\"details\">\n");
    for (size_t i = 0; i < report->n_details; i++) {
        const numeral_fact *fact = &report->details[i];
        numeral_html_element(&p->body, "<tr><th scope=\"row\">", fact->name, "</th><td>");
        numeral_html_text(&p->body, fact->value);
        if (fact->note) {
            numeral_html_element(&p->body, " <span class=\"soft\">", fact->note,
                                 "</span>");
        }
        numeral_html_put(&p->body, "</td></tr>\n");
    }
    numeral_html_put(&p->body, "</table>\n");
    if (report->commands) {
        numeral_html_element(&p->body, "<p>To repeat it:</p>\n<pre>", report->commands,
                             "</pre>\n");
    }
}

static void write_body(page *p)
{
    write_facts(p);
    write_matrix(p);
    write_cells(p);
    write_charts(p);
    write_mistakes(p);
    write_details(p);
}

static void write_page(const page *p, numeral_html *out)
{
    const numeral_report *report = p->report;
    numeral_html_element(out,
                         "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                         "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                         "content=\"width=device-width, initial-scale=1\">\n"
                         "<link rel=\"icon\" href=\"data:,\">\n<title>",
                         report->title, "</title>\n<style>\n");
    numeral_html_put(out, numeral_asset_report_css);
    numeral_digit_sheet_style(&p->sheet, out);
    numeral_html_element(out, "</style>\n</head>\n<body>\n<header><h1>", report->title,
                         "</h1>\n");
    if (report->subtitle) {
        numeral_html_element(out, "<p class=\"soft\">", report->subtitle, "</p>\n");
    }
    numeral_html_put(out, "</header>\n<main>\n");
    numeral_html_bytes(out, p->body.text.data, p->body.text.size);
    numeral_html_put(out, "</main>\n<script>\n");
    numeral_html_put(out, numeral_asset_report_js);
    numeral_html_put(out, "</script>\n</body>\n</html>\n");
}

static numeral_status check(const numeral_report *report, numeral_error *err)
{
    for (size_t i = 0; i < report->n_charts; i++) {
        if (report->charts[i].format != NUMERAL_PICTURE_SVG) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "a report takes SVG charts only");
        }
    }
    return NUMERAL_OK;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

numeral_status numeral_report_html(const numeral_report *report, char **out,
                                   size_t *n_bytes, numeral_error *err)
{
    page p = {.report = report,
              .body = {.text = {.max_bytes = SIZE_MAX / 2}, .err = err}};
    numeral_html whole = {.text = {.max_bytes = SIZE_MAX / 2}, .err = err};
    numeral_status status;
    TRY(check(report, err));
    numeral_model_get_info(report->model, &p.info);
    p.sheet.height = larger(report->data->height, p.info.height);
    p.sheet.width = larger(report->data->width, p.info.width);
    TRY_ALLOC(p.image = numeral_allocate(p.info.height, p.info.width, err));
    /* The body first: only then the sheet, which the style carries, has all digits. */
    write_body(&p);
    TRY(p.body.status);
    write_page(&p, &whole);
    TRY(whole.status);
    char *text;
    TRY_ALLOC(text =
                  numeral_copy_text((const char *)whole.text.data, whole.text.size, err));
    *out = text;
    *n_bytes = whole.text.size;
done:
    numeral_release(p.image);
    numeral_digit_sheet_free(&p.sheet);
    numeral_buffer_free(&p.body.text);
    numeral_buffer_free(&whole.text);
    return status;
}
