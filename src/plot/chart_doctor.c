/* What became of a picture on its way in: its steps, the mean digits beside it, and each
 * measure on a scale that shows the usual range. */
#include <math.h>

#include "base/fail.h"
#include "plot/chart_entries.h"
#include "plot/page.h"
#include "plot/pieces.h"

enum { MOST_GAUGES = 32 };
static const double SECTION = 26, NAME_WIDTH = 112, NOTE_WIDTH = 190, BAR = 300;
static const double GAP = 14, LINE = 26, READABLE = 640;
static const numeral_font HEADING = {13.5, true, NUMERAL_INK, NUMERAL_ALIGN_LEFT, 0, 1};
static const numeral_font NAME = {12, false, NUMERAL_INK, NUMERAL_ALIGN_LEFT, 112, 1};
static const numeral_font WRONG = {12,  true, NUMERAL_VERMILION, NUMERAL_ALIGN_LEFT,
                                   112, 1};
static const numeral_font NOTE = {11, false, NUMERAL_GREY, NUMERAL_ALIGN_LEFT, 190, 1};
static const numeral_font WORDS = {12, false, NUMERAL_INK, NUMERAL_ALIGN_LEFT, 0, 4};

static numeral_status check(const numeral_examination *e, numeral_error *err)
{
    if (e->n_steps == 0 || e->n_steps > NUMERAL_SQUARES || e->n_means > NUMERAL_SQUARES ||
        e->n_gauges == 0 || e->n_gauges > MOST_GAUGES) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "doctor: %zu steps, %zu means, %zu gauges: expected 1 to %d, "
                            "0 to %d, 1 to %d",
                            e->n_steps, e->n_means, e->n_gauges, NUMERAL_SQUARES,
                            NUMERAL_SQUARES, MOST_GAUGES);
    }
    for (size_t i = 0; i < e->n_gauges; i++) {
        const numeral_gauge *gauge = &e->gauges[i];
        if (!isfinite(gauge->value) || !(gauge->low <= gauge->high)) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "doctor: gauge %zu is %g of %g to %g: expected a finite "
                                "number and a range",
                                i, gauge->value, gauge->low, gauge->high);
        }
    }
    numeral_status status;
    TRY(numeral_check_images(e->steps, e->n_steps, "doctor", err));
    TRY(numeral_check_images(e->means, e->n_means, "doctor", err));
done:
    return status;
}

static numeral_font words_font(double width)
{
    numeral_font font = WORDS;
    font.max_width = width;
    return font;
}

static double gauge_height(const numeral_gauge *gauge, double width,
                           numeral_canvas *canvas)
{
    return LINE +
           (gauge->words
                ? ceil(numeral_canvas_measure(canvas, words_font(width), gauge->words)
                           .height) +
                      8
                : 0);
}

/* The scale begins at 0 (or at the number, if that is less) and ends beyond all that is
 * shown on it. */
static void draw_scale(const numeral_gauge *gauge, double x, double middle,
                       numeral_canvas *canvas)
{
    double from = fmin(0, gauge->value), to = gauge->value;
    to = isfinite(gauge->high) ? fmax(to, gauge->high) : fmax(to, 2 * gauge->low);
    to = isfinite(gauge->low) ? fmax(to, gauge->low) : to;
    to = to > from ? from + (to - from) * 1.1 : from + 1;
    double zoom = BAR / (to - from);
    double left = isfinite(gauge->low) ? fmax(gauge->low, from) : from;
    double right = isfinite(gauge->high) ? fmin(gauge->high, to) : to;
    numeral_point line[] = {{x, middle}, {x + BAR, middle}};
    numeral_canvas_line(canvas, line, 2, (numeral_stroke){NUMERAL_PALE, 1, 0});
    numeral_box band = {x + (left - from) * zoom, middle - 6,
                        fmax((right - left) * zoom, 3), 12};
    numeral_canvas_fill(canvas, band, 0xCFE3F1);
    numeral_canvas_mark(canvas, (numeral_point){x + (gauge->value - from) * zoom, middle},
                        gauge->wrong ? NUMERAL_MARKER_CROSS : NUMERAL_MARKER_CIRCLE, 11,
                        gauge->wrong     ? NUMERAL_VERMILION
                        : gauge->follows ? NUMERAL_ORANGE
                                         : NUMERAL_BLUE);
}

static void draw_gauge(const numeral_gauge *gauge, double x, double y, double width,
                       numeral_canvas *canvas)
{
    double middle = y + LINE / 2;
    numeral_canvas_label(canvas, x + 4, middle, gauge->wrong ? WRONG : NAME,
                         gauge->wrong     ? "✗"
                         : gauge->follows ? "↳"
                                          : "✓");
    numeral_canvas_label(canvas, x + 22, middle, gauge->wrong ? WRONG : NAME,
                         gauge->name);
    draw_scale(gauge, x + 22 + NAME_WIDTH + GAP, middle, canvas);
    numeral_canvas_label(canvas, x + 22 + NAME_WIDTH + 2 * GAP + BAR, middle, NOTE,
                         gauge->note);
    if (gauge->words) {
        numeral_canvas_text(canvas, x + 22, y + LINE, words_font(width - 22),
                            gauge->words);
    }
}

static numeral_status draw_examination(const void *data, numeral_canvas *canvas,
                                       numeral_error *err)
{
    const numeral_examination *e = data;
    numeral_box body;
    numeral_status status;
    TRY(check(e, err));
    size_t most = e->n_steps > e->n_means ? e->n_steps : e->n_means;
    double width = fmax(READABLE, (double)most * (NUMERAL_SQUARE + NUMERAL_SQUARE_GAP) -
                                      NUMERAL_SQUARE_GAP);
    width = fmax(width, 22 + NAME_WIDTH + 2 * GAP + BAR + NOTE_WIDTH);
    double height =
        SECTION + NUMERAL_SQUARE_LINE + (e->n_means ? SECTION + NUMERAL_SQUARE_LINE : 0);
    double gauges = height;
    height += SECTION;
    for (size_t i = 0; i < e->n_gauges; i++) {
        height += gauge_height(&e->gauges[i], width - 22, canvas);
    }
    TRY(numeral_page_open(canvas, e->title, e->subtitle, NULL, width, height, &body,
                          err));
    double x = body.x, y = body.y;
    numeral_canvas_text(canvas, x, y, HEADING, "The picture on its way in");
    numeral_draw_squares(canvas, x, y + SECTION, e->steps, e->n_steps);
    if (e->n_means) {
        numeral_canvas_text(canvas, x, y + SECTION + NUMERAL_SQUARE_LINE, HEADING,
                            "Beside the mean training digits");
        numeral_draw_squares(canvas, x, y + 2 * SECTION + NUMERAL_SQUARE_LINE, e->means,
                             e->n_means);
    }
    y += gauges;
    numeral_canvas_text(canvas, x, y, HEADING,
                        "Its measures (the band is what is usual in the training data)");
    y += SECTION;
    for (size_t i = 0; i < e->n_gauges; i++) {
        draw_gauge(&e->gauges[i], x, y, width, canvas);
        y += gauge_height(&e->gauges[i], width - 22, canvas);
    }
done:
    return status;
}

const numeral_chart numeral_chart_doctor = {
    .entry = {.name = "doctor",
              .help = "what became of a picture on its way in, and what looks wrong",
              .source = ""},
    .draw = draw_examination,
};
