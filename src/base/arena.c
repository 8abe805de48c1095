/* A growing list of blocks. */
#include "base/arena.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"

void *numeral_arena_own(numeral_arena *arena, void *block, numeral_error *err)
{
    if (block && arena->n == arena->capacity) {
        size_t capacity = arena->capacity ? 2 * arena->capacity : 16;
        void **blocks = numeral_allocate(capacity, sizeof *blocks, err);
        if (!blocks) {
            numeral_release(block);
            return NULL;
        }
        if (arena->n > 0) {
            memcpy(blocks, arena->blocks, arena->n * sizeof *blocks);
        }
        numeral_release(arena->blocks);
        arena->blocks = blocks;
        arena->capacity = capacity;
    }
    if (block) {
        arena->blocks[arena->n++] = block;
    }
    return block;
}

void *numeral_arena_take(numeral_arena *arena, size_t count, size_t size,
                         numeral_error *err)
{
    return numeral_arena_own(arena, numeral_allocate_zero(count, size, err), err);
}

char *numeral_arena_printf(numeral_arena *arena, numeral_error *err, const char *format,
                           ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = numeral_text_format_list(NULL, 0, format, arguments);
    va_end(arguments);
    size_t bytes = length > 0 ? (size_t)length + 1 : 1;
    char *text = numeral_arena_take(arena, bytes, 1, err);
    if (text) {
        va_start(arguments, format);
        numeral_text_format_list(text, bytes, format, arguments);
        va_end(arguments);
    }
    return text;
}

void numeral_arena_free(numeral_arena *arena)
{
    while (arena->n > 0) {
        numeral_release(arena->blocks[--arena->n]);
    }
    numeral_release(arena->blocks);
    *arena = (numeral_arena){0};
}
