/* Named recipes. */
#ifndef NUMERAL_MODEL_PRESETS_H
#define NUMERAL_MODEL_PRESETS_H

#include <numeral/registry.h>

extern const numeral_entry *const numeral_presets[];
extern const size_t numeral_n_presets;

#endif
