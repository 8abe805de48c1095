/* TIFF, BMP, GIF and WebP (and JPEG, where libjpeg is missing) through leptonica, from
 * memory. Every size is read from the header first and checked; leptonica keeps quiet and
 * takes the memory of pixels from us. Builds without it refuse these formats by name. */
#include <string.h>

#include "base/budget.h"
#include "base/fail.h"
#include "image/image_codec.h"
#include "image/tiff_pages.h"
#include "image/transparent.h"
#include "numeral_config.h"

typedef enum kind { NONE, JPEG, TIFF, BMP, GIF, WEBP } kind;

static const char *const kind_names[] = {"", "JPEG", "TIFF", "BMP", "GIF", "WebP"};

static kind kind_of(const uint8_t *b, size_t n)
{
    if (n >= 3 && b[0] == 0xFF && b[1] == 0xD8 && b[2] == 0xFF) {
        return JPEG;
    }
    if (numeral_tiff_recognised(b, n)) {
        return TIFF;
    }
    /* the four bytes behind the size are reserved, zero */
    if (n >= 10 && memcmp(b, "BM", 2) == 0 && memcmp(b + 6, "\0\0\0\0", 4) == 0) {
        return BMP;
    }
    if (n >= 6 && (memcmp(b, "GIF87a", 6) == 0 || memcmp(b, "GIF89a", 6) == 0)) {
        return GIF;
    }
    return n >= 12 && memcmp(b, "RIFF", 4) == 0 && memcmp(b + 8, "WEBP", 4) == 0 ? WEBP
                                                                                 : NONE;
}

static bool recognise(const uint8_t *bytes, size_t n_bytes)
{
    return kind_of(bytes, n_bytes) != NONE;
}

static size_t pages(const uint8_t *b, size_t n)
{
    return numeral_tiff_pages(b, n);
}

#ifdef NUMERAL_HAVE_LEPTONICA
#include <leptonica/allheaders.h>
#include <threads.h>

#include "base/late.h"

#ifdef NUMERAL_LATE
#include "base/late/late_leptonica.h"
#endif

static void *take(size_t bytes)
{
    return numeral_allocate(bytes, 1, NULL);
}

static void say_nothing(const char *text)
{
    (void)text;
}

static once_flag prepared = ONCE_FLAG_INIT;

static void prepare(void)
{
    setMsgSeverity(L_SEVERITY_NONE);
    leptSetStderrHandler(say_nothing);
    setPixMemoryManager(take, numeral_release);
}

static int64_t signed_32(const uint8_t *b)
{
    return (int32_t)((uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 |
                     b[0]);
}

/* Height may be negative in a BMP (rows from the top). */
static bool bmp_size(const uint8_t *b, size_t n, uint64_t *height, uint64_t *width)
{
    if (n < 26) {
        return false;
    }
    int64_t h = signed_32(b + 22), w = signed_32(b + 18);
    *height = (uint64_t)(h < 0 ? -h : h);
    *width = (uint64_t)(w < 0 ? 0 : w);
    return true;
}

/* Passes over a GIF's data sub-blocks; NULL at the file's end. */
static const uint8_t *skip_blocks(const uint8_t *at, const uint8_t *end)
{
    while (at < end && *at != 0) {
        if (end - at <= *at) {
            return NULL;
        }
        at += *at + 1;
    }
    return at < end ? at + 1 : NULL;
}

static size_t colours(uint8_t flags)
{
    return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

/* A GIF decoder claims every frame, each with its own size: the sum of their pixels is
 * given as `height` rows of width 1. */
static bool gif_size(const uint8_t *b, size_t n, uint64_t *height, uint64_t *width)
{
    const uint8_t *end = b + n, *at = b + 13;
    if (n < 13 || n - 13 < colours(b[10])) {
        return false;
    }
    *width = 1;
    *height = (uint64_t)(b[6] | b[7] << 8) * (uint64_t)(b[8] | b[9] << 8);
    at += colours(b[10]);
    while (at && at < end && *at != 0x3B) {
        if (*at == 0x21 && end - at > 2) {
            at = skip_blocks(at + 2, end);
        } else if (*at == 0x2C && end - at > 11) {
            *height += (uint64_t)(at[5] | at[6] << 8) * (uint64_t)(at[7] | at[8] << 8);
            size_t skip = 11 + colours(at[9]);
            at = (size_t)(end - at) > skip ? skip_blocks(at + skip, end) : NULL;
        } else {
            return false;
        }
    }
    return at != NULL;
}

static bool read_size(kind format, const uint8_t *bytes, size_t n_bytes, uint64_t *height,
                      uint64_t *width)
{
    l_int32 w = 0, h = 0, spp = 0, a = 0, b = 0;
    l_ok failed = 1;
    switch (format) {
    case BMP:
        return bmp_size(bytes, n_bytes, height, width);
    case GIF:
        return gif_size(bytes, n_bytes, height, width);
    case JPEG:
        failed = readHeaderMemJpeg(bytes, n_bytes, &w, &h, &spp, &a, &b);
        break;
    default:
        failed = readHeaderMemWebP(bytes, n_bytes, &w, &h, &spp);
        break;
    }
    *height = h < 0 ? 0 : (uint64_t)h;
    *width = w < 0 ? 0 : (uint64_t)w;
    return !failed;
}

static bool holds_bytes(PIX *pix)
{
    l_int32 width = pixGetWidth(pix), height = pixGetHeight(pix);
    for (l_int32 y = 0; y < height; y++) {
        const l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
        for (l_int32 x = 0; x < width; x++) {
            if ((line[x / 2] >> (16 - 16 * (x % 2)) & 0xFFFF) > 255) {
                return false;
            }
        }
    }
    return true;
}

/* 8-bit grey, and where there is transparency its alpha; `pix` is consumed. */
static PIX *to_grey(PIX *pix, PIX **alpha)
{
    PIX *grey = NULL;
    PIX *plain = pixGetColormap(pix) ? pixRemoveColormap(pix, REMOVE_CMAP_BASED_ON_SRC)
                                     : pixClone(pix);
    pixDestroy(&pix);
    if (plain && pixGetDepth(plain) == 32) {
        if (pixGetSpp(plain) == 4) {
            *alpha = pixGetRGBComponent(plain, L_ALPHA_CHANNEL);
        }
        grey = pixConvertRGBToGray(plain, 0.299f, 0.587f, 0.114f);
    } else if (plain && pixGetDepth(plain) == 16) {
        /* 16 bits are their high byte, unless 8 bits were stored so */
        grey = pixConvert16To8(plain, holds_bytes(plain) ? L_LS_BYTE : L_MS_BYTE);
    } else if (plain) {
        grey = pixConvertTo8(plain, 0);
    }
    pixDestroy(&plain);
    return grey;
}

static void copy_pixels(PIX *grey, size_t height, size_t width, uint8_t *out)
{
    const l_uint32 *data = pixGetData(grey);
    size_t words = (size_t)pixGetWpl(grey);
    for (size_t y = 0; y < height; y++) {
        const l_uint32 *line = data + y * words;
        for (size_t x = 0; x < width; x++) {
            out[y * width + x] = (uint8_t)(line[x / 4] >> (24 - 8 * (x % 4)));
        }
    }
}

/* Both as an image on a ground; `alpha` may be NULL. */
static numeral_status make_image(PIX *grey, PIX *alpha, numeral_image *out,
                                 numeral_error *err)
{
    size_t height = (size_t)pixGetHeight(grey), width = (size_t)pixGetWidth(grey);
    numeral_image image = {0}, mask = {0};
    numeral_status status = NUMERAL_OK;
    TRY(numeral_image_create(height, width, &image, err));
    copy_pixels(grey, height, width, image.pixels);
    if (alpha) {
        TRY(numeral_image_create(height, width, &mask, err));
        copy_pixels(alpha, height, width, mask.pixels);
        numeral_image_lay(image.pixels, mask.pixels, height * width);
    }
    *out = image;
    image.pixels = NULL;
done:
    numeral_image_free(&mask);
    numeral_image_free(&image);
    return status;
}

static numeral_status fail_data(kind format, const char *name, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: damaged %s data%s", name,
                        kind_names[format],
                        format == TIFF ? ", or pixels of 32 or 64 bits; magick FILE "
                                         "-depth 8 OUT.png makes a PNG"
                                       : "");
}

/* Refuses what is too large before a pixel is decoded; *found is where a TIFF's page is.
 */
static numeral_status check(kind format, const uint8_t *bytes, size_t n_bytes,
                            const char *name, size_t page, uint64_t budget,
                            numeral_tiff_page *found, numeral_error *err)
{
    uint64_t height = 0, width = 0;
    numeral_status status = NUMERAL_OK;
    bool right = format == TIFF ? numeral_tiff_find(bytes, n_bytes, page, found)
                                : read_size(format, bytes, n_bytes, &height, &width);
    if (!right) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: damaged %s header", name,
                            kind_names[format]);
    }
    if (format == TIFF) {
        height = found->height;
        width = found->width;
    }
    /* at most: samples of 16 bits, words of 32 bits twice, grey twice */
    TRY(numeral_image_check_size(name, height, width, 18, budget, err));
    if (format == TIFF) {
        TRY(numeral_image_check_work(name, found->pixels, numeral_work_budget(n_bytes),
                                     err));
    } else if (format == JPEG) {
        TRY(numeral_jpeg_check_scans(name, bytes, n_bytes, height, width, err));
    }
done:
    return status;
}

static numeral_status read_page(const uint8_t *bytes, size_t n_bytes,
                                const numeral_tiff_page *page, PIX **out,
                                numeral_error *err)
{
    uint8_t *copy = numeral_allocate(n_bytes, 1, err);
    if (!copy) {
        return NUMERAL_ERROR_MEMORY;
    }
    memcpy(copy, bytes, n_bytes);
    numeral_tiff_keep(copy, page);
    *out = pixReadMemTiff(copy, n_bytes, 0);
    numeral_release(copy);
    return NUMERAL_OK;
}

static numeral_status decode(const uint8_t *bytes, size_t n_bytes, const char *name,
                             size_t page, uint64_t budget, numeral_image *out,
                             numeral_error *err)
{
    kind format = kind_of(bytes, n_bytes);
    numeral_tiff_page found;
    PIX *pix;
    numeral_status status = NUMERAL_LATE_LOAD(err);
    if (status != NUMERAL_OK) {
        return status;
    }
    call_once(&prepared, prepare);
    status = check(format, bytes, n_bytes, name, page, budget, &found, err);
    if (status == NUMERAL_OK && format == TIFF) {
        status = read_page(bytes, n_bytes, &found, &pix, err);
    } else if (status == NUMERAL_OK) {
        pix = format == JPEG ? pixReadMemJpeg(bytes, n_bytes, 0, 1, NULL, 0)
                             : pixReadMem(bytes, n_bytes);
    }
    if (status != NUMERAL_OK) {
        return status;
    }
    PIX *alpha = NULL, *grey = pix ? to_grey(pix, &alpha) : NULL;
    if (!grey) {
        pixDestroy(&alpha);
        return fail_data(format, name, err);
    }
    status = make_image(grey, alpha, out, err);
    pixDestroy(&alpha);
    pixDestroy(&grey);
    return status;
}
#else
static numeral_status decode(const uint8_t *bytes, size_t n_bytes, const char *name,
                             size_t page, uint64_t budget, numeral_image *out,
                             numeral_error *err)
{
    (void)page;
    (void)budget;
    (void)out;
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "%s: %s images need a build with leptonica; PNM does not", name,
                        kind_names[kind_of(bytes, n_bytes)]);
}
#endif

const numeral_codec numeral_codec_leptonica = {"leptonica", recognise, decode, pages};
