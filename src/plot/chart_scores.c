/* Precision, recall and F1 of each class, as signs on a scale and as numbers. Signs, not
 * bars: the scale begins near the lowest score, where a bar's length would mislead
 * (Cleveland 1984). */
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "base/text.h"
#include "plot/axes.h"
#include "plot/chart_entries.h"
#include "plot/page.h"

enum { N_SCORES = 3 };
static const double ROW = 27, SCALE = 330, NUMBER = 92, WIDEST_LABEL = 140;
static const numeral_font LABEL = {12, false, NUMERAL_INK, NUMERAL_ALIGN_RIGHT, 0, 1};
static const numeral_font HEADER = {12, true, NUMERAL_INK, NUMERAL_ALIGN_RIGHT, 0, 1};

static const struct {
    const char *name;
    uint32_t colour;
    numeral_marker marker;
    double offset; /* so that equal scores do not hide each other */
} looks[N_SCORES] = {{"precision", NUMERAL_BLUE, NUMERAL_MARKER_CIRCLE, -5},
                     {"recall", NUMERAL_VERMILION, NUMERAL_MARKER_SQUARE, 5},
                     {"F1", NUMERAL_GREEN, NUMERAL_MARKER_DIAMOND, 0}};

static const double *score_values(const numeral_class_scores *scores, size_t at)
{
    return at == 0 ? scores->precision : at == 1 ? scores->recall : scores->f1;
}

static numeral_status check_scores(const numeral_class_scores *scores, double *lowest,
                                   numeral_error *err)
{
    if (scores->n_classes == 0 || scores->n_classes > 256) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "scores: %zu classes: expected 1 to 256", scores->n_classes);
    }
    *lowest = 0.98; /* the scale is at least that wide */
    for (size_t i = 0; i < N_SCORES * scores->n_classes; i++) {
        double value = score_values(scores, i % N_SCORES)[i / N_SCORES];
        if (!(value >= 0 && value <= 1)) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "scores: %s of class %zu is %g: expected 0 to 1",
                                looks[i % N_SCORES].name, i / N_SCORES, value);
        }
        *lowest = fmin(*lowest, value);
    }
    return NUMERAL_OK;
}

static void draw_header(double right, double y, numeral_canvas *canvas)
{
    for (size_t i = 0; i < N_SCORES; i++) {
        double x = right + (double)(i + 1) * NUMBER;
        double width = numeral_canvas_measure(canvas, HEADER, looks[i].name).width;
        numeral_canvas_label(canvas, x, y, HEADER, looks[i].name);
        numeral_canvas_mark(canvas, (numeral_point){x - width - 12, y}, looks[i].marker,
                            10, looks[i].colour);
    }
    numeral_canvas_label(canvas, right + (N_SCORES + 1) * NUMBER, y, HEADER, "digits");
}

static void draw_row(const numeral_class_scores *scores, const numeral_field *field,
                     size_t at, numeral_canvas *canvas)
{
    char text[NUMERAL_NUMBER_BYTES];
    numeral_font label = LABEL;
    label.max_width = WIDEST_LABEL + 1;
    double y = field->box.y + ((double)at + 0.5) * ROW;
    double right = field->box.x + field->box.width;
    numeral_canvas_label(
        canvas, field->box.x - 10, y, label,
        numeral_label_text(scores->label_names, scores->labels[at], text));
    for (size_t i = 0; i < N_SCORES; i++) {
        double value = score_values(scores, i)[at];
        numeral_point place = {numeral_field_point(field, 100 * value, 0).x,
                               y + looks[i].offset};
        numeral_canvas_mark(canvas, place, looks[i].marker, 10, looks[i].colour);
        numeral_text_format(text, sizeof text, "%.2f", 100 * value);
        numeral_canvas_label(canvas, right + (double)(i + 1) * NUMBER, y, LABEL, text);
    }
    numeral_canvas_label(canvas, right + (N_SCORES + 1) * NUMBER, y, LABEL,
                         numeral_count_text(scores->support[at], text));
}

static numeral_status draw_scores(const void *data, numeral_canvas *canvas,
                                  numeral_error *err)
{
    const numeral_class_scores *scores = data;
    double lowest = 1, header = 28, height = (double)scores->n_classes * ROW;
    numeral_box body;
    numeral_status status;
    TRY(check_scores(scores, &lowest, err));
    numeral_field field = {.x = numeral_axis_linear(100 * lowest, 100, false),
                           .x_name = "%",
                           .y = {.low = 0, .high = 1}};
    numeral_rim rim = numeral_field_rim(&field, canvas);
    double label = numeral_labels_width(canvas, LABEL, scores->label_names,
                                        scores->labels, scores->n_classes);
    double left = fmax(fmin(label, WIDEST_LABEL) + 12, rim.left);
    TRY(numeral_page_open(canvas, scores->title, scores->subtitle, NULL,
                          left + SCALE + (N_SCORES + 1) * NUMBER,
                          header + height + rim.bottom, &body, err));
    field.box = (numeral_box){body.x + left, body.y + header, SCALE, height};
    numeral_field_draw(&field, canvas);
    draw_header(field.box.x + SCALE, body.y + 12, canvas);
    for (size_t i = 0; i < scores->n_classes; i++) {
        draw_row(scores, &field, i, canvas);
    }
done:
    return status;
}

const numeral_chart numeral_chart_scores = {
    .entry = {.name = "scores",
              .help = "precision, recall and F1 of each class",
              .source = "Cleveland 1984"},
    .draw = draw_scores,
};
