#include "model/presets.h"

#include <numeral/recipe.h>

typedef struct preset {
    numeral_entry entry;
    const char *text;
} preset;

static const preset pixels = {{"pixels",
                               "the classic: raw pixels, squared distance, k = 3",
                               "Fix & Hodges 1951", NULL, 0},
                              "pixels"};

/* Both chosen by cross-validation on MNIST's training set: docs/accuracy.md. */
static const preset fast = {
    {"fast",
     "gradients in a learnt metric; hard digits by kernel ridge and image distortion", "",
     NULL, 0},
    "deskew,gradient,nda=32 --dtype i8 -k 5 --weights distance --gate 7 --rerank "
    "ridge=stop=0.4+idm=moments"};

static const preset accurate = {
    {"accurate", "the same, finer; image distortion in three views", "", NULL, 0},
    "deskew,gradient,nda=anchors=30000 --dtype i8 -k 5 --weights distance --gate 7:1.4 "
    "--rerank ridge=stop=0.5+idm=moments:stop=0.3+idm=stop=0.3+idm=raw:3"};

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
