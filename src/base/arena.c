#include "base/arena.h"

#include "base/fail.h"

void *numeral_arena_own(numeral_arena *keep, void *block, numeral_error *err)
{
    if (block && keep->n == NUMERAL_ARENA_MOST) {
        numeral_release(block);
        numeral_fail(err, NUMERAL_ERROR_LIMIT, "more than %d arrays in one result",
                     NUMERAL_ARENA_MOST);
        return NULL;
    }
    if (block) {
        keep->blocks[keep->n++] = block;
    }
    return block;
}

void *numeral_arena_take(numeral_arena *keep, size_t count, size_t size,
                         numeral_error *err)
{
    return numeral_arena_own(keep, numeral_allocate_zero(count, size, err), err);
}

void numeral_arena_free(numeral_arena *keep)
{
    while (keep->n > 0) {
        numeral_release(keep->blocks[--keep->n]);
    }
}
