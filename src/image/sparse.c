/* Images without their zeros: a bit for each pixel, and the values of those that are set.
 */
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
static uint64_t place_values(const numeral_sparse_images *images, uint64_t *starts)
{
    uint64_t at = 0;
    for (size_t i = 0; i < images->n; i++) {
        starts[i] = at;
        for (size_t w = 0; w < images->words; w++) {
            at += count_bits(images->masks[i * images->words + w]);
        }
    }
    return at;
}

/* Where things lie in `owned`; masks first, since they are the most. */
static uint64_t *own_masks(const numeral_sparse_images *images)
{
    return images->owned;
}

static uint64_t *own_starts(const numeral_sparse_images *images)
{
    return own_masks(images) + images->room * images->words;
}

static uint8_t *own_values(const numeral_sparse_images *images)
{
    return (uint8_t *)(own_starts(images) + images->room);
}

/* Gives `images` memory of its own for so many, with nothing in it. */
static numeral_status make_room(numeral_sparse_images *images, size_t room,
                                size_t room_values, numeral_error *err)
{
    size_t bytes;
    if (!numeral_size_multiply(room, (images->words + 1) * sizeof(uint64_t), &bytes) ||
        !numeral_size_add(bytes, room_values, &bytes)) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for %zu images",
                            room);
    }
    void *owned = numeral_allocate(bytes, 1, err);
    if (!owned) {
        return NUMERAL_ERROR_MEMORY;
    }
    images->owned = owned;
    images->room = room;
    images->room_values = room_values;
    images->masks = own_masks(images);
    images->starts = own_starts(images);
    images->values = own_values(images);
    return NUMERAL_OK;
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
    numeral_sparse_images made = {
        .n = n, .pixels = pixels, .words = numeral_sparse_words(pixels)};
    for (size_t i = 0; i < n * pixels; i++) {
        made.n_values += images[i] != 0;
    }
    numeral_status status = make_room(&made, n, made.n_values, err);
    if (status == NUMERAL_OK) {
        pack_masks(images, n, pixels, own_masks(&made));
        pack_values(images, n * pixels, own_values(&made));
        place_values(&made, own_starts(&made));
        *out = made;
    }
    return status;
}

/* Copies the images at n places of `from` behind those of `to`, which has room. */
static void copy_images(const numeral_sparse_images *from, const size_t *places, size_t n,
                        numeral_sparse_images *to)
{
    for (size_t i = 0; i < n; i++, to->n++) {
        size_t at = places ? places[i] : i;
        size_t begin = (size_t)from->starts[at];
        size_t end = at + 1 < from->n ? (size_t)from->starts[at + 1] : from->n_values;
        memcpy(own_masks(to) + to->n * to->words, from->masks + at * from->words,
               to->words * sizeof *from->masks);
        memcpy(own_values(to) + to->n_values, from->values + begin, end - begin);
        own_starts(to)[to->n] = to->n_values;
        to->n_values += end - begin;
    }
}

numeral_status numeral_sparse_append(const numeral_sparse_images *images,
                                     const numeral_sparse_images *more,
                                     numeral_sparse_images *out, numeral_error *err)
{
    numeral_sparse_images made = *images;
    size_t n = images->n + more->n, n_values = images->n_values + more->n_values;
    if (n > images->room || n_values > images->room_values) {
        /* half as much again, so that many small additions copy each image a few times */
        numeral_status status = make_room(&made, n + n / 2, n_values + n_values / 2, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        made.n = made.n_values = 0;
        copy_images(images, NULL, images->n, &made);
    }
    copy_images(more, NULL, more->n, &made);
    *out = made;
    return NUMERAL_OK;
}

static size_t place_of(const numeral_sparse_images *images, size_t number)
{
    return images->places ? images->places[number] : number;
}

numeral_status numeral_sparse_select(const numeral_sparse_images *images,
                                     const int64_t *numbers, size_t n,
                                     numeral_sparse_images *out, numeral_error *err)
{
    numeral_sparse_images made = {.pixels = images->pixels, .words = images->words};
    size_t *places = numeral_allocate(n, sizeof *places, err);
    numeral_status status = places ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    for (size_t i = 0; places && i < n; i++) {
        places[i] = place_of(images, (size_t)numbers[i]);
    }
    if (status == NUMERAL_OK) {
        status = make_room(&made, n, images->n_values, err);
    }
    if (status == NUMERAL_OK) {
        copy_images(images, places, n, &made);
        *out = made;
    }
    numeral_release(places);
    return status;
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
    opened.owned = numeral_allocate(n, sizeof *opened.starts, err);
    if (!opened.owned) {
        return NUMERAL_ERROR_MEMORY;
    }
    opened.starts = opened.owned;
    uint64_t wanted = place_values(&opened, opened.owned);
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

void numeral_sparse_get(const numeral_sparse_images *images, size_t number, uint8_t *out)
{
    size_t at = place_of(images, number);
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
    *images = (numeral_sparse_images){0};
}
