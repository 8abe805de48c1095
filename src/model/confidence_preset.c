/* The confidence of a model that has a preset's recipe: what six folds of MNIST's
 * training digits gave for it (src/recipe/presets.c). */
#include <string.h>

#include <numeral/tools/command.h>

#include "base/fail.h"
#include "base/memory.h"
#include "model/confidence.h"
#include "recipe/presets.h"

/* The preset whose recipe is the model's, whatever its index; NULL: none. */
static numeral_status find_preset(const numeral_model *model, const numeral_preset **out,
                                  numeral_error *err)
{
    numeral_recipe recipe = model->recipe;
    numeral_status status = numeral_recipe_set(&recipe, "index", "auto", err);
    char *text = status == NUMERAL_OK ? numeral_recipe_print(&recipe) : NULL;
    if (status == NUMERAL_OK && !text) {
        status = numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for the recipe");
    }
    *out = NULL;
    for (size_t i = 0; status == NUMERAL_OK && i < numeral_n_presets; i++) {
        if (strcmp(numeral_preset_text(numeral_presets[i]), text) == 0) {
            *out = numeral_preset_of(numeral_presets[i]);
        }
    }
    numeral_release(text);
    return status;
}

numeral_status numeral_confidence_by_preset(numeral_model *model, const numeral_run *run,
                                            numeral_error *err)
{
    static const char about[] = "6 folds of MNIST's training digits, for this preset";
    const numeral_preset *found;
    numeral_status status = find_preset(model, &found, err);
    if (status != NUMERAL_OK || !found || found->weights[0][0] == 0) {
        return status;
    }
    status = numeral_confidence_unit(model, run, &model->map.unit, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    memcpy(model->map.weights, found->weights, sizeof found->weights);
    model->calibration = numeral_copy_text(about, strlen(about), err);
    return model->calibration ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}
