#include "image/sparse.h"

#include <stdbool.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

enum { BITS = 64 };

size_t numeral_sparse_words(size_t pixels)
{
    return pixels / BITS + (pixels % BITS != 0);
}

/* Bits of a mask's last word that stand for no pixel. */
static uint64_t beyond(size_t pixels)
{
    return pixels % BITS ? ~(uint64_t)0 << pixels % BITS : 0;
}

static uint64_t mask_of(const uint8_t *pixels, size_t n)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < n; i++) {
        mask |= (uint64_t)(pixels[i] != 0) << i;
    }
    return mask;
}

static size_t count_bits(uint64_t word)
{
    return (size_t)__builtin_popcountll(word);
}

/* Fills starts and says how many values the masks call for. */
static uint64_t place_values(numeral_sparse_images *images)
{
    uint64_t at = 0;
    for (size_t i = 0; i < images->n; i++) {
        images->starts[i] = at;
        for (size_t w = 0; w < images->words; w++) {
            at += count_bits(images->masks[i * images->words + w]);
        }
    }
    return at;
}

static void pack_masks(const uint8_t *images, size_t n, size_t pixels, uint64_t *out)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t first = 0; first < pixels; first += BITS) {
            size_t left = pixels - first;
            *out++ = mask_of(images + i * pixels + first, left < BITS ? left : BITS);
        }
    }
}

static void pack_values(const uint8_t *pixels, size_t n, uint8_t *out)
{
    for (size_t i = 0; i < n; i++) {
        if (pixels[i]) {
            *out++ = pixels[i];
        }
    }
}

numeral_status numeral_sparse_pack(const uint8_t *images, size_t n, size_t pixels,
                                   numeral_sparse_images *out, numeral_error *err)
{
    size_t words = numeral_sparse_words(pixels), mask_bytes, bytes, n_values = 0;
    for (size_t i = 0; i < n * pixels; i++) {
        n_values += images[i] != 0;
    }
    if (!numeral_size_multiply(n, words * sizeof(uint64_t), &mask_bytes) ||
        !numeral_size_add(mask_bytes, n_values, &bytes)) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for %zu images", n);
    }
    numeral_sparse_images made = {
        .n = n, .pixels = pixels, .words = words, .n_values = n_values};
    made.owned = numeral_allocate(bytes, 1, err);
    made.starts = numeral_allocate(n, sizeof *made.starts, err);
    if (!made.owned || !made.starts) {
        numeral_sparse_free(&made);
        return NUMERAL_ERROR_MEMORY;
    }
    uint8_t *values = (uint8_t *)made.owned + mask_bytes;
    pack_masks(images, n, pixels, made.owned);
    pack_values(images, n * pixels, values);
    made.masks = made.owned;
    made.values = values;
    place_values(&made);
    *out = made;
    return NUMERAL_OK;
}

static bool masks_end_with_pixels(const numeral_sparse_images *images)
{
    uint64_t none = beyond(images->pixels);
    for (size_t i = 1; i <= images->n; i++) {
        if (images->masks[i * images->words - 1] & none) {
            return false;
        }
    }
    return true;
}

numeral_status numeral_sparse_open(const uint64_t *masks, const uint8_t *values,
                                   size_t n_values, size_t n, size_t pixels,
                                   numeral_sparse_images *out, numeral_error *err)
{
    numeral_sparse_images opened = {.n = n,
                                    .pixels = pixels,
                                    .words = numeral_sparse_words(pixels),
                                    .n_values = n_values,
                                    .masks = masks,
                                    .values = values};
    if (!masks_end_with_pixels(&opened)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "a mask of packed images has bits behind its %zu pixels",
                            pixels);
    }
    opened.starts = numeral_allocate(n, sizeof *opened.starts, err);
    if (!opened.starts) {
        return NUMERAL_ERROR_MEMORY;
    }
    uint64_t wanted = place_values(&opened);
    if (wanted != n_values) {
        numeral_sparse_free(&opened);
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "packed images have %zu values where their masks call for "
                            "%zu",
                            n_values, (size_t)wanted);
    }
    *out = opened;
    return NUMERAL_OK;
}

void numeral_sparse_get(const numeral_sparse_images *images, size_t at, uint8_t *out)
{
    const uint64_t *masks = images->masks + at * images->words;
    const uint8_t *values = images->values + images->starts[at];
    memset(out, 0, images->pixels);
    for (size_t w = 0; w < images->words; w++) {
        for (uint64_t left = masks[w]; left; left &= left - 1) {
            out[w * BITS + (size_t)__builtin_ctzll(left)] = *values++;
        }
    }
}

size_t numeral_sparse_bytes(const numeral_sparse_images *images)
{
    return images->n * (images->words + 1) * sizeof(uint64_t) + images->n_values;
}

void numeral_sparse_free(numeral_sparse_images *images)
{
    numeral_release(images->owned);
    numeral_release(images->starts);
    *images = (numeral_sparse_images){0};
}
