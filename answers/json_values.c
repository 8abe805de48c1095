/* The values that answers are made of. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"

json_t *answer_integer(size_t value)
{
    return json_integer((json_int_t)value);
}

json_t *answer_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* The bytes of the character at `at`, or 0 where it is not UTF-8 (RFC 3629). */
static size_t character(const unsigned char *at)
{
    /* 0xc0 and 0xc1 would only begin overlong forms */
    size_t n = at[0] < 0x80   ? 1
               : at[0] < 0xc2 ? 0
               : at[0] < 0xe0 ? 2
               : at[0] < 0xf0 ? 3
                              : 4;
    /* beyond U+10FFFF, overlong, or half of a UTF-16 pair */
    if (at[0] > 0xf4 || (at[0] == 0xe0 && at[1] < 0xa0) ||
        (at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf0 && at[1] < 0x90) ||
        (at[0] == 0xf4 && at[1] > 0x8f)) {
        return 0;
    }
    for (size_t i = 1; i < n; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return n;
}

json_t *answer_text(const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    char *clean = malloc(3 * strlen(text) + 1), *to = clean;
    if (!clean) {
        return NULL;
    }
    while (*text) {
        size_t n = character((const unsigned char *)text);
        memcpy(to, n ? text : replacement, n ? n : 3);
        to += n ? n : 3;
        text += n ? n : 1;
    }
    *to = '\0';
    json_t *out = json_string(clean);
    free(clean);
    return out;
}

json_t *answer_box(numeral_page_box b)
{
    return json_pack("[I, I, I, I]", (json_int_t)b.top, (json_int_t)b.left,
                     (json_int_t)b.bottom, (json_int_t)b.right);
}

const char *answer_label_name(const numeral_model_info *info, numeral_label label,
                              char number[NUMERAL_LABEL_BYTES])
{
    size_t from = 0, to = info->label_names ? info->n_classes : 0;
    while (from < to) { /* classes ascend */
        size_t middle = from + (to - from) / 2;
        if (info->classes[middle] == label) {
            return info->label_names[middle];
        }
        if (info->classes[middle] < label) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    snprintf(number, NUMERAL_LABEL_BYTES, "%u", (unsigned)label);
    return number;
}
