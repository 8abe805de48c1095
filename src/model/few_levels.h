/* Sets of few levels: 0 and 1, or 0 to 16. */
#ifndef NUMERAL_MODEL_FEW_LEVELS_H
#define NUMERAL_MODEL_FEW_LEVELS_H

#include "model/model.h"

/* The level that is white in a set whose largest one is at most 128: the next power of
 * two above what is there, so that a part of a set is read as the whole. 0: it has all
 * levels, or is too small to say; one picture alone may be dark. */
unsigned numeral_few_levels(const numeral_dataset *data);
/* Whether the model's own digits have all levels, so that a set of few is none of theirs.
 */
bool numeral_model_has_all_levels(const numeral_model *model);
/* The pixels with 255 for that white, to be released; NULL: no memory. */
uint8_t *numeral_stretch_levels(const numeral_dataset *data, unsigned white,
                                numeral_error *err);

#endif
