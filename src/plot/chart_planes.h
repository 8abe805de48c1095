/* Planes of numbers, for the charts that show them. */
#ifndef NUMERAL_PLOT_CHART_PLANES_H
#define NUMERAL_PLOT_CHART_PLANES_H

#include "plot/canvas.h"

typedef struct numeral_plane_layout {
    size_t columns;
    double image_width, image_height, cell_width, cell_height;
    double width, height; /* of all planes together */
    double most;          /* of all planes */
    bool two_way;         /* some number is below zero */
} numeral_plane_layout;

/* Checks the planes and finds their places. */
numeral_status numeral_planes_lay(const numeral_planes *planes, numeral_canvas *canvas,
                                  numeral_plane_layout *out, numeral_error *err);
/* Draws them with their names and ranges, without title and subtitle. */
numeral_status numeral_planes_draw(const numeral_planes *planes,
                                   const numeral_plane_layout *layout, double x, double y,
                                   numeral_canvas *canvas, numeral_error *err);

#endif
