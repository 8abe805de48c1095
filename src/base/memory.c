/* One process-wide table, set before use: leptonica's, jansson's and cairo's own hooks
 * are process-wide too, so a table per object could not reach them. */
#include "base/memory.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <numeral/runtime.h>

#include "base/fail.h"
#include "base/text.h"

enum { ALIGNMENT = 64, HUGE_PAGE = 2 << 20 };

static void *system_allocate(size_t bytes)
{
    bool huge = bytes >= (size_t)2 * HUGE_PAGE;
    size_t alignment = huge ? HUGE_PAGE : ALIGNMENT;
    void *memory = NULL;
    if (posix_memalign(&memory, alignment, bytes) != 0) {
        return NULL;
    }
    if (huge) {
        madvise(memory, bytes, MADV_HUGEPAGE); /* advice only: refusal costs speed */
    }
    return memory;
}

static numeral_allocator table = {system_allocate, free};

void numeral_set_allocator(const numeral_allocator *allocator)
{
    table = allocator ? *allocator : (numeral_allocator){system_allocate, free};
}

bool numeral_size_multiply(size_t a, size_t b, size_t *out)
{
    size_t product;
    if (__builtin_mul_overflow(a, b, &product)) {
        return false;
    }
    *out = product;
    return true;
}

bool numeral_size_add(size_t a, size_t b, size_t *out)
{
    size_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        return false;
    }
    *out = sum;
    return true;
}

void *numeral_allocate(size_t count, size_t size, numeral_error *err)
{
    size_t bytes;
    if (!numeral_size_multiply(count, size, &bytes) || bytes > SIZE_MAX / 2) {
        numeral_fail(err, NUMERAL_ERROR_MEMORY,
                     "out of memory: %zu items of %zu bytes overflow", count, size);
        return NULL;
    }
    void *memory = table.allocate(bytes ? bytes : 1);
    if (!memory) {
        numeral_fail(err, NUMERAL_ERROR_MEMORY,
                     "out of memory: %zu bytes could not be allocated", bytes);
    }
    return memory;
}

void *numeral_allocate_small(size_t bytes)
{
    /* glibc does not keep aligned blocks for the next who asks; others it does */
    return table.allocate == system_allocate ? malloc(bytes) : table.allocate(bytes);
}

void numeral_expect_sparse(void *memory, size_t bytes)
{
    const size_t page = 4096;
    uintptr_t begin = ((uintptr_t)memory + page - 1) / page * page;
    uintptr_t end = ((uintptr_t)memory + bytes) / page * page;
    if (end > begin) {
        madvise((void *)begin, end - begin, MADV_NOHUGEPAGE); /* advice only */
    }
}

void *numeral_allocate_zero(size_t count, size_t size, numeral_error *err)
{
    void *memory = numeral_allocate(count, size, err);
    if (memory && count && size) {
        memset(memory, 0, count * size);
    }
    return memory;
}

void numeral_release(void *memory)
{
    table.release(memory);
}

void numeral_free(void *memory)
{
    numeral_release(memory);
}

char *numeral_copy_text(const char *text, size_t length, numeral_error *err)
{
    size_t n = length ? strnlen(text, length) : 0; /* no text may be NULL */
    char *copy = numeral_allocate(n + 1, 1, err);
    if (copy && n) {
        memcpy(copy, text, n);
    }
    if (copy) {
        copy[n] = '\0';
    }
    return copy;
}

numeral_status numeral_buffer_reserve(numeral_buffer *buffer, size_t extra,
                                      numeral_error *err)
{
    size_t need;
    if (!numeral_size_add(buffer->size, extra, &need) || need > buffer->max_bytes) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "more than the %zu bytes allowed here", buffer->max_bytes);
    }
    if (need <= buffer->capacity) {
        return NUMERAL_OK;
    }
    size_t doubled = buffer->capacity < SIZE_MAX / 2 ? buffer->capacity * 2 : need;
    size_t capacity = doubled > need ? doubled : need;
    if (capacity < 4096) {
        capacity = 4096;
    }
    if (capacity > buffer->max_bytes) {
        capacity = buffer->max_bytes;
    }
    uint8_t *data = numeral_allocate(capacity, 1, err);
    if (!data) {
        return NUMERAL_ERROR_MEMORY;
    }
    if (buffer->size) {
        memcpy(data, buffer->data, buffer->size);
    }
    numeral_release(buffer->data);
    buffer->data = data;
    buffer->capacity = capacity;
    return NUMERAL_OK;
}

numeral_status numeral_buffer_append(numeral_buffer *buffer, const void *bytes,
                                     size_t n_bytes, numeral_error *err)
{
    numeral_status status = numeral_buffer_reserve(buffer, n_bytes, err);
    if (status == NUMERAL_OK && n_bytes) {
        memcpy(buffer->data + buffer->size, bytes, n_bytes);
        buffer->size += n_bytes;
    }
    return status;
}

numeral_status numeral_buffer_printf(numeral_buffer *buffer, numeral_error *err,
                                     const char *format, ...)
{
    for (;;) {
        size_t room = buffer->capacity - buffer->size;
        va_list arguments;
        va_start(arguments, format);
        int length = numeral_text_format_list(
            room ? (char *)buffer->data + buffer->size : NULL, room, format, arguments);
        va_end(arguments);
        if ((size_t)length < room) {
            buffer->size += (size_t)length; /* its final zero stands behind, uncounted */
            return NUMERAL_OK;
        }
        numeral_status status = numeral_buffer_reserve(buffer, (size_t)length + 1, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
}

void numeral_buffer_free(numeral_buffer *buffer)
{
    numeral_release(buffer->data);
    buffer->data = NULL;
    buffer->size = 0;
    buffer->capacity = 0;
}
