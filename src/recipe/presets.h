/* Named recipes. */
#ifndef NUMERAL_RECIPE_PRESETS_H
#define NUMERAL_RECIPE_PRESETS_H

#include <numeral/model.h>

typedef struct numeral_preset {
    numeral_entry entry;
    const char *text;
    double weights[NUMERAL_DECIDED_COUNT][3]; /* of a numeral_confidence_map;
                                                 all 0: not measured */
} numeral_preset;

/* The part that an entry of this kind belongs to. */
static inline const numeral_preset *numeral_preset_of(const numeral_entry *entry)
{
    return (const numeral_preset *)(const void *)entry;
}

extern const numeral_entry *const numeral_presets[];
extern const size_t numeral_n_presets;

#endif
