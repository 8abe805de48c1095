/* Blocks that are freed together: what a result with many arrays owns. */
#ifndef NUMERAL_BASE_ARENA_H
#define NUMERAL_BASE_ARENA_H

#include "base/memory.h"

enum { NUMERAL_ARENA_MOST = 1024 };

/* Starts as zeros. */
typedef struct numeral_arena {
    size_t n;
    void *blocks[NUMERAL_ARENA_MOST];
} numeral_arena;

/* count × size bytes, all zero, freed with the others; NULL on failure. */
void *numeral_arena_take(numeral_arena *keep, size_t count, size_t size,
                         numeral_error *err);
/* Takes over a block, or frees it when there is no place; NULL stays NULL. */
void *numeral_arena_own(numeral_arena *keep, void *block, numeral_error *err);
void numeral_arena_free(numeral_arena *keep);

#endif
