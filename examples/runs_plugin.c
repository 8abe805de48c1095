/* A feature of one's own as a plugin of the command, beside those that numeral has:
 *
 *     cc -shared -fPIC runs_plugin.c -lnumeral -o runs_plugin.so
 *     numeral train pen:train --plugin ./runs_plugin.so \
 *         --recipe deskew,gradient+runs,nda -o digits.model
 *
 * For each row and each column: how often ink begins, which tells loops from strokes. */
#include <numeral/extend.h>

static size_t dims(const double *parameters, size_t height, size_t width)
{
    (void)parameters;
    return height + width;
}

static void runs(const double *parameters, size_t height, size_t width,
                 const double *image, double *out, double *scratch)
{
    (void)scratch;
    for (size_t i = 0; i < height + width; i++) {
        bool across = i < height, inside = false;
        const double *line = across ? image + i * width : image + i - height;
        out[i] = 0;
        for (size_t j = 0; j < (across ? width : height); j++) {
            bool ink = line[across ? j : j * width] >= parameters[0];
            out[i] += ink && !inside;
            inside = ink;
        }
    }
}

numeral_status numeral_plugin(numeral_registry *registry, numeral_error *err)
{
    static const numeral_parameter level[] = {
        {"level", NUMERAL_PARAMETER_REAL, 1, 255, 128, NULL, "grey level that is ink"}};
    static const numeral_user_feature feature = {
        .name = "runs",
        .help = "how often ink begins in each row and column",
        .parameters = level,
        .n_parameters = 1,
        .dims = dims,
        .compute = runs};
    return numeral_registry_add_feature(registry, &feature, err);
}
