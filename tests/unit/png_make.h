/* PNG files of any kind, made for tests: header, raw rows as given, checksums. */
#ifndef TESTS_UNIT_PNG_MAKE_H
#define TESTS_UNIT_PNG_MAKE_H

#include <stdint.h>
#include <string.h>
#include <zlib.h>

typedef struct png_file {
    uint8_t bytes[4096];
    size_t n;
} png_file;

static inline void png_put_32(png_file *f, uint32_t value)
{
    for (int i = 3; i >= 0; i--) {
        f->bytes[f->n++] = (uint8_t)(value >> (8 * i));
    }
}

static inline void png_chunk(png_file *f, const char *type, const void *data, size_t n)
{
    png_put_32(f, (uint32_t)n);
    size_t start = f->n;
    memcpy(f->bytes + f->n, type, 4);
    f->n += 4;
    if (n) {
        memcpy(f->bytes + f->n, data, n);
    }
    f->n += n;
    png_put_32(f, (uint32_t)crc32(0, f->bytes + start, (uInt)(n + 4)));
}

static inline png_file png_begin(uint32_t width, uint32_t height, int depth, int type,
                                 int interlaced)
{
    png_file f = {{0x89, 'P', 'N', 'G', 13, 10, 26, 10}, 8};
    uint8_t head[13] = {(uint8_t)(width >> 24),
                        (uint8_t)(width >> 16),
                        (uint8_t)(width >> 8),
                        (uint8_t)width,
                        (uint8_t)(height >> 24),
                        (uint8_t)(height >> 16),
                        (uint8_t)(height >> 8),
                        (uint8_t)height,
                        (uint8_t)depth,
                        (uint8_t)type,
                        0,
                        0,
                        (uint8_t)interlaced};
    png_chunk(&f, "IHDR", head, 13);
    return f;
}

/* Adds the rows, each behind its filter byte, and the end. */
static inline void png_end(png_file *f, const void *rows, size_t n)
{
    uint8_t packed[2048];
    uLongf packed_n = sizeof packed;
    compress(packed, &packed_n, rows, n);
    png_chunk(f, "IDAT", packed, packed_n);
    png_chunk(f, "IEND", "", 0);
}

#endif
