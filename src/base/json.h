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

#endif
