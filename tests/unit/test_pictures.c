/* Pictures in files: which way up EXIF says they are, and where one ends and the next
 * begins. */
#include "tests/unit/data_bytes.h"
#include "tests/unit/png_make.h"

#include "numeral_config.h"

#ifdef NUMERAL_HAVE_JPEG
#include <jpeglib.h>
#endif
#ifdef NUMERAL_HAVE_LEPTONICA
#include <leptonica/allheaders.h>
#endif

#include "image/extent.h"
#include "image/image_codec.h"
#include "image/orientation.h"
#include "image/tiff_pages.h"

/* A TIFF without pixels that states an orientation behind another tag, in 38 bytes. */
static size_t make_exif(uint8_t *out, uint8_t orientation, bool little, bool named)
{
    static const uint8_t big[] = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 2, 1, 0,
                                  0,   3,   0, 0,  0, 1, 0, 9, 0, 0, 1, 0x12,
                                  0,   3,   0, 0,  0, 1, 0, 0, 0, 0, 0, 0};
    static const uint8_t small[] = {'I', 'I', 42, 0, 8, 0, 0, 0, 2, 0, 0,    1,
                                    3,   0,   1,  0, 0, 0, 9, 0, 0, 0, 0x12, 1,
                                    3,   0,   1,  0, 0, 0, 0, 0, 0, 0, 0,    0};
    size_t from = named ? 6 : 0;
    memcpy(out, "Exif\0\0", 6);
    memcpy(out + from, little ? small : big, sizeof big);
    out[from + (little ? 30 : 31)] = orientation;
    return from + sizeof big;
}

/* The picture  1 2 3  as each orientation wants it shown.
 *              4 5 6 */
static const struct {
    size_t height, width;
    uint8_t pixels[6];
} shown[9] = {[1] = {2, 3, {1, 2, 3, 4, 5, 6}}, [2] = {2, 3, {3, 2, 1, 6, 5, 4}},
              [3] = {2, 3, {6, 5, 4, 3, 2, 1}}, [4] = {2, 3, {4, 5, 6, 1, 2, 3}},
              [5] = {3, 2, {1, 4, 2, 5, 3, 6}}, [6] = {3, 2, {4, 1, 5, 2, 6, 3}},
              [7] = {3, 2, {6, 3, 5, 2, 4, 1}}, [8] = {3, 2, {3, 6, 2, 5, 1, 4}}};

static void orientations(void **state)
{
    (void)state;
    static const uint8_t rows[] = {0, 1, 2, 3, 0, 4, 5, 6};
    for (uint8_t o = 1; o <= 8; o++) {
        uint8_t exif[64];
        numeral_image image = {0};
        png_file f = png_begin(3, 2, 8, 0, 0);
        png_chunk(&f, "eXIf", exif, make_exif(exif, o, o % 2, false));
        png_end(&f, rows, sizeof rows);
        assert_int_equal(numeral_image_decode(f.bytes, f.n, "test", &image, NULL),
                         NUMERAL_OK);
        assert_int_equal(image.height, shown[o].height);
        assert_int_equal(image.width, shown[o].width);
        assert_memory_equal(image.pixels, shown[o].pixels, 6);
        numeral_image_free(&image);
    }
}

static size_t make_jpeg(uint8_t *out, uint8_t orientation)
{
    static const uint8_t head[] = {0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xE1};
    memcpy(out, head, sizeof head);
    size_t n = make_exif(out + 12, orientation, false, true);
    out[10] = 0;
    out[11] = (uint8_t)(n + 2);
    return 12 + n;
}

static size_t make_webp(uint8_t *out, uint8_t orientation)
{
    /* a chunk of an odd size is padded to an even one */
    static const uint8_t head[] = {'R', 'I', 'F', 'F', 0,   0,   0, 0, 'W', 'E',
                                   'B', 'P', 'V', 'P', '8', 'X', 1, 0, 0,   0,
                                   7,   0,   'E', 'X', 'I', 'F', 0, 0, 0,   0};
    memcpy(out, head, sizeof head);
    size_t n = make_exif(out + sizeof head, orientation, true, true);
    out[sizeof head - 4] = (uint8_t)n;
    out[4] = (uint8_t)(sizeof head + n - 8);
    return sizeof head + n;
}

static void headers(void **state)
{
    (void)state;
    uint8_t bytes[128];
    for (uint8_t o = 1; o <= 9; o++) {
        unsigned expected = o <= 8 ? o : 1;
        size_t n = make_jpeg(bytes, o);
        assert_int_equal(numeral_image_orientation(bytes, n), expected);
        n = make_webp(bytes, o);
        assert_int_equal(numeral_image_orientation(bytes, n), expected);
        assert_int_equal(numeral_image_extent(bytes, n), n);
    }
}

/* Cut anywhere, and with any byte changed, they are looked into within their bytes. */
static void damaged(void **state)
{
    (void)state;
    uint8_t bytes[128];
    for (int kind = 0; kind < 2; kind++) {
        size_t n = kind ? make_webp(bytes, 6) : make_jpeg(bytes, 6);
        for (size_t cut = 0; cut <= n; cut++) {
            uint8_t *copy = malloc(cut ? cut : 1);
            memcpy(copy, bytes, cut);
            unsigned o = numeral_image_orientation(copy, cut);
            assert_true(o >= 1 && o <= 8);
            assert_true(numeral_image_extent(copy, cut) <= cut);
            for (size_t at = 0; at < cut; at++) {
                copy[at] ^= 0xFF;
                o = numeral_image_orientation(copy, cut);
                assert_true(o >= 1 && o <= 8);
                assert_true(numeral_image_extent(copy, cut) <= cut);
                copy[at] ^= 0xFF;
            }
            free(copy);
        }
    }
}

/* One picture of each kind, each followed by the bytes of another. */
static void ends(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "P1\n# two\n3 2\n101\n010", "P2 2 2 # grey\n9 1 2\n3 9",
        "P3\n1 1 9 1 2 3",          "P4\n9 2\nabcd",
        "P5 2 2 255\nabcd",         "P6\n1 2\n255\nabcdef",
        "P5 2 1 65535\nabcd"};
    uint8_t bytes[512];
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t n = strlen(texts[i]);
        memcpy(bytes, texts[i], n);
        memcpy(bytes + n, "\nP5 1 1 255\nx", 13);
        assert_int_equal(numeral_image_extent(bytes, n), n);
        assert_int_equal(numeral_image_extent(bytes, n + 13), n);
        assert_int_equal(numeral_image_next(bytes, n + 13, 0), n);
        assert_int_equal(numeral_image_next(bytes, n + 13, n + 1), n + 13);
        /* what is no picture belongs to the one before */
        bytes[n + 1] = 'Q';
        assert_int_equal(numeral_image_next(bytes, n + 13, 0), n + 13);
    }
    static const uint8_t rows[] = {0, 1};
    png_file f = png_begin(1, 1, 8, 0, 0);
    png_end(&f, rows, sizeof rows);
    memcpy(bytes, f.bytes, f.n);
    memcpy(bytes + f.n, f.bytes, f.n);
    assert_int_equal(numeral_image_extent(bytes, 2 * f.n), f.n);
    static const uint8_t jpeg[] = {0xFF, 0xD8, 0xFF, 0xE0, 0,    4, 0xFF, 0xD9, 0xFF,
                                   0xDA, 0,    2,    1,    0xFF, 0, 0xFF, 0xD3, 2,
                                   0xFF, 0xFF, 0xD9, 7,    7,    7, 7};
    assert_int_equal(numeral_image_extent(jpeg, sizeof jpeg), sizeof jpeg - 4);
    static const uint8_t gif[] = {
        'G', 'I', 'F', '8', '9', 'a',  1,    0, 1,    0, 0x80, 0, 0, 1,
        2,   3,   4,   5,   6,   0x21, 0xF9, 1, 0x3B, 0, 0x2C, 0, 0, 0,
        0,   1,   0,   1,   0,   0,    2,    1, 0x3B, 0, 0x3B, 9, 9};
    assert_int_equal(numeral_image_extent(gif, sizeof gif), sizeof gif - 2);
}

#ifdef NUMERAL_HAVE_JPEG
/* Four inks, as light (Adobe's way) or as ink: a black left half on white paper. */
static void four_inks(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++) {
        bool marked = way == 0, light = way < 2;
        struct jpeg_compress_struct jpeg;
        struct jpeg_error_mgr errors;
        unsigned char *bytes = NULL;
        unsigned long n = 0;
        numeral_image image = {0};
        jpeg.err = jpeg_std_error(&errors);
        jpeg_create_compress(&jpeg);
        jpeg_mem_dest(&jpeg, &bytes, &n);
        jpeg.image_width = jpeg.image_height = 32;
        jpeg.input_components = 4;
        jpeg.in_color_space = JCS_CMYK;
        jpeg_set_defaults(&jpeg);
        jpeg.write_Adobe_marker = marked;
        jpeg_start_compress(&jpeg, TRUE);
        for (int y = 0; y < 32; y++) {
            JSAMPLE row[128];
            for (int i = 0; i < 128; i++) {
                bool ink = i % 4 == 3 && i / 4 < 16 && y > 7;
                row[i] = ink == light ? 0 : 255;
            }
            JSAMPROW rows[] = {row};
            jpeg_write_scanlines(&jpeg, rows, 1);
        }
        jpeg_finish_compress(&jpeg);
        jpeg_destroy_compress(&jpeg);
        assert_int_equal(numeral_image_decode(bytes, n, "test", &image, NULL),
                         NUMERAL_OK);
        assert_in_range(image.pixels[20 * 32 + 4], 0, 4);
        assert_in_range(image.pixels[20 * 32 + 28], 251, 255);
        numeral_image_free(&image);
        free(bytes);
    }
}

#endif

#ifdef NUMERAL_HAVE_LEPTONICA
/* A WebP of white ink on transparency, and a TIFF of 8 bits stored in 16. */
static void by_leptonica(void **state)
{
    (void)state;
    l_uint8 *bytes = NULL;
    size_t n = 0;
    numeral_image image = {0};
    PIX *pix = pixCreate(8, 8, 32);
    pixSetSpp(pix, 4);
    for (int i = 0; i < 8; i++) {
        pixSetPixel(pix, 3, i, 0xffffffff);
    }
    assert_int_equal(pixWriteMemWebP(&bytes, &n, pix, 90, 1), 0);
    assert_int_equal(numeral_image_decode(bytes, n, "test", &image, NULL), NUMERAL_OK);
    assert_int_equal(image.pixels[3], 255);
    assert_int_equal(image.pixels[4], 0);
    numeral_image_free(&image);
    lept_free(bytes);
    pixDestroy(&pix);
    for (unsigned top = 200; top < 400; top += 150) {
        pix = pixCreate(4, 4, 16);
        pixSetPixel(pix, 1, 2, top);
        assert_int_equal(pixWriteMemTiff(&bytes, &n, pix, IFF_TIFF), 0);
        assert_int_equal(numeral_image_decode(bytes, n, "test", &image, NULL),
                         NUMERAL_OK);
        assert_int_equal(image.pixels[2 * 4 + 1], top < 256 ? top : top >> 8);
        numeral_image_free(&image);
        lept_free(bytes);
        pixDestroy(&pix);
    }
}

#endif

/* Thousands of pages that are one square of 1,000: the last ones are not decoded. */
static void pages_are_counted(void **state)
{
    (void)state;
    enum { PAGES = 3000, DIRECTORY = 2 + 12 * 2 + 4, SIDE = 1000 };
    size_t n = 8 + PAGES * DIRECTORY;
    uint8_t *tiff = calloc(n, 1);
    numeral_tiff_page page;
    numeral_image image = {0};
    numeral_error err = {0};
    memcpy(tiff, "II*\0\10", 5);
    for (size_t i = 0; i < PAGES; i++) {
        static const uint8_t tags[] = {2, 0, 0, 1, 4, 0, 1, 0, 0, 0,   232, 3, 0,
                                       0, 1, 1, 4, 0, 1, 0, 0, 0, 232, 3,   0, 0};
        uint8_t *directory = tiff + 8 + i * DIRECTORY;
        uint32_t next = i + 1 < PAGES ? (uint32_t)(8 + (i + 1) * DIRECTORY) : 0;
        memcpy(directory, tags, sizeof tags);
        memcpy(directory + sizeof tags, &next, 4);
    }
    assert_int_equal(numeral_tiff_pages(tiff, n), PAGES);
    assert_true(numeral_tiff_find(tiff, n, PAGES - 1, &page));
    assert_int_equal(page.height, SIDE);
    assert_int_equal(page.at, n - DIRECTORY);
    assert_true(page.pixels >= (uint64_t)PAGES * SIDE * SIDE);
    assert_false(numeral_tiff_find(tiff, n, PAGES, &page));
#ifdef NUMERAL_HAVE_LEPTONICA
    assert_int_equal(
        numeral_image_decode_page(tiff, n, "test", PAGES - 1, UINT64_MAX, &image, &err),
        NUMERAL_ERROR_LIMIT);
    assert_non_null(strstr(err.text, "test: decoding would go over "));
    assert_int_equal(
        numeral_image_decode_page(tiff, n, "test", 0, UINT64_MAX, &image, &err),
        NUMERAL_ERROR_FORMAT); /* it has no pixels */
#endif
    memcpy(tiff + n - 4, "\10\0\0\0", 4); /* round in a circle */
    assert_true(numeral_tiff_pages(tiff, n) <= n / 18);
    free(tiff);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orientations),      cmocka_unit_test(headers),
        cmocka_unit_test(damaged),           cmocka_unit_test(ends),
        cmocka_unit_test(pages_are_counted), cmocka_unit_test(four_inks),
        cmocka_unit_test(by_leptonica),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
