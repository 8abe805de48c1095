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

static numeral_status read_rows(reader *r, const char *name, uint64_t budget,
                                numeral_error *err)
{
    struct jpeg_decompress_struct *jpeg = &r->jpeg;
    /* at most: coefficients of three components of 16 bits, twice, and what is grey */
    numeral_status status = numeral_image_check_size(name, jpeg->image_height,
                                                     jpeg->image_width, 18, budget, err);
    if (status == NUMERAL_OK) {
        status =
            numeral_image_create(jpeg->image_height, jpeg->image_width, &r->image, err);
    }
    if (status != NUMERAL_OK) {
        return status;
    }
    jpeg->out_color_space = JCS_GRAYSCALE;
    jpeg_start_decompress(jpeg);
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = r->image.pixels + (size_t)jpeg->output_scanline * r->image.width;
        jpeg_read_scanlines(jpeg, &row, 1);
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
            return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                                "%s: a JPEG of other colours than grey, YCbCr or RGB",
                                name);
        }
        return fail_jpeg(name, r->image.pixels ? "data" : "header", err);
    }
    jpeg_create_decompress(&r->jpeg);
    jpeg_mem_src(&r->jpeg, bytes, (unsigned long)n_bytes);
    jpeg_read_header(&r->jpeg, TRUE);
    return read_rows(r, name, budget, err);
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
