/* JPEG through libjpeg itself: leptonica leaves libjpeg's warnings to standard error.
 * libjpeg gives luminance directly. A damaged stream fails; bytes too many between its
 * parts, which cameras leave, do not. */
#include "numeral_config.h"

#ifdef NUMERAL_HAVE_JPEG
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "base/fail.h"
#include "image/image_codec.h"

typedef struct reader {
    struct jpeg_error_mgr manager; /* first: libjpeg knows this part alone */
    jmp_buf back;
    bool damaged;
    struct jpeg_decompress_struct jpeg;
    numeral_image image;
    uint8_t *inks; /* one row of cyan, magenta, yellow and black */
    unsigned turn; /* exclusive or that makes them light */
} reader;

static bool recognise(const uint8_t *bytes, size_t n_bytes)
{
    return n_bytes >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF;
}

static void jump_back(j_common_ptr jpeg)
{
    reader *r = (reader *)(void *)jpeg->err;
    longjmp(r->back, 1);
}

static void note_warning(j_common_ptr jpeg, int level)
{
    reader *r = (reader *)(void *)jpeg->err;
    if (level < 0 && jpeg->err->msg_code != JWRN_EXTRANEOUS_DATA) {
        r->damaged = true;
    }
}

static void say_nothing(j_common_ptr jpeg)
{
    (void)jpeg;
}

static numeral_status fail_jpeg(const char *name, const char *part, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: damaged JPEG %s", name, part);
}

/* Whether a row, which is mostly paper, holds light: the sum of it. */
static bool is_light(const uint8_t *inks, size_t width)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < 4 * width; i++) {
        sum += inks[i];
    }
    return sum >= 4 * width * 128;
}

/* A printer's four inks. Adobe's programs, and others after them without saying so, store
 * how much light each lets through; the first row tells. */
static void read_inks(reader *r, uint8_t *out)
{
    JSAMPROW row = r->inks;
    bool first = r->jpeg.output_scanline == 0;
    jpeg_read_scanlines(&r->jpeg, &row, 1);
    if (first) {
        bool light = r->jpeg.saw_Adobe_marker || is_light(r->inks, r->image.width);
        r->turn = light ? 0 : 255;
    }
    for (size_t x = 0; x < r->image.width; x++) {
        unsigned light[4];
        for (size_t c = 0; c < 4; c++) {
            light[c] = (unsigned)r->inks[4 * x + c] ^ r->turn;
        }
        out[x] =
            (uint8_t)(numeral_luminance(light[0], light[1], light[2]) * light[3] / 255);
    }
}

static numeral_status read_rows(reader *r, const char *name, const uint8_t *bytes,
                                size_t n_bytes, uint64_t budget, numeral_error *err)
{
    struct jpeg_decompress_struct *jpeg = &r->jpeg;
    /* at most: coefficients of three components (or four) of 16 bits, twice, and what is
     * grey */
    numeral_status status =
        numeral_image_check_size(name, jpeg->image_height, jpeg->image_width,
                                 jpeg->num_components > 3 ? 24 : 18, budget, err);
    if (status == NUMERAL_OK) {
        status = numeral_jpeg_check_scans(name, bytes, n_bytes, jpeg->image_height,
                                          jpeg->image_width, err);
    }
    if (status == NUMERAL_OK) {
        status =
            numeral_image_create(jpeg->image_height, jpeg->image_width, &r->image, err);
    }
    if (status != NUMERAL_OK) {
        return status;
    }
    bool inks = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
    if (inks && !(r->inks = numeral_allocate(jpeg->image_width, 4, err))) {
        return NUMERAL_ERROR_MEMORY;
    }
    jpeg->out_color_space = inks ? JCS_CMYK : JCS_GRAYSCALE;
    jpeg_start_decompress(jpeg);
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = r->image.pixels + (size_t)jpeg->output_scanline * r->image.width;
        if (inks) {
            read_inks(r, row);
        } else {
            jpeg_read_scanlines(jpeg, &row, 1);
        }
    }
    jpeg_finish_decompress(jpeg);
    return r->damaged ? fail_jpeg(name, "data", err) : NUMERAL_OK;
}

static numeral_status decode_with(reader *r, const uint8_t *bytes, size_t n_bytes,
                                  const char *name, uint64_t budget, numeral_error *err)
{
    r->jpeg.err = jpeg_std_error(&r->manager);
    r->manager.error_exit = jump_back;
    r->manager.emit_message = note_warning;
    r->manager.output_message = say_nothing;
    if (setjmp(r->back)) {
        if (r->manager.msg_code == JERR_CONVERSION_NOTIMPL) {
            return numeral_fail(
                err, NUMERAL_ERROR_UNSUPPORTED,
                "%s: a JPEG of other colours than grey, YCbCr, RGB or CMYK", name);
        }
        return fail_jpeg(name, r->image.pixels ? "data" : "header", err);
    }
    jpeg_create_decompress(&r->jpeg);
    jpeg_mem_src(&r->jpeg, bytes, (unsigned long)n_bytes);
    jpeg_read_header(&r->jpeg, TRUE);
    return read_rows(r, name, bytes, n_bytes, budget, err);
}

static numeral_status decode(const uint8_t *bytes, size_t n_bytes, const char *name,
                             size_t page, uint64_t budget, numeral_image *out,
                             numeral_error *err)
{
    (void)page;
    reader r;
    memset(&r, 0, sizeof r);
    numeral_status status = decode_with(&r, bytes, n_bytes, name, budget, err);
    jpeg_destroy_decompress(&r.jpeg);
    numeral_release(r.inks);
    if (status != NUMERAL_OK) {
        numeral_image_free(&r.image);
        return status;
    }
    *out = r.image;
    return NUMERAL_OK;
}

const numeral_codec numeral_codec_jpeg = {"JPEG", recognise, decode, NULL};
#else
typedef int numeral_jpeg_is_read_by_leptonica;
#endif
