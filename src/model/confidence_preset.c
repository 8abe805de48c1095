/* The confidence of a model that has a preset's recipe: what held-out
 * digits of MNIST's training set gave for it (bench/confidence, src/recipe/presets.c). */
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
    char *text = NULL;
    numeral_status status;
    *out = NULL;
    TRY(numeral_recipe_set(&recipe, "index", "auto", err));
    text = numeral_recipe_print(&recipe);
    if (!text) {
        TRY(numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for the recipe"));
    }
    for (size_t i = 0; i < numeral_n_presets; i++) {
        if (strcmp(numeral_preset_text(numeral_presets[i]), text) == 0) {
            *out = numeral_preset_of(numeral_presets[i]);
        }
    }
done:
    numeral_release(text);
    return status;
}

numeral_status numeral_confidence_is_preset(const numeral_model *model, bool *out,
                                            numeral_error *err)
{
    const numeral_preset *found = NULL;
    numeral_status status = find_preset(model, &found, err);
    *out = found && found->weights[0][0] != 0;
    return status;
}

/* Whether the model was fitted to all of MNIST's training digits. */
static bool is_mnist(const numeral_model *model)
{
    return model->n_rows == 60000 && strcmp(model->origins[0].name, "mnist:train") == 0;
}

numeral_status numeral_confidence_by_preset(numeral_model *model, const numeral_run *run,
                                            numeral_error *err)
{
    static const char mnist[] = "held-out digits of mnist:train, plain, made bad, and "
                                "drawn ones, for this preset";
    static const char other[] =
        "MNIST's training digits, for this preset: on other data a guide only";
    const numeral_preset *found;
    numeral_status status;
    TRY(find_preset(model, &found, err));
    if (!found || found->weights[0][0] == 0) {
        goto done; /* none, or one that was not measured */
    }
    /* the weights are the preset's, but distances are measured in this model's unit */
    TRY(numeral_confidence_unit(model, run, &model->map.unit, err));
    memcpy(model->map.weights, found->weights, sizeof found->weights);
    const char *about = is_mnist(model) ? mnist : other;
    TRY_ALLOC(model->calibration = numeral_copy_text(about, strlen(about), err));
done:
    return status;
}
