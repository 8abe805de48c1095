/* The table of metrics, in the order in which `numeral list metric` shows them. */
#include "metric/metric_entries.h"

const numeral_entry *const numeral_metrics[] = {
    &numeral_metric_l2.entry,          &numeral_metric_l1.entry,
    &numeral_metric_linf.entry,        &numeral_metric_hamming.entry,
    &numeral_metric_cosine.entry,      &numeral_metric_lp.entry,
    &numeral_metric_correlation.entry, &numeral_metric_chi2.entry,
    &numeral_metric_hellinger.entry,   &numeral_metric_canberra.entry,
    &numeral_metric_braycurtis.entry,  &numeral_metric_jaccard.entry,
    &numeral_metric_idm.entry,         &numeral_metric_tangent.entry,
};
const size_t numeral_n_metrics = sizeof numeral_metrics / sizeof *numeral_metrics;
