/* Axes of charts: ticks at round numbers, and the field that points are drawn into. */
#ifndef NUMERAL_PLOT_AXES_H
#define NUMERAL_PLOT_AXES_H

#include "plot/canvas.h"

enum { NUMERAL_MAX_TICKS = 24 };

typedef struct numeral_axis {
    double low, high; /* what the axis spans */
    bool logarithmic;
    size_t n_ticks;
    int decimals; /* of the ticks' texts */
    double ticks[NUMERAL_MAX_TICKS];
} numeral_axis;

/* An axis that spans low..high, widened to round numbers; `whole` keeps ticks whole. */
numeral_axis numeral_axis_linear(double low, double high, bool whole);
/* The same in powers of ten, for values above 0. */
numeral_axis numeral_axis_logarithmic(double low, double high);

/* Where points are drawn. The labels of its axes lie outside `box`: x's below it, y's
 * left of and (its name) above it. */
typedef struct numeral_field {
    numeral_box box;
    numeral_axis x, y;
    const char *x_name, *y_name;
} numeral_field;

/* The space that a field's texts take around its box. */
typedef struct numeral_rim {
    double left, top, right, bottom;
} numeral_rim;

numeral_rim numeral_field_rim(const numeral_field *field, numeral_canvas *canvas);
/* Grid lines, ticks and names. */
void numeral_field_draw(const numeral_field *field, numeral_canvas *canvas);
numeral_point numeral_field_point(const numeral_field *field, double x, double y);

#endif
