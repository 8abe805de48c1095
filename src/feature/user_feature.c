/* Features that a program adds: the public struct becomes one of the inner ones, which
 * the registry owns. */
#include <numeral/extend.h>

#include "base/fail.h"
#include "base/registry.h"
#include "feature/feature.h"

numeral_status numeral_registry_add_feature(numeral_registry *registry,
                                            const numeral_user_feature *feature,
                                            numeral_error *err)
{
    if (!feature->help || !feature->dims || !feature->compute ||
        (feature->n_parameters && !feature->parameters)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "feature %s: help, dims, compute or parameters are missing",
                            feature->name ? feature->name : "");
    }
    numeral_feature own = {.entry = {.name = feature->name,
                                     .help = feature->help,
                                     .source = feature->source ? feature->source : "",
                                     .parameters = feature->parameters,
                                     .n_parameters = feature->n_parameters},
                           .foreign = true,
                           .dims = feature->dims,
                           .scratch = feature->scratch,
                           .compute = feature->compute};
    return numeral_registry_add_copy(registry, NUMERAL_KIND_FEATURE, &own, sizeof own,
                                     err);
}
