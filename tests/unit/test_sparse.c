/* Packed images give back every pixel, and refuse masks that do not fit. */
#include <stdlib.h>
#include <string.h>

#include "unit/check.h"

#include "image/sparse.h"

/* n images of which about `share` of 256 pixels are not 0. */
static uint8_t *make_images(size_t n, size_t pixels, unsigned share)
{
    uint8_t *images = malloc(n * pixels);
    uint32_t state = 1 + share;
    for (size_t i = 0; i < n * pixels; i++) {
        state = state * 1664525 + 1013904223;
        images[i] = state >> 24 < share ? (uint8_t)(1 + (state >> 8) % 255) : 0;
    }
    return images;
}

static void check_all(const numeral_sparse_images *packed, const uint8_t *images)
{
    uint8_t *out = malloc(packed->pixels);
    for (size_t i = 0; i < packed->n; i++) {
        memset(out, 0xaa, packed->pixels);
        numeral_sparse_get(packed, i, out);
        assert_memory_equal(out, images + i * packed->pixels, packed->pixels);
    }
    free(out);
}

static void every_pixel_comes_back(void **state)
{
    (void)state;
    const size_t sizes[] = {1, 63, 64, 65, 784, 1000};
    const unsigned shares[] = {0, 50, 256};
    for (size_t s = 0; s < 6; s++) {
        for (size_t i = 0; i < 3; i++) {
            uint8_t *images = make_images(7, sizes[s], shares[i]);
            numeral_sparse_images packed, opened;
            assert_int_equal(numeral_sparse_pack(images, 7, sizes[s], &packed, NULL),
                             NUMERAL_OK);
            check_all(&packed, images);
            assert_int_equal(numeral_sparse_open(packed.masks, packed.values,
                                                 packed.n_values, 7, sizes[s], &opened,
                                                 NULL),
                             NUMERAL_OK);
            check_all(&opened, images);
            numeral_sparse_free(&opened);
            numeral_sparse_free(&packed);
            free(images);
        }
    }
}

static void sizes_by_hand(void **state)
{
    (void)state;
    const uint8_t images[2 * 3] = {0, 7, 9, 0, 0, 1};
    numeral_sparse_images packed;
    assert_int_equal(numeral_sparse_pack(images, 2, 3, &packed, NULL), NUMERAL_OK);
    assert_int_equal(packed.words, 1);
    assert_int_equal(packed.n_values, 3);
    assert_int_equal(packed.masks[0], 6);
    assert_int_equal(packed.masks[1], 4);
    assert_memory_equal(packed.values, ((uint8_t[]){7, 9, 1}), 3);
    assert_int_equal(numeral_sparse_bytes(&packed), 2 * (8 + 8) + 3);
    numeral_sparse_free(&packed);
    assert_int_equal(numeral_sparse_bytes(&packed), 0);
    numeral_sparse_free(&packed); /* harmless */
}

/* Images added one by one and in lots are those packed together; what was seen before
 * stays, and memory is shared while there is room. */
static void images_are_appended(void **state)
{
    (void)state;
    enum { N = 200, PIXELS = 100 };
    uint8_t *images = make_images(N, PIXELS, 60);
    numeral_sparse_images all = {.pixels = PIXELS, .words = numeral_sparse_words(PIXELS)};
    size_t shared = 0, calls = 0;
    for (size_t first = 0, n = 1; first < N; first += n, n = n % 7 + 1) {
        n = first + n > N ? N - first : n;
        numeral_sparse_images more, grown;
        assert_int_equal(
            numeral_sparse_pack(images + first * PIXELS, n, PIXELS, &more, NULL),
            NUMERAL_OK);
        assert_int_equal(numeral_sparse_append(&all, &more, &grown, NULL), NUMERAL_OK);
        check_all(&all, images);
        if (grown.owned != all.owned) {
            numeral_sparse_free(&all);
        } else {
            shared++;
        }
        calls++;
        all = grown;
        assert_int_equal(all.n, first + n);
        check_all(&all, images);
        numeral_sparse_free(&more);
    }
    assert_true(shared > calls / 2);
    numeral_sparse_free(&all);
    free(images);
}

/* Some images by their numbers, which need not be their places. */
static void images_are_selected(void **state)
{
    (void)state;
    enum { N = 9, PIXELS = 70 };
    uint8_t *images = make_images(N, PIXELS, 60), out[PIXELS];
    uint32_t places[N];
    const int64_t numbers[] = {0, 3, 8};
    numeral_sparse_images all, some;
    assert_int_equal(numeral_sparse_pack(images, N, PIXELS, &all, NULL), NUMERAL_OK);
    for (size_t i = 0; i < N; i++) {
        places[i] = (uint32_t)(N - 1 - i);
    }
    for (int turned = 0; turned < 2; turned++) {
        all.places = turned ? places : NULL;
        assert_int_equal(numeral_sparse_select(&all, numbers, 3, &some, NULL),
                         NUMERAL_OK);
        assert_int_equal(some.n, 3);
        for (size_t i = 0; i < 3; i++) {
            size_t at = turned ? N - 1 - (size_t)numbers[i] : (size_t)numbers[i];
            numeral_sparse_get(&some, i, out);
            assert_memory_equal(out, images + at * PIXELS, PIXELS);
            numeral_sparse_get(&all, (size_t)numbers[i], out);
            assert_memory_equal(out, images + at * PIXELS, PIXELS);
        }
        numeral_sparse_free(&some);
    }
    numeral_sparse_free(&all);
    free(images);
}

static void masks_that_lie(void **state)
{
    (void)state;
    const uint8_t values[4] = {1, 2, 3, 4};
    uint64_t masks[2] = {7, 1};
    numeral_sparse_images out = {.n = 99};
    numeral_error err;
    assert_int_equal(numeral_sparse_open(masks, values, 4, 2, 3, &out, &err), NUMERAL_OK);
    numeral_sparse_free(&out);
    out.n = 99;
    assert_int_equal(numeral_sparse_open(masks, values, 3, 2, 3, &out, &err),
                     NUMERAL_ERROR_FORMAT);
    assert_string_equal(err.text, "packed images have 3 values where their masks call "
                                  "for 4");
    masks[1] = 8; /* a fourth pixel of three */
    assert_int_equal(numeral_sparse_open(masks, values, 4, 2, 3, &out, &err),
                     NUMERAL_ERROR_FORMAT);
    assert_string_equal(err.text, "a mask of packed images has bits behind its 3 pixels");
    assert_int_equal(out.n, 99); /* untouched */
}

static void too_many_images(void **state)
{
    (void)state;
    numeral_sparse_images out = {.n = 99};
    numeral_error err;
    uint64_t mask = 0;
    assert_int_equal(numeral_sparse_open(&mask, NULL, 0, 1, 64, &out, &err), NUMERAL_OK);
    numeral_sparse_free(&out);
    assert_int_equal(numeral_sparse_pack(NULL, SIZE_MAX / 8, 0, &out, &err),
                     NUMERAL_ERROR_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pixel_comes_back), cmocka_unit_test(sizes_by_hand),
        cmocka_unit_test(images_are_appended),    cmocka_unit_test(images_are_selected),
        cmocka_unit_test(masks_that_lie),         cmocka_unit_test(too_many_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
