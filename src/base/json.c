#include "base/json.h"

#include "base/fail.h"

static void *allocate(size_t bytes)
{
    return numeral_allocate(bytes, 1, NULL);
}

void numeral_json_use_allocator(void)
{
    json_set_alloc_funcs(allocate, numeral_release);
}

static int append(const char *text, size_t length, void *buffer)
{
    return numeral_buffer_append(buffer, text, length, NULL) == NUMERAL_OK ? 0 : -1;
}

numeral_status numeral_json_text(const json_t *value, numeral_buffer *out,
                                 numeral_error *err)
{
    return json_dump_callback(value, append, out, JSON_COMPACT) == 0
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for JSON text");
}
