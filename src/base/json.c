/* Memory for jansson by our own allocator, and numbers as JSON has them. */
#include "base/json.h"

#include <string.h>

#include "base/fail.h"

/* jansson tells a lack of memory as bad syntax; its hook has nowhere else to leave word.
 */
static _Thread_local bool refused;

static void *allocate(size_t bytes)
{
    void *memory = numeral_allocate_small(bytes);
    refused |= !memory;
    return memory;
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
    refused = false;
    return json_dump_callback(value, append, out, JSON_COMPACT) == 0 && !refused
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for JSON text");
}

numeral_status numeral_json_parse(const char *text, size_t length, json_t **out,
                                  numeral_error *err)
{
    json_error_t problem;
    numeral_json_use_allocator();
    refused = false;
    json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &problem);
    if (refused) {
        json_decref(value);
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for JSON");
    }
    if (!value) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "no JSON: %.120s", problem.text);
    }
    *out = value;
    return NUMERAL_OK;
}

json_t *numeral_json_string(const char *text)
{
    json_t *value = json_string(text);
    if (value) {
        return value;
    }
    char *ascii = numeral_copy_text(text, strlen(text), NULL);
    for (char *at = ascii; at && *at; at++) {
        *at = (unsigned char)*at < 0x80 ? *at : '?';
    }
    value = ascii ? json_string(ascii) : NULL;
    numeral_release(ascii);
    return value;
}
