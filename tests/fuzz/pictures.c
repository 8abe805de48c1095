/* Framing and pages: any pixels. And model files as they are, of any bytes. */
#include <stdlib.h>
#include <string.h>

#include <numeral/image.h>
#include <numeral/model.h>
#include <numeral/page.h>

#include "tests/fuzz/targets.h"

/* A side from a byte: up to 64 for most bytes, so that many are tried in a second; for
 * the last 16 in steps of 12 up to 256. */
static size_t side_of(unsigned byte)
{
    enum { SMALL = 240, STEP = 12 };
    return byte < SMALL ? 1 + byte % 64 : 64 + (byte - SMALL + 1) * STEP;
}

/* Two bytes of size, then pixels, repeated until the picture is full. */
static void make_picture(const uint8_t *bytes, size_t n, numeral_image *out)
{
    size_t height = side_of(fuzz_take(&bytes, &n));
    size_t width = side_of(fuzz_take(&bytes, &n));
    if (numeral_image_create(height, width, out, NULL) != NUMERAL_OK) {
        abort();
    }
    for (size_t i = 0; i < height * width; i++) {
        out->pixels[i] = n ? bytes[i % n] : 0;
    }
}

void fuzz_framing(const uint8_t *bytes, size_t n)
{
    numeral_image image = {0};
    uint8_t frame[28 * 28];
    numeral_error err = {0};
    make_picture(bytes, n, &image);
    if (numeral_image_frame(&image, 28, 28, frame, &err) != NUMERAL_OK) {
        assert(err.text[0]);
    }
    numeral_image_free(&image);
}

static numeral_model *small_model(void)
{
    static numeral_model *model;
    numeral_dataset digits = {0};
    numeral_recipe *recipe = NULL;
    if (!model &&
        (numeral_dataset_pen(200, 1, 1, &digits, NULL) != NUMERAL_OK ||
         numeral_recipe_parse(NULL, "pixels -k 3", &recipe, NULL) != NUMERAL_OK ||
         numeral_model_fit(recipe, &digits, 1, &(numeral_run){.threads = 1}, &model, NULL,
                           NULL) != NUMERAL_OK)) {
        abort();
    }
    numeral_recipe_destroy(recipe);
    numeral_dataset_free(&digits);
    return model;
}

void fuzz_page(const uint8_t *bytes, size_t n)
{
    numeral_image image = {0};
    numeral_page page = {0};
    numeral_error err = {0};
    make_picture(bytes, n, &image);
    if (numeral_page_read(small_model(), &image, NULL, &(numeral_run){.threads = 1},
                          &page, &err) == NUMERAL_OK) {
        for (size_t i = 0; i < page.n_lines; i++) {
            const numeral_page_line *line = &page.lines[i];
            assert(line->text && line->confidence >= 0 && line->confidence <= 1);
        }
        numeral_page_free(&page);
    } else {
        assert(err.text[0]);
    }
    numeral_image_free(&image);
}

void fuzz_model_bytes(const uint8_t *bytes, size_t n)
{
    numeral_model *model = NULL;
    numeral_error err = {0};
    if (numeral_model_decode(bytes, n, "fuzz", NULL, &model, &err) == NUMERAL_OK) {
        numeral_model_destroy(model);
    } else {
        assert(!model && strstr(err.text, "fuzz") == err.text);
    }
}
