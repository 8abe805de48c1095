/* What fuzzing of readers calls: any bytes give a set or a sentence. */
#ifndef TESTS_FUZZ_DECODE_ANY_H
#define TESTS_FUZZ_DECODE_ANY_H

#include <assert.h>
#include <string.h>

#include <numeral/dataset.h>
#include <numeral/image.h>

/* Decodes `bytes` as data and as an image, and reads every pixel of what came out. */
static inline unsigned decode_any(const uint8_t *bytes, size_t n_bytes)
{
    numeral_dataset data = {0};
    numeral_image image = {0};
    numeral_error err = {0};
    unsigned sum = 0;
    if (numeral_dataset_decode(bytes, n_bytes, "fuzz", NULL, &data, &err) == NUMERAL_OK) {
        assert(data.n_images && data.height && data.width);
        for (size_t i = 0; i < data.n_images * data.height * data.width; i++) {
            sum += data.pixels[i];
        }
        for (size_t i = 0; data.labels && i < data.n_images; i++) {
            sum += data.labels[i];
        }
        numeral_dataset_free(&data);
    } else {
        assert(strstr(err.text, "fuzz") == err.text && data.pixels == NULL);
    }
    err.text[0] = '\0';
    if (numeral_image_decode(bytes, n_bytes, "fuzz", &image, &err) == NUMERAL_OK) {
        for (size_t i = 0; i < image.height * image.width; i++) {
            sum += image.pixels[i];
        }
        numeral_image_free(&image);
    } else {
        assert(strstr(err.text, "fuzz") == err.text && image.pixels == NULL);
    }
    return sum;
}

#endif
