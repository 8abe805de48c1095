/* Base64 (RFC 4648), with or without its padding. */
#include <stdlib.h>

#include "service.h"

static int value_of(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

uint8_t *serve_base64_decode(const char *text, size_t length, size_t *n_bytes)
{
    while (length > 0 && text[length - 1] == '=') {
        length--;
    }
    uint8_t *out = length % 4 == 1 ? NULL : malloc(length / 4 * 3 + 4);
    uint32_t bits = 0;
    size_t n = 0;
    for (size_t i = 0; out && i < length; i++) {
        int value = value_of(text[i]);
        if (value < 0) {
            free(out);
            return NULL;
        }
        bits = bits << 6 | (uint32_t)value;
        if (i % 4 > 0) { /* 6 bits begin a group and 8 more lie there from then on */
            out[n++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
        }
    }
    *n_bytes = n;
    return out;
}

char *serve_base64_encode(const uint8_t *bytes, size_t n_bytes)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = malloc((n_bytes + 2) / 3 * 4 + 1), *to = out;
    for (size_t i = 0; out && i < n_bytes; i += 3) {
        uint32_t bits = (uint32_t)bytes[i] << 16;
        bits |= i + 1 < n_bytes ? (uint32_t)bytes[i + 1] << 8 : 0;
        bits |= i + 2 < n_bytes ? bytes[i + 2] : 0;
        *to++ = digits[bits >> 18];
        *to++ = digits[bits >> 12 & 63];
        *to++ = i + 1 < n_bytes ? digits[bits >> 6 & 63] : '=';
        *to++ = i + 2 < n_bytes ? digits[bits & 63] : '=';
    }
    if (out) {
        *to = '\0';
    }
    return out;
}
