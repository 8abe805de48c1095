/* What a chart is inside: its entry in the table and how it is drawn. */
#ifndef NUMERAL_PLOT_CHART_H
#define NUMERAL_PLOT_CHART_H

#include <numeral/registry.h>
#include <numeral/tools/picture.h>

#include "plot/canvas.h"

typedef struct numeral_chart {
    numeral_entry entry;
    /* Checks `data` (the chart's own public struct), lays out, opens the page, draws. */
    numeral_status (*draw)(const void *data, numeral_canvas *canvas, numeral_error *err);
} numeral_chart;

/* The part that an entry of this kind belongs to. */
static inline const numeral_chart *numeral_chart_of(const numeral_entry *entry)
{
    return (const numeral_chart *)(const void *)entry;
}

extern const numeral_entry *const numeral_charts[];
extern const size_t numeral_n_charts;

/* Draws a whole picture file into memory. */
numeral_status numeral_chart_picture(const numeral_chart *chart, const void *data,
                                     numeral_picture_format format, numeral_picture *out,
                                     numeral_error *err);

#endif
