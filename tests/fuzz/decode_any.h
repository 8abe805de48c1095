/* What fuzzing of readers calls: any bytes give a set or a sentence. */
#ifndef TESTS_FUZZ_DECODE_ANY_H
#define TESTS_FUZZ_DECODE_ANY_H

#include <assert.h>
#include <string.h>

#include <numeral/dataset.h>
#include <numeral/image.h>

/* Reads every byte, in pieces that a sanitizer checks at once. */
static inline unsigned decode_any_touch(const uint8_t *bytes, size_t n)
{
    static uint8_t copy[4096];
    unsigned sum = 0;
    for (size_t at = 0; at < n; at += sizeof copy) {
        size_t piece = n - at < sizeof copy ? n - at : sizeof copy;
        memcpy(copy, bytes + at, piece);
        sum += copy[piece / 2];
    }
    return sum;
}

/* In the place of framing, which costs more than all decoding and has a target of its
 * own: reads every pixel. */
static inline numeral_status decode_any_frame(void *sum, const numeral_image *in,
                                              size_t height, size_t width, uint8_t *out,
                                              numeral_error *err)
{
    (void)err;
    *(unsigned *)sum += decode_any_touch(in->pixels, in->height * in->width);
    memset(out, 1, height * width);
    return NUMERAL_OK;
}

/* Decodes `bytes` as data and as an image, and reads every pixel of what came out. One
 * picture in sixteen is framed. */
static inline unsigned decode_any(const uint8_t *bytes, size_t n_bytes)
{
    numeral_dataset data = {0};
    numeral_image image = {0};
    numeral_error err = {0};
    unsigned sum = 0;
    numeral_framer framer = {decode_any_frame, &sum};
    numeral_load how = {.run = {.threads = 1}, .framer = n_bytes % 16 ? &framer : NULL};
    if (numeral_dataset_decode(bytes, n_bytes, "fuzz", &how, &data, &err) == NUMERAL_OK) {
        assert(data.n_images && data.height && data.width);
        sum += decode_any_touch(data.pixels, data.n_images * data.height * data.width);
        if (data.labels) {
            sum += decode_any_touch((const uint8_t *)data.labels,
                                    data.n_images * sizeof *data.labels);
        }
        numeral_dataset_free(&data);
    } else {
        assert(strstr(err.text, "fuzz") == err.text && data.pixels == NULL);
    }
    err.text[0] = '\0';
    if (numeral_image_decode(bytes, n_bytes, "fuzz", &image, &err) == NUMERAL_OK) {
        sum += decode_any_touch(image.pixels, image.height * image.width);
        numeral_image_free(&image);
    } else {
        assert(strstr(err.text, "fuzz") == err.text && image.pixels == NULL);
    }
    return sum;
}

#endif
