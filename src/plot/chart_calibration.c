/* The reliability diagram: how often answers of each confidence are right (DeGroot &
 * Fienberg 1983), and below it how many such answers there are. */
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "base/text.h"
#include "plot/axes.h"
#include "plot/chart_entries.h"
#include "plot/page.h"

/* A square, so that perfect calibration is its diagonal. */
static const double SIDE = 340, BARS = 90, GAP = 14;

static numeral_status check_bins(const numeral_calibration *calibration, double *most,
                                 numeral_error *err)
{
    *most = 0;
    for (size_t i = 0; i < calibration->n_bins; i++) {
        if (calibration->counts[i] == 0) {
            continue;
        }
        double confidence = calibration->confidence[i];
        double accuracy = calibration->accuracy[i];
        if (!(confidence >= 0 && confidence <= 1 && accuracy >= 0 && accuracy <= 1)) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "calibration: bin %zu is (%g, %g): expected 0 to 1", i,
                                confidence, accuracy);
        }
        *most = fmax(*most, (double)calibration->counts[i]);
    }
    return *most > 0 ? NUMERAL_OK
                     : numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                    "calibration: nothing to draw: no answers");
}

static void draw_reliability(const numeral_calibration *calibration,
                             const numeral_field *field, numeral_canvas *canvas)
{
    numeral_field_draw(field, canvas);
    numeral_point ideal[] = {numeral_field_point(field, 0, 0),
                             numeral_field_point(field, 1, 1)};
    numeral_canvas_line(canvas, ideal, 2, (numeral_stroke){NUMERAL_GREY, 1.5, 5});
    numeral_point before = ideal[0];
    bool first = true;
    for (int pass = 0; pass < 2; pass++) { /* lines below, marks above */
        for (size_t i = 0; i < calibration->n_bins; i++) {
            if (calibration->counts[i] == 0) {
                continue;
            }
            numeral_point here = numeral_field_point(field, calibration->confidence[i],
                                                     calibration->accuracy[i]);
            numeral_point line[] = {before, here};
            if (pass == 0 && !first) {
                numeral_canvas_line(canvas, line, 2,
                                    (numeral_stroke){NUMERAL_BLUE, 2, 0});
            } else if (pass == 1) {
                numeral_canvas_mark(canvas, here, NUMERAL_MARKER_CIRCLE, 11,
                                    NUMERAL_BLUE);
            }
            before = here;
            first = false;
        }
    }
}

/* One bar for each bin; on the logarithmic scale a single answer has height 0, so bars
 * are at least a line high. */
static void draw_counts(const numeral_calibration *calibration,
                        const numeral_field *field, numeral_canvas *canvas)
{
    numeral_field_draw(field, canvas);
    double width = 1.0 / (double)calibration->n_bins;
    for (size_t i = 0; i < calibration->n_bins; i++) {
        if (calibration->counts[i] == 0) {
            continue;
        }
        numeral_point from = numeral_field_point(field, (double)i * width, field->y.low);
        numeral_point to = numeral_field_point(field, (double)(i + 1) * width,
                                               fmax((double)calibration->counts[i], 1));
        numeral_box bar = {from.x + 1, fmin(to.y, from.y - 2), to.x - from.x - 2,
                           fmax(from.y - to.y, 2)};
        numeral_canvas_fill(canvas, bar, NUMERAL_SKY);
    }
}

static numeral_status draw_calibration(const void *data, numeral_canvas *canvas,
                                       numeral_error *err)
{
    const numeral_calibration *calibration = data;
    double most;
    char note[120];
    numeral_box body;
    numeral_status status;
    TRY(check_bins(calibration, &most, err));
    numeral_axis unit = numeral_axis_linear(0, 1, false);
    numeral_field upper = {.x = unit, .y = unit, .y_name = "share that was right"};
    numeral_field lower = {.x = unit,
                           .y = numeral_axis_logarithmic(1, fmax(most, 10)),
                           .x_name = "confidence of the answer",
                           .y_name = "answers (log scale)"};
    numeral_rim rim = numeral_field_rim(&upper, canvas);
    numeral_rim low_rim = numeral_field_rim(&lower, canvas);
    double left = fmax(rim.left, low_rim.left);
    numeral_text_format(
        note, sizeof note,
        "Expected calibration error %.4f; the dashed line is perfect calibration",
        calibration->ece);
    TRY(numeral_page_open(
        canvas, calibration->title, calibration->subtitle, note, left + SIDE + rim.right,
        rim.top + SIDE + rim.bottom + GAP + low_rim.top + BARS + low_rim.bottom, &body,
        err));
    double width = body.width - left - rim.right;
    upper.box = (numeral_box){body.x + left, body.y + rim.top, width, SIDE};
    lower.box = (numeral_box){
        body.x + left, upper.box.y + SIDE + rim.bottom + GAP + low_rim.top, width, BARS};
    draw_reliability(calibration, &upper, canvas);
    draw_counts(calibration, &lower, canvas);
done:
    return status;
}

const numeral_chart numeral_chart_calibration = {
    .entry = {.name = "calibration",
              .help = "how often answers of each confidence are right",
              .source = "DeGroot & Fienberg 1983"},
    .draw = draw_calibration,
};
