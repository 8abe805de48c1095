/* Every chart by name. */
#include "plot/chart_entries.h"

const numeral_entry *const numeral_charts[] = {
    &numeral_chart_grid.entry,        &numeral_chart_confusion.entry,
    &numeral_chart_scores.entry,      &numeral_chart_curves.entry,
    &numeral_chart_calibration.entry, &numeral_chart_rejection.entry,
    &numeral_chart_means.entry,       &numeral_chart_decision.entry,
    &numeral_chart_map.entry,         &numeral_chart_planes.entry,
    &numeral_chart_doctor.entry,      &numeral_chart_stages.entry,
    &numeral_chart_page.entry,
};

const size_t numeral_n_charts = sizeof numeral_charts / sizeof *numeral_charts;
