/* The error against k (or against any other number), one curve for each series. */
#include "plot/chart.h"
#include "plot/curves.h"
#include "plot/table.h"

static numeral_status draw_k_curve(const void *data, numeral_canvas *canvas,
                                   numeral_error *err)
{
    return numeral_curves_draw(data, "k-curve", canvas, err);
}

const numeral_chart numeral_chart_k_curve = {
    .entry = {.name = "k-curve",
              .help = "the error against k, a curve for each way of voting",
              .source = ""},
    .draw = draw_k_curve,
};

numeral_status numeral_draw_curves(const numeral_curves *curves,
                                   numeral_picture_format format, numeral_picture *out,
                                   numeral_error *err)
{
    return numeral_chart_picture(&numeral_chart_k_curve, curves, format, out, err);
}
