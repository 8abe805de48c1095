/* Recipes: everything that turns an image into an answer, as one line of text.
 *
 *     deskew,gradient=dirs=8:grid=7,nda=64 -k 5 --weights distance
 *
 * Stages are separated by commas, parallel features joined by `+`; arguments follow `=`
 * and are separated by colons. Options come behind the stages. The canonical text, as
 * printed in reports and stored in models, leaves every default out; parsing it gives the
 * same recipe again. */
#ifndef NUMERAL_RECIPE_H
#define NUMERAL_RECIPE_H

#include <numeral/registry.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct numeral_recipe numeral_recipe;

/* Parses stages, or stages with options. The registry (NULL: what is built in) is
 * borrowed and must outlive the recipe. NUMERAL_ERROR_ARGUMENT with the nearest known
 * name where one is unknown. */
NUMERAL_API numeral_status numeral_recipe_parse(const numeral_registry *registry,
                                                const char *text, numeral_recipe **out,
                                                numeral_error *err);
/* The recipe of a preset ("pixels", "fast", "accurate"). */
NUMERAL_API numeral_status numeral_recipe_preset(const numeral_registry *registry,
                                                 const char *name, numeral_recipe **out,
                                                 numeral_error *err);
NUMERAL_API void numeral_recipe_destroy(numeral_recipe *recipe);

/* Sets one option, e.g. ("weights", "distance"); see numeral_recipe_option_get. */
NUMERAL_API numeral_status numeral_recipe_set(numeral_recipe *recipe, const char *option,
                                              const char *value, numeral_error *err);

/* The canonical text in new memory; end with numeral_free. NULL when out of memory. */
NUMERAL_API char *numeral_recipe_print(const numeral_recipe *recipe);

#ifdef __cplusplus
}
#endif
#endif
