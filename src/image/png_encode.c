/* An 8-bit grey PNG through libpng, into memory. Rows are not filtered: small pictures
 * gain nothing from it. */
#include "base/fail.h"
#include "image/image_codec.h"
#include "numeral_config.h"

#ifdef NUMERAL_HAVE_PNG
#include <png.h>
#include <setjmp.h>

typedef struct writer {
    numeral_buffer *out;
    numeral_error *err;
    numeral_status status; /* of what was not libpng's fault */
    jmp_buf back;
    png_struct *png;
    png_info *info;
} writer;

PNG_NORETURN static void jump_back(png_struct *png, const char *what)
{
    writer *w = png_get_error_ptr(png);
    if (w->status == NUMERAL_OK) {
        w->status = numeral_fail(w->err, NUMERAL_ERROR_FORMAT, "PNG: %s", what);
    }
    longjmp(w->back, 1);
}

static void say_nothing(png_struct *png, const char *what)
{
    (void)png;
    (void)what;
}

static void *take(png_struct *png, png_alloc_size_t bytes)
{
    writer *w = png_get_mem_ptr(png);
    void *memory = numeral_allocate(bytes, 1, w->err);
    if (!memory) {
        w->status = NUMERAL_ERROR_MEMORY;
    }
    return memory;
}

static void give_back(png_struct *png, void *memory)
{
    (void)png;
    numeral_release(memory);
}

static void write_bytes(png_struct *png, png_byte *bytes, size_t n_bytes)
{
    writer *w = png_get_io_ptr(png);
    w->status = numeral_buffer_append(w->out, bytes, n_bytes, w->err);
    if (w->status != NUMERAL_OK) {
        png_error(png, "not written");
    }
}

static void flush_nothing(png_struct *png)
{
    (void)png;
}

static void write_all(writer *w, const uint8_t *pixels, size_t height, size_t width)
{
    w->png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, w, jump_back, say_nothing,
                                       w, take, give_back);
    w->info = w->png ? png_create_info_struct(w->png) : NULL;
    if (!w->info) {
        w->status = numeral_fail(w->err, NUMERAL_ERROR_MEMORY, "PNG: out of memory");
        return;
    }
    png_set_write_fn(w->png, w, write_bytes, flush_nothing);
    png_set_user_limits(w->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_IHDR(w->png, w->info, (png_uint_32)width, (png_uint_32)height, 8,
                 PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_set_filter(w->png, PNG_FILTER_TYPE_DEFAULT, PNG_FILTER_NONE);
    png_write_info(w->png, w->info);
    for (size_t y = 0; y < height; y++) {
        png_write_row(w->png, pixels + y * width);
    }
    png_write_end(w->png, NULL);
}

/* Where libpng jumps back to; nothing here changes after setjmp but through `w`. */
static void write_or_jump(writer *w, const uint8_t *pixels, size_t height, size_t width)
{
    if (setjmp(w->back) == 0) {
        write_all(w, pixels, height, width);
    }
}

numeral_status numeral_png_encode(const uint8_t *pixels, size_t height, size_t width,
                                  numeral_buffer *out, numeral_error *err)
{
    size_t before = out->size;
    numeral_status status =
        numeral_image_check_size("PNG", height, width, 1, UINT64_MAX, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    writer w = {.out = out, .err = err};
    write_or_jump(&w, pixels, height, width);
    png_destroy_write_struct(&w.png, &w.info);
    if (w.status != NUMERAL_OK) {
        out->size = before;
    }
    return w.status;
}
#else
numeral_status numeral_png_encode(const uint8_t *pixels, size_t height, size_t width,
                                  numeral_buffer *out, numeral_error *err)
{
    (void)pixels;
    (void)height;
    (void)width;
    (void)out;
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "PNG: writing it needs a build with libpng");
}
#endif

numeral_status numeral_image_encode(const numeral_image *image, void **bytes,
                                    size_t *n_bytes, numeral_error *err)
{
    numeral_buffer out = {.max_bytes = SIZE_MAX / 2};
    numeral_status status =
        numeral_png_encode(image->pixels, image->height, image->width, &out, err);
    if (status != NUMERAL_OK) {
        numeral_buffer_free(&out);
        return status;
    }
    *bytes = out.data;
    *n_bytes = out.size;
    return NUMERAL_OK;
}
