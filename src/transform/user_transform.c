/* Transforms that a program adds: the public struct becomes one of the inner ones, which
 * the registry owns. */
#include <numeral/extend.h>

#include "base/fail.h"
#include "base/registry.h"
#include "transform/transform.h"

numeral_status numeral_registry_add_transform(numeral_registry *registry,
                                              const numeral_user_transform *transform,
                                              numeral_error *err)
{
    if (!transform->help || !transform->apply ||
        (transform->n_parameters && !transform->parameters)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "transform %s: help, apply or parameters are missing",
                            transform->name ? transform->name : "");
    }
    numeral_transform own = {
        .entry = {.name = transform->name,
                  .help = transform->help,
                  .source = transform->source ? transform->source : "",
                  .parameters = transform->parameters,
                  .n_parameters = transform->n_parameters},
        .foreign = true,
        .scratch = transform->scratch,
        .apply = transform->apply};
    return numeral_registry_add_copy(registry, NUMERAL_KIND_TRANSFORM, &own, sizeof own,
                                     err);
}
