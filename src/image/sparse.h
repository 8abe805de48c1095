/* Many images of one size without their zeros.
 *
 * A digit is mostly paper: four fifths of MNIST's pixels are 0. An image is kept as a
 * mask (one bit for each pixel, in words of 64) and the values of the pixels that are not
 * 0. It costs a third of its pixels, and opening it costs less than a fifth of a
 * microsecond. */
#ifndef NUMERAL_IMAGE_SPARSE_H
#define NUMERAL_IMAGE_SPARSE_H

#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>

typedef struct numeral_sparse_images {
    size_t n, pixels;       /* images; pixels of each */
    size_t words;           /* of each mask: numeral_sparse_words(pixels) */
    size_t n_values;        /* of all images together */
    const uint64_t *masks;  /* n × words; bit b of word w: pixel 64·w + b is not 0 */
    const uint8_t *values;  /* image after image, ascending by pixel */
    const uint64_t *starts; /* n: where an image's values begin */
    const uint32_t *places; /* the place of each image by its number, borrowed; NULL: they
                               lie in the order of their numbers */
    size_t room, room_values; /* images and values that fit `owned` */
    void
        *owned; /* masks, starts and values, or starts alone where the rest is not ours */
} numeral_sparse_images;

/* Words of the mask of an image. */
size_t numeral_sparse_words(size_t pixels);

/* Packs n × pixels bytes; end with numeral_sparse_free. O(n·pixels). */
numeral_status numeral_sparse_pack(const uint8_t *images, size_t n, size_t pixels,
                                   numeral_sparse_images *out, numeral_error *err);
/* Takes masks and values that something else made, without copying them: they outlive
 * `out`. Fails where they do not fit each other. O(n·words). */
numeral_status numeral_sparse_open(const uint64_t *masks, const uint8_t *values,
                                   size_t n_values, size_t n, size_t pixels,
                                   numeral_sparse_images *out, numeral_error *err);
/* Images with `more` behind them. Where `owned` has room they are written behind what
 * `images` sees, and *out shares it; else *out has a larger one, and that of `images` is
 * the caller's to free. `images` stays as it is, whatever happens. */
numeral_status numeral_sparse_append(const numeral_sparse_images *images,
                                     const numeral_sparse_images *more,
                                     numeral_sparse_images *out, numeral_error *err);
/* Copies the images of n numbers; end with numeral_sparse_free. */
numeral_status numeral_sparse_select(const numeral_sparse_images *images,
                                     const int64_t *numbers, size_t n,
                                     numeral_sparse_images *out, numeral_error *err);
/* Writes the pixels of the image of that number. */
void numeral_sparse_get(const numeral_sparse_images *images, size_t number, uint8_t *out);
/* Bytes in memory. */
size_t numeral_sparse_bytes(const numeral_sparse_images *images);
/* Leaves no images; harmless where there are none. */
void numeral_sparse_free(numeral_sparse_images *images);

#endif
