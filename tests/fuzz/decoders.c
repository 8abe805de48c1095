/* The readers of data and of pictures. Each target puts its format's first bytes right,
 * so that no run is lost to another reader. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/gzip.h"
#include "tests/fuzz/decode_any.h"
#include "tests/fuzz/targets.h"

/* With the first bytes replaced. */
static void decode_as(const void *magic, size_t n_magic, const uint8_t *bytes, size_t n)
{
    size_t all = n < n_magic ? n_magic : n;
    uint8_t *copy = calloc(all ? all : 1, 1);
    memcpy(copy, bytes, n);
    memcpy(copy, magic, n_magic);
    decode_any(copy, all);
    free(copy);
}

void fuzz_idx(const uint8_t *bytes, size_t n)
{
    decode_as("\0\0", 2, bytes, n);
}

void fuzz_npy(const uint8_t *bytes, size_t n)
{
    decode_as("\x93NUMPY", 6, bytes, n);
}

void fuzz_npz(const uint8_t *bytes, size_t n)
{
    decode_as("PK\3\4", 4, bytes, n);
}

void fuzz_csv(const uint8_t *bytes, size_t n)
{
    decode_as("", 0, bytes, n);
}

void fuzz_pnm(const uint8_t *bytes, size_t n)
{
    decode_as("P", 1, bytes, n);
}

void fuzz_jpeg(const uint8_t *bytes, size_t n)
{
    decode_as("\xFF\xD8\xFF", 3, bytes, n);
}

void fuzz_tiff(const uint8_t *bytes, size_t n)
{
    decode_as(n && bytes[0] == 'M' ? "MM\0*" : "II*\0", 4, bytes, n);
}

/* A database of taught digits: what SQLite's header and ours begin with. */
void fuzz_taught(const uint8_t *bytes, size_t n)
{
    enum { ID_AT = 68, HEAD = 72 };
    size_t all = n < HEAD ? HEAD : n;
    uint8_t *copy = calloc(all, 1);
    memcpy(copy, bytes, n);
    memcpy(copy, "SQLite format 3", 16);
    memcpy(copy + ID_AT, "numl", 4);
    decode_any(copy, all);
    free(copy);
}

/* GIF, BMP and WebP, by the first byte. */
void fuzz_others(const uint8_t *bytes, size_t n)
{
    static const char *const magics[] = {"GIF89a", "BM", "RIFF"};
    unsigned which = n == 0 || bytes[0] == 'G' ? 0 : bytes[0] == 'B' ? 1 : 2;
    decode_as(magics[which], strlen(magics[which]), bytes, n);
}

/* Chunks get the checksums that they must have. */
void fuzz_png(const uint8_t *bytes, size_t n)
{
    uint8_t *copy = malloc(n + 8);
    memcpy(copy, bytes, n);
    memcpy(copy, "\x89PNG\r\n\x1a\n", 8);
    n = n < 8 ? 8 : n;
    for (size_t at = 8; n - at >= 12;) {
        size_t length = (size_t)copy[at] << 24 | (size_t)copy[at + 1] << 16 |
                        (size_t)copy[at + 2] << 8 | copy[at + 3];
        if (length > n - at - 12) {
            break;
        }
        unsigned long sum = crc32(0, copy + at + 4, (unsigned)length + 4);
        for (int i = 0; i < 4; i++) {
            copy[at + 8 + length + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
        }
        at += length + 12;
    }
    decode_any(copy, n);
    free(copy);
}

void fuzz_gzip(const uint8_t *bytes, size_t n)
{
    numeral_buffer out = {.max_bytes = 1 << 20};
    numeral_error err = {0};
    if (numeral_gzip_inflate(bytes, n, "fuzz", &out, &err) == NUMERAL_OK) {
        assert(out.size <= 1 << 20);
        numeral_buffer_free(&out);
    } else {
        assert(out.data == NULL && strstr(err.text, "fuzz") == err.text);
    }
}
