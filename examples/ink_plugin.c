/* A metric of one's own as a plugin of the command:
 *
 *     cc -shared -fPIC ink_plugin.c -lnumeral -o ink_plugin.so
 *     numeral train pen:train --plugin ./ink_plugin.so --metric ink -o digits.model
 *     numeral eval digits.model pen:test --plugin ./ink_plugin.so
 *
 * It is 1 minus the share of ink that two digits have in common: Σ min / Σ max. */
#include <numeral/extend.h>

static double ink(const double *parameters, const double *a, const double *b,
                  size_t n_dims)
{
    (void)parameters;
    double least = 0, most = 0;
    for (size_t i = 0; i < n_dims; i++) {
        least += a[i] < b[i] ? a[i] : b[i];
        most += a[i] < b[i] ? b[i] : a[i];
    }
    return most > 0 ? 1 - least / most : 0;
}

numeral_status numeral_plugin(numeral_registry *registry, numeral_error *err)
{
    static const numeral_user_metric metric = {.name = "ink",
                                               .help = "share of ink not in common",
                                               .source = "Ruzicka 1958",
                                               .distance = ink};
    return numeral_registry_add_metric(registry, &metric, err);
}
