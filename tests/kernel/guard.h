/* Buffers between unreadable pages, and random bits; nothing but the C library, so that
 * the tests that include it also build for another machine. */
#ifndef TESTS_KERNEL_GUARD_H
#define TESTS_KERNEL_GUARD_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if !defined(__wasm__)
#include <sys/mman.h>
#include <unistd.h>
#endif

enum { POISON = 0xa5 };

/* The places a buffer can have between its two unreadable pages. */
typedef enum place { AT_FRONT, AT_END, PLACES } place;

static uint64_t random_state = 88172645463325252U;

static inline uint32_t random_bits(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 16);
}

typedef struct guarded {
    uint8_t *map, *data;
    size_t map_bytes, bytes;
} guarded;

#if defined(__wasm__)
/* WebAssembly has no pages that cannot be read: what is written beside a buffer is found
 * at its end. Rows of kernels begin on 64 bytes. */
enum { FENCE = 4096 };

static inline guarded guard(size_t bytes, place where)
{
    size_t inside = (bytes + FENCE) / FENCE * FENCE;
    guarded g = {.map_bytes = inside + 2 * FENCE, .bytes = bytes};
    g.map = aligned_alloc(FENCE, g.map_bytes);
    if (!g.map) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    g.data = g.map + FENCE + (where == AT_END ? inside - bytes : 0);
    memset(g.map, POISON, g.map_bytes);
    return g;
}

static inline void unguard(guarded *g)
{
    for (uint8_t *at = g->map; at < g->map + g->map_bytes; at++) {
        if (*at != POISON && (at < g->data || at >= g->data + g->bytes)) {
            fprintf(stderr, "a byte is written %td bytes behind the buffer's start\n",
                    at - g->data);
            exit(1);
        }
    }
    free(g->map);
}
#else
static inline guarded guard(size_t bytes, place where)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t inside = (bytes + page) / page * page;
    guarded g = {.map_bytes = inside + 2 * page, .bytes = bytes};
    g.map = mmap(NULL, g.map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                 -1, 0);
    if (g.map == MAP_FAILED || mprotect(g.map, page, PROT_NONE) != 0 ||
        mprotect(g.map + page + inside, page, PROT_NONE) != 0) {
        perror("guard pages");
        exit(1);
    }
    g.data = g.map + page + (where == AT_END ? inside - bytes : 0);
    memset(g.data, POISON, bytes);
    return g;
}

static inline void unguard(guarded *g)
{
    munmap(g->map, g->map_bytes);
}
#endif

#endif
