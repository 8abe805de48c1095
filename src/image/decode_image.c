/* From bytes to a grey image: gzip is taken off, the first decoder that knows the bytes
 * gets the rest, and what lies on its side is turned. */
#include <numeral/image.h>

#include <string.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/gzip.h"
#include "image/foreign.h"
#include "image/image_codec.h"
#include "image/orientation.h"
#include "numeral_config.h"

/* In the order in which they are asked. */
static const numeral_codec *const codecs[] = {
    &numeral_codec_png,
    &numeral_codec_pnm,
#ifdef NUMERAL_HAVE_JPEG
    &numeral_codec_jpeg,
#endif
    &numeral_codec_leptonica,
};

static const numeral_codec *find(const uint8_t *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++) {
        if (codecs[i]->recognise(bytes, n_bytes)) {
            return codecs[i];
        }
    }
    return NULL;
}

bool numeral_image_known(const uint8_t *bytes, size_t n_bytes)
{
    return find(bytes, n_bytes) != NULL;
}

bool numeral_image_recognised(const void *bytes, size_t n_bytes)
{
    return numeral_image_known(bytes, n_bytes);
}

size_t numeral_image_pages(const uint8_t *bytes, size_t n_bytes)
{
    const numeral_codec *codec = find(bytes, n_bytes);
    size_t n = codec && codec->pages ? codec->pages(bytes, n_bytes) : 1;
    return n ? n : 1;
}

numeral_status numeral_image_decode_page(const uint8_t *bytes, size_t n_bytes,
                                         const char *name, size_t page, uint64_t budget,
                                         numeral_image *out, numeral_error *err)
{
    const numeral_codec *codec = find(bytes, n_bytes);
    const char *words = codec ? NULL : numeral_foreign_words(bytes, n_bytes);
    if (words) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "%.200s: cannot be read, it is %s", name, words);
    }
    if (!codec) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: not an image, expected PNG, JPEG, PNM, TIFF, BMP, GIF "
                            "or WebP",
                            name);
    }
    numeral_image image;
    numeral_status status =
        codec->decode(bytes, n_bytes, name, page, budget, &image, err);
    if (status != NUMERAL_OK) { /* what is out of memory knows no file */
        numeral_fail_prefix(err, name);
    } else {
        status =
            numeral_image_upright(&image, numeral_image_orientation(bytes, n_bytes), err);
        if (status != NUMERAL_OK) {
            numeral_image_free(&image);
            return status;
        }
        *out = image;
    }
    return status;
}

numeral_status numeral_image_decode(const void *bytes, size_t n_bytes, const char *name,
                                    numeral_image *out, numeral_error *err)
{
    numeral_unpacked plain;
    numeral_status status =
        numeral_gzip_unpack(bytes, n_bytes, name, numeral_image_known, &plain, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    status = numeral_image_decode_page(plain.bytes, plain.n_bytes, name, 0, plain.budget,
                                       out, err);
    numeral_buffer_free(&plain.memory);
    return status;
}

numeral_status numeral_image_read(const char *path, numeral_image *out,
                                  numeral_error *err)
{
    bool input = strcmp(path, "-") == 0;
    numeral_bytes bytes;
    numeral_status status = numeral_bytes_read(path, SIZE_MAX / 2, &bytes, err);
    if (status == NUMERAL_OK) {
        status = numeral_image_decode(bytes.data, bytes.size,
                                      input ? "standard input" : path, out, err);
        numeral_bytes_free(&bytes);
    }
    return status;
}
