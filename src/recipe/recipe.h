/* The recipe as the model sees it. */
#ifndef NUMERAL_RECIPE_RECIPE_H
#define NUMERAL_RECIPE_RECIPE_H

#include <numeral/image.h>
#include <numeral/recipe.h>

#include "base/spec.h"
#include "rerank/cascade.h"
#include "vote/vote.h"

enum { NUMERAL_MAX_STEPS = 16, NUMERAL_MAX_TERMS = 8 };

/* One stage: a transform, a projection, or parallel features. */
typedef struct numeral_step {
    size_t n_terms;
    numeral_part terms[NUMERAL_MAX_TERMS];
} numeral_step;

typedef enum numeral_dtype_choice {
    NUMERAL_DTYPE_AUTO,
    NUMERAL_DTYPE_U8,
    NUMERAL_DTYPE_I8,
    NUMERAL_DTYPE_I16
} numeral_dtype_choice;

struct numeral_recipe {
    const numeral_registry *registry;
    size_t n_steps;
    numeral_step steps[NUMERAL_MAX_STEPS];
    numeral_frame frame;
    numeral_part metric;
    size_t k;
    numeral_part weights;
    numeral_ties ties;
    numeral_part index;
    numeral_dtype_choice dtype;
    numeral_cascade cascade; /* n_parts 0: no digit is looked at twice */
};

/* Sets one option from `length` characters. */
numeral_status numeral_recipe_set_slice(numeral_recipe *recipe, const char *option,
                                        const char *value, size_t length,
                                        numeral_error *err);
/* Appends every option that differs from its default. */
numeral_status numeral_recipe_print_options(const numeral_recipe *recipe,
                                            numeral_buffer *out, numeral_error *err);
/* Puts the defaults. */
void numeral_recipe_defaults(numeral_recipe *recipe, const numeral_registry *registry);

#endif
