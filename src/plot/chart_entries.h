/* Every chart, one in each file. */
#ifndef NUMERAL_PLOT_CHART_ENTRIES_H
#define NUMERAL_PLOT_CHART_ENTRIES_H

#include "plot/chart.h"

extern const numeral_chart numeral_chart_grid;
extern const numeral_chart numeral_chart_confusion;
extern const numeral_chart numeral_chart_scores;
extern const numeral_chart numeral_chart_curves;
extern const numeral_chart numeral_chart_calibration;
extern const numeral_chart numeral_chart_rejection;
extern const numeral_chart numeral_chart_means;
extern const numeral_chart numeral_chart_decision;
extern const numeral_chart numeral_chart_map;
extern const numeral_chart numeral_chart_planes;
extern const numeral_chart numeral_chart_doctor;
extern const numeral_chart numeral_chart_stages;
extern const numeral_chart numeral_chart_page;

#endif
