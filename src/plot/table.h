/* Every chart by name. */
#ifndef NUMERAL_PLOT_TABLE_H
#define NUMERAL_PLOT_TABLE_H

#include "plot/chart.h"

extern const numeral_chart numeral_chart_grid;

#endif
