#include "plot/words.h"

#include <stdio.h>

#include "base/fail.h"

numeral_status numeral_check_digits(const numeral_digits *digits, const char *chart,
                                    numeral_error *err)
{
    if (digits->n == 0 || digits->height == 0 || digits->width == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: nothing to draw: %zu images of %zu × %zu pixels", chart,
                            digits->n, digits->height, digits->width);
    }
    if (digits->height > 4096 || digits->width > 4096) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: images of %zu × %zu pixels are too large to draw: at "
                            "most 4096 a side",
                            chart, digits->height, digits->width);
    }
    return NUMERAL_OK;
}

const char *numeral_label_text(numeral_label_names names, uint8_t label,
                               char number[NUMERAL_NUMBER_BYTES])
{
    if (names && names[label]) {
        return names[label];
    }
    snprintf(number, NUMERAL_NUMBER_BYTES, "%u", (unsigned)label);
    return number;
}

const char *numeral_count_text(uint64_t count, char number[NUMERAL_NUMBER_BYTES])
{
    char plain[NUMERAL_NUMBER_BYTES];
    size_t length =
        (size_t)snprintf(plain, sizeof plain, "%llu", (unsigned long long)count);
    size_t at = 0;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            number[at++] = ',';
        }
        number[at++] = plain[i];
    }
    number[at] = '\0';
    return number;
}
