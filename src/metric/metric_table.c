#include "metric/metric_entries.h"

const numeral_entry *const numeral_metrics[] = {
    &numeral_metric_l2.entry,     &numeral_metric_l1.entry,
    &numeral_metric_linf.entry,   &numeral_metric_hamming.entry,
    &numeral_metric_cosine.entry,
};
const size_t numeral_n_metrics = sizeof numeral_metrics / sizeof *numeral_metrics;
