/* Curves in one field: the error against k or against any other number, a curve for each
 * series. Curves are told apart by colour, by sign and by dashes; the legend, above the
 * field, gives each a line of words, so that nothing is written over the curves. */
#include "plot/chart_curves.h"

#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "plot/axes.h"
#include "plot/chart_entries.h"
#include "plot/page.h"

/* Twice as wide as high: slopes of curves are read best near 45° (Cleveland 1988). */
static const double WIDTH = 640, HEIGHT = 340, LEGEND_LINE = 20, SAMPLE = 36;
static const numeral_font LEGEND = {12, false, NUMERAL_INK, NUMERAL_ALIGN_LEFT, 0, 1};
/* More signs would hide their line; there are ten colours. */
enum { MOST_MARKERS = 40, MOST_SERIES = 10 };

typedef struct span {
    double low, high;
} span;

static void widen(span *of, double value)
{
    of->low = fmin(of->low, value);
    of->high = fmax(of->high, value);
}

static numeral_status check_series(const numeral_curves *curves, const char *chart,
                                   span *x, span *y, numeral_error *err)
{
    *x = *y = (span){INFINITY, -INFINITY};
    for (size_t i = 0; i < curves->n_series; i++) {
        const numeral_series *series = &curves->series[i];
        for (size_t j = 0; j < series->n; j++) {
            bool good = isfinite(series->x[j]) && isfinite(series->y[j]) &&
                        (!curves->logarithmic_x || series->x[j] > 0) &&
                        (!curves->logarithmic_y || series->y[j] > 0);
            if (!good) {
                return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                    "%s: point %zu of \"%.100s\" is (%g, %g), which "
                                    "cannot be drawn",
                                    chart, j, series->name, series->x[j], series->y[j]);
            }
            widen(x, series->x[j]);
            widen(y, series->y[j]);
        }
    }
    if (curves->n_series > MOST_SERIES) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: %zu curves in one picture: at most %d", chart,
                            curves->n_series, MOST_SERIES);
    }
    if (!(x->low <= x->high)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%s: nothing to draw: no points",
                            chart);
    }
    return NUMERAL_OK;
}

static bool all_whole(const numeral_curves *curves)
{
    for (size_t i = 0; i < curves->n_series; i++) {
        for (size_t j = 0; j < curves->series[i].n; j++) {
            if (curves->series[i].x[j] != floor(curves->series[i].x[j])) {
                return false;
            }
        }
    }
    return true;
}

static numeral_field create_field(const numeral_curves *curves, span x, span y)
{
    numeral_field field = {.x_name = curves->x_name, .y_name = curves->y_name};
    if (curves->from_zero && !curves->logarithmic_y && y.low > 0) {
        y.low = 0;
    }
    field.x = curves->logarithmic_x
                  ? numeral_axis_logarithmic(x.low, x.high)
                  : numeral_axis_linear(x.low, x.high, all_whole(curves));
    field.y = curves->logarithmic_y ? numeral_axis_logarithmic(y.low, y.high)
                                    : numeral_axis_linear(y.low, y.high, false);
    return field;
}

static numeral_stroke series_stroke(size_t at)
{
    return (numeral_stroke){numeral_series_colour(at), 2, at % 2 ? 6 : 0};
}

static void draw_series(const numeral_field *field, const numeral_series *series,
                        size_t at, numeral_canvas *canvas)
{
    numeral_point before = {0};
    for (size_t i = 0; i < series->n; i++) {
        numeral_point here = numeral_field_point(field, series->x[i], series->y[i]);
        numeral_point line[] = {before, here};
        if (i > 0) {
            numeral_canvas_line(canvas, line, 2, series_stroke(at));
        }
        before = here;
    }
    for (size_t i = 0; i < series->n && series->n <= MOST_MARKERS; i++) {
        numeral_canvas_mark(canvas,
                            numeral_field_point(field, series->x[i], series->y[i]),
                            numeral_series_marker(at), 9, numeral_series_colour(at));
    }
}

static void legend_text(const numeral_series *series, char *out, size_t bytes)
{
    snprintf(out, bytes, "%.150s%s%.150s", series->name, series->note ? ": " : "",
             series->note ? series->note : "");
}

static void draw_legend(const numeral_curves *curves, double x, double y, double width,
                        numeral_canvas *canvas)
{
    for (size_t i = 0; i < curves->n_series; i++) {
        char text[400];
        double middle = y + ((double)i + 0.5) * LEGEND_LINE;
        numeral_point line[] = {{x, middle}, {x + SAMPLE - 8, middle}};
        numeral_canvas_line(canvas, line, 2, series_stroke(i));
        numeral_canvas_mark(canvas, (numeral_point){x + (SAMPLE - 8) / 2, middle},
                            numeral_series_marker(i), 9, numeral_series_colour(i));
        numeral_font font = LEGEND;
        font.max_width = width - SAMPLE;
        legend_text(&curves->series[i], text, sizeof text);
        numeral_canvas_label(canvas, x + SAMPLE, middle, font, text);
    }
}

numeral_status numeral_curves_draw(const numeral_curves *curves, const char *chart,
                                   numeral_canvas *canvas, numeral_error *err)
{
    span x, y;
    numeral_box body;
    numeral_status status;
    TRY(check_series(curves, chart, &x, &y, err));
    numeral_field field = create_field(curves, x, y);
    numeral_rim rim = numeral_field_rim(&field, canvas);
    double legend = (double)curves->n_series * LEGEND_LINE + 10;
    TRY(numeral_page_open(canvas, curves->title, curves->subtitle, NULL, WIDTH,
                          legend + rim.top + HEIGHT + rim.bottom, &body, err));
    draw_legend(curves, body.x, body.y, body.width, canvas);
    field.box = (numeral_box){body.x + rim.left, body.y + legend + rim.top,
                              body.width - rim.left - rim.right, HEIGHT};
    numeral_field_draw(&field, canvas);
    for (size_t i = 0; i < curves->n_series; i++) {
        draw_series(&field, &curves->series[i], i, canvas);
    }
done:
    return status;
}

static numeral_status draw_curves(const void *data, numeral_canvas *canvas,
                                  numeral_error *err)
{
    return numeral_curves_draw(data, "k-curve", canvas, err);
}

const numeral_chart numeral_chart_curves = {
    .entry = {.name = "k-curve",
              .help = "the error against k, a curve for each way of voting",
              .source = ""},
    .draw = draw_curves,
};
