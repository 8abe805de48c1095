/* Curves with a legend, for the charts made of them. */
#ifndef NUMERAL_PLOT_CHART_CURVES_H
#define NUMERAL_PLOT_CHART_CURVES_H

#include "plot/canvas.h"

/* Checks and draws curves as a whole page; `chart` is named in messages. */
numeral_status numeral_curves_draw(const numeral_curves *curves, const char *chart,
                                   numeral_canvas *canvas, numeral_error *err);

#endif
