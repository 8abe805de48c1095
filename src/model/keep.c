#include "model/keep.h"

#include "base/fail.h"

void *numeral_keep_own(numeral_keep *keep, void *block, numeral_error *err)
{
    if (block && keep->n == NUMERAL_KEEP_MOST) {
        numeral_release(block);
        numeral_fail(err, NUMERAL_ERROR_LIMIT, "more than %d arrays in one result",
                     NUMERAL_KEEP_MOST);
        return NULL;
    }
    if (block) {
        keep->blocks[keep->n++] = block;
    }
    return block;
}

void *numeral_keep_take(numeral_keep *keep, size_t count, size_t size, numeral_error *err)
{
    return numeral_keep_own(keep, numeral_allocate_zero(count, size, err), err);
}

void numeral_keep_free(numeral_keep *keep)
{
    while (keep->n > 0) {
        numeral_release(keep->blocks[--keep->n]);
    }
}
