/* Named recipes, with what `train mnist --preset NAME --calibrate 6` measured of their
 * confidence (docs/accuracy.md). */
#include "recipe/presets.h"

#include <numeral/recipe.h>
#include <numeral/tools/command.h>

static const numeral_preset pixels = {
    {"pixels", "the classic: raw pixels, squared distance, k = 3", "Fix & Hodges 1951",
     NULL, 0, NULL},
    "pixels",
    {{8.7612, 0, -3.8032}, {0.51375, 1.5507, -0.57121}, {3.5152, 0, 0}}};

/* Both chosen by cross-validation on MNIST's training set: docs/accuracy.md. */
static const numeral_preset fast = {
    {"fast",
     "gradients in a learnt metric; hard digits by kernel ridge and image distortion", "",
     NULL, 0, NULL},
    "deskew,gradient,nda=32 --dtype i8 -k 5 --weights distance --gate 7 --rerank "
    "ridge=stop=0.4+idm=moments",
    {{10.637, 0, -3.1956}, {2.8577, 0.16545, -0.40344}, {0.19426, 3.4355, 0}}};

static const numeral_preset accurate = {
    {"accurate", "the same, finer; image distortion in three views", "", NULL, 0, NULL},
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
            return numeral_preset_of(entry)->text;
        }
    }
    return NULL;
}
