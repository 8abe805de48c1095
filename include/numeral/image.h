/* Grey images: reading them from files, and framing them as MNIST was made. */
#ifndef NUMERAL_IMAGE_H
#define NUMERAL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Most pixels an image may have. */
#define NUMERAL_MAX_PIXELS ((size_t)1 << 28)

/* A grey image, row-major, 0..255, tightly packed. */
typedef struct numeral_image {
    size_t height, width;
    uint8_t *pixels; /* owned: end with numeral_image_free */
} numeral_image;

NUMERAL_API numeral_status numeral_image_create(size_t height, size_t width,
                                                numeral_image *out, numeral_error *err);
NUMERAL_API void numeral_image_free(numeral_image *image);

/* Decodes PNG, JPEG, PNM, TIFF, BMP, GIF or WebP bytes (gzip around them allowed) to
 * grey; colour is weighted as luminance, transparency is laid on white (black
 * where what is seen would vanish on it), 16 bits are scaled to 8 unless all are below
 * 256, and what EXIF says lies on its side is turned upright. The header is
 * checked against numeral_set_max_memory's rule before any pixel is decoded. `name` is
 * used in messages only. NUMERAL_ERROR_FORMAT, _LIMIT, _MEMORY. */
NUMERAL_API numeral_status numeral_image_decode(const void *bytes, size_t n_bytes,
                                                const char *name, numeral_image *out,
                                                numeral_error *err);
/* Reads and decodes a file ("-" is standard input). */
NUMERAL_API numeral_status numeral_image_read(const char *path, numeral_image *out,
                                              numeral_error *err);
/* The pictures of a file: the pages of a TIFF; of standard input ("-") pictures of any
 * kind, one behind the other. At least one; each is decoded when it is read, as above. */
typedef struct numeral_pictures numeral_pictures;

NUMERAL_API numeral_status numeral_pictures_open(const char *path, numeral_pictures **out,
                                                 numeral_error *err);
NUMERAL_API size_t numeral_pictures_count(const numeral_pictures *pictures);
NUMERAL_API numeral_status numeral_pictures_read(const numeral_pictures *pictures,
                                                 size_t at, numeral_image *out,
                                                 numeral_error *err);
NUMERAL_API void numeral_pictures_close(numeral_pictures *pictures);

/* The image as a PNG in new memory; end *bytes with numeral_free. NUMERAL_ERROR_MEMORY,
 * _UNSUPPORTED (a build without libpng). */
NUMERAL_API numeral_status numeral_image_encode(const numeral_image *image, void **bytes,
                                                size_t *n_bytes, numeral_error *err);

/* Whether `bytes` begin like an image that numeral_image_decode knows. */
NUMERAL_API bool numeral_image_recognised(const void *bytes, size_t n_bytes);

/* How an image becomes one of the model's frame. */
typedef enum numeral_frame {
    NUMERAL_FRAME_AUTO,  /* data sets are kept, image files are framed */
    NUMERAL_FRAME_MNIST, /* always framed */
    NUMERAL_FRAME_KEEP   /* pixels as they are; the size must fit */
} numeral_frame;

/* Frames `in` as MNIST digits were made (LeCun et al. 1998): polarity decided from the
 * border, background removed, ink box scaled to 20/28 of the frame keeping the aspect,
 * centred by mass. The result is ink 255 on ground 0, `height` × `width`, into `out`
 * (height × width bytes). A blank image gives all zeros. */
NUMERAL_API numeral_status numeral_image_frame(const numeral_image *in, size_t height,
                                               size_t width, uint8_t *out,
                                               numeral_error *err);

/* What framing saw and made on the way. */
typedef struct numeral_framing {
    bool blank;    /* no ink was found; the rest is of no meaning */
    bool light;    /* the ink was lighter than its ground, and was turned round */
    double ground; /* grey level of the ground in the middle, 0..255 */
    double
        contrast; /* of strong ink: 255 times the share of the ground's light it takes */
    double noise; /* standard deviation of the ground, on the same scale */
    double top, left, bottom, right; /* the ink's box, in pixels of the picture */
    /* The ink alone, 255 where it is strong: ground and specks taken off. It shows the
     * part of the picture that begins at (ink_top, ink_left), `pitch` of its pixels to
     * one. */
    numeral_image ink;
    size_t ink_top, ink_left;
    double pitch;
    numeral_image scaled; /* the box at the size it has in the frame, not yet centred */
} numeral_framing;

/* The same, telling its steps; end *steps with numeral_framing_free. */
NUMERAL_API numeral_status numeral_image_frame_steps(const numeral_image *in,
                                                     size_t height, size_t width,
                                                     uint8_t *out, numeral_framing *steps,
                                                     numeral_error *err);
NUMERAL_API void numeral_framing_free(numeral_framing *steps);

/* Whether at most a quarter of the border's pixels are not zero, as in MNIST's own
 * images, so that the image may be taken as already framed. */
NUMERAL_API bool numeral_image_has_clear_border(const uint8_t *pixels, size_t height,
                                                size_t width);

#ifdef __cplusplus
}
#endif
#endif
