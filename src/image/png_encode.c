/* An 8-bit grey PNG: header, one IDAT of unfiltered rows, end. Small images gain nothing
 * from filters. */
#include <string.h>
#include <zlib.h>

#include "base/fail.h"
#include "image/image_codec.h"

static void put_32(uint8_t *bytes, size_t value)
{
    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

static numeral_status append_chunk(numeral_buffer *out, const char *type,
                                   const uint8_t *data, size_t size, numeral_error *err)
{
    uint8_t head[8], sum[4];
    put_32(head, size);
    memcpy(head + 4, type, 4);
    put_32(sum, crc32_z(crc32_z(0, head + 4, 4), data, size));
    numeral_status status = numeral_buffer_append(out, head, 8, err);
    if (status == NUMERAL_OK) {
        status = numeral_buffer_append(out, data, size, err);
    }
    return status == NUMERAL_OK ? numeral_buffer_append(out, sum, 4, err) : status;
}

static numeral_status append_rows(const uint8_t *pixels, size_t height, size_t width,
                                  numeral_buffer *out, numeral_error *err)
{
    size_t bytes = height * (width + 1);
    uLongf packed_bytes = compressBound(bytes);
    uint8_t *rows = numeral_allocate_zero(bytes, 1, err);
    uint8_t *packed = rows ? numeral_allocate(packed_bytes, 1, err) : NULL;
    numeral_status status = NUMERAL_ERROR_MEMORY;
    if (packed) {
        for (size_t y = 0; y < height; y++) {
            memcpy(rows + y * (width + 1) + 1, pixels + y * width, width);
        }
        status = compress2(packed, &packed_bytes, rows, bytes, 6) == Z_OK
                     ? append_chunk(out, "IDAT", packed, packed_bytes, err)
                     : numeral_fail(err, NUMERAL_ERROR_MEMORY, "PNG: out of memory");
    }
    numeral_release(packed);
    numeral_release(rows);
    return status;
}

numeral_status numeral_png_encode(const uint8_t *pixels, size_t height, size_t width,
                                  numeral_buffer *out, numeral_error *err)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10};
    uint8_t head[13] = {[8] = 8};
    put_32(head, width);
    put_32(head + 4, height);
    numeral_status status =
        numeral_image_check_size("PNG", height, width, 1, UINT64_MAX, err);
    if (status == NUMERAL_OK) {
        status = numeral_buffer_append(out, signature, 8, err);
    }
    if (status == NUMERAL_OK) {
        status = append_chunk(out, "IHDR", head, sizeof head, err);
    }
    if (status == NUMERAL_OK) {
        status = append_rows(pixels, height, width, out, err);
    }
    return status == NUMERAL_OK ? append_chunk(out, "IEND", head, 0, err) : status;
}
