/* PNG through libpng, from memory, with our allocator and without a word: every colour
 * type, depth, palette, transparency and interlacing. libpng expands samples to 8 or 16
 * bits and hands over one row at a time, those of an interlaced picture pass by pass, so
 * that only grey planes and a few rows are in memory. 16 bits are scaled to 8, but where
 * no sample is above 255 they are taken for 8 bits that were stored so. Chunks that
 * change no pixel are passed over unread. */
#include <string.h>

#include "base/fail.h"
#include "image/image_codec.h"
#include "image/transparent.h"
#include "numeral_config.h"

static bool recognise(const uint8_t *bytes, size_t n_bytes)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10};
    return n_bytes >= 8 && memcmp(bytes, signature, 8) == 0;
}

#ifdef NUMERAL_HAVE_PNG
#include <png.h>
#include <setjmp.h>
#include <stdio.h>

typedef struct reader {
    const char *name;
    const uint8_t *at, *end;
    jmp_buf back;
    char what[80]; /* libpng's own words for what is wrong */
    bool out_of_memory;
    png_struct *png;
    png_info *info;
    uint8_t *row; /* one row of samples */
    numeral_image image;
    uint8_t *low;   /* of 16 bits the picture of the low bytes alone */
    uint8_t *alpha; /* where there is transparency */
    bool high;      /* a sample of colour has a high byte that is not 0 */
} reader;

PNG_NORETURN static void jump_back(png_struct *png, const char *what)
{
    reader *r = png_get_error_ptr(png);
    snprintf(r->what, sizeof r->what, "%s", what);
    longjmp(r->back, 1);
}

static void say_nothing(png_struct *png, const char *what)
{
    (void)png;
    (void)what;
}

static void *take(png_struct *png, png_alloc_size_t bytes)
{
    reader *r = png_get_mem_ptr(png);
    void *memory = numeral_allocate(bytes, 1, NULL);
    r->out_of_memory |= !memory;
    return memory;
}

static void give_back(png_struct *png, void *memory)
{
    (void)png;
    numeral_release(memory);
}

static void read_bytes(png_struct *png, png_byte *out, size_t n_bytes)
{
    reader *r = png_get_io_ptr(png);
    if (n_bytes > (size_t)(r->end - r->at)) {
        png_error(png, "the file ends too early");
    }
    memcpy(out, r->at, n_bytes);
    r->at += n_bytes;
}

static void open_png(reader *r)
{
    r->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, r, jump_back, say_nothing, r,
                                      take, give_back);
    r->info = r->png ? png_create_info_struct(r->png) : NULL;
    if (!r->info) {
        r->out_of_memory = true;
        longjmp(r->back, 1);
    }
    png_set_read_fn(r->png, r, read_bytes);
    /* ours is the limit that is told in a sentence */
    png_set_user_limits(r->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_keep_unknown_chunks(r->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
}

static numeral_status claim(reader *r, uint64_t budget, numeral_error *err)
{
    size_t height = png_get_image_height(r->png, r->info);
    size_t width = png_get_image_width(r->png, r->info);
    bool wide = png_get_bit_depth(r->png, r->info) == 16;
    bool clear = png_get_color_type(r->png, r->info) & PNG_COLOR_MASK_ALPHA ||
                 png_get_valid(r->png, r->info, PNG_INFO_tRNS);
    numeral_status status = NUMERAL_OK;
    /* a byte of grey for each pixel and what else there is; up to 8 bytes in each of
     * libpng's two rows and in ours, with some slack */
    TRY(numeral_image_check_size(r->name, height, width,
                                 (uint64_t)2 + wide + clear +
                                     (height ? (wide ? 28U : 24U) / height : 0),
                                 budget, err));
    TRY(numeral_image_create(height, width, &r->image, err));
    if (wide) {
        TRY_ALLOC(r->low = numeral_allocate(height, width, err));
    }
    if (clear) {
        TRY_ALLOC(r->alpha = numeral_allocate(height, width, err));
    }
    TRY_ALLOC(r->row = numeral_allocate(width, wide ? 8 : 4, err));
done:
    return status;
}

/* Grey of one pixel's samples. */
static uint8_t grey_of(const uint8_t *s, bool colour)
{
    return colour ? numeral_luminance(s[0], s[1], s[2]) : s[0];
}

/* Sample row to grey and alpha, every `step`th pixel from `at` on. */
static void put_row(const reader *r, size_t channels, size_t width, size_t step,
                    size_t at)
{
    for (size_t x = 0; x < width; x++, at += step) {
        const uint8_t *s = r->row + x * channels;
        r->image.pixels[at] = grey_of(s, channels >= 3);
        if (r->alpha) {
            r->alpha[at] = channels % 2 ? 255 : s[channels - 1];
        }
    }
}

/* The same for samples of 16 bits, big-endian. */
static void put_wide_row(reader *r, size_t channels, size_t width, size_t step, size_t at)
{
    size_t colours = channels - !(channels % 2);
    for (size_t x = 0; x < width; x++, at += step) {
        uint8_t high[4], low[4];
        for (size_t c = 0; c < channels; c++) {
            const uint8_t *s = r->row + 2 * (x * channels + c);
            low[c] = s[1];
            high[c] = (uint8_t)(((uint32_t)(s[0] << 8 | s[1]) * 255 + 32895) >> 16);
            r->high = r->high || (c < colours && s[0]);
        }
        r->image.pixels[at] = grey_of(high, channels >= 3);
        r->low[at] = grey_of(low, channels >= 3);
        if (r->alpha) {
            /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): channels > 0 */
            r->alpha[at] = channels % 2 ? 255 : high[channels - 1];
        }
    }
}

static void read_pass(reader *r, int pass, size_t channels)
{
    const numeral_image *image = &r->image;
    bool whole = png_get_interlace_type(r->png, r->info) == PNG_INTERLACE_NONE;
    size_t top = whole ? 0 : (size_t)PNG_PASS_START_ROW(pass);
    size_t left = whole ? 0 : (size_t)PNG_PASS_START_COL(pass);
    size_t down = whole ? 1 : (size_t)1 << PNG_PASS_ROW_SHIFT(pass);
    size_t across = whole ? 1 : (size_t)1 << PNG_PASS_COL_SHIFT(pass);
    if (left >= image->width) {
        return; /* libpng, too, passes over a pass without pixels */
    }
    for (size_t y = top; y < image->height; y += down) {
        size_t width = (image->width - left + across - 1) / across;
        png_read_row(r->png, r->row, NULL);
        if (r->low) {
            put_wide_row(r, channels, width, across, y * image->width + left);
        } else {
            put_row(r, channels, width, across, y * image->width + left);
        }
    }
}

/* Not taken into the function of setjmp, which keeps no locals. */
__attribute__((noinline)) static numeral_status read_pixels(reader *r, uint64_t budget,
                                                            numeral_error *err)
{
    open_png(r);
    png_read_info(r->png, r->info);
    numeral_status status = claim(r, budget, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    png_set_expand(r->png);
    png_read_update_info(r->png, r->info);
    int passes = png_get_interlace_type(r->png, r->info) == PNG_INTERLACE_NONE ? 1 : 7;
    for (int pass = 0; pass < passes; pass++) {
        read_pass(r, pass, png_get_channels(r->png, r->info));
    }
    png_read_end(r->png, NULL);
    size_t n = r->image.height * r->image.width;
    if (r->low && !r->high) {
        memcpy(r->image.pixels, r->low, n);
    }
    if (r->alpha) {
        numeral_image_lay(r->image.pixels, r->alpha, n);
    }
    return NUMERAL_OK;
}

/* Where libpng jumps back to; nothing here changes after setjmp but through `r`. */
static numeral_status read_or_jump(reader *r, uint64_t budget, numeral_error *err)
{
    if (setjmp(r->back)) {
        return r->out_of_memory
                   ? numeral_fail(err, NUMERAL_ERROR_MEMORY, "%s: out of memory", r->name)
                   : numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: damaged PNG: %s",
                                  r->name, r->what);
    }
    return read_pixels(r, budget, err);
}

static numeral_status decode(const uint8_t *bytes, size_t n_bytes, const char *name,
                             size_t page, uint64_t budget, numeral_image *out,
                             numeral_error *err)
{
    (void)page;
    reader r;
    memset(&r, 0, sizeof r);
    r.name = name;
    r.at = bytes;
    r.end = bytes + n_bytes;
    numeral_status status = read_or_jump(&r, budget, err);
    png_destroy_read_struct(&r.png, &r.info, NULL);
    numeral_release(r.row);
    numeral_release(r.low);
    numeral_release(r.alpha);
    if (status != NUMERAL_OK) {
        numeral_image_free(&r.image);
        return status;
    }
    *out = r.image;
    return NUMERAL_OK;
}
#else
static numeral_status decode(const uint8_t *bytes, size_t n_bytes, const char *name,
                             size_t page, uint64_t budget, numeral_image *out,
                             numeral_error *err)
{
    (void)page;
    (void)bytes;
    (void)n_bytes;
    (void)budget;
    (void)out;
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "%s: PNG images need a build with libpng; PNM does not", name);
}
#endif

const numeral_codec numeral_codec_png = {"PNG", recognise, decode, NULL};
