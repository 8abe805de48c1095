/* Blocks that are freed together: what a result with many arrays owns. */
#ifndef NUMERAL_MODEL_KEEP_H
#define NUMERAL_MODEL_KEEP_H

#include "base/memory.h"

enum { NUMERAL_KEEP_MOST = 1024 };

/* Starts as zeros. */
typedef struct numeral_keep {
    size_t n;
    void *blocks[NUMERAL_KEEP_MOST];
} numeral_keep;

/* count × size bytes, all zero, freed with the others; NULL on failure. */
void *numeral_keep_take(numeral_keep *keep, size_t count, size_t size,
                        numeral_error *err);
/* Takes over a block, or frees it when there is no place; NULL stays NULL. */
void *numeral_keep_own(numeral_keep *keep, void *block, numeral_error *err);
void numeral_keep_free(numeral_keep *keep);

#endif
