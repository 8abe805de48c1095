#include "plot/table.h"

const numeral_entry *const numeral_charts[] = {
    &numeral_chart_grid.entry,
};

const size_t numeral_n_charts = sizeof numeral_charts / sizeof *numeral_charts;
