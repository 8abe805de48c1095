/* Every metric there is; metric_table.c lists them. */
#ifndef NUMERAL_METRIC_METRIC_ENTRIES_H
#define NUMERAL_METRIC_METRIC_ENTRIES_H

#include "metric/metric.h"

extern const numeral_metric numeral_metric_l2;
extern const numeral_metric numeral_metric_l1;
extern const numeral_metric numeral_metric_linf;
extern const numeral_metric numeral_metric_hamming;
extern const numeral_metric numeral_metric_cosine;
extern const numeral_metric numeral_metric_lp;
extern const numeral_metric numeral_metric_correlation;
extern const numeral_metric numeral_metric_chi2;
extern const numeral_metric numeral_metric_hellinger;
extern const numeral_metric numeral_metric_canberra;
extern const numeral_metric numeral_metric_braycurtis;
extern const numeral_metric numeral_metric_jaccard;
extern const numeral_metric numeral_metric_idm;
extern const numeral_metric numeral_metric_tangent;

#endif
