/* jansson, with our allocator and our buffers. */
#ifndef NUMERAL_BASE_JSON_H
#define NUMERAL_BASE_JSON_H

#include <jansson.h>

#include "base/memory.h"

/* Gives jansson our allocator; call before its first use. */
void numeral_json_use_allocator(void);
/* Appends `value` as compact text. */
numeral_status numeral_json_text(const json_t *value, numeral_buffer *out,
                                 numeral_error *err);
/* Parses a whole text, which must hold no key twice. NUMERAL_ERROR_FORMAT, _MEMORY. */
numeral_status numeral_json_parse(const char *text, size_t length, json_t **out,
                                  numeral_error *err);
/* Text of any bytes, as paths may be: what is not UTF-8 keeps only its ASCII, with
 * question marks. NULL when out of memory. */
json_t *numeral_json_string(const char *text);

#endif
