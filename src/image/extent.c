/* Ends of pictures: PNG by its chunks (ISO 15948), JPEG by its markers (ITU-T T.81), PNM
 * by its size or, as text, by its count of samples, GIF by its blocks, BMP and RIFF by
 * the size they state. Nothing is decoded. */
#include "image/extent.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "image/image_codec.h"

static size_t big_32(const uint8_t *b)
{
    return (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
}

static size_t little_32(const uint8_t *b)
{
    return (size_t)b[3] << 24 | (size_t)b[2] << 16 | (size_t)b[1] << 8 | b[0];
}

static size_t png_extent(const uint8_t *b, size_t n)
{
    for (size_t at = 8; n - at >= 12;) {
        size_t length = big_32(b + at);
        if (length > n - at - 12) {
            break;
        }
        bool end = memcmp(b + at + 4, "IEND", 4) == 0;
        at += length + 12;
        if (end) {
            return at;
        }
    }
    return n;
}

/* Markers with a length are passed over by it, coded data up to the next marker. *scans
 * counts the starts of scans. */
static size_t jpeg_extent(const uint8_t *b, size_t n, size_t *scans)
{
    *scans = 0;
    for (size_t at = 2; n - at >= 2;) {
        uint8_t code = b[at + 1];
        if (b[at] != 0xFF || code == 0xFF) {
            at++; /* coded data, or filling */
        } else if (code == 0xD9) {
            return at + 2;
        } else if (code == 0 || code == 1 || (code >= 0xD0 && code <= 0xD7)) {
            at += 2; /* stuffed, or without a length */
        } else if (n - at < 4) {
            break;
        } else {
            size_t length = (size_t)b[at + 2] << 8 | b[at + 3];
            if (length < 2 || length > n - at - 2) {
                break;
            }
            *scans += code == 0xDA;
            at += 2 + length;
        }
    }
    return n;
}

size_t numeral_jpeg_scans(const uint8_t *b, size_t n)
{
    size_t scans = 0;
    if (n >= 2) {
        jpeg_extent(b, n, &scans);
    }
    return scans;
}

/* The end of a GIF's data sub-blocks; n where they do not end. */
static size_t skip_blocks(const uint8_t *b, size_t at, size_t n)
{
    while (at < n && b[at]) {
        at += (size_t)b[at] + 1;
    }
    return at < n ? at + 1 : n;
}

static size_t colours(uint8_t flags)
{
    return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

static size_t gif_extent(const uint8_t *b, size_t n)
{
    if (n < 13) {
        return n;
    }
    for (size_t at = 13 + colours(b[10]); at < n;) {
        if (b[at] == 0x3B) {
            return at + 1;
        }
        if (b[at] == 0x21 && n - at > 2) {
            at = skip_blocks(b, at + 2, n);
        } else if (b[at] == 0x2C && n - at > 11) {
            at = skip_blocks(b, at + 11 + colours(b[at + 9]), n);
        } else {
            break;
        }
    }
    return n;
}

/* Passes over space and comments. */
static size_t skip_space(const uint8_t *b, size_t at, size_t n)
{
    while (at < n && (isspace(b[at]) || b[at] == '#')) {
        const uint8_t *line = b[at] == '#' ? memchr(b + at, '\n', n - at) : b + at;
        at = line ? (size_t)(line - b) + 1 : n;
    }
    return at;
}

/* A number of the header, at most 2^28; its end in *at. False: there is none. */
static bool number(const uint8_t *b, size_t *at, size_t n, uint64_t *out)
{
    size_t from = *at = skip_space(b, *at, n);
    for (*out = 0; *at < n && isdigit(b[*at]) && *out <= NUMERAL_MAX_PIXELS; ++*at) {
        *out = *out * 10 + (uint64_t)(b[*at] - '0');
    }
    return *at > from && *out <= NUMERAL_MAX_PIXELS;
}

static size_t pnm_extent(const uint8_t *b, size_t n)
{
    int type = b[1] - '0';
    bool bitmap = type == 1 || type == 4;
    uint64_t width, height, maximum = 1, channels = type == 3 || type == 6 ? 3 : 1;
    size_t at = 2;
    if (!number(b, &at, n, &width) || !number(b, &at, n, &height) ||
        (!bitmap && !number(b, &at, n, &maximum)) ||
        (width && height > NUMERAL_MAX_PIXELS / width)) {
        return n;
    }
    uint64_t count = width * height * channels;
    if (type >= 4) {
        uint64_t bytes = type == 4       ? (width + 7) / 8 * height
                         : maximum > 255 ? 2 * count
                                         : count;
        return bytes < n - at ? at + 1 + (size_t)bytes : n; /* one space before them */
    }
    for (uint64_t i = 0; i < count; i++) {
        at = skip_space(b, at, n);
        if (at >= n || !isdigit(b[at])) {
            return n;
        }
        do {
            at++;
        } while (type != 1 && at < n && isdigit(b[at]));
    }
    return at;
}

size_t numeral_image_extent(const uint8_t *b, size_t n)
{
    size_t end = n, scans;
    if (n < 12) {
        return n;
    }
    if (memcmp(b, "\x89PNG", 4) == 0) {
        end = png_extent(b, n);
    } else if (b[0] == 0xFF && b[1] == 0xD8) {
        end = jpeg_extent(b, n, &scans);
    } else if (memcmp(b, "GIF8", 4) == 0) {
        end = gif_extent(b, n);
    } else if (b[0] == 'P' && b[1] >= '1' && b[1] <= '6') {
        end = pnm_extent(b, n);
    } else if (memcmp(b, "BM", 2) == 0) {
        end = little_32(b + 2);
    } else if (memcmp(b, "RIFF", 4) == 0) {
        end = little_32(b + 4) + 8; /* of an even number of bytes */
        end += end % 2;
    }
    return end > 0 && end < n ? end : n;
}
