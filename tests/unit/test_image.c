/* Images: every kind of PNG and PNM by hand, the other formats as leptonica writes them,
 * and bytes that are wrong. */
#include "tests/unit/data_bytes.h"
#include "tests/unit/png_make.h"

#include "image/image_codec.h"
#include "numeral_config.h"

static void decodes_to(const void *bytes, size_t n_bytes, size_t height, size_t width,
                       const uint8_t *pixels)
{
    numeral_image image = {0};
    numeral_error err = {0};
    if (numeral_image_decode(bytes, n_bytes, "test", &image, &err)) {
        fail_msg("%s", err.text);
    }
    assert_int_equal(image.height, height);
    assert_int_equal(image.width, width);
    assert_memory_equal(image.pixels, pixels, height * width);
    numeral_image_free(&image);
}

static void image_fails(const void *bytes, size_t n_bytes, const char *part)
{
    numeral_image image = {0};
    numeral_error err = {0};
    uint8_t *copy = malloc(n_bytes ? n_bytes : 1);
    memcpy(copy, bytes, n_bytes);
    assert_int_not_equal(numeral_image_decode(copy, n_bytes, "test", &image, &err),
                         NUMERAL_OK);
    assert_null(image.pixels);
    expect_text(err.text, part);
    free(copy);
}

static void png_kinds(void **state)
{
    (void)state;
    static const struct {
        int depth, type;
        uint8_t rows[16];
        size_t n_rows, height, width;
        uint8_t palette[12], transparent[6];
        size_t n_transparent;
        uint8_t pixels[4];
    } cases[] = {
        {1, 0, {0, 0xA0}, 2, 1, 3, {0}, {0}, 0, {255, 0, 255}},
        {4, 0, {0, 0x0F, 0x80}, 3, 1, 3, {0}, {0}, 0, {0, 255, 136}},
        {16, 0, {0, 0x80, 0, 0xFF, 0xFF}, 5, 1, 2, {0}, {0}, 0, {128, 255}},
        {8, 0, {0, 7, 9}, 3, 1, 2, {0}, {0, 9}, 2, {7, 255}},
        {8, 2, {0, 255, 0, 0, 0, 0, 255}, 7, 1, 2, {0}, {0}, 0, {76, 29}},
        {8, 2, {0, 1, 2, 3, 0, 255, 0}, 7, 1, 2, {0}, {0, 1, 0, 2, 0, 3}, 6, {255, 150}},
        {2,
         3,
         {0, 0x18},
         2,
         1,
         3,
         {0, 0, 0, 9, 9, 9, 100, 100, 100},
         {255, 0},
         2,
         {0, 255, 100}},
        {8, 4, {0, 0, 255, 0, 0, 100, 128}, 7, 1, 3, {0}, {0}, 0, {0, 255, 177}},
        {16, 6, {0, 0, 0, 0, 0, 0, 0, 0, 0}, 9, 1, 1, {0}, {0}, 0, {255}},
        /* white ink on transparency: a black ground; 8 bits stored in 16 */
        {8, 4, {0, 255, 255, 9, 0, 255, 128}, 7, 1, 3, {0}, {0}, 0, {255, 0, 128}},
        {8, 4, {0, 255, 255, 9, 0, 0, 255}, 7, 1, 3, {0}, {0}, 0, {255, 255, 0}},
        {16, 0, {0, 0, 0, 0, 200, 0, 255}, 7, 1, 3, {0}, {0}, 0, {0, 200, 255}},
        {16, 4, {0, 0, 7, 255, 255, 0, 70, 255, 255}, 9, 1, 2, {0}, {0}, 0, {7, 70}},
        {16, 0, {0, 0, 0, 0, 200, 1, 255}, 7, 1, 3, {0}, {0}, 0, {0, 1, 2}},
        {8, 0, {1, 10, 10, 2, 1, 1}, 6, 2, 2, {0}, {0}, 0, {10, 20, 11, 21}},
        {8, 0, {0, 10, 20, 3, 1, 1}, 6, 2, 2, {0}, {0}, 0, {10, 20, 6, 14}},
        {8, 0, {0, 10, 20, 4, 1, 1}, 6, 2, 2, {0}, {0}, 0, {10, 20, 11, 21}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        png_file f = png_begin((uint32_t)cases[i].width, (uint32_t)cases[i].height,
                               cases[i].depth, cases[i].type, 0);
        if (cases[i].type == 3) {
            png_chunk(&f, "PLTE", cases[i].palette, 9);
        }
        if (cases[i].n_transparent) {
            png_chunk(&f, "tRNS", cases[i].transparent, cases[i].n_transparent);
        }
        png_end(&f, cases[i].rows, cases[i].n_rows);
        decodes_to(f.bytes, f.n, cases[i].height, cases[i].width, cases[i].pixels);
    }
}

/* A 9 × 5 picture of distinct values, pass by pass as the standard draws them. */
static void png_interlaced(void **state)
{
    (void)state;
    static const int order[8][8] = {{1, 6, 4, 6, 2, 6, 4, 6}, {7, 7, 7, 7, 7, 7, 7, 7},
                                    {5, 6, 5, 6, 5, 6, 5, 6}, {7, 7, 7, 7, 7, 7, 7, 7},
                                    {3, 6, 4, 6, 3, 6, 4, 6}, {7, 7, 7, 7, 7, 7, 7, 7},
                                    {5, 6, 5, 6, 5, 6, 5, 6}, {7, 7, 7, 7, 7, 7, 7, 7}};
    uint8_t rows[128], pixels[45];
    size_t n = 0;
    for (int i = 0; i < 45; i++) {
        pixels[i] = (uint8_t)(i * 5);
    }
    for (int pass = 1; pass <= 7; pass++) {
        for (int y = 0; y < 5; y++) {
            size_t start = n;
            rows[n++] = 0;
            for (int x = 0; x < 9; x++) {
                if (order[y % 8][x % 8] == pass) {
                    rows[n++] = pixels[y * 9 + x];
                }
            }
            n = n == start + 1 ? start : n; /* no pixel, no row */
        }
    }
    png_file f = png_begin(9, 5, 8, 0, 1);
    png_end(&f, rows, n);
    decodes_to(f.bytes, f.n, 5, 9, pixels);
}

static void png_refused(void **state)
{
    (void)state;
    static const uint8_t rows[] = {0, 1, 2, 0, 3, 4}, unknown[] = {0, 1, 2, 5, 3, 4};
    png_file f = png_begin(100000, 100000, 8, 0, 0);
    png_end(&f, rows, 6);
    image_fails(f.bytes, f.n, "test: image of 100000 × 100000 pixels, at most 268435456");
    f = png_begin(16000, 16000, 8, 2, 0);
    png_end(&f, rows, 6);
    image_fails(f.bytes, f.n,
                "test: image of 16000 × 16000 pixels would take 512000000 "
                "bytes, 67108864 allowed for a file of this size");
    f = png_begin(1 << 27, 1, 16, 6, 0); /* its rows count */
    png_end(&f, rows, 6);
    image_fails(f.bytes, f.n, "would take 4294967296 bytes, 67108864 allowed");
    f = png_begin(0, 7, 8, 0, 0);
    png_end(&f, rows, 6);
    image_fails(f.bytes, f.n, "test: damaged PNG: Invalid IHDR data");
    f = png_begin(2, 2, 3, 0, 0);
    png_end(&f, rows, 6);
    image_fails(f.bytes, f.n, "test: damaged PNG: Invalid IHDR data");
    f = png_begin(2, 2, 8, 0, 0);
    png_end(&f, unknown, 6);
    image_fails(f.bytes, f.n, "test: damaged PNG: bad adaptive filter value");
    f = png_begin(2, 2, 8, 0, 0);
    png_end(&f, rows, 6);
    image_fails(f.bytes, f.n - 13, "test: damaged PNG: the file ends too early");
    image_fails(f.bytes, f.n - 1, "test: damaged PNG: the file ends too early");
    f.bytes[30] ^= 1;
    image_fails(f.bytes, f.n, "test: damaged PNG: IHDR: CRC error");
    f = png_begin(2, 2, 8, 0, 0);
    png_end(&f, rows, 5);
    image_fails(f.bytes, f.n, "test: damaged PNG: Not enough image data");
    f = png_begin(2, 2, 8, 0, 0);
    png_chunk(&f, "IDAT", "not zlib", 8);
    png_chunk(&f, "IEND", "", 0);
    image_fails(f.bytes, f.n, "test: damaged PNG: IDAT: incorrect header check");
    f = png_begin(1, 1, 8, 3, 0);
    png_end(&f, rows, 2);
    image_fails(f.bytes, f.n, "test: damaged PNG: IDAT: Missing PLTE before IDAT");
    f = (png_file){{0x89, 'P', 'N', 'G', 13, 10, 26, 10}, 8};
    png_chunk(&f, "IEND", "", 0);
    image_fails(f.bytes, f.n, "test: damaged PNG: IEND: out of place");
}

static size_t allocations_left;

static void *allocate_some(size_t bytes)
{
    if (allocations_left == 0) {
        return NULL;
    }
    allocations_left--;
    return aligned_alloc(64, (bytes + 63) / 64 * 64);
}

/* Every allocation refused once, libpng's included: no leak, and it is said. */
static void png_without_memory(void **state)
{
    (void)state;
    static const numeral_allocator some = {allocate_some, free};
    static const uint8_t pixels[] = {1, 2, 3, 4};
    numeral_status written = NUMERAL_ERROR_MEMORY, read = NUMERAL_ERROR_MEMORY;
    numeral_set_allocator(&some);
    for (size_t n = 0; n < 100 && read != NUMERAL_OK; n++) {
        numeral_buffer png = {.max_bytes = 1 << 20};
        numeral_image image = {0};
        numeral_error err = {0};
        allocations_left = n;
        written = numeral_png_encode(pixels, 2, 2, &png, &err);
        if (written == NUMERAL_OK) {
            allocations_left = n - n / 2;
            read = numeral_image_decode(png.data, png.size, "test", &image, &err);
            assert_true(read == NUMERAL_OK || image.pixels == NULL);
        }
        numeral_status last = written ? written : read;
        assert_true(last == NUMERAL_OK || last == NUMERAL_ERROR_MEMORY);
        assert_true(last == NUMERAL_OK || strstr(err.text, "memory"));
        assert_true(written == NUMERAL_OK || png.size == 0);
        numeral_image_free(&image);
        numeral_buffer_free(&png);
    }
    numeral_set_allocator(NULL);
    assert_int_equal(read, NUMERAL_OK);
}

static void png_beyond_its_ceiling(void **state)
{
    (void)state;
    static const uint8_t pixels[] = {1, 2, 3, 4};
    numeral_buffer png = {.max_bytes = 20};
    numeral_error err = {0};
    assert_int_equal(numeral_png_encode(pixels, 2, 2, &png, &err), NUMERAL_ERROR_LIMIT);
    expect_text(err.text, "more than the 20 bytes allowed here");
    assert_int_equal(png.size, 0);
    assert_int_equal(numeral_png_encode(pixels, 0, 2, &png, &err), NUMERAL_ERROR_FORMAT);
    expect_text(err.text, "PNG: image of 0 × 2 pixels");
    numeral_buffer_free(&png);
}

static void png_round_trip(void **state)
{
    (void)state;
    static const uint8_t pixels[] = {0, 50, 100, 150, 200, 255};
    numeral_buffer png = {.max_bytes = 1 << 20}, packed = png;
    assert_int_equal(numeral_png_encode(pixels, 2, 3, &png, NULL), NUMERAL_OK);
    decodes_to(png.data, png.size, 2, 3, pixels);
    assert_int_equal(numeral_gzip_deflate(png.data, png.size, &packed, NULL), NUMERAL_OK);
    decodes_to(packed.data, packed.size, 2, 3, pixels);
    image_fails(packed.data, packed.size - 1, "test: gzip data ends too early");
    numeral_buffer_free(&packed);
    numeral_buffer_free(&png);
}

static void pnm_kinds(void **state)
{
    (void)state;
    static const uint8_t grey[] = {0, 128, 255}, bits[] = {0, 255, 0};
    static const uint8_t rgb[] = {76, 150, 29};
#define TEXT(text, expected) decodes_to(text, sizeof text - 1, 1, 3, expected)
    TEXT("P1 3 1 1 0 1", bits);
    TEXT("P1\n# packed\n3 1\n101", bits);
    TEXT("P2 3 1 255 0 128 255\n", grey);
    TEXT("P2 3 1 2 0 1 2", grey);
    TEXT("P3 3 1 255 255 0 0 0 255 0 0 0 255", rgb);
    TEXT("P4 3 1 \xA0", bits);
    TEXT("P5 3 1 255 \x00\x80\xFF", grey);
    TEXT("P5 3 1 65535 \x00\x00\x80\x00\xFF\xFF", grey);
    TEXT("P5 3 1 65535 \x00\x00\x00\x80\x00\xFF", grey);
    TEXT("P2 3 1 65535 0 128 255", grey);
    TEXT("P6 3 1 255 \xFF\x00\x00\x00\xFF\x00\x00\x00\xFF", rgb);
#undef TEXT
}

static void pnm_refused(void **state)
{
    (void)state;
#define TEXT(text, part) image_fails(text, sizeof text - 1, part)
    TEXT("P5 3 x", "test: damaged PNM header");
    TEXT("P5 3 1 70000 abc", "test: damaged PNM header");
    TEXT("P5 0 1 255 abc", "test: image of 1 × 0 pixels, expected at least 1 × 1");
    TEXT("P5 100000 100000 255 abc", "test: image of 100000 × 100000 pixels, at most");
    TEXT("P5 3 2 255 abc", "test: PNM data ends before its 2 × 3 pixels");
    TEXT("P2 3 1 255 0 1      ", "test: PNM data ends before its 1 × 3 pixels");
    TEXT("P2 3 1 255 0 1 256", "test: PNM sample above its maximum, or no number");
    TEXT("P5 1 1 9 a", "test: PNM sample above its maximum");
    TEXT("P1 3 1 1 0 2", "test: PNM sample above its maximum, or no number");
#undef TEXT
}

static void others_refused(void **state)
{
    (void)state;
    image_fails("", 0, "test: is empty");
    image_fails("hello", 5, "test: not an image, expected PNG, JPEG");
    numeral_image image = {0};
    numeral_error err;
    assert_int_equal(numeral_image_read("/nonexistent/a.png", &image, &err),
                     NUMERAL_ERROR_IO);
    expect_text(err.text, "/nonexistent/a.png: cannot open: No such file");
    assert_int_equal(numeral_image_create(0, 5, &image, &err), NUMERAL_ERROR_FORMAT);
    assert_int_equal(numeral_image_create(1 << 20, 1 << 20, &image, &err),
                     NUMERAL_ERROR_LIMIT);
}

static void clear_borders(void **state)
{
    (void)state;
    uint8_t pixels[64] = {[27] = 255, [28] = 255};
    assert_true(numeral_image_has_clear_border(pixels, 8, 8));
    memset(pixels, 9, 7); /* 7 of 28 */
    assert_true(numeral_image_has_clear_border(pixels, 8, 8));
    pixels[7] = 9;
    assert_false(numeral_image_has_clear_border(pixels, 8, 8));
}

#ifdef NUMERAL_HAVE_LEPTONICA
#include <leptonica/allheaders.h>

static PIX *picture(int depth)
{
    PIX *pix = pixCreate(40, 30, depth);
    for (int y = 0; y < 30; y++) {
        for (int x = 0; x < 40; x++) {
            l_uint32 grey = (l_uint32)(3 * x + 4 * y);
            pixSetPixel(pix, x, y,
                        depth == 32 ? grey << 24 | grey << 16 | grey << 8 : grey);
        }
    }
    return pix;
}

/* The library's answer for what leptonica wrote, `slack` grey levels apart at most. */
static void check_written(int format, int depth, int slack)
{
    PIX *pix = picture(depth);
    l_uint8 *bytes = NULL;
    size_t n_bytes = 0;
    numeral_image image = {0};
    numeral_error err = {0};
    assert_int_equal(pixWriteMem(&bytes, &n_bytes, pix, format), 0);
    if (numeral_image_decode(bytes, n_bytes, "test", &image, &err)) {
        fail_msg("%s", err.text);
    }
    assert_int_equal(image.height, 30);
    assert_int_equal(image.width, 40);
    for (int y = 0; y < 30; y++) {
        for (int x = 0; x < 40; x++) {
            assert_in_range(image.pixels[y * 40 + x] + slack, 3 * x + 4 * y,
                            3 * x + 4 * y + 2 * slack);
        }
    }
    numeral_image_free(&image);
    free(bytes);
    pixDestroy(&pix);
}

static void leptonica_formats(void **state)
{
    (void)state;
    static const int exact[] = {IFF_PNG,      IFF_TIFF, IFF_TIFF_LZW,
                                IFF_TIFF_ZIP, IFF_BMP,  IFF_PNM};
    setMsgSeverity(L_SEVERITY_NONE);
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        check_written(exact[i], 8, 0);
        check_written(exact[i], 32, 0);
    }
    check_written(IFF_JFIF_JPEG, 8, 8);
    check_written(IFF_JFIF_JPEG, 32, 8);
    check_written(IFF_GIF, 8, 8);
    check_written(IFF_WEBP, 32, 8);
}

static void leptonica_headers_checked(void **state)
{
    (void)state;
    static const uint8_t bmp[30] = {'B',  'M',  [14] = 40, [18] = 0xFF, 0xFF, 0xFF,
                                    0x7F, 0xFF, 0xFF,      0xFF,        0x7F};
    static const uint8_t gif[] = {'G',  'I',  'F',  '8', '9', 'a', 0xFF,
                                  0xFF, 0xFF, 0xFF, 0,   0,   0,   ';'};
    image_fails(bmp, sizeof bmp, "pixels, at most 268435456 pixels allowed");
    image_fails(bmp, 12, "test: damaged BMP header");
    image_fails(gif, sizeof gif, "pixels, at most 268435456 pixels allowed");
    image_fails(gif, 10, "test: damaged GIF header");
    image_fails("\xFF\xD8\xFF\xE0", 4, "test: damaged JPEG header");
    image_fails("II*\0\0\0\0\0", 8, "test: damaged TIFF header");
    image_fails("RIFF\0\0\0\0WEBPVP8 ", 16, "test: damaged WebP header");
}

static void truncated_pixels_are_damage(void **state)
{
    (void)state;
    static const int formats[] = {IFF_JFIF_JPEG, IFF_TIFF, IFF_BMP, IFF_WEBP};
    static const char *const messages[] = {"test: damaged JPEG", "test: damaged TIFF",
                                           "test: damaged BMP", "test: damaged WebP"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        PIX *pix = picture(32);
        l_uint8 *bytes = NULL;
        size_t n_bytes = 0;
        assert_int_equal(pixWriteMem(&bytes, &n_bytes, pix, formats[i]), 0);
        image_fails(bytes, n_bytes * 2 / 3, messages[i]);
        free(bytes);
        pixDestroy(&pix);
    }
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(png_kinds),
        cmocka_unit_test(png_interlaced),
        cmocka_unit_test(png_refused),
        cmocka_unit_test(png_without_memory),
        cmocka_unit_test(png_beyond_its_ceiling),
        cmocka_unit_test(png_round_trip),
        cmocka_unit_test(pnm_kinds),
        cmocka_unit_test(pnm_refused),
        cmocka_unit_test(others_refused),
        cmocka_unit_test(clear_borders),
#ifdef NUMERAL_HAVE_LEPTONICA
        cmocka_unit_test(leptonica_formats),
        cmocka_unit_test(leptonica_headers_checked),
        cmocka_unit_test(truncated_pixels_are_damage),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
