/* The digit grid, for charts that are one. */
#ifndef NUMERAL_PLOT_CHART_GRID_H
#define NUMERAL_PLOT_CHART_GRID_H

#include "plot/canvas.h"

/* Draws the whole page, digits about `target` units large. */
numeral_status numeral_grid_draw(const numeral_grid *grid, double target,
                                 numeral_canvas *canvas, numeral_error *err);

#endif
