/* Metrics that a program adds: the public struct becomes one of the inner ones, which the
 * registry owns. */
#include <numeral/extend.h>

#include "base/fail.h"
#include "base/registry.h"
#include "metric/metric.h"

numeral_status numeral_registry_add_metric(numeral_registry *registry,
                                           const numeral_user_metric *metric,
                                           numeral_error *err)
{
    if (!metric->help || !metric->distance ||
        (metric->n_parameters && !metric->parameters)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "metric %s: help, distance or parameters are missing",
                            metric->name ? metric->name : "");
    }
    numeral_metric own = {.entry = {.name = metric->name,
                                    .help = metric->help,
                                    .source = metric->source ? metric->source : "",
                                    .parameters = metric->parameters,
                                    .n_parameters = metric->n_parameters},
                          .family = NUMERAL_METRIC_GENERIC,
                          .translation = metric->translation,
                          .distance = metric->distance};
    return numeral_registry_add_copy(registry, NUMERAL_KIND_METRIC, &own, sizeof own,
                                     err);
}
