/* Blocks that are freed together: what a result with many arrays owns. */
#ifndef NUMERAL_BASE_ARENA_H
#define NUMERAL_BASE_ARENA_H

#include "base/memory.h"

/* Starts as zeros. */
typedef struct numeral_arena {
    size_t n, capacity;
    void **blocks;
} numeral_arena;

/* count × size bytes, all zero, freed with the others; NULL on failure. */
void *numeral_arena_take(numeral_arena *arena, size_t count, size_t size,
                         numeral_error *err);
/* Takes over a block, or frees it when there is no place; NULL stays NULL. */
void *numeral_arena_own(numeral_arena *arena, void *block, numeral_error *err);
/* The text of a printf; NULL on failure. */
char *numeral_arena_printf(numeral_arena *arena, numeral_error *err, const char *format,
                           ...) NUMERAL_PRINTF(3, 4);
void numeral_arena_free(numeral_arena *arena);

#endif
