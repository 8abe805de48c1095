/* An allocator that counts its blocks, so that a test sees what is left behind, and
 * refuses one where it is told to. */
#ifndef TESTS_UNIT_LIVE_H
#define TESTS_UNIT_LIVE_H

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/runtime.h>

static atomic_long live_blocks, live_until_refused; /* 0: none is */

static void *live_allocate(size_t bytes)
{
    void *memory = NULL;
    if (atomic_load(&live_until_refused) > 0 &&
        atomic_fetch_sub(&live_until_refused, 1) == 1) {
        return NULL;
    }
    if (posix_memalign(&memory, 64, bytes ? bytes : 1) != 0) {
        return NULL;
    }
    memset(memory, 0xa5, bytes); /* whoever reads what nobody wrote, shows */
    atomic_fetch_add(&live_blocks, 1);
    return memory;
}

static void live_release(void *memory)
{
    atomic_fetch_sub(&live_blocks, memory != NULL);
    free(memory);
}

/* Call before anything is allocated. */
static inline void live_begin(void)
{
    static const numeral_allocator counting = {live_allocate, live_release};
    numeral_set_allocator(&counting);
}

static inline long live_count(void)
{
    return atomic_load(&live_blocks);
}

#endif
