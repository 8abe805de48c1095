/* Named recipes, with what `bench/confidence NAME` measured of their confidence
 * (docs/accuracy.md). */
#include "recipe/presets.h"

#include <numeral/recipe.h>
#include <numeral/tools/command.h>

static const numeral_preset pixels = {
    {"pixels", "the classic: raw pixels, squared distance, k = 3", "Fix & Hodges 1951",
     NULL, 0, NULL},
    "pixels",
    {{7.0158, 0, -3.054}, {0.426, 1.6152, -0.74093}, {2.9144, 0, 0}}};

/* Both chosen by cross-validation on MNIST's training set: docs/accuracy.md. */
static const numeral_preset fast = {
    {"fast",
     "gradients in a learnt metric; hard digits by kernel ridge and image distortion", "",
     NULL, 0, NULL},
    "deskew,gradient,nda=32 --dtype i8 -k 5 --weights distance --gate 7 --rerank "
    "ridge=stop=0.4+idm=moments",
    {{10.098, 0, -3.3855}, {4.5034, 0.054115, -1.5706}, {-0.2297, 4.2868, 0}}};

static const numeral_preset accurate = {
    {"accurate", "the same, finer; image distortion in three views", "", NULL, 0, NULL},
    "deskew,gradient,nda=anchors=30000 --dtype i8 -k 5 --weights distance --gate 7:1.4 "
    "--rerank ridge=stop=0.5+idm=moments:stop=0.3+idm=stop=0.3+idm=raw:3",
    {{10.736, 0, -3.8653}, {2.5231, 0, -0.12931}, {1.2513, 3.4615, -0.94742}}};

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
