/* Parts of a program's own, from C or from a shared object.
 *
 *     static double city(const double *parameters, const double *a, const double *b,
 *                        size_t n_dims);
 *     const numeral_user_metric metric = {.name = "city", .help = "...",
 *                                         .distance = city};
 *     numeral_registry_add_metric(registry, &metric, &err);
 *     numeral_recipe_parse(registry, "pixels --metric city", &recipe, &err);
 *
 * A model file names its parts; to load it, add the program's own to the registry first.
 */
#ifndef NUMERAL_EXTEND_H
#define NUMERAL_EXTEND_H

#include <numeral/registry.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A distance of two rows. All that it points to is borrowed for the registry's life. */
typedef struct numeral_user_metric {
    const char *name;   /* as written in recipes: lower case, no spaces */
    const char *help;   /* one line, no full stop */
    const char *source; /* author and year of the method; NULL for none */
    const numeral_parameter *parameters;
    size_t n_parameters; /* at most NUMERAL_MAX_PARAMETERS */
    /* d(a + c, b + c) = d(a, b) for every c: rows may be centred before they are stored.
     */
    bool translation;
    /* The distance of two rows of n_dims stored integers, as float64 (u8: grey levels):
     * not NaN, smaller is nearer. `parameters` holds a value for each parameter. Called
     * by many threads at once, for every query and every row; the same bytes on every
     * machine need + - × ÷ √ in a fixed order only. */
    double (*distance)(const double *parameters, const double *a, const double *b,
                       size_t n_dims);
} numeral_user_metric;

/* Adds a metric; the struct itself is copied. It is served by index brute.
 * NUMERAL_ERROR_ARGUMENT when the name is taken or not a plain word, or when help or
 * distance are missing; _MEMORY. */
NUMERAL_API numeral_status numeral_registry_add_metric(numeral_registry *registry,
                                                       const numeral_user_metric *metric,
                                                       numeral_error *err);

/* A feature: what of an image becomes numbers of its row. All that it points to is
 * borrowed for the registry's life. */
typedef struct numeral_user_feature {
    const char *name;   /* as written in recipes: lower case, no spaces */
    const char *help;   /* one line, no full stop */
    const char *source; /* author and year of the method; NULL for none */
    const numeral_parameter *parameters;
    size_t n_parameters; /* at most NUMERAL_MAX_PARAMETERS */
    /* How many numbers it makes of an image of that size: 1 at least, and always the same
     * for the same arguments. */
    size_t (*dims)(const double *parameters, size_t height, size_t width);
    /* How many doubles of working memory `compute` is given; NULL: none. */
    size_t (*scratch)(const double *parameters, size_t height, size_t width);
    /* Fills `out` (dims values) from an image: height × width, row-major, ink 255 on
     * ground 0, after the recipe's transforms. Called by many threads at once; the same
     * bytes on every machine need + - × ÷ √ in a fixed order only. NaN becomes 0, and
     * values are cut off at ±1e15. */
    void (*compute)(const double *parameters, size_t height, size_t width,
                    const double *image, double *out, double *scratch);
} numeral_user_feature;

/* Adds a feature; the struct itself is copied. Errors as with metrics. */
NUMERAL_API numeral_status numeral_registry_add_feature(
    numeral_registry *registry, const numeral_user_feature *feature, numeral_error *err);

/* A transform: an image made another of the same size. Members as in a feature; `apply`
 * fills `out` (height × width, apart from `in`) with 0..255, beyond which it is cut off.
 */
typedef struct numeral_user_transform {
    const char *name, *help, *source;
    const numeral_parameter *parameters;
    size_t n_parameters;
    size_t (*scratch)(const double *parameters, size_t height, size_t width);
    void (*apply)(const double *parameters, size_t height, size_t width, const double *in,
                  double *out, double *scratch);
} numeral_user_transform;

/* Adds a transform; the struct itself is copied. Errors as with metrics. */
NUMERAL_API numeral_status numeral_registry_add_transform(
    numeral_registry *registry, const numeral_user_transform *transform,
    numeral_error *err);

/* What a plugin defines, and the library does not: it adds the plugin's parts. */
typedef numeral_status numeral_plugin_function(numeral_registry *registry,
                                               numeral_error *err);
NUMERAL_API numeral_plugin_function numeral_plugin;

/* Loads the shared object `path`, calls its numeral_plugin, and keeps it loaded until the
 * registry is destroyed. The code in it runs with the program's rights. NUMERAL_ERROR_IO
 * when it cannot be loaded, _FORMAT when it exports no numeral_plugin, _MEMORY, or what
 * numeral_plugin returns. */
NUMERAL_API numeral_status numeral_registry_load_plugin(numeral_registry *registry,
                                                        const char *path,
                                                        numeral_error *err);

#ifdef __cplusplus
}
#endif
#endif
