/* Image formats: one table entry for each decoder, and the encoder of PNG. */
#ifndef NUMERAL_IMAGE_IMAGE_CODEC_H
#define NUMERAL_IMAGE_IMAGE_CODEC_H

#include <numeral/image.h>

#include "base/memory.h"

typedef struct numeral_codec {
    const char *name;
    bool (*recognise)(const uint8_t *bytes, size_t n_bytes);
    /* Decodes to grey; `budget` is what may be allocated in all. */
    numeral_status (*decode)(const uint8_t *bytes, size_t n_bytes, const char *name,
                             size_t page, uint64_t budget, numeral_image *out,
                             numeral_error *err);
    /* How many pages there are; NULL: one, and `page` is not looked at. */
    size_t (*pages)(const uint8_t *bytes, size_t n_bytes);
} numeral_codec;

extern const numeral_codec numeral_codec_png;
extern const numeral_codec numeral_codec_pnm;
extern const numeral_codec numeral_codec_jpeg;
extern const numeral_codec numeral_codec_leptonica; /* the other formats */

/* Refuses sizes of zero, above NUMERAL_MAX_PIXELS, or whose decoding, `each` bytes a
 * pixel, goes beyond `budget`; called before a pixel is decoded. */
numeral_status numeral_image_check_size(const char *name, uint64_t height, uint64_t width,
                                        uint64_t each, uint64_t budget,
                                        numeral_error *err);

/* Refuses a picture of more pixels than may be gone over: see numeral_work_budget. */
numeral_status numeral_image_check_work(const char *name, uint64_t pixels,
                                        uint64_t allowed, numeral_error *err);
/* The same for a JPEG's scans, of which an encoder makes a dozen at the most. */
numeral_status numeral_jpeg_check_scans(const char *name, const uint8_t *bytes,
                                        size_t n_bytes, uint64_t height, uint64_t width,
                                        numeral_error *err);

/* Whether some decoder knows the bytes, for numeral_gzip_unpack. */
bool numeral_image_known(const uint8_t *bytes, size_t n_bytes);

/* The pages of a picture, at least 1; decoding one of them, upright. */
size_t numeral_image_pages(const uint8_t *bytes, size_t n_bytes);
numeral_status numeral_image_decode_page(const uint8_t *bytes, size_t n_bytes,
                                         const char *name, size_t page, uint64_t budget,
                                         numeral_image *out, numeral_error *err);

/* In a stream of pictures, where the one that begins at `from` ends; n_bytes where no
 * other one follows. */
size_t numeral_image_next(const uint8_t *bytes, size_t n_bytes, size_t from);

/* Rec. 601 luminance, rounded. */
static inline uint8_t numeral_luminance(unsigned red, unsigned green, unsigned blue)
{
    return (uint8_t)((299 * red + 587 * green + 114 * blue + 500) / 1000);
}

/* Appends an 8-bit grey PNG to `out`. */
numeral_status numeral_png_encode(const uint8_t *pixels, size_t height, size_t width,
                                  numeral_buffer *out, numeral_error *err);

#endif
