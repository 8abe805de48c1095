/* The confusion matrix as a heat-map: rows are true labels, columns what they were read
 * as. Colour grows with the logarithm of the count, for right answers (blue) and mistakes
 * (orange) apart, so that single mistakes are seen beside thousands of right answers. */
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "base/text.h"
#include "plot/chart_entries.h"
#include "plot/page.h"

static const double WIDEST_LABEL = 140, HEADER_LINE = 14;
static const numeral_font LABEL = {12, false, NUMERAL_INK, NUMERAL_ALIGN_RIGHT, 0, 1};
static const numeral_font HEADER = {11, false, NUMERAL_INK, NUMERAL_ALIGN_CENTRE, 0, 2};
static const numeral_font AXIS = {12, true, NUMERAL_GREY, NUMERAL_ALIGN_LEFT, 0, 1};
static const numeral_font TOTAL = {11, false, NUMERAL_GREY, NUMERAL_ALIGN_RIGHT, 0, 1};

typedef struct matrix_layout {
    double left, top; /* of the cells, within the body */
    double cell_width, cell_height;
    double count_size;       /* of the numbers in the cells; 0: none fit */
    double totals, mistakes; /* widths of the two columns on the right */
    double bottom;
    uint64_t most_right, most_wrong;
} matrix_layout;

static uint64_t count_at(const numeral_confusion_matrix *matrix, size_t row,
                         size_t column)
{
    return matrix->counts[row * matrix->n_classes + column];
}

static uint64_t row_total(const numeral_confusion_matrix *matrix, size_t row)
{
    uint64_t total = 0;
    for (size_t column = 0; column < matrix->n_classes; column++) {
        total += count_at(matrix, row, column);
    }
    return total;
}

static uint64_t column_total(const numeral_confusion_matrix *matrix, size_t column)
{
    uint64_t total = 0;
    for (size_t row = 0; row < matrix->n_classes; row++) {
        total += count_at(matrix, row, column);
    }
    return total;
}

static void find_most(const numeral_confusion_matrix *matrix, matrix_layout *layout)
{
    for (size_t i = 0; i < matrix->n_classes * matrix->n_classes; i++) {
        uint64_t *most =
            i % (matrix->n_classes + 1) == 0 ? &layout->most_right : &layout->most_wrong;
        *most = matrix->counts[i] > *most ? matrix->counts[i] : *most;
    }
}

/* Numbers of 12 units, smaller where they would not fit, none where they cannot. */
static double fit_counts(const matrix_layout *layout, numeral_canvas *canvas)
{
    char number[NUMERAL_NUMBER_BYTES];
    uint64_t most =
        layout->most_right > layout->most_wrong ? layout->most_right : layout->most_wrong;
    numeral_font font = {.size = 12};
    double width =
        numeral_canvas_measure(canvas, font, numeral_count_text(most, number)).width;
    double size = 12 * fmin(1, (layout->cell_width - 5) / width);
    size = fmin(size, layout->cell_height - 8);
    return size >= 6 ? size : 0;
}

static matrix_layout lay_out(const numeral_confusion_matrix *matrix,
                             numeral_canvas *canvas)
{
    matrix_layout layout = {0};
    size_t n_classes = matrix->n_classes;
    double n = (double)n_classes;
    find_most(matrix, &layout);
    double header = numeral_labels_width(canvas, HEADER, matrix->label_names,
                                         matrix->labels, n_classes);
    double label = numeral_labels_width(canvas, LABEL, matrix->label_names,
                                        matrix->labels, n_classes);
    /* Ten classes have room; 256 still fit one page (256 × 18 units). */
    double smallest = n <= 12 ? 44 : n <= 24 ? 34 : 18;
    layout.cell_width = fmin(fmax(header + 8, smallest), fmax(78, smallest));
    layout.cell_height = n <= 12 ? 36 : n <= 24 ? 28 : 18;
    layout.left = fmax(fmin(label, WIDEST_LABEL) + 10, 44);
    layout.top = 20 + (header + 6 > layout.cell_width ? 2 : 1) * HEADER_LINE + 4;
    layout.count_size = fit_counts(&layout, canvas);
    layout.totals = numeral_canvas_measure(canvas, TOTAL, "0,000,000").width + 8;
    layout.mistakes = numeral_canvas_measure(canvas, TOTAL, "100.00 %").width + 8;
    layout.bottom = 24;
    return layout;
}

/* Whether white is legible on it: a luma below 115 of 255. */
static bool is_dark(uint32_t colour)
{
    return 0.2126 * (colour >> 16 & 255) + 0.7152 * (colour >> 8 & 255) +
               0.0722 * (colour & 255) <
           115;
}

static void draw_cell(const numeral_confusion_matrix *matrix, const matrix_layout *layout,
                      numeral_box box, size_t row, size_t column, numeral_canvas *canvas)
{
    uint64_t count = count_at(matrix, row, column);
    uint64_t most = row == column ? layout->most_right : layout->most_wrong;
    if (count == 0) {
        numeral_canvas_fill(canvas, box, 0xF6F6F6);
        return;
    }
    /* A single one is told from none. */
    double share = 0.15 + 0.85 * log1p((double)count) / log1p((double)most);
    uint32_t colour = numeral_shade(row == column ? NUMERAL_BLUE : 0xB84E00, share);
    numeral_canvas_fill(canvas, box, colour);
    if (layout->count_size > 0) {
        char number[NUMERAL_NUMBER_BYTES];
        numeral_font font = {
            layout->count_size,   false, is_dark(colour) ? NUMERAL_WHITE : NUMERAL_INK,
            NUMERAL_ALIGN_CENTRE, 0,     1};
        numeral_canvas_label(canvas, box.x + box.width / 2, box.y + box.height / 2, font,
                             numeral_count_text(count, number));
    }
}

static void draw_labels(const numeral_confusion_matrix *matrix,
                        const matrix_layout *layout, double left, double top,
                        numeral_canvas *canvas)
{
    numeral_font row = LABEL, header = HEADER;
    row.max_width = layout->left - 9;
    header.max_width = layout->cell_width - 2;
    for (size_t i = 0; i < matrix->n_classes; i++) {
        char number[NUMERAL_NUMBER_BYTES];
        const char *text =
            numeral_label_text(matrix->label_names, matrix->labels[i], number);
        double at = (double)i + 0.5;
        numeral_canvas_label(canvas, left - 8, top + at * layout->cell_height, row, text);
        double height = numeral_canvas_measure(canvas, header, text).height;
        numeral_canvas_text(canvas, left + at * layout->cell_width, top - 4 - height,
                            header, text);
    }
}

/* Rows: how many there are and what share was misread; columns: how many were read so. */
static void draw_totals(const numeral_confusion_matrix *matrix,
                        const matrix_layout *layout, double left, double top,
                        numeral_canvas *canvas)
{
    double n = (double)matrix->n_classes;
    double right = left + n * layout->cell_width + layout->totals;
    double bottom = top + n * layout->cell_height;
    numeral_font header = TOTAL, below = TOTAL;
    header.align = NUMERAL_ALIGN_RIGHT;
    below.align = NUMERAL_ALIGN_CENTRE;
    below.size = fmin(11, layout->count_size);
    numeral_canvas_label(canvas, right, top - 12, header, "digits");
    numeral_canvas_label(canvas, right + layout->mistakes, top - 12, header, "misread");
    for (size_t i = 0; i < matrix->n_classes; i++) {
        char text[NUMERAL_NUMBER_BYTES];
        double at = (double)i + 0.5, y = top + at * layout->cell_height;
        uint64_t total = row_total(matrix, i);
        numeral_canvas_label(canvas, right, y, TOTAL, numeral_count_text(total, text));
        if (total > 0) {
            double wrong = (double)(total - count_at(matrix, i, i));
            numeral_text_format(text, sizeof text, "%.2f %%",
                                100 * wrong / (double)total);
            numeral_canvas_label(canvas, right + layout->mistakes, y, TOTAL, text);
        }
        if (layout->count_size > 0) {
            numeral_canvas_label(canvas, left + at * layout->cell_width, bottom + 13,
                                 below,
                                 numeral_count_text(column_total(matrix, i), text));
        }
    }
}

static void draw_cells(const numeral_confusion_matrix *matrix,
                       const matrix_layout *layout, double left, double top,
                       numeral_canvas *canvas)
{
    for (size_t row = 0; row < matrix->n_classes; row++) {
        for (size_t column = 0; column < matrix->n_classes; column++) {
            numeral_box box = {left + (double)column * layout->cell_width + 0.5,
                               top + (double)row * layout->cell_height + 0.5,
                               layout->cell_width - 1, layout->cell_height - 1};
            draw_cell(matrix, layout, box, row, column, canvas);
        }
    }
}

static numeral_status draw_confusion(const void *data, numeral_canvas *canvas,
                                     numeral_error *err)
{
    const numeral_confusion_matrix *matrix = data;
    if (matrix->n_classes == 0 || matrix->n_classes > 256) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "confusion: %zu classes: expected 1 to 256",
                            matrix->n_classes);
    }
    matrix_layout layout = lay_out(matrix, canvas);
    double n = (double)matrix->n_classes;
    numeral_box body;
    numeral_status status;
    TRY(numeral_page_open(
        canvas, matrix->title, matrix->subtitle,
        "Blue: read correctly; orange: misread; darker is more (logarithmic)",
        layout.left + n * layout.cell_width + layout.totals + layout.mistakes,
        layout.top + n * layout.cell_height + layout.bottom, &body, err));
    double left = body.x + layout.left, top = body.y + layout.top;
    numeral_canvas_text(canvas, left, body.y, AXIS, "read as");
    numeral_font axis = AXIS;
    axis.align = NUMERAL_ALIGN_RIGHT;
    numeral_canvas_label(canvas, left - 8, top - 12, axis, "true");
    draw_labels(matrix, &layout, left, top, canvas);
    draw_cells(matrix, &layout, left, top, canvas);
    draw_totals(matrix, &layout, left, top, canvas);
done:
    return status;
}

const numeral_chart numeral_chart_confusion = {
    .entry = {.name = "confusion",
              .help = "which digits are read as which, counted",
              .source = ""},
    .draw = draw_confusion,
};
