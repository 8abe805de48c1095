/* The heap, through the replaceable table of numeral/runtime.h, with checked sizes. */
#ifndef NUMERAL_BASE_MEMORY_H
#define NUMERAL_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>

/* Every block but small ones is aligned to 64 bytes; blocks of 4 MiB and more ask for
 * huge pages. */

/* count × size bytes, contents undefined; NULL with `err` filled on overflow or refusal.
 * A zero-sized request gives a valid block. */
void *numeral_allocate(size_t count, size_t size, numeral_error *err);
/* The same, all bytes zero. */
void *numeral_allocate_zero(size_t count, size_t size, numeral_error *err);
/* Bytes for what is small and of any kind, not aligned to more than that needs; NULL on
 * refusal. To be given back as all others. */
void *numeral_allocate_small(size_t bytes);
/* Frees; NULL is allowed. */
void numeral_release(void *memory);
/* Says that few places of a large block will ever be written: it had better have ordinary
 * pages, since a huge one is cleared as a whole for a few bytes. */
void numeral_expect_sparse(void *memory, size_t bytes);
/* A copy of `text`, at most `length` characters of it. */
char *numeral_copy_text(const char *text, size_t length, numeral_error *err);

/* a × b and a + b; false on overflow, *out untouched. */
bool numeral_size_multiply(size_t a, size_t b, size_t *out);
bool numeral_size_add(size_t a, size_t b, size_t *out);
/* `value` rounded up to a multiple of `step` (a power of two); callers keep it far from
 * SIZE_MAX. */
static inline size_t numeral_round_up(size_t value, size_t step)
{
    return (value + step - 1) & ~(step - 1);
}

/* A growable byte buffer with a ceiling: appending beyond `max_bytes` fails. */
typedef struct numeral_buffer {
    uint8_t *data;
    size_t size;
    size_t capacity;
    size_t max_bytes;
} numeral_buffer;

numeral_status numeral_buffer_reserve(numeral_buffer *buffer, size_t extra,
                                      numeral_error *err);
numeral_status numeral_buffer_append(numeral_buffer *buffer, const void *bytes,
                                     size_t n_bytes, numeral_error *err);
numeral_status numeral_buffer_printf(numeral_buffer *buffer, numeral_error *err,
                                     const char *format, ...) NUMERAL_PRINTF(3, 4);
void numeral_buffer_free(numeral_buffer *buffer);

#endif
