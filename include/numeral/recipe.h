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

/* Parses stages, or stages with options. The registry is borrowed and must outlive the
 * recipe. NUMERAL_ERROR_ARGUMENT with the nearest known name where one is unknown. */
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

/* The options a recipe has besides its stages. */
typedef struct numeral_recipe_option {
    const char *name;
    char letter; /* its short form, or 0 */
    const char *argument;
    const char *help;
    bool after_fitting; /* may be overridden on a fitted model */
} numeral_recipe_option;

NUMERAL_API size_t numeral_recipe_option_count(void);
NUMERAL_API const numeral_recipe_option *numeral_recipe_option_get(size_t at);

/* What the preset's recipe is, for `list`; NULL where `entry` is no preset. */
NUMERAL_API const char *numeral_preset_text(const numeral_entry *entry);

#ifdef __cplusplus
}
#endif
#endif
