/* EXIF is a TIFF without pixels, put into a segment of JPEG, a chunk of PNG or of WebP.
 * Of it one entry of the first directory is wanted; whatever is damaged states nothing.
 */
#include "image/orientation.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

enum { TAG = 0x0112, TYPE_SHORT = 3 };

/* Bytes of a TIFF, in either order. */
typedef struct tiff {
    const uint8_t *bytes;
    size_t n;
    bool little;
} tiff;

static uint32_t number(const tiff *t, size_t at, unsigned size)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < size; i++) {
        value = value << 8 | t->bytes[at + (t->little ? size - 1 - i : i)];
    }
    return value;
}

static unsigned in_tiff(const uint8_t *bytes, size_t n)
{
    tiff t = {bytes, n, n > 0 && bytes[0] == 'I'};
    if (n < 14 || (memcmp(bytes, "II*\0", 4) != 0 && memcmp(bytes, "MM\0*", 4) != 0)) {
        return 1;
    }
    size_t at = number(&t, 4, 4);
    if (at > n - 2) {
        return 1;
    }
    size_t entries = number(&t, at, 2);
    for (at += 2; entries > 0 && at <= n && n - at >= 12; entries--, at += 12) {
        if (number(&t, at, 2) == TAG && number(&t, at + 2, 2) == TYPE_SHORT) {
            unsigned value = number(&t, at + 8, 2);
            return value >= 1 && value <= 8 ? value : 1;
        }
    }
    return 1;
}

static unsigned in_exif(const uint8_t *bytes, size_t n)
{
    bool named = n >= 6 && memcmp(bytes, "Exif\0\0", 6) == 0;
    return named ? in_tiff(bytes + 6, n - 6) : in_tiff(bytes, n);
}

static size_t big(const uint8_t *b, unsigned size)
{
    tiff t = {b, size, false};
    return number(&t, 0, size);
}

static unsigned in_jpeg(const uint8_t *b, size_t n)
{
    for (size_t at = 2; n - at >= 4 && b[at] == 0xFF && b[at + 1] != 0xDA;) {
        size_t length = big(b + at + 2, 2);
        if (b[at + 1] == 0xFF) { /* filling */
            at++;
            continue;
        }
        if (length < 2 || length > n - at - 2) {
            break;
        }
        if (b[at + 1] == 0xE1 && length >= 8 && memcmp(b + at + 4, "Exif\0\0", 6) == 0) {
            return in_exif(b + at + 4, length - 2);
        }
        at += 2 + length;
    }
    return 1;
}

static unsigned in_png(const uint8_t *b, size_t n)
{
    for (size_t at = 8; n - at >= 12;) {
        size_t length = big(b + at, 4);
        if (length > n - at - 12) {
            break;
        }
        if (memcmp(b + at + 4, "eXIf", 4) == 0) {
            return in_exif(b + at + 8, length);
        }
        at += length + 12;
    }
    return 1;
}

static unsigned in_webp(const uint8_t *b, size_t n)
{
    for (size_t at = 12; n - at >= 8;) {
        tiff t = {b, n, true};
        size_t length = number(&t, at + 4, 4);
        if (length > n - at - 8) {
            break;
        }
        if (memcmp(b + at, "EXIF", 4) == 0) {
            return in_exif(b + at + 8, length);
        }
        length += length % 2;
        at += 8 + (length < n - at - 8 ? length : n - at - 8);
    }
    return 1;
}

unsigned numeral_image_orientation(const uint8_t *bytes, size_t n_bytes)
{
    if (n_bytes < 12) {
        return 1;
    }
    if (bytes[0] == 0xFF && bytes[1] == 0xD8) {
        return in_jpeg(bytes, n_bytes);
    }
    if (memcmp(bytes, "\x89PNG", 4) == 0) {
        return in_png(bytes, n_bytes);
    }
    return memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0
               ? in_webp(bytes, n_bytes)
               : 1;
}

numeral_status numeral_image_upright(numeral_image *image, unsigned orientation,
                                     numeral_error *err)
{
    if (orientation <= 1 || orientation > 8) {
        return NUMERAL_OK;
    }
    bool across = orientation >= 5; /* rows become columns */
    /* from where the first pixel comes, in the picture as it lies */
    bool from_bottom =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    bool from_right =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    size_t height = image->height, width = image->width;
    numeral_image out;
    numeral_status status =
        numeral_image_create(across ? width : height, across ? height : width, &out, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    for (size_t y = 0; y < out.height; y++) {
        for (size_t x = 0; x < out.width; x++) {
            size_t row = across ? x : y, column = across ? y : x;
            row = from_bottom ? height - 1 - row : row;
            column = from_right ? width - 1 - column : column;
            out.pixels[y * out.width + x] = image->pixels[row * width + column];
        }
    }
    numeral_image_free(image);
    *image = out;
    return NUMERAL_OK;
}
