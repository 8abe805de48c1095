/* Named recipes, with what `train mnist --preset NAME --calibrate 6` measured of their
 * confidence (docs/accuracy.md). */
#include "model/presets.h"

#include <string.h>

#include <numeral/recipe.h>

#include "base/fail.h"
#include "base/memory.h"
#include "model/confidence.h"

typedef struct preset {
    numeral_entry entry;
    const char *text;
    double weights[NUMERAL_DECIDED_COUNT][3]; /* of a numeral_confidence_map;
                                                 all 0: not measured */
} preset;

static const preset pixels = {
    {"pixels", "the classic: raw pixels, squared distance, k = 3", "Fix & Hodges 1951",
     NULL, 0},
    "pixels",
    {{8.7612, 0, -3.8032}, {0.51375, 1.5507, -0.57121}, {3.5152, 0, 0}}};

/* Both chosen by cross-validation on MNIST's training set: docs/accuracy.md. */
static const preset fast = {
    {"fast",
     "gradients in a learnt metric; hard digits by kernel ridge and image distortion", "",
     NULL, 0},
    "deskew,gradient,nda=32 --dtype i8 -k 5 --weights distance --gate 7 --rerank "
    "ridge=stop=0.4+idm=moments",
    {{10.637, 0, -3.1956}, {2.8577, 0.16545, -0.40344}, {0.19426, 3.4355, 0}}};

static const preset accurate = {
    {"accurate", "the same, finer; image distortion in three views", "", NULL, 0},
    "deskew,gradient,nda=anchors=30000 --dtype i8 -k 5 --weights distance --gate 7:1.4 "
    "--rerank ridge=stop=0.5+idm=moments:stop=0.3+idm=stop=0.3+idm=raw:3",
    {{11.216, 0, -3.5853}, {3.5764, 0.11057, -0.47092}, {-0.089709, 3.7645, 0}}};

const numeral_entry *const numeral_presets[] = {
    &pixels.entry,
    &fast.entry,
    &accurate.entry,
};
const size_t numeral_n_presets = sizeof numeral_presets / sizeof *numeral_presets;

const char *numeral_preset_text(const numeral_entry *entry)
{
    for (size_t i = 0; i < numeral_n_presets; i++) {
        if (numeral_presets[i] == entry) {
            return ((const preset *)entry)->text;
        }
    }
    return NULL;
}

/* The preset whose recipe is the model's, whatever its index; NULL: none. */
static numeral_status find_preset(const numeral_model *model, const preset **out,
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
            *out = (const preset *)numeral_presets[i];
        }
    }
    numeral_release(text);
    return status;
}

numeral_status numeral_confidence_by_preset(numeral_model *model, const numeral_run *run,
                                            numeral_error *err)
{
    static const char about[] = "6 folds of MNIST's training digits, for this preset";
    const preset *found;
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
